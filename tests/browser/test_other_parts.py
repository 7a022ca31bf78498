"""The notebooks on complaints, collecting, contents and sources, as a student opens them."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.desk import ARTEFACTS, EN, LANG, SWITCH, ZH

pytestmark = pytest.mark.browser
PARTS = [
    "00_start_here",
    "02_complaints",
    "03_collecting_information",
    "04_what_to_collect",
    "05_comparing_sources",
]


@pytest.mark.parametrize("name", PARTS)
def test_a_notebook_runs_from_the_menu_without_a_complaint(open_notebook: Open, name: str) -> None:
    notebook = open_notebook(f"{name}.ipynb")
    page = notebook.page

    notebook.menu("Run", "Run All Cells")
    notebook.settle(timeout=90_000)

    assert page.locator(".jp-RenderedText[data-mime-type*=error]").count() == 0
    assert notebook.errors == []


def test_a_complaint_is_recorded_and_asked_about_by_keyboard(open_notebook: Open) -> None:
    notebook = open_notebook(
        "complaint_keys", SWITCH, "ck.play('complaint_keys', scenario='frozen_limit', guided=True)"
    )
    notebook.run_all()
    notebook.switch_to(EN)
    player, press = notebook.player(), notebook.page.keyboard.press
    expect(player.box.locator(".ck-clock")).to_contain_text("0 hours gone, of 48")

    player.action.focus()
    for entry in ("Hemu Furniture", "000-5550137", "2026-03-04 09:30", "paid, frozen, cannot ship",
                  "Ren Feng"):  # fmt: skip
        press("Tab")
        notebook.page.keyboard.type(entry)
    press("Tab")
    press("ArrowDown")
    press("ArrowDown")
    press("Tab")
    press("Enter")

    expect(player.file).to_contain_text("the credit department")
    expect(player.box.locator(".ck-clock")).to_contain_text("0.6 hours gone")
    # All three who are responsible, by Space.
    player.action.focus()
    for _ in range(3):
        press("Tab")
        press("Space")
    press("Tab")
    press("Tab")
    press("Enter")
    expect(player.result).to_contain_text("trade fair")
    expect(player.box.locator(".ck-clock")).to_contain_text("past the deadline")
    notebook.keep_pictures("complaint-late")
    assert notebook.errors == []


def test_a_plan_is_worked_and_is_there_again(open_notebook: Open) -> None:
    notebook = open_notebook("plan", SWITCH, "ck.plan('plan', customer='A', customer_kind='new')")
    notebook.run_all()
    notebook.switch_to(EN)
    view = notebook.player().box
    fields = view.locator(".ck-form select")

    fields.nth(0).select_option(label="Basic documents · business licence")
    expect(fields.nth(1)).to_have_value("to do")
    fields.nth(1).select_option("received")
    view.locator(".ck-form input").nth(1).click()
    notebook.page.keyboard.type("2026-03-02")
    view.locator("button.ck-submit").click()

    expect(view.locator(".ck-result")).to_contain_text("business licence, received")
    expect(view.locator(".ck-head table")).to_contain_text("1 / 3")
    notebook.keep_pictures("plan", view)
    notebook.lab.shut_down_kernels(notebook.path)
    notebook.open()
    notebook.run_all()
    expect(notebook.player().box.locator(".ck-head table")).to_contain_text("1 / 3")


def test_weights_and_assumptions_change_the_ranking(open_notebook: Open) -> None:
    notebook = open_notebook("explorer", SWITCH, "ck.source_explorer()", "ck.sources_view()")
    notebook.run_all()
    notebook.page.get_by_label("语言 Language").first.select_option(EN)
    view = notebook.player().box
    expect(view.locator(".ck-table")).to_contain_text("collected by the credit department")
    before = view.locator(".ck-table").inner_text()

    view.get_by_label("cost, a credit reporting agency").select_option("none")
    view.locator("button.ck-submit").click()

    expect(view).to_contain_text("With your assumptions: cost, a credit reporting agency")
    assert view.locator(".ck-table").inner_text() != before
    ARTEFACTS.mkdir(exist_ok=True)
    for language, told in ((ZH, "含用户假设"), (EN, "With your assumptions")):
        notebook.page.get_by_label("语言 Language").first.select_option(language)
        expect(view).to_contain_text(told)
        picture = ARTEFACTS / f"explorer.{LANG[language][:2]}.png"
        view.screenshot(path=picture, animations="disabled")
    table = notebook.player(1).box
    table.get_by_label("Source").select_option("a credit reporting agency")
    table.locator("button.ck-submit").click()
    expect(table.locator("tbody tr")).to_have_count(1)
    expect(table.locator("tbody")).to_contain_text("not in the source")
    assert notebook.errors == []


def test_the_register_is_filtered_and_stays_masked(open_notebook: Open) -> None:
    notebook = open_notebook("register", SWITCH, "ck.register_view()")
    notebook.run_all()
    notebook.switch_to(EN)
    view = notebook.player().box

    view.get_by_label("Channel").select_option("fax")
    view.locator("button.ck-submit").click()

    expect(view).to_contain_text("36 complaints")
    expect(view).not_to_contain_text("000-555")
    notebook.keep_pictures("register", view)
    assert notebook.errors == []
