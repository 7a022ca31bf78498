"""Claims of several sources, made ready to be compared: which of them say the same.

A claim is one source's word on one field of one customer. Two claims say the same when they are
equal after their spelling is evened out, or as near as the field's tolerance allows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from creditkit.analysis.tolerance import (
    Floats,
    Ints,
    Kind,
    ReconcileError,
    Tolerance,
    as_numbers,
    even,
    near,
    say,
)

__all__ = ["Claims", "ReconcileError", "Tolerance", "read_claims"]

COLUMNS = ("customer", "field", "value", "source")
# A table of so many places for each claim is still better than a search.
ROOMY = 64


@dataclass(frozen=True)
class Claims:
    """Claims as whole numbers, in the order of their items and candidates; an item is a field of a
    customer, a candidate is one of the values said of it. Items stand in the order of their fields.

    Arrays with one entry a claim: `row` (of the frame it came from), `item`, `source`,
    `candidate` and `word` (as it was written). With one a candidate: `start` (its first
    claim) and `candidate_item`. With one an item: `first` (its first candidate), `item_field` and
    `item_customer`. With one a word: `spell`, the place of its spelling, evened out, among all. The
    names of words, sources, fields and customers are in `words`, `sources`, `fields` (both sorted)
    and `customers`.
    """

    frame: pd.DataFrame
    row: Ints
    item: Ints
    source: Ints
    candidate: Ints
    word: Ints
    start: Ints
    candidate_item: Ints
    first: Ints
    item_field: Ints
    item_customer: Ints
    spell: Ints
    words: "pd.Index[Any]"
    sources: "pd.Index[Any]"
    fields: "pd.Index[Any]"
    customers: "pd.Index[Any]"

    @cached_property
    def cell(self) -> Ints:
        """Of which field and source each claim is: field times sources plus source."""
        base = (self.item_field * len(self.sources)).astype(np.int32)
        return base[self.item] + self.source

    @cached_property
    def candidates(self) -> Ints:
        """How many values were said of each item."""
        return np.diff(self.first, append=len(self.candidate_item))

    @cached_property
    def claims(self) -> Ints:
        """How many claims there are of each item."""
        return np.diff(self.start[self.first], append=len(self.row))

    @property
    def cells(self) -> int:
        return len(self.fields) * len(self.sources)

    def total(self, weight: Floats) -> Floats:
        """What the claims of each candidate weigh together; `weight` has one entry a claim."""
        return np.add.reduceat(weight, self.start)

    def item_total(self, weight: Floats) -> Floats:
        """What the claims of each item weigh together; `weight` has one entry a claim."""
        return np.add.reduceat(weight, self.start[self.first])

    def share(self, score: Floats) -> Floats:
        """Scores (float64, one a candidate) as shares of their item."""
        return np.asarray(score / np.add.reduceat(score, self.first)[self.candidate_item])

    def span(self, field: int) -> tuple[int, int, int, int]:
        """Where a field's claims and candidates begin and end."""
        low, high = np.searchsorted(self.item_field, [field, field + 1])
        start, end = (np.append(self.first, len(self.start))[at] for at in (low, high))
        claims = np.append(self.start, len(self.row))
        return int(claims[start]), int(claims[end]), int(start), int(end)


def probability(score: Floats, first: Ints, item: Ints, values: Floats | float) -> Floats:
    """Sums of log odds (float64, one a candidate) as probabilities within their item.

    Args:
        score: log odds, in the order of the items.
        first: the first candidate of each item.
        item: of each candidate.
        values: how many there can be of each item; those that nobody said have log odds of 0.
    """
    top = np.maximum(np.maximum.reduceat(score, first), 0.0)
    likely = np.exp(score - top[item])
    whole = np.add.reduceat(likely, first)
    whole += np.maximum(values - np.diff(first, append=len(score)), 0.0) * np.exp(-top)
    return np.asarray(likely / whole[item])


