"""An essay marked: each key point covered, in part, doubtful, missing or contradicted, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal

from creditkit.content.essay_language import Pattern, pattern
from creditkit.content.library import essays
from creditkit.content.schema_essays import Point
from creditkit.content.schema_questions import Essay
from creditkit.teaching.essay import confidence, guards
from creditkit.teaching.essay.grid import read_grid
from creditkit.teaching.essay.grid_grades import judged
from creditkit.teaching.essay.grid_table import barred
from creditkit.teaching.essay.lexicon import Matcher, matcher
from creditkit.teaching.essay.meaning import Meaning, encoder
from creditkit.teaching.essay.patterns import Hit, holds, nearness
from creditkit.teaching.essay.reading import Clause, Reading, read
from creditkit.text import BilingualError, Text, did_you_mean, phrases

# What each state earns of a point's weight.
WORTH = {"covered": 1.0, "partly": 0.5, "doubtful": 0.0, "missing": 0.0, "contradicted": 0.0}
# Acts that may be said not to be needed without naming again of what.
INQUIRIES = frozenset({"ask", "look_up", "collect", "verify", "record", "make_record", "contact"})
# A clause of fewer words says nothing worth telling.
EXTRA = 4
# The states of a point that an answer speaks of.
TOLD = frozenset({"covered", "partly", "doubtful"})

State = Literal["covered", "partly", "doubtful", "missing", "contradicted"]


def say(key: str, /, **slots: object) -> Text:
    return phrases("essays")(key, **slots)


class NoSuchEssay(BilingualError):  # noqa: N818 - the name says what is the case
    """There is no essay of that name."""


@dataclass(slots=True)
class Finding:
    """What became of one key point, and the parts of the text that show it, as offsets."""

    ref: str
    state: State
    evidence: tuple[tuple[int, int], ...] = ()
    confidence: float = 1.0
    clause: int = -1
    hits: int = 0
    # Why a trainer overruled the marker.
    ruled: str = ""


@dataclass(slots=True)
class Marked:
    """An essay marked. `extra` are the parts of the text that say nothing of the key."""

    question: str
    findings: dict[str, Finding]
    share: float
    extra: tuple[tuple[int, int], ...] = ()

    def refs(self, state: State) -> list[str]:
        """The points in a state, in the order of the key."""
        return [ref for ref, f in self.findings.items() if f.state == state]


@dataclass(frozen=True, slots=True)
class _Rules:
    point: Point
    says: tuple[Pattern, ...]
    partly: tuple[Pattern, ...]
    against: tuple[Pattern, ...]


def share_of(question: Essay, findings: Mapping[str, Finding]) -> float:
    """The share of a question's marks that findings earn, from 0 to 1."""
    weights = question.weights
    earned = sum(weights[ref] * WORTH[f.state] for ref, f in findings.items())
    return round(earned / sum(weights.values()), 6)


