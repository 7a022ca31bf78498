"""What sentences mention of a grid: rows, columns and grades, in the order of the text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from creditkit.content.schema_essays import Grid
from creditkit.teaching.essay.grid_grades import is_grade
from creditkit.teaching.essay.lexicon import Span
from creditkit.teaching.essay.reading import Reading

ROW, COLUMN, GRADE, BOTH = "row", "column", "grade", "both"
# "So is", "the same goes for": the grade given last; "more than" gives none.
SAME, COMPARED = "g_same", "g_compared"
# "They see the customer often" does not turn to the customer.
ASIDE = "g_aside"
# "It is not true that" denies all grades of its clause.
UNTRUE = "g_untrue"
# "The others", those not yet graded; "in both", the last two columns; "the former", "the latter".
OTHERS, BOTH_COLUMNS, FORMER, LATTER = "g_others", "g_both", "g_former", "g_latter"
# So many tokens before a grade may stand the "not" that denies it.
NEGATED = 5
# These join things as "and" does, and repeat a grade only where they join nothing.
AS_WELL = ("as well as", "as in ", "just as in ")
# What stands between things that share a grade.
JOINS = frozenset(
    {"and", "or", "nor", "as", "plus", ",", "/", "+", "&", "、", "和", "与", "及", "同"}
)


@dataclass(slots=True)
class Mention:
    """What is mentioned at one place: rows, columns or grades by name, and the words for them."""

    kind: str
    names: list[str]
    spans: list[Span]
    clause: int
    denied: bool = False
    sentence: int = 0
    # It is named together with what comes before it.
    joined: bool = False


def mentions(grid: Grid, reading: Reading, spans: list[Span]) -> list[Mention]:
    """Rows, columns and grades in the order in which they are named, the longest of each."""
    kinds = _kinds(grid)
    wanted = [s for s in spans if s.concept in kinds or is_grade(s)]
    wanted.sort(key=lambda s: (s.start, s.start - s.end))
    clause_of = _clauses(reading)
    found: list[Mention] = []
    end = -1
    for s in wanted:
        kind = kinds.get(s.concept, GRADE)
        if s.start < end:
            last = found[-1]
            if _is_within(s, kind, last):
                _take_in(found, s, kind)
                continue
            if kind == last.kind:
                if kind == GRADE:
                    last.spans.append(s)
                    end = s.end
                continue
            if kind == COLUMN and last.kind == BOTH:
                # "Compare objectivity" is not "comparatively objective".
                found.pop()
        c = reading.clauses[clause_of[s.start]]
        joined = end >= 0 and _joins(reading.tokens.keys[end : s.start])
        found.append(Mention(kind, [s.concept], [s], c.number, False, c.sentence, joined))
        end = max(end, s.end)
    untrue = {clause_of[s.start] for s in wanted if s.concept == UNTRUE}
    found = [m for m in found if m.names not in ([ASIDE], [UNTRUE])]
    _deny(found, reading, untrue)
    return _resolved(_joined(reading, found))


def _kinds(grid: Grid) -> dict[str, str]:
    """What kind of thing each concept is, but for the grades."""
    return {
        **dict.fromkeys(grid.rows, ROW),
        **dict.fromkeys(grid.columns, COLUMN),
        **dict.fromkeys(grid.both, BOTH),
        **dict.fromkeys((OTHERS, FORMER, LATTER), ROW),
        BOTH_COLUMNS: COLUMN,
    }


def _clauses(reading: Reading) -> list[int]:
    """The number of the clause that each token stands in."""
    numbers = [0] * (len(reading.tokens) + 1)
    for c in reading.clauses:
        numbers[c.start : c.end] = [c.number] * (c.end - c.start)
    return numbers


def _joins(between: Sequence[str]) -> bool:
    # "And ... and" between them names a third thing.
    return not JOINS.isdisjoint(between) and between.count("and") <= 1


def _is_within(s: Span, kind: str, last: Mention) -> bool:
    """Whether words are a part of what was mentioned last."""
    end = last.spans[0].end
    return s.end <= end and not (kind == GRADE and last.kind == ROW and s.end == end)


def _take_in(found: list[Mention], s: Span, kind: str) -> None:
    """Add what a part of the words mentioned last names beside them."""
    last = found[-1]
    whole = last.spans[0]
    if kind == COLUMN and last.names == [COMPARED]:
        # "The least objective" names what is compared all the same.
        found.insert(-1, Mention(kind, [s.concept], [s], last.clause, False, last.sentence))
    elif kind == GRADE and last.kind in {GRADE, BOTH}:
        last.spans.append(s)
    elif kind == BOTH and last.kind == GRADE:
        last.kind, last.names = BOTH, [s.concept]
        last.spans.append(s)
    elif kind == last.kind == ROW and (s.start, s.end) == (whole.start, whole.end):
        # "The two departments" are two rows.
        last.names.append(s.concept)


def _deny(found: list[Mention], reading: Reading, untrue: set[int]) -> None:
    """Mark what a "not" closely before it denies, and what stands in a clause that is untrue."""
    # A "not" within one grade ("not very objective") says nothing of the next.
    inside = {n for m in found for n in range(m.spans[0].start, m.spans[0].end)}
    for m in found:
        c, start = reading.clauses[m.clause], m.spans[0].start
        no = (d for d in (*c.denials, *c.near) if d.start not in inside)
        m.denied = any(d.end <= start <= d.end + NEGATED for d in no) or m.clause in untrue


def _joined(reading: Reading, found: list[Mention]) -> list[Mention]:
    """Without every "as well as" that only joins what stands before and behind it."""
    kept: list[Mention] = []
    for n, m in enumerate(found):
        if m.names == [SAME] and _says_as_well(reading, m.spans[0]):
            before = kept[-1].kind if kept else ""
            after = found[n + 1] if n + 1 < len(found) else None
            if after is not None and after.kind in {before, GRADE, BOTH}:
                after.joined = True
                continue
        kept.append(m)
    return kept


def _says_as_well(reading: Reading, s: Span) -> bool:
    t = reading.tokens
    at = t.starts[s.start]
    return t.text[at : at + max(map(len, AS_WELL))].lower().startswith(AS_WELL)


def _resolved(found: list[Mention]) -> list[Mention]:
    """With what "in both", "the former" and "the latter" stand for."""
    kept: list[Mention] = []
    for n, m in enumerate(found):
        if m.names == [BOTH_COLUMNS]:
            behind = [f for f in found[n + 1 : n + 2] if f.kind in {ROW, COLUMN}]
            if not any(f.spans[0].start <= m.spans[0].end for f in behind):
                names = _last_two(kept, COLUMN)
                kept += [replace(m, names=[name], joined=name != names[0]) for name in names]
        elif m.names in ([FORMER], [LATTER]):
            kept += _one_of_two(kept, m)
        else:
            kept.append(m)
    return kept


def _one_of_two(before: list[Mention], m: Mention) -> list[Mention]:
    """What "the former" or "the latter" stands for; nothing where no two things were named."""
    pairs = (f for f in reversed(before) if f.joined and f.kind in {ROW, COLUMN})
    pair = next(pairs, None)
    kind = pair.kind if pair is not None else ROW
    names = _last_two(before[: before.index(pair) + 1] if pair is not None else before, kind)
    if not names:
        return []
    return [replace(m, kind=kind, names=[names[m.names == [LATTER]]], joined=False)]


def _last_two(found: list[Mention], kind: str) -> list[str]:
    """The last two things of a kind that are named, in that order; none when there are not two."""
    names: list[str] = []
    for m in reversed(found):
        if m.kind == kind:
            names += [name for name in reversed(m.names) if name not in names and name != OTHERS]
        if len(names) >= 2:
            return [names[1], names[0]]
    return []
