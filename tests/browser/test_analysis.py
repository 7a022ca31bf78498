"""Credit files and receivables on screen, as an analyst works them."""

import json
import re

import pytest
from playwright.sync_api import Locator, ViewportSize, expect

from tests.browser.conftest import Open
from tests.browser.desk import EN, SWITCH

pytestmark = pytest.mark.browser
WIDE: ViewportSize = {"width": 1280, "height": 1600}


def test_a_notebook_runs_from_the_menu_without_a_complaint(open_notebook: Open) -> None:
    notebook = open_notebook("06_review_a_credit_file.ipynb")
    notebook.page.set_viewport_size(WIDE)

    notebook.menu("Run", "Run All Cells")
    notebook.settle(timeout=120_000)

    assert notebook.page.locator(".jp-RenderedText[data-mime-type*=error]").count() == 0
    assert notebook.errors == []


def test_a_file_is_worked_in_both_languages_and_its_trail_is_on_disk(
    open_notebook: Open,
) -> None:
    notebook = open_notebook("reviewer", SWITCH, "ck.review_view(folder='reviewed')")
    notebook.page.set_viewport_size(WIDE)
    notebook.run_all()
    view = notebook.player().box
    head, status = view.locator(".ck-head"), view.get_by_role("status")
    table, trail = view.locator(".ck-table").nth(1), view.locator(".ck-table").last

    def labelled(name: str) -> Locator:
        return view.get_by_label(name, exact=True)

    def submit() -> None:
        view.locator("button.ck-submit").click()

    labelled("客户").select_option(label="C00206 己丑丁卯电子有限公司")
    expect(head).to_contain_text("严重 9")
    expect(status).to_contain_text("C00206")
    expect(table).to_contain_text("-22 低于可能的下限 0 项")

    # A fact that cannot be: told in place, and what was typed is still there.
    labelled("数据项").select_option(label="有效专利数")
    value = labelled("取值（项）")
    value.fill("-22")
    labelled("来源").select_option(label="业务部门")
    view.get_by_label("采集日期").fill("2025-12-30")
    labelled("经手人").fill("李敏")
    submit()
    expect(view.locator(".ck-refused")).to_contain_text("-22")
    expect(status).to_contain_text("-22")
    expect(value).to_have_value("-22")
    value.fill("２２")
    submit()
    expect(view.locator(".ck-ok")).to_contain_text("录入有效专利数：22 项")
    expect(head).to_contain_text("严重 8")
    expect(table).not_to_contain_text("-22")
    notebook.keep_pictures("reviewer-entered", view)

    # The language changes in the middle; what is chosen and typed stays.
    notebook.switch_to(EN)
    expect(view.locator(".ck-ok")).to_contain_text("entered patents in force: 22 items")
    act = labelled("What to do")
    act.select_option("Sign off a finding")
    expect(labelled("value (items)")).to_be_hidden()
    labelled("Your name").fill("王经理")
    labelled("Reason").fill("见原件 <b>")
    submit()
    expect(table).to_contain_text("waived by 王经理")

    # Over grave findings the file cannot be accepted, but returned; by keyboard.
    act.select_option("Sign off the file")
    submit()
    expect(view.locator(".ck-refused")).to_contain_text("7 grave findings are left")
    labelled("Verdict").select_option("returned")
    labelled("Verdict").focus()
    for key in ("Tab", "Tab", "Tab", "Enter"):
        notebook.page.keyboard.press(key)
    expect(head).to_contain_text("The file is returned")
    notebook.keep_pictures("reviewer-signed")

    path = notebook.lab.notebooks / "reviewed" / "C00206.jsonl"
    lines = [json.loads(line) for line in path.read_text("ascii").splitlines()][1:]
    assert [(line["act"], line["by"]) for line in lines] == [
        ("enter", "李敏"), ("waive", "王经理"), ("sign_off", "王经理")
    ]  # fmt: skip

    # After the kernel is gone all of it is rebuilt from the disk.
    notebook.lab.shut_down_kernels(notebook.path)
    notebook.open()
    notebook.run_all()
    labelled("客户").select_option(label="C00206 己丑丁卯电子有限公司")
    expect(trail).to_contain_text("见原件 <b>")
    expect(trail.locator("tbody tr")).to_have_count(3)
    assert notebook.errors == []


def test_receivables_are_explored_by_day_currency_and_customer(open_notebook: Open) -> None:
    notebook = open_notebook("receivables", SWITCH, "ck.receivables_view()")
    notebook.page.set_viewport_size(WIDE)
    notebook.run_all()
    notebook.switch_to(EN)
    view = notebook.player().box
    submit = view.locator("button.ck-submit")
    expect(view).to_contain_text("Owed on 2025-12-31: CNY 350 m")

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
    notebook.page.set_viewport_size({**WIDE, "width": 1480})
    notebook.keep_pictures("receivables-customer", view)
    assert notebook.errors == []
