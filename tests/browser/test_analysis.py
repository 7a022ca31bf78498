"""Credit files and receivables on screen, as an analyst works them."""

import json
import re

import pytest
from playwright.sync_api import Locator, ViewportSize, expect

from tests.browser.conftest import Open
from tests.browser.desk import EN, SWITCH, ZH

pytestmark = pytest.mark.browser
WIDE: ViewportSize = {"width": 1280, "height": 1600}


@pytest.mark.parametrize("name", ["06_review_a_credit_file", "09_receivables"])
def test_a_notebook_runs_from_the_menu_without_a_complaint(open_notebook: Open, name: str) -> None:
    notebook = open_notebook(f"{name}.ipynb")
    notebook.page.set_viewport_size(WIDE)

    notebook.menu("Run", "Run All Cells")
    notebook.settle(timeout=120_000)

    assert notebook.page.locator(".jp-RenderedText[data-mime-type*=error]").count() == 0
    assert notebook.errors == []


@pytest.mark.parametrize("language", [ZH, EN])
def test_a_file_is_reviewed_entered_and_signed_off_and_the_trail_is_on_disk(
    open_notebook: Open, language: str
) -> None:
    english = language == EN
    folder = "en" if english else "zh"
    notebook = open_notebook(
        f"reviewer-{folder}", SWITCH, f"ck.review_view(folder='reviewed-{folder}')"
    )
    page = notebook.page
    page.set_viewport_size(WIDE)
    notebook.run_all()
    notebook.switch_to(language)
    view = notebook.player().box

    def words(zh: str, en: str) -> str:
        return en if english else zh

    def labelled(zh: str, en: str) -> Locator:
        return view.get_by_label(words(zh, en), exact=True)

    def submit() -> None:
        view.locator("button.ck-submit").click()

    labelled("客户", "Customer").select_option(
        label=words("C00206 己丑丁卯电子有限公司", "C00206 Jichou-Dingmao Electronics Ltd")
    )
    expect(view.locator(".ck-head")).to_contain_text(words("严重 9", "high 9"))
    expect(view.get_by_role("status")).to_contain_text("C00206")
    table = view.locator(".ck-table").nth(1)
    expect(table).to_contain_text(words("-22 低于可能的下限", "-22 is below"))
    notebook.keep_pictures("reviewer-findings")

    # A fact that cannot be: told in place, and what was typed is still there.
    labelled("数据项", "field").select_option(label=words("有效专利数", "patents in force"))
    value = labelled("取值（项）", "value (items)")
    value.fill("-22")
    labelled("来源", "source").select_option(label=words("业务部门", "sales"))
    view.get_by_label(words("采集日期", "Collected on")).fill("2025-12-30")
    labelled("经手人", "Your name").fill("李敏")
    submit()
    expect(view.locator(".ck-refused")).to_contain_text("-22")
    expect(view.get_by_role("status")).to_contain_text("-22")
    expect(value).to_have_value("-22")
    value.fill("２２")
    submit()
    expect(view.locator(".ck-ok")).to_contain_text("22")
    expect(view.locator(".ck-head")).to_contain_text(words("严重 8", "high 8"))
    expect(table).not_to_contain_text("-22")

    # A finding signed off by somebody else, with the reason.
    act = labelled("要做什么", "What to do")
    act.select_option(label=words("放行一个问题", "Sign off a finding"))
    expect(value).to_be_hidden()
    labelled("经手人", "Your name").fill("王经理")
    labelled("理由", "Reason").fill("见原件 <b>")
    submit()
    expect(table).to_contain_text(words("王经理 已放行", "waived by 王经理"))

    # The file cannot be accepted over grave findings, but returned.
    act.select_option(label=words("审核签字", "Sign off the file"))
    submit()
    expect(view.locator(".ck-refused")).to_contain_text("7")
    labelled("结论", "Verdict").select_option(label=words("退回", "returned"))
    submit()
    expect(view.locator(".ck-head")).to_contain_text(words("已退回", "returned"))
    notebook.keep_pictures("reviewer-signed")

    path = notebook.lab.notebooks / f"reviewed-{folder}" / "C00206.jsonl"
    lines = [json.loads(line) for line in path.read_text("ascii").splitlines()][1:]
    assert [(line["act"], line["by"]) for line in lines] == [
        ("enter", "李敏"), ("waive", "王经理"), ("sign_off", "王经理")
    ]  # fmt: skip

    # After the kernel is gone all of it is rebuilt from the disk.
    notebook.lab.shut_down_kernels(notebook.path)
    notebook.open()
    notebook.run_all()
    notebook.switch_to(language)
    view = notebook.player().box
    labelled("客户", "Customer").select_option(
        label=words("C00206 己丑丁卯电子有限公司", "C00206 Jichou-Dingmao Electronics Ltd")
    )
    expect(view.locator(".ck-table").last).to_contain_text("见原件 <b>")
    expect(view.locator(".ck-table").last.locator("tbody tr")).to_have_count(3)
    assert notebook.errors == []


def test_receivables_are_explored_by_day_currency_and_customer(open_notebook: Open) -> None:
    notebook = open_notebook("receivables", SWITCH, "ck.receivables_view()")
    notebook.page.set_viewport_size(WIDE)
    notebook.run_all()
    notebook.switch_to(EN)
    view = notebook.player().box
    submit = view.locator("button.ck-submit")
    expect(view).to_contain_text("Owed on 2025-12-31: CNY 324 m")
    notebook.keep_pictures("receivables", view)
    notebook.switch_to(EN)

    day = view.get_by_label("As of")
    day.fill("2025-13-01")
    submit.click()
    expect(view.locator(".ck-refused")).to_contain_text("is not a day")
    day.fill("2025-06-30")
    view.get_by_label("Currency", exact=True).select_option("EUR")
    submit.click()
    expect(view.get_by_role("status")).to_contain_text("Owed on 2025-06-30: EUR")
    expect(view.locator(".ck-table").first.locator("tbody tr")).to_have_count(1)

    view.get_by_label("Currency", exact=True).select_option("All, each apart")
    view.get_by_label("Customer", exact=True).select_option(
        label="C00083 Bingxu-Yichou Machinery Ltd"
    )
    submit.click()
    expect(view).to_contain_text("broken promises (high, CNY)")
    expect(view.locator("img.ck-picture")).to_have_attribute("alt", re.compile("^CNY"))
    notebook.keep_pictures("receivables-customer", view)
    assert notebook.errors == []
