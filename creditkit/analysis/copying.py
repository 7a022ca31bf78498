"""Which sources copy: agreement beyond what being right explains, and what it leaves of a witness.

Two sources that are both right agree; only agreement on what is wrong, or on nearly everything,
gives copying away (Dong, Berti-Équille, Srivastava, "Integrating conflicting data: the role of
source dependence", VLDB 2009). Where they look for the likelihood of copying at a fixed rate, the
rate itself is estimated here, by maximum likelihood. Who copies whom is not asked.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from creditkit.analysis.claims import Claims
from creditkit.analysis.tolerance import Floats, Ints

# How sources are is estimated from at most so many contested items of a field.
ITEMS = 600
# Numbers held at once: of a field's sample, of all pairs of sources, of a block of claims.
SAMPLE, PAIRS, BLOCK = 2_000_000, 20_000_000, 4_000_000
TOGETHER = 200_000
# Fewer contested items in common tell nothing of two sources.
COMMON = 10
# Two sources are taken for independent until so many disagreements' worth is known of them.
DOUBT = 20.0
# A rate of copying below this is taken for none.
FAINT = 0.02
STEPS = 10

Grid = NDArray[np.float64]


@dataclass(frozen=True)
class Contested:
    """A sample of the items of which more than one value was said, in the order of fields.

    With one entry a claim: `own` (its candidate), `cell` (its field and source) and `recent` (the
    weight of its word by age). `said` (candidates by sources, 1.0 or 0.0) holds who said what;
    `edges` has where each field's candidates begin and end, `first` the first candidate of each
    item, `item` the item of each candidate. `same` and `common` (fields by sources by sources)
    count how often two sources said the same, and both spoke; they are None where there are too
    many sources for all pairs.
    """

    own: Ints
    cell: Ints
    recent: Floats
    said: Grid
    edges: Ints
    first: Ints
    item: Ints
    same: Grid | None
    common: Grid | None


def contested(claims: Claims, recent: Floats | None) -> Contested:
    """Take the sample; by the names of customers, so that the order of rows does not matter."""
    fields, sources = len(claims.fields), len(claims.sources)
    drawing: Ints | None = None
    room = max(2, SAMPLE // sources)
    disputed = np.flatnonzero(claims.candidates > 1)
    bounds = np.searchsorted(claims.item_field[disputed], np.arange(fields + 1))
    drawn = [disputed[:0]]
    for begin, end in pairwise(bounds):
        items = disputed[begin:end]
        if len(items) > ITEMS or claims.candidates[items].sum() > room:
            if drawing is None:
                drawing = pd.util.hash_array(np.asarray(claims.customers, dtype=object))
            items = items[np.argsort(drawing[claims.item_customer[items]], kind="stable")]
            fits = np.cumsum(claims.candidates[items]) <= room
            fits[0] = True
            items = np.sort(items[fits][:ITEMS])
        drawn.append(items)
    items = np.concatenate(drawn)
    many, spoken = claims.candidates[items], claims.claims[items]
    first = np.cumsum(many) - many
    at = _runs(claims.start[claims.first[items]], spoken)
    own = claims.candidate[at] + np.repeat(first - claims.first[items], spoken)
    said = np.zeros((int(many.sum()), sources))
    said[own, claims.source[at]] = 1.0
    ends = np.cumsum([len(part) for part in drawn])
    edges = np.append(first, len(said))[ends]
    same = common = None
    if sources > 1 and fields * sources**2 <= PAIRS:
        spoke = np.zeros((len(items), sources))
        spoke[np.repeat(np.arange(len(items)), spoken), claims.source[at]] = 1.0
        same, common = _together(said, said, edges), _together(spoke, spoke, ends)
    return Contested(
        own, claims.cell[at], np.ones(len(at)) if recent is None else recent[at], said, edges,
        first, np.repeat(np.arange(len(items)), many), same, common,
    )  # fmt: skip


def agreement(sample: Contested) -> Grid | None:
    """How often two sources agree on what is contested: float64, fields by sources by sources.

    0 where they have too little in common to tell, 1 of a source and itself.
    """
    if sample.same is None or sample.common is None:
        return None
    # Half a case of agreement and a quarter of disagreement, until more is known.
    rate = (sample.same + 0.5) / (sample.common + 0.75)
    rate[sample.common < COMMON] = 0.0
    _itself(rate)
    return rate


def one_voice(rate: Grid, copying: float) -> Grid:
    """Which sources agree so often that they speak with one voice: 1.0 or 0.0."""
    voice = (rate >= copying).astype(np.float64)
    _itself(voice)
    return voice


def copied(sample: Contested, likely: Floats, accuracy: Grid, wrong: float) -> Grid:
    """What share of their words two sources copy, one from the other or both from a third.

    The share under which their agreement on right and on wrong values, and their disagreement, are
    likeliest: float64, fields by sources by sources, from 0 (independent) to 1.

    Args:
        sample: what was said; with pairs.
        likely: how likely each candidate is.
        accuracy: how often each source is right, fields by sources.
        wrong: how many wrong values there are to choose from.
    """
    assert sample.same is not None and sample.common is not None
    right = _together(sample.said * likely[:, None], sample.said, sample.edges)
    false = np.maximum(sample.same - right, 0.0)
    apart = np.maximum(sample.common - sample.same, 0.0) + DOUBT
    mine, other = accuracy[:, :, None], accuracy[:, None, :]
    # By chance, and how much more where one copies the other.
    both = mine * other
    astray = (1 - mine) * (1 - other) / wrong
    middle = (mine + other) / 2
    more, more_astray = middle - both, 1 - middle - astray
    low, high = np.zeros_like(both), np.ones_like(both)
    for _ in range(STEPS):
        share = (low + high) / 2
        slope = right * more / (both + share * more)
        slope += false * more_astray / (astray + share * more_astray)
        rises = slope * (1 - share) > apart
        low, high = np.where(rises, share, low), np.where(rises, high, share)
    found: Grid = np.where(low < FAINT, 0.0, (low + high) / 2)
    _itself(found)
    return found


def witnesses(sample: Contested, share: Grid) -> Floats:
    """How much of a witness each claim of the sample is, float64.

    Those that say one thing share what they copied: many sources that copy one another wholly
    count as one, and two that copy half their words as 1.33: as much as the mean of so many words
    that hang together so far is worth.
    """
    alike = np.concatenate([
        _mixed(sample.said[begin:end], share[field])
        for field, (begin, end) in enumerate(pairwise(sample.edges))
    ])  # fmt: skip
    return np.asarray(1 / np.maximum(alike[sample.own, sample.cell % share.shape[1]], 1.0))


def all_witnesses(claims: Claims, share: Grid) -> Floats:
    """How much of a witness each claim is, float64; see `witnesses`."""
    sources = len(claims.sources)
    counts = np.ones(len(claims.row))
    ends = np.append(claims.start, len(claims.row))
    size = max(1, BLOCK // sources)
    for field in range(len(claims.fields)):
        if share[field].sum() <= sources:
            continue
        alike = share[field].astype(np.float32)
        _, _, low, high = claims.span(field)
        for begin in range(low, high, size):
            end = min(begin + size, high)
            part = slice(ends[begin], ends[end])
            own, source = claims.candidate[part] - begin, claims.source[part]
            said = np.zeros((end - begin, sources), dtype=np.float32)
            said[own, source] = 1.0
            counts[part] /= np.maximum(_mixed(said, alike)[own, source], 1.0)
    return counts


# Inside


def _runs(start: Ints, size: Ints) -> Ints:
    """Runs of whole numbers, each from its start."""
    return np.arange(int(size.sum())) + np.repeat(start - np.cumsum(size) + size, size)


def _together(one: Grid, other: Grid, edges: Ints) -> Grid:
    """Sums over rows of products of all pairs of columns, field by field."""
    sources = one.shape[1]
    found = np.zeros((len(edges) - 1, sources, sources))
    size = _rows(sources)
    for field, (begin, end) in enumerate(pairwise(edges)):
        even = begin + (end - begin) // size * size
        left, right = (part[begin:even].reshape(-1, size, sources) for part in (one, other))
        found[field] = (left.transpose(0, 2, 1) @ right).sum(axis=0)
        found[field] += one[even:end].T @ other[even:end]
    return found


def _mixed(rows: Any, square: Any) -> Any:
    """The product of rows with a square of the sources."""
    size = _rows(len(square))
    even = len(rows) // size * size
    blocks = rows[:even].reshape(-1, size, len(square)) @ square
    return np.concatenate([blocks.reshape(even, len(square)), rows[even:] @ square])


def _rows(sources: int) -> int:
    """How many rows to multiply at once: so few that a library of linear algebra does not spread
    the work over threads, which costs more than it gains, and sums in an order of its own."""
    return max(1, TOGETHER // sources**2)


def _itself(pairs: Grid) -> None:
    at: Any = np.arange(pairs.shape[1])
    pairs[:, at, at] = 1.0
