"""Promises to pay: kept, broken or pending.

Written once against narwhals; see `creditkit.analysis.open_items` for frames and words.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import narwhals as nw
import pandas as pd

from creditkit.analysis.ledgers import (
    Day,
    before,
    day,
    fetched,
    keep_unknown,
    read,
    until,
    whole,
    whole_day,
)
from creditkit.analysis.open_items import SETTLED, applied, no_amount, refuse_broken, refuse_twice

FIGURES = ("kept", "broken", "pending", "broken_amount", "pending_amount")


def promises(
    invoices: Any, payments: Any, as_of: Day, *, period: int = 365, by: Sequence[str] = ()
) -> pd.DataFrame:
    """What became of promises to pay an invoice by a day.

    A promise is kept when by the end of its day nothing is owed on the invoice any more, payments
    and credit notes counted; broken when its day has passed and something was still owed then,
    even if it was paid later; pending when its day has not passed and something is owed.
    The frames do not say when a promise was given: seen from an earlier day, promises given
    since then count as pending.

    Args:
        invoices: frame of any engine with invoice, issued, currency, amount, promised_on and what
            `by` names.
        payments: frame of the same engine with invoice, paid_on, amount.
        as_of: the day, included; a promise for that very day is still pending while unpaid.
        period: days up to `as_of` in which the promised day of kept and broken ones lies.
        by: columns of the invoices to tell apart beside the currency, such as customer.

    Returns:
        DataFrame indexed by currency and `by`, sorted: `kept`, `broken`, `pending` (int64, how
        many), `broken_amount` (float64: what was still owed at the end of the promised days),
        `pending_amount` (float64: owed on `as_of`) and `kept_share` (float64: kept / (kept +
        broken); NaN where neither). Groups without promises are left out.

    Raises:
        ReceivablesError: frames, day or period cannot be used; a promised invoice lacks the day it
            was issued, its currency or an amount above zero, is there twice, or a payment on it
            lacks such an amount or its day.

    >>> invoices = pd.DataFrame({"invoice": ["I1", "I2"], "issued": "2025-01-01",
    ...     "currency": "CNY", "amount": 100.0, "promised_on": ["2025-03-10", "2025-03-20"]})
    >>> payments = pd.DataFrame(
    ...     {"invoice": ["I1", "I2"], "paid_on": ["2025-03-10", "2025-03-21"], "amount": 100.0})
    >>> promises(invoices, payments, "2025-12-31").loc["CNY", ["kept", "broken"]].tolist()
    [1, 1]
    """
    on, first = day(as_of), day(as_of) - timedelta(whole("period", period) - 1)
    keys = list(dict.fromkeys(["currency", *by]))
    bills = read(invoices, "invoices", ["invoice", "issued", "amount", "promised_on", *keys])
    paid = applied(payments, bills, ["invoice", "paid_on", "amount"])
    given = bills.filter(
        until(bills, "issued", on) | nw.col("issued").is_null(),
        ~nw.col("promised_on").is_null(),
        ~before(bills, "promised_on", first),
    ).rename({"amount": "billed"})
    refuse_twice(given)
    money = given.select("invoice", "promised_on").join(
        paid.filter(until(paid, "paid_on", on) | nw.col("paid_on").is_null()),
        on="invoice",
        how="inner",
    )
    sums = money.select(
        "invoice",
        in_time=nw.when(whole_day(money, "paid_on") <= whole_day(money, "promised_on"))
        .then(nw.col("amount").cast(nw.Float64))
        .otherwise(nw.lit(0.0)),
        so_far=nw.col("amount").cast(nw.Float64),
        bad=nw.when(no_amount() | nw.col("paid_on").is_null()).then(nw.lit(1)).otherwise(nw.lit(0)),
    )
    settled = sums.group_by("invoice").agg(nw.col("in_time", "so_far", "bad").sum())
    wrong = (
        no_amount("billed")
        | nw.col("issued").is_null()
        | nw.col("currency").is_null()
        | (nw.col("bad").fill_null(0) > 0)
    )
    items = given.join(settled, on="invoice", how="left").with_columns(
        left=nw.col("billed").cast(nw.Float64) - nw.col("in_time").fill_null(0.0),
        now=nw.col("billed").cast(nw.Float64) - nw.col("so_far").fill_null(0.0),
    )
    passed = before(items, "promised_on", on)
    owed, owed_now = nw.col("left") > SETTLED, nw.col("now") > SETTLED
    kept = ~owed | (~passed & ~owed_now)
    broken = passed & owed
    pending = ~passed & owed_now
    zero = nw.lit(0.0)
    found = fetched(
        items.select(
            *keys,
            kept=nw.when(kept & ~pending).then(nw.lit(1)).otherwise(nw.lit(0)),
            broken=nw.when(broken).then(nw.lit(1)).otherwise(nw.lit(0)),
            pending=nw.when(pending).then(nw.lit(1)).otherwise(nw.lit(0)),
            broken_amount=nw.when(broken).then(nw.col("left")).otherwise(zero),
            pending_amount=nw.when(pending).then(nw.col("now")).otherwise(zero),
            wrong=nw.when(wrong).then(nw.lit(1)).otherwise(nw.lit(0)),
        )
        .group_by(*keys)
        .agg(*(nw.col(name).sum() for name in (*FIGURES, "wrong")))
    )
    refuse_broken(found.pop("wrong").sum(), invoices, payments)
    types: dict[Any, str] = {n: "float64" if n.endswith("amount") else "int64" for n in FIGURES}
    table = keep_unknown(found, keys).groupby(keys)[list(FIGURES)].sum().astype(types).sort_index()
    over = (table["kept"] + table["broken"]).astype("float64")
    return table.assign(kept_share=table["kept"] / over.where(over > 0))
