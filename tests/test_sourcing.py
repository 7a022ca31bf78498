"""The sourcing plan: exact, honest about what cannot be reached, and what money buys."""

from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditkit.analysis.sample import sample
from creditkit.analysis.sourcing import (
    SourcingError,
    SourcingPlan,
    frontier,
    plans_along,
    source_sets,
    sourcing_plan,
)

SETS = [("a",), ("b",), ("a", "b")]


def choices(*rows: tuple[str, tuple[str, ...], float, float, float]) -> Any:
    return pd.DataFrame(rows, columns=["field", "sources", "coverage", "confidence", "cost"])


def small(numbers: list[tuple[float, float, float]]) -> Any:
    names = [(f, s) for f in ("x", "y", "z") for s in SETS]
    return choices(*((f, s, *n) for (f, s), n in zip(names, numbers, strict=True)))


def every_plan(
    sets: Any, fixed: dict[str, float]
) -> list[tuple[float, float, float, tuple[int, ...]]]:
    """Cost, coverage, right and choice of all plans there are, by counting them out."""
    by_field = [[None, *group.index] for _, group in sets.groupby("field")]
    found = []
    for pick in product(*by_field):
        rows = [i for i in pick if i is not None]
        cost = sum(sets.loc[i, "cost"] for i in rows)
        cost += sum(
            fixed[s] for s in {s for i in rows for s in sets.loc[i, "sources"]} & set(fixed)
        )
        covered = sum(sets.loc[i, "coverage"] for i in rows)
        right = sum(sets.loc[i, "coverage"] * sets.loc[i, "confidence"] for i in rows)
        found.append((float(cost), float(covered) / len(by_field), float(right), tuple(rows)))
    return found


NUMBERS = st.lists(
    st.tuples(
        st.sampled_from([0.2, 0.5, 0.8, 1.0]),
        st.sampled_from([0.3, 0.6, 0.75, 0.9, 1.0]),
        st.integers(0, 200).map(float),
    ),
    min_size=9, max_size=9,
)  # fmt: skip


@given(
    numbers=NUMBERS, coverage=st.sampled_from([0.0, 0.3, 0.6, 0.9]),
    confidence=st.sampled_from([0.0, 0.6, 0.8, 0.95]),
    fee=st.sampled_from([0.0, 30.0, 500.0]),
)  # fmt: skip
@settings(deadline=None, max_examples=60)
def test_no_plan_is_cheaper_than_the_one_found(
    numbers: Any, coverage: float, confidence: float, fee: float
) -> None:
    sets, fixed = small(numbers), {"b": fee}
    fitting = [
        plan for plan in every_plan(sets, fixed)
        if plan[1] >= coverage - 1e-9 and plan[2] >= confidence * plan[1] * 3 - 1e-9
    ]  # fmt: skip
    try:
        found = sourcing_plan(sets, coverage=coverage, confidence=confidence, fixed=fixed)
    except SourcingError:
        assert not fitting
        return
    assert found.cost == pytest.approx(min(plan[0] for plan in fitting), abs=1e-4)
    assert found.coverage >= coverage - 1e-6
    assert np.isnan(found.confidence) or found.confidence >= confidence - 1e-6


@given(numbers=NUMBERS, budget=st.integers(0, 300))
@settings(deadline=None, max_examples=40)
def test_no_plan_for_a_budget_has_more_that_is_right(numbers: Any, budget: int) -> None:
    sets = small(numbers)
    fitting = [plan for plan in every_plan(sets, {}) if plan[0] <= budget + 1e-9]
    found = sourcing_plan(sets, coverage=0, budget=float(budget))
    right = found.coverage * 3 * (0 if np.isnan(found.confidence) else found.confidence)
    assert right == pytest.approx(max(plan[2] for plan in fitting), abs=1e-4)
    assert found.cost <= budget + 1e-6


def test_a_source_without_a_fee_stands_in_for_one_that_has_it() -> None:
    sets = choices(("x", ("a",), 1, 0.9, 10.0), ("x", ("b",), 1, 0.9, 9.0))
    assert sourcing_plan(sets, confidence=0.9).choices["sources"].tolist() == [("b",)]
    with_fee = sourcing_plan(sets, confidence=0.9, fixed={"b": 5.0})
    assert with_fee.choices["sources"].tolist() == [("a",)]
    assert with_fee.cost == 10.0


def test_each_field_by_itself_asks_more_than_the_mean() -> None:
    sets = choices(
        ("x", ("a",), 1, 0.99, 1.0), ("y", ("a",), 1, 0.85, 1.0), ("y", ("b",), 1, 0.95, 50.0)
    )
    assert sourcing_plan(sets, confidence=0.9).cost == 2.0
    assert sourcing_plan(sets, confidence=0.9, each=True).cost == 51.0


def test_a_field_that_weighs_nothing_is_left_out() -> None:
    sets = choices(("x", ("a",), 1, 0.99, 1.0), ("y", ("b",), 1, 0.5, 50.0))
    plan = sourcing_plan(sets, confidence=0.95, weights={"y": 0})
    assert plan.choices.set_index("field").loc["y", "sources"] == ()
    assert plan.cost == 1.0


