"""Where in a reading the patterns of a key point hold."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from creditkit.content.essay_language import Pattern
from creditkit.teaching.essay.lexicon import Span
from creditkit.teaching.essay.reading import Clause, Reading, denied


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


def nearness(p: Pattern, reading: Reading) -> float:
    """The largest share of a pattern's groups that one clause holds, those lent to it included;
    0 for a pattern of one group."""
    if len(p.groups) < 2:
        return 0.0
    best = 0
    for n in {n for group in p.groups for c in group for n in reading.where.get(c, ())}:
        clause = reading.clauses[n]
        found = sum(
            any(c in clause.own or c in clause.carried for c in group) for group in p.groups
        )
        best = max(best, found)
    return best / len(p.groups)


def _length(span: Span) -> int:
    return span.end - span.start


def _same(span: Span, spans: list[Span]) -> bool:
    return any(s.start <= span.start and span.end <= s.end for s in spans)
