"""Reconciliation: one best value from sources that conflict."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditkit.analysis import copying
from creditkit.analysis.claims import ReconcileError, Tolerance, read_claims
from creditkit.analysis.reconcile import METHODS, Method, Reconciliation, reconcile
from creditkit.analysis.values import tolerances
from creditkit.plots.reconcile import reliability_picture, reliability_text
from creditkit.text import set_language

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("zh")


def said(*rows: tuple[str, str, str, str], **more: list[Any]) -> pd.DataFrame:
    """Claims as (customer, field, source, value)."""
    frame = pd.DataFrame(rows, columns=["customer", "field", "source", "value"])
    return frame.assign(**more)


def value(found: Reconciliation, customer: str = "C1", field: str = "employees") -> str:
    rows = found.values.set_index(["customer", "field"])
    return str(rows.loc[(customer, field), "value"])


def world(
    rights: dict[str, float], *, items: int = 300, wrongs: int = 5, seed: int = 7
) -> tuple[pd.DataFrame, pd.Series]:
    """Claims of independent sources that are right so often, and the truth by customer."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, wrongs + 1, items)
    parts = []
    for source, right in rights.items():
        off = rng.integers(1, wrongs + 1, items)
        word = np.where(rng.random(items) < right, truth, (truth + off) % (wrongs + 1))
        values = [f"v{w}" for w in word]
        names = [f"C{i}" for i in range(items)]
        parts.append(said(*((n, "region", source, v) for n, v in zip(names, values, strict=True))))
    known = pd.Series([f"v{t}" for t in truth], index=[f"C{i}" for i in range(items)])
    return pd.concat(parts, ignore_index=True), known


def precision(found: Reconciliation, truth: "pd.Series[Any]") -> float:
    got = found.values.set_index("customer")["value"]
    return float((got.reindex(truth.index) == truth).mean())


claims = st.lists(
    st.tuples(
        st.sampled_from(["C1", "C2", "C3"]),
        st.sampled_from(["employees", "region"]),
        st.sampled_from(["customer", "business", "credit", "agency"]),
        st.sampled_from(["10", "11", "12", "200", "north"]),
    ),
    min_size=1,
    max_size=40,
    unique_by=lambda row: row[:3],
)
methods = st.sampled_from(METHODS)
NEAR = {"employees": Tolerance("number", 0.1)}


# What is found


def test_the_majority_wins_when_nothing_else_is_known() -> None:
    facts = said(
        ("C1", "employees", "a", "120"),
        ("C1", "employees", "b", "85"),
        ("C1", "employees", "c", "120"),
    )
    assert value(reconcile(facts, method="majority")) == "120"


def test_a_source_given_more_weight_outvotes_two_others() -> None:
    facts = said(
        ("C1", "employees", "a", "120"),
        ("C1", "employees", "b", "120"),
        ("C1", "employees", "c", "85"),
    )
    assert value(reconcile(facts, method="weighted", weights={"c": 3})) == "85"
    assert value(reconcile(facts, method="weighted", weights={"c": 1.5})) == "120"


def test_reliable_sources_are_recognised_and_believed_over_a_careless_majority() -> None:
    rights = {"careful": 0.95, "fair": 0.8, "x": 0.4, "y": 0.4, "z": 0.4}
    facts, truth = world(rights)
    vote = precision(reconcile(facts, method="majority"), truth)
    found = reconcile(facts)
    assert precision(found, truth) > vote + 0.05
    accuracy = found.sources.set_index("source")["accuracy"]
    assert accuracy["careful"] > accuracy["fair"] > accuracy[["x", "y", "z"]].max()


def test_accuracy_is_told_apart_as_it_is_where_sources_conflict() -> None:
    facts, truth = world({"a": 0.9, "b": 0.8, "c": 0.7, "d": 0.6}, items=3_000)
    found = reconcile(facts)
    conflict = set(found.values.loc[found.values["conflict"], "customer"])
    told = facts[facts["customer"].isin(conflict)]
    real = (told["value"] == told["customer"].map(truth)).groupby(told["source"]).mean()
    accuracy = found.sources.set_index("source")["accuracy"]
    assert accuracy.to_dict() == pytest.approx(real.to_dict(), abs=0.15)
    assert accuracy.rank().to_dict() == real.rank().to_dict()


