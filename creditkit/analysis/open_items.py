"""What each invoice still owes on a day: the base of every figure about receivables.

Invoices and payments may be frames of any engine narwhals knows (pandas, Polars, DuckDB
relations, PySpark); both of the same. What is heavy stays in the engine and only what is small is
collected, as pandas.

The words of this part:

- *open amount* on a day: the amount of the invoice, if issued by then, less all payments and credit
  notes dated by then. Days are whole and included.
- *owed*: the open amount where it is above zero. An open amount below half the smallest unit of any
  currency is settled: sums of float64 miss zero by a little.
- *unapplied*: what was paid beyond the amount, before the invoice was issued, on account (without
  an invoice), or in another currency than the invoice. It is the customer's money, shown apart and
  never set against what is owed on other invoices.
- *broken*: an invoice without currency, days or a finite amount above zero, or with a payment
  without day or such an amount. No figure passes over one in silence: all refuse it by name.
- *unknown*: the group of invoices that say nothing in a column of text they are told apart by.

Payments may have a `currency`; blank, it is that of the invoice.
"""

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import pandas as pd

from creditkit.analysis.ledgers import (
    DAYS,
    Day,
    Lazy,
    ReceivablesError,
    day,
    fetched,
    read,
    same_engine,
    say,
    until,
)
from creditkit.text import Text, join

INVOICES = ("invoice", "customer", "issued", "due", "currency", "amount", "disputed_on",
            "resolved_on", "promised_on")  # fmt: skip
PAYMENTS = ("payment", "invoice", "customer", "paid_on", "amount", "kind")
KINDS = ("payment", "credit_note")
# Half of the smallest unit there is: a dinar has a thousand fils.
SETTLED = 0.0005


def applied(payments: Any, bills: Lazy, columns: Sequence[str]) -> Lazy:
    """The named columns of payments, without those in another currency than their invoice.

    Args:
        payments: frame of any engine, as for `read`; it may have `currency`.
        bills: invoices of the same engine with invoice and currency.
        columns: what is wanted of the payments.

    Raises:
        ReceivablesError: as for `read` and `same_engine`.
    """
    paid = read(payments, "payments", columns)
    same_engine(bills, paid)
    if not names_currency(payments):
        return paid
    both = _with_currencies(payments, bills, columns)
    other = nw.col("currency") != nw.col("billed_in")
    same = nw.col("currency").is_null() | nw.col("billed_in").is_null() | ~other
    return both.filter(same).select(*columns)


def apart(payments: Any, bills: Lazy, columns: Sequence[str]) -> Lazy | None:
    """The named columns of payments on account, and of those in another currency than their
    invoice; None where no payment names its currency.

    Args, errors: as for `applied`.
    """
    if not names_currency(payments):
        return None
    both = _with_currencies(payments, bills, columns)
    other = ~nw.col("billed_in").is_null() & (nw.col("currency") != nw.col("billed_in"))
    mine = nw.col("invoice").is_null() | other
    return both.filter(~nw.col("currency").is_null(), mine).select(*columns)


def names_currency(payments: Any) -> bool:
    """Whether payments say in which currency they are; a pandas frame must do so somewhere."""
    if isinstance(payments, pd.DataFrame):
        return "currency" in payments and bool(payments["currency"].notna().any())
    return "currency" in nw.from_native(payments).lazy().collect_schema()


