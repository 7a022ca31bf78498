"""Cells as people write them, read as numbers, days, codes and texts.

Each function takes a column as it was in the file and gives its values and, for every cell that
cannot be read, why: `""` where nothing is wrong. Blank cells are no problem here.

What a cell leaves open, its column decides. The evidence is the cells that can be one number only:

- the decimal sign is a point where a cell has a point and not three digits after it (12.5, 0.125),
  or commas before a point or again and again (1,234.50, 2,000,000);
- it is a comma where a cell has a comma and not three digits after it (950,00, 1,5), or points
  before a comma or again and again (1.234,50, 2.000.000).

With evidence of one sign, 12.500 and 1,234 are read by it. With evidence of both, or of none,
12.500 is set aside as unclear. 1,234 without evidence is 1234, as Chinese and English write it,
unless the column has a 12.500 too. Cells that a spreadsheet or frame holds as numbers are no
evidence and need none. Whether the day or the month stands first in 03/04/2025 is decided likewise,
by cells such as 25/12/2025.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import Any, Literal

import numpy as np
import pandas as pd

from creditkit.analysis.monies import money_words
from creditkit.analysis.written import day_readings, even_width, number_readings

# What stands for nothing in a column of numbers or days.
NOTHING = frozenset(
    {"", "-", "--", "—", "——", "/", "n/a", "na", "nan", "nat", "null", "none", "无"}
)
# Of these, what says that there is none and what says that nobody knows; the others may say either.
NONE, UNKNOWN = frozenset({"none", "无"}), frozenset({"", "n/a", "na", "nan", "nat", "null"})
# One group of three, which may be decimals as well; a comma before it parts thousands by default.
OPEN = {
    ".": r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}",
    ",": r"[+-]?[1-9][0-9]{0,2},[0-9]{3}",
}
# Groups by commas that nobody can take for decimals.
THOUSANDS = r"-?[1-9][0-9]{0,2}(?:,[0-9]{3}(?:\.[0-9]*|(?:,[0-9]{3})+(?:\.[0-9]*)?))"

Decimal = Literal[".", ","]
# What a column tells of how it is written: "." or ",", the decimal sign; "d" or "m", what stands
# first of day and month; and with "?" before it what a cell leaves open.
Marks = frozenset[str]
Read = tuple["pd.Series[Any]", "pd.Series[str]"]


def number(text: str, decimal: Decimal | None = None, marks: Collection[str] = ()) -> float:
    """A number as people write it.

    Full-width digits, thousand separators, units (万, 亿), money signs and brackets for below zero
    are read.

    Args:
        text: a cell.
        decimal: the decimal sign, where it is known.
        marks: what the column tells of it, where it is not.

    Raises:
        ValueError: with why not: `not_number`, `unclear_point` (12.500), `unclear_comma` (12,3456)
            or `other_decimal`: not so with the decimal sign given.

    >>> number("１，２３４．５０元"), number("(3.2万)"), number("1 234,50"), number("￥1.5 亿")
    (1234.5, -32000.0, 1234.5, 150000000.0)
    >>> number("12.500", decimal=","), number("12.500", marks=["."])
    (12500.0, 12.5)
    """
    found = number_readings(text, money_words())
    if decimal:
        if decimal not in found:
            raise ValueError("other_decimal")
        return found[decimal]
    if len(set(found.values())) == 1:
        return next(iter(found.values()))
    comma = "," in even_width(text)
    sign = _sign(
        marks, default=bool(comma and re.search(r"(?<!\d)\d{1,3},\d{3}(?!\d)", even_width(text)))
    )
    if not sign:
        raise ValueError("unclear_comma" if comma else "unclear_point")
    return found[sign]


def a_day(text: str, day_first: bool | None = None, marks: Collection[str] = ()) -> date:
    """A day as people write it: the year first, day.month.year with dots, or with slashes where
    only one of the numbers can be the month.

    Args:
        text: a cell.
        day_first: whether the day stands before the month, where it is known.
        marks: what the column tells of it, where it is not.

    Raises:
        ValueError: with why not: `not_day`, `no_such_day`, `unclear_day` (03/04/2025),
            `unclear_year` (24年3月5日) or `serial_day` (45356, a spreadsheet's count).

    >>> a_day("２０２５年３月４日"), a_day("2025/3/4 09:30"), a_day("民国114年3月4日")
    (datetime.date(2025, 3, 4), datetime.date(2025, 3, 4), datetime.date(2025, 3, 4))
    >>> a_day("25/12/2025"), a_day("03/04/2025", day_first=True)
    (datetime.date(2025, 12, 25), datetime.date(2025, 4, 3))
    """
    found = day_readings(text)
    if day_first is not None:
        order = "d" if day_first else "m"
        if order not in found:
            raise ValueError("no_such_day")
        return found[order]
    if len(set(found.values())) == 1:
        return next(iter(found.values()))
    proved = {"d", "m"} & {*marks}
    if len(proved) != 1:
        raise ValueError("unclear_day")
    return found[proved.pop()]


def even(text: object) -> str:
    """A heading or code with width, case, spaces and underscores evened out.

    >>> even(" Due_Date "), even("到期 日")
    ('duedate', '到期日')
    """
    plain = unicodedata.normalize("NFKC", str(text)).casefold()
    return re.sub(r"[\s_\-()（）]+", "", plain.lstrip("\ufeff"))


def numbers_open(cells: "pd.Series[Any]") -> bool:
    """Whether any cell may be two numbers: nothing else needs the rest of its column."""
    return _any(cells, re.compile(r"[.,．，]\d{3}(?!\d)|[,，]\d{4}(?!\d)"))


def days_open(cells: "pd.Series[Any]") -> bool:
    """Whether any cell may be two days."""
    return _any(cells, re.compile(r"\d\s*[-/－／]\s*\d{1,2}\s*[-/－／]\s*\d{4}"))


def number_marks(cells: "pd.Series[Any]") -> Marks:
    """What a column tells of the decimal sign it is written with.

    >>> sorted(number_marks(pd.Series(["12.500", "1.234,50"])))
    [',', '?.']
    """
    words, typed = _words(cells)
    # Most columns write numbers plainly; each other way is looked at once.
    words = words[~typed & (words != "")]
    found = {"?" + sign for sign, form in OPEN.items() if words.str.fullmatch(form).any()}
    plain = words.str.fullmatch(r"[+-]?[0-9]+\.?[0-9]*")
    for form in OPEN.values():
        plain |= words.str.fullmatch(form)
    thousands = words.str.fullmatch(THOUSANDS)
    if thousands.any():
        found.add(".")
    pointed = words[plain & words.str.contains(".", regex=False)]
    if (~pointed.str.fullmatch(OPEN["."]) & ~pointed.str.endswith(".")).any():
        found.add(".")
    for word in words[~plain & ~thousands].unique():
        try:
            values = number_readings(word, money_words())
        except ValueError:
            continue
        if len(values) == 1:
            found |= {*values}
        elif len({*values.values()}) > 1:
            found.add("?," if "," in even_width(word) else "?.")
    return frozenset(found)


def day_marks(cells: "pd.Series[Any]") -> Marks:
    """What a column tells of the order of day and month.

    >>> sorted(day_marks(pd.Series(["03/04/2025", "25/12/2025"])))
    ['?', 'd']
    """
    if pd.api.types.is_datetime64_any_dtype(cells):
        return frozenset()
    found: set[str] = set()
    for word in pd.unique(cells.dropna()):
        try:
            days = day_readings(_written(word))
        except ValueError:
            continue
        if len(days) == 1:
            found |= {*days}
        elif len({*days.values()}) > 1:
            found.add("?")
    return frozenset(found)


def numbers(
    cells: "pd.Series[Any]", decimal: Decimal | None = None, marks: Marks | None = None
) -> Read:
    """A column as float64.

    Args:
        cells: the column, or a part of it.
        decimal: its decimal sign, where it is known.
        marks: what the whole column tells of it; that of these cells if None.

    >>> numbers(pd.Series(["12.500", "€1.000", "950,00"]))[0].tolist()
    [12500.0, 1000.0, 950.0]
    >>> numbers(pd.Series(["12.500", "3.25"]))[0].tolist()
    [12.5, 3.25]
    >>> numbers(pd.Series(["12.500", "400"]))[1].tolist()
    ['unclear_point', '']
    """
    if pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells):
        values = pd.to_numeric(cells).astype("float64")
        why = pd.Series("", cells.index, dtype="str").mask(np.isinf(values), "not_number")
        return values.mask(np.isinf(values)), why
    if marks is None:
        needed = decimal is None and numbers_open(cells)
        marks = number_marks(cells) if needed else frozenset()
    words, typed = _words(cells)
    # Most files write numbers plainly; what is left is read one way of writing at a time.
    plain = words.where(typed, "")
    for sign, form in OPEN.items():
        as_read = decimal or _sign(marks, default=sign == ",")
        if as_read:
            other = "," if as_read == "." else "."
            fits = ~typed & words.str.fullmatch(form)
            plain = plain.where(
                ~fits,
                words.str.replace(other, "", regex=False).str.replace(",", ".", regex=False),
            )
    if decimal != ",":
        simple = words.str.fullmatch(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)") & ~words.str.fullmatch(
            OPEN["."]
        )
        plain = plain.where(~simple | typed, words)
        thousands = words.str.fullmatch(THOUSANDS)
        plain = plain.where(~thousands, words.str.replace(",", "", regex=False))
    values = pd.to_numeric(plain, errors="coerce").astype("float64")
    rest = values.isna() | np.isinf(values)
    read, why = _each(cells[rest], lambda text: number(text, decimal, marks), NOTHING)
    values[rest] = read.astype("float64")
    return values, why.reindex(cells.index, fill_value="")


def days(
    cells: "pd.Series[Any]", day_first: bool | None = None, marks: Marks | None = None
) -> Read:
    """A column as datetime64, times of day cut off.

    Args:
        cells: the column, or a part of it.
        day_first: whether the day stands before the month, where it is known.
        marks: what the whole column tells of it; that of these cells if None.
    """
    if pd.api.types.is_datetime64_any_dtype(cells):
        whole = cells.dt.tz_localize(None) if cells.dt.tz is not None else cells
        return whole.dt.normalize().astype("datetime64[us]"), pd.Series(
            "", cells.index, dtype="str"
        )
    if marks is None:
        marks = day_marks(cells) if day_first is None and days_open(cells) else frozenset()
    read, why = _each(cells, lambda text: a_day(text, day_first, marks), NOTHING)
    return pd.to_datetime(read).astype("datetime64[us]"), why


def codes(cells: "pd.Series[Any]", known: Mapping[str, str]) -> Read:
    """A column as codes; `known` maps every evened-out way of writing one to it."""

    def code(text: str) -> str:
        if even(text) not in known:
            raise ValueError("unknown_code")
        return known[even(text)]

    return _each(cells, code, {""})


def texts(cells: "pd.Series[Any]") -> Read:
    """A column as text, trimmed; the apostrophe that keeps a formula from running is taken off."""

    words = cells.astype("str").str.strip().where(cells.notna(), "")
    if cells.map(type).isin([str, type(None)]).all():
        odd = words.str.contains("\0", regex=False) | words.str.startswith("'")
        if not odd.any():
            return words.mask(words == ""), pd.Series("", cells.index, dtype="str")

    def text(cell: str) -> str:
        if "\0" in cell:
            raise ValueError("not_text")
        return cell[1:] if re.match(r"'\s*[=+\-@\t\r＝＋－＠]", cell) else cell

    return _each(cells, text, {""})


def blank(cells: "pd.Series[Any]") -> "pd.Series[bool]":
    """Which cells hold nothing."""
    if cells.dtype == object or pd.api.types.is_string_dtype(cells):
        return cells.isna() | (cells.astype("str").str.strip() == "")
    return cells.isna()


def even_ids(ids: "pd.Series[Any]") -> "pd.Series[Any]":
    """Ids with the width of their characters evened out, so that one id is one in all tables."""
    at, words = pd.factorize(ids)
    if "".join(words).isascii():
        return ids
    plain = [unicodedata.normalize("NFKC", word).strip() for word in words]
    return pd.Series(np.array([*plain, None], dtype=object)[at], ids.index, dtype=object)


def shaped(values: "pd.Series[Any]", pattern: str) -> tuple["pd.Series[Any]", "pd.Series[bool]"]:
    """Values with the width of their characters evened out, and which have the form."""
    at, words = pd.factorize(values)
    plain = [unicodedata.normalize("NFKC", word) for word in words]
    good = [re.fullmatch(pattern, word) is not None for word in plain]
    # The last entry is for cells that are missing, which factorize numbers -1.
    evened = pd.Series(np.array([*plain, None], dtype=object)[at], values.index, dtype=object)
    return evened, pd.Series(np.array([*good, True])[at], values.index)


# Inside


def _any(cells: "pd.Series[Any]", form: "re.Pattern[str]") -> bool:
    if cells.dtype != object and not pd.api.types.is_string_dtype(cells):
        return False
    # One search through all of them at once: most columns have no such cell.
    return form.search("\n".join(c for c in cells if isinstance(c, str))) is not None


def _sign(marks: Collection[str], *, default: bool) -> str:
    """The decimal sign that a column proves; a point by `default` where nothing speaks of it."""
    proved = {".", ","} & {*marks}
    if len(proved) == 1:
        return proved.pop()
    return "." if default and not proved and "?." not in marks else ""


def _words(cells: "pd.Series[Any]") -> tuple["pd.Series[str]", "pd.Series[bool]"]:
    """The cells as they are written, and which of them are numbers that need no reading."""
    words = cells.astype("str").str.strip().where(cells.notna(), "")
    typed = cells.map(lambda c: isinstance(c, int | float | np.number) and not isinstance(c, bool))
    return words, typed.astype(bool) & cells.notna()


def _each(cells: "pd.Series[Any]", read: Callable[[str], Any], nothing: Any) -> Read:
    """Read each different cell once."""
    at, words = pd.factorize(cells)
    values: list[Any] = []
    problems: list[str] = []
    for word in words:
        text = _written(word)
        value, problem = None, ""
        if text.strip().casefold() not in nothing:
            try:
                value = read(text.strip())
            except ValueError as error:
                problem = str(error)
        values.append(value)
        problems.append(problem)
    # The last entry is for cells that are missing, which factorize numbers -1.
    found = np.array([*values, None], dtype=object)[at]
    why = np.array([*problems, ""], dtype=object)[at]
    return pd.Series(found, cells.index, dtype=object), pd.Series(why, cells.index, dtype="str")


def _written(word: Any) -> str:
    """A typed cell of a spreadsheet as it would be written."""
    if isinstance(word, bool | np.bool_):
        return str(bool(word)).lower()
    if isinstance(word, datetime | pd.Timestamp):
        return word.strftime("%Y-%m-%d")
    if isinstance(word, float | np.floating):
        plain = float(word)
        return str(int(plain)) if plain.is_integer() and abs(plain) < 1e15 else str(plain)
    return str(word)
