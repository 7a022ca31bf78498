"""Whether an item is harder in one language than in the other for students of equal ability
(differential item functioning).

Students are matched by their score on the rest of the test. The test is N. Mantel's, "Chi-square
tests with one degree of freedom", Journal of the American Statistical Association 58 (1963)
690-700: of right and wrong answers it is that of Mantel and Haenszel, and it takes partial credit
as well. The effect is the difference of the mean shares, standardised to the second group
(N. J. Dorans, P. W. Holland, "DIF detection and description", in P. W. Holland, H. Wainer,
"Differential item functioning", 1993, with the bounds 0.05 and 0.10 for what is negligible and what
is large). Its interval is put together from Wilson's of both means, so that it never passes -1 and
1 (R. G. Newcombe, "Interval estimation for the difference between independent proportions",
Statistics in Medicine 17 (1998) 873-890, method 10), each with the number of right and wrong
answers that would vary as much (E. L. Korn, B. I. Graubard, "Confidence intervals for proportions
with small expected number of positive counts estimated from survey data", Survey Methodology 24
(1998) 193-201). Many items are looked at, so what chance alone would bring is taken into account
(Y. Benjamini, Y. Hochberg, Journal of the Royal Statistical Society B 57 (1995) 289-300).
"""

from collections.abc import Sequence
from math import hypot, nan
from typing import Literal

import numpy as np
import pandas as pd

from creditkit.analysis.estimates import wilson

# Below this a difference is negligible; from the second on it is large.
NEGLIGIBLE, LARGE = 0.05, 0.10
SIGNIFICANT = 0.05
# More strata match better, but each wants students of both languages.
STRATA, PER_STRATUM = 5, 12

Size = Literal["large", "moderate", "negligible", "open"]
COLUMNS = [
    "zh", "en", "zh_share", "en_share", "difference", "low", "high", "chi2", "p", "q", "size",
]  # fmt: skip


