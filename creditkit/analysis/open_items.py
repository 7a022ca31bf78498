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
from datetime import date, datetime, timedelta
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from creditkit.text import BilingualError, Text, join, phrases

INVOICES = ("invoice", "customer", "issued", "due", "currency", "amount", "disputed_on",
            "resolved_on", "promised_on")  # fmt: skip
PAYMENTS = ("payment", "invoice", "customer", "paid_on", "amount", "kind")
DAYS = ("issued", "due", "disputed_on", "resolved_on", "promised_on", "paid_on")
KINDS = ("payment", "credit_note")
UNKNOWN = "unknown"
# Between these days no reckoning of periods and due days leaves the calendar.
FIRST_DAY, LAST_DAY = date(1800, 1, 1), date(2199, 12, 31)
# Half of the smallest unit there is: a dinar has a thousand fils.
SETTLED = 0.0005

# Units to read amounts in, the largest first.
MONEY_ZH = ((1e8, " 亿"), (1e4, " 万"))
MONEY_EN = ((1e9, " bn"), (1e6, " m"), (1e3, " k"))

Lazy = nw.LazyFrame[Any]
Day = str | date | np.datetime64


def say(key: str, /, **slots: object) -> Text:
    return phrases("receivables")(key, **slots)


class ReceivablesError(BilingualError):
    """Invoices, payments or options that cannot be worked with; nothing was computed."""


def day(value: Day) -> date:
    """A day as given: `2025-12-31`, a date or a time of that day, of NumPy and pandas too.

    Raises:
        ReceivablesError: it is none of these, or outside 1800 to 2199.

    >>> day("2025-12-31")
    datetime.date(2025, 12, 31)
    """
    try:
        given = pd.Timestamp(value) if isinstance(value, np.datetime64) else value
        if isinstance(given, datetime) and pd.isna(given):
            raise ValueError
        found = given if isinstance(given, date) else date.fromisoformat(given)
    except (TypeError, ValueError):
        raise ReceivablesError(say("bad_day", value=value)) from None
    found = found.date() if isinstance(found, datetime) else found
    if not FIRST_DAY <= found <= LAST_DAY:
        raise ReceivablesError(say("far_day", value=found, first=FIRST_DAY, last=LAST_DAY))
    return found


