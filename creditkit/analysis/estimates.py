"""Figures that say how far they can be trusted: shares with an interval, waiting times in which
what has not ended yet is counted too.

Sources: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
Journal of the American Statistical Association 22 (1927) 209-212; E. L. Kaplan, P. Meier,
"Nonparametric estimation from incomplete observations", the same journal 53 (1958) 457-481.
"""

from collections.abc import Iterable
from math import sqrt
from statistics import NormalDist

import pandas as pd

# A product of shares misses a round figure by a little; this is more than that, less than a case.
ROUNDING = 1e-9
Z95 = NormalDist().inv_cdf(0.975)


def kaplan_meier(waited: Iterable[float], ended: Iterable[bool]) -> pd.Series:
    """The share still waiting after so much time, by Kaplan and Meier.

    What has not ended is not left out, which would make waits look short: it counts as still
    waiting for as long as it has been seen to. Nothing is said of time after that.

    Args:
        waited: from the beginning to the end, or to the last look at what has not ended.
        ended: whether each has ended.

    Returns:
        Series of float64 (shares from 0 to 1), indexed by the times at which any ended.

    >>> kaplan_meier([1, 2, 3], [True, False, True]).round(3).to_dict()
    {1.0: 0.667, 3.0: 0.0}
    """
    seen = pd.DataFrame({"waited": list(waited), "ended": list(ended)}, dtype="float64")
    counts = seen.groupby("waited")["ended"].agg(["sum", "count"])
    at_risk = counts["count"][::-1].cumsum()[::-1]
    waiting = (1 - counts["sum"] / at_risk).cumprod()
    return waiting[counts["sum"] > 0].rename("waiting")


def time_until(waiting: pd.Series, share: float) -> float:
    """The time by which at least `share` of all have ended; NaN where the curve does not get there.

    >>> curve = kaplan_meier([1, 2, 3, 4], [True, True, False, False])
    >>> time_until(curve, 0.5), time_until(curve, 0.9)
    (2.0, nan)
    """
    there = waiting.index[waiting <= 1 - share + ROUNDING]
    return float(there[0]) if len(there) else float("nan")


def wilson(count: float, of: float) -> tuple[float, float]:
    """The 95 % interval of a share after Wilson, as (low, high); (nan, nan) of nothing.

    >>> tuple(round(x, 3) for x in wilson(5, 10))
    (0.237, 0.763)
    """
    if not of:
        return float("nan"), float("nan")
    share, z = count / of, Z95
    middle = share + z * z / (2 * of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    whole = 1 + z * z / of
    # At a share of 0 or 1 rounding alone would put the end of the interval beyond the share.
    return min(share, max(0.0, (middle - half) / whole)), max(
        share, min(1.0, (middle + half) / whole)
    )
