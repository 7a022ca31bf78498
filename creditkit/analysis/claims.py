"""Claims of several sources, made ready to be compared: which of them say the same.

A claim is one source's word on one field of one customer. Two claims say the same when they are
equal after their spelling is evened out, or as near as the field's tolerance allows.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from creditkit.text import BilingualError, Text, did_you_mean, phrases

Kind = Literal["text", "number", "date", "time"]
KINDS: tuple[Kind, ...] = get_args(Kind)
COLUMNS = ("customer", "field", "value", "source")
DAY = 24 * 60

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def say(key: str, /, **slots: object) -> Text:
    return phrases("reconcile")(key, **slots)


class ReconcileError(BilingualError):
    """Claims or options that cannot be worked with; nothing was computed."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """When two values of a field count as the same.

    `kind` is how values are read: `text` as written (width of characters, case and spaces
    evened out), `number` with `within` as a share of the value, `date` with `within` in days,
    `time` (HH:MM, round the clock) with `within` in minutes. A value that cannot be read as its
    kind is compared as text.

    Raises:
        ReconcileError: the kind does not exist.
    """

    kind: Kind = "text"
    within: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            hint = did_you_mean(str(self.kind), list(KINDS))
            raise ReconcileError(
                say("unknown_kind", name=self.kind, names=", ".join(KINDS), hint=hint)
            )


@dataclass(frozen=True)
class Claims:
    """Claims as numbers, sorted by item; an item is a field of a customer, a candidate is one of
    the values said of it.

    Each array of `item`, `source`, `field`, `candidate`, `spelling` (evened out, in its order) and
    `row` (of the frame they came from) is int64 with one entry a claim; `candidate_item` one a
    candidate; `item_field` one an item.
    """

    frame: pd.DataFrame
    row: Ints
    item: Ints
    source: Ints
    field: Ints
    candidate: Ints
    spelling: Ints
    candidate_item: Ints
    item_field: Ints
    sources: "pd.Index[Any]"
    fields: "pd.Index[Any]"

    def total(self, weight: Floats) -> Floats:
        """What the claims of each candidate weigh together; `weight` has one entry a claim."""
        found = np.bincount(self.candidate, weight, len(self.candidate_item))
        return np.asarray(found, dtype=np.float64)

    @property
    def candidates(self) -> Ints:
        """How many values were said of each item."""
        return np.bincount(self.candidate_item, minlength=len(self.item_field))

    @property
    def first(self) -> Ints:
        """The first candidate of each item: candidates stand in the order of their items."""
        return np.concatenate([[0], np.cumsum(self.candidates)[:-1]])

    def share(self, score: Floats) -> Floats:
        """Scores (float64, one a candidate) as shares of their item."""
        total = np.bincount(self.candidate_item, score, len(self.item_field))
        return np.asarray(score / total[self.candidate_item])

    def probability(self, log_odds: Floats, unsaid: float = 0.0) -> Floats:
        """Sums of log odds (float64, one a candidate) as probabilities within their item.

        `unsaid` is how many values there are in all: those that nobody said have log odds of 0.
        """
        top = np.maximum(np.maximum.reduceat(log_odds, self.first), 0.0 if unsaid else -np.inf)
        likely = np.exp(log_odds - top[self.candidate_item])
        whole = np.bincount(self.candidate_item, likely, len(self.item_field))
        whole += np.maximum(unsaid - self.candidates, 0.0) * np.exp(-np.maximum(top, 0.0))
        return np.asarray(likely / whole[self.candidate_item])


def read_claims(frame: pd.DataFrame, tolerances: Mapping[str, Tolerance] | None = None) -> Claims:
    """Make the claims of a frame comparable.

    Of several claims of one source on one item the latest counts: by `collected_on` where the
    frame has it, else the last in the frame. Empty values are no claims.

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
    spoken, words = pd.factorize(frame["value"])
    plain = np.array([_even(word) for word in words], dtype=object)
    blank = np.array([word == "" for word in plain], dtype=bool)
    kept = spoken >= 0
    for name in ("customer", "field", "source"):
        kept &= frame[name].notna().to_numpy()
    kept[kept] = ~blank[spoken[kept]]
    row = np.flatnonzero(kept)
    if not len(row):
        raise ReconcileError(say("empty"))
    if "collected_on" in frame.columns:
        days = pd.to_datetime(frame["collected_on"], errors="coerce").to_numpy()[row]
        row = row[np.argsort(days, kind="stable")]
    source, sources = pd.factorize(frame["source"].to_numpy()[row], sort=True)
    field, fields = pd.factorize(frame["field"].to_numpy()[row], sort=True)
    customer, customers = pd.factorize(frame["customer"].to_numpy()[row])
    item = pd.factorize(field.astype(np.int64) * len(customers) + customer, sort=True)[0]

    order = np.lexsort((np.arange(len(row)), source, item))
    row, item, source, field = row[order], item[order], source[order], field[order]
    last = np.append((item[1:] != item[:-1]) | (source[1:] != source[:-1]), True)
    row, item, source, field = row[last], item[last], source[last], field[last]

    same, _ = pd.factorize(plain, sort=True)
    spelling = same[spoken[row]].astype(np.int64)
    key = spelling.copy()
    for at, name in enumerate(fields):
        tolerance = (tolerances or {}).get(name)
        if tolerance and tolerance.kind != "text":
            here = np.flatnonzero(field == at)
            key[here] = _near(plain[spoken[row[here]]], item[here], key[here], tolerance)
    pair = item * (int(key.max()) + 1) + key
    _, candidate = np.unique(pair, return_inverse=True)
    candidate_item = np.empty(int(candidate.max()) + 1, dtype=np.int64)
    candidate_item[candidate] = item
    item_field = np.empty(int(item.max()) + 1, dtype=np.int64)
    item_field[item] = field
    return Claims(
        frame, row, item, source.astype(np.int64), field.astype(np.int64),
        candidate.astype(np.int64), spelling, candidate_item, item_field,
        pd.Index(sources), pd.Index(fields),
    )  # fmt: skip


