"""Early-warning signs: customers whose payments or debts have changed for the worse.

Each sign compares a customer with its own past or with a limit that is stated here; the limits are
this product's and can be set. Written on top of the other figures of receivables, so it takes the
same frames.
"""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Literal, get_args

import narwhals as nw
import pandas as pd

from creditkit.analysis.ageing import BOUNDS, ageing
from creditkit.analysis.days_sales import days_late
from creditkit.analysis.ledgers import (
    Day,
    ReceivablesError,
    before,
    day,
    fetched,
    keep_unknown,
    month_ends,
    read,
    say,
    until,
    whole_day,
)
from creditkit.analysis.open_items import open_items
from creditkit.analysis.promises import promises
from creditkit.text import Text

Sign = Literal["default_at_start", "old_debt", "slower", "broken_promises", "disputes",
               "growing", "stopped_buying"]  # fmt: skip
SIGNS: tuple[Sign, ...] = get_args(Sign)
COLUMNS = ("customer", "currency", "sign", "severity", "value", "before", "owed")


@dataclass(frozen=True)
class Limits:
    """When a sign shows; `grave` is how many times its limit makes it grave."""

    slower_days: float = 10.0
    promises: int = 2
    disputed: float = 0.25
    growth: float = 1.6
    old_share: float = 0.10
    silent_days: int = 100
    start_days: int = 30
    grave: float = 2.0


def warning_signs(
    invoices: Any, payments: Any, as_of: Day, *, limits: Limits | None = None
) -> pd.DataFrame:
    """Early-warning signs by customer and currency.

    - `default_at_start`: nothing was ever paid, and the first invoice that was not credited in
      full is `start_days` or more past due; always grave, for whoever never paid may never have
      meant to. Not asked of invoices without customer.
    - `old_debt`: the share owed for over 90 days reaches `old_share`.
    - `slower`: money of the last 90 days came `slower_days` later than that of the year before.
    - `broken_promises`: so many broken in the last 180 days, and more than were kept.
    - `disputes`: the share of what is owed that is disputed reaches `disputed`.
    - `growing`: what is owed is `growth` times the mean of the six month ends before, and sales
      have not grown as fast.
    - `stopped_buying`: it owes, and has bought nothing for `silent_days`, although it bought in
      each of the three quarters before.

    Args:
        invoices, payments: as for `ageing`, of any engine, both of the same; payments with kind,
            invoices with promised_on.
        as_of: the day, included.
        limits: other limits; see `Limits`.

    Returns:
        DataFrame, the gravest first, then by place among those that owe most in the same currency:
        `customer`, `currency`, `sign`, `severity` (high
        or medium; all str), `value` and `before` (float64: the figure and what it is held
        against, in the unit of the sign) and `owed` (float64, in the currency).

    Raises:
        ReceivablesError: frames, day or limits cannot be used.

    >>> invoices = pd.DataFrame({"invoice": ["I1"], "customer": "C1", "issued": "2025-01-01",
    ...     "due": "2025-01-31", "currency": "CNY", "amount": [100.0], "disputed_on": None,
    ...     "resolved_on": None, "promised_on": None})
    >>> payments = pd.DataFrame({"invoice": ["I1"], "paid_on": ["2026-01-01"], "amount": [100.0],
    ...     "kind": "payment"})
    >>> found = warning_signs(invoices, payments, "2025-03-31")
    >>> found[["sign", "severity", "value"]].values.tolist()
    [['default_at_start', 'high', 59.0]]
    """
    own = limits or Limits()
    if not all(value > 0 for value in asdict(own).values()):
        raise ReceivablesError(say("bad_limits"))
    on = day(as_of)
    by = ["customer"]
    aged = ageing(invoices, payments, on, by=by)
    aged = aged[aged["owed"] > 0]
    over = f"over_{BOUNDS[-1]}"
    sales = _sales(invoices, on)
    parts = {
        "default_at_start": _default_at_start(invoices, payments, on, own.start_days),
        "old_debt": _held(aged[over] / aged["owed"], own.old_share),
        "slower": _slower(invoices, payments, on, own.slower_days),
        "broken_promises": _broken(promises(invoices, payments, on, period=180, by=by), own),
        "disputes": _held(aged["disputed"] / aged["owed"], own.disputed),
        "growing": _growing(invoices, payments, on, aged["owed"], sales, own.growth),
        "stopped_buying": _silent(aged, sales, own.silent_days),
    }
    found = pd.concat(
        [part.assign(sign=sign) for sign, part in parts.items() if len(part)]
        or [pd.DataFrame(columns=["value", "before", "limit", "sign"])]
    )
    index = pd.MultiIndex.from_tuples(found.index.tolist(), names=["currency", "customer"])
    found = found.set_axis(index).reset_index()
    grave = (found["value"] >= own.grave * found["limit"]) | (found["sign"] == "default_at_start")
    found["severity"] = grave.map({True: "high", False: "medium"}).astype("str")
    owed = aged["owed"].rename("owed").reset_index()
    found = found.merge(owed, on=["currency", "customer"], how="left")
    found["owed"] = found["owed"].fillna(0.0).astype("float64")
    # Amounts of different currencies cannot be told apart by size, places among those who owe can.
    place = aged["owed"].groupby(level="currency").rank(ascending=False, method="min")
    found = found.merge(
        place.rename("place").reset_index(), on=["currency", "customer"], how="left"
    )
    order = found.assign(grave=found["severity"] != "high", at=found["sign"].map(SIGNS.index))
    order = order.sort_values(["grave", "place", "currency", "customer", "at"], kind="stable")
    return (
        found.loc[order.index, list(COLUMNS)]
        .reset_index(drop=True)
        .astype({"value": "float64", "before": "float64"})
    )


