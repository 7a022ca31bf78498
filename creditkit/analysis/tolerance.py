"""When two values of a field say the same: how they are read, and how near is near enough."""

import unicodedata
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from creditkit.text import BilingualError, Text, did_you_mean, phrases

Kind = Literal["text", "number", "date", "time"]
KINDS: tuple[Kind, ...] = get_args(Kind)
DAY = 24 * 60

Ints = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


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


def even(word: object) -> str:
    """A value with its width of characters, spaces and case evened out.

    >>> even(" Ｊiangsu  Province")
    'jiangsu province'
    """
    text = str(word)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.split()).casefold()


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


def near(number: Floats, item: Ints, key: Ints, tolerance: Tolerance) -> Ints:
    """A key for each claim: the same for values of an item that lie within the tolerance.

    Values are taken in their order, and a group is never wider than the tolerance, so that a chain
    of small steps does not make far values one. Keys of an item stand in the order of its values.

    Args:
        number: what each claim says, read as its kind; where NaN, its `key` tells it apart.
        item: whose value it is.
        key: by spelling.
    """
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
        starts = np.flatnonzero(np.append(True, owner[left][1:] != owner[left][:-1]))
        of = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(left))))
        start = value[left[starts]][of]
        width = np.abs(start) if tolerance.kind == "number" else np.ones(len(left))
        close = value[left] - start <= width * tolerance.within + 1e-9
        # The n-th group of an item is numbered n: groups of different items may share a number.
        group[left[close]] = groups
        groups += 1
        left = left[~close]
    # Words that cannot be read keep keys of their own, above those of the groups.
    found = key.astype(np.int64) + groups
    found[order] = group
    return found


# Inside


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
