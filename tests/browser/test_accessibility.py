"""What the product writes can be read by everybody: axe-core finds nothing in the way."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from creditkit.analysis.class_results import class_results
from creditkit.analysis.complaints import sample_register
from creditkit.casework.case import Case
from creditkit.casework.record import case_record
from creditkit.checklists import CollectionPlan
from creditkit.reporting.class_report import class_report
from creditkit.teaching.class_marking import mark_class
from creditkit.teaching.simulated_class import simulated_class
from creditkit.text import set_language
from tests.browser.desk import barriers
from tests.handing_out import ASSIGNMENT, a_class, handed_in
from tests.playing import play

pytestmark = pytest.mark.browser


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
            assert barriers(page) == [], (kind, lang)
