"""Classical statistics of the items of a test: difficulty, discrimination, reliability, each with
its interval.

A frame of scores has a row a student and a column an item, float64, NaN where there is no score.

Sources: L. J. Cronbach, "Coefficient alpha and the internal structure of tests", Psychometrika 16
(1951) 297-334; L. S. Feldt, "The approximate sampling distribution of Kuder-Richardson reliability
coefficient twenty", Psychometrika 30 (1965) 357-370; R. A. Fisher, "On the 'probable error' of a
coefficient of correlation deduced from a small sample", Metron 1 (1921) 3-32; R. Bhatia, C. Davis,
"A better bound on the variance", American Mathematical Monthly 107 (2000) 353-357.
"""

from dataclasses import dataclass
from math import atanh, isnan, nan, sqrt, tanh

import pandas as pd

from creditkit.analysis.estimates import Z95, wilson

# A spread that comes from rounding alone is none.
NO_SPREAD = 1e-12
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Reliability:
    """Cronbach's alpha with its 95 % interval after Feldt, and the standard error of a mark in the
    unit of the scores. All are NaN where they cannot be had."""

    alpha: float
    low: float
    high: float
    error: float
    students: int
    items: int


def difficulty(shares: pd.DataFrame) -> pd.DataFrame:
    """How much of each item was got on average: the higher, the easier.

    The interval is Wilson's. Shares between 0 and 1 spread less than zeros and ones with the same
    mean (Bhatia and Davis), so with partial credit it is rather too wide than too narrow.

    Args:
        shares: scores from 0 to 1.

    Returns:
        DataFrame indexed by item: `students` (int64, who have a score), `difficulty`, `low` and
        `high` (float64, 0 to 1; NaN without students).

    >>> difficulty(pd.DataFrame({"a": [1.0, 0.5, 0.0, 0.5]})).round(2).loc["a"].tolist()
    [4.0, 0.5, 0.15, 0.85]
    """
    rows = {}
    for item in shares.columns:
        known = shares[item].dropna()
        total = float(known.clip(0, 1).sum())
        low, high = wilson(total, len(known))
        rows[item] = (len(known), total / len(known) if len(known) else nan, low, high)
    columns = ["students", "difficulty", "low", "high"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).astype(
        {"students": "int64"}
    )


def correlation(one: pd.Series, other: pd.Series) -> tuple[float, float, float]:
    """Pearson's correlation of what stands in both, with its 95 % interval after Fisher.

    NaN where either does not vary; the interval is NaN below four pairs.

    >>> one, other = pd.Series([1.0, 2, 3, 4]), pd.Series([1.0, 3, 2, 4])
    >>> tuple(round(x, 2) for x in correlation(one, other))
    (0.8, -0.7, 1.0)
    """
    both = pd.DataFrame({"one": one, "other": other}).dropna()
    spread = both.std()
    if len(both) < 2 or not (spread > NO_SPREAD).all():
        return nan, nan, nan
    r = float(both["one"].corr(both["other"]))
    if len(both) < 4:
        return r, nan, nan
    if abs(r) >= 1 - NO_SPREAD:
        return r, r, r
    half = Z95 / sqrt(len(both) - 3)
    return r, tanh(atanh(r) - half), tanh(atanh(r) + half)


def rest_scores(points: pd.DataFrame, out_of: pd.Series) -> pd.DataFrame:
    """For each item, the share of the points that each student has of all the other items.

    Items without a score count neither way. NaN where a student has no other item.

    >>> points = pd.DataFrame({"a": [1.0, 0.0], "b": [0.0, 2.0], "c": [3.0, None]})
    >>> rest_scores(points, pd.Series({"a": 1.0, "b": 2.0, "c": 3.0}))["a"].tolist()
    [0.6, 1.0]
    """
    most = points.notna() * out_of.reindex(points.columns).astype("float64")
    got = -points.fillna(0.0).sub(points.sum(axis=1), axis=0)
    whole = -most.sub(most.sum(axis=1), axis=0)
    return got / whole.where(whole > NO_SPREAD)


def discrimination(points: pd.DataFrame, out_of: pd.Series) -> pd.DataFrame:
    """How well each item goes with the rest of the test: the correlation of its score with the
    student's score on all other items (the corrected item-total correlation).

    Returns:
        DataFrame indexed by item: `discrimination`, `d_low` and `d_high` (float64, -1 to 1; NaN
        where everybody has the same score).

    >>> points = pd.DataFrame({"a": [0.0, 1, 1, 1], "b": [0.0, 0, 1, 1], "c": [0.0, 0, 0, 1]})
    >>> discrimination(points, pd.Series(1.0, points.columns))["discrimination"].round(3).tolist()
    [0.522, 0.707, 0.522]
    """
    rest = rest_scores(points, out_of)
    found = {item: correlation(points[item], rest[item]) for item in points.columns}
    columns = ["discrimination", "d_low", "d_high"]
    return pd.DataFrame.from_dict(found, orient="index", columns=columns).astype("float64")


def reliability(points: pd.DataFrame) -> Reliability:
    """Cronbach's alpha: how much of the spread of the marks the items share.

    Only students with a score on every item count. Where items measure several things, as here
    questions and cases do, alpha is a lower bound of the reliability. It may be negative.

    >>> points = pd.DataFrame({"a": [0.0, 1, 1, 1], "b": [0.0, 0, 1, 1], "c": [0.0, 0, 0, 1]})
    >>> found = reliability(points)
    >>> round(found.alpha, 3), round(found.low, 3), round(found.high, 3)
    (0.75, -0.65, 0.983)
    """
    from scipy.special import fdtri

    whole = points.dropna()
    n, k = whole.shape
    spread = float(whole.sum(axis=1).var()) if n > 1 else nan
    if k < 2 or isnan(spread) or spread <= NO_SPREAD:
        return Reliability(nan, nan, nan, nan, n, k)
    alpha = k / (k - 1) * (1 - float(whole.var().sum()) / spread)
    # (1 - true alpha) / (1 - alpha found) follows this F distribution.
    low, high = (
        1 - (1 - alpha) * float(fdtri(n - 1, (n - 1) * (k - 1), p)) for p in (0.975, 0.025)
    )
    return Reliability(alpha, low, high, sqrt(spread * (1 - alpha)), n, k)


def mean_interval(values: pd.Series) -> tuple[float, float, float]:
    """The mean with its 95 % interval after Student; NaN where there is too little.

    >>> tuple(round(x, 2) for x in mean_interval(pd.Series([1.0, 2.0, 3.0])))
    (2.0, -0.48, 4.48)
    """
    from scipy.special import stdtrit

    known = values.dropna()
    if len(known) < 2:
        return (float(known.mean()) if len(known) else nan), nan, nan
    half = float(stdtrit(len(known) - 1, 0.975)) * float(known.std()) / sqrt(len(known))
    mean = float(known.mean())
    return mean, mean - half, mean + half
