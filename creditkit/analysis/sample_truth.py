"""What is true of the made-up customers: the value of every field, from year to year."""

from collections.abc import Callable

import numpy as np

from creditkit.analysis.sample_customers import CYCLE, EPOCHS, Array, Customers, days_text
from creditkit.content.library import fields
from creditkit.content.schema_fields import Field

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
# The signs of a unified social credit code; those of `values` would bring pandas along.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def true_values(rng: np.random.Generator, customers: Customers) -> dict[str, Array]:
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
        "established": objects(days_text(customers.since - rng.integers(100, 9000, count)))[None],
        "requested_limit": np.round(revenue[3] * rng.uniform(0.01, 0.08, count), -4)[None, :],
        "purpose": rng.integers(4, size=count)[None, :],
    }
    for field in fields().values():
        if field.kind == "number":
            made[field.id] = rounded(field, made[field.id]).astype(np.float64)
    return made


def objects(values: list[str]) -> Array:
    """Texts as an array of whole texts, however long."""
    return np.array(values, dtype=object)


def rounded(field: Field, value: Array) -> Array:
    """Numbers as they are written: money in thousands, shares with one place, the rest whole."""
    if field.unit == "CNY":
        return np.round(value / 1000) * 1000
    return np.round(value, 1) if field.unit == "%" else np.round(value)


def _people(rng: np.random.Generator, count: int) -> Array:
    """Names of people, a surname and a pair of the cycle each."""
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
