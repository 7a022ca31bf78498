"""The values of facts, written in one way by the kind of their field."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from creditkit.analysis import cells
from creditkit.analysis.manner import Manner, without_percent
from creditkit.analysis.monies import named_with
from creditkit.content.library import currencies, fields
from creditkit.content.schema_fields import Field
from creditkit.text import in_full


def even_values(
    frame: pd.DataFrame, raw: "pd.Series[Any] | None" = None, manner: Manner | None = None
) -> "pd.Series[str]":
    """Write the `value` of facts in one way by the kind of their `field`, in the frame itself:
    numbers without separators or units, days as 2025-12-31, options by their ids.

    无 and "none" are 0 where that is what they mean, as of guarantees given. Of other numbers and
    of days they are told as unclear, and so are —, - and / everywhere: they may say that there is
    none or that nobody knows. "n/a", "null" and a blank are kept as not known, NaN.

    Args:
        frame: facts with `field` and `value`.
        raw: the values as they stood in the file, if some of them are no text.
        manner: how the file writes numbers and days; by default as the values of each field tell.

    Returns:
        For each row why its value could not be read, as in `Reading.problems`; else empty.

    >>> facts = pd.DataFrame({"field": ["revenue", "premises", "guarantees_given"],
    ...                       "value": ["1.2 亿", "自有", "无"]})
    >>> even_values(facts).tolist(), facts["value"].tolist()
    (['', '', ''], ['120000000', 'owned', '0'])
    """
    manner = manner or Manner()
    why = pd.Series("", frame.index, dtype="str")
    for name, part in frame.dropna(subset=["field", "value"]).groupby("field"):
        field = fields()[str(name)]
        own = part["value"] if raw is None else raw.loc[part.index]
        if field.kind == "number":
            values, problem = manner.numbers(field.id, without_percent(field, own))
            texts, problem = _none(field, own, values.map(_written, na_action="ignore"), problem)
            if field.unit in currencies():
                named = named_with(own)
                other = named.map(lambda codes, unit=field.unit: unit not in codes,
                                  na_action="ignore")  # fmt: skip
                problem = problem.mask(other.eq(True) & (problem == ""), "other_currency")
        elif field.kind == "date":
            days, problem = manner.days(field.id, own)
            texts, problem = _none(field, own, days.dt.strftime("%Y-%m-%d"), problem)
        elif field.kind == "category":
            texts, problem = cells.codes(own, _options(field))
        else:
            continue
        frame.loc[part.index, "value"] = texts.astype(object)
        why.loc[part.index] = problem
    return why


# Inside


def _options(field: Field) -> Mapping[str, str]:
    return {
        cells.even(way): option.id
        for option in field.options
        for way in (option.id, option.title.zh, option.title.en)
    }


def _none(
    field: Field, raw: "pd.Series[Any]", texts: "pd.Series[Any]", why: "pd.Series[str]"
) -> tuple["pd.Series[Any]", "pd.Series[str]"]:
    """What cells that hold no number or day say."""
    words = raw.astype("str").str.strip().str.casefold().where(texts.isna() & (why == ""), "")
    none = words.isin(cells.NONE)
    unclear = ~words.isin(cells.UNKNOWN)
    if field.none_is_zero:
        texts, unclear = texts.astype(object).mask(none, "0"), unclear & ~none
    return texts, why.mask(unclear, "unclear_none")


def _written(number: float) -> str:
    """A number as facts have it, which no reader can take for another."""
    # Fifteen digits are all that were written; what follows comes of 1.1 times 100,000,000.
    text = f"{number:.15g}"
    text = in_full(float(text)) if "e" in text else text
    # Three decimals could be taken for thousands where the file is read again.
    return text + "0" if text[-4:-3] == "." else text
