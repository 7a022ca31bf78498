"""Class results in JupyterLab, as a trainer looks at them in both languages."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.desk import ARTEFACTS, EN, LANG, SWITCH, ZH

pytestmark = pytest.mark.browser
WORDS = {ZH: re.compile("[\u4e00-\u9fff]"), EN: re.compile("^[^\u4e00-\u9fff]+$")}
HEADINGS = {ZH: "怎样离开", EN: "How"}
WARNED = {ZH: "太少|算不准", EN: "too few for reliability"}


def test_pictures_tables_and_warnings_of_a_class_follow_the_language(open_notebook: Open) -> None:
    notebook = open_notebook(
        "class_of_24",
        SWITCH,
        "results = ck.class_results(ck.simulated_class(students=24, seed=1))",
        "ck.class_warnings(results)",
        'ck.class_picture(results, "decisions", "case2")',
        'ck.class_table(results, "left", "case2")',
    )
    page = notebook.page
    notebook.menu("Run", "Run All Cells")
    picture = page.locator("img.ck-picture")
    expect(picture).to_be_visible(timeout=60_000)

    for language in (EN, ZH):
        page.get_by_label("语言 Language").first.select_option(language)
        expect(picture).to_have_attribute("alt", WORDS[language], timeout=30_000)
        heading = page.get_by_role("columnheader", name=HEADINGS[language], exact=True)
        expect(heading).to_be_visible()
        expect(page.locator(".jp-Notebook")).to_contain_text(re.compile(WARNED[language]))
        assert picture.evaluate("image => image.naturalWidth") > 400
        ARTEFACTS.mkdir(exist_ok=True)
        path = ARTEFACTS / f"class-results.{LANG[language][:2]}.png"
        page.locator(".jp-NotebookPanel").screenshot(path=path)
    assert notebook.errors == []
