"""How good each source of information is in the data at hand, and how that compares with the
coursework's table.

The measures, each a ratio of two sums over facts:

- `authenticity`: the share of facts that agree with the reference within the field's tolerance.
- `objectivity`: of the facts whose field has a direction, the share that flatters the customer less
  the share that puts it down. 0 is even-handed; above 0 the customer gains.
- `bias`: the mean signed error of numbers in the customer's favour, as a share of the true value,
  each error cut at one half so that a slip of the pen does not rule the figure.
- `completeness`: the share of the asked fields of all customers of which the source says something.
- `timeliness`: the share of facts not older, on the day of use, than the field's term.
- `age`: days from collection to use, the mean.
- `cost`: CNY a fact, the mean. `cost_per_usable`: CNY spent on judged facts for each that is both
  right and fresh. Both of the facts whose cost is known.

Facts of one customer are not independent: who flatters in one field does so in the next. Intervals
(95 %) are those of a ratio of sums over customers (linearised; W. G. Cochran, Sampling Techniques,
3rd ed. 1977, chapter 6), with shares kept between their limits. Where no customer differs from
another that interval would be a point; a share then has the interval of Wilson over customers.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from creditkit.text import BilingualError, Text, phrases

MEASURES = ("objectivity", "bias", "authenticity", "completeness", "timeliness", "age", "cost",
            "cost_per_usable")  # fmt: skip
SHARES = {"objectivity": (-1.0, 1.0), "bias": (-0.5, 0.5), "authenticity": (0.0, 1.0),
          "completeness": (0.0, 1.0), "timeliness": (0.0, 1.0)}  # fmt: skip
# Sums a measure is made of: over, under.
RATIOS = {
    "objectivity": ("slant", "directed"),
    "bias": ("signed", "signable"),
    "authenticity": ("right", "judged"),
    "completeness": ("filled", "asked"),
    "timeliness": ("fresh", "facts"),
    "age": ("days", "facts"),
    "cost": ("spent", "priced"),
    "cost_per_usable": ("judged_spent", "usable"),
}


# Where the interval of a slant covers 0 and reaches beyond this, who gains is not known.
UNTOLD = 0.20


def say(key: str, /, **slots: object) -> Text:
    return phrases("quality")(key, **slots)


class QualityError(BilingualError):
    """Facts or options that cannot be worked with; nothing was computed."""


@dataclass(frozen=True)
class SourceQuality:
    """Measured quality of sources.

    `table` has a row a source, value of `by` and measure: `source`, the columns of `by`, `measure`,
    `value`, `low`, `high` (float64; NaN where nothing can be said), `spread` (float64: standard
    deviation of the measure from customer to customer), `facts` (int64: over how many facts or
    fields) and `customers` (int64).
    """

    table: pd.DataFrame
    by: tuple[str, ...]

    def wide(self) -> pd.DataFrame:
        """The values alone: a row a source and value of `by`, a column a measure (float64)."""
        index = ["source", *self.by]
        return self.table.pivot(index=index, columns="measure", values="value")[list(MEASURES)]

    def gains(self) -> "pd.Series[Any]":
        """Who gains by each source's slant: `customer`, `nobody` (the interval covers 0), `we`
        (it puts the customer down, so credit is withheld too often) or `unknown` (no interval, or
        one that covers 0 and more than a fifth either way); str by source and `by`."""
        rows = self.table[self.table["measure"] == "objectivity"].set_index(["source", *self.by])
        low, high = rows["low"], rows["high"]
        told = [low > 0, high < 0, (low >= -UNTOLD) & (high <= UNTOLD)]
        gain = np.select(told, ["customer", "we", "nobody"], "unknown")
        return pd.Series(gain, rows.index, dtype="str", name="gains")
