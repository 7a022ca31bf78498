"""Whether confidence is right as often as it says, and who repeats whom."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditkit.analysis.measuring import measure_sources
from creditkit.analysis.reconcile import reconcile
from creditkit.analysis.sample import sample
from creditkit.analysis.trust import agree, calibration, held, shared_mistakes
from creditkit.analysis.values import tolerances

DAY = "2025-12-31"
COLUMNS = ["customer", "field", "value", "source", "collected_on"]


def facts(*rows: tuple[str, ...]) -> Any:
    return pd.DataFrame(rows, columns=COLUMNS)


def test_what_holds_is_the_latest_by_the_day() -> None:
    truth = pd.DataFrame({
        "customer": "C1", "field": "revenue", "value": ["1", "3", "2"],
        "since": ["2023-06-30", "2026-01-01", "2024-06-30"],
    })  # fmt: skip
    assert held(truth, DAY)["value"].tolist() == ["2"]
    assert held(truth, "2023-12-31")["value"].tolist() == ["1"]
    assert held(truth.drop(columns="since"), DAY)["value"].tolist() == ["2"]


def test_values_agree_within_the_tolerance_of_their_field() -> None:
    rows = pd.DataFrame(
        [
            ("revenue", "104", "100", True), ("revenue", "106", "100", False),
            ("net_profit", "-95", "-100", True), ("patents", "12", "13", False),
            ("established", "2001-03-20", "2001-02-27", True),
            ("premises", "owned", "rented", False), ("premises", "owned", "owned", True),
            ("revenue", "a lot", "100", False), ("revenue", None, "100", False),
            ("revenue", None, None, False),
        ],
        columns=["field", "said", "known", "same"],
    )  # fmt: skip
    found = agree(rows["field"], rows["said"], rows["known"])
    assert found.tolist() == rows["same"].tolist()


def test_agreement_is_what_authenticity_counts() -> None:
    said, truth = sample("facts").query("source == 'customer'"), held(sample("truth"), DAY)
    both = said.merge(truth, on=["customer", "field"], suffixes=("", "_true"))
    share = agree(both["field"], both["value"], both["value_true"]).mean()
    measured: Any = measure_sources(said, truth, DAY).wide()
    assert share == pytest.approx(measured.loc["customer", "authenticity"])


@given(
    shares=st.lists(st.sampled_from([0.3, 0.55, 0.9, 0.995, 1.0]), min_size=1, max_size=40),
    seed=st.integers(0, 99),
)
@settings(deadline=None, max_examples=25)
def test_groups_hold_every_value_once_and_their_interval_holds_the_share(
    shares: list[float], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    right = rng.random(len(shares)) < shares
    names = [f"C{n}" for n in range(len(shares))]
    values = pd.DataFrame({"customer": names, "field": "employees", "confidence": shares,
                           "value": np.where(right, "100", "900")})  # fmt: skip
    truth = pd.DataFrame({"customer": names, "field": "employees", "value": "100"})
    table = calibration(values, truth, DAY)
    assert table["values"].sum() == len(shares)
    assert (table["right"] * table["values"]).sum() == pytest.approx(right.sum())
    assert (table["low"] <= table["right"]).all()
    assert (table["right"] <= table["high"]).all()
    assert table["confidence"].is_monotonic_increasing


def test_what_nobody_knows_to_be_true_is_no_test_of_confidence() -> None:
    values = pd.DataFrame(
        {"customer": ["C1"], "field": "employees", "value": "9", "confidence": [0.5]}
    )
    nothing = pd.DataFrame({"customer": ["C2"], "field": "employees", "value": "9"})
    assert calibration(values, nothing, DAY).empty


def test_a_source_that_repeats_another_shares_its_mistakes() -> None:
    rng = np.random.default_rng(5)
    rows, truth = [], []
    for n in range(60):
        true = int(rng.integers(100, 200))
        truth.append((f"C{n}", "employees", str(true)))
        wrong = [str(true + int(rng.integers(50, 900))) for _ in range(3)]
        for source, value in (("a", wrong[0]), ("parrot", wrong[0] if n % 4 else wrong[1]),
                              ("alone", wrong[2])):  # fmt: skip
            rows.append((f"C{n}", "employees", value, source, "2025-01-01"))
    known = pd.DataFrame(truth, columns=["customer", "field", "value"])
    found = shared_mistakes(facts(*rows), known).set_index(["source", "other"])["same"]
    assert found[("a", "parrot")] == found[("parrot", "a")] == pytest.approx(0.75, abs=0.02)
    assert found[("a", "alone")] < 0.1


def test_mistakes_that_meet_by_chance_do_not_count() -> None:
    rows = facts(("C1", "premises", "owned", "a", "2025-01-01"),
                 ("C1", "premises", "owned", "b", "2025-01-01"))  # fmt: skip
    known = pd.DataFrame({"customer": ["C1"], "field": "premises", "value": "rented"})
    found = shared_mistakes(rows, known)
    assert found["wrong"].tolist() == [0, 0]
    assert found["same"].isna().all()


def test_of_several_words_of_a_source_the_latest_counts() -> None:
    rows = facts(("C1", "employees", "500", "a", "2025-02-01"),
                 ("C1", "employees", "900", "a", "2025-01-01"),
                 ("C1", "employees", "500", "b", "2025-01-01"))  # fmt: skip
    known = pd.DataFrame({"customer": ["C1"], "field": "employees", "value": "100"})
    assert shared_mistakes(rows, known)["same"].tolist() == [1.0, 1.0]


def test_in_the_sample_sales_repeat_the_customer_and_nobody_else() -> None:
    told = sample("facts")
    believed = reconcile(told, tolerances=tolerances(), half_life=365).values
    found: Any = shared_mistakes(told, believed).set_index(["source", "other"])
    assert found.loc[("business", "customer"), "low"] > 0.4
    others = found.drop([("business", "customer"), ("customer", "business")])
    # Of a few mistakes in common nothing can be said.
    others = others[others["wrong"] >= 20]
    assert len(others)
    assert (others["high"] < 0.3).all()
