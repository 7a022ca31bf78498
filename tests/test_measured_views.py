"""Pictures of measured sources and the explorer of one value, without a browser."""

import warnings
from functools import cache
from typing import Any

import pandas as pd
import pytest

import creditkit as ck
from creditkit.plots.figure import png
from creditkit.plots.quality import figure_words
from creditkit.widgets.reconcile import PICTURES, ValueExplorer

DAY = "2025-12-31"


@cache
def tables() -> dict[str, Any]:
    """The sample's first customers."""
    names = ("facts", "truth", "customers")
    return {n: ck.sample(n)[ck.sample(n)["customer"] <= "C00060"] for n in names}


@cache
def found() -> Any:
    return ck.reconcile(tables()["facts"], tolerances=ck.tolerances(), half_life=365)


@cache
def drawn() -> dict[str, tuple[Any, ...]]:
    """What each picture is drawn of."""
    facts, truth, _ = tables().values()
    measured = ck.measure_sources(facts, truth, DAY)
    sets = ck.source_sets(facts.query("field in ['revenue', 'employees', 'premises']"), truth)
    torn = found().values.query("conflict").iloc[0]
    return {
        "measures": (measured,), "grades": (ck.grades(measured),),
        "by_field": (ck.measure_sources(facts, truth, DAY, by=["field"]),),
        "reliability": (found().sources,),
        "explanation": (found(), torn["customer"], torn["field"]),
        "calibration": (ck.calibration(found().values, truth, DAY),),
        "copying": (ck.shared_mistakes(facts, found().values),),
        "frontier": (ck.frontier(sets, coverage=0.8, points=4),),
        "plan": (ck.sourcing_plan(sets, coverage=0.8, confidence=0.7),),
    }  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("which", list(PICTURES))
def test_every_picture_is_drawn_in_both_languages_and_told_in_words(which: str, lang: str) -> None:
    ck.set_language(lang)
    view = ck.measured_picture(which, *drawn()[which])
    draw, tell = PICTURES[which]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        image = png(draw(*drawn()[which]))
    assert image == png(draw(*drawn()[which]))
    assert "data:image/png" in view.value
    told = tell(*drawn()[which])
    assert len(told) > 20
    stored = view._repr_mimebundle_()["text/html"]
    assert "<img" not in stored
    assert told[:10].split("<")[0][:4] in stored


def test_a_picture_that_is_not_there_is_told() -> None:
    with pytest.raises(ValueError, match="is none of measures, grades"):
        ck.measured_picture("mesures")


def test_cells_that_are_cut_off_show_as_not_in_the_source() -> None:
    draw, _ = PICTURES["grades"]
    words = [text.get_text() for text in draw(*drawn()["grades"]).axes[0].texts]
    assert words.count("not in the source") == 4


def test_names_of_sources_are_never_a_formula() -> None:
    facts = tables()["facts"].assign(
        source=tables()["facts"]["source"].replace("agency", r"$\frac{ and $x_1$")
    )
    measured = ck.measure_sources(facts, tables()["truth"], DAY)
    draw, _ = PICTURES["measures"]
    assert png(draw(measured)).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("measure", "value", "words"),
    [("bias", -0.0002, "0.0%"), ("objectivity", 0.136, "+13.6%"), ("authenticity", 0.718, "72%"),
     ("cost", float("nan"), "–"), ("age", 1234.4, "1,234")],
)  # fmt: skip
def test_figures_are_written_as_people_read_them(measure: str, value: float, words: str) -> None:
    assert figure_words(measure, value) == words


def explorer() -> ValueExplorer:
    view = ck.value_explorer(found(), tables()["customers"])
    assert isinstance(view, ValueExplorer)
    return view


def test_the_explorer_offers_what_is_in_conflict_first_and_explains_it() -> None:
    view = explorer()
    view._customer.value = "C00010"
    labels = [label for label, _ in view._field.options]
    torn = ["in conflict" in label for label in labels]
    assert torn == sorted(torn, reverse=True)
    assert torn[0]
    view._submit.click()
    told = found().explain("C00010", view._field.value)
    assert view._shown.value.count("<tr>") == len(told) + 1
    assert "is believed" in view._keyboard.message


def test_the_explorer_changes_its_language_and_keeps_what_is_chosen() -> None:
    view = explorer()
    view._customer.value = "C00012"
    view._field.value = view._field.options[2][1]
    chosen = (view._customer.value, view._field.value)
    ck.set_language("zh")
    assert (view._customer.value, view._field.value) == chosen
    assert "采信" in view._shown.value
    assert view._submit.description == "解释"


def test_own_fields_and_sources_are_shown_as_text() -> None:
    own = pd.DataFrame({"customer": ["<b>"] * 2, "field": ["<i>floor</i>"] * 2,
                        "value": ["<script>", "2"], "source": ["<u>", "site"]})  # fmt: skip
    view = ck.value_explorer(ck.reconcile(own))
    assert isinstance(view, ValueExplorer)
    for tag in ("<script>", "<u>", "<i>floor"):
        assert tag not in view._shown.value
    assert "&lt;script&gt;" in view._shown.value


def test_an_explorer_of_nothing_in_particular_is_of_the_sample() -> None:
    view = ck.value_explorer()
    assert isinstance(view, ValueExplorer)
    assert "do not exist" in view._head.value
    assert len(view._customer.options) == 420
