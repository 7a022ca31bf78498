"""The grades that an answer gives to the cells of a grid, and what each point comes to by them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from creditkit.content.schema_essays import Cell, Grid
from creditkit.teaching.essay.lexicon import Span

# Who gives so many grades, so many to a cell, of which no more than half are right, says nothing.
GRADES, TO_A_CELL, RIGHT = 8, 1.5, 0.5
# Of several things said of a cell the best counts.
RANK = {"covered": 3, "contradicted": 2, "partly": 1}

Judged = tuple[str, Span]


@dataclass(slots=True)
class Graded:
    """One grade given to a cell: the spans that may name it, the longest first, and where."""

    row: str
    column: str
    grades: list[Span]
    denied: bool


@dataclass(slots=True)
class Found:
    """What an answer says of a grid: the grades given, and where columns are named."""

    graded: list[Graded] = field(default_factory=list)
    named: dict[str, Span] = field(default_factory=dict)
    denied: dict[str, Span] = field(default_factory=dict)


def is_grade(span: Span) -> bool:
    """Whether a span is the words of a grade alone, such as "rather strong"."""
    return span.concept.startswith("g_")


def longest_first(spans: Iterable[Span]) -> list[Span]:
    return sorted(spans, key=lambda s: s.start - s.end)


def judged(grid: Grid, found: Found) -> Mapping[str, Judged]:
    """What each point of the grid comes to: its state and the words that show it."""
    states = _columns(grid, found)
    told: dict[str, list[str]] = {}
    for g in found.graded:
        cell = grid.cells.get(g.row, {}).get(g.column)
        said = _cell(grid, cell, g) if cell is not None else None
        if cell is None or said is None:
            continue
        ref, (state, _) = cell.ref[0], said
        told.setdefault(ref, []).append(state)
        before = states.get(ref)
        if before is None or RANK[state] > RANK[before[0]]:
            states[ref] = said
    if _at_random(told):
        return {ref: state for ref, state in states.items() if ref not in told}
    return states


def _columns(grid: Grid, found: Found) -> dict[str, Judged]:
    """The points that are covered by naming a column."""
    states: dict[str, Judged] = {}
    for column, ref in grid.columns.items():
        if column in found.named:
            states[ref] = ("covered", found.named[column])
        elif column in found.denied:
            states[ref] = ("contradicted", found.denied[column])
    return states


def _cell(grid: Grid, cell: Cell, g: Graded) -> Judged | None:
    """What a grade makes of its cell; None where it says nothing of it."""
    allowed = {*grid.grades[g.column], *cell.grade, *cell.near}
    span = next((s for s in g.grades if s.concept in allowed), None)
    if span is None:
        return None
    names = {s.concept for s in g.grades if (s.start, s.end) == (span.start, span.end)}
    if names & set(cell.grade):
        return "contradicted" if g.denied else "covered", span
    if names & set(cell.near):
        return "partly", span
    return None if g.denied else ("contradicted", span)


def _at_random(told: Mapping[str, list[str]]) -> bool:
    """Whether cells are given one grade after the other until one is right."""
    given = [state for of in told.values() for state in of]
    many = len(given) >= max(GRADES, TO_A_CELL * len(told))
    return many and given.count("covered") <= RIGHT * len(given)