def whole(name: str, value: int) -> int:
    """A number of days, months or the like: 1 or more.

    Raises:
        ReceivablesError: it is not.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ReceivablesError(say("bad_count", name=name, value=value))
    return value


def money(value: float) -> Text:
    """An amount to read at a glance, in the units each language counts in.

    >>> money(324_435_000).zh, money(324_435_000).en, money(-950).en
    ('3.24 亿', '324 m', '-950')
    """
    return Text(_in_units(value, MONEY_ZH), _in_units(value, MONEY_EN))


def month_ends(as_of: Day, months: int) -> list[date]:
    """The last `months` + 1 ends of a month by a day, the day itself included.

    >>> [str(end) for end in month_ends("2025-03-30", 1)]
    ['2025-01-31', '2025-02-28']
    """
    end = (day(as_of) + timedelta(1)).replace(day=1) - timedelta(1)
    ends = [end]
    for _ in range(whole("months", months)):
        end = end.replace(day=1) - timedelta(1)
        ends.append(end)
    return ends[::-1]


def read(frame: Any, name: str, columns: Sequence[str]) -> Lazy:
    """The named columns of a frame of any engine, lazily; days that are text become days.

    Raises:
        ReceivablesError: it is no frame, a column is missing, or a day cannot be read.
    """
    if isinstance(frame, pd.DataFrame):
        frame = _pandas_days(frame, name, columns)
    try:
        lazy = nw.from_native(frame).lazy()
    except TypeError:
        raise ReceivablesError(say("no_frame", name=name, type=type(frame).__name__)) from None
    schema = lazy.collect_schema()
    missing = [c for c in columns if c not in schema]
    if missing:
        wanted, found = ", ".join(missing), ", ".join(schema)
        raise ReceivablesError(say("no_columns", name=name, missing=wanted, found=found))
    texts = [c for c in columns if c in DAYS and not schema[c].is_temporal()]
    chosen: Lazy = lazy.select(
        *(
            nw.col(c).str.to_date(format="%Y-%m-%d") if c in texts else nw.col(c)
            for c in dict.fromkeys(columns)
        )
    )
    return chosen


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


def same_engine(invoices: Lazy, payments: Lazy) -> None:
    """Whether two frames can be joined.

    Raises:
        ReceivablesError: they are of different engines, or of two connections of DuckDB.
    """
    if found := engines_apart(invoices=invoices, payments=payments):
        raise ReceivablesError(say("engines_differ", frames=found))


def engines_apart(**frames: Lazy) -> str:
    """Which engine each frame is of, where they cannot be joined; empty where they can."""
    engines = {name: frame.implementation.value for name, frame in frames.items()}
    if set(engines.values()) == {"duckdb"}:
        from duckdb import InvalidInputException

        one, *others = (frame.to_native().set_alias(name) for name, frame in frames.items())
        try:
            for other in others:
                one.cross(other)
        except InvalidInputException as error:
            # Relations of two connections; DuckDB tells before it computes anything.
            return str(error)
    elif len(set(engines.values())) > 1:
        return ", ".join(f"{name}: {engine}" for name, engine in engines.items())
    return ""


def fetched(lazy: Lazy) -> pd.DataFrame:
    """A small result, brought from its engine."""
    frame: pd.DataFrame = lazy.collect("pandas").to_native()
    return frame


def before(lazy: Lazy, column: str, limit: date) -> nw.Expr:
    """Whether a day lies before another; null where the day is missing.

    Everything asked of days is asked in this way: engines agree on it whether a day comes with a
    time or not, and need no arithmetic on each row.
    """
    if lazy.collect_schema()[column] == nw.Date:
        return nw.col(column) < limit
    return nw.col(column) < datetime(limit.year, limit.month, limit.day)


def until(lazy: Lazy, column: str, last: date) -> nw.Expr:
    """Whether a day is `last` or earlier."""
    return before(lazy, column, last + timedelta(1))


def keep_unknown(found: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """A collected table whose groups without a value are named `unknown`, so that pandas, which
    leaves out such groups, keeps what they owe.

    Raises:
        ReceivablesError: a column of numbers or days lacks values; no word has a place among those.

    >>> keep_unknown(pd.DataFrame({"region": ["north", None]}), ["region"])["region"].tolist()
    ['north', 'unknown']
    """
    for key in keys:
        gone = found[key].isna()
        if gone.any():
            if not all(isinstance(value, str) for value in found.loc[~gone, key]):
                raise ReceivablesError(say("no_key", column=key))
            words = found[key].astype(object).where(~gone, UNKNOWN)
            found = found.assign(**{key: words.astype("str")})
    return found


def whole_day(lazy: Lazy, column: str) -> nw.Expr:
    """A day without its time, to hold against another day."""
    if lazy.collect_schema()[column] == nw.Date:
        return nw.col(column)
    return nw.col(column).dt.truncate("1d")


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


def _in_units(value: float, units: tuple[tuple[float, str], ...]) -> str:
    size, unit = next((u for u in units if abs(value) >= u[0]), (1.0, ""))
    scaled = value / size
    # Three figures tell amounts apart.
    decimals = 0 if abs(scaled) >= 100 or not unit else 1 if abs(scaled) >= 10 else 2
    return f"{scaled:,.{decimals}f}{unit}"


def _where(condition: nw.Expr) -> nw.Expr:
    """The amount where a condition holds, else nothing."""
    return nw.when(condition).then(nw.col("amount").cast(nw.Float64)).otherwise(nw.lit(0.0))


def _pandas_days(frame: pd.DataFrame, name: str, columns: Sequence[str]) -> pd.DataFrame:
    """Days of pandas as datetime64: CSV leaves text, other readers leave `date` objects."""
    read = {}
    for column in columns:
        if column in DAYS and column in frame:
            cells = frame[column]
            if not pd.api.types.is_datetime64_dtype(cells):
                try:
                    read[column] = pd.to_datetime(cells, format="ISO8601")
                except (ValueError, TypeError):
                    raise ReceivablesError(say("bad_days", name=name, column=column)) from None
    return frame.assign(**read) if read else frame