def test_higher_confidence_is_more_often_right() -> None:
    facts, truth = world({"a": 0.9, "b": 0.8, "c": 0.7, "d": 0.6}, items=3_000)
    found = reconcile(facts).values.set_index("customer")
    right = found["value"] == truth.reindex(found.index)
    low, middle, high = (
        right[found["confidence"].between(*band, inclusive="left")]
        for band in ((0.0, 0.7), (0.7, 0.95), (0.95, 1.01))
    )
    assert min(len(low), len(middle), len(high)) > 50
    assert low.mean() + 0.1 < middle.mean() < high.mean()
    assert high.mean() > 0.95


def test_what_only_one_source_says_is_never_certain() -> None:
    facts, _ = world({"a": 0.9, "b": 0.7, "c": 0.6})
    alone = said(("C999", "region", "c", "v1"))
    found = reconcile(pd.concat([facts, alone], ignore_index=True))
    sure = found.values.set_index("customer")["confidence"]["C999"]
    accuracy = found.sources.set_index("source")["accuracy"]["c"]
    assert sure == pytest.approx(accuracy, abs=0.01)


# Copying


def with_copies() -> tuple[pd.DataFrame, "pd.Series[Any]"]:
    facts, truth = world({"customer": 0.4, "credit": 0.85, "agency": 0.8})
    spoken = facts[facts["source"] == "customer"]
    copies = [spoken.assign(source=name) for name in ("sales_east", "sales_west", "sales_north")]
    return pd.concat([facts, *copies], ignore_index=True), truth


@pytest.mark.parametrize("method", ["majority", "weighted", "accuracy"])
def test_sales_that_repeat_the_customer_are_no_further_witnesses(method: Method) -> None:
    facts, truth = with_copies()
    alone = precision(reconcile(facts, method=method, copying=None), truth)
    found = reconcile(facts, method=method)
    assert alone < 0.5
    assert precision(found, truth) > max(0.7, alone + 0.2)
    assert (found.values["claims"] == 6).all()
    assert found.values["witnesses"].between(2.7, 3.3).all()
    agreement = found.sources.set_index("source")["agreement"]
    assert agreement.filter(like="sales").min() > 0.99
    assert agreement["credit"] < 0.8


def test_two_careful_sources_that_agree_still_outweigh_a_careless_one() -> None:
    facts, truth = world({"a": 0.97, "b": 0.97, "c": 0.5})
    assert precision(reconcile(facts), truth) > 0.95


def test_little_in_common_tells_nothing_of_copying() -> None:
    facts = said(
        ("C1", "employees", "a", "120"),
        ("C1", "employees", "b", "120"),
        ("C1", "employees", "c", "85"),
    )
    assert reconcile(facts).values["witnesses"].tolist() == [3.0]


def test_sources_that_are_right_together_are_not_taken_for_copies() -> None:
    good = {f"good{n}": 0.98 for n in range(4)}
    poor = {f"poor{n}": 0.6 for n in range(6)}
    facts, truth = world({**good, **poor}, items=1_000)
    found = reconcile(facts)
    assert precision(found, truth) > 0.97
    told = pd.concat(found.explain(f"C{n}", "region") for n in range(40))
    counts = told.groupby("source")["counts"].mean()
    assert counts[list(good)].min() > 0.9


def test_a_source_that_copies_most_of_what_another_says_is_less_of_a_witness() -> None:
    facts, truth = world({"a": 0.9, "b": 0.85, "c": 0.8, "customer": 0.4}, items=1_000)
    own, _ = world({"sales": 0.4}, items=1_000, seed=11)
    said_first = facts.loc[facts["source"] == "customer", "value"].to_numpy()
    copies = np.random.default_rng(3).random(1_000) < 0.8
    sales = own.assign(value=np.where(copies, said_first, own["value"]))
    found = reconcile(pd.concat([facts, sales], ignore_index=True))
    told = pd.concat(found.explain(f"C{n}", "region") for n in range(60))
    counts = told.groupby("source")["counts"].mean()
    assert counts[["sales", "customer"]].max() < 0.75
    assert counts[["a", "b", "c"]].min() > 0.9
    assert precision(found, truth) > 0.9


