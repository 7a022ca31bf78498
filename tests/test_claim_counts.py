"""Who says what and who agrees with whom: counted as in memory, and alike in every engine."""

from itertools import combinations
from typing import Any

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditkit.analysis.claim_counts import agreement_counts, claim_counts
from creditkit.analysis.claims import ReconcileError, Tolerance, read_claims
from creditkit.analysis.sample import sample
from creditkit.analysis.values import tolerances
from tests.engines import ENGINES, OTHERS

ITEM = ["customer", "field"]
LIMITS = {"employees": Tolerance("number", 0.05), "established": Tolerance("date", 31)}


def fetched(frame: Any) -> pd.DataFrame:
    """A result of any engine as pandas, in order."""
    import narwhals as nw

    found: Any = nw.from_native(frame).lazy().collect("pandas").to_native()
    return pd.DataFrame(found.sort_values([*ITEM, "value"], ignore_index=True))


words = {
    "employees": st.sampled_from(["100", "100.0", "97", "104", "500", "many", " 97 "]),
    "established": st.sampled_from(["2001-01-01", "2001-01-20", "2009-05-06", "long ago"]),
    "premises": st.sampled_from(["owned", "Owned", " owned", "rented", ""]),
}
claim = st.sampled_from(sorted(words)).flatmap(
    lambda field: st.tuples(
        st.sampled_from(["C1", "C2"]),
        st.just(field),
        words[field],
        st.sampled_from(["agency", "business", "credit", "customer"]),
    )
)


def frame(rows: list[Any]) -> pd.DataFrame:
    """The rows as facts, each later than those before."""
    found = pd.DataFrame(rows, columns=[*ITEM, "value", "source"], dtype="str")
    return found.assign(collected_on=pd.date_range("2025-01-01", periods=len(rows)))


def by_hand(rows: list[Any]) -> dict[tuple[str, str], dict[str, str]]:
    """The latest word of each source on each item."""
    latest: dict[tuple[str, str], dict[str, str]] = {}
    for customer, field, value, source in rows:
        if value.strip():
            latest.setdefault((customer, field), {})[source] = value.strip()
    return latest


def key(field: str, value: str) -> Any:
    if field == "employees" and value != "many":
        return float(value)
    return value.lower()


def near(field: str, one: str, other: str) -> bool:
    a, b = key(field, one), key(field, other)
    if isinstance(a, float) and isinstance(b, float):
        return abs(a - b) <= 0.05 * min(a, b) + 1e-9
    if field == "established" and "long ago" not in (one, other):
        return abs((pd.Timestamp(one) - pd.Timestamp(other)).days) <= 31
    return bool(a == b)


@given(rows=st.lists(claim, min_size=1, max_size=30))
@settings(deadline=None, max_examples=15)
def test_counts_are_those_of_a_reckoning_by_hand(rows: list[Any]) -> None:
    expected: dict[tuple[str, str, Any], int] = {}
    pairs: dict[tuple[str, str, str], list[int]] = {}
    for (customer, field), said in by_hand(rows).items():
        keys = {source: key(field, value) for source, value in said.items()}
        for value in keys.values():
            at = (customer, field, value)
            expected[at] = expected.get(at, 0) + 1
        several = len(set(keys.values())) > 1
        for one, other in combinations(sorted(said), 2):
            same = near(field, said[one], said[other])
            counts = pairs.setdefault((field, one, other), [0, 0, 0, 0])
            for place, more in enumerate((1, same, several, same and several)):
                counts[place] += more
    found = fetched(claim_counts(frame(rows), tolerances=LIMITS))
    told = zip(*(found[name] for name in (*ITEM, "value", "claims")), strict=True)
    assert {(c, f, key(f, v)): n for c, f, v, n in told} == expected
    sizes = found.groupby(ITEM)["value"].transform("size")
    assert (found["values"] == sizes).all()
    agreed = agreement_counts(frame(rows), tolerances=LIMITS)
    assert {at: row.tolist() for at, row in agreed.iterrows()} == pairs


def test_the_sample_is_counted_as_reconciliation_reads_it() -> None:
    facts: Any = sample("facts")
    exact = {name: Tolerance(limit.kind, 0.0) for name, limit in tolerances().items()}
    claims = read_claims(facts, exact)
    found = fetched(claim_counts(facts, tolerances=exact))
    assert found["claims"].sum() == len(claims.item)
    assert sorted(found.drop_duplicates(ITEM)["values"]) == sorted(claims.candidates)


def test_what_sales_copy_from_the_customer_shows_where_sources_conflict() -> None:
    table: Any = agreement_counts(sample("facts"), tolerances=tolerances())
    sums = table.groupby(["source", "other"]).sum()
    share = sums["agree_contested"] / sums["contested"]
    assert share[("business", "customer")] > 1.5 * share[("credit", "customer")]
    assert (table["agree"] <= table["items"]).all()
    assert (table["agree_contested"] <= table["contested"]).all()


@pytest.mark.parametrize("engine", OTHERS)
def test_every_engine_counts_alike(engine: str) -> None:
    facts: Any = sample("facts")
    facts = facts[facts["customer"] <= "C00025"].reset_index(drop=True)
    # Another word of the same source, some days later or undated, and words that are none.
    again = facts.iloc[::7].assign(
        value=" 5　", collected_on=lambda f: f["collected_on"] + pd.Timedelta(3, "D")
    )
    undated = facts.iloc[::11].assign(value="6", collected_on=pd.NaT)
    nothing = facts.iloc[::13].assign(value=None)
    facts = pd.concat([facts, again, undated, nothing], ignore_index=True)
    moved = ENGINES[engine](facts)
    counted = claim_counts(moved, tolerances=tolerances())
    assert type(counted).__module__.split(".")[0] == type(moved).__module__.split(".")[0]
    expected = fetched(claim_counts(facts, tolerances=tolerances()))
    pd.testing.assert_frame_equal(fetched(counted), expected, check_dtype=False)
    one, other = (agreement_counts(f, tolerances=tolerances()) for f in (facts, moved))
    pd.testing.assert_frame_equal(one, other, check_index_type=False)


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: claim_counts([1]), "facts is no frame but list"),
        (lambda: agreement_counts(pd.DataFrame({"customer": []})), "field, value, source"),
        (lambda: claim_counts(pl.DataFrame({"value": []})), "customer, field, source"),
        (
            lambda: agreement_counts(sample("facts"), tolerances={"opens": Tolerance("time", 5)}),
            "opens is one of times",
        ),
    ],
)
def test_what_cannot_be_counted_is_told(call: Any, word: str) -> None:
    with pytest.raises(ReconcileError) as error:
        call()
    assert word in error.value.text.en
    assert error.value.text.zh
