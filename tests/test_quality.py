"""Measured quality of sources: the measures by hand, their intervals, the grades, every engine."""

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditkit.analysis.measuring import measure_sources
from creditkit.analysis.quality import MEASURES, QualityError, SourceQuality, say
from creditkit.analysis.quality_grades import THRESHOLDS, grades
from creditkit.analysis.sample import sample
from creditkit.content.library import comparison
from tests.engines import ENGINES, OTHERS

DAY = "2025-12-31"


def facts(*rows: tuple[Any, ...]) -> Any:
    columns = ["customer", "field", "value", "source", "collected_on", "cost"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(collected_on=pd.to_datetime(frame["collected_on"]))


def truth(*rows: tuple[str, str, str]) -> Any:
    return pd.DataFrame(rows, columns=["customer", "field", "value"])


SMALL = facts(
    ("C1", "revenue", "1100", "customer", "2025-12-01", 0.0),
    ("C1", "debt_ratio", "50.0", "customer", "2025-12-01", 0.0),
    ("C1", "premises", "owned", "customer", "2025-12-01", 0.0),
    ("C2", "revenue", "1040", "customer", "2022-12-01", 0.0),
    ("C1", "revenue", "1000", "credit", "2025-12-21", 100.0),
    ("C1", "premises", "rented", "credit", "2025-12-21", 50.0),
)
TRUE = truth(
    ("C1", "revenue", "1000"), ("C1", "debt_ratio", "60.0"), ("C1", "premises", "rented"),
    ("C2", "revenue", "1000"),
)  # fmt: skip
ASKED = ["revenue", "debt_ratio", "premises"]


def test_each_measure_is_what_a_reckoning_by_hand_gives() -> None:
    wide: Any = measure_sources(SMALL, TRUE, DAY, asked=ASKED).wide()
    own, credit = wide.loc["customer"], wide.loc["credit"]
    # Right: only the revenue of C2, 4 % off where 5 % are allowed. Flattering: the other three.
    assert own["authenticity"] == pytest.approx(1 / 4)
    assert own["objectivity"] == pytest.approx(3 / 4)
    assert own["bias"] == pytest.approx((0.1 + 10 / 60 + 0.04) / 3)
    assert own["completeness"] == pytest.approx(4 / 6)
    assert own["timeliness"] == pytest.approx(3 / 4)
    assert own["age"] == pytest.approx((30 * 3 + 1126) / 4)
    assert own["cost"] == own["cost_per_usable"] * 0 == 0 or np.isnan(own["cost_per_usable"])
    assert credit["authenticity"] == 1
    assert credit["objectivity"] == credit["bias"] == 0
    assert credit["completeness"] == pytest.approx(2 / 6)
    assert credit["age"] == 10
    assert credit["cost"] == credit["cost_per_usable"] == 75


def test_a_slip_by_ten_thousand_does_not_rule_the_bias() -> None:
    slip = facts(
        ("C1", "revenue", "10000000", "customer", "2025-12-01", 0.0),
        ("C2", "revenue", "1000", "customer", "2025-12-01", 0.0),
    )
    found: Any = measure_sources(slip, TRUE, DAY, asked=["revenue"]).wide()
    assert found.loc["customer", "bias"] == 0.25


def test_low_numbers_flatter_where_low_is_good() -> None:
    low = facts(("C1", "debt_ratio", "40", "customer", "2025-12-01", 0.0))
    high = facts(("C1", "debt_ratio", "80", "customer", "2025-12-01", 0.0))
    for frame, slant in ((low, 1.0), (high, -1.0)):
        found: Any = measure_sources(frame, TRUE, DAY, asked=ASKED).wide()
        assert found.loc["customer", "objectivity"] == slant


def test_a_day_within_its_tolerance_is_right() -> None:
    said = facts(
        ("C1", "established", "2001-03-20", "agency", "2025-12-01", 1.0),
        ("C2", "established", "2001-05-20", "agency", "2025-12-01", 1.0),
        ("C3", "established", "long ago", "agency", "2025-12-01", 1.0),
    )
    true = truth(*((c, "established", "2001-02-27") for c in ("C1", "C2", "C3")))
    found: Any = measure_sources(said, true, DAY, asked=["established"]).wide()
    assert found.loc["agency", "authenticity"] == pytest.approx(1 / 3)


def test_facts_collected_after_the_day_of_use_and_empty_ones_do_not_count() -> None:
    later = facts(
        ("C1", "revenue", "1000", "credit", "2026-01-01", 100.0),
        ("C2", "revenue", "", "credit", "2025-01-01", 100.0),
        ("C2", "revenue", None, "credit", "2025-01-01", 100.0),
        ("C2", "revenue", "900", "credit", "2025-12-31", 100.0),
    )
    table: Any = measure_sources(later, TRUE, DAY, asked=["revenue"]).table
    counted = table.set_index("measure")["facts"]
    assert counted["authenticity"] == 1


def test_what_is_nowhere_known_to_be_true_is_not_judged() -> None:
    unknown = facts(("C9", "revenue", "5", "credit", "2025-12-01", 9.0))
    wide: Any = measure_sources(unknown, TRUE, DAY, asked=["revenue"]).wide()
    assert np.isnan(wide.loc["credit", ["authenticity", "objectivity", "bias"]].to_numpy()).all()
    assert wide.loc["credit", "timeliness"] == 1


def test_customers_of_whom_a_source_says_nothing_lower_its_completeness() -> None:
    people = pd.DataFrame(
        {"customer": ["C1", "C2", "C3", "C4"], "kind": ["new", "new", "old", "old"]}
    )
    wide: Any = measure_sources(SMALL, TRUE, DAY, asked=["revenue"], customers=people).wide()
    assert wide.loc["customer", "completeness"] == 0.5
    split: Any = measure_sources(SMALL, TRUE, DAY, asked=["revenue"], by=["kind"], customers=people)
    assert split.wide().loc[("customer", "new"), "completeness"] == 1.0


def test_measures_by_field_add_up_to_the_whole() -> None:
    f: Any = sample("facts")
    t: Any = sample("truth").drop_duplicates(["customer", "field"], keep="last")
    whole = measure_sources(f, t, DAY).table.set_index(["source", "measure"])
    parts = measure_sources(f, t, DAY, by=["field"]).table
    for measure in ("authenticity", "timeliness", "cost", "objectivity", "completeness"):
        rows = parts[parts["measure"] == measure].dropna(subset=["value"])
        for source, group in rows.groupby("source"):
            mean = float(np.average(group["value"], weights=group["facts"]))
            assert mean == pytest.approx(float(whole.loc[(source, measure), "value"]))  # type: ignore[arg-type]


@given(order=st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=15)
def test_the_order_of_rows_does_not_matter(order: Any) -> None:
    places = list(range(len(SMALL)))
    order.shuffle(places)
    one = measure_sources(SMALL, TRUE, DAY, asked=ASKED).table
    other = measure_sources(SMALL.iloc[places], TRUE, DAY, asked=ASKED).table
    pd.testing.assert_frame_equal(one, other)


def test_intervals_hold_what_they_promise_when_facts_of_a_customer_hang_together() -> None:
    # Each customer has a share of its own; facts of one customer are alike. True share: 0.6.
    rng = np.random.default_rng(7)
    names = ["revenue", "total_assets", "employees", "patents", "supplier_days"]
    held = []
    for _ in range(120):
        share = np.where(rng.random(80) < 0.5, 0.95, 0.25)
        right = rng.random((80, 5)) < share[:, None]
        frame = pd.DataFrame({
            "customer": np.repeat([f"C{i}" for i in range(80)], 5),
            "field": names * 80,
            "value": np.where(right, "100", "300").ravel(),
            "source": "customer", "collected_on": pd.Timestamp(DAY), "cost": 0.0,
        })  # fmt: skip
        known = frame[["customer", "field"]].assign(value="100")
        table: Any = measure_sources(frame, known, DAY, asked=names).table.set_index("measure")
        low, high = table.loc["authenticity", ["low", "high"]]
        held.append(low <= 0.6 <= high)
    assert 0.88 <= np.mean(held) <= 0.99


def test_who_gains_is_told_by_the_interval() -> None:
    f: Any = sample("facts")
    t: Any = sample("truth").drop_duplicates(["customer", "field"], keep="last")
    gains = measure_sources(f, t, DAY).gains()
    assert gains["customer"] == gains["business"] == "customer"
    assert gains["credit"] == "nobody"


def test_what_holds_on_the_day_of_use_is_the_truth() -> None:
    changing = pd.DataFrame({
        "customer": "C1", "field": "revenue", "value": ["900", "1100", "5000"],
        "since": [None, "2024-06-30", "2026-06-30"],
    })  # fmt: skip
    for reference in (changing, changing.assign(since=pd.to_datetime(changing["since"]))):
        wide: Any = measure_sources(SMALL, reference, DAY, asked=["revenue"]).wide()
        assert wide.loc["customer", "authenticity"] == 1
        earlier = SMALL.assign(collected_on=pd.Timestamp("2024-01-01"))
        wide = measure_sources(earlier, reference, "2024-01-01", asked=["revenue"]).wide()
        assert wide.loc["customer", "authenticity"] == 0


def test_a_cost_that_nobody_knows_is_not_nothing() -> None:
    unknown = SMALL.assign(cost=SMALL["cost"].where(SMALL["source"] == "credit"))
    quality = measure_sources(unknown, TRUE, DAY, asked=ASKED)
    wide: Any = quality.wide()
    assert np.isnan(wide.loc["customer", ["cost", "cost_per_usable"]].to_numpy(float)).all()
    assert wide.loc["credit", "cost"] == 75
    found: Any = grades(quality).query("source == 'customer' and criterion == 'cost'")
    assert found[["measured", "sure", "compared"]].values.tolist() == [
        ["not_measured", False, "open"]
    ]


def about(customers: int, value: str) -> Any:
    """So many customers, one fact of each, where 100 is true."""
    names = [f"C{n}" for n in range(customers)]
    said = facts(*((c, "revenue", value, "customer", "2025-12-01", 0.0) for c in names))
    return measure_sources(said, truth(*((c, "revenue", "100") for c in names)), DAY,
                           asked=["revenue"])  # fmt: skip


def test_of_one_customer_nothing_is_sure_and_nobody_knows_who_gains() -> None:
    quality = about(1, "150")
    found = grades(quality)
    assert not found["sure"].any()
    assert quality.gains().tolist() == ["unknown"]
    assert say("gains_unknown").zh


def test_customers_that_are_all_alike_still_leave_a_share_in_doubt() -> None:
    shares = ["objectivity", "bias", "authenticity", "completeness", "timeliness"]
    for value, at in (("100", "high"), ("150", "low")):
        table: Any = about(2, value).table.set_index("measure")
        assert (table.loc[shares, "high"] - table.loc[shares, "low"] > 0.3).all()
        assert table.loc["authenticity", at] == table.loc["authenticity", "value"]
    found = grades(about(2, "100")).set_index("criterion")
    assert not found.loc[
        ["authenticity", "completeness", "timeliness", "objectivity"], "sure"
    ].any()
    assert about(2, "150").gains().tolist() == about(2, "100").gains().tolist() == ["unknown"]


def test_many_customers_that_are_all_alike_are_proof_enough() -> None:
    right, flattered = about(200, "100"), about(200, "150")
    found: Any = grades(right).set_index("criterion")
    assert found.loc[["authenticity", "completeness", "timeliness", "objectivity"], "sure"].all()
    assert (right.gains().tolist(), flattered.gains().tolist()) == (["nobody"], ["customer"])


def test_grades_can_be_told_apart_by_segment() -> None:
    people = sample("customers")
    quality = measure_sources(sample("facts"), sample("truth"), DAY, by=["kind"], customers=people)
    found = grades(quality)
    assert len(found) == 2 * 4 * len(comparison().criteria)
    assert set(found["kind"]) == {"new", "existing"}


@pytest.mark.parametrize("engine", OTHERS)
@pytest.mark.parametrize("by", [[], ["kind", "field"]], ids=["source", "kind and field"])
def test_every_engine_finds_the_same(engine: str, by: list[str]) -> None:
    tables: Any = [sample("facts"), sample("truth").drop_duplicates(["customer", "field"],
                   keep="last"), sample("customers")]  # fmt: skip
    tables = [frame[frame["customer"] <= "C00060"] for frame in tables]
    expected = measure_sources(tables[0], tables[1], DAY, by=by, customers=tables[2]).table
    moved = [ENGINES[engine](frame) for frame in tables]
    found = measure_sources(moved[0], moved[1], DAY, by=by, customers=moved[2]).table
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_text_days_are_days() -> None:
    told = SMALL.assign(collected_on=SMALL["collected_on"].dt.strftime("%Y-%m-%d"))
    expected = measure_sources(SMALL, TRUE, DAY, asked=ASKED).table
    found = measure_sources(told, TRUE, date(2025, 12, 31), asked=ASKED).table
    pd.testing.assert_frame_equal(found, expected)
    found = measure_sources(pl.from_pandas(told), pl.from_pandas(TRUE), DAY, asked=ASKED).table
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


# Grades


def measured() -> Any:
    return SourceQuality(_measured().table.copy(), ())


@cache
def _measured() -> Any:
    f: Any = sample("facts")
    t: Any = sample("truth").drop_duplicates(["customer", "field"], keep="last")
    return measure_sources(f, t, DAY, customers=sample("customers"))


def test_grades_stand_beside_the_textbook_cell_by_cell() -> None:
    found = grades(measured())
    book = comparison()
    assert len(found) == 4 * len(book.criteria)
    for row in found.to_dict("records"):
        cell = next(r for r in book.rows if r.id == row["source"]).cells[row["criterion"]]
        assert (row["textbook"], row["ref"]) == (cell.grade, ", ".join(cell.ref))


def test_where_the_textbook_is_cut_off_there_is_nothing_to_compare() -> None:
    agency: Any = grades(measured()).query("source == 'agency' and criterion != 'objectivity'")
    assert set(agency["textbook"]) == {"not_in_source"}
    assert set(agency["compared"]) == {"open"}


def test_a_share_that_differs_from_customer_to_customer_is_uncertain() -> None:
    row: Any = grades(measured()).query("source == 'business' and criterion == 'timeliness'")
    assert (row["measured"] == "uncertain").all()
    assert (row["compared"] == "same").all()


def test_data_and_textbook_may_differ_in_either_direction() -> None:
    assert {"same", "better", "worse", "open"} == set(grades(measured())["compared"])


def test_a_better_value_never_gets_a_lower_grade() -> None:
    quality = measured()
    scale = [g.id for g in comparison().scales["quality"]]
    at = (quality.table["measure"] == "authenticity") & (quality.table["source"] == "credit")
    seen = []
    for value in np.linspace(0, 1, 41):
        quality.table.loc[at, ["value", "low", "high"]] = value
        found: Any = grades(quality).query("source == 'credit' and criterion == 'authenticity'")
        seen.append(scale.index(found["measured"].item()))
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0, 3)


