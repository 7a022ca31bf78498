"""Checks of fields and tables: what they name exists, and what they limit can be limited."""

from collections.abc import Sequence
from pathlib import Path

from creditkit.content.document import Document, Loc, read, say
from creditkit.content.schema import Titled
from creditkit.content.schema_fields import Fields, Tables
from creditkit.text import did_you_mean

CHECKLISTS = Path(__file__).parent / "checklists"


def check_fields(doc: Document, part: Fields) -> None:
    _no_doubles(doc, ("items",), part.items)
    file = CHECKLISTS / f"{part.checklist}.yaml"
    if not file.is_file():
        known = [f.stem for f in CHECKLISTS.glob("*.yaml")]
        _unknown(doc, ("checklist",), part.checklist, known)
        return
    data = read(file).data
    known = [item["id"] for item in data["items"]] if isinstance(data, dict) else []
    for i, field in enumerate(part.items):
        at: Loc = ("items", i)
        if field.item not in known:
            _unknown(doc, (*at, "item"), field.item, known)
        if (field.kind == "category") != bool(field.options):
            doc.report("C602", at, say("options_of_a_category", id=field.id))
        if field.favours == "first" and field.kind != "category":
            doc.report("C602", (*at, "favours"), say("first_of_a_category", id=field.id))
        if field.low is not None and field.high is not None and field.low > field.high:
            doc.report("C602", (*at, "low"), say("low_above_high", id=field.id))
        _no_doubles(doc, (*at, "options"), field.options)


def check_tables(doc: Document, part: Tables) -> None:
    _no_doubles(doc, ("tables",), part.tables)
    columns = {table.id: [c.id for c in table.columns] for table in part.tables}
    for i, table in enumerate(part.tables):
        at: Loc = ("tables", i)
        _no_doubles(doc, (*at, "columns"), table.columns)
        for name in table.key:
            if name not in columns[table.id]:
                _unknown(doc, (*at, "key"), name, columns[table.id])
        for j, column in enumerate(table.columns):
            _no_doubles(doc, (*at, "columns", j, "options"), column.options)
            if column.to is not None and column.to not in columns:
                _unknown(doc, (*at, "columns", j, "to"), column.to, list(columns))


def _no_doubles(doc: Document, at: Loc, parts: Sequence[Titled]) -> None:
    seen: dict[str, int] = {}
    for i, part in enumerate(parts):
        if part.id in seen:
            line = doc.line((*at, seen[part.id], "id"))
            doc.report("C006", (*at, i, "id"), say("duplicate_id", id=part.id, line=line))
        seen.setdefault(part.id, i)


def _unknown(doc: Document, at: Loc, name: str, known: Sequence[str]) -> None:
    hint = did_you_mean(name, known)
    doc.report("C601", at, say("unknown_grade", name=name, names=", ".join(known), hint=hint))
