"""Synthetic invoices, payments and past refusals of the customers of the sample.

What a customer buys follows from its revenue; how it pays, from how sound it is, which also shows
in the facts about it. Some pay later from quarter to quarter, some dispute, promise and break their
promises, pay in parts or pay too much; what had not happened by the end of the sample is not in it.
What is done about an invoice is done on working days; due days fall on any day.
"""

from typing import Any

import numpy as np

from creditkit.analysis.sample_customers import (
    EPOCHS,
    TODAY,
    Array,
    Columns,
    Customers,
    days_text,
    generator,
)
from creditkit.analysis.sample_days import weekday, working_day, working_days
from creditkit.analysis.sample_facts import true_revenue

# Three years; so many invoices each customer gets at the median.
FIRST = EPOCHS[0] + 185
YEARS = (FIRST, FIRST + 365, FIRST + 731)
MEDIAN = 150.0
CURRENCIES = ("CNY", "USD", "EUR")
# What one unit is worth in CNY, roughly: revenue is in CNY, invoices are not all.
RATES = (1.0, 7.2, 7.8)
# The share of a year's revenue that small, medium and large customers spend with us at the median,
# and the largest share of any in any year.
SHARES, CAP = (0.04, 0.022, 0.012), 0.2
CAUSES = ("misunderstands_form", "fears_leak", "internal_disorder", "other_guidable",
          "buyer_strong", "no_value", "bad_credit", "fraud")  # fmt: skip
ROUTES = ("A", "A", "A", "A", "B", "B", "C", "C")
POSITIONS = ("owner", "finance", "buyer", "clerk")
REASONS = ("too_long", "secret", "no_need", "others_do_not_ask", "no_time")


