"""The shape of data: the fields of a credit file, and the tables that creditkit reads and ships."""

from typing import Annotated, Literal

from pydantic import Field as Limits

from creditkit.content.schema import Id, Part, Ref, Some, Titled
from creditkit.text import Text

FieldKind = Literal["number", "category", "text", "date"]
ColumnType = Literal["string", "number", "integer", "date", "datetime", "boolean"]


class Field(Titled):
    """One kind of fact; what its keys mean stands at the top of `fields.yaml`."""

    ref: Ref
    item: str
    kind: FieldKind
    unit: str = ""
    within: Annotated[float, Limits(ge=0)] = 0.0
    stale_after: Annotated[int, Limits(gt=0)]
    low: float | None = None
    high: float | None = None
    favours: Literal["high", "low", "first"] | None = None
    none_is_zero: bool = False
    check: Literal["unified_code"] | None = None
    options: tuple[Titled, ...] = ()


class Fields(Part):
    fields: Id
    checklist: Id
    title: Text
    items: Some[Field]

    @property
    def id(self) -> str:
        return self.fields


class Column(Titled):
    """A column of a table; what its keys mean stands at the top of `tables.yaml`."""

    type: ColumnType
    required: bool = False
    unique: bool = False
    minimum: float | None = None
    pattern: str | None = None
    format: str | None = None
    options: tuple[Titled, ...] = ()
    to: str | None = None
    past: bool = False
    own: bool = False
    money: str | None = None
    instead: str | None = None
    also: tuple[str, ...] = ()
    note: Text | None = None


class Table(Titled):
    columns: Some[Column]
    key: tuple[str, ...] = ()

    def column(self, id: str) -> Column:
        return next(c for c in self.columns if c.id == id)


class Currency(Part):
    """What people write for a currency; see the top of `tables.yaml`."""

    code: Annotated[str, Limits(pattern="^[A-Z]{3}$")]
    names: Some[str]
    signs: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()


class Tables(Part):
    currencies: Some[Currency]
    tables: Some[Table]

    @property
    def id(self) -> str:
        return "tables"
