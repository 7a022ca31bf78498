"""How well founded confidence is: what came of answers of which students said how sure they were.

Source: G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather
Review 78 (1950) 1-3.
"""

import pandas as pd

from creditkit.analysis.estimates import wilson
from creditkit.analysis.item_statistics import mean_interval


def calibration(answers: pd.DataFrame) -> pd.DataFrame:
    """How many answers were right, by how sure students were.

    Args:
        answers: `confidence` (float64, 0 to 1) and `right` (bool, wholly right).

    Returns:
        DataFrame indexed by `confidence` (float64), rising: `answers`, `right` (int64), `share`,
        `low`, `high` (float64, share right with Wilson's interval, which takes answers as
        independent). Without a row where there is no answer.

    >>> answers = pd.DataFrame({"confidence": [0.5, 0.5, 1.0], "right": [True, False, True]})
    >>> calibration(answers)["share"].to_dict()
    {0.5: 0.5, 1.0: 1.0}
    """
    levels = answers.groupby(answers["confidence"].round(2))["right"]
    table = levels.agg(["size", "sum"]).astype("int64")
    table.columns = pd.Index(["answers", "right"])
    table["share"] = table["right"] / table["answers"]
    ends = [wilson(r, n) for r, n in zip(table["right"], table["answers"], strict=True)]
    table["low"] = pd.Series([low for low, _ in ends], table.index, dtype="float64")
    table["high"] = pd.Series([high for _, high in ends], table.index, dtype="float64")
    return table


def overconfidence(answers: pd.DataFrame) -> pd.Series:
    """How far students are surer than they are right.

    Args:
        answers: `student`, `confidence` (float64, 0 to 1) and `right` (bool, wholly right).

    Returns:
        Series of float64: `brier`, the mean squared distance between confidence and right (0 is
        best; 0.25 is what "even odds" throughout gives), `excess`, the mean over students of mean
        confidence less share right, `low` and `high`, its 95 % interval after Student, and
        `answers`.

    >>> answers = pd.DataFrame({"student": ["a", "a"], "confidence": [1.0, 1.0],
    ...     "right": [True, False]})
    >>> found = overconfidence(answers)
    >>> float(found["brier"]), float(found["excess"])
    (0.5, 0.5)
    """
    gap = answers["confidence"] - answers["right"].astype("float64")
    excess, low, high = mean_interval(gap.groupby(answers["student"]).mean())
    return pd.Series(
        {
            "brier": float((gap**2).mean()),
            "excess": excess,
            "low": low,
            "high": high,
            "answers": float(len(answers)),
        }
    )
