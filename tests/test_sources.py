"""Comparing sources: honest about what is not known, and about what ordinal grades can tell."""

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditkit.analysis.acceptability import SourceError, best_shares
from creditkit.analysis.sources import SourceTable, source_table
from creditkit.content.check import PACKAGE, check_folder
from creditkit.content.schema_sources import SourceComparison
from creditkit.plots import sources as pictures
from creditkit.text import set_language

TABLE = source_table()
CUT_OFF = [("agency", c) for c in ("authenticity", "completeness", "timeliness", "cost")]
WORDS = {"zh": "一", "en": "one"}


def table_of(*rows: list[int | None], grades: int = 4) -> SourceTable:
    """A made-up table: the place of each grade on a scale of `grades`, None where unknown."""
    scale = [{"id": f"g{n}", "title": WORDS} for n in range(grades)]
    names = [f"c{n}" for n in range(len(rows[0]))]
    content = SourceComparison.model_validate(
        {
            "sources": "made", "ref": "S1", "title": WORDS, "scales": {"s": scale},
            "unknown": {"uncertain": WORDS, "not_in_source": WORDS},
            "criteria": [
                {"id": c, "title": WORDS, "ref": "S1", "scale": "s", "meaning": WORDS}
                for c in names
            ],
            "rows": [
                {"id": f"r{n}", "title": WORDS, "ref": "S1", "cells": {
                    c: {"grade": "uncertain" if g is None else f"g{g}", "ref": "S1"}
                    for c, g in zip(names, row, strict=True)}}
                for n, row in enumerate(rows)
            ],
        }
    )  # fmt: skip
    return SourceTable(content, {}, tuple(f"r{n}" for n in range(len(rows))))


GRADES = st.integers(0, 3)
TABLES = st.integers(1, 4).flatmap(
    lambda m: st.lists(st.lists(GRADES | st.none(), min_size=m, max_size=m), min_size=2, max_size=5)
)


def test_the_cut_off_cells_say_so_in_both_languages() -> None:
    for source, criterion in CUT_OFF:
        assert TABLE.kind(source, criterion) == "not_in_source"
        assert TABLE.grade(source, criterion) is None
        assert TABLE.words(source, criterion).in_("zh") == "教材缺失"
        assert TABLE.words(source, criterion).in_("en") == "not in the source"
    assert TABLE.kind("business", "timeliness") == "uncertain"


def test_an_assumption_is_marked_wherever_it_shows() -> None:
    assumed = TABLE.assume({("agency", "cost"): "on_the_high_side"})
    assert assumed.words("agency", "cost").en == "on the high side (assumed)"
    assert "（假设）" in assumed.to_frame("zh").to_numpy().tolist()[3][4]
    assert TABLE.kind("agency", "cost") == "not_in_source"


@pytest.mark.parametrize(
    ("cell", "grade", "says"),
    [
        (("customer", "cost"), "low", "has a grade"),
        (("agnecy", "cost"), "low", "did you mean 'agency'"),
        (("agency", "costs"), "low", "did you mean 'cost'"),
        (("agency", "cost"), "lo", "did you mean 'low'"),
    ],
)
def test_an_assumption_that_makes_no_sense_is_refused(
    cell: tuple[str, str], grade: str, says: str
) -> None:
    set_language("en")
    with pytest.raises(SourceError, match=says):
        TABLE.assume({cell: grade})


def test_a_filter_keeps_what_might_fit() -> None:
    assert TABLE.filter(criterion="timeliness", at_least="strong").ids == (
        "business", "credit", "agency",
    )  # fmt: skip
    assert TABLE.filter(criterion="objectivity", at_least="rather_strong").ids == (
        "credit", "agency",
    )  # fmt: skip
    assert TABLE.filter(["customer"]).ids == ("customer",)


def test_no_source_of_the_coursework_is_better_than_another_for_certain() -> None:
    assert not (TABLE.dominance() == "certain").any(axis=None)


@given(rows=TABLES)
def test_dominance_is_what_trying_every_completion_says(rows: list[list[int | None]]) -> None:
    table = table_of(*rows[:3], grades=4)
    blanks = sum(g is None for row in rows[:3] for g in row)
    if blanks > 4:
        return
    found = table.dominance()
    seen: dict[tuple[int, int], set[bool]] = {}
    for filled in product(range(4), repeat=blanks):
        values = iter(filled)
        whole = [[next(values) if g is None else g for g in row] for row in rows[:3]]
        for i, j in product(range(len(whole)), repeat=2):
            if i != j:
                pairs = list(zip(whole[i], whole[j], strict=True))
                better = all(a >= b for a, b in pairs) and any(a > b for a, b in pairs)
                seen.setdefault((i, j), set()).add(better)
    for (i, j), answers in seen.items():
        said = found.loc[f"r{i}", f"r{j}"]
        # `certain` asks for one criterion that is better whatever happens; where only together
        # the completions make it so, the table stays on the safe side.
        assert (said == "certain") <= (answers == {True})
        assert (said != "") == (True in answers)


@settings(deadline=None)
@given(rows=TABLES, seed=st.integers(0, 1000))
def test_ranks_share_out_all_samples(rows: list[list[int | None]], seed: int) -> None:
    found = table_of(*rows).acceptability(samples=500, seed=seed)
    shares = found.ranks.to_numpy()
    assert np.allclose(shares.sum(axis=0), 1)
    assert np.allclose(shares.sum(axis=1), 1)
    pairs = found.pairs.to_numpy()
    off = ~np.eye(len(pairs), dtype=bool)
    assert np.allclose((pairs + pairs.T)[off], 1)


