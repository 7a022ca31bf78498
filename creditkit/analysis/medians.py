"""Numbers reconciled by weighted medians: a far stray does not move them.

After Li et al., "Resolving conflicts in heterogeneous data by truth discovery and source
reliability estimation", SIGMOD 2014 (CRH): a source weighs the less, the farther it strays.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from creditkit.analysis.claims import Claims
from creditkit.analysis.tolerance import Floats, Ints, Tolerance, as_numbers

LEAST = 1e-3
ROUNDS = 30


def medians(
    claims: Claims,
    chosen: Ints,
    sure: Floats,
    heard: Floats,
    weight: Floats,
    tolerances: Mapping[str, Tolerance],
) -> tuple[Ints, Ints, Floats, Floats]:
    """Put the weighted median in place of the value of every field that is a number.

    Args:
        claims: what was said.
        chosen: the candidate chosen of each item, so far.
        sure: confidence in each item, so far.
        heard: how much each claim is heard, before its source is weighed.
        weight: what each claim weighs, so far.
        tolerances: by field.

    Returns:
        For each item the candidate chosen, the claim that says the value (-1 where there is no
        median) and the confidence: the share of the weight within the tolerance of it; and for
        each claim what it weighs.
    """
    chosen, sure, weight = chosen.copy(), sure.copy(), weight.copy()
    speaker = np.full(len(chosen), -1, dtype=np.int64)
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
        near = off <= (scale * tolerance.within)[item] + 1e-9
        weight[here] = own
        order = np.lexsort((claims.source[here], claims.spell[claims.word[here]], off != 0, item))
        says = here[order[np.flatnonzero(np.append(True, np.diff(item[order]) != 0))]]
        speaker[items] = says
        chosen[items] = claims.candidate[says]
        sure[items] = np.bincount(item, own * near) / np.bincount(item, own)
    return chosen, speaker, sure, weight


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