def test_with_too_many_sources_for_pairs_each_is_a_witness(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "PAIRS", 0)
    facts, truth = world({"a": 0.95, "b": 0.8, "c": 0.7, "d": 0.6})
    found = reconcile(facts)
    assert found.values["witnesses"].eq(4).all()
    assert found.sources["like"].isna().all()
    assert precision(found, truth) > 0.9


# What counts as the same


def test_spelling_makes_no_conflict() -> None:
    facts = said(("C1", "region", "a", "Ｊiangsu "), ("C1", "region", "b", "jiangsu"))
    assert not reconcile(facts).values["conflict"].any()


def test_numbers_within_the_tolerance_are_the_same() -> None:
    facts = said(
        ("C1", "employees", "a", "100"),
        ("C1", "employees", "b", "104"),
        ("C1", "employees", "c", "180"),
    )
    found = reconcile(facts, method="majority", tolerances={"employees": Tolerance("number", 0.05)})
    assert value(found) == "100"
    assert found.explain("C1", "employees")["supports"].tolist() == [True, True, False]


def test_a_chain_of_small_steps_does_not_make_far_values_one() -> None:
    rows = [("C1", "employees", f"s{n}", str(n)) for n in range(100, 121, 2)]
    made = read_claims(said(*rows), {"employees": Tolerance("number", 0.04)})
    numbers = pd.Series([int(made.frame["value"].iloc[row]) for row in made.row])
    spans = numbers.groupby(made.candidate).agg(["min", "max"])
    assert (spans["max"] <= spans["min"] * 1.04).all()
    assert 1 < len(spans) < len(rows)


def test_midnight_parts_no_two_times_that_are_minutes_apart() -> None:
    facts = said(
        ("C1", "call", "a", "23:58"), ("C1", "call", "b", "0:03"), ("C1", "call", "c", "12:00")
    )
    made = read_claims(facts, {"call": Tolerance("time", 10)})
    assert len(made.candidate_item) == 2


def test_of_spellings_within_the_tolerance_the_commonest_is_told() -> None:
    facts = said(
        ("C1", "employees", "a", "100"),
        ("C1", "employees", "b", "102"),
        ("C1", "employees", "c", "102"),
    )
    assert value(reconcile(facts, tolerances={"employees": Tolerance("number", 0.05)})) == "102"


def test_the_later_word_of_a_source_replaces_the_earlier() -> None:
    facts = said(
        ("C1", "employees", "a", "200"),
        ("C1", "employees", "a", "100"),
        collected_on=["2025-06-01", "2024-01-01"],
    )
    found = reconcile(facts)
    assert value(found) == "200"
    assert found.values["claims"].tolist() == [1]


def test_an_old_word_weighs_less_when_asked() -> None:
    facts = said(
        ("C1", "employees", "a", "100"),
        ("C1", "employees", "b", "100"),
        ("C1", "employees", "c", "140"),
        collected_on=["2022-01-01", "2022-01-01", "2025-12-01"],
    )
    assert value(reconcile(facts, method="majority")) == "100"
    assert value(reconcile(facts, method="majority", half_life=365)) == "140"


def test_of_two_values_that_a_field_can_have_the_better_is_at_least_even() -> None:
    found = reconcile(said(("C1", "premises", "a", "owned"), ("C1", "premises", "b", "rented")))
    assert found.values["confidence"].item() == pytest.approx(0.5)
    open_field = said(("C1", "employees", "a", "100"), ("C1", "employees", "b", "140"))
    assert reconcile(open_field).values["confidence"].item() < 0.5


