"""An essay written, marked and improved in the browser, in both languages; nothing is lost."""

import pytest
from playwright.sync_api import expect

from creditkit.teaching.essay.marker import say
from tests.browser.conftest import Open
from tests.browser.desk import EN, LANG, SWITCH, ZH, Notebook

pytestmark = pytest.mark.browser

ANSWERS = {
    ZH: "客户可以打信用经理的电话坐席，也可以发传真。接到投诉后做好记录，写明客户名称和电话。"
    "没有必要去问责任人。处理结果由信用经理告诉客户，客户接受就表示感谢。我觉得态度最要紧。",
    EN: "A customer can ring the credit manager's telephone desk or send a fax. A complaint record "
    "is made, with the name of the customer. There is no need to ask the people responsible. The "
    "credit manager tells the customer the result and thanks it if it accepts.",
}


def opened(open_notebook: Open, language: str, *cells: str) -> Notebook:
    notebook = open_notebook(f"essay-{LANG[language][:2]}", SWITCH, *cells)
    notebook.run_all()
    notebook.switch_to(language)
    return notebook


@pytest.mark.parametrize("language", [ZH, EN])
def test_an_essay_is_marked_at_once_and_its_words_shown(open_notebook: Open, language: str) -> None:
    lang = LANG[language][:2]
    notebook = opened(open_notebook, language, f"ck.essay('C', student='student {lang}')")
    box = notebook.page.locator(".ck-essay")
    field = box.locator("textarea")
    field.fill(ANSWERS[language])
    box.get_by_role("button", name=say("submit").in_(lang)).click()
    expect(box.locator("mark[title='C1.3']").first).to_be_visible()
    expect(box.locator("mark.ck-against").first).to_contain_text(
        "责任人" if lang == "zh" else "people"
    )
    expect(box).to_contain_text(say("areas_areas").in_(lang))
    notebook.keep_pictures("essay", box, only=language)
    box.get_by_role("button", name=say("submit").in_(lang)).click()
    expect(box).to_contain_text(say("areas_questions").in_(lang))
    box.get_by_role("button", name=say("show").in_(lang)).click()
    expect(box.locator(".ck-key")).to_be_visible()
    notebook.keep_pictures("essay-key", box, only=language)


def test_what_was_typed_outlives_a_kernel_that_dies(open_notebook: Open) -> None:
    pid = "import os\nfrom pathlib import Path\n_ = Path('kernel.pid').write_text(str(os.getpid()))"
    notebook = opened(open_notebook, EN, pid, "ck.essay('S', student='crash')")
    box = notebook.page.locator(".ck-essay")
    box.locator("textarea").press_sequentially("The customer's own word costs nothing", delay=5)
    expect(box).to_contain_text(say("typed", count="37").in_("en"))
    notebook.kill_kernel()
    notebook.page.close()
    again = opened(open_notebook, EN, "ck.essay('S', student='crash')")
    field = again.page.locator(".ck-essay textarea")
    expect(field).to_have_value("The customer's own word costs nothing")
    again.page.locator(".ck-essay").get_by_role(
        "button", name=say("insert_table").in_("en")
    ).click()
    expect(field).to_have_value(
        f"The customer's own word costs nothing\n\n{say('table').in_('en')}"
    )
