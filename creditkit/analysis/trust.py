"""How far a reconciliation can be trusted, and which sources repeat one another.

Both are measured on facts, apart from what the reconciliation itself assumes: its confidence is
held against the truth, and its discount for copying against mistakes that sources share word for
word.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from creditkit.analysis.estimates import wilson
from creditkit.analysis.ledgers import Day, day
from creditkit.analysis.tolerance import as_numbers
from creditkit.analysis.values import tolerances
from creditkit.content.library import fields

KEYS = ["customer", "field"]
# Confidence lies close to 1 in most cases, so the groups are narrower there.
EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0)
# Two sources that are wrong by themselves hit on the same of two options half the time, but hardly
# ever on the same number.
TELLING = ("number", "date", "text")


def held(reference: pd.DataFrame, as_of: Day) -> pd.DataFrame:
    """What is true, or believed, on a day: one row a customer and field.

    Args:
        reference: customer, field, value; with `since`, the latest row by the day counts.
        as_of: the day, included.

    >>> truth = pd.DataFrame({"customer": "C1", "field": "revenue", "value": ["9", "11"],
    ...     "since": ["2023-06-30", "2024-06-30"]})
    >>> held(truth, "2023-12-31")["value"].tolist()
    ['9']
    """
    rows = reference
    if "since" in rows.columns:
        since = pd.to_datetime(rows["since"]).fillna(pd.Timestamp(1700, 1, 1))
        rows = rows.assign(since=since)[since <= pd.Timestamp(day(as_of))]
        rows = rows.sort_values("since", kind="stable")
    return rows.drop_duplicates(KEYS, keep="last").reset_index(drop=True)


def agree(field: "pd.Series[Any]", said: "pd.Series[Any]", known: "pd.Series[Any]") -> Any:
    """Whether values agree within their field's tolerance: array of bool; a missing one never does.

    Args:
        field, said, known: str, one entry a pair of values.

    >>> agree(pd.Series(["revenue"]), pd.Series(["104"]), pd.Series(["100"])).tolist()
    [True]
    """
    same = (said.astype(object) == known.astype(object)).to_numpy() & known.notna().to_numpy()
    limits = tolerances()
    for name, rows in field.groupby(field).indices.items():
        limit = limits.get(str(name))
        if limit is None or limit.kind == "text":
            continue
        one, other = (
            as_numbers(values.iloc[rows].astype(str), limit.kind) for values in (said, known)
        )
        width = np.abs(other) * limit.within if limit.kind == "number" else limit.within
        with np.errstate(invalid="ignore"):
            same[rows] |= np.abs(one - other) <= width + 1e-9
    return same


def calibration(
    values: pd.DataFrame, reference: pd.DataFrame, as_of: Day, *, edges: Sequence[float] = EDGES
) -> pd.DataFrame:
    """Whether a confidence of nine in ten is right nine times in ten.

    Args:
        values: customer, field, value, confidence, as `reconcile` gives them.
        reference: what is true; see `held`.
        as_of: the day whose truth counts.
        edges: where the groups of like confidence begin and end, from 0 to 1.

    Returns:
        DataFrame, confidence rising: `confidence` (float64, the mean of the group), `right`
        (float64, the share that agrees with the truth), `low`, `high` (its 95 % interval after
        Wilson) and `values` (int64). Values of which the truth is not known are left out.

    >>> values = pd.DataFrame({"customer": ["C1", "C2"], "field": "employees",
    ...     "value": ["85", "40"], "confidence": [0.9, 0.9]})
    >>> truth = pd.DataFrame({"customer": ["C1", "C2"], "field": "employees", "value": "85"})
    >>> calibration(values, truth, "2025-12-31")[["right", "values"]].values.tolist()
    [[0.5, 2.0]]
    """
    known = held(reference, as_of)[[*KEYS, "value"]].rename(columns={"value": "known"})
    rows = values.merge(known, on=KEYS, how="inner").reset_index(drop=True)
    right = agree(rows["field"], rows["value"], rows["known"])
    group = np.searchsorted(np.asarray(edges)[1:-1], rows["confidence"].to_numpy(), side="right")
    table = (
        rows.assign(right=right.astype(np.float64), group=group)
        .groupby("group")
        .agg(confidence=("confidence", "mean"), right=("right", "mean"), values=("right", "size"))
        .reset_index(drop=True)
    )
    ends = [
        wilson(round(share * count), int(count))
        for share, count in zip(table["right"], table["values"], strict=True)
    ]
    table["low"] = [low for low, _ in ends]
    table["high"] = [high for _, high in ends]
    return table[["confidence", "right", "low", "high", "values"]]


def shared_mistakes(facts: pd.DataFrame, believed: pd.DataFrame) -> pd.DataFrame:
    """Who repeats whom: of what two sources both got wrong, how often they said the same.

    Sources that err by themselves err in different ways. One that repeats another repeats its
    mistakes, word for word. Fields with a few options are left out: there mistakes meet by chance.

    Args:
        facts: customer, field, value, source, collected_on; of several facts of a source on a
            field the latest counts.
        believed: customer, field, value: what is true, or believed; one row a customer and field.

    Returns:
        DataFrame with a row an ordered pair: `source`, `other` (str), `wrong` (int64: of how many
        items both said something wrong), `same` (float64: the share in which they said the same;
        NaN where none), `low` and `high` (its 95 % interval). Which of the two repeats the other it
        does not tell: that hangs on who could know first.

    >>> facts = pd.DataFrame({"customer": "C1", "field": "employees", "value": ["120", "120", "85"],
    ...     "source": ["customer", "business", "credit"], "collected_on": "2025-11-03"})
    >>> believed = pd.DataFrame({"customer": ["C1"], "field": "employees", "value": "85"})
    >>> found = shared_mistakes(facts, believed)
    >>> found.loc[found["wrong"] > 0, ["source", "other", "same"]].values.tolist()
    [['business', 'customer', 1.0], ['customer', 'business', 1.0]]
    """
    telling = [field.id for field in fields().values() if field.kind in TELLING]
    rows = facts[facts["field"].isin(telling) & facts["value"].notna()]
    rows = rows.assign(collected_on=pd.to_datetime(rows["collected_on"]))
    rows = rows.sort_values("collected_on", kind="stable")
    rows = rows.drop_duplicates([*KEYS, "source"], keep="last")
    known = believed[[*KEYS, "value"]].rename(columns={"value": "known"})
    rows = rows.merge(known, on=KEYS, how="inner").reset_index(drop=True)
    wrong = rows[~agree(rows["field"], rows["value"], rows["known"])]
    names = sorted(set(facts["source"].dropna().astype(str)))
    columns = [*KEYS, "source", "value"]
    pairs = wrong[columns].merge(wrong[columns], on=KEYS, suffixes=("", "_of"))
    told = [_shared(pairs, name, other) for name, other in _pairs(names)]
    return pd.DataFrame(told, columns=["source", "other", "wrong", "same", "low", "high"]).astype(
        {"wrong": "int64"}
    )


# Inside


def _pairs(names: list[str]) -> Iterable[tuple[str, str]]:
    return ((name, other) for name in names for other in names if name != other)


def _shared(pairs: pd.DataFrame, name: str, other: str) -> dict[str, Any]:
    rows = pairs[(pairs["source"] == name) & (pairs["source_of"] == other)]
    same = rows[rows["value"] == rows["value_of"]]
    low, high = wilson(len(same), len(rows))
    share = len(same) / len(rows) if len(rows) else float("nan")
    return {"source": name, "other": other, "wrong": len(rows), "same": share, "low": low,
            "high": high}  # fmt: skip
