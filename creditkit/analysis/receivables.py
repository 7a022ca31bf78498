"""Receivables at a glance: the figures of a day side by side, and the invoices behind them."""

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import pandas as pd

from creditkit.analysis.ageing import BOUNDS, ageing, bucket_names
from creditkit.analysis.days_sales import days_late, days_sales_outstanding
from creditkit.analysis.ledgers import UNKNOWN, Day, day, fetched, read
from creditkit.analysis.open_items import open_items, refuse_broken, refuse_twice
from creditkit.analysis.promises import promises
from creditkit.analysis.roll_rates import expected_loss, roll_rates

FIGURES = ("owed", "past_due", "over_90", "disputed", "unapplied", "open_invoices", "count_back",
           "simple", "late", "kept_share", "loss", "loss_rate")  # fmt: skip


def receivables(
    invoices: Any, payments: Any, as_of: Day, *, by: Sequence[str] = (), rates: Any = None
) -> pd.DataFrame:
    """The main figures of a day in one table, by currency; each is explained where it is made.

    Args:
        invoices, payments: as for `ageing`.
        as_of: the day, included.
        by: columns of the invoices to tell apart beside the currency, such as customer.
        rates: as `roll_rates` gives them; by default those of all these invoices over 12 months.
            Give those of the whole portfolio for a part of it: few debts tell little.

    Returns:
        DataFrame indexed by currency and `by`, sorted, a row for whoever owes or has bought within
        90 days: `owed`, `past_due`, `over_90` (days past due), `disputed`, `unapplied` (float64, in
        the currency) and `open_invoices` (int64) of `ageing`; `count_back`, `simple` (float64,
        days) of `days_sales_outstanding`; `late` (float64, days, of the last year) of `days_late`;
        `kept_share` of `promises`; `loss` (float64, in the currency) and `loss_rate` of
        `expected_loss`. NaN where a figure has nothing to go by.

    Raises:
        ReceivablesError: as for `ageing`.

    >>> from creditkit.analysis.sample import sample
    >>> table = receivables(sample("invoices"), sample("payments"), "2025-12-31")
    >>> table.loc["CNY", ["count_back", "late", "kept_share"]].astype(float).round(2).tolist()
    [71.53, 11.41, 0.69]
    """
    aged = ageing(invoices, payments, as_of, by=by)
    rates = roll_rates(invoices, payments, as_of) if rates is None else rates
    # A currency that is new this month has no rates yet, so nothing is known of its losses.
    known = aged.index.get_level_values("currency").isin(rates.index.get_level_values("currency"))
    lost = expected_loss(aged[known], rates)
    days = days_sales_outstanding(invoices, payments, as_of, by=by)
    table = days[["count_back", "simple"]].join(aged, how="outer")
    late = days_late(invoices, payments, as_of, by=by)["late"]
    kept = promises(invoices, payments, as_of, by=by)["kept_share"]
    table = table.join([late, kept, lost[["loss", "rate"]].rename(columns={"rate": "loss_rate"})])
    names = bucket_names()
    money = [*names, "owed", "disputed", "unapplied"]
    table[money] = table[money].fillna(0.0)
    table["open_invoices"] = table["open_invoices"].fillna(0).astype("int64")
    table["past_due"] = table[names[1:]].sum(axis=1)
    return table.rename(columns={f"over_{BOUNDS[-1]}": "over_90"})[list(FIGURES)].sort_index()


def open_invoices(
    invoices: Any, payments: Any, as_of: Day, *, customer: str | None = None
) -> pd.DataFrame:
    """The invoices on which something is owed on a day, the longest past due first.

    Args:
        invoices, payments: as for `ageing`.
        as_of: the day, included.
        customer: of one customer only; `unknown` for those that name none.

    Returns:
        DataFrame with `invoice`, `customer`, `currency` (str), `issued`, `due` (datetime64),
        `amount`, `owed` (float64, in the currency), `days` (int64: past due, below zero where not
        due yet) and `disputed` (bool: a dispute is open).

    Raises:
        ReceivablesError: as for `ageing`, or an invoice is there twice.

    >>> invoices = pd.DataFrame({"invoice": ["I1"], "customer": "C1", "issued": "2025-01-01",
    ...     "due": "2025-01-31", "currency": "CNY", "amount": [100.0], "disputed_on": None,
    ...     "resolved_on": None})
    >>> payments = pd.DataFrame({"invoice": ["I1"], "paid_on": ["2025-02-10"], "amount": [60.0]})
    >>> open_invoices(invoices, payments, "2025-02-28")[["invoice", "owed", "days"]].values.tolist()
    [['I1', 40.0, 28]]
    """
    on = pd.Timestamp(day(as_of))
    keep = ["invoice", "customer", "issued", "amount", "disputed_on", "resolved_on"]
    items = open_items(invoices, payments, [day(as_of)], keep)
    if customer is not None:
        items = items.filter(_of(customer))
    refuse_twice(read(invoices, "invoices", ["invoice"]))
    found = fetched(items.filter((nw.col("open_0") > 0) | (nw.col("broken") > 0)))
    refuse_broken(found["broken"].sum(), invoices, payments)
    for column in ("issued", "due", "disputed_on", "resolved_on"):
        found[column] = pd.to_datetime(found[column]).dt.normalize()
    found["owed"] = found["open_0"].astype("float64")
    found["days"] = (on - found["due"]).dt.days.astype("int64")
    found["disputed"] = (found["disputed_on"] <= on) & ~(found["resolved_on"] <= on)
    columns = ["invoice", "customer", "currency", "issued", "due", "amount", "owed", "days",
               "disputed"]  # fmt: skip
    order = found.sort_values(["days", "invoice"], ascending=[False, True], kind="stable")
    return order[columns].reset_index(drop=True)


def of_customer(frame: Any, name: str, customer: str) -> Any:
    """The invoices or payments of one customer, in their engine.

    Raises:
        ReceivablesError: the frame cannot be used or has no column `customer`.
    """
    read(frame, name, ["customer"])
    return nw.from_native(frame).filter(_of(customer)).to_native()


# Inside


def _of(customer: str) -> nw.Expr:
    own = nw.col("customer") == customer
    return own.fill_null(False) | nw.col("customer").is_null() if customer == UNKNOWN else own
