"""The made-up customers of the sample, a block at a time, and the days the sample is about.

A block of customers is made by itself from the seed and its number: memory does not grow with the
sample, and no block depends on another.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from creditkit.content.library import fields

Array = NDArray[Any]
Columns = dict[str, list[str]]

BLOCK = 500
# The day of each year's figures, and the last day of the sample, as days since 1970.
EPOCHS = tuple(
    (date(year, 6, 30) - date(1970, 1, 1)).days for year in (2022, 2023, 2024, 2025)
)  # fmt: skip
TODAY = (date(2025, 12, 31) - date(1970, 1, 1)).days
# Names are counted off by the cycle of stems and branches, to be seen as made up at once.
CYCLE = tuple(
    stem + branch
    for stem, branch in zip("甲乙丙丁戊己庚辛壬癸" * 6, "子丑寅卯辰巳午未申酉戌亥" * 5, strict=True)
)
PINYIN = "Jia Yi Bing Ding Wu Ji Geng Xin Ren Gui zi chou yin mao chen si wu wei shen you xu hai"
SIGNS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
LATIN: dict[str, str] = dict(zip(SIGNS, PINYIN.split(), strict=True))


@dataclass(frozen=True)
class Customers:
    """A block of customers: `quality` (float64, standard normal) is how sound each is, which shows
    both in what is said of it and in how it pays; `size` counts up from small (int64)."""

    ids: Array
    quality: Array
    size: Array
    industry: Array
    region: Array
    existing: Array
    since: Array


def generator(seed: int, block: int, part: int) -> np.random.Generator:
    """The random numbers of one part of one block."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, block, part])))


def days_text(days: Array) -> list[str]:
    """Days since 1970 as ISO days; below zero is no day."""
    return list(_calendar()[np.maximum(days, -1)].tolist())


@cache
def _calendar() -> Array:
    """The days from 1970 to well after the sample as ISO text; at -1, no day."""
    texts = np.arange(TODAY + 3000).astype("datetime64[D]").astype(str).astype(object)
    return np.append(texts, "")


def make_customers(seed: int, first: int, count: int) -> Customers:
    """The customers numbered from `first` (counted from 0), one block of them."""
    rng = generator(seed, first, 0)
    numbers = np.arange(first + 1, first + count + 1)
    known = fields()
    existing = rng.random(count) < 0.8
    long_ago = rng.integers(EPOCHS[0] - 3000, TODAY - 400, count)
    return Customers(
        ids=np.array([f"C{n:05d}" for n in numbers], dtype=object),
        quality=rng.standard_normal(count),
        size=rng.choice(3, count, p=[0.5, 0.36, 0.14]),
        industry=rng.integers(len(known["main_business"].options), size=count),
        region=rng.integers(len(known["main_region"].options), size=count),
        existing=existing,
        since=np.where(existing, long_ago, TODAY - rng.integers(60, 300, count)),
    )


def customer_rows(customers: Customers) -> Columns:
    """The table of customers as columns of text."""
    known = fields()
    industries, regions = known["main_business"].options, known["main_region"].options
    numbers = [int(id[1:]) - 1 for id in customers.ids]
    pairs = [(CYCLE[n % 60], CYCLE[n // 60 % 60], n // 3600) for n in numbers]
    trade = [industries[i] for i in customers.industry]
    return {
        "customer": customers.ids.tolist(),
        "name_zh": [
            f"{a}{b}{t.title.zh}{n or ''}有限公司"
            for (a, b, n), t in zip(pairs, trade, strict=True)
        ],
        "name_en": [
            f"{_latin(a)}-{_latin(b)} {t.title.en.title()}{f' {n}' if n else ''} Ltd"
            for (a, b, n), t in zip(pairs, trade, strict=True)
        ],
        "industry": [t.id for t in trade],
        "size": [("small", "medium", "large")[s] for s in customers.size],
        "kind": ["existing" if e else "new" for e in customers.existing],
        "region": [regions[i].id for i in customers.region],
        "since": days_text(customers.since),
    }


def _latin(pair: str) -> str:
    return LATIN[pair[0]] + LATIN[pair[1]]