@settings(deadline=None)
@given(rows=TABLES)
def test_a_source_that_is_worse_for_certain_is_never_best(rows: list[list[int | None]]) -> None:
    table = table_of(*rows)
    found = table.acceptability(samples=500)
    dominance = table.dominance()
    for worse in table.ids:
        if (dominance[worse] == "certain").any():
            # A tie at a criterion that weighs next to nothing is the most it can reach.
            assert found.best[worse] < 0.01


@settings(deadline=None)
@given(rows=TABLES, grade=GRADES)
def test_to_assume_a_grade_never_widens_a_range(rows: list[list[int | None]], grade: int) -> None:
    table = table_of(*rows)
    blank = [(s, c) for s in table.ids for c in table.criteria if table.grade(s, c) is None]
    weights = dict.fromkeys(table.criteria, 1.0)
    before = table.score_range(weights)
    after = table.assume(dict.fromkeys(blank[:1], f"g{grade}")).score_range(weights)
    assert (after["low"] >= before["low"] - 1e-12).all()
    assert (after["high"] <= before["high"] + 1e-12).all()


def test_equal_sources_share_every_rank_evenly() -> None:
    found = table_of([2, 1], [2, 1], grades=4).acceptability(samples=40_000)
    assert np.allclose(found.ranks.to_numpy(), 0.5, atol=0.01)


def test_two_criteria_worked_by_hand() -> None:
    # Best on one criterion and worst on the other, each against the other way round: a source wins
    # whenever its criterion weighs more, which is half of all weights.
    assert np.allclose(table_of([3, 0], [0, 3]).acceptability(samples=40_000).best, 0.5, atol=0.01)
    # Fixed weights of 3 to 1 settle it.
    found = table_of([3, 0], [0, 3]).acceptability({"c0": 3, "c1": 1}, samples=100)
    assert list(found.best) == [1.0, 0.0]


def test_the_order_of_importance_restricts_the_weights() -> None:
    free = TABLE.acceptability(samples=20_000)
    cheap = TABLE.acceptability(importance=["cost"], samples=20_000)
    assert cheap.best["customer"] > free.best["customer"] + 0.1
    central = table_of([3, 0], [0, 3]).acceptability(importance=["c1"], samples=2_000).central
    assert central["c1"]["r1"] > 0.5
    assert central.loc["r0"].isna().all()


def test_the_same_seed_gives_the_same_figures() -> None:
    one, two = (TABLE.acceptability(samples=70_000, seed=5) for _ in range(2))
    assert one.ranks.equals(two.ranks)
    assert one.error < 0.002


def test_along_the_weight_of_cost_the_dear_source_gives_way_to_the_free_one() -> None:
    shares = TABLE.along("cost", steps=5, samples=4_000)
    assert list(shares.index) == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert np.allclose(shares.sum(axis=1), 1)
    assert shares.loc[0.0].idxmax() == "credit"
    assert shares.loc[1.0].idxmax() == "customer"


@pytest.mark.parametrize("weights", [{}, {"cost": 0}, {"cost": -1}, {"cost": float("nan")}])
def test_weights_that_make_no_sense_are_refused(weights: dict[str, float]) -> None:
    set_language("en")
    with pytest.raises(SourceError, match="Weights must be"):
        TABLE.acceptability(weights)


@given(values=st.lists(st.lists(st.integers(0, 9), min_size=2, max_size=2), min_size=2, max_size=6))
def test_shares_of_the_best_agree_with_a_fine_grid(values: list[list[int]]) -> None:
    table = np.array(values, dtype=float)
    grid = np.linspace(0, 1, 4001)[1:-1]
    scores = table @ np.vstack([grid, 1 - grid])
    best = np.isclose(scores, scores.max(axis=0))
    expected = (best / best.sum(axis=0)).mean(axis=1)
    assert np.allclose(best_shares(table, 60_000), expected, atol=0.02)


@pytest.mark.parametrize("values", [[], [1.0, 2.0], [[1.0, float("nan")]]])
def test_best_shares_asks_for_a_table_of_numbers(values: Any) -> None:
    with pytest.raises(ValueError, match="expected a table"):
        best_shares(values)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_picture_can_be_drawn_and_told(lang: str) -> None:
    set_language(lang)
    table = TABLE.assume({("agency", "cost"): "low"})
    found, shares = table.acceptability(samples=500), table.along("cost", steps=3, samples=500)
    labels = [t.get_text() for t in pictures.grades_picture(table).axes[0].texts]
    assert sum("假设" in t or "assumed" in t for t in labels) == 1
    assert sum(t.replace("\n", " ") in {"教材缺失", "not in the source"} for t in labels) == 3
    for figure, told in (
        (pictures.quality_cost_picture(table), pictures.quality_cost_text(table)),
        (pictures.ranks_picture(table, found), pictures.ranks_text(table, found)),
        (pictures.along_picture(table, shares, "cost"), pictures.along_text(table, shares, "cost")),
    ):
        assert figure.axes and told


BROKEN = {
    "C301": ("grade: rather_poor, ref: S1.1", "grade: rather_por, ref: S1.1", "rather_poor"),
    "C302": ("      cost: {grade: none, ref: S1.5}\n", "", "cost"),
    "C303": ("    scale: cost\n", "    scale: costs\n", "cost"),
}


@pytest.mark.parametrize("code", BROKEN)
def test_a_broken_table_is_told_with_its_line(code: str, tmp_path: Path) -> None:
    old, new, says = BROKEN[code]
    source = PACKAGE / "sources" / "textbook.yaml"
    text = source.read_text("utf-8")
    assert old in text
    (tmp_path / "textbook.yaml").write_text(text.replace(old, new), "utf-8")
    found = [d for d in check_folder(tmp_path) if d.code == code]
    assert found and says in found[0].in_("en")
    assert found[0].line > 1