def sign_words(row: Any) -> Text:
    """A row of `warning_signs` in words, with its figures."""
    shares = ("old_debt", "disputes")
    value, past = (
        f"{row[name]:.0%}" if row["sign"] in shares else f"{row[name]:,.1f}".removesuffix(".0")
        for name in ("value", "before")
    )
    return say(f"sign_{row['sign']}", value=value, before=past)


# Inside


def _frame(value: Any, past: Any, limit: Any) -> pd.DataFrame:
    return pd.DataFrame({"value": value, "before": past, "limit": limit})


def _held(share: "pd.Series[float]", limit: float) -> pd.DataFrame:
    share = share[share >= limit]
    return _frame(share, limit, limit)


def _sales(invoices: Any, on: Any) -> pd.DataFrame:
    """What each customer bought, by currency, in the last quarter and the three before."""
    bills = read(invoices, "invoices", ["customer", "currency", "issued", "amount"])
    ends = [on - timedelta(90 * n) for n in range(5)]
    windows = {
        f"q{n}": nw.when(until(bills, "issued", ends[n]) & ~until(bills, "issued", ends[n + 1]))
        .then(nw.col("amount").cast(nw.Float64))
        .otherwise(nw.lit(0.0))
        for n in range(4)
    }
    rows = bills.filter(until(bills, "issued", on)).select(
        "currency", "customer", "issued", **windows
    )
    totals = rows.group_by("currency", "customer").agg(
        *(nw.col(name).sum() for name in windows), last=nw.col("issued").max()
    )
    keys = ["currency", "customer"]
    groups = keep_unknown(fetched(totals), keys).groupby(keys)
    found = groups[list(windows)].sum().assign(last=groups["last"].max()).sort_index()
    quiet = (pd.Timestamp(on) - pd.to_datetime(found["last"]).dt.normalize()).dt.days
    return found.drop(columns="last").assign(quiet=quiet)


def _slower(invoices: Any, payments: Any, on: Any, limit: float) -> pd.DataFrame:
    recent = days_late(invoices, payments, on, period=90, by=["customer"])["late"]
    earlier = on - timedelta(90)
    past = days_late(invoices, payments, earlier, period=365, by=["customer"])["late"]
    both = pd.DataFrame({"value": recent, "before": past}).dropna()
    both = both[(both["value"] - both["before"] >= limit) & (both["value"] > 0)]
    # Grave is twice the limit later than before, so the limit moves with the past.
    return both.assign(limit=(both["before"] + 2 * limit) / 2)


def _broken(kept: pd.DataFrame, own: Limits) -> pd.DataFrame:
    rows = kept[(kept["broken"] >= own.promises) & (kept["broken"] > kept["kept"])]
    return _frame(rows["broken"], rows["kept"], own.promises)


def _growing(
    invoices: Any, payments: Any, on: Any, owed: Any, sales: pd.DataFrame, limit: float
) -> pd.DataFrame:
    ends = [end for end in month_ends(on, 6) if end < on][-6:]
    items = open_items(invoices, payments, ends, ["customer"])
    names = [f"open_{n}" for n in range(len(ends))]
    owing = items.select("currency", "customer", *(nw.col(n).clip(0.0, None) for n in names))
    sums = fetched(owing.group_by("currency", "customer").agg(*(nw.col(n).sum() for n in names)))
    keys = ["currency", "customer"]
    past = keep_unknown(sums, keys).groupby(keys)[names].sum().mean(axis=1)
    past = past.reindex(owed.index)
    usual = sales[["q1", "q2", "q3"]].mean(axis=1).reindex(owed.index)
    grown = sales["q0"].reindex(owed.index) / usual.where(usual > 0)
    times = owed / past.where(past > 0)
    rows = (times >= limit) & (grown < times)
    return _frame(times[rows], grown[rows], limit)


def _silent(aged: pd.DataFrame, sales: pd.DataFrame, limit: int) -> pd.DataFrame:
    bought = (sales[["q1", "q2", "q3"]] > 0).all(axis=1)
    rows = sales[bought & (sales["quiet"] >= limit) & sales.index.isin(aged.index)]
    return _frame(rows["quiet"].astype("float64"), float(limit), float(limit))


def _default_at_start(invoices: Any, payments: Any, on: Any, limit: int) -> pd.DataFrame:
    """Customers that have paid nothing at all, with the days their first debt is past due."""
    bills = read(invoices, "invoices", ["invoice", "customer"])
    paid = read(payments, "payments", ["invoice", "paid_on", "kind"])
    money = paid.filter(until(paid, "paid_on", on), nw.col("kind") == "payment").select("invoice")
    payers = bills.join(money, on="invoice", how="inner").select("customer", one=nw.lit(1))
    payers = payers.group_by("customer").agg(nw.col("one").max())
    items = open_items(invoices, payments, [on], ["customer", "issued"])
    owing = items.filter(nw.col("open_0") > 0, ~nw.col("customer").is_null()).select(
        "currency", "customer", "due", issued=whole_day(items, "issued")
    )
    owing = owing.join(payers, on="customer", how="left").filter(nw.col("one").is_null())
    first = owing.group_by("customer").agg(first=nw.col("issued").min())
    rows = owing.join(first, on="customer", how="inner")
    late = rows.filter(
        nw.col("issued") == nw.col("first"), before(rows, "due", on - timedelta(limit - 1))
    )
    found = fetched(late.group_by("currency", "customer").agg(nw.col("due").min()))
    found = found.set_index(["currency", "customer"]).sort_index()
    due = pd.to_datetime(found["due"]).dt.normalize()
    days = (pd.Timestamp(on) - due).dt.days.astype("float64")
    return _frame(days, float(limit), float(limit))
