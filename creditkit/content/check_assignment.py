"""Checks of assignments: what they name must be there, and what has points must have parts."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from creditkit.content.document import ContentError, Document, Loc, say
from creditkit.content.schema_assignments import Assignment, Drawn
from creditkit.text import Text

T = TypeVar("T")


def check_assignment(doc: Document, a: Assignment) -> None:
    # The library itself is built on the checks.
    from creditkit.content import library
    from creditkit.content.assignments import named_questions, named_scenario

    folder = doc.path.parent
    seen: set[str] = set()
    for i, name in enumerate(a.questions):
        at: Loc = ("questions", i)
        for question in _found(doc, at, partial(named_questions, name, folder)) or ():
            if question.id in seen:
                doc.report("C802", at, say("named_twice", name=question.id))
            seen.add(question.id)
    named: set[str] = set()
    for i, entry in enumerate(a.scenarios):
        at = ("scenarios", i)
        if isinstance(entry, Drawn):
            _found(doc, at, partial(library.variants, entry.variant))
        elif entry in named:
            doc.report("C802", at, say("named_twice", name=entry))
        elif _found(doc, at, partial(named_scenario, entry, folder)):
            named.add(entry)
    if not a.questions and not a.scenarios:
        doc.report("C802", (), say("nothing_assigned"))
    for kind in ("questions", "scenarios"):
        if bool(getattr(a, kind)) != bool(getattr(a.points, kind)):
            doc.report("C802", ("points", kind), say("points_without", kind=kind))
    if (past := past_deadline(a)) is not None:
        doc.remark("C803", ("deadline",), past)


def past_deadline(a: Assignment) -> Text | None:
    """That the deadline is past already, if it is. No fault: an old assignment may be built again.

    >>> from creditkit.content.assignments import load_assignment
    >>> from creditkit.content.check import PACKAGE
    >>> past_deadline(load_assignment(PACKAGE / "assignments" / "final_assessment.yaml")) is None
    True
    """
    if a.deadline is None or a.deadline > datetime.now(UTC):
        return None
    return say("past_deadline", day=f"{a.deadline:%Y-%m-%d %H:%M}")


def _found(doc: Document, at: Loc, find: Callable[[], T]) -> T | None:
    try:
        return find()
    except ContentError as error:
        for found in error.diagnostics:
            where = f"{found.file}:{found.line}: " if found.file else ""
            message = say("named_wrong", where=where, problem=found.message)
            doc.report("C801", at, message)
        return None
