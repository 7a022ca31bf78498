"""What the cells of a row say of each other: amounts and their currencies, credit notes, money on
account."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from creditkit.analysis.monies import named_with
from creditkit.content.schema_fields import Column, Table

Columns = dict[str, "pd.Series[Any]"]


def settle(table: Table, raw: Mapping[str, "pd.Series[Any]"], read: Columns, why: Columns) -> None:
    """Mend what is certain and mark what contradicts, in the columns themselves.

    - The amount of a credit note may be written below zero: it is evened out. Other amounts below
      zero are told, with how to enter them.
    - The sign of a currency with an amount must not contradict the currency of its row. Where that
      is blank and may be, it is filled in.

    Args:
        table: which table it is.
        raw: its columns as they stood in the file, by id.
        read: what was read of them.
        why: why a cell could not be read; else empty.
    """
    for column in table.columns:
        if column.id in raw and column.money:
            _currency(column, raw[column.id], table, read, why)
    if table.id in ("invoices", "payments") and "amount" in raw:
        below = read["amount"].lt(0) & (why["amount"] == "")
        if table.id == "payments" and "kind" in read:
            note = below & (read["kind"] == "credit_note")
            read["amount"] = read["amount"].mask(note, -read["amount"])
            below &= ~note
        problem = {"invoices": "negative_invoice", "payments": "negative_payment"}[table.id]
        why["amount"] = why["amount"].mask(below, problem)


def money_of(frame: pd.DataFrame) -> tuple[dict[str, float], int]:
    """What rows amount to by currency, whatever their sign, and how many amounts are not known.

    >>> money_of(pd.DataFrame({"amount": [100.0, -5.0, None], "currency": ["CNY", None, "CNY"]}))
    ({'': 5.0, 'CNY': 100.0}, 1)
    """
    if "amount" not in frame:
        return {}, 0
    known = frame["currency"].astype("str").str.fullmatch("[A-Z]{3}")
    named = frame["currency"].where(known.fillna(False).astype(bool), "")
    sums = frame["amount"].abs().groupby(named).sum(min_count=1).dropna()
    return {str(code): float(total) for code, total in sums.items()}, int(
        frame["amount"].isna().sum()
    )


# Inside


def _currency(
    column: Column, raw: "pd.Series[Any]", table: Table, read: Columns, why: Columns
) -> None:
    named = named_with(raw)
    if named.isna().all():
        return
    if column.money in read:
        own = read[column.money]
        if not table.column(column.money).required:
            own = own.astype(object).where(own.notna(), named.map(_first, na_action="ignore"))
            read[column.money] = own
    else:
        own = pd.Series(column.money, raw.index)
    sound = own.astype("str").str.fullmatch("[A-Z]{3}") & named.notna()
    other = [bool(s) and c not in n for s, c, n in zip(sound, own, named, strict=True)]
    why[column.id] = why[column.id].mask((why[column.id] == "") & pd.Series(other, raw.index),
                                         "other_currency")  # fmt: skip


def _first(codes: tuple[str, ...]) -> str | None:
    return codes[0] if codes else None
