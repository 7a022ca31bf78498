"""Days sales outstanding and days late: how fast a customer, or all of them, pay.

Written once against narwhals; see `creditkit.analysis.open_items` for frames and words. Sales are
what was invoiced, before credit notes. The formulas of days sales outstanding, best possible days
sales outstanding and average days delinquent are those the Credit Research Foundation gives.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import narwhals as nw
import pandas as pd

from creditkit.analysis.ageing import ageing
from creditkit.analysis.ledgers import (
    Day,
    before,
    day,
    fetched,
    keep_unknown,
    month_ends,
    read,
    until,
    whole,
)
from creditkit.analysis.open_items import SETTLED, applied, no_amount, refuse_broken, refuse_twice


def days_sales_outstanding(
    invoices: Any, payments: Any, as_of: Day, *, period: int = 90, by: Sequence[str] = ()
) -> pd.DataFrame:
    """How many days of sales are still unpaid, reckoned in two ways.

    - `simple` = owed / sales of the period x days of the period. It swings with sales: a good last
      month makes it rise although nobody pays later.
    - `best_possible` = the part not yet due / sales of the period x days of the period: what it
      would be if nobody were late.
    - `delinquent` = `simple` - `best_possible`.
    - `count_back`: from what is owed the sales of the current month are taken off, then those of
      the month before, and so on; each month taken off whole counts its days, the last one its
      share. It does not swing with sales.

    Args:
        invoices, payments: as for `ageing`, of any engine, both of the same.
        as_of: the day, included.
        period: days up to `as_of` whose sales `simple` and `best_possible` look at.
        by: columns of the invoices to tell apart beside the currency, such as customer.

    Returns:
        DataFrame indexed by currency and `by`, sorted, with float64 columns: `owed` and `sales` (of
        the period) in the currency; `simple`, `best_possible`, `delinquent` and `count_back` in
        days. Where the period has no sales the first three days are NaN. Groups that owe nothing
        and bought nothing in the period are left out.

    Raises:
        ReceivablesError: as for `ageing`, or the period is no whole number of days.

    >>> invoices = pd.DataFrame({
    ...     "invoice": ["I1", "I2"], "issued": ["2025-02-10", "2025-03-10"],
    ...     "due": ["2025-03-12", "2025-04-09"], "currency": "CNY", "amount": [280.0, 310.0],
    ...     "disputed_on": None, "resolved_on": None})
    >>> payments = pd.DataFrame({"invoice": ["I1"], "paid_on": ["2025-03-01"], "amount": [140.0]})
    >>> table = days_sales_outstanding(invoices, payments, "2025-03-31", period=59)
    >>> table.loc["CNY", ["simple", "best_possible", "delinquent", "count_back"]].tolist()
    [45.0, 31.0, 14.0, 45.0]
    """
    on, first = day(as_of), day(as_of) - timedelta(whole("period", period) - 1)
    keys = list(dict.fromkeys(["currency", *by]))
    aged = ageing(invoices, payments, on, by=by)
    bills = read(invoices, "invoices", ["issued", "amount", *keys])
    bills = bills.filter(until(bills, "issued", on)).with_columns(
        month=nw.col("issued").dt.year() * 12 + nw.col("issued").dt.month() - 1,
        sales=nw.when(before(bills, "issued", first)).then(nw.lit(0.0)).otherwise(nw.col("amount")),
    )
    months = fetched(bills.group_by(*keys, "month").agg(nw.col("amount", "sales").sum()))
    months = keep_unknown(months, keys)
    table = pd.DataFrame({"sales": months.groupby(keys)["sales"].sum()})
    table = table.join(aged[["owed", "not_due"]], how="left").fillna(0.0)
    table = table[(table["owed"] > 0) | (table["sales"] > 0)]
    rate = period / table["sales"].where(table["sales"] > 0)
    table["simple"] = table["owed"] * rate
    table["best_possible"] = table["not_due"] * rate
    table["delinquent"] = table["simple"] - table["best_possible"]
    table["count_back"] = _count_back(months, table["owed"], keys, on)
    columns = ["owed", "sales", "simple", "best_possible", "delinquent", "count_back"]
    return table[columns].astype("float64").sort_index()


def days_sales_by_month(
    invoices: Any,
    payments: Any,
    as_of: Day,
    *,
    months: int = 12,
    period: int = 90,
    by: Sequence[str] = (),
) -> pd.DataFrame:
    """`days_sales_outstanding` at the ends of months, to see where it is going.

    Args:
        invoices, payments, period, by: as for `days_sales_outstanding`.
        as_of: months that have ended by then are used, its own if it is the last of its month.
        months: how many months back from the last; one more end of a month than that is given.

    Returns:
        As `days_sales_outstanding`, with `month` (datetime64, the last day) last in the index.

    Raises:
        ReceivablesError: as for `days_sales_outstanding`, or the months are no whole number.

    >>> invoices = pd.DataFrame({
    ...     "invoice": ["I1"], "issued": ["2025-02-10"], "due": ["2025-03-12"], "currency": "CNY",
    ...     "amount": [280.0], "disputed_on": None, "resolved_on": None})
    >>> payments = pd.DataFrame({"invoice": ["I1"], "paid_on": ["2025-03-01"], "amount": [140.0]})
    >>> table = days_sales_by_month(invoices, payments, "2025-03-31", months=2, period=59)
    >>> table.loc["CNY", "count_back"].tolist()
    [28.0, 45.0]
    """
    ends = month_ends(as_of, months)
    tables = {
        pd.Timestamp(end): days_sales_outstanding(invoices, payments, end, period=period, by=by)
        for end in ends
    }
    table = pd.concat(tables, names=["month"])
    return table.reorder_levels([*map(str, table.index.names[1:]), "month"]).sort_index()


def days_late(
    invoices: Any, payments: Any, as_of: Day, *, period: int = 365, by: Sequence[str] = ()
) -> pd.DataFrame:
    """How late the money of a period came, each unit of it weighing alike.

    `late` = sum(amount x (day paid - day due)) / sum(amount), money that came early counting below
    zero; `past_due` is the same with early money at zero, so that early payers do not hide late
    ones. Part payments count each with their own day. Credit notes are no payments.

    Args:
        invoices: frame of any engine with invoice, due, currency and what `by` names.
        payments: frame of the same engine with invoice, paid_on, amount and kind.
        as_of: the day, included.
        period: days up to `as_of` whose payments count.
        by: columns of the invoices to tell apart beside the currency, such as customer.

    Returns:
        DataFrame indexed by currency and `by`, sorted: `paid` (float64, in the currency), `late`
        and `past_due` (float64, days), `share_late` (float64, the share of the money that came
        after its due day). Groups without payments are left out.

    Raises:
        ReceivablesError: frames, day or period cannot be used; an invoice paid in the period has
            no due day or currency, or a payment no day or amount above zero; or an invoice is there
            twice.

    >>> invoices = pd.DataFrame({"invoice": ["I1"], "due": ["2025-03-01"], "currency": ["CNY"]})
    >>> payments = pd.DataFrame({
    ...     "invoice": "I1", "paid_on": ["2025-02-19", "2025-03-31", "2025-04-30"],
    ...     "amount": [50.0, 50.0, 100.0], "kind": ["payment", "payment", "credit_note"]})
    >>> days_late(invoices, payments, "2025-12-31").loc["CNY"].tolist()
    [100.0, 10.0, 15.0, 0.5]
    """
    on, first = day(as_of), day(as_of) - timedelta(whole("period", period) - 1)
    keys = list(dict.fromkeys(["currency", *by]))
    bills = read(invoices, "invoices", ["invoice", "due", *keys])
    paid = applied(payments, bills, ["invoice", "paid_on", "amount", "kind"])
    refuse_twice(bills)
    in_period = until(paid, "paid_on", on) & ~before(paid, "paid_on", first)
    money = paid.filter(
        in_period | nw.col("paid_on").is_null(), nw.col("kind") == "payment"
    ).with_columns(amount=nw.when(~no_amount()).then(nw.col("amount").cast(nw.Float64)))
    # Days are subtracted after grouping: engines differ in what the difference of two days is.
    told = fetched(
        money.join(bills, on="invoice", how="inner")
        .with_columns(
            broken=nw.any_horizontal(
                *(nw.col(c).is_null() for c in ("due", "currency", "paid_on", "amount")),
                ignore_nulls=False,
            ).cast(nw.Int64)
        )
        .group_by(*dict.fromkeys([*keys, "due", "paid_on"]))
        .agg(nw.col("amount", "broken").sum())
    )
    refuse_broken(told["broken"].sum(), invoices, payments)
    told = keep_unknown(told, keys)
    came, due = (pd.to_datetime(told[c]).dt.normalize() for c in ("paid_on", "due"))
    late = (came - due).dt.days.astype("float64")
    amount = told["amount"].astype("float64")
    told = told.assign(
        paid=amount,
        late=amount * late,
        past_due=amount * late.clip(lower=0),
        share_late=amount * (late > 0),
    )
    columns = ["paid", "late", "past_due", "share_late"]
    table = told.groupby(keys)[columns].sum().astype("float64")
    table[columns[1:]] = table[columns[1:]].div(table["paid"], axis=0)
    return table.sort_index()


# Inside


def _count_back(
    months: pd.DataFrame, owed: "pd.Series[float]", keys: list[str], on: date
) -> "pd.Series[float]":
    """Days by counting back; `months` has the keys, `month` (from year 0) and its `amount`."""
    grid = months.pivot_table(index=keys, columns="month", values="amount", aggfunc="sum")
    grid = grid.reindex(index=owed.index).fillna(0.0)
    left, days, last = owed.copy(), owed * 0.0, on.year * 12 + on.month - 1
    first = int(months["month"].min()) if len(months) else last + 1
    for month in range(last, first - 1, -1):
        start = date(month // 12, month % 12 + 1, 1)
        end = on if month == last else date((month + 1) // 12, (month + 1) % 12 + 1, 1)
        length = (end - start).days + (month == last)
        sales = grid[month] if month in grid else owed * 0.0
        share = (left / sales.where(sales > 0)).clip(upper=1.0).fillna(1.0)
        days += length * share.where(left > SETTLED, 0.0)
        left -= sales.clip(upper=left)
    return days