@cache
def sampled() -> Any:
    facts: Any = sample("facts")
    true: Any = sample("truth").drop_duplicates(["customer", "field"], keep="last")
    names = ["revenue", "employees", "premises", "court_record"]
    return source_sets(facts[facts["field"].isin(names)], true)


def test_sets_are_worth_what_the_data_show() -> None:
    table = sampled()
    assert len(table) == 15 * 4
    by_set = table.groupby("sources")
    facts: Any = sample("facts")
    alone = table[[pair == ("revenue", ("credit",)) for pair in zip(table["field"],
                   table["sources"], strict=True)]].iloc[0]  # fmt: skip
    own: Any = facts[(facts["field"] == "revenue") & (facts["source"] == "credit")]
    assert alone["coverage"] == pytest.approx(len(own) / 420)
    assert alone["cost"] == pytest.approx(own["cost"].sum() / 420)
    # The words of customer and sales together are hardly better than one of them.
    mean: Any = by_set["confidence"].mean()
    assert mean[("credit",)] > mean[("business", "customer")]
    assert table["coverage"].between(0, 1).all()
    assert table["confidence"].between(0, 1).all()


def test_more_sources_never_cover_less_nor_cost_less() -> None:
    for _, group in sampled().groupby("field"):
        rows = group.to_dict("records")
        for few, more in product(rows, rows):
            if set(few["sources"]) < set(more["sources"]):
                assert few["coverage"] <= more["coverage"]
                assert few["cost"] <= more["cost"]


def test_along_the_frontier_confidence_costs_more_and_more() -> None:
    found = frontier(sampled(), coverage=0.85, points=8)
    assert found["confidence"].is_monotonic_increasing
    assert found["cost"].is_monotonic_increasing
    assert (found["buys"].dropna() > 0).all()
    assert np.isnan(found["buys"].iloc[-1])
    for row in found.to_dict("records"):
        plan = sourcing_plan(sampled(), coverage=0.85, confidence=row["confidence"] - 1e-9)
        assert plan.cost == pytest.approx(row["cost"], rel=1e-4)


def test_the_frontier_goes_through_the_plan_that_is_asked_for() -> None:
    plans = plans_along(sampled(), coverage=0.85, points=4, through=0.87)
    asked = sourcing_plan(sampled(), coverage=0.85, confidence=0.87)
    reached = next(plan for plan in plans if plan.confidence >= 0.87 - 1e-6)
    assert reached.cost == pytest.approx(asked.cost, rel=1e-4)
    costs = [plan.cost for plan in plans]
    assert costs == sorted(costs)
    beyond = plans_along(sampled(), coverage=0.85, points=4, through=1.0)
    assert [p.cost for p in beyond] == [p.cost for p in plans_along(sampled(), coverage=0.85,
                                                                    points=4)]  # fmt: skip


def test_what_a_larger_budget_buys_is_never_less() -> None:
    right = []
    for budget in (50.0, 100.0, 200.0, 400.0):
        plan = sourcing_plan(sampled(), coverage=0.5, budget=budget)
        right.append(plan.coverage * plan.confidence)
        assert plan.cost <= budget + 1e-6
    assert right == sorted(right)


def refused(**options: Any) -> str:
    sets = options.pop("sets", None)
    with pytest.raises(SourcingError) as error:
        sourcing_plan(sampled() if sets is None else sets, **options)
    assert error.value.text.zh
    return error.value.text.en


def test_what_is_out_of_reach_is_told_with_what_is_in_reach() -> None:
    assert "all sources together reach" in refused(coverage=1.0)
    assert "is the highest" in refused(confidence=1.0)
    told = refused(confidence=0.97, each=True)
    assert "cannot reach it by themselves" in told
    assert "annual revenue" in told
    assert "does not reach a coverage of 90.0%" in refused(budget=0.5)


def test_the_highest_confidence_told_can_be_reached_and_no_more() -> None:
    told = refused(coverage=0.9, confidence=1.0)
    most = float(told.split("asked; with this coverage ")[1].split("%")[0]) / 100
    plan: SourcingPlan = sourcing_plan(sampled(), coverage=0.9, confidence=most - 0.001)
    assert plan.confidence >= most - 0.001
    refused(coverage=0.9, confidence=most + 0.002)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"coverage": 1.2}, "coverage must be a share"),
        ({"confidence": -0.1}, "confidence must be a share"),
        ({"budget": -1.0}, "budget must be a number"),
        ({"fixed": {"credit": float("inf")}}, "credit must be a number"),
        ({"weights": dict.fromkeys(["revenue", "employees", "premises", "court_record"], 0.0)},
         "All fields weigh 0"),
        ({"sets": pd.DataFrame({"field": []})}, "lacks these columns"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_told(options: Any, word: str) -> None:
    assert word in refused(**options)


def test_sources_that_are_not_there_are_told() -> None:
    with pytest.raises(SourcingError, match="oracle"):
        source_sets(sample("facts"), sample("truth"), sources=["oracle"])
    with pytest.raises(SourcingError):
        frontier(sampled(), points=1)
