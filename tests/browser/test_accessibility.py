"""What the product writes can be read by everybody: axe-core finds nothing in the way."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from creditkit.analysis.class_results import class_results
from creditkit.analysis.complaints import sample_register
from creditkit.casework.case import Case
from creditkit.casework.record import case_record
from creditkit.checklists import CollectionPlan
from creditkit.reporting.class_report import class_report
from creditkit.teaching.class_marking import mark_class
from creditkit.teaching.simulated_class import simulated_class
from creditkit.text import set_language
from tests.browser.conftest import Open
from tests.browser.desk import ARTEFACTS, EN, SWITCH, Lab, barriers
from tests.handing_out import ASSIGNMENT, a_class, handed_in
from tests.playing import play

pytestmark = pytest.mark.browser

DESK: ViewportSize = {"width": 1400, "height": 1600}
TELEPHONE: ViewportSize = {"width": 360, "height": 800}


def sideways(page: Page) -> int:
    """How many pixels of the page lie outside the window, to the side."""
    return int(page.evaluate("(e => e.scrollWidth - e.clientWidth)(document.documentElement)"))


def of_a_class(folder: Path) -> str:
    return class_report(class_results(simulated_class(students=24, seed=1))).html


def of_a_case(folder: Path) -> str:
    case = play(Case.open("pump", scenario="pump_maker", folder=folder))
    return case_record(case).to_html()


def of_a_plan(folder: Path) -> str:
    return CollectionPlan.open("p", customer="江远泵业", folder=folder).to_html()


def of_complaints(folder: Path) -> str:
    return sample_register().filter(since="2025-12-01").to_html()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("made", [of_a_class, of_a_case, of_a_plan, of_complaints])
def test_nothing_on_a_page_stands_in_a_readers_way(
    window: BrowserContext, tmp_path: Path, made: Callable[[Path], str], lang: str
) -> None:
    set_language(lang)
    page = window.new_page()
    page.set_content(made(tmp_path))
    assert barriers(page) == []
    page.set_viewport_size(TELEPHONE)
    assert barriers(page) == []
    assert sideways(page) == 0


def test_nothing_in_a_students_feedback_stands_in_a_readers_way(
    window: BrowserContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = a_class(tmp_path, ASSIGNMENT.replace("[refusal_first", "[R, S, refusal_first"))
    handed_in(desk, "001", monkeypatch, "partly")
    page = window.new_page()
    for kind in ("full", "marks"):
        (text,) = mark_class(desk.inbox, desk.folder / "out", kind=kind).pages.values()
        page.set_content(text)
        for lang in ("zh", "en"):
            page.locator(f"#{lang}").check()
            for size in (DESK, TELEPHONE):
                page.set_viewport_size(size)
                assert barriers(page) == [], (kind, lang, size)
                assert sideways(page) == 0, (kind, lang, size)


def test_what_stands_in_a_readers_way_is_found(window: BrowserContext) -> None:
    page = window.new_page()
    page.set_content("<html lang='en'><title>t</title><main><h1>h</h1><img src='x'></main></html>")
    (told,) = barriers(page)
    assert told.startswith("image-alt (critical) ['img']")
    assert barriers(page, "h1") == []


VIEWS = (
    "ck.play('all', scenario='pump_maker')",
    "ck.exercises('sources')",
    "ck.essay('S')",
    "ck.source_explorer()",
    "ck.plan('p')",
    "ck.assignment_questions('exam/handout.json')",
    "ck.assignment_submit('exam/handout.json')",
)


def test_nothing_in_the_views_stands_in_a_readers_way(
    open_notebook: Open, lab: Lab, tmp_path: Path
) -> None:
    desk = a_class(tmp_path, ASSIGNMENT.replace("[refusal_first", "[R, refusal_first"))
    shutil.copytree(desk.handout("001"), lab.notebooks / "exam")
    notebook = open_notebook("readers", SWITCH, *VIEWS)
    page = notebook.page
    # All of it on screen: JupyterLab takes cells far below off the page.
    page.set_viewport_size({"width": 1400, "height": 7000})
    notebook.run_all()
    expect(page.locator(".ck-head")).to_have_count(len(VIEWS) - 1)
    player = notebook.player()
    player.act("ask_inside", tick=["attitude", "reason"])
    essay = page.locator(".ck-essay")
    essay.locator("textarea").fill("客户自己提供的客观性较差，不必做记录。")
    for name in ("提交答案", "提示", "看要点"):
        essay.get_by_role("button", name=name).click()
    expect(essay.locator(".ck-key")).to_be_visible()
    expect(essay.locator(".ck-hints")).to_be_visible()
    notebook.settle()
    for theme in ("Light", "Dark"):
        notebook.menu("Settings", "Theme", f"JupyterLab {theme}")
        body = page.locator("body")
        expect(body).to_have_attribute("data-jp-theme-light", str(theme == "Light").lower())
        assert barriers(page, ".ck-player", ".ck") == [], theme
    notebook.switch_to(EN)
    page.screenshot(path=ARTEFACTS / "views-dark.en.png")
    assert barriers(page, ".ck-player", ".ck") == []
    notebook.menu("Settings", "Theme", "JupyterLab Light")
