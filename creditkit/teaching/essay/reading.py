"""An answer read: its clauses, what each says, at which stage, and whether it is denied."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from creditkit.teaching.essay.lexicon import Matcher, Span
from creditkit.teaching.essay.tokens import CLAUSE, LINE, PART, Tokens, break_after, is_word

# Clauses this far back still say who does it, or what is done.
REACH = 6
DENIALS = frozenset({"denial", "denial_after", "denial_near", "omission"})
# What a phrase that only looks like it hides.
HIDDEN = DENIALS | {"act", "break", "given"}
# What goes on with a denial; without one before it, it denies nothing.
OR = frozenset({"or", "nor", "或"})
# How far behind what is spoken of a denial may stand, in tokens.
BEHIND = 6


@dataclass(slots=True)
class Clause:
    """A clause: tokens from `start` to before `end`; `own` are its concepts with their places,
    `carried` those that clauses before it lend. `strength` is how strongly what follows is parted.
    """

    number: int
    sentence: int
    line: int
    start: int
    end: int
    strength: int
    own: dict[str, list[Span]] = field(default_factory=dict)
    carried: dict[str, int] = field(default_factory=dict)
    denials: list[Span] = field(default_factory=list)
    after: list[Span] = field(default_factory=list)
    near: list[Span] = field(default_factory=list)
    omissions: list[Span] = field(default_factory=list)
    # The clause before lends its denial, for this one has no verb of its own.
    lends: int | None = None
    # It goes on from the clause before with "or": what denies that denies this.
    goes_on: bool = False
    # It is a condition or a reason, and lends no denial.
    given: bool = False
    stage: str = ""
    # It only denies what was said before it ("..., there is no need to ask").
    bare: bool = False
    words: int = 0


@dataclass(slots=True)
class Reading:
    """A text with its clauses; `sentences` are the concepts of each sentence together, `where` the
    clauses in which a concept stands, `pasted` the sentences that are only the question."""

    tokens: Tokens
    clauses: list[Clause]
    sentences: list[set[str]]
    where: dict[str, list[int]] = field(default_factory=dict)
    pasted: set[int] = field(default_factory=set)

    @property
    def concepts(self) -> set[str]:
        """All concepts of the text."""
        return set().union(*self.sentences)

    def text_of(self, clause: Clause) -> str:
        """The clause as it was typed."""
        if clause.end <= clause.start:
            return ""
        t = self.tokens
        return t.text[t.starts[clause.start] : t.ends[clause.end - 1]]


def read(matcher: Matcher, text: str) -> Reading:
    """Read a text with the words of a matcher."""
    tokens = matcher.tokenize(text)
    spans = matcher.find(tokens)
    roles = matcher.roles
    spans = _uncovered(spans, roles, tokens.keys)
    breaks = {s.start for s in spans if roles[s.concept] == "break"}
    clauses = _cut(tokens, breaks)
    starts = [c.start for c in clauses]
    for span in spans:
        role = roles[span.concept]
        if role in {"break", "plain"}:
            continue
        clause = clauses[max(0, bisect_right(starts, span.start) - 1)]
        if role == "denial":
            clause.denials.append(span)
        elif role == "denial_after":
            clause.after.append(span)
        elif role == "denial_near":
            clause.near.append(span)
        elif role == "omission":
            clause.omissions.append(span)
        elif role == "given":
            clause.given = clause.given or span.start <= clause.start + 1
        else:
            clause.own.setdefault(span.concept, []).append(span)
    _carry(clauses, roles, tokens.keys)
    sentences: list[set[str]] = [set() for _ in range(clauses[-1].sentence + 1)] if clauses else []
    for clause in clauses:
        sentences[clause.sentence].update(clause.own)
    return Reading(tokens, clauses, sentences)


def _uncovered(spans: Iterable[Span], roles: Mapping[str, str], keys: Sequence[str]) -> list[Span]:
    """Without what stands wholly within a phrase that only looks like it, and without the "not"
    of a question put as "is or is not", 是不是."""
    spans = [s for s in spans if not (roles[s.concept] in DENIALS and _either(keys, s))]
    plain = [s for s in spans if roles[s.concept] == "plain"]
    if not plain:
        return spans
    hidden: set[int] = set()
    for p in plain:
        hidden.update(range(p.start, p.end))
    kept = []
    for s in spans:
        role = roles[s.concept]
        if role in HIDDEN and s.start in hidden:
            within = any(
                p.start <= s.start and s.end <= p.end and (p.end - p.start) > (s.end - s.start)
                for p in plain
            )
            # A denial that only begins inside such a phrase is one all the same.
            if within:
                continue
        kept.append(s)
    return kept


def _either(keys: Sequence[str], span: Span) -> bool:
    n = span.start
    if keys[n] not in {"不", "没", "无"} or not 0 < n < len(keys) - 1:
        return False
    return keys[n - 1] == keys[n + 1]


def _cut(tokens: Tokens, breaks: set[int]) -> list[Clause]:
    keys = tokens.keys
    clauses: list[Clause] = []
    start = sentence = line = words = item = 0
    for n, key in enumerate(keys):
        # "1. ... 2. ..." within a line; "cost 0." is no item.
        counts = key == str(item + 1) and keys[n + 1 : n + 2] in (["."], [")"])
        item += counts
        numbered = counts and words > 0
        if numbered or (n in breaks and words >= 2 and n > start):
            strength = PART if numbered else CLAUSE
            clauses.append(Clause(len(clauses), sentence, line, start, n, strength, words=words))
            sentence += numbered
            start, words = n, 0
        strength = break_after(keys, n)
        if strength == CLAUSE and key == "-":
            strength = 0
        if is_word(key):
            words += 1
        if strength:
            if words:
                clauses.append(
                    Clause(len(clauses), sentence, line, start, n, strength, words=words)
                )
            elif clauses:
                clauses[-1].strength = max(clauses[-1].strength, strength)
            if strength >= PART and words:
                sentence += 1
            if strength == LINE and words:
                line += 1
            elif strength == LINE and clauses and clauses[-1].line == line:
                line += 1
                sentence = clauses[-1].sentence + 1
            start, words = n + 1, 0
    if words:
        clauses.append(Clause(len(clauses), sentence, line, start, len(keys), LINE, words=words))
    return clauses


def _carry(clauses: list[Clause], roles: Mapping[str, str], keys: Sequence[str]) -> None:
    """Let clauses without an act, or without a party, have those of the clauses before."""
    acts: dict[str, int] = {}
    who: dict[str, int] = {}
    for n, clause in enumerate(clauses):
        own_acts = {c for c in clause.own if roles[c] == "act"}
        own_who = {c for c in clause.own if roles[c] == "who"}
        clause.carried.update({c: at for c, at in acts.items() if n - at <= REACH})
        acts.update(dict.fromkeys(own_acts, n))
        if own_who:
            who = dict.fromkeys(own_who, n)
        clause.carried.update({c: at for c, at in who.items() if n - at <= 2 * REACH})
        before = clauses[n - 1] if n else None
        if before is not None and before.sentence == clause.sentence and before.strength < PART:
            first = keys[clause.start]
            clause.goes_on = first in OR or (first == "and" and before.end == clause.start)
            clause.given = clause.given or (clause.goes_on and before.given)
            if not own_acts and not before.given:
                clause.lends = n - 1


def denied(clauses: list[Clause], clause: Clause, first: int, last: int, used: set[int]) -> bool:
    """Whether what stands between two tokens of a clause is said not to hold or not to be needed.

    `used` are tokens that belong to the point itself: a denial among them is part of it. What is
    spoken of may come first and be denied after ("the seal is not needed"), close by.
    """
    free = [s for s in clause.denials if not used.intersection(range(s.start, s.end))]
    left_out = [s for s in clause.omissions if not used.intersection(range(s.start, s.end))]
    if left_out and (free or clause.near or clause.after):
        # Never to leave out is to do.
        return False
    if any(s.start <= last + BEHIND for s in (*free, *left_out)):
        return True
    for span in clause.after:
        if not used.intersection(range(span.start, span.end)) and span.start >= first:
            return True
    for span in clause.near:
        if 0 <= first - span.end <= 1 and not used.intersection(range(span.start, span.end)):
            return True
    for after in clauses[clause.number + 1 : clause.number + 3]:
        if after.sentence == clause.sentence and after.bare:
            return True
    if clause.goes_on:
        for before in reversed(clauses[max(0, clause.number - REACH) : clause.number]):
            if before.sentence != clause.sentence or before.given:
                break
            if before.goes_on or before.denials or before.omissions:
                if denied(clauses, before, before.start, before.end, set()):
                    return True
                break
    if clause.lends is not None:
        lender = clauses[clause.lends]
        if lender.denials and lender.lends is None:
            return True
        if lender.lends is not None:
            return (
                denied(clauses, lender, lender.start, lender.end, set())
                if lender.denials or (lender.lends is not None)
                else False
            )
    return False
