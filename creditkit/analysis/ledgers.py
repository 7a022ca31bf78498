"""Ledgers as frames of any engine: how their days, amounts and groups are read and asked for.

Invoices and payments may be frames of any engine narwhals knows (pandas, Polars, DuckDB relations,
PySpark). What is heavy stays in the engine and only what is small is collected, as pandas.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from creditkit.text import BilingualError, Text, phrases

DAYS = ("issued", "due", "disputed_on", "resolved_on", "promised_on", "paid_on")
# The group of what says nothing in a column of text.
UNKNOWN = "unknown"
# Between these days no reckoning of periods and due days leaves the calendar.
FIRST_DAY, LAST_DAY = date(1800, 1, 1), date(2199, 12, 31)
# Units to read amounts in, the largest first.
MONEY_ZH = ((1e8, " 亿"), (1e4, " 万"))
MONEY_EN = ((1e9, " bn"), (1e6, " m"), (1e3, " k"))

Lazy = nw.LazyFrame[Any]
Day = str | date | np.datetime64


def say(key: str, /, **slots: object) -> Text:
    return phrases("receivables")(key, **slots)


class ReceivablesError(BilingualError):
    """Invoices, payments or options that cannot be worked with; nothing was computed."""


def day(value: Day) -> date:
    """A day as given: `2025-12-31`, a date or a time of that day, of NumPy and pandas too.

    Raises:
        ReceivablesError: it is none of these, or outside 1800 to 2199.

    >>> day("2025-12-31")
    datetime.date(2025, 12, 31)
    """
    try:
        given = pd.Timestamp(value) if isinstance(value, np.datetime64) else value
        if isinstance(given, datetime) and pd.isna(given):
            raise ValueError
        found = given if isinstance(given, date) else date.fromisoformat(given)
    except (TypeError, ValueError):
        raise ReceivablesError(say("bad_day", value=value)) from None
    found = found.date() if isinstance(found, datetime) else found
    if not FIRST_DAY <= found <= LAST_DAY:
        raise ReceivablesError(say("far_day", value=found, first=FIRST_DAY, last=LAST_DAY))
    return found


def whole(name: str, value: int) -> int:
    """A number of days, months or the like: 1 or more.

    Raises:
        ReceivablesError: it is not.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ReceivablesError(say("bad_count", name=name, value=value))
    return value


def money(value: float) -> Text:
    """An amount to read at a glance, in the units each language counts in.

    >>> money(324_435_000).zh, money(324_435_000).en, money(-950).en
    ('3.24 亿', '324 m', '-950')
    """
    return Text(_in_units(value, MONEY_ZH), _in_units(value, MONEY_EN))


def month_ends(as_of: Day, months: int) -> list[date]:
    """The last `months` + 1 ends of a month by a day, the day itself included.

    >>> [str(end) for end in month_ends("2025-03-30", 1)]
    ['2025-01-31', '2025-02-28']
    """
    end = (day(as_of) + timedelta(1)).replace(day=1) - timedelta(1)
    ends = [end]
    for _ in range(whole("months", months)):
        end = end.replace(day=1) - timedelta(1)
        ends.append(end)
    return ends[::-1]


def read(frame: Any, name: str, columns: Sequence[str]) -> Lazy:
    """The named columns of a frame of any engine, lazily; days that are text become days.

    Raises:
        ReceivablesError: it is no frame, a column is missing, or a day cannot be read.
    """
    if isinstance(frame, pd.DataFrame):
        frame = _pandas_days(frame, name, columns)
    try:
        lazy = nw.from_native(frame).lazy()
    except TypeError:
        raise ReceivablesError(say("no_frame", name=name, type=type(frame).__name__)) from None
    schema = lazy.collect_schema()
    missing = [c for c in columns if c not in schema]
    if missing:
        wanted, found = ", ".join(missing), ", ".join(schema)
        raise ReceivablesError(say("no_columns", name=name, missing=wanted, found=found))
    texts = [c for c in columns if c in DAYS and not schema[c].is_temporal()]
    chosen: Lazy = lazy.select(
        *(
            nw.col(c).str.to_date(format="%Y-%m-%d") if c in texts else nw.col(c)
            for c in dict.fromkeys(columns)
        )
    )
    return chosen


