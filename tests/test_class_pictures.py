"""Pictures, tables on screen and the report of a class."""

import re
import warnings
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest
from matplotlib.figure import Figure

from creditkit import (
    class_picture,
    class_report,
    class_results,
    class_table,
    class_warnings,
    set_language,
    simulated_class,
)
from creditkit.analysis.class_results import ClassResults, ResultsError
from creditkit.plots.class_answers import calibration_picture, fairness_picture, options_picture
from creditkit.plots.class_results import items_picture, refs_picture, scores_picture, time_picture
from creditkit.plots.decision_map import decision_picture
from creditkit.plots.figure import png
from creditkit.teaching.marked import Marked

Drawn = Callable[[ClassResults], Figure]
PICTURES: dict[str, Drawn] = {
    "scores": scores_picture,
    "items": items_picture,
    "refs": refs_picture,
    "time": time_picture,
    "fairness": fairness_picture,
    "calibration": calibration_picture,
    "options": lambda results: options_picture(results, "refusal_first_contact"),
    "parts": lambda results: options_picture(results, "sources_table_known"),
    "decisions": lambda results: decision_picture(results.decisions("case2")),
}
HOSTILE = "<script>alert(1)</script> $\\frac{{$ \" '"


@pytest.fixture(scope="module")
def marked() -> Marked:
    return simulated_class(students=60, seed=1)


@pytest.fixture(scope="module")
def results(marked: Marked) -> ClassResults:
    return class_results(marked)


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_a_picture_is_drawn_in_chinese_with_every_glyph(results: ClassResults, name: str) -> None:
    set_language("zh")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = PICTURES[name](results)
        image = png(figure)

    assert image.startswith(b"\x89PNG")
    words = " ".join(text.get_text() for axes in figure.axes for text in _texts(axes))
    assert any("\u4e00" <= c <= "\u9fff" for c in words)


def _texts(axes: Any) -> list[Any]:
    labels = [*axes.get_xticklabels(), *axes.get_yticklabels()]
    titles = [axes.xaxis.label, axes.yaxis.label, axes.title, axes._left_title]
    legend = axes.get_legend()
    return [*axes.texts, *labels, *titles, *(legend.get_texts() if legend else ())]


def test_the_same_class_gives_the_same_image(results: ClassResults) -> None:
    found = results.decisions("case1")
    assert png(decision_picture(found)) == png(decision_picture(found))


def test_the_map_tells_how_many_worked_each_step(results: ClassResults) -> None:
    found = results.decisions("case2")
    words = [text.get_text() for text in decision_picture(found).axes[0].texts]

    for step, row in found.steps.iterrows():
        assert any(str(found.step_title(str(step)))[:20] in word for word in words)
        assert str(row["worked"]) in words


def silent(marked: Marked) -> Marked:
    """The same class, in which confidence was not asked and all read Chinese."""
    marks = [{**m, "confidence": None, "language": "zh"} for m in marked.tables["mark"]]
    return Marked({**marked.tables, "mark": marks})


def test_what_was_not_asked_has_no_picture_and_the_reason_is_given(marked: Marked) -> None:
    found = class_results(silent(marked))

    with pytest.raises(ResultsError, match="Confidence was not asked"):
        calibration_picture(found)
    with pytest.raises(ResultsError, match="one language"):
        fairness_picture(found)
    with pytest.raises(ResultsError, match="refusal_first_contact"):
        options_picture(found, "refusal_order")


# On screen


@pytest.mark.parametrize("which", ["scores", "options", "decisions"])
def test_a_picture_on_screen_says_in_words_what_it_shows_and_follows_the_language(
    results: ClassResults, which: str
) -> None:
    item = {"options": "refusal_first_contact", "decisions": "case1"}.get(which, "")
    view = class_picture(results, which, item)
    first = re.search("alt='([^']*)'", view.value)
    set_language("zh")
    second = re.search("alt='([^']*)'", view.value)

    assert first and second and first[1] != second[1]
    assert any("\u4e00" <= c <= "\u9fff" for c in second[1])


def test_a_table_on_screen_follows_the_language_and_says_how_much_more_there_is(
    results: ClassResults,
) -> None:
    view = class_table(results, "refs")
    assert "Share known" in view.value and "more rows" in view.value
    set_language("zh")
    assert "掌握率" in view.value
    assert class_table(results, "summary").value != class_table(results, "items").value