def as_numbers(words: "pd.Series[Any]", kind: Kind) -> Floats:
    """Values read as their kind, float64: numbers as they are, dates as days, times as minutes;
    NaN where one cannot be read."""
    if kind == "number":
        return np.asarray(pd.to_numeric(words, errors="coerce"), dtype=np.float64)
    if kind == "date":
        days = pd.to_datetime(words, errors="coerce", format="%Y-%m-%d")
        return np.asarray((days - pd.Timestamp(0)) / pd.Timedelta(days=1), dtype=np.float64)
    parts = words.astype(str).str.extract(r"^(\d{1,2}):([0-5]\d)$")
    hours, minutes = (pd.to_numeric(parts[at], errors="coerce") for at in (0, 1))
    return np.asarray((hours * 60 + minutes).where(hours < 24), dtype=np.float64)


# Inside


def _even(word: object) -> str:
    return " ".join(unicodedata.normalize("NFKC", str(word)).split()).casefold()


def _near(words: Any, item: Ints, key: Ints, tolerance: Tolerance) -> Ints:
    """A key for each claim: the same for values of an item that lie within the tolerance.

    Values are taken in their order, and a group is never wider than the tolerance, so that a chain
    of small steps does not make far values one.
    """
    number = as_numbers(pd.Series(words), tolerance.kind)
    # Words that cannot be read keep keys of their own, above those of the groups.
    found = key + len(key)
    order = np.lexsort((number, item))
    order = order[np.isfinite(number[order])]
    value, owner = number[order], item[order]
    if tolerance.kind == "time":
        value = _unrolled(value, owner)
        again = np.lexsort((value, owner))
        order, value, owner = order[again], value[again], owner[again]
    group, groups = np.empty(len(order), dtype=np.int64), 0
    left = np.arange(len(order))
    while len(left):
        _, first, of = np.unique(owner[left], return_index=True, return_inverse=True)
        start = value[left[first]][of]
        width = np.abs(start) if tolerance.kind == "number" else np.ones(len(left))
        near = value[left] - start <= width * tolerance.within + 1e-9
        group[left[near]] = groups + of[near]
        groups += len(first)
        left = left[~near]
    # Groups of different items may share a number, groups of one item never do.
    found[order] = np.unique(group, return_inverse=True)[1]
    return found


def _unrolled(value: Floats, owner: Ints) -> Floats:
    """Times of each item on a line, cut where the round of the clock has its widest gap.

    So midnight parts no two times that are minutes apart.
    """
    starts = np.flatnonzero(np.append(True, np.diff(owner) != 0))
    ends = np.append(starts[1:], len(owner)) - 1
    gap = np.append(np.diff(value), 0.0)
    gap[ends] = value[starts] + DAY - value[ends]
    widest = np.lexsort((-gap, owner))[starts]
    sizes = ends - starts + 1
    return np.where(np.arange(len(value)) <= np.repeat(widest, sizes), value + DAY, value)
