"""Checks of a checklist: every name in it points to something."""

from collections.abc import Iterable

from creditkit.content.document import Document, Loc, say
from creditkit.content.schema_checklists import Checklist
from creditkit.text import did_you_mean

# The lists that every checklist needs.
NEEDED = ("collectors", "channels")


def check_checklist(doc: Document, part: Checklist) -> None:
    for name in NEEDED:
        if name not in part.lists:
            doc.report("C002", ("lists",), say("missing_key", key=name))
    values = {name: [o.id for o in options] for name, options in part.lists.items()}
    for name, list_name in part.given.items():
        _known(doc, ("given", name), list_name, values)
    seen: dict[str, Loc] = {}
    for i, item in enumerate(part.items):
        at: Loc = ("items", i)
        if item.id in seen:
            line = doc.line(seen[item.id])
            doc.report("C006", (*at, "id"), say("duplicate_id", id=item.id, line=line))
        seen.setdefault(item.id, (*at, "id"))
        _known(doc, (*at, "group"), item.group, [g.id for g in part.groups])
        _known(doc, (*at, "collector"), item.collector, values.get("collectors", ()))
        for channel in item.channels:
            _known(doc, (*at, "channels"), channel, values.get("channels", ()))
        for name, wanted in item.needed.items():
            if _known(doc, (*at, "needed", name), name, part.given):
                for value in wanted:
                    _known(doc, (*at, "needed", name), value, values.get(part.given[name], ()))
    for i, caution in enumerate(part.cautions):
        _known(doc, ("cautions", i, "who"), caution.who, values.get("collectors", ()))


def _known(doc: Document, at: Loc, name: str, names: Iterable[str]) -> bool:
    names = list(names)
    if name in names:
        return True
    hint = did_you_mean(name, names)
    doc.report("C501", at, say("unknown_grade", name=name, names=", ".join(names), hint=hint))
    return False