def same_engine(invoices: Lazy, payments: Lazy) -> None:
    """Whether two frames can be joined.

    Raises:
        ReceivablesError: they are of different engines, or of two connections of DuckDB.
    """
    if found := engines_apart(invoices=invoices, payments=payments):
        raise ReceivablesError(say("engines_differ", frames=found))


def engines_apart(**frames: Lazy) -> str:
    """Which engine each frame is of, where they cannot be joined; empty where they can."""
    engines = {name: frame.implementation.value for name, frame in frames.items()}
    if set(engines.values()) == {"duckdb"}:
        from duckdb import InvalidInputException

        one, *others = (frame.to_native().set_alias(name) for name, frame in frames.items())
        try:
            for other in others:
                one.cross(other)
        except InvalidInputException as error:
            # Relations of two connections; DuckDB tells before it computes anything.
            return str(error)
    elif len(set(engines.values())) > 1:
        return ", ".join(f"{name}: {engine}" for name, engine in engines.items())
    return ""


def fetched(lazy: Lazy) -> pd.DataFrame:
    """A small result, brought from its engine."""
    frame: pd.DataFrame = lazy.collect("pandas").to_native()
    return frame


def before(lazy: Lazy, column: str, limit: date) -> nw.Expr:
    """Whether a day lies before another; null where the day is missing.

    Everything asked of days is asked in this way: engines agree on it whether a day comes with a
    time or not, and need no arithmetic on each row.
    """
    if lazy.collect_schema()[column] == nw.Date:
        return nw.col(column) < limit
    return nw.col(column) < datetime(limit.year, limit.month, limit.day)


def until(lazy: Lazy, column: str, last: date) -> nw.Expr:
    """Whether a day is `last` or earlier."""
    return before(lazy, column, last + timedelta(1))


def whole_day(lazy: Lazy, column: str) -> nw.Expr:
    """A day without its time, to hold against another day."""
    if lazy.collect_schema()[column] == nw.Date:
        return nw.col(column)
    return nw.col(column).dt.truncate("1d")


def keep_unknown(found: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """A collected table whose groups without a value are named `unknown`, so that pandas, which
    leaves out such groups, keeps what they owe.

    Raises:
        ReceivablesError: a column of numbers or days lacks values; no word has a place among those.

    >>> keep_unknown(pd.DataFrame({"region": ["north", None]}), ["region"])["region"].tolist()
    ['north', 'unknown']
    """
    for key in keys:
        gone = found[key].isna()
        if gone.any():
            if not all(isinstance(value, str) for value in found.loc[~gone, key]):
                raise ReceivablesError(say("no_key", column=key))
            words = found[key].astype(object).where(~gone, UNKNOWN)
            found = found.assign(**{key: words.astype("str")})
    return found


# Inside


def _in_units(value: float, units: tuple[tuple[float, str], ...]) -> str:
    size, unit = next((u for u in units if abs(value) >= u[0]), (1.0, ""))
    scaled = value / size
    # Three figures tell amounts apart.
    decimals = 0 if abs(scaled) >= 100 or not unit else 1 if abs(scaled) >= 10 else 2
    return f"{scaled:,.{decimals}f}{unit}"


def _pandas_days(frame: pd.DataFrame, name: str, columns: Sequence[str]) -> pd.DataFrame:
    """Days of pandas as datetime64: CSV leaves text, other readers leave `date` objects."""
    read = {}
    for column in columns:
        if column in DAYS and column in frame:
            cells = frame[column]
            if not pd.api.types.is_datetime64_dtype(cells):
                try:
                    read[column] = pd.to_datetime(cells, format="ISO8601")
                except (ValueError, TypeError):
                    raise ReceivablesError(say("bad_days", name=name, column=column)) from None
    return frame.assign(**read) if read else frame
