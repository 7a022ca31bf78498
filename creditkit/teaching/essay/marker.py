"""An essay marked: each key point covered, in part, doubtful, missing or contradicted, and why."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from creditkit.content.schema_essays import Point
from creditkit.content.schema_questions import Essay
from creditkit.teaching.essay import guards
from creditkit.teaching.essay.grid import judged, read_grid
from creditkit.teaching.essay.lexicon import Matcher, matcher
from creditkit.teaching.essay.patterns import Hit, Pattern, holds, pattern
from creditkit.teaching.essay.reading import Clause, Reading, read

State = Literal["covered", "partly", "doubtful", "missing", "contradicted"]


@dataclass(slots=True)
class Finding:
    """What became of one key point, and the parts of the text that show it, as offsets."""

    ref: str
    state: State
    evidence: tuple[tuple[int, int], ...] = ()
    confidence: float = 1.0
    clause: int = -1


@dataclass(slots=True)
class Marked:
    """An essay marked. `extra` are the parts of the text that say nothing of the key."""

    question: str
    findings: dict[str, Finding]
    share: float
    extra: tuple[tuple[int, int], ...] = ()
    pasted: tuple[tuple[int, int], ...] = ()
    order: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class _Rules:
    point: Point
    says: tuple[Pattern, ...]
    partly: tuple[Pattern, ...]
    against: tuple[Pattern, ...]


class Marker:
    """Marks answers to one essay question; see `findings`."""

    def __init__(self, question: Essay, words: Matcher) -> None:
        self.question = question
        self.words = words
        self.rules = [
            _Rules(
                p,
                tuple(map(pattern, p.says)),
                tuple(map(pattern, p.partly)),
                tuple(map(pattern, p.against)),
            )
            for p in question.key
        ]
        self.stages = [(s.id, tuple(map(pattern, s.opens))) for s in question.stages]
        self.prompts = {
            gram
            for text in (question.prompt.zh, question.prompt.en)
            for gram in guards.trigrams(words.tokenize(text).keys)
        }

    def reading(self, text: str) -> tuple[Reading, set[int]]:
        """A text read for this question, and the sentences of it that are the question itself."""
        reading = read(self.words, text)
        pasted = guards.pasted(reading, self.prompts)
        for clause in reading.clauses:
            if clause.sentence in pasted or guards.strung(self.words, reading, clause):
                clause.own.clear()
                clause.carried.clear()
                clause.denials.clear()
                if clause.sentence in pasted:
                    reading.sentences[clause.sentence].clear()
        self._stage(reading.clauses, reading)
        return reading, pasted

    def _stage(self, clauses: Iterable[Clause], reading: Reading) -> None:
        now = ""
        for clause in clauses:
            for name, opens in self.stages:
                if any(holds(p, reading, clause, self.words.roles) for p in opens):
                    now = name
                    break
            clause.stage = now

    def findings(self, text: str) -> tuple[dict[str, Finding], Reading]:
        """The state of every key point in a text."""
        reading, _ = self.reading(text)
        found: dict[str, Finding] = {}
        headings = guards.only_headings(reading)
        for rules in self.rules:
            if headings and rules.point.kind == "statement":
                found[rules.point.id] = Finding(rules.point.id, "missing")
            elif rules.point.kind != "order":
                found[rules.point.id] = self._point(rules, reading)
        if self.question.grid is not None:
            self._grid(found, reading)
        for rules in self.rules:
            if rules.point.kind == "order":
                found[rules.point.id] = self._order(rules.point, found)
        return {r.point.id: found[r.point.id] for r in self.rules}, reading

    def _point(self, rules: _Rules, reading: Reading) -> Finding:
        point = rules.point
        says = list(self._hits(rules.says, point, reading))
        against = [h for h in self._hits(rules.against, point, reading, True) if not h.denied]
        yes = [h for h in says if not (h.denied and point.deniable)]
        no = [h for h in says if h.denied and point.deniable]
        if against:
            return self._finding(point.id, "contradicted", against, reading)
        if yes:
            return self._finding(point.id, "covered", yes, reading)
        partly = list(self._hits(rules.partly, point, reading))
        some = [h for h in partly if not (h.denied and point.deniable)]
        no += [h for h in partly if h.denied and point.deniable]
        if no and not some:
            return self._finding(point.id, "contradicted", no, reading)
        if some:
            return self._finding(point.id, "partly", some, reading)
        return Finding(point.id, "missing")

    def _hits(
        self, patterns: Iterable[Pattern], point: Point, reading: Reading, anywhere: bool = False
    ) -> Iterable[Hit]:
        stages = tuple("" if s == "start" else s for s in point.stage)
        roles = self.words.roles
        for clause in reading.clauses:
            if not clause.own:
                continue
            for p in patterns:
                if not anywhere and stages and p.stages is None and clause.stage not in stages:
                    continue
                hit = holds(p, reading, clause, roles)
                if hit is not None:
                    yield hit

    def _finding(self, ref: str, state: State, hits: list[Hit], reading: Reading) -> Finding:
        t = reading.tokens
        spans = sorted({(t.starts[h.first], t.ends[h.last]) for h in hits})
        return Finding(ref, state, tuple(spans[:3]), 1.0, hits[0].clause)

    def _grid(self, found: dict[str, Finding], reading: Reading) -> None:
        assert self.question.grid is not None
        spans = [s for c in reading.clauses for of in c.own.values() for s in of]
        grid = self.question.grid
        t = reading.tokens
        result = judged(grid, read_grid(grid, self.words, reading, spans))
        for ref, (state, span) in result.items():
            place = (t.starts[span.start], t.ends[span.end - 1])
            found[ref] = Finding(ref, state, (place,))  # type: ignore[arg-type]

    def _order(self, point: Point, found: dict[str, Finding]) -> Finding:
        """Whether the groups with a place come up in the order of their places."""
        first: dict[int, int] = {}
        shown: list[tuple[int, int]] = []
        places = {g.id: g.place for g in self.question.groups if g.place}
        for p in self.question.key:
            f = found.get(p.id)
            if f is None or f.clause < 0 or p.group not in places:
                continue
            if f.state in {"covered", "partly", "doubtful"}:
                place = places[p.group]
                first[place] = min(first.get(place, f.clause), f.clause)
        against = [
            f
            for p in self.question.key
            if p.group in places
            and (f := found.get(p.id)) is not None
            and f.state == "contradicted"
            and p.weight >= 1
            and p.id in {"R1", "R2", "R4.1"}
        ]
        order = [first[p] for p in sorted(first)]
        if len(order) >= 2 and order != sorted(order):
            return Finding(point.id, "contradicted", tuple(shown))
        if against:
            return Finding(point.id, "contradicted" if len(first) >= 2 else "missing")
        if len(first) == len(places):
            return Finding(point.id, "covered")
        return Finding(point.id, "partly" if len(first) == len(places) - 1 else "missing")


@cache
def marker(question: str) -> Marker:
    """The marker of one of the package's essays, by its id or its letter."""
    from creditkit.content.library import essays

    for essay in essays():
        if question in {essay.id, essay.letter}:
            return Marker(essay, matcher())
    raise KeyError(question)