def make_invoices(seed: int, first: int, customers: Customers) -> tuple[Columns, Columns]:
    """Invoices and payments of a block of customers, as columns of text, in order of their day."""
    rng, more = generator(seed, first, 2), generator(seed, first, 4)
    count = len(customers.ids)
    q = customers.quality
    per = np.maximum(3, np.round(MEDIAN * np.exp(rng.standard_normal(count) * 0.55))).astype(int)
    per = np.where(customers.existing, per, np.maximum(2, per // 5))
    who = np.repeat(np.arange(count), per)
    size = len(who)
    begins = np.maximum(FIRST, customers.since)[who]
    opens, closes = working_days(begins), working_days(TODAY)
    issued = working_day((opens + rng.random(size) * (closes - opens)).astype(np.int64))
    order = np.lexsort((issued, who))
    who, issued = who[order], issued[order]
    currency = rng.choice(3, count, p=[0.9, 0.06, 0.04])[who]
    leaning = np.array(SHARES)[customers.size] * np.exp(more.standard_normal(count) * 0.6)
    spread = np.exp(rng.standard_normal(size) * 0.8 - 0.32)
    # Years differ: what is usual leaves room below the cap.
    usual = np.minimum(leaning, CAP / 2)[who] * (TODAY - begins) / 365 / per[who]
    revenue = true_revenue(seed, first, customers)
    amount = _amounts(usual * spread, who, issued, currency, revenue)
    terms = np.array([30, 60, 90])[rng.choice(3, count, p=[0.5, 0.35, 0.15])][who]
    due = issued + terms

    habit = np.clip(6 - 9 * q + rng.standard_normal(count) * 4, -12, 60)
    trend = np.where(rng.random(count) < 0.12, rng.uniform(6, 26, count), 0.0)
    years = np.maximum(0.0, (issued - (TODAY - 540)) / 365)
    delay = habit[who] + trend[who] * years + rng.gamma(1.6, 7.0, size) - 6
    paid_on = _near(more, due + delay.astype(np.int64))
    paid_on = np.maximum(paid_on, _from(issued + 1))

    disputed = rng.random(size) < np.clip(0.028 - 0.008 * q, 0.006, 0.08)[who]
    raised = _near(more, issued + rng.integers(3, 45, size))
    disputed_on = np.where(disputed, raised, -1)
    took = rng.gamma(2.0, 18.0, size).astype(np.int64) + 3
    resolved_on = np.where(disputed, _near(more, raised + took), -1)
    paid_on = np.where(disputed, np.maximum(paid_on, _from(resolved_on + 5)), paid_on)

    # Who is late is asked, and who is asked may promise.
    asked = due + rng.integers(10, 25, size)
    promised = (paid_on > asked) & (rng.random(size) < 0.45)
    promised_on = np.where(promised, _near(more, asked + rng.integers(5, 20, size)), -1)
    kept = rng.random(size) < 1 / (1 + np.exp(-(0.5 + 1.1 * q)))[who]
    paid_on = np.where(promised & kept, np.minimum(paid_on, promised_on), paid_on)

    never = rng.random(size) < np.clip(0.004 * np.exp(-1.4 * q), 0, 0.2)[who]
    bankrupt = (q < -1.9) & (rng.random(count) < 0.6)
    gone = np.where(bankrupt, TODAY - rng.integers(60, 420, count), TODAY + 10_000)
    never |= paid_on > gone[who]

    credited = (rng.random(size) < 0.025) | (disputed & (rng.random(size) < 0.4))
    allowance = np.where(credited, np.round(amount * rng.uniform(0.03, 0.4, size), 2), 0.0)
    noted = _near(more, issued + rng.integers(5, 50, size))
    credit_on = np.where(disputed, resolved_on, noted)
    rest = np.round(amount - allowance, 2)
    parts = (rng.random(size) < np.clip(0.06 - 0.04 * q, 0.01, 0.3)[who]) & ~never
    part = np.where(parts, np.round(rest * rng.uniform(0.25, 0.75, size), 2), 0.0)
    second = _near(more, paid_on + rng.integers(7, 60, size))
    beyond = np.where(rng.random(size) < 0.002, np.round(amount * 0.1, 2), 0.0)

    index = np.arange(size)
    full = np.round(rest - part + beyond, 2)
    columns: list[tuple[Array, Array, Array, Any]] = [
        (index, credit_on, allowance, 1),
        (index, paid_on, part, 0),
        (index, np.where(parts, second, paid_on), full, 0),
    ]
    of = np.concatenate([c[0] for c in columns])
    on = np.concatenate([c[1] for c in columns])
    much = np.concatenate([c[2] for c in columns])
    kind = np.concatenate([np.full(size, c[3]) for c in columns])
    happened = (much > 0) & (on <= TODAY) & (on >= issued[of]) & ~(never[of] & (kind == 0))
    of, on, much, kind = of[happened], on[happened], much[happened], kind[happened]
    order = np.lexsort((kind, on, of))
    of, on, much, kind = of[order], on[order], much[order], kind[order]

    ids = np.array([f"{c}-{n:04d}" for c, n in zip(customers.ids[who], _places(who), strict=True)],
                   dtype=object)  # fmt: skip
    past = [np.where(d <= TODAY, d, -1) for d in (disputed_on, resolved_on)]
    given = np.where((asked <= TODAY) & (promised_on >= 0), promised_on, -1)
    invoices = {
        "invoice": ids.tolist(),
        "customer": customers.ids[who].tolist(),
        "issued": days_text(issued),
        "due": days_text(due),
        "currency": np.array(CURRENCIES, dtype=object)[currency].tolist(),
        "amount": list(map(str, amount.tolist())),
        "disputed_on": days_text(past[0]),
        "resolved_on": days_text(past[1]),
        "promised_on": days_text(given),
    }
    payments = {
        "payment": [f"{i}-{n}" for i, n in zip(ids[of], _places(of), strict=True)],
        "invoice": ids[of].tolist(),
        "customer": customers.ids[who[of]].tolist(),
        "paid_on": days_text(on),
        "amount": list(map(str, much.tolist())),
        "kind": np.where(kind == 1, "credit_note", "payment").tolist(),
    }
    return invoices, payments


def make_refusals(seed: int, first: int, customers: Customers) -> Columns:
    """Past refusals to submit the application form: about one customer in six refused once."""
    rng = generator(seed, first, 3)
    q = customers.quality
    who = np.flatnonzero(rng.random(len(q)) < 0.16)
    size = len(who)
    on = rng.integers(FIRST, TODAY + 1, size)
    usual = np.array([0.24, 0.2, 0.12, 0.06, 0.14, 0.1, 0.1, 0.04])
    cause = rng.choice(8, size, p=usual)
    # The unsound have reasons of their own.
    cause = np.where(
        (q[who] < -1) & (rng.random(size) < 0.6), rng.choice([6, 6, 6, 7], size), cause
    )
    route = np.array(ROUTES, dtype=object)[cause]
    lot = rng.random(size)
    lenient = np.where(lot < 0.85, "form_submitted", "decided_without")
    strict = np.where(lot < 0.6, "decided_without", "dropped")
    outcome = np.where(route == "A", lenient, np.where(route == "B", strict, "dropped"))
    outcome = np.where(on > TODAY - 30, "open", outcome)
    return {
        "refusal": [f"R-{c[1:]}" for c in customers.ids[who]],
        "customer": customers.ids[who].tolist(),
        "refused_on": days_text(on),
        "position": np.array(POSITIONS)[rng.choice(4, size, p=[0.2, 0.3, 0.35, 0.15])].tolist(),
        "reason": np.array(REASONS)[rng.integers(5, size=size)].tolist(),
        "cause": np.array(CAUSES)[cause].tolist(),
        "route": route.tolist(),
        "outcome": outcome.tolist(),
    }


# Inside


def _amounts(parts: Array, who: Array, issued: Array, currency: Array, revenue: Array) -> Array:
    """Amounts of invoices that are these parts of a year's revenue, in their currency; less where
    a customer would buy more than `CAP` of its revenue in a year."""
    year = np.searchsorted(YEARS, issued, side="right") - 1
    of_year = who * len(YEARS) + year
    bought = np.bincount(of_year, parts)[of_year]
    worth = parts * np.minimum(1.0, CAP / bought) * revenue[1 + year, who]
    # Rounded down, lest cents add up to more than the cap.
    rounded: Array = np.floor(worth / np.array(RATES)[currency] * 100) / 100
    return rounded


def _near(rng: np.random.Generator, days: Array) -> Array:
    """Working days: instead of a Saturday one of the two days before, of a Sunday one of the two
    after."""
    into_week, coin = weekday(days), rng.integers(1, 3, len(days))
    moved: Array = days + np.where(into_week == 5, -coin, np.where(into_week == 6, coin, 0))
    return moved


def _from(days: Array) -> Array:
    """The first working days from these days on."""
    return working_day(working_days(days))


def _places(of: Array) -> Array:
    """1, 2, 3 … within each run of the same number."""
    starts = np.flatnonzero(np.append(True, of[1:] != of[:-1])) if len(of) else np.array([], int)
    lengths = np.diff(np.append(starts, len(of)))
    return np.arange(len(of)) - np.repeat(starts, lengths) + 1
