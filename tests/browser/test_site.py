"""The documentation in a browser: whole, in each language, with nothing from outside."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, expect

from tests.test_documentation import site

pytestmark = pytest.mark.browser
__all__ = ["site"]
GRAVE = {"serious", "critical"}


@pytest.mark.parametrize("name", ["tutorials", "howto", "scoring", "figures", "class_figures"])
def test_a_page_is_whole_in_each_language(window: BrowserContext, site: Path, name: str) -> None:
    page = window.new_page()
    page.set_viewport_size({"width": 1100, "height": 900})
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda r: complaints.append(r.url) if r.url[:5] != "file:" else None)

    page.goto((site / f"{name}.html").as_uri())

    switch = page.get_by_label("语言 Language")
    for value, shown, hidden in (("zh", "zh", "en"), ("en", "en", "zh")):
        switch.select_option(value)
        expect(page.locator(f"article div[lang={shown}]").first).to_be_visible()
        expect(page.locator(f"article div[lang={hidden}]").first).to_be_hidden()
    switch.select_option("")
    pictures = page.locator("article img")
    for number in range(pictures.count()):
        pictures.nth(number).scroll_into_view_if_needed()
        assert pictures.nth(number).evaluate("image => image.complete && image.naturalWidth > 100")
    over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for width in (1100, 400):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(over) <= 0, width
    # Before axe, which reads the style sheets in a way a page from disk may not.
    assert complaints == []
    found = Axe().run(page).response["violations"]
    assert [(v["id"], len(v["nodes"])) for v in found if v["impact"] in GRAVE] == []
