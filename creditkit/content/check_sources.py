"""Checks of a comparison of sources: every cell is there, and its grade is on the scale."""

from collections.abc import Iterable

from creditkit.content.document import Document, Loc, say
from creditkit.content.schema_sources import UNKNOWN, SourceComparison
from creditkit.text import did_you_mean


def check_sources(doc: Document, part: SourceComparison) -> None:
    criteria = {c.id: c for c in part.criteria}
    for i, criterion in enumerate(part.criteria):
        _known(doc, "C303", ("criteria", i, "scale"), criterion.scale, part.scales)
    for i, row in enumerate(part.rows):
        at: Loc = ("rows", i, "cells")
        for name in criteria:
            if name not in row.cells:
                doc.report("C302", at, say("no_grade", source=row.id, criterion=name))
        for name, cell in row.cells.items():
            if not _known(doc, "C303", (*at, name), name, criteria):
                continue
            grades = [grade.id for grade in part.scales.get(criteria[name].scale, ())]
            _known(doc, "C301", (*at, name), cell.grade, [*grades, *UNKNOWN])
    for name in UNKNOWN:
        if name not in part.unknown:
            doc.report("C002", ("unknown",), say("missing_key", key=name))


def _known(doc: Document, code: str, at: Loc, name: str, names: Iterable[str]) -> bool:
    names = list(names)
    if name in names:
        return True
    hint = did_you_mean(name, names)
    doc.report(code, at, say("unknown_grade", name=name, names=", ".join(names), hint=hint))
    return False
