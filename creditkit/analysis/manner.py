"""How a file writes its numbers and days: what its columns tell of it as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from creditkit.analysis import cells
from creditkit.analysis.cells import Decimal, Marks, Read
from creditkit.content.library import fields
from creditkit.content.schema_fields import Field, Table

NUMBERS, DAYS = ("number", "integer"), ("date", "datetime")


@dataclass(frozen=True)
class Manner:
    """The decimal sign and the order of day and month where they are given, and the `marks` of
    each column where they are not: by its id, of facts by the id of the field."""

    decimal: Decimal | None = None
    day_first: bool | None = None
    marks: Mapping[str, Marks] = field(default_factory=dict)

    def numbers(self, name: str, column: "pd.Series[Any]") -> Read:
        """A column of numbers, or a part of it, by what the whole column tells."""
        return cells.numbers(column, self.decimal, self.marks.get(name))

    def days(self, name: str, column: "pd.Series[Any]") -> Read:
        """A column of days, or a part of it, by what the whole column tells."""
        return cells.days(column, self.day_first, self.marks.get(name))

    def with_marks(self, columns: Mapping[str, tuple[str, "pd.Series[Any]"]]) -> "Manner":
        """What further cells of the columns tell, added."""
        found = dict(self.marks)
        for name, (kind, column) in columns.items():
            marks = cells.number_marks(column) if kind in NUMBERS else cells.day_marks(column)
            found[name] = found.get(name, frozenset()) | marks
        return Manner(self.decimal, self.day_first, found)

    def open_in(self, columns: Mapping[str, tuple[str, "pd.Series[Any]"]]) -> bool:
        """Whether any of the cells may be read in two ways, so that the whole column is needed."""
        return any(
            (self.decimal is None and kind in NUMBERS and cells.numbers_open(column))
            or (self.day_first is None and kind in DAYS and cells.days_open(column))
            for kind, column in columns.values()
        )


def parts(
    table: Table, piece: pd.DataFrame, chosen: Mapping[str, str]
) -> dict[str, tuple[str, "pd.Series[Any]"]]:
    """The columns of numbers and days in a piece of a file, each with its type; values of facts
    are parted by their fields."""
    found: dict[str, tuple[str, pd.Series[Any]]] = {
        column.id: (column.type, piece[chosen[column.id]])
        for column in table.columns
        if column.id in chosen and column.type in (*NUMBERS, *DAYS)
    }
    if {"field", "value"} <= set(chosen):
        ids = field_ids(piece[chosen["field"]])[0]
        values = piece[chosen["value"]]
        for name, part in values.groupby(ids):
            one = fields()[str(name)]
            if one.kind in (*NUMBERS, *DAYS):
                found[one.id] = (one.kind, without_percent(one, part))
    return found


def field_ids(named: "pd.Series[Any]") -> Read:
    """A column of fields by their ids."""
    known = {
        cells.even(way): one.id
        for one in fields().values()
        for way in (one.id, one.title.zh, one.title.en)
    }
    return cells.codes(named, known)


def without_percent(one: Field, values: "pd.Series[Any]") -> "pd.Series[Any]":
    """Values of a field in percent without the sign; of other fields as they are.

    Nobody writes thousands of percent: 12.500% has decimals, and is given a nought more, with which
    it cannot be read otherwise.
    """
    if one.unit != "%":
        return values
    texts = values.map(lambda cell: isinstance(cell, str)).astype(bool)
    bare = (
        values[texts].astype("str").str.replace(r"([.．]\d{3})\s*[%％]\s*$", r"\g<1>0", regex=True)
    )
    return values.mask(texts, bare.str.replace(r"\s*[%％]\s*$", "", regex=True).astype(object))
