"""Disputes: what is contested, and how long it stays so.

Written once against narwhals; see `creditkit.analysis.open_items` for frames and words.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import narwhals as nw
import pandas as pd

from creditkit.analysis.ledgers import Day, day, fetched, keep_unknown, until, whole
from creditkit.analysis.open_items import open_items, refuse_broken

COUNTS = ("raised", "resolved", "open")


def disputes(
    invoices: Any, payments: Any, as_of: Day, *, period: int = 365, by: Sequence[str] = ()
) -> pd.DataFrame:
    """How many invoices are disputed, what is owed on them, and how long it takes to settle one.

    A dispute is open on a day when it was raised by then, not resolved by then, and something is
    still owed on the invoice: money that came in full has ended it.
    `days_to_resolve` = sum(day resolved - day raised) / disputes resolved, of the period.

    Args:
        invoices: frame with invoice, issued, due, currency, amount, disputed_on, resolved_on and
            what `by` names.
        payments: frame with invoice, paid_on, amount.
        as_of: the day, included.
        period: days up to `as_of` in which disputes count as `raised` and as `resolved`.
        by: columns of the invoices to tell apart beside the currency, such as customer.

    Returns:
        DataFrame indexed by currency and `by`, sorted: `raised`, `resolved` (int64, in the
        period), `open` (int64, on the day), `open_amount` (float64, owed on open ones, in the
        currency; as `disputed` of `ageing`), `oldest` (float64, days the oldest open one has been
        open; NaN where none is) and `days_to_resolve` (float64, days; NaN where none was
        resolved). Groups without any of these are left out.

    Raises:
        ReceivablesError: frames, day or period cannot be used, or a disputed invoice lacks a day,
            a currency or an amount above zero, or a payment on it a day or such an amount.

    >>> invoices = pd.DataFrame({"invoice": ["I1", "I2"], "issued": "2025-01-01",
    ...     "due": "2025-01-31", "currency": "CNY", "amount": [100.0, 50.0],
    ...     "disputed_on": "2025-02-01", "resolved_on": ["2025-02-21", None]})
    >>> payments = pd.DataFrame({"invoice": ["I1"], "paid_on": ["2025-02-25"], "amount": [100.0]})
    >>> disputes(invoices, payments, "2025-03-31").loc["CNY"].tolist()
    [2.0, 1.0, 1.0, 50.0, 58.0, 20.0]
    """
    on, first = day(as_of), pd.Timestamp(day(as_of) - timedelta(whole("period", period) - 1))
    keys = list(dict.fromkeys(["currency", *by]))
    items = open_items(invoices, payments, [on], [*keys, "disputed_on", "resolved_on"])
    solved = until(items, "resolved_on", on).fill_null(False)
    waiting = ~solved & (nw.col("open_0") > 0)
    # Days are subtracted after grouping: engines differ in what the difference of two days is.
    told = fetched(
        items.filter(until(items, "disputed_on", on))
        .select(
            *keys,
            "disputed_on",
            "resolved_on",
            "broken",
            number=nw.lit(1),
            solved=nw.when(solved).then(nw.lit(1)).otherwise(nw.lit(0)),
            open=nw.when(waiting).then(nw.lit(1)).otherwise(nw.lit(0)),
            open_amount=nw.when(waiting).then(nw.col("open_0")).otherwise(nw.lit(0.0)),
        )
        .group_by(*keys, "disputed_on", "resolved_on")
        .agg(*(nw.col(c).sum() for c in ("broken", "number", "solved", "open", "open_amount")))
    )
    refuse_broken(told["broken"].sum(), invoices, payments)
    told = keep_unknown(told, keys)
    raised, resolved = (
        pd.to_datetime(told[c]).dt.normalize() for c in ("disputed_on", "resolved_on")
    )
    told = told.assign(
        raised=told["number"].where(raised >= first, 0),
        resolved=told["solved"].where(resolved >= first, 0),
        oldest=(pd.Timestamp(on) - raised).dt.days.where(told["open"] > 0),
    )
    told["took"] = told["resolved"] * (resolved - raised).dt.days.fillna(0)
    groups = told.groupby(keys)
    table = groups[[*COUNTS, "open_amount"]].sum()
    table["oldest"] = groups["oldest"].max()
    table["days_to_resolve"] = groups["took"].sum() / table["resolved"].where(table["resolved"] > 0)
    types: dict[Any, str] = dict.fromkeys(COUNTS, "int64")
    rest = dict.fromkeys(("open_amount", "oldest", "days_to_resolve"), "float64")
    table = table[(table[list(COUNTS)] > 0).any(axis=1)]
    return table.astype({**types, **rest}).sort_index()
