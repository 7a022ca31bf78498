"""The course in JupyterLab, as a student opens it."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.desk import EN, ZH

pytestmark = pytest.mark.browser
NOTEBOOK = "01_refused_application.ipynb"


def test_the_first_notebook_runs_from_the_menu(open_notebook: Open) -> None:
    notebook = open_notebook(NOTEBOOK)
    page = notebook.page

    notebook.run_all()

    expect(notebook.player(0).box).to_be_visible()
    assert page.locator(".jp-RenderedText[data-mime-type*=error]").count() == 0
    assert page.get_by_text("news", exact=False).count() == 0, "JupyterLab asks about its news"
    assert page.locator(".jp-toast-button, .Toastify__toast").count() == 0
    assert notebook.errors == []
    notebook.keep_pictures("notebook-01")


def test_the_switch_changes_everything_on_screen_at_once(open_notebook: Open) -> None:
    notebook = open_notebook(
        "switch",
        "import creditkit as ck\nck.language_switch()",
        '<div lang="zh">\n\n中文段落\n\n</div>\n<div lang="en">\n\nEnglish prose\n\n</div>',
        "ck.play('switch', scenario='pump_maker', guided=True)",
    )
    notebook.run_all()
    chinese, english = (
        notebook.page.locator("p", has_text=t) for t in ("中文段落", "English prose")
    )
    player = notebook.player()
    player.tick("attitude").check()

    for language, shown, hidden in ((EN, english, chinese), (ZH, chinese, english)):
        notebook.switch_to(language)
        player.language = language

        expect(shown).to_be_visible()
        expect(hidden).to_be_hidden()
        expect(player.action).to_have_value(player.title("ask_inside"))
        expect(player.tick("attitude")).to_be_checked()
        expect(player.tick("position")).not_to_be_checked()
        expect(player.box).not_to_contain_text("询问" if language == EN else "Ask")
    assert notebook.errors == []


def test_the_switch_by_keyboard_leaves_the_notebook_alone(open_notebook: Open) -> None:
    notebook = open_notebook(
        "switch_keys",
        "import creditkit as ck\nck.language_switch()",
        "ck.play('switch_keys', scenario='pump_maker')",
    )
    notebook.run_all()
    count = notebook.cells.count()

    notebook.page.get_by_label("语言 Language").focus()
    for key in ("ArrowDown", "a", "b", "d", "d", "Enter"):
        notebook.page.keyboard.press(key)

    expect(notebook.player().box.locator(".ck-head")).to_have_attribute("lang", "en")
    assert notebook.cells.count() == count
    expect(notebook.page.locator("#jp-main-statusbar")).to_contain_text("Mode: Command")
