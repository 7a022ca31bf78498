"""Statistics of items: they agree with other libraries, and behave as their definitions ask."""

import numpy as np
import pandas as pd
import pytest
from girth import classical_test_statistics
from girth.common import cronbach_alpha
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from creditkit.analysis.item_statistics import (
    correlation,
    difficulty,
    discrimination,
    mean_interval,
    reliability,
    rest_scores,
)


def scores(students: int, items: int, seed: int, levels: int = 2) -> pd.DataFrame:
    """Marks of students of different ability, in steps from 0 to 1."""
    rng = np.random.default_rng(seed)
    ability = rng.normal(size=(students, 1))
    hard = np.linspace(-1.2, 1.2, items)
    chance = 1 / (1 + np.exp(hard - ability))
    shares = rng.binomial(levels - 1, chance) / (levels - 1)
    return pd.DataFrame(shares, columns=[f"q{n}" for n in range(items)])


def alike(frame: pd.DataFrame) -> pd.Series:
    return pd.Series(1.0, index=frame.columns)


@pytest.mark.parametrize("levels", [2, 5])
def test_alpha_is_girths(levels: int) -> None:
    frame = scores(60, 12, 3, levels)

    assert reliability(frame).alpha == pytest.approx(cronbach_alpha(frame.to_numpy().T), abs=1e-12)


@pytest.mark.parametrize("levels", [2, 5])
def test_difficulty_and_discrimination_are_girths(levels: int) -> None:
    frame = scores(60, 12, 4, levels)
    whole = (frame * (levels - 1)).round().astype(int).to_numpy().T
    found = classical_test_statistics(whole, start_value=0, stop_value=levels - 1)

    mine = difficulty(frame)["difficulty"].to_numpy()
    assert mine * (levels - 1) == pytest.approx(found["Mean"], abs=1e-12)
    mine = discrimination(frame, alike(frame))["discrimination"].to_numpy()
    assert mine == pytest.approx(found["Item-Score Correlation"], abs=1e-12)


def test_discrimination_and_its_interval_are_scipys() -> None:
    frame, out_of = (
        scores(40, 6, 5, 3),
        pd.Series([1.0, 2, 2, 1, 3, 1], [f"q{n}" for n in range(6)]),
    )
    points = frame * out_of
    found = discrimination(points, out_of)

    for item in frame.columns:
        theirs = stats.pearsonr(points[item], points.drop(columns=item).sum(axis=1))
        bounds = theirs.confidence_interval(0.95)
        row = found.loc[item]
        assert row["discrimination"] == pytest.approx(theirs.statistic)
        assert (row["d_low"], row["d_high"]) == pytest.approx((bounds.low, bounds.high))


def test_the_interval_of_a_difficulty_of_right_and_wrong_is_wilsons() -> None:
    frame = scores(25, 4, 6)
    found = difficulty(frame)

    for item in frame.columns:
        theirs = stats.binomtest(int(frame[item].sum()), 25).proportion_ci(method="wilson")
        row = found.loc[item]
        assert (row["low"], row["high"]) == pytest.approx((theirs.low, theirs.high))


def test_the_interval_of_a_mean_is_scipys() -> None:
    marks = scores(15, 8, 7).mean(axis=1)
    theirs = stats.t.interval(0.95, 14, loc=marks.mean(), scale=stats.sem(marks))

    assert mean_interval(marks)[1:] == pytest.approx(theirs)


def test_the_interval_of_alpha_is_feldts() -> None:
    frame = scores(41, 10, 8)
    found = reliability(frame)

    for end, p in ((found.low, 0.975), (found.high, 0.025)):
        assert end == pytest.approx(1 - (1 - found.alpha) * stats.f.ppf(p, 40, 40 * 9))


def test_the_interval_of_alpha_holds_the_true_alpha_about_19_times_in_20() -> None:
    # Parallel items with noise as large as the ability: alpha is 10 / (10 + 1) by construction.
    rng, held = np.random.default_rng(9), 0
    for _ in range(400):
        frame = pd.DataFrame(rng.normal(size=(30, 1)) + rng.normal(size=(30, 10)))
        found = reliability(frame)
        held += found.low <= 10 / 11 <= found.high

    assert 0.91 <= held / 400 <= 0.985


