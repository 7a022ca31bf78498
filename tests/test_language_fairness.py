"""An item in two languages: a difference is found where there is one, and beyond chance only."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from creditkit.analysis.item_statistics import rest_scores
from creditkit.analysis.language_fairness import (
    false_discoveries,
    language_fairness,
    matched_difference,
    strata,
)

REPEATS = 300


def people(tables: list[list[list[int]]]) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Share, second group and layer of everybody in tables [[right, wrong] of each group]."""
    rows = [
        (float(not wrong), bool(group), layer)
        for layer, table in enumerate(tables)
        for group, counts in enumerate(table)
        for wrong, count in enumerate(counts)
        for _ in range(count)
    ]
    share, second, layers = zip(*rows, strict=True)
    return pd.Series(share), pd.Series(second), pd.Series(layers)


def test_of_right_and_wrong_the_test_is_mantels_and_haenszels() -> None:
    # StratifiedTable.test_null_odds(correction=False) of statsmodels 0.14 gives these.
    found = matched_difference(*people([[[12, 8], [5, 15]], [[18, 6], [9, 7]], [[20, 2], [11, 4]]]))

    assert found["chi2"] == pytest.approx(7.977794622602619)
    assert found["p"] == pytest.approx(0.004735459548816601)


def test_in_one_layer_the_test_is_that_of_the_correlation() -> None:
    rng = np.random.default_rng(1)
    share, second = pd.Series(rng.random(50)), pd.Series(rng.random(50) < 0.5)
    found = matched_difference(share, second, pd.Series(0, share.index))

    r = stats.pearsonr(share, second.astype(float)).statistic
    assert found["chi2"] == pytest.approx(49 * r * r)
    assert found["difference"] == pytest.approx(share[second].mean() - share[~second].mean())


@given(st.integers(0, 10**6), st.integers(8, 60))
def test_to_exchange_the_languages_turns_the_sign_of_the_surplus_but_not_the_test(
    seed: int, count: int
) -> None:
    rng = np.random.default_rng(seed)
    share = pd.Series(rng.integers(0, 3, count) / 2)
    second, layer = pd.Series(rng.random(count) < 0.5), pd.Series(rng.integers(0, 2, count))
    one, other = matched_difference(share, second, layer), matched_difference(share, ~second, layer)

    assert other["chi2"] == pytest.approx(one["chi2"], nan_ok=True)
    assert other["matched"] == one["matched"]
    if one["low"] == one["low"]:
        assert -1 <= one["low"] <= one["difference"] <= one["high"] <= 1


def test_the_correction_for_many_items_is_scipys() -> None:
    p = pd.Series(np.random.default_rng(2).random(30) ** 2)

    assert false_discoveries(p).tolist() == pytest.approx(stats.false_discovery_control(p).tolist())


def test_in_one_layer_of_right_and_wrong_the_interval_is_newcombes() -> None:
    # 56/70 against 48/80: +0.2 with 0.0524 to 0.3339 in table II of Newcombe 1998, method 10.
    # One student more is reckoned with, which moves the ends by less than a hundredth.
    found = matched_difference(*people([[[48, 32], [56, 14]]]))

    assert found["difference"] == pytest.approx(0.2)
    assert (found["low"], found["high"]) == pytest.approx((0.0524, 0.3339), abs=0.002)


@pytest.mark.parametrize("shares", [[1.0, 1, 0, 0], [0.5, 0.5, 1, 1], [1.0, 1, 1, 1], [0, 0.5, 1]])
def test_in_a_class_of_four_no_difference_passes_the_whole(shares: list[float]) -> None:
    share = pd.Series(shares)
    second = pd.Series([True, True, False, False][: len(share)])
    found = matched_difference(share, second, pd.Series(0, share.index))

    assert -1 <= found["low"] < found["high"] <= 1
    assert found["high"] - found["low"] > 0.5


@pytest.mark.parametrize("marks", [1, 2])
@pytest.mark.parametrize("hard", [0.0, -1.5])
@pytest.mark.parametrize("count", [30, 60, 120])
def test_the_interval_holds_the_true_difference_about_as_often_as_it_says(
    count: int, hard: float, marks: int
) -> None:
    rng = np.random.default_rng(count)
    held = 0
    for _ in range(REPEATS):
        second = pd.Series(rng.random(count) < 0.5)
        ability = rng.normal(size=count) - 0.3 * second.to_numpy()
        likely = 1 / (1 + np.exp(hard + 0.5 * second.to_numpy() - ability))
        share = pd.Series(rng.binomial(marks, likely) / marks)
        layer = strata(pd.Series(ability + rng.normal(scale=0.5, size=count)))
        found = matched_difference(share, second, layer)
        true = matched_difference(pd.Series(likely), second, layer)["difference"]
        held += bool(found["low"] <= true <= found["high"])

    assert 0.92 <= held / REPEATS <= 0.99


def simulated(seed: int, harder: float, gap: float = 0.0, count: int = 400) -> pd.DataFrame:
    """The fairness of 12 items, one of which is harder in English; English students are weaker by
    `gap`."""
    rng = np.random.default_rng(seed)
    english = rng.random(count) < 0.5
    ability = rng.normal(size=count) - gap * english
    hard = np.linspace(-1, 1, 12)[None, :] + np.zeros((count, 12))
    hard[:, 5] += harder * english
    right = rng.random((count, 12)) < 1 / (1 + np.exp(hard - ability[:, None]))
    shares = pd.DataFrame(right.astype(float), columns=[f"q{n}" for n in range(12)])
    rest = rest_scores(shares, pd.Series(1.0, shares.columns))
    said = pd.DataFrame(
        {c: np.where(english, "en", "zh") for c in shares.columns}, index=shares.index
    )
    return language_fairness(shares, rest, said)


def test_a_question_much_harder_in_one_language_is_found() -> None:
    for seed in range(5):
        found = simulated(seed, harder=1.5)
        assert found.loc["q5", "size"] == "large"
        assert found["difference"]["q5"] < 0


def test_equal_questions_are_seldom_taken_for_unequal_even_if_one_group_is_weaker() -> None:
    told = pd.concat([simulated(seed, harder=0.0, gap=0.4) for seed in range(20)])

    assert told["size"].isin(["large", "moderate"]).mean() < 0.02


def test_a_small_class_is_not_told_that_there_is_no_difference() -> None:
    found = simulated(1, harder=0.0, count=30)

    assert (found["size"] == "open").mean() > 0.8


def test_one_language_alone_cannot_be_compared() -> None:
    shares = pd.DataFrame({"a": [1.0, 0.0, 1.0], "b": [0.0, 1.0, 1.0]})
    said = pd.DataFrame("zh", shares.index, shares.columns)
    found = language_fairness(shares, rest_scores(shares, pd.Series(1.0, shares.columns)), said)

    assert found["difference"].isna().all()
    assert (found["size"] == "open").all()
    assert found["en"].tolist() == [0, 0]


def test_students_of_one_score_are_in_one_layer() -> None:
    rest = pd.Series([0.1] * 20 + [0.5] * 20 + [0.9] * 20)
    layers = strata(rest)

    assert layers.groupby(rest).nunique().eq(1).all()
    assert layers.is_monotonic_increasing
    assert layers.nunique() == 3
