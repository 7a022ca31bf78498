"""What sources say of the customers of the sample, with the habits the coursework describes.

The customer is close at hand and flatters itself (S1); sales know some things well, copy others
from the customer, and ask when they happen to (S2); the credit department is careful and dear (S3);
of the credit reporting agency the coursework gives one grade only (S4), so that it knows what is
registered, reports late and charges in between is an assumption of this sample.
"""

import numpy as np

from creditkit.analysis.sample_customers import (
    CYCLE,
    EPOCHS,
    TODAY,
    Array,
    Columns,
    Customers,
    days_text,
    generator,
)
from creditkit.analysis.sample_truth import objects, rounded, true_values
from creditkit.content.library import fields
from creditkit.content.schema_fields import Field

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


def make_facts(seed: int, first: int, customers: Customers) -> tuple[Columns, Columns]:
    """What is true of a block of customers, and what sources say of it.

    Returns:
        The tables of truth and of facts as columns of text, by customer and field.
    """
    rng, habits, made = _begun(seed, first, customers)
    known = list(fields().values())
    count = len(customers.ids)
    truths: list[tuple[Array, ...]] = []
    facts: list[tuple[Array, ...]] = []
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


def true_revenue(seed: int, first: int, customers: Customers) -> Array:
    """The revenue of a block of customers in CNY, by year of `EPOCHS` and customer, as in the
    table of truth, whether or not that is wanted."""
    revenue: Array = _begun(seed, first, customers)[2]["revenue"]
    return revenue


# Inside


def _begun(
    seed: int, first: int, customers: Customers
) -> tuple[np.random.Generator, dict[str, "_Habits"], dict[str, Array]]:
    """The habits of the sources and the truth, and the generator to go on with."""
    rng = generator(seed, first, 1)
    habits = {source: _Habits(rng, source, len(customers.ids)) for source in SOURCES}
    return rng, habits, true_values(rng, customers)


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
        return rounded(field, said)

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


def _misspelt(field: Field, value: str) -> str:
    if field.kind == "date":
        return f"{int(value[:4]) - 1}{value[4:]}"
    if field.check:
        return value[:10] + value[11] + value[10] + value[12:]
    return value[0] + CYCLE[(CYCLE.index(value[1:3]) + 7) % 60]


def _written(field: Field, value: Array) -> list[str]:
    if field.kind == "number":
        if field.unit == "%":
            return [f"{v:.1f}" for v in value.astype(np.float64).tolist()]
        return list(map(str, value.astype(np.float64).astype(np.int64).tolist()))
    if field.kind == "category" and value.dtype != object:
        return list(objects([o.id for o in field.options])[value].tolist())
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
