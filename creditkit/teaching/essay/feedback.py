"""What a student is told of an essay, and when: first where it is thin, then what is missing as
questions, at last the key."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from creditkit.content.schema_essays import Group, Point
from creditkit.content.schema_questions import Essay
from creditkit.teaching.essay.marker import Finding, Marked
from creditkit.text import Text

# Where the student stands: after one answer, after more, when the key was shown.
Stage = Literal["areas", "questions", "key"]
MANY = 2


@dataclass(frozen=True, slots=True)
class Area:
    """A group of points: how many of them the answer has, and how many there are."""

    group: Group
    have: int
    of: int
    missing: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the answer, and the points it shows; `against` those it contradicts."""

    text: str
    refs: tuple[str, ...] = ()
    against: bool = False


def stage(answers: int, shown: bool) -> Stage:
    """What may be told after so many answers.

    >>> stage(1, False), stage(2, False), stage(1, True)
    ('areas', 'questions', 'key')
    """
    if shown:
        return "key"
    return "questions" if answers >= MANY else "areas"


def areas(question: Essay, marked: Marked) -> list[Area]:
    """How full each group of points is, those with points wanting first to last as in the key."""
    found = marked.findings
    told = []
    for group in question.groups:
        points = [p for p in question.key if p.group == group.id]
        missing = tuple(p for p in points if found[p.id].state != "covered")
        told.append(Area(group, len(points) - len(missing), len(points), missing))
    return told


def asked(point: Point, group: Group) -> Text:
    """A missing point as a question."""
    return point.ask or group.hint


def pieces(text: str, marked: Marked) -> list[Piece]:
    """The answer cut where its evidence begins and ends, so that it can be marked in the text.

    >>> from creditkit.teaching.essay.marker import mark_essay
    >>> text = "We take a fax."
    >>> [p.text for p in pieces(text, mark_essay("C", text)) if "C1.3" in p.refs]
    ['fax']
    """
    shown = [f for f in marked.findings.values() if f.evidence and f.state != "missing"]
    edges = {0, len(text), *(n for f in shown for place in f.evidence for n in place)}
    cuts = sorted(n for n in edges if 0 <= n <= len(text))
    return [
        _piece(text[a:b], [f for f in shown if any(x <= a and b <= y for x, y in f.evidence)])
        for a, b in pairwise(cuts)
    ]


def _piece(text: str, found: Iterable[Finding]) -> Piece:
    found = list(found)
    against = bool(found) and all(f.state == "contradicted" for f in found)
    return Piece(text, tuple(f.ref for f in found), against)
