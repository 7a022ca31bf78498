"""Numbers and days as people write them: all that one cell can be.

A cell such as `12.500` can be two numbers and `03/04/2025` two days. Which of them it is, the other
cells of the column tell; see `creditkit.analysis.cells`.
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation

UNITS = {"万亿": 10**12, "亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4, "千": 10**3}
# 1,234,567.8 or 1'234'567.8 or 12,3456: groups of three, or of four as Chinese counts.
GROUPED = {
    ".": re.compile(r"\d{1,3}([,'’ ])\d{3}(?:\1\d{3})*(?:\.\d*)?|\d{1,4}(?:,\d{4})+(?:\.\d*)?"),
    ",": re.compile(r"\d{1,3}([.'’ ])\d{3}(?:\1\d{3})*(?:,\d+)?"),
}
PLAIN = {
    ".": re.compile(r"\d+\.?\d*|\.\d+|\d+(?:\.\d+)?[eE][-+]?\d{1,2}"),
    ",": re.compile(r"\d+(?:,\d+)?|\d+[eE][-+]?\d{1,2}"),
}
# No number begins with a group of nought: 0.125 has one reading only.
NO_GROUP = re.compile(r"0+[.,]\d+")

YEAR_FIRST = re.compile(
    r"(\d{4})(?:年|[-/.])\s*(\d{1,2})(?:月|[-/.])\s*(\d{1,2})[日号]?(?:[T ]+\d{1,2}[:时].*)?"
)
REPUBLIC = re.compile(
    r"(?:中华|中華)?(?:民国|民國)\s*(\d{1,3})(?:年|[-/.])\s*(\d{1,2})(?:月|[-/.])\s*(\d{1,2})[日号]?"
)
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
YEAR_LAST = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})(?:[T ]+\d{1,2}[:时].*)?")
SHORT_YEAR = re.compile(
    r"\d{2,3}年\s*\d{1,2}月\s*\d{1,2}[日号]?|\d{1,2}([-/.])\d{1,2}\1\d{2}|\d{2}([-/.])\d{1,2}\2\d{1,2}"
)
# What a spreadsheet counts as days: 1954 to 2119.
SERIAL = re.compile(r"[2-7]\d{4}(?:\.\d+)?")
FIRST_YEAR, LAST_YEAR = 1800, 2200
# The first year of the Republic's calendar, less one.
REPUBLIC_BEGAN = 1911


def even_width(text: str) -> str:
    """A cell with the width of its characters, its blanks and its minus evened out."""
    return unicodedata.normalize("NFKC", text).strip().replace("−", "-")


def number_readings(text: str, money: "re.Pattern[str]") -> dict[str, float]:
    """The numbers that a cell can be, by the decimal sign it would be written with.

    Args:
        text: a cell.
        money: the signs and names of money, which are passed over.

    Raises:
        ValueError: `not_number`.

    >>> number_readings("12.500", re.compile("€")), number_readings("€950,00", re.compile("€"))
    ({'.': 12.5, ',': 12500.0}, {',': 950.0})
    """
    plain = money.sub("", even_width(text)).strip()
    below = False
    if plain.startswith("(") and plain.endswith(")"):
        below, plain = True, plain[1:-1].strip()
    plain = plain.removesuffix("元").removesuffix("圆").strip()
    if plain.endswith("-") and len(plain) > 1:
        below, plain = True, plain[:-1].strip()
    if plain[:1] in "+-" and plain:
        below, plain = below ^ (plain[0] == "-"), plain[1:].strip()
    plain = money.sub("", plain).strip()
    times = 1
    for unit, value in UNITS.items():
        if plain.endswith(unit):
            times, plain = value, plain.removesuffix(unit).strip()
            break
    found: dict[str, float] = {}
    for sign in ".,":
        grouped = GROUPED[sign].fullmatch(plain) and not NO_GROUP.fullmatch(plain)
        if grouped or PLAIN[sign].fullmatch(plain):
            body = re.sub(r"['’ ]", "", plain).replace("." if sign == "," else ",", "")
            try:
                amount = float(Decimal(body.replace(",", ".")) * times)
            except InvalidOperation:
                raise ValueError("not_number") from None
            found[sign] = -amount if below else amount
    if not found:
        raise ValueError("not_number")
    # Before a Chinese unit a point stands for decimals: 1.234 亿.
    if times > 1 and "." in found and "." in plain:
        found = {".": found["."]}
    return found


def day_readings(text: str) -> dict[str, date]:
    """The days that a cell can be: by `d` if the day stands first, `m` if the month does.

    Raises:
        ValueError: `not_day`, `no_such_day`, `unclear_year` (24年3月5日) or `serial_day` (45356).

    >>> sorted(day_readings("03/04/2025")), sorted(day_readings("25/12/2025"))
    (['d', 'm'], ['d'])
    """
    plain = even_width(text)
    if found := YEAR_FIRST.fullmatch(plain) or COMPACT.fullmatch(plain):
        year, month, of_month = found.groups()
        return _both(_day(int(year), month, of_month))
    if found := REPUBLIC.fullmatch(plain):
        year, month, of_month = found.groups()
        return _both(_day(int(year) + REPUBLIC_BEGAN, month, of_month))
    if found := DAY_FIRST.fullmatch(plain):
        of_month, month, year = found.groups()
        return _both(_day(int(year), month, of_month))
    if not (found := YEAR_LAST.fullmatch(plain)):
        short = "unclear_year" if SHORT_YEAR.fullmatch(plain) else "not_day"
        raise ValueError("serial_day" if SERIAL.fullmatch(plain) else short)
    first, second, year = found.groups()
    days = {}
    for order, of_month, month in (("d", first, second), ("m", second, first)):
        try:
            days[order] = _day(int(year), month, of_month)
        except ValueError:
            continue
    if not days:
        raise ValueError("no_such_day")
    return days


# Inside


def _both(day: date) -> dict[str, date]:
    return {"d": day, "m": day}


def _day(year: int, month: str, of_month: str) -> date:
    try:
        day = date(year, int(month), int(of_month))
    except ValueError:
        raise ValueError("no_such_day") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError("no_such_day")
    return day