def open_items(invoices: Any, payments: Any, days: Sequence[Day], keep: Sequence[str] = ()) -> Lazy:
    """One row an invoice with its open amount on each of some days, still in its engine.

    Args:
        invoices: frame of any engine with invoice, issued, due, currency, amount and what `keep`
            names.
        payments: frame of the same engine with invoice, paid_on, amount; credit notes are among
            them. Those that name another currency than their invoice are not applied.
        days: the days asked about.
        keep: further columns of the invoices to carry along.

    Returns:
        Lazy narwhals frame: due, currency, the columns of `keep`, `open_0`, `open_1`, ... (float64,
        in the currency of the invoice; below zero is unapplied, zero settled) for each of the days,
        and `broken`: 1 for an invoice of which these cannot be told, to hand to `refuse_broken`.

    Raises:
        ReceivablesError: a frame or a day cannot be used.

    >>> invoices = pd.DataFrame({"invoice": ["I1"], "issued": ["2025-01-01"], "due": ["2025-01-31"],
    ...                          "currency": ["CNY"], "amount": [100.0]})
    >>> payments = pd.DataFrame({"invoice": ["I1"], "paid_on": ["2025-02-10"], "amount": [60.0]})
    >>> items = open_items(invoices, payments, ["2024-12-31", "2025-02-09", "2025-02-10"])
    >>> fetched(items)[["open_0", "open_1", "open_2"]].to_numpy().tolist()
    [[0.0, 100.0, 40.0]]
    """
    wanted = [day(d) for d in days]
    columns = dict.fromkeys(["invoice", "issued", "due", "currency", "amount", *keep])
    bills = read(invoices, "invoices", list(columns))
    paid = applied(payments, bills, ["invoice", "paid_on", "amount"])
    # Aggregations take plain columns only: on pandas narwhals reads anything else amiss.
    sums = {f"paid_{i}": _where(until(paid, "paid_on", d)) for i, d in enumerate(wanted)}
    # A broken payment makes the sum of its invoice infinite: no further column to add up.
    endless = nw.lit(float("inf"))
    sound = (nw.col("amount") > 0) & (nw.col("amount") < float("inf"))
    if len(wanted) == 1:
        sound &= until(paid, "paid_on", wanted[0])
        sums["paid_0"] = nw.when(sound).then(nw.col("amount").cast(nw.Float64)).otherwise(endless)
    else:
        sound &= ~nw.col("paid_on").is_null()
        sums["paid_0"] = nw.when(sound).then(sums["paid_0"]).otherwise(endless)
    settled = (
        paid.filter(until(paid, "paid_on", max(wanted)) | nw.col("paid_on").is_null())
        .select("invoice", **sums)
        .group_by("invoice")
        .agg(*(nw.col(name).sum() for name in sums))
    )
    broken = (
        no_amount()
        | nw.any_horizontal(
            *(nw.col(c).is_null() for c in ("issued", "due", "currency")), ignore_nulls=False
        )
        | (nw.col("paid_0").fill_null(0.0) == float("inf"))
    )
    opens = {}
    for i, d in enumerate(wanted):
        left = _where(until(bills, "issued", d)) - nw.col(f"paid_{i}").fill_null(0.0)
        opens[f"open_{i}"] = nw.when(left.abs() > SETTLED).then(left).otherwise(nw.lit(0.0))
    kept = [c for c in columns if c not in ("invoice", "issued", "amount") or c in keep]
    return bills.join(settled, on="invoice", how="left").select(
        *kept, **opens, broken=broken.cast(nw.Int64)
    )


def no_amount(column: str = "amount") -> nw.Expr:
    """Whether an amount is missing, not above zero or endless; NaN is above zero for some engines,
    but below infinity for none."""
    amount = nw.col(column)
    return amount.is_null() | ~((amount > 0) & (amount < float("inf")))


def refuse_broken(count: float, invoices: Any, payments: Any) -> None:
    """Stop where some invoices cannot be counted, and say which.

    Args:
        count: how many there are; nothing is read again where there are none.
        invoices, payments: the frames, as they were given.

    Raises:
        ReceivablesError: there are such invoices.
    """
    if not count:
        return
    found = []
    for frame, name in ((invoices, "invoices"), (payments, "payments")):
        has = nw.from_native(frame).lazy().collect_schema()
        id = "payment" if name == "payments" and "payment" in has else "invoice"
        days = [c for c in ("issued", "due", "paid_on") if c in has]
        checks = {"no_currency": ["currency"], "no_day": days, "no_amount": ["amount"]}
        for key, columns in checks.items():
            columns = [c for c in columns if c in has]
            if columns:
                rows = read(frame, name, [id, *columns])
                no_value = (nw.col(c).is_null() for c in columns)
                wrong = (
                    no_amount()
                    if key == "no_amount"
                    else nw.any_horizontal(*no_value, ignore_nulls=False)
                )
                found += _told(name, key, fetched(rows.filter(wrong).select(id))[id])
    raise ReceivablesError(join(found, zh="", en=" "))


def refuse_twice(lazy: Lazy) -> None:
    """Stop where an invoice is there twice, for a payment on it would count twice.

    It takes a third as long as an ageing, so the figures that only add up do not ask.

    Raises:
        ReceivablesError: there are such invoices.
    """
    counted = lazy.select("invoice", n=nw.lit(1)).group_by("invoice").agg(nw.col("n").sum())
    if told := _told("invoices", "twice", fetched(counted.filter(nw.col("n") > 1))["invoice"]):
        raise ReceivablesError(told[0])