def strata(rest: pd.Series, most: int = STRATA) -> pd.Series:
    """Students in layers of like ability, by quantiles of their rest score; equal scores stay
    together, and a class too small for more is one or two layers.

    >>> strata(pd.Series(range(30), dtype="float64")).value_counts(sort=False).tolist()
    [15, 15]
    """
    known = rest.dropna()
    count = int(min(most, max(1, len(known) // PER_STRATUM)))
    place = (known.rank(method="average") - 0.5) / max(1, len(known))
    return (place * count).astype("int64").clip(upper=count - 1)


def matched_difference(share: pd.Series, second: pd.Series, layer: pd.Series) -> pd.Series:
    """One item in two groups, matched by layer; layers without students of both are left out.

    Args:
        share: what each student got of the item (float64, 0 to 1).
        second: whether the student is of the second group (bool).
        layer: the layer of ability.

    Returns:
        Series: `difference` (second group less first, at the second's abilities), `low` and `high`
        (95 %), `chi2` and `p` of Mantel's test, `matched` (students compared); NaN where no layer
        has both groups, and the test also where nobody differs.

    >>> share = pd.Series([1.0, 1, 1, 0, 1, 0, 0, 0])
    >>> second = pd.Series([False] * 4 + [True] * 4)
    >>> found = matched_difference(share, second, pd.Series(0, share.index))
    >>> float(found["difference"]), round(float(found["chi2"]), 3), round(float(found["p"]), 3)
    (-0.5, 1.75, 0.186)
    >>> round(float(found["low"]), 3), round(float(found["high"]), 3)
    (-0.789, 0.135)
    """
    from scipy.special import chdtrc

    frame = pd.DataFrame({"share": share, "second": second, "layer": layer}).dropna()
    surplus = variance = 0.0
    firsts: list[np.ndarray] = []
    seconds: list[np.ndarray] = []
    for _, rows in frame.groupby("layer"):
        focal = rows["second"].astype(bool).to_numpy()
        y = rows["share"].to_numpy("float64")
        n, n_second = len(y), int(focal.sum())
        n_first = n - n_second
        if not n_first or not n_second:
            continue
        of = n_first * n_second / (n * n * (n - 1)) * (n * float(y @ y) - float(y.sum()) ** 2)
        surplus += float(y[focal].sum()) - n_second * float(y.mean())
        variance += of
        firsts.append(y[~focal])
        seconds.append(y[focal])
    sizes = [len(layer) for layer in seconds]
    first, first_low, first_high = _mean(firsts, sizes)
    other, low, high = _mean(seconds, sizes)
    difference = other - first
    chi2 = surplus * surplus / variance if variance > 0 else nan
    p = float(chdtrc(1, chi2)) if variance > 0 else nan
    return pd.Series(
        {
            "difference": difference,
            "low": difference - hypot(other - low, first_high - first),
            "high": difference + hypot(high - other, first - first_low),
            "chi2": chi2,
            "p": p,
            "matched": float(sum(map(len, firsts + seconds))),
        }
    )


def _mean(layers: Sequence[np.ndarray], weights: Sequence[int]) -> tuple[float, float, float]:
    """The mean share over layers of given weight, with its interval; NaN of nobody."""
    if not layers:
        return nan, nan, nan
    weight = np.array(weights) / sum(weights)
    mean = float(weight @ [layer.mean() for layer in layers])
    students = 1 / float(weight**2 @ [1 / len(layer) for layer in layers])
    # No mean of shares varies more than one of right and wrong answers (Bhatia and Davis).
    most = mean * (1 - mean)
    squares = sum(float(((layer - layer.mean()) ** 2).sum()) for layer in layers)
    # As if one more student varied most: a few with the same part marks are not thereby certain.
    within = (squares + most) / (sum(map(len, layers)) - len(layers) + 1)
    alike = students * max(1.0, most / within) if within > 0 else students
    return mean, *wilson(mean * alike, alike)


def false_discoveries(p: pd.Series) -> pd.Series:
    """For each p value, the share of false alarms among it and all that are smaller.

    >>> false_discoveries(pd.Series([0.01, 0.04, None, 0.03])).round(3).tolist()
    [0.03, 0.04, nan, 0.04]
    """
    known = p.dropna().astype("float64").sort_values(ascending=False)
    ranks = np.arange(len(known), 0, -1)
    return (known * len(known) / ranks).cummin().clip(upper=1.0).reindex(p.index)


def size(difference: float, low: float, high: float, q: float) -> Size:
    """How large a difference is: `large` and `moderate` are beyond chance, `negligible` is small
    for certain, and of `open` the class is too small to tell.

    >>> size(-0.2, -0.3, -0.1, 0.001), size(0.02, -0.03, 0.07, 0.4), size(-0.2, -0.5, 0.1, 0.2)
    ('large', 'negligible', 'open')
    """
    if q < SIGNIFICANT and abs(difference) >= NEGLIGIBLE:
        return "large" if abs(difference) >= LARGE else "moderate"
    return "negligible" if low > -LARGE and high < LARGE else "open"


def language_fairness(
    shares: pd.DataFrame, rest: pd.DataFrame, languages: pd.DataFrame
) -> pd.DataFrame:
    """Each item in Chinese and in English, students of like ability compared.

    Args:
        shares, rest: a row a student, a column an item, float64: what was got of the item, and of
            the rest of the test.
        languages: the same shape, `zh` or `en`: the language of the screen at the answer.

    Returns:
        DataFrame indexed by item: `zh`, `en` (int64, students), `zh_share`, `en_share` (float64,
        before matching), `difference` (English less Chinese after matching), `low`, `high`,
        `chi2`, `p`, `q` (float64; see `false_discoveries`) and `size` (str, see `size`).
    """
    rows = {}
    for item in shares.columns:
        known = shares[item].notna() & rest[item].notna() & languages[item].isin(["zh", "en"])
        share, english = shares.loc[known, item], languages.loc[known, item] == "en"
        found = matched_difference(share, english, strata(rest.loc[known, item]))
        rows[item] = [
            int((~english).sum()), int(english.sum()), float(share[~english].mean()),
            float(share[english].mean()),
            *(float(found[name]) for name in ("difference", "low", "high", "chi2", "p")), 0.0, "",
        ]  # fmt: skip
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS)
    frame["q"] = false_discoveries(frame["p"])
    bounds = frame[["difference", "low", "high", "q"]].itertuples(index=False)
    frame["size"] = [size(*map(float, one)) for one in bounds]
    return frame.astype({"zh": "int64", "en": "int64"})
