"""Which currency the words and signs with an amount name."""

import re
import unicodedata
from functools import cache
from typing import Any

import pandas as pd

from creditkit.content.library import currencies

# Most amounts stand without any.
PLAIN = re.compile(r"[0-9.,\s+-]*")


@cache
def money_words() -> "re.Pattern[str]":
    """The names and signs of currencies, longest first."""
    words = {w for c in currencies().values() for w in (*c.names, *c.signs)}
    ways = sorted((re.escape(word) for word in words), key=len, reverse=True)
    return re.compile("|".join(ways), re.IGNORECASE)


def codes_of(word: str) -> tuple[str, ...]:
    """The currencies that a name or sign may mean, the likeliest first; none if it is unknown.

    >>> codes_of("rmb"), codes_of("US$"), codes_of("¥")
    (('CNY',), ('USD',), ('CNY', 'JPY'))
    """
    return _known().get(_plain(word), ())


def currency_codes(cells: "pd.Series[Any]") -> "pd.Series[Any]":
    """A column of currencies as codes where their names are known; else in capitals.

    >>> currency_codes(pd.Series(["RMB", "元", "美元", "sek", "$"])).tolist()
    ['CNY', 'CNY', 'USD', 'SEK', '$']
    """
    alone = {_plain(word): c.code for c in currencies().values() for word in c.alone}

    def code(word: str) -> str:
        meant = codes_of(word)
        return meant[0] if len(meant) == 1 else alone.get(_plain(word), word.upper())

    return cells.map({word: code(word) for word in cells.dropna().unique()}).astype(cells.dtype)


def named_with(cells: "pd.Series[Any]") -> "pd.Series[Any]":
    """Which currencies the words and signs with each amount may mean; None where there are none.

    >>> named_with(pd.Series(["US$1,000.00", "¥5", "100 元", 7])).tolist()
    [('USD',), ('CNY', 'JPY'), None, None]
    """
    found: dict[Any, tuple[str, ...] | None] = {}
    texts = {cell for cell in cells.dropna().unique() if isinstance(cell, str)}
    for cell in texts:
        if PLAIN.fullmatch(cell):
            continue
        ways = [codes_of(word) for word in money_words().findall(_plain(cell))]
        if ways:
            both = [code for code in ways[0] if all(code in way for way in ways)]
            found[cell] = tuple(both)
    named = [found.get(cell) if isinstance(cell, str) else None for cell in cells]
    return pd.Series(named, cells.index, dtype=object)


# Inside


def _plain(word: str) -> str:
    return unicodedata.normalize("NFKC", word).strip().casefold()


@cache
def _known() -> dict[str, tuple[str, ...]]:
    known: dict[str, list[str]] = {}
    for currency in currencies().values():
        for word in (*currency.names, *currency.signs):
            known.setdefault(_plain(word), []).append(currency.code)
    return {word: tuple(codes) for word, codes in known.items()}
