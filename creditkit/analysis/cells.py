"""Cells as people write them, read as numbers, days, codes and texts.

Each function takes a column as it was in the file and gives its values and, for every cell that
cannot be read, why: `""` where nothing is wrong. Blank cells are no problem here.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
import pandas as pd

# What stands for nothing in a column of numbers or days.
NOTHING = frozenset(
    {"", "-", "--", "—", "——", "/", "n/a", "na", "nan", "nat", "null", "none", "无"}
)
UNITS = {"万亿": 10**12, "亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4, "千": 10**3}
MONEY = re.compile(r"(?:人民币|rmb|cny|usd|eur|hkd|jpy|gbp|us\$|[¥$€£])", re.IGNORECASE)
# 1,234,567.8 or 1'234'567.8 or 12,3456: groups of three, or of four as Chinese counts.
GROUPED = re.compile(r"\d{1,3}(?:[,'’ ]\d{3})+(?:\.\d*)?|\d{1,4}(?:,\d{4})+(?:\.\d*)?")
# 1.234.567,80: the decimal comma, when it cannot be read otherwise.
CONTINENTAL = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}")
PLAIN = re.compile(r"\d+\.?\d*|\.\d+")
EXPONENT = re.compile(r"\d+(?:\.\d+)?[eE][-+]?\d{1,2}")
YEAR_FIRST = re.compile(
    r"(\d{4})(?:年|[-/.])\s*(\d{1,2})(?:月|[-/.])\s*(\d{1,2})日?(?:[T ]+\d{1,2}[:时].*)?"
)
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
UNCLEAR = re.compile(r"\d{1,2}[-/]\d{1,2}[-/](?:\d{4}|\d{2})")
# What a spreadsheet counts as days.
FIRST_YEAR, LAST_YEAR = 1800, 2200

Read = tuple["pd.Series[Any]", "pd.Series[str]"]


def number(text: str) -> float:
    """A number as people write it.

    Full-width digits, thousand separators, units (万, 亿), money signs, brackets for below zero and
    a decimal comma where it is clear are read.

    Raises:
        ValueError: with why not: `not_number`, or `unclear_comma` (1,5 may be one and a half).

    >>> number("１，２３４．５０元"), number("(3.2万)"), number("1.234,50"), number("￥1.5 亿")
    (1234.5, -32000.0, 1234.5, 150000000.0)
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    plain = MONEY.sub("", plain).strip()
    below = False
    if plain.startswith("(") and plain.endswith(")"):
        below, plain = True, plain[1:-1].strip()
    plain = plain.removesuffix("元").removesuffix("圆").strip()
    if plain.endswith("-") and len(plain) > 1:
        below, plain = True, plain[:-1].strip()
    if plain[:1] in "+-" and plain:
        below, plain = below ^ (plain[0] == "-"), plain[1:].strip()
    plain = MONEY.sub("", plain).strip()
    times = 1
    for unit, value in UNITS.items():
        if plain.endswith(unit):
            times, plain = value, plain.removesuffix(unit).strip()
            break
    if GROUPED.fullmatch(plain):
        plain = re.sub(r"[,'’ ]", "", plain)
    elif CONTINENTAL.fullmatch(plain):
        plain = plain.replace(".", "").replace(",", ".")
    elif not (PLAIN.fullmatch(plain) or EXPONENT.fullmatch(plain)):
        raise ValueError("unclear_comma" if re.fullmatch(r"\d+,\d+", plain) else "not_number")
    try:
        found = float(Decimal(plain) * times)
    except InvalidOperation:
        raise ValueError("not_number") from None
    return -found if below else found


def a_day(text: str) -> date:
    """A day as people write it, the year first, or day.month.year with dots.

    Raises:
        ValueError: with why not: `not_day`, `no_such_day`, or `unclear_day` (03/04/2025).

    >>> a_day("２０２５年３月４日"), a_day("2025/3/4 09:30"), a_day("20250304"), a_day("4.3.2025")
    (datetime.date(2025, 3, 4), datetime.date(2025, 3, 4), datetime.date(2025, 3, 4), \
datetime.date(2025, 3, 4))
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if found := YEAR_FIRST.fullmatch(plain) or COMPACT.fullmatch(plain):
        year, month, of_month = found.groups()
    elif found := DAY_FIRST.fullmatch(plain):
        of_month, month, year = found.groups()
    else:
        raise ValueError("unclear_day" if UNCLEAR.fullmatch(plain) else "not_day")
    try:
        day = date(int(year), int(month), int(of_month))
    except ValueError:
        raise ValueError("no_such_day") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError("no_such_day")
    return day


def even(text: object) -> str:
    """A heading or code with width, case, spaces and underscores evened out.

    >>> even(" Due_Date "), even("到期 日")
    ('duedate', '到期日')
    """
    plain = unicodedata.normalize("NFKC", str(text)).casefold()
    return re.sub(r"[\s_\-()（）]+", "", plain.lstrip("\ufeff"))


def numbers(cells: "pd.Series[Any]") -> Read:
    """A column as float64."""
    if pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells):
        values = pd.to_numeric(cells).astype("float64")
        why = pd.Series("", cells.index, dtype="str").mask(np.isinf(values), "not_number")
        return values.mask(np.isinf(values)), why
    # Most files write numbers plainly; what is left is read one way of writing at a time.
    words = cells.astype("str").where(cells.notna(), "")
    grouped = words.str.fullmatch(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")
    plain = words.where(~grouped, words.str.replace(",", "", regex=False))
    values = pd.to_numeric(plain, errors="coerce").astype("float64")
    rest = values.isna() | np.isinf(values)
    read, why = _each(cells[rest], number, NOTHING)
    values[rest] = read.astype("float64")
    return values, why.reindex(cells.index, fill_value="")


def days(cells: "pd.Series[Any]") -> Read:
    """A column as datetime64, times of day cut off."""
    if pd.api.types.is_datetime64_any_dtype(cells):
        whole = cells.dt.tz_localize(None) if cells.dt.tz is not None else cells
        return whole.dt.normalize().astype("datetime64[us]"), pd.Series(
            "", cells.index, dtype="str"
        )
    read, why = _each(cells, a_day, NOTHING)
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


# Inside


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