@pytest.mark.parametrize(
    ("which", "item"),
    [
        ("options", "refusal_first_contact"),
        ("parts", "refusal_routes"),
        ("decisions", "case1"),
    ],
)
def test_a_picture_of_no_item_in_particular_shows_the_first_there_is(
    results: ClassResults, which: str, item: str
) -> None:
    assert results.first(which) == item
    assert class_picture(results, which).value == class_picture(results, which, item).value


@pytest.fixture(scope="module")
def less(marked: Marked) -> Marked:
    """A class of one language that was asked one question, and not how sure it is."""
    asked = {
        name: [{**row, "confidence": None, "language": "zh"} for row in rows
               if row["item"] == "refusal_order"]
        if name in {"item", "mark", "line", "act"} else rows
        for name, rows in marked.tables.items()
    }  # fmt: skip
    return Marked(asked)


def test_a_class_that_was_asked_less_is_told_so_in_place_of_pictures(less: Marked) -> None:
    found = class_results(less)
    for which, says in {
        "options": "single or multiple choice",
        "parts": "a matching question",
        "decisions": "no case in this assignment",
        "fairness": "one language",
        "calibration": "Confidence was not asked",
    }.items():
        assert says in class_picture(found, which).value
    assert "Nothing to list" in class_table(found, "left").value


def test_the_trainers_notebook_runs_from_the_top_on_any_class(less: Marked) -> None:
    path = Path(__file__).parents[1] / "notebooks" / "trainer" / "results.ipynb"
    notebook: Any = nbformat.read(path, 4)  # type: ignore[no-untyped-call]
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    of_class = [cell for cell in cells if cell.startswith("results = ck.class_results(")]
    assert len(of_class) == 1
    names = {"less": less}
    for cell in cells:
        exec("results = ck.class_results(less)" if cell in of_class else cell, names)


def test_on_screen_a_wrong_name_is_told_with_the_right_ones(results: ClassResults) -> None:
    with pytest.raises(ResultsError, match="did you mean 'scores'"):
        class_picture(results, "score")
    with pytest.raises(ResultsError, match="did you mean 'items'"):
        class_table(results, "item")


def test_warnings_on_screen_say_what_a_small_class_cannot_carry() -> None:
    assert "too few for reliability" in class_warnings(class_results(simulated_class(5, 1))).value


# The report


class Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.alts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        known = dict(attrs)
        if known.get("id"):
            self.ids.append(str(known["id"]))
        if tag == "img":
            self.alts.append(known.get("alt") or "")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_report_has_every_part_names_nobody_and_needs_nothing_from_outside(
    results: ClassResults, marked: Marked, lang: str
) -> None:
    made = class_report(results, lang=lang)
    page, text = Page(made.html), re.sub(r"base64,[^']*", "", made.html)

    assert page.ids == ["summary", "scores", "items", "options", "refs", "case1", "case2", "time",
                        "fairness", "calibration", "meanings"]  # fmt: skip
    assert not {"script", "link", "iframe"} & set(page.tags)
    assert "://" not in text
    assert len(page.alts) >= 8 and all(page.alts)
    assert f"<html lang='{'zh-CN' if lang == 'zh' else 'en'}'>" in text
    assert not re.search(r"\bnan\b", text)
    for student in marked.tables["student"]:
        assert student["student"] not in text and student["name"] not in text


def test_nothing_of_the_marks_is_markup_and_what_was_not_asked_is_left_out(marked: Marked) -> None:
    items = [{**i, "title": {"zh": HOSTILE, "en": HOSTILE}} for i in marked.tables["item"]]
    about = {**marked.assignment, "title": {"zh": HOSTILE, "en": HOSTILE}}
    tables = {**silent(marked).tables, "item": items, "assignment": [about]}
    page = Page(class_report(class_results(Marked(tables))).html)

    assert "script" not in page.tags
    assert not {"fairness", "calibration"} & set(page.ids)


def test_a_class_of_one_has_a_report_and_one_of_none_is_refused() -> None:
    made = class_report(class_results(simulated_class(students=1, seed=1)))

    assert "id='items'" in made.html
    assert len(made.problems) >= 6
    empty = simulated_class(students=1, seed=1)
    bare = Marked({**empty.tables, "mark": [], "line": [], "act": []})
    with pytest.raises(ResultsError, match="Nothing handed in"):
        class_report(class_results(bare))