@given(st.integers(0, 10**6), st.integers(5, 30), st.integers(2, 8), st.integers(2, 5))
def test_figures_do_not_depend_on_the_order_of_students_or_items(
    seed: int, students: int, items: int, levels: int
) -> None:
    frame = scores(students, items, seed, levels)
    shuffled = frame.sample(frac=1, random_state=seed).iloc[:, ::-1]

    one, other = reliability(frame), reliability(shuffled)
    assert other.alpha == pytest.approx(one.alpha, nan_ok=True)
    assert other.low == pytest.approx(one.low, nan_ok=True)
    before = discrimination(frame, alike(frame))["discrimination"]
    after = discrimination(shuffled, alike(shuffled))["discrimination"]
    assert after[before.index].to_numpy() == pytest.approx(before.to_numpy(), nan_ok=True)


@given(
    st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=1, max_size=30),
)
def test_a_difficulty_and_its_interval_lie_from_0_to_1(rows: list[list[float]]) -> None:
    found = difficulty(pd.DataFrame(rows))

    assert (found["low"] >= 0).all()
    assert (found["low"] <= found["difficulty"] + 1e-12).all()
    assert (found["difficulty"] <= found["high"] + 1e-12).all()
    assert (found["high"] <= 1).all()


@given(st.integers(0, 10**6), st.integers(4, 25), st.integers(2, 7))
def test_a_discrimination_lies_from_minus_1_to_1_within_its_interval(
    seed: int, students: int, items: int
) -> None:
    frame = scores(students, items, seed, 3)
    found = discrimination(frame, alike(frame)).dropna()

    assert (found.abs() <= 1 + 1e-12).all(axis=None)
    assert (found["d_low"] <= found["discrimination"] + 1e-12).all()
    assert (found["discrimination"] <= found["d_high"] + 1e-12).all()


def test_an_item_answered_at_random_has_a_discrimination_near_0() -> None:
    frame = scores(4000, 10, 10)
    frame["random"] = np.random.default_rng(11).integers(0, 2, 4000)
    found = discrimination(frame, alike(frame))

    assert abs(found["discrimination"]["random"]) < 0.05
    assert (found["discrimination"].drop("random") > 0.25).all()


def test_an_item_with_its_key_turned_about_has_a_negative_discrimination() -> None:
    frame = scores(200, 10, 12)
    frame["q3"] = 1 - frame["q3"]

    assert discrimination(frame, alike(frame))["d_high"]["q3"] < 0


def test_alpha_is_1_where_all_items_agree_and_0_on_average_where_none_do() -> None:
    same = pd.DataFrame({n: [0.0, 1.0, 1.0, 0.0] for n in "abc"})
    assert reliability(same).alpha == pytest.approx(1)
    noise = [
        reliability(pd.DataFrame(np.random.default_rng(seed).normal(size=(50, 8)))).alpha
        for seed in range(200)
    ]
    assert abs(np.mean(noise)) < 0.05


def test_what_cannot_be_told_is_nan_and_not_a_number_made_up() -> None:
    constant = pd.DataFrame({"a": [1.0, 1.0, 1.0], "b": [0.0, 1.0, 0.0]})
    found = discrimination(constant, alike(constant))
    assert np.isnan(found["discrimination"]["a"])
    assert np.isnan(reliability(constant[["b"]]).alpha)
    assert np.isnan(reliability(constant[["a"]].assign(b=1.0)).alpha)
    assert np.isnan(correlation(pd.Series([1.0]), pd.Series([2.0]))).all()
    assert np.isnan(difficulty(pd.DataFrame({"a": [np.nan]}))["difficulty"]["a"])


def test_a_rest_score_leaves_the_item_out_and_what_has_no_score() -> None:
    points = pd.DataFrame({"a": [2.0, 0.0], "b": [1.0, np.nan], "c": [0.0, 3.0]})
    rest = rest_scores(points, pd.Series({"a": 2.0, "b": 1.0, "c": 3.0}))

    assert rest["a"].tolist() == [0.25, 1.0]
    assert rest["b"].tolist() == [0.4, 0.6]
    assert rest["c"].tolist() == [1.0, 0.0]