def spoilt(column: str, value: Any) -> Any:
    """The small facts as text, with something else in the second and the last row of a column."""
    frame = SMALL.assign(collected_on=SMALL["collected_on"].dt.strftime("%Y-%m-%d"))
    frame.loc[[1, len(frame) - 1], column] = value
    return frame


@pytest.mark.parametrize("engine", OTHERS)
def test_facts_without_a_source_are_told_in_every_engine(engine: str) -> None:
    nameless = SMALL.assign(source=SMALL["source"].where(SMALL["source"] == "credit", None))
    with pytest.raises(QualityError, match="4"):
        measure_sources(ENGINES[engine](nameless), ENGINES[engine](TRUE), DAY)


def test_what_is_passed_over_need_not_be_complete() -> None:
    idle = SMALL.assign(value=["1100", None, "owned", "", "1000", "rented"])
    idle.loc[[1, 3], ["source", "collected_on"]] = None
    measured_anyway: Any = measure_sources(idle, TRUE, DAY, asked=ASKED).table
    assert set(measured_anyway["source"]) == {"customer", "credit"}


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: measure_sources([1], TRUE, DAY), "facts is no frame but list"),
        (lambda: measure_sources(SMALL.drop(columns="cost"), TRUE, DAY), "these columns: cost"),
        (lambda: measure_sources(SMALL, pl.from_pandas(TRUE), DAY), "reference: polars"),
        (lambda: measure_sources(SMALL, TRUE, DAY, customers=pl.from_pandas(TRUE)), "customers: p"),
        (lambda: measure_sources(SMALL, TRUE, DAY, asked=["revenu"]), "did you mean 'revenue'"),
        (lambda: measure_sources(SMALL, TRUE, DAY, asked=[]), "at least one field"),
        (lambda: measure_sources(SMALL, TRUE, DAY, by=["kind"]), "give the frame of customers"),
        (lambda: measure_sources(SMALL, TRUE, DAY, by=["source"]), "must be a list of columns"),
        (lambda: measure_sources(SMALL, TRUE, "2001-01-01"), "no usable fact by 2001-01-01"),
        (lambda: measure_sources(SMALL, pd.concat([TRUE, TRUE]), DAY), "of customer C1; keep one"),
        (lambda: measure_sources(spoilt("collected_on", None), TRUE, DAY),
         "2 facts have no day of collection that can be read, the first in row 1"),
        (lambda: measure_sources(spoilt("collected_on", "soon"), TRUE, DAY), "the first in row 1"),
        (lambda: measure_sources(pl.from_pandas(spoilt("collected_on", "soon")),
                                 pl.from_pandas(TRUE), DAY), "2 facts have no day"),
        (lambda: measure_sources(spoilt("source", None), TRUE, DAY),
         "2 facts have no source, the first in row 1"),
        (lambda: measure_sources(spoilt("customer", ""), TRUE, DAY), "2 facts have no customer"),
        (lambda: grades(measured(), {**THRESHOLDS, "cost": (1.0,)}), "cost needs 2 thresholds"),
    ],
)  # fmt: skip
def test_what_cannot_be_measured_is_told(call: Any, word: str) -> None:
    with pytest.raises(QualityError) as error:
        call()
    assert word in error.value.text.en
    assert error.value.text.zh


def test_every_measure_has_a_name_in_both_languages() -> None:
    assert all(say(f"measure_{measure}").zh for measure in MEASURES)