def _merged(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places in order, those that overlap as one."""
    found: list[tuple[int, int]] = []
    for a, b in sorted(set(places)):
        if found and a <= found[-1][1]:
            found[-1] = (found[-1][0], max(b, found[-1][1]))
        else:
            found.append((a, b))
    return found


def _shows(finding: Finding, clause: Clause, reading: Reading) -> bool:
    t = reading.tokens
    a, b = t.starts[clause.start], t.ends[clause.end - 1]
    return any(x < b and a < y for x, y in finding.evidence)


class Marker:
    """Marks answers to one essay question; see `mark`.

    Args:
        question: the essay.
        words: what finds its concepts.
        meaning: whether to ask for a second opinion, when the package for it is there.
    """

    def __init__(self, question: Essay, words: Matcher, meaning: bool = False) -> None:
        self.question = question
        self.words = words
        by = encoder() if meaning else None
        self.meaning = None if by is None else Meaning(by, question)
        self.rules = [
            _Rules(
                p,
                tuple(map(pattern, p.says)),
                tuple(map(pattern, p.partly)),
                tuple(map(pattern, p.against)),
            )
            for p in question.key
        ]
        # What begins a pattern: a clause that holds one of these has something of its own to say.
        self.heads = {c for r in self.rules for p in (*r.says, *r.partly) for c in p.groups[0]}
        self.heads -= INQUIRIES
        grid = question.grid
        if grid is not None:
            self.heads.update(grid.rows, grid.columns, grid.both, *grid.grades.values())
        # The number of each point's group, in the order of the question.
        number = {group.id: n for n, group in enumerate(question.groups)}
        self.place = {p.id: number[p.group] for p in question.key}
        # A group without a place of its own is told together with the last that has one.
        self.near: dict[int, int] = {}
        for n, (a, b) in enumerate(pairwise(question.groups)):
            if b.place is None and (a.place is not None or n in self.near):
                self.near[n + 1] = self.near.get(n, n)
        self.stages = [(s.id, tuple(map(pattern, s.opens))) for s in question.stages]
        self.prompts = {
            gram
            for text in (question.prompt.zh, question.prompt.en)
            for gram in guards.trigrams(words.tokenize(text).keys)
        }

    def reading(self, text: str) -> Reading:
        """A text read for this question, without what is only the question itself."""
        reading = read(self.words, barred(text) if self.question.grid is not None else text)
        pasted = guards.pasted(reading, self.prompts)
        heaps = guards.heaped(reading, self.heads)
        nothing = self._nothing(reading, heaps)
        idle = pasted if self.question.grid is not None else pasted | heaps.sentences
        for clause in reading.clauses:
            said = not nothing and clause.sentence not in idle
            if not said or guards.strung(self.words, reading, clause):
                clause.own.clear()
                clause.carried.clear()
                clause.denials.clear()
                if not said:
                    reading.sentences[clause.sentence].clear()
        for clause in reading.clauses:
            clause.bare = self._only_denies(clause)
            for concept in clause.own:
                reading.where.setdefault(concept, []).append(clause.number)
        self._stage(reading.clauses, reading)
        reading.pasted.update(pasted)
        return reading

    def _nothing(self, reading: Reading, heaps: guards.Heaps) -> bool:
        """Whether a text is only words, heaped up, shuffled or without an end."""
        if self.question.grid is not None and any(c in reading.tokens.text for c in "|\t"):
            return False
        # A row of grades is an answer where the question asks for a table.
        heaped = heaps.whole if self.question.grid is None else heaps.row >= guards.GRADES
        return heaped or guards.shuffled(self.words, reading) or guards.breathless(reading, heaps)

    def _only_denies(self, clause: Clause) -> bool:
        """Whether a clause says no more than that something is not needed or not to be done."""
        if (
            clause.given
            or clause.omissions
            or not (clause.after or (clause.denials and INQUIRIES & set(clause.own)))
        ):
            return False
        return clause.words <= 16 and self.heads.isdisjoint(clause.own)

    def _stage(self, clauses: Iterable[Clause], reading: Reading) -> None:
        now = ""
        for clause in clauses:
            clause.stage = now
            for name, opens in self.stages:
                if any(holds(p, reading, clause, self.words.roles) for p in opens):
                    now = name
                    break
            clause.stage = now

    def findings(self, text: str) -> tuple[dict[str, Finding], Reading]:
        """The state of every key point in a text."""
        reading = self.reading(text)
        found: dict[str, Finding] = {}
        headings = guards.only_headings(reading)
        for rules in self.rules:
            if headings and rules.point.kind == "statement":
                found[rules.point.id] = Finding(rules.point.id, "missing")
            elif rules.point.kind != "order":
                found[rules.point.id] = self._point(rules, reading)
        if self._keywords(found, reading):
            found = {ref: Finding(ref, "missing") for ref in found}
        if self.question.grid is not None:
            self._grid(found, reading)
        for rules in self.rules:
            if rules.point.kind == "order":
                found[rules.point.id] = self._order(rules.point, found)
        return {r.point.id: found[r.point.id] for r in self.rules}, reading

    def _keywords(self, found: Mapping[str, Finding], reading: Reading) -> bool:
        """Whether a text is a list of keywords, where the question asks for more than a list."""
        statements = sum(p.kind == "statement" for p in self.question.key)
        if statements < len(self.question.key) / 4:
            return self.question.grid is None and guards.torn(reading, self.heads)
        if guards.keywords(self.words, reading, self.heads):
            return True
        shown = sorted((f.evidence[0], self.place[ref]) for ref, f in found.items() if f.evidence)
        groups = [group for _, group in shown]
        # Heaps anew: sentences that were nothing else are no longer read by now.
        heaps = guards.heaped(reading, self.heads)
        return guards.scattered(reading, groups, self.near, heaps)

    def mark(self, text: str) -> Marked:
        """Mark a text; see `mark_essay`."""
        found, reading = self.findings(text)
        self._weigh(found, reading)
        shown = [place for f in found.values() for place in f.evidence]
        extra = []
        for clause in reading.clauses:
            if clause.words >= EXTRA and clause.sentence not in reading.pasted:
                t = reading.tokens
                a, b = t.starts[clause.start], t.ends[clause.end - 1]
                if not any(x < b and a < y for x, y in shown):
                    extra.append((a, b))
        return Marked(self.question.id, found, share_of(self.question, found), tuple(extra))

    def weighed(
        self, found: Mapping[str, Finding], reading: Reading, with_meaning: bool
    ) -> dict[str, list[float]]:
        """The features of every decision, from which its confidence follows."""
        read = {c.number for c in reading.clauses for f in found.values() if _shows(f, c, reading)}
        unread = [c for c in reading.clauses if c.own and c.number not in read]
        share = len(unread) / max(1, len(reading.clauses))
        near: Mapping[str, tuple[float, float]] = {}
        if with_meaning and self.meaning is not None and self.question.grid is None:
            near = self.meaning.nearest(reading, unread)
        told = {}
        for rules in self.rules:
            f = found[rules.point.id]
            close = 0.0
            if f.state == "missing":
                close = max((nearness(p, reading) for p in rules.says), default=0.0)
            told[f.ref] = confidence.features(
                f.state,
                rules.point.kind == "list_item",
                f.hits,
                close,
                share,
                near.get(f.ref, (0.0, 0.0)),
            )
        return told

    def _weigh(self, found: dict[str, Finding], reading: Reading) -> None:
        """Give every decision its confidence, and doubt those of which it is too low."""
        for ref, values in self.weighed(found, reading, self.meaning is not None).items():
            f = found[ref]
            likely = confidence.covered(values, self.meaning is not None)
            f.confidence = round(likely if f.state == "covered" else 1 - likely, 4)
            missing = f.state == "missing" and f.confidence < confidence.DOUBT_MISSING
            if missing or (f.state == "covered" and f.confidence < confidence.DOUBT_COVERED):
                f.state = "doubtful"

    def _point(self, rules: _Rules, reading: Reading) -> Finding:
        point = rules.point
        says = list(self._hits(rules.says, point, reading))
        against = [h for h in self._hits(rules.against, point, reading, True) if not h.denied]
        of = reading.clauses
        # That something is not done is a condition or a reason too: "if it will not fill it in".
        says = [h for h in says if not (h.denied and point.deniable and of[h.clause].given)]
        no = [h for h in says if h.denied and point.deniable]
        # Where a point is denied, what else the sentence says of it is no more than the reason.
        spoilt = {of[h.clause].sentence for h in no}
        yes = [h for h in says if h not in no and of[h.clause].sentence not in spoilt]
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
        for p in patterns:
            for n in sorted({n for head in p.groups[0] for n in reading.where.get(head, ())}):
                clause = reading.clauses[n]
                if not anywhere and stages and p.stages is None and clause.stage not in stages:
                    continue
                hit = holds(p, reading, clause, roles)
                if hit is not None:
                    yield hit

    def _finding(self, ref: str, state: State, hits: list[Hit], reading: Reading) -> Finding:
        t = reading.tokens
        spans = _merged((t.starts[h.first], t.ends[h.last]) for h in hits)
        places = len({h.clause for h in hits})
        return Finding(ref, state, tuple(spans[:3]), 1.0, min(h.clause for h in hits), places)

    def _grid(self, found: dict[str, Finding], reading: Reading) -> None:
        assert self.question.grid is not None
        spans = [s for c in reading.clauses for of in c.own.values() for s in of]
        grid = self.question.grid
        t = reading.tokens
        result = judged(grid, read_grid(grid, reading, spans))
        for ref, (state, span) in result.items():
            place = (t.starts[span.start], t.ends[span.end - 1])
            found[ref] = Finding(ref, state, (place,), hits=1)  # type: ignore[arg-type]

    def _order(self, point: Point, found: dict[str, Finding]) -> Finding:
        """Whether the groups with a place come up in the order of their places."""
        places = {g.id: g.place for g in self.question.groups if g.place}
        # The first point of a group is its main act: where it stands, the group stands.
        leads = {p.group: p.id for p in reversed(self.question.key) if p.group in places}
        first: dict[int, int] = {}
        for p in reversed(self.question.key):
            f = found.get(p.id)
            if p.group in places and f is not None and f.clause >= 0 and f.state in TOLD:
                place = places[p.group]
                late = max(first.get(place, 0), f.clause)
                first[place] = f.clause if p.id == leads[p.group] else late
        order = [first[place] for place in sorted(first)]
        if order != sorted(order):
            return Finding(point.id, "contradicted")
        if len(first) == len(places):
            return Finding(point.id, "covered")
        return Finding(point.id, "partly" if len(first) == len(places) - 1 else "missing")


@cache
def marker(question: str, meaning: bool = False) -> Marker:
    """The marker of one of the package's essays, by its id or its letter; with `meaning`, one that
    asks for a second opinion.

    Raises:
        NoSuchEssay: there is none.

    >>> marker("R").question.id
    'essay_refusal'
    """
    known = essays()
    for essay in known:
        if question in {essay.id, essay.letter}:
            return Marker(essay, matcher(), meaning)
    names = [*(e.letter for e in known), *(e.id for e in known)]
    hint = did_you_mean(question, names)
    raise NoSuchEssay(say("no_such_essay", name=question, hint=hint, names=", ".join(names)))


def mark_essay(question: Essay | str, text: str, meaning: bool = False) -> Marked:
    """Mark an essay by the key points of its question.

    Args:
        question: an essay question, or the id or letter of one of the package.
        text: the answer, in Chinese, English or both.
        meaning: whether to compare sentences in meaning too, which makes for more doubt and takes
            longer; without the optional package it makes no difference.

    Returns:
        each key point with its state and the words that show it; the share of the marks, the
        weights of points covered and half of those covered in part over all weights; and what was
        said besides. The same text is always marked the same.

    Raises:
        NoSuchEssay: there is no such question.

    >>> marked = mark_essay("C", "Complaints come in by fax. There is no need to record them.")
    >>> marked.refs("covered"), marked.refs("contradicted")
    (['C1.3'], ['C2'])
    """
    if isinstance(question, str):
        return marker(question, meaning).mark(text)
    try:
        known = marker(question.id, meaning)
    except NoSuchEssay:
        return Marker(question, matcher(), meaning).mark(text)
    same = known.question is question or known.question == question
    return (known if same else Marker(question, matcher(), meaning)).mark(text)
