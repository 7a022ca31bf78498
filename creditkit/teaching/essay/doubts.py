"""The trainer's list: what the marker is least sure of comes first."""

from collections.abc import Iterable
from dataclasses import dataclass

from creditkit.teaching.essay.answers import Answer
from creditkit.teaching.essay.marker import State


@dataclass(frozen=True, slots=True)
class Doubt:
    """One decision to look at: whose answer, which point, how the marker leans and how sure it is,
    and the words that made it think so."""

    id: str
    ref: str
    state: State
    confidence: float
    words: str


def doubts(answers: Iterable[Answer], most: int | None = None) -> list[Doubt]:
    """Decisions of many answers, the doubtful and least sure first; those a trainer ruled on are
    left out.

    >>> import pandas as pd
    >>> from creditkit.teaching.essay.answers import marked_answers
    >>> frame = pd.DataFrame({"id": ["a"], "answer": ["By fax or online."]})
    >>> first = doubts(marked_answers(frame, "C"), 1)[0]
    >>> first.id
    'a'
    """
    found = [
        Doubt(a.id, f.ref, f.state, f.confidence, " … ".join(a.text[x:y] for x, y in f.evidence))
        for a in answers
        for f in a.marked.findings.values()
        if not f.ruled
    ]
    found.sort(key=lambda d: (d.state != "doubtful", d.confidence, d.id, d.ref))
    return found[:most]
