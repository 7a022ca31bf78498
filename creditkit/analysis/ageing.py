"""Ageing: what is owed on a day, by how long it is past due.

Written once against narwhals; see `creditkit.analysis.open_items` for frames and words.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import narwhals as nw
import pandas as pd

from creditkit.analysis.ledgers import (
    Day,
    Lazy,
    ReceivablesError,
    before,
    day,
    fetched,
    keep_unknown,
    read,
    say,
    until,
)
from creditkit.analysis.open_items import apart, open_items, refuse_broken
from creditkit.text import Text

BOUNDS = (30, 60, 90)
FIGURES = ("owed", "disputed", "unapplied", "open_invoices")


def bucket_names(bounds: Sequence[int] = BOUNDS) -> list[str]:
    """The names of the buckets between bounds, in days past due.

    Raises:
        ReceivablesError: the bounds are not whole, above zero and rising.

    >>> bucket_names()
    ['not_due', '1-30', '31-60', '61-90', 'over_90']
    """
    whole = all(isinstance(b, int) and not isinstance(b, bool) for b in bounds)
    if not bounds or not whole or any(a >= b for a, b in zip([0, *bounds], bounds, strict=False)):
        raise ReceivablesError(say("bad_bounds", bounds=", ".join(map(str, bounds))))
    lows = [1, *(b + 1 for b in bounds)]
    between = [f"{low}-{high}" for low, high in zip(lows, bounds, strict=False)]
    return ["not_due", *between, f"over_{bounds[-1]}"]


def bucket_title(name: str) -> Text:
    """A bucket, or a state a debt can move to, in words.

    >>> bucket_title("31-60").en
    '31–60 days'
    """
    if name.startswith("over_"):
        return say("bucket_over", low=name.removeprefix("over_"))
    low, dash, high = name.partition("-")
    return say("bucket_between", low=low, high=high) if dash else say(f"bucket_{name}")


def ageing(
    invoices: Any,
    payments: Any,
    as_of: Day,
    *,
    by: Sequence[str] = (),
    bounds: Sequence[int] = BOUNDS,
) -> pd.DataFrame:
    """What is owed on a day, by currency and days past due.

    An invoice is in the bucket of the days from its due day to `as_of`; on the due day itself it is
    not due yet. Buckets hold the full amount owed, the disputed part included; what is unapplied is
    not taken off. Currencies are never added up.

    Args:
        invoices: frame of any engine with invoice, issued, due, currency, amount (above 0),
            disputed_on, resolved_on and what `by` names.
        payments: frame of the same engine with invoice, paid_on, amount (above 0). Credit notes
            count like payments here. Those of an invoice that is not there count nowhere;
            `problems` finds them, and invoices that are there twice, whose payments would be taken
            off each: to look for those takes too long here.
            Those that name a `currency` count as unapplied if they have no invoice or one in
            another currency, where `by` tells apart customers at most: what else an invoice says,
            they do not.
        as_of: the day, included.
        by: columns of the invoices to tell apart beside the currency, such as customer. What is
            owed on invoices that say nothing there is kept under `unknown`.
        bounds: the last day past due of each bucket.

    Returns:
        DataFrame indexed by currency and `by`, sorted. A float64 column a bucket (`not_due`,
        `1-30`, ..., `over_90`), `owed` (their sum), `disputed` (of that, on invoices with a dispute
        open that day) and `unapplied`, all in the currency; `open_invoices` (int64) counts the
        invoices with something owed. Groups without anything open are left out.

    Raises:
        ReceivablesError: frames, day or bounds cannot be used; an invoice lacks a day, a currency
            or an amount above zero, or a payment on it a day or such an amount; or a column of
            `by` that is no text lacks values.

    >>> invoices = pd.DataFrame({
    ...     "invoice": ["I1", "I2", "I3"], "customer": ["C1", "C1", "C2"],
    ...     "issued": "2025-01-01", "due": ["2025-01-31", "2025-03-10", "2025-02-28"],
    ...     "currency": ["CNY", "CNY", "EUR"], "amount": [100.0, 50.0, 70.0],
    ...     "disputed_on": ["2025-03-01", None, None], "resolved_on": None})
    >>> payments = pd.DataFrame({"invoice": ["I1"], "paid_on": ["2025-02-10"], "amount": [60.0]})
    >>> table = ageing(invoices, payments, "2025-03-10")
    >>> table.loc["CNY", ["not_due", "31-60", "owed", "disputed"]].tolist()
    [50.0, 40.0, 90.0, 40.0]
    >>> float(table.loc["EUR", "1-30"])
    70.0
    """
    names, on = bucket_names(bounds), day(as_of)
    keys = list(dict.fromkeys(["currency", *by]))
    items = open_items(invoices, payments, [on], [*keys, "disputed_on", "resolved_on"])
    disputed = until(items, "disputed_on", on) & ~until(items, "resolved_on", on).fill_null(False)
    owed = nw.col("open_0").clip(0.0, None)
    rows = (
        items.filter((nw.col("open_0") != 0) | (nw.col("broken") > 0))
        .select(
            *keys,
            bucket=bucket(items, on, bounds),
            owed=owed,
            disputed=nw.when(disputed.fill_null(False)).then(owed).otherwise(nw.lit(0.0)),
            unapplied=(-nw.col("open_0")).clip(0.0, None),
            open_invoices=(nw.col("open_0") > 0).cast(nw.Int64),
            broken=nw.col("broken"),
        )
        .group_by(*keys, "bucket")
        .agg(*(nw.col(name).sum() for name in (*FIGURES, "broken")))
    )
    found = keep_unknown(fetched(rows), keys)
    refuse_broken(found["broken"].sum(), invoices, payments)
    if set(keys) <= {"currency", "customer"}:
        found = pd.concat([found, *_apart(invoices, payments, on, keys)], ignore_index=True)
    totals = found.groupby(keys)[list(FIGURES)].sum()
    wide = found.pivot_table(index=keys, columns="bucket", values="owed", aggfunc="sum")
    wide = wide.reindex(index=totals.index, columns=range(len(names))).fillna(0.0)
    wide.columns = pd.Index(names)
    types: dict[Any, str] = dict.fromkeys([*names, *FIGURES], "float64")
    return wide.join(totals).astype(types | {"open_invoices": "int64"}).sort_index()


def bucket(items: Lazy, on: Day, bounds: Sequence[int] = BOUNDS) -> nw.Expr:
    """The number of the bucket that the due day of an invoice puts it in on a day, from 0."""
    cuts = [day(on) - timedelta(b) for b in (0, *bounds)]
    return nw.sum_horizontal(*(before(items, "due", cut).cast(nw.Int64) for cut in cuts))


# Inside


def _apart(invoices: Any, payments: Any, on: Day, keys: list[str]) -> list[pd.DataFrame]:
    """Payments that are unapplied as a whole, as rows with nothing owed."""
    bills = read(invoices, "invoices", ["invoice", "currency"])
    money = apart(payments, bills, [*keys, "invoice", "paid_on", "amount"])
    if money is None:
        return []
    sums = money.filter(until(money, "paid_on", day(on))).group_by(*keys)
    found = fetched(sums.agg(nw.col("amount").sum())).rename(columns={"amount": "unapplied"})
    nothing = {"bucket": 0, "owed": 0.0, "disputed": 0.0, "open_invoices": 0, "broken": 0}
    return [found.assign(**nothing)] if len(found) else []