def problems(invoices: Any, payments: Any, *, by: Sequence[str] = ()) -> list[Text]:
    """What is wrong in invoices and payments, with examples; an empty list is good news.

    It reads everything, so it is asked once of new data, not before each figure.

    Args:
        invoices, payments: frames of any engine, with all columns of `INVOICES` and `PAYMENTS`.
        by: further columns of the invoices to tell apart by; rows without a value are named.

    Raises:
        ReceivablesError: a frame cannot be used at all.

    >>> invoices = pd.DataFrame(columns=list(INVOICES))
    >>> payments = pd.DataFrame({"payment": ["P1"], "invoice": ["I9"], "customer": ["C1"],
    ...     "paid_on": ["2025-01-01"], "amount": [5.0], "kind": ["payment"]})
    >>> [p.en for p in problems(invoices, payments)]
    ['payments: 1 of an invoice that does not exist: P1. Correct or remove these rows.']
    """
    bills = fetched(read(invoices, "invoices", [*INVOICES, *by]))
    own = ["currency"] if names_currency(payments) else []
    paid = fetched(read(payments, "payments", [*PAYMENTS, *own])).reindex(
        columns=[*PAYMENTS, "currency"]
    )
    for frame in (bills, paid):
        for column in frame.columns.intersection(list(DAYS)):
            frame[column] = pd.to_datetime(frame[column]).dt.normalize()
    homes = bills.drop_duplicates("invoice").set_index("invoice")
    known = paid["invoice"].isin(homes.index)
    billed = paid["invoice"].map(homes["currency"])
    solved_early = bills["resolved_on"].notna() & ~(bills["resolved_on"] >= bills["disputed_on"])
    # fmt: off
    checks: list[tuple[str, str, Any]] = [
        ("twice", "invoice", bills["invoice"].duplicated()),
        ("no_name", "invoice", bills[["invoice", "customer", "currency"]].isna().any(axis=1)),
        ("no_day", "invoice", bills[["issued", "due"]].isna().any(axis=1)),
        ("no_amount", "invoice", ~(bills["amount"] > 0)),
        ("due_early", "invoice", bills["due"] < bills["issued"]),
        ("resolved_early", "invoice", solved_early),
        ("twice", "payment", paid["payment"].duplicated()),
        ("no_day", "payment", paid["paid_on"].isna()),
        ("no_amount", "payment", ~(paid["amount"] > 0)),
        ("bad_kind", "payment", ~paid["kind"].isin(KINDS)),
        ("orphan", "payment", paid["invoice"].notna() & ~known),
        ("no_invoice", "payment", paid["invoice"].isna() & paid["currency"].isna()),
        ("other_customer", "payment",
         known & (paid["customer"] != paid["invoice"].map(homes["customer"]))),
        ("other_currency", "payment",
         known & paid["currency"].notna() & (paid["currency"] != billed)),
    ]
    # fmt: on
    found = []
    for column in dict.fromkeys(by):
        if column not in INVOICES:
            found += _told("invoices", say("no_value", column=column),
                           bills.loc[bills[column].isna(), "invoice"])  # fmt: skip
    for key, id, wrong in checks:
        rows = (bills if id == "invoice" else paid).loc[wrong.to_numpy(dtype=bool), id]
        found += _told(f"{id}s", key, rows)
    return found


# Inside


def _told(frame: str, what: str | Text, ids: "pd.Series[Any]") -> list[Text]:
    """What is wrong with some rows, the first of them named; nothing where there are none."""
    if not len(ids):
        return []
    what = say(what) if isinstance(what, str) else what
    first = ", ".join(map(str, ids.head(3))) + ("…" if len(ids) > 3 else "")
    return [say("problem", frame=frame, count=len(ids), what=what, ids=first)]


def _with_currencies(payments: Any, bills: Lazy, columns: Sequence[str]) -> Lazy:
    """Payments with their currency and that of their invoice, `billed_in`."""
    named = list(dict.fromkeys([*columns, "invoice", "currency"]))
    homes = bills.select("invoice", "currency").unique(subset=["invoice"], keep="any")
    return read(payments, "payments", named).join(
        homes.rename({"currency": "billed_in"}), on="invoice", how="left"
    )


def _where(condition: nw.Expr) -> nw.Expr:
    """The amount where a condition holds, else nothing."""
    return nw.when(condition).then(nw.col("amount").cast(nw.Float64)).otherwise(nw.lit(0.0))
