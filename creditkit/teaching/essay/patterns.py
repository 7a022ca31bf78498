"""Patterns of concepts, and where in a reading they hold."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from creditkit.teaching.essay.lexicon import Span
from creditkit.teaching.essay.reading import Clause, Reading, denied


@dataclass(frozen=True, slots=True)
class Pattern:
    """Groups of concepts of which each must have one at hand, and concepts that must be absent.

    The first group must stand in the clause itself; so must every group but those that carry.
    `scope` is how far the groups after the first may stand: in the clause, in its sentence or
    anywhere in the text. `stages`, when given, says where in the answer the clause must stand.
    """

    groups: tuple[tuple[str, ...], ...]
    without: tuple[str, ...]
    scope: Literal["clause", "sentence", "text"]
    stages: tuple[str, ...] | None


@cache
def pattern(text: str) -> Pattern:
    """A pattern from how it is written.

    >>> p = pattern("~ contact|ask boss !customer @inside")
    >>> p.groups, p.without, p.scope, p.stages
    ((('contact', 'ask'), ('boss',)), ('customer',), 'sentence', ('inside',))
    """
    scope: Literal["clause", "sentence", "text"] = "clause"
    if text.startswith("~"):
        scope = "sentence"
    elif text.startswith("*"):
        scope = "text"
    groups, without = [], []
    stages: tuple[str, ...] | None = None
    for word in text.lstrip("~*").split():
        if word.startswith("!"):
            without.append(word[1:])
        elif word.startswith("@"):
            stages = tuple("" if s == "start" else s for s in word[1:].split("|"))
            if stages == ("any",):
                stages = None
        else:
            groups.append(tuple(word.split("|")))
    return Pattern(tuple(groups), tuple(without), scope, stages)


@dataclass(frozen=True, slots=True)
class Hit:
    """A pattern that holds in a clause: the tokens that show it, and whether it is denied."""

    clause: int
    first: int
    last: int
    denied: bool


def holds(p: Pattern, reading: Reading, clause: Clause, roles: Mapping[str, str]) -> Hit | None:
    """Where a pattern holds in a clause; None when it does not."""
    if p.stages is not None and clause.stage not in p.stages:
        return None
    own = clause.own
    heads = [c for c in p.groups[0] if c in own]
    if not heads:
        return None
    if any(c in own for c in p.without):
        return None
    around: Collection[str] = ()
    if p.scope == "sentence":
        around = reading.sentences[clause.sentence]
    elif p.scope == "text":
        around = reading.concepts
    spans: list[Span] = [max(own[heads[0]], key=_length)]
    for group in p.groups[1:]:
        here = [c for c in group if c in own]
        if here:
            free = [s for c in here for s in own[c] if not _same(s, spans)]
            if free:
                spans.append(max(free, key=_length))
                continue
            # One word cannot stand for two groups, unless it is all there is of an act.
            if any(roles[c] in {"act", "who"} for c in here):
                continue
        if any(c in clause.carried for c in group) or any(c in around for c in group):
            continue
        return None
    first = min(s.start for s in spans)
    last = max(s.end for s in spans) - 1
    used = {n for s in spans for n in range(s.start, s.end)}
    no = denied(reading.clauses, clause, first, last, used)
    return Hit(clause.number, first, last, no)


def _length(span: Span) -> int:
    return span.end - span.start


def _same(span: Span, spans: list[Span]) -> bool:
    return any(s.start <= span.start and span.end <= s.end for s in spans)