def test_a_column_of_few_words_has_no_other_values() -> None:
    rows = [(f"C{n}", "insured", "a", "yes" if n % 2 else "no") for n in range(60)]
    found = reconcile(said(*rows, ("C1", "insured", "b", "no")))
    torn = found.values.set_index("customer").loc["C1"]
    assert torn["conflict"]
    assert torn["confidence"] >= 0.5


def test_where_nothing_is_contested_no_source_is_called_reliable() -> None:
    rows = [(f"C{n}", "employees", source, "100") for n in range(5) for source in ("a", "b")]
    found = reconcile(said(*rows))
    assert found.sources["accuracy"].isna().all()
    assert found.explain("C1", "employees")["accuracy"].isna().all()
    assert (found.values["confidence"] > 0.5).all()
    assert reliability_text(found.sources).startswith("Sources differ on nothing")
    assert not reliability_picture(found.sources).axes[0].texts
    # A source of whom nothing is contested stays unknown beside others that are known.
    found = reconcile(said(*rows, ("C8", "employees", "b", "9"), ("C8", "employees", "c", "7")))
    known = found.sources.set_index("source")["accuracy"].notna()
    assert known.to_dict() == {"a": False, "b": True, "c": True}


def test_what_lies_within_the_tolerance_of_the_median_supports_it_and_is_no_conflict() -> None:
    near = {"employees": Tolerance("number", 0.05)}
    rows = [("C1", "employees", s, v) for s, v in (("a", "100"), ("b", "104"), ("c", "109"))]
    found = reconcile(said(*rows), method="numbers", tolerances=near)
    row = found.values.iloc[0]
    assert (row["value"], row["confidence"], row["conflict"]) == ("104", 1.0, False)
    assert found.explain("C1", "employees")["supports"].all()
    torn = reconcile(said(*rows, ("C1", "employees", "d", "150")), method="numbers",
                     tolerances=near)  # fmt: skip
    row = torn.values.iloc[0]
    assert row["conflict"]
    assert row["confidence"] < 1
    told = torn.explain("C1", "employees").set_index("source")["supports"]
    assert told.to_dict() == {"a": True, "b": True, "c": True, "d": False}


def test_a_far_stray_does_not_move_the_median() -> None:
    rows = [
        (f"C{n}", "employees", source, str(100 + n + shift))
        for n in range(20)
        for source, shift in (("a", 0), ("b", 1), ("c", -1), ("liar", 5_000))
    ]
    near = {"employees": Tolerance("number", 0.02)}
    found = reconcile(said(*rows), method="numbers", tolerances=near)
    for n in range(20):
        assert abs(int(value(found, f"C{n}")) - (100 + n)) <= 1
    weights = found.explain("C3", "employees").set_index("source")["weight"]
    assert weights["liar"] < weights[["a", "b", "c"]].min()


# What always holds


@settings(deadline=None)
@given(claims, methods)
def test_the_value_is_one_that_was_said_and_confidence_is_a_share(
    rows: list[tuple[str, str, str, str]], method: Method
) -> None:
    facts = said(*rows)
    found = reconcile(facts, method=method, tolerances=NEAR).values
    words = {item: set(part) for item, part in facts.groupby(["customer", "field"])["value"]}
    assert len(found) == len(words)
    for row in found.itertuples():
        assert row.value in words[row.customer, row.field]
    assert found["confidence"].between(0, 1 + 1e-9).all()
    assert (found["witnesses"] <= found["claims"] + 1e-9).all()


