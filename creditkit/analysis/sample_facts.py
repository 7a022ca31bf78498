"""Synthetic customers and what sources say of them, with the habits the coursework describes.

The customer is close at hand and flatters itself (S1); sales know some things well, copy others
from the customer, and ask when they happen to (S2); the credit department is careful and dear (S3);
of the credit reporting agency the coursework gives one grade only (S4), so that it knows what is
registered, reports late and charges in between is an assumption of this sample.

A block of customers is made by itself from the seed and its number: memory does not grow with the
sample, and no block depends on another.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from creditkit.content.library import fields
from creditkit.content.schema_fields import Field

START, END = date(2023, 1, 1), date(2025, 12, 31)
BLOCK = 500
SOURCES = ("customer", "business", "credit", "agency")
# What one fact costs each source, in CNY: the median.
COST = {"customer": 0.0, "business": 12.0, "credit": 160.0, "agency": 45.0}
# How likely each source has a field, by what kind of thing it is.
REGISTERED = ("unified_code", "legal_representative", "established", "controlling_shareholder",
              "import_export", "court_record", "patents", "employees", "main_business")  # fmt: skip
UNPLEASANT = ("overdue_with_others", "guarantees_given", "assets_pledged", "court_record",
              "net_profit", "debt_ratio", "use_of_funds")  # fmt: skip
ON_SITE = ("employees", "premises", "capacity_use", "main_business", "main_region", "plan",
           "requested_limit", "purpose", "settlement_days", "leader_years")  # fmt: skip
PRIVATE = ("requested_limit", "purpose", "use_of_funds", "plan", "leader_years", "capacity_use",
           "supplier_days", "settlement_days", "premises")  # fmt: skip
YEARLY = ("revenue", "net_profit", "total_assets", "debt_ratio", "employees", "overdue_with_others",
          "days_to_pay_others", "capacity_use", "guarantees_given")  # fmt: skip
CYCLE = tuple(
    stem + branch
    for stem, branch in zip("甲乙丙丁戊己庚辛壬癸" * 6, "子丑寅卯辰巳午未申酉戌亥" * 5, strict=True)
)
PINYIN = "Jia Yi Bing Ding Wu Ji Geng Xin Ren Gui zi chou yin mao chen si wu wei shen you xu hai"
SIGNS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
LATIN: dict[str, str] = dict(zip(SIGNS, PINYIN.split(), strict=True))
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

Array = NDArray[Any]
Columns = dict[str, list[str]]
# The first day of the sample and of each year's figures, as days since 1970.
EPOCHS = tuple(
    (date(year, 6, 30) - date(1970, 1, 1)).days for year in (2022, 2023, 2024, 2025)
)  # fmt: skip
TODAY = (END - date(1970, 1, 1)).days


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


def make_facts(seed: int, first: int, customers: Customers) -> tuple[Columns, Columns]:
    """What is true of a block of customers, and what sources say of it.

    Returns:
        The tables of truth and of facts as columns of text, by customer and field.
    """
    rng = generator(seed, first, 1)
    known = list(fields().values())
    count = len(customers.ids)
    habits = {source: _Habits(rng, source, count) for source in SOURCES}
    truths: list[tuple[Array, ...]] = []
    facts: list[tuple[Array, ...]] = []
    made = _truth(rng, customers)
    for at, field in enumerate(known):
        values = made[field.id]
        epochs = values.shape[0]
        changed = np.vstack([np.ones(count, bool), values[1:] != values[:-1]])
        epoch, who = np.nonzero(changed)
        truths.append((who, np.full(len(who), at), np.array(EPOCHS)[epoch], values[epoch, who]))
        said_by_customer = np.full(count, None, dtype=object)
        for number, source in enumerate(SOURCES):
            habit = habits[source]
            who = np.flatnonzero(rng.random(count) < habit.knows(field.id, customers))
            age, lag = habit.age(rng, who)
            seen = np.searchsorted(EPOCHS, TODAY - age - lag, side="right") - 1
            value = values[np.clip(seen, 0, epochs - 1), who]
            spoken = habit.says(rng, field, value, who)
            if source == "customer":
                said_by_customer[who] = spoken
            if source == "business":
                heard = said_by_customer[who]
                copied = (rng.random(len(who)) < habit.copies[who]) & (heard != None)  # noqa: E711
                spoken = np.where(copied, heard, spoken)
            facts.append((who, np.full(len(who), at), np.full(len(who), number), TODAY - age,
                          spoken, habit.people[who], habit.costs(rng, len(who))))  # fmt: skip
    return _told(known, customers, truths, facts)


# Inside


@cache
def _calendar() -> Array:
    """The days from 1970 to well after the sample as ISO text; at -1, no day."""
    texts = np.arange(TODAY + 3000).astype("datetime64[D]").astype(str).astype(object)
    return np.append(texts, "")


class _Habits:
    """How one source comes by its facts and passes them on; arrays have an entry a customer."""

    def __init__(self, rng: np.random.Generator, source: str, count: int) -> None:
        self.source = source
        seller, officer = rng.integers(1, 25, count), rng.integers(1, 7, count)
        person = officer if source in ("credit", "agency") else seller
        team = "credit" if source in ("credit", "agency") else "sales"
        self.people = np.array([f"{team}_{p:02d}" for p in person], dtype=object)
        # Sales differ: some go and look, some copy the form.
        self.copies = np.linspace(0.05, 0.65, 25)[seller]
        self.flatters = rng.gamma(2.0, 0.08, count)
        # A form is filled in, and a report bought, on one day for all that is in it.
        self.day = {
            "customer": rng.integers(20, 420, count),
            "business": rng.integers(5, 1300, count),
            "credit": rng.integers(5, 240, count),
            "agency": rng.integers(90, 700, count),
        }[source]

    def knows(self, field: str, customers: Customers) -> Array:
        has = np.full(len(customers.ids), {"customer": 0.82, "business": 0.55, "credit": 0.93,
                                           "agency": 0.62}[self.source])  # fmt: skip
        if self.source == "customer" and field in UNPLEASANT:
            has = np.where(customers.quality < 0, 0.3, 0.62)
        elif self.source == "business" and field in ON_SITE:
            has = np.full(len(has), 0.82)
        elif self.source == "agency" and field in REGISTERED:
            has = np.full(len(has), 0.92)
        elif self.source == "agency" and field in PRIVATE:
            has = np.full(len(has), 0.08)
        # Customers of long standing are better known.
        return np.where(customers.existing, has, has * 0.8)

    def age(self, rng: np.random.Generator, who: Array) -> tuple[Array, Array]:
        """Days since a fact was collected, and how far behind that its content was."""
        age = self.day[who].copy()
        if self.source == "business":
            # Sales note things as they come along.
            age = np.maximum(1, (age * rng.uniform(0.3, 1.4, len(who))).astype(np.int64))
        lag = np.zeros(len(who), dtype=np.int64)
        if self.source == "agency":
            lag = rng.integers(120, 560, len(who))
        return age, lag

    def says(self, rng: np.random.Generator, field: Field, value: Array, who: Array) -> Array:
        """The values as this source tells them."""
        if field.kind == "number":
            return self._number(rng, field, value.astype(np.float64), who)
        if field.kind == "category":
            return self._category(rng, field, value, who)
        slip = rng.random(len(who)) < {"customer": 0.02, "business": 0.06, "credit": 0.01,
                                       "agency": 0.02}[self.source]  # fmt: skip
        return np.array([_misspelt(field, v) if s else v for v, s in zip(value, slip, strict=True)],
                        dtype=object)  # fmt: skip

    def _number(self, rng: np.random.Generator, field: Field, value: Array, who: Array) -> Array:
        spread = {"customer": 0.03, "business": 0.07, "credit": 0.015, "agency": 0.02}[self.source]
        off = rng.standard_normal(len(who)) * spread
        if field.favours and self.source == "customer":
            off += self.flatters[who] * (1 if field.favours == "high" else -1)
        elif field.favours and self.source == "business":
            off += 0.3 * self.flatters[who] * (1 if field.favours == "high" else -1)
        # A figure is often known exactly, above all where papers are read.
        exact = rng.random(len(who)) < {"customer": 0.2, "business": 0.45, "credit": 0.75,
                                        "agency": 0.7}[self.source]  # fmt: skip
        said = np.where(exact, value, value + np.abs(value) * np.clip(off, -0.9, 2.0))
        # Ten thousands written for ones, and other slips no value survives.
        slip = rng.random(len(who)) < {"customer": 0.004, "business": 0.008, "credit": 0.0005,
                                       "agency": 0.001}[self.source]  # fmt: skip
        said = np.where(slip, said * (10_000 if field.unit == "CNY" else -1), said)
        return _rounded(field, said)

    def _category(self, rng: np.random.Generator, field: Field, value: Array, who: Array) -> Array:
        wrong = rng.random(len(who)) < {"customer": 0.06, "business": 0.07, "credit": 0.03,
                                        "agency": 0.04}[self.source]  # fmt: skip
        options = len(field.options)
        said = np.where(wrong, (value + rng.integers(1, options, len(who))) % options, value)
        if field.favours == "first" and self.source in ("customer", "business"):
            often = 0.45 if self.source == "customer" else 0.12
            better = rng.random(len(who)) < often
            said = np.where(better, np.maximum(said - 1, 0), said)
        return np.array([o.id for o in field.options], dtype=object)[said]

    def costs(self, rng: np.random.Generator, count: int) -> Array:
        return np.round(COST[self.source] * np.exp(rng.standard_normal(count) * 0.4), 2)


def _truth(rng: np.random.Generator, customers: Customers) -> dict[str, Array]:
    """The true values by field: epochs by customers; numbers float64, categories as positions."""
    count, q, size = len(customers.ids), customers.quality, customers.size

    def noise(spread: float = 1.0) -> Array:
        return rng.standard_normal(count) * spread

    def grown(first: Array, yearly: float, spread: float) -> Array:
        steps = [first]
        for _ in EPOCHS[1:]:
            steps.append(steps[-1] * np.exp(yearly * q + noise(spread)))
        return np.array(steps)

    def some(*chances: float) -> Array:
        """Positions: the first of the options is the likelier the sounder the customer."""
        edges = np.cumsum(chances)[:-1]
        mark: Array = np.clip(rng.random(count) - 0.12 * q, 0, 0.999)
        return np.searchsorted(edges, mark).astype(np.int64)

    def sometimes(first: Array, other: Callable[[], Array], chance: float) -> Array:
        steps = [first]
        for _ in EPOCHS[1:]:
            steps.append(np.where(rng.random(count) < chance, other(), steps[-1]))
        return np.array(steps)

    revenue = grown(np.exp(np.array([16.6, 18.6, 20.6])[size] + noise(0.6)), 0.06, 0.08)
    margin = 0.045 + 0.04 * q + rng.standard_normal(revenue.shape) * 0.012
    ratio = np.clip(58 - 13 * q + noise(9), 8, 180)
    late = np.clip(52 - 22 * q + noise(14), 3, 400)
    in_court = some(0.82, 0.12, 0.06)
    people = _people(rng, count)
    shareholder = _people(rng, count)
    named: Array = np.empty((4, count), dtype=object)
    named[:] = people
    handed = rng.random(count) < 0.12
    named[2:, handed] = _people(rng, count)[handed]
    made: dict[str, Array] = {
        "revenue": revenue,
        "net_profit": revenue * margin,
        "total_assets": revenue * np.exp(noise(0.35) - 0.1),
        "debt_ratio": np.clip(grown(ratio, -0.03, 0.05), 2, 290),
        "audited": sometimes(some(0.2 + 0.2 * 1, 0.6), lambda: some(0.4, 0.6), 0.05),
        "days_to_pay_others": np.clip(grown(late, -0.08, 0.1), 1, 700),
        "overdue_with_others": np.where(
            rng.random(count) < 0.35 - 0.15 * q, revenue * 0.02 * np.exp(-0.4 * q), 0.0
        ),
        "court_record": sometimes(in_court, lambda: some(0.7, 0.18, 0.12), 0.06),
        "leader_years": np.clip(12 + 3 * q + noise(6), 1, 45)[None, :],
        "plan": sometimes(some(0.45, 0.4, 0.15), lambda: some(0.45, 0.4, 0.15), 0.15),
        "patents": np.clip(np.exp(1.2 * size + noise(1.2)) - 1, 0, 9000)[None, :],
        "controlling_shareholder": shareholder[None, :],
        "use_of_funds": sometimes(
            some(0.5, 0.25, 0.18, 0.07), lambda: some(0.5, 0.25, 0.18, 0.07), 0.2
        ),
        "guarantees_given": np.where(rng.random(count) < 0.4, revenue * 0.08 * np.exp(-0.3 * q), 0),
        "assets_pledged": np.clip(28 - 9 * q + noise(14), 0, 95)[None, :],
        "main_business": customers.industry[None, :],
        "supplier_days": np.clip(45 + 8 * q + noise(15), 0, 180)[None, :],
        "main_region": sometimes(customers.region, lambda: rng.integers(7, size=count), 0.05),
        "settlement_days": np.clip(60 - 6 * q + noise(20), 0, 300)[None, :],
        "import_export": some(0.45, 0.55)[None, :],
        "premises": some(0.42, 0.58)[None, :],
        "employees": grown(np.exp(np.array([3.6, 5.2, 7.0])[size] + noise(0.5)), 0.03, 0.05),
        "capacity_use": np.clip(72 + 8 * q + rng.standard_normal((4, count)) * 8, 15, 115),
        "unified_code": unified_codes(rng, count)[None, :],
        "legal_representative": named,
        "established": _objects(days_text(customers.since - rng.integers(100, 9000, count)))[None],
        "requested_limit": np.round(revenue[3] * rng.uniform(0.01, 0.08, count), -4)[None, :],
        "purpose": rng.integers(4, size=count)[None, :],
    }
    for field in fields().values():
        if field.kind == "number":
            made[field.id] = _rounded(field, made[field.id]).astype(np.float64)
    return made


def _objects(values: list[str]) -> Array:
    return np.array(values, dtype=object)


def _rounded(field: Field, value: Array) -> Array:
    """Numbers as they are written: money in thousands, shares with one place, the rest whole."""
    if field.unit == "CNY":
        return np.round(value / 1000) * 1000
    return np.round(value, 1) if field.unit == "%" else np.round(value)


def _people(rng: np.random.Generator, count: int) -> Array:
    """Names counted off by the cycle, to be seen as made up at once."""
    surname, given = rng.integers(len(SURNAMES), size=count), rng.integers(60, size=count)
    return np.array([SURNAMES[s] + CYCLE[g] for s, g in zip(surname, given, strict=True)],
                    dtype=object)  # fmt: skip


def unified_codes(rng: np.random.Generator, count: int) -> Array:
    """Unified social credit codes with right check digits and an area, 000000, that is none.

    GB 32100-2015: 31 signs, weights 3 to the power of the place, modulo 31.
    """
    body = rng.integers(len(ALPHABET), size=(count, 9))
    digits = np.hstack([np.full((count, 1), 9), np.full((count, 1), 1),
                        np.zeros((count, 6), np.int64), body])  # fmt: skip
    weights = np.array([pow(3, i, 31) for i in range(17)])
    check = (31 - (digits @ weights) % 31) % 31
    signs = np.array(list(ALPHABET))[np.hstack([digits, check[:, None]])]
    return np.array(["".join(row) for row in signs.tolist()], dtype=object)


def _misspelt(field: Field, value: str) -> str:
    if field.kind == "date":
        return f"{int(value[:4]) - 1}{value[4:]}"
    if field.check:
        return value[:10] + value[11] + value[10] + value[12:]
    return value[0] + CYCLE[(CYCLE.index(value[1:3]) + 7) % 60]


def _latin(pair: str) -> str:
    return LATIN[pair[0]] + LATIN[pair[1]]


def _written(field: Field, value: Array) -> list[str]:
    if field.kind == "number":
        if field.unit == "%":
            return [f"{v:.1f}" for v in value.astype(np.float64).tolist()]
        return list(map(str, value.astype(np.float64).astype(np.int64).tolist()))
    if field.kind == "category" and value.dtype != object:
        return list(_objects([o.id for o in field.options])[value].tolist())
    return list(value.tolist())


def _told(
    known: list[Field],
    customers: Customers,
    truths: list[tuple[Array, ...]],
    facts: list[tuple[Array, ...]],
) -> tuple[Columns, Columns]:
    names = np.array([f.id for f in known], dtype=object)
    who, at, since = (np.concatenate([part[i] for part in truths]) for i in range(3))
    value = np.array([v for part in truths for v in _written(known[part[1][0]], part[3])],
                     dtype=object)  # fmt: skip
    order = np.lexsort((since, at, who))
    truth = {
        "customer": customers.ids[who[order]].tolist(),
        "field": names[at[order]].tolist(),
        "value": value[order].tolist(),
        "since": days_text(since[order]),
    }
    who, at, source, on = (np.concatenate([part[i] for part in facts]) for i in range(4))
    said = np.array(
        [v for part in facts if len(part[1]) for v in _written(known[part[1][0]], part[4])],
        dtype=object,
    )
    people, cost = (np.concatenate([part[i] for part in facts]) for i in (5, 6))
    order = np.lexsort((on, source, at, who))
    return truth, {
        "customer": customers.ids[who[order]].tolist(),
        "field": names[at[order]].tolist(),
        "value": said[order].tolist(),
        "source": np.array(SOURCES, dtype=object)[source[order]].tolist(),
        "collected_on": days_text(on[order]),
        "collector": people[order].tolist(),
        "cost": list(map(str, cost[order].tolist())),
    }
