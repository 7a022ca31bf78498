"""Whether a value of a field can be at all: numbers within limits, known options, real days,
right check digits."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from creditkit.analysis.claims import Tolerance
from creditkit.content.library import fields
from creditkit.content.schema_fields import Field
from creditkit.text import Text, join, phrases, plain

# GB 32100-2015: the signs of a unified social credit code; I, O, S, V and Z are left out.
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODE = rf"[{SIGNS}]{{2}}[0-9]{{6}}[{SIGNS}]{{10}}"
NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)"


def say(key: str, /, **slots: object) -> Text:
    return phrases("review")(key, **slots)


def tolerances() -> dict[str, Tolerance]:
    """By field, when two values count as the same; for `reconcile`.

    >>> tolerances()["revenue"].kind
    'number'
    """
    kinds = {"number": "number", "date": "date"}
    return {
        field.id: Tolerance(kinds.get(field.kind, "text"), field.within)  # type: ignore[arg-type]
        for field in fields().values()
    }


def impossible(field: Field, values: "pd.Series[Any]", on: "pd.Series[Any]") -> "pd.Series[str]":
    """What is impossible in each value: `""` where nothing is.

    Args:
        field: whose values they are.
        values: as text, none empty.
        on: the day of collection of each (datetime64); a date cannot lie after it.

    Returns:
        Series of str with the same index: `not_number`, `too_low`, `too_high`, `no_option`,
        `no_day`, `in_future`, `bad_code` or empty.
    """
    found = pd.Series("", index=values.index, dtype="str")
    texts = values.astype("str").str.strip()
    if field.kind == "number":
        numbers = pd.to_numeric(texts.where(texts.str.fullmatch(NUMBER)), errors="coerce")
        found = found.mask(numbers.isna(), "not_number")
        if field.low is not None:
            found = found.mask(numbers < field.low, "too_low")
        if field.high is not None:
            found = found.mask(numbers > field.high, "too_high")
    elif field.kind == "category":
        found = found.mask(~texts.isin([o.id for o in field.options]), "no_option")
    elif field.kind == "date":
        days = pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce")
        found = found.mask(days.isna(), "no_day")
        if field.low is not None:
            found = found.mask(days.dt.year < field.low, "too_low")
        found = found.mask(days > on, "in_future")
    elif field.check == "unified_code":
        found = found.mask(~pd.Series(_right_codes(texts), index=values.index), "bad_code")
    return found


def why_impossible(field: Field, problem: str, value: str) -> Text:
    """In words, what is impossible in a value.

    >>> why_impossible(fields()["capacity_use"], "too_high", "180").en
    '180 is above the highest possible, 130 %'
    """
    limit = {"too_low": field.low, "too_high": field.high}.get(problem)
    number = "" if limit is None else f"{limit:,.0f}"
    # Of days the limit is a year.
    shown = say("with_unit", value=number, unit=unit_title(field)) if field.unit else plain(number)
    options = join(option.title for option in field.options)
    return say(problem, value=value, limit=shown, options=options)


def unit_title(field: Field) -> Text:
    """The unit of a field in words; empty where it has none."""
    return plain(field.unit) if field.unit in ("", "%") else say(f"unit_{field.unit}")


def worth(field: Field, values: "pd.Series[Any]") -> NDArray[np.float64]:
    """How well a value makes the customer look, higher is better; NaN where no value does."""
    if field.favours in ("high", "low") and field.kind == "number":
        numbers: Any = pd.to_numeric(values, errors="coerce")
        return np.asarray(numbers if field.favours == "high" else -numbers, dtype=np.float64)
    if field.favours == "first":
        places: Any = {option.id: -float(i) for i, option in enumerate(field.options)}
        ranked: Any = values.map(places)
        return np.asarray(ranked, dtype=np.float64)
    return np.full(len(values), np.nan)


def check_entry(field: Field, value: str, collected_on: date) -> Text | None:
    """What is wrong with one value typed in; None where nothing is."""
    if not value.strip():
        return say("no_value", field=field.title)
    problem = impossible(field, pd.Series([value]), pd.Series([pd.Timestamp(collected_on)]))[0]
    return why_impossible(field, str(problem), value) if problem else None


# Inside


def _right_codes(texts: "pd.Series[str]") -> NDArray[np.bool_]:
    shaped = texts.str.fullmatch(CODE).to_numpy(dtype=bool)
    right = np.zeros(len(texts), dtype=bool)
    if shaped.any():
        place = {sign: i for i, sign in enumerate(SIGNS)}
        digits = np.array([[place[c] for c in code] for code in texts[shaped]])
        weights = np.array([pow(3, i, 31) for i in range(17)])
        right[shaped] = digits[:, 17] == (31 - (digits[:, :17] @ weights) % 31) % 31
    return right
