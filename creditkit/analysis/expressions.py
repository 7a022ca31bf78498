"""Expressions that every engine of narwhals understands alike; each is tested on all of them."""

from collections.abc import Mapping, Sequence

import narwhals as nw

NUMBER = r"^-?[0-9]+(?:\.[0-9]+)?$"
ISO_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def civil(year: nw.Expr, month: nw.Expr, of_month: nw.Expr) -> nw.Expr:
    """A day as a number, float64: what `date.toordinal` gives, in arithmetic every engine has.

    Engines do not agree on the difference of two days.
    """
    early = nw.when(month.cast(nw.Int64) <= 2).then(1).otherwise(0)
    y = year.cast(nw.Int64) - early
    m = month.cast(nw.Int64) - 3 + early * 12
    days = y * 365 + y // 4 - y // 100 + y // 400 + (m * 153 + 2) // 5
    return (days + of_month.cast(nw.Int64)).cast(nw.Float64) - 306.0


def number(column: str) -> nw.Expr:
    """Text as float64, null where it is no number."""
    text = nw.col(column)
    return nw.when(text.str.contains(NUMBER)).then(text).otherwise(None).cast(nw.Float64)


def day_number(column: str) -> nw.Expr:
    """Text as a day in the count of `civil`, null where it is no ISO day."""
    text = nw.col(column)
    iso = text.str.contains(ISO_DAY)
    some = nw.when(iso).then(text).otherwise(nw.lit("0001-01-01"))
    parts = (some.str.slice(start, length) for start, length in ((0, 4), (5, 2), (8, 2)))
    return nw.when(iso).then(civil(*(part.cast(nw.Int64) for part in parts))).otherwise(None)


def one_of(names: Sequence[str]) -> nw.Expr:
    """Whether `field` is one of some."""
    return nw.col("field").is_in(list(names)) if names else nw.lit(False)


def by_field(values: Mapping[str, float], default: float) -> nw.Expr:
    """A number by the name in `field`."""
    found: nw.Expr = nw.lit(default)
    for value in sorted(set(values.values())):
        names = [name for name, own in values.items() if own == value]
        found = nw.when(one_of(names)).then(nw.lit(float(value))).otherwise(found)
    return found


def flag(condition: nw.Expr) -> nw.Expr:
    """1 where a condition holds, 0 where it does not or is null; float64."""
    return nw.when(condition).then(nw.lit(1.0)).otherwise(nw.lit(0.0))