def read_claims(frame: pd.DataFrame, tolerances: Mapping[str, Tolerance] | None = None) -> Claims:
    """Make the claims of a frame comparable.

    Of several claims of one source on one item the latest counts: by `collected_on` where the
    frame has it, else the last in the frame. Empty values are no claims. Columns of pandas'
    categories are read fastest: their names need not be looked up.

    Args:
        frame: `customer`, `field`, `value`, `source`, and `collected_on` if known.
        tolerances: by field; what is not named is text.

    Raises:
        ReconcileError: columns are missing, nothing is claimed, or a tolerance makes no sense.
    """
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise ReconcileError(say("missing_columns", names=", ".join(missing)))
    for name, limit in (tolerances or {}).items():
        if not (np.isfinite(limit.within) and limit.within >= 0):
            raise ReconcileError(say("bad_tolerance", field=name, value=limit.within))
    value, words = _codes(frame["value"])
    plain = [even(word) for word in words.tolist()]
    blank = np.array([word == "" for word in plain], dtype=bool)
    if blank.any():
        value = np.where(blank[value] & (value >= 0), -1, value)
    (customer, customers), (field, fields), (source, sources) = (
        _codes(frame[name]) for name in ("customer", "field", "source")
    )
    codes, row = [value, customer, field, source], np.arange(len(frame), dtype=np.int32)
    if any(len(code) and code.min() < 0 for code in codes):
        row = np.flatnonzero(np.minimum.reduce(codes) >= 0).astype(np.int32)
        codes = [code[row] for code in codes]
    if not len(row):
        raise ReconcileError(say("empty"))
    value, customer = codes[:2]
    field, fields = _sorted(codes[2], fields)
    source, sources = _sorted(codes[3], sources)
    item, item_of = _packed(field, customer, len(fields), len(customers))

    if _repeated(item, source, len(item_of), len(sources)):
        kept = _latest(frame, row, item, source, len(sources))
        row, item, value, source = row[kept], item[kept], value[kept], source[kept]
    spell = _spelling(plain)
    key = spelling = spell[value]
    asked = {at: (tolerances or {}).get(str(name)) for at, name in enumerate(fields)}
    read: dict[Kind, Floats] = {}
    for at, tolerance in asked.items():
        if tolerance and tolerance.kind != "text":
            if tolerance.kind not in read:
                read[tolerance.kind] = as_numbers(pd.Series(plain), tolerance.kind)
            here = np.flatnonzero(item_of[item] // len(customers) == at)
            if key is spelling:
                key = spelling.astype(np.int64)
            number = read[tolerance.kind][value[here]]
            key[here] = near(number, item[here], spelling[here], tolerance)

    order = _order(key, int(key.max()) + 1)
    order = order[_order(item[order], len(item_of))]
    item, key = item[order], key[order]
    new_item = np.append(True, item[1:] != item[:-1])
    new = new_item | np.append(True, key[1:] != key[:-1])
    start = np.flatnonzero(new)
    return Claims(
        frame, row[order], item, source[order],
        np.cumsum(new, dtype=np.int32) - 1, value[order], start, item[start],
        np.flatnonzero(new_item[start]), item_of // len(customers), item_of % len(customers),
        spell, words, sources, fields, customers,
    )  # fmt: skip


# Inside


def _codes(column: "pd.Series[Any]") -> tuple[Ints, "pd.Index[Any]"]:
    """A number for each name, -1 where there is none."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy().astype(np.int32), column.cat.categories
    codes, names = pd.factorize(column)
    return codes.astype(np.int32), pd.Index(names)


def _sorted(codes: Ints, names: "pd.Index[Any]") -> tuple[Ints, "pd.Index[Any]"]:
    """Numbers in the order of their names, for the names that occur."""
    there = np.flatnonzero(np.bincount(codes, minlength=len(names)))
    there = there[names[there].argsort()]
    place = np.zeros(len(names), dtype=np.int32)
    place[there] = np.arange(len(there))
    return place[codes], names[there]


def _packed(field: Ints, customer: Ints, fields: int, customers: int) -> tuple[Ints, Ints]:
    """Items numbered without gaps, in the order of fields; and what each is: field times customers
    plus customer."""
    whole = field.astype(np.int64) * customers + customer
    if fields * customers > ROOMY * len(whole):
        found, of = pd.factorize(whole, sort=True)
        return found.astype(np.int32), of
    there = np.zeros(fields * customers, dtype=bool)
    there[whole] = True
    place = np.cumsum(there, dtype=np.int32) - 1
    return place[whole], np.flatnonzero(there)


def _repeated(item: Ints, source: Ints, items: int, sources: int) -> bool:
    """Whether a source speaks of an item more than once."""
    pair = item.astype(np.int64) * sources + source
    if items * sources > ROOMY * len(pair):
        return len(pd.unique(pair)) < len(pair)
    there = np.zeros(items * sources, dtype=bool)
    there[pair] = True
    return int(np.count_nonzero(there)) < len(pair)


def _latest(frame: pd.DataFrame, row: Ints, item: Ints, source: Ints, sources: int) -> Ints:
    """Which claims count: the latest of each source on each item."""
    when = row
    if "collected_on" in frame.columns:
        days = pd.to_datetime(frame["collected_on"], errors="coerce").to_numpy()[row]
        when = np.argsort(np.argsort(days, kind="stable"), kind="stable")
    pair = item.astype(np.int64) * sources + source
    order = np.lexsort((when, pair))
    last = np.append(pair[order][1:] != pair[order][:-1], True)
    return np.sort(order[last])


def _spelling(plain: list[str]) -> Ints:
    """The place of each word among all that differ, by spelling."""
    same, names = pd.factorize(pd.Index(plain))
    place = np.empty(len(names), dtype=np.int32)
    place[pd.Index(names).argsort()] = np.arange(len(names))
    return place[same]


def _order(key: Ints, size: int) -> Ints:
    """The stable order of keys from 0 to `size`, by counting: in time that grows with the claims
    only."""
    from scipy.sparse import csr_matrix

    if size > ROOMY * len(key):
        return np.argsort(key, kind="stable")
    ends = np.array([0, len(key)], dtype=np.int32)
    place = np.arange(len(key), dtype=np.int32)
    # Turning a matrix of one row into columns sorts by counting, in compiled code.
    row = csr_matrix((place, key.astype(np.int32, copy=False), ends), shape=(1, size), copy=False)
    return np.asarray(row.tocsc().data)
