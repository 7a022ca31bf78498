"""Numbers reconciled by weighted medians: a far stray does not move them.

After Li et al., "Resolving conflicts in heterogeneous data by truth discovery and source
reliability estimation", SIGMOD 2014 (CRH): a source weighs the less, the farther it strays.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from creditkit.analysis.claims import Claims
from creditkit.analysis.tolerance import DAY, Bools, Floats, Ints, Tolerance, as_numbers

LEAST = 1e-3
ROUNDS = 30


def medians(
    claims: Claims,
    sure: Floats,
    heard: Floats,
    weight: Floats,
    supports: Bools,
    tolerances: Mapping[str, Tolerance],
) -> tuple[Ints, Floats, Floats, Bools]:
    """Put the weighted median in place of the value of every field that is a number.

    Args:
        claims: what was said.
        sure: confidence in each item, so far.
        heard: how much each claim is heard, before its source is weighed.
        weight: what each claim weighs, so far.
        supports: whether each claim says the value of its item, so far.
        tolerances: by field.

    Returns:
        For each item the claim that says the value (-1 where there is no median) and the
        confidence: the share of the weight within the tolerance of it; and for each claim what it
        weighs, and whether it lies within that tolerance.
    """
    sure, weight, supports = sure.copy(), weight.copy(), supports.copy()
    speaker = np.full(len(sure), -1, dtype=np.int64)
    for at, name in enumerate(claims.fields):
        tolerance = tolerances.get(str(name))
        if tolerance is None or tolerance.kind == "text":
            continue
        start, end, _, _ = claims.span(at)
        said = pd.Series(claims.words, dtype=object).astype(str)
        number = as_numbers(said, tolerance.kind)[claims.word[start:end]]
        here = np.flatnonzero(np.isfinite(number)) + start
        number = number[here - start]
        if not len(here):
            continue
        items, item = np.unique(claims.item[here], return_inverse=True)
        own = heard[here] * _trust(number, item, claims.source[here], heard[here])
        middle = _weighted_median(number, own, item)
        scale = np.abs(middle) if tolerance.kind == "number" else np.ones(len(middle))
        off = np.abs(number - middle[item])
        apart = np.minimum(off, DAY - off) if tolerance.kind == "time" else off
        near = apart <= (scale * tolerance.within)[item] + 1e-9
        weight[here] = own
        order = np.lexsort((claims.source[here], claims.spell[claims.word[here]], off != 0, item))
        says = here[order[np.flatnonzero(np.append(True, np.diff(item[order]) != 0))]]
        speaker[items] = says
        # What cannot be read supports no median.
        supports[start:end] &= speaker[claims.item[start:end]] < 0
        supports[here] = near
        sure[items] = np.bincount(item, own * near) / np.bincount(item, own)
    return speaker, sure, weight, supports


# Inside


def _trust(number: Floats, item: Ints, source: Ints, heard: Floats) -> Floats:
    """What the source of each claim weighs."""
    size = int(source.max()) + 1
    spoken = np.bincount(source, minlength=size)
    trust = np.ones(size)
    for _ in range(ROUNDS):
        middle = _weighted_median(number, heard * trust[source], item)
        off = np.abs(number - middle[item])
        spread = np.bincount(item, off) / np.bincount(item)
        off = off / np.where(spread > 0, spread, 1.0)[item]
        loss = np.bincount(source, off, size) / np.maximum(spoken, 1)
        before, trust = trust, -np.log((loss + LEAST) / (loss.sum() + 2 * size * LEAST))
        if np.abs(trust - before).max() < 1e-9:
            break
    return np.asarray(trust[source])


def _weighted_median(number: Floats, weight: Floats, item: Ints) -> Floats:
    """The lower weighted median of each item: always a number that somebody said."""
    order = np.lexsort((number, item))
    value, mass, of = number[order], weight[order], item[order]
    total = np.bincount(of, mass)
    before = np.concatenate([[0.0], np.cumsum(total)[:-1]])
    reached = np.flatnonzero(np.cumsum(mass) - before[of] >= total[of] / 2 - 1e-9 * total[of])
    _, at = np.unique(of[reached], return_index=True)
    return np.asarray(value[reached[at]])