@settings(deadline=None)
@given(claims, methods, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(
    rows: list[tuple[str, str, str, str]], method: Method, random: Any
) -> None:
    def answer(rows: list[tuple[str, str, str, str]]) -> dict[tuple[str, str], str]:
        found = reconcile(said(*rows), method=method, tolerances=NEAR).values
        return dict(
            zip(zip(found["customer"], found["field"], strict=True), found["value"], strict=True)
        )

    other = rows.copy()
    random.shuffle(other)
    assert answer(rows) == answer(other)


def test_the_order_of_the_rows_does_not_matter_where_only_a_sample_is_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(copying, "ITEMS", 50)
    facts, _ = world({"a": 0.9, "b": 0.8, "c": 0.7, "d": 0.6}, items=400)
    found = reconcile(facts)
    other = reconcile(facts.sample(frac=1, random_state=5))
    pd.testing.assert_frame_equal(found.sources, other.sources)
    both = found.values.merge(other.values, on=["customer", "field"], suffixes=("", "_other"))
    assert len(both) == len(found.values)
    assert (both["value"] == both["value_other"]).all()


@settings(deadline=None)
@given(claims, methods)
def test_categories_are_read_as_the_words_they_stand_for(
    rows: list[tuple[str, str, str, str]], method: Method
) -> None:
    facts = said(*rows)
    plain = reconcile(facts, method=method, tolerances=NEAR)
    coded = reconcile(facts.astype("category"), method=method, tolerances=NEAR)
    keys = ["customer", "field"]
    one, other = (
        found.values.astype(dict.fromkeys([*keys, "value"], str)).sort_values(keys)
        for found in (plain, coded)
    )
    pd.testing.assert_frame_equal(
        one.reset_index(drop=True), other.reset_index(drop=True), check_dtype=False
    )


def test_on_the_sample_data_truth_discovery_beats_the_vote() -> None:
    facts, truth = (pd.read_csv(DATA / name, dtype=str) for name in ("facts.csv", "truth.csv"))
    last = truth.sort_values("since", kind="stable").drop_duplicates(
        ["customer", "field"], keep="last"
    )
    limits = tolerances()

    def right(method: Method) -> float:
        found = reconcile(facts, method=method, tolerances=limits, half_life=365).values
        both = found.merge(last, on=["customer", "field"], suffixes=("", "_true"))
        pair = pd.concat([
            both.assign(source="found"), both.assign(source="true", value=both["value_true"])
        ])  # fmt: skip
        made = read_claims(pair, limits)
        return float((made.candidates == 1).mean())

    assert right("accuracy") > right("weighted") + 0.02 > right("majority") + 0.02


@settings(deadline=None)
@given(claims, st.sampled_from(["majority", "weighted", "accuracy"]))
def test_the_explanation_adds_up_to_the_choice(
    rows: list[tuple[str, str, str, str]], method: Method
) -> None:
    found = reconcile(said(*rows), method=method)
    for row in found.values.itertuples():
        told = found.explain(str(row.customer), str(row.field))
        by_value = told.groupby("value")["weight"].sum().to_dict()
        assert by_value[row.value] >= max(by_value.values()) - 1e-9
        assert set(told.loc[told["supports"], "value"]) == {row.value}
        assert len(told) == row.claims


# Bad input


@pytest.mark.parametrize(
    ("facts", "options", "words"),
    [
        (pd.DataFrame({"customer": ["C1"]}), {}, "field, value, source"),
        (said(("C1", "employees", "a", " ")), {}, "not one claim"),
        (said(("C1", "employees", "a", "1")), {"method": "acuracy"}, "accuracy"),
        (
            said(("C1", "employees", "a", "1")),
            {"half_life": -1.0, "rounds": 0},
            "half_life.*\n.*rounds",
        ),
        (said(("C1", "employees", "a", "1")), {"half_life": 30.0}, "collected_on"),
        (
            said(("C1", "employees", "a", "1")),
            {"method": "weighted", "weights": {"a": -1}},
            "weights",
        ),
        (
            said(("C1", "employees", "a", "1")),
            {"tolerances": {"employees": Tolerance("number", -1)}},
            "employees.*-1",
        ),
    ],
)
def test_what_cannot_be_worked_with_is_told(
    facts: pd.DataFrame, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(ReconcileError, match=words):
        reconcile(facts, **options)


def test_an_unknown_kind_or_item_is_told() -> None:
    with pytest.raises(ReconcileError, match="number"):
        Tolerance("nubmer")  # type: ignore[arg-type]
    with pytest.raises(ReconcileError, match="C9"):
        reconcile(said(("C1", "employees", "a", "1"))).explain("C9", "employees")
