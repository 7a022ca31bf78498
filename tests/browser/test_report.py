"""The report as its reader opens it, and the notebooks that end with it."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from creditkit.reporting.build import report
from tests.browser.conftest import Open
from tests.browser.desk import ARTEFACTS, EN, SWITCH, barriers
from tests.test_report import keep

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_report_opens_offline_without_a_complaint(
    window: BrowserContext, tmp_path: Path, lang: str
) -> None:
    folder = keep(tmp_path / "own", "customers", "facts", "invoices", "payments", "complaints")
    parts = ["receivables", "files", "sources", "complaints"]
    path = report(folder, lang=lang, parts=parts).save(tmp_path / "report.html")
    window.set_offline(True)
    page = window.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda r: complaints.append(r.url) if r.url[:5] == "http:" else None)

    page.goto(path.as_uri())

    expect(page.locator("h1")).to_contain_text("2025-12-31")
    images = page.locator("img")
    for number in range(images.count()):
        assert images.nth(number).evaluate("image => image.complete && image.naturalWidth > 100")
    # Nothing runs over the edge of the page, on paper either.
    for width, medium in ((1100, "screen"), (400, "screen"), (688, "print")):
        page.emulate_media(media=medium)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(over) <= 0, (width, medium)
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1100, "height": 1400})
    for name in ("receivables", "files", "sources", "complaints", "data", "definitions"):
        page.locator(f"nav a[href='#{name}']").click()
        expect(page.locator(f"#{name} h2")).to_be_in_viewport()
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"report.{lang}.png", full_page=True)
    assert complaints == []
    assert barriers(page) == []


def test_the_notebook_runs_from_the_menu_without_a_complaint(open_notebook: Open) -> None:
    notebook = open_notebook("08_reconciling_sources.ipynb")
    notebook.menu("Run", "Run All Cells")
    notebook.settle(timeout=180_000)
    assert notebook.page.locator(".jp-RenderedText[data-mime-type*=error]").count() == 0
    assert notebook.errors == []


def test_a_value_is_explained_in_both_languages(open_notebook: Open) -> None:
    notebook = open_notebook("explained", SWITCH, "ck.value_explorer()")
    notebook.run_all()
    view = notebook.player().box
    view.get_by_label("客户").select_option(label="C00116 己未乙丑纺织有限公司")
    field = view.get_by_label("数据项")
    field.select_option(label="已抵押资产占比（说法不一，78%）")
    view.locator("button.ck-submit").click()
    expect(view.get_by_role("status")).to_contain_text("采信 36.3 %")
    expect(view.locator("tbody tr")).to_have_count(4)
    notebook.keep_pictures("explained", view)
    notebook.switch_to(EN)
    expect(view.get_by_label("Field").locator("option:checked")).to_contain_text("assets pledged")
    expect(view.locator("tbody tr").first).to_contain_text("the credit department")
    assert notebook.errors == []
