"""A comparison read as a grid: from a table, or from sentences that grade rows by columns."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby

from creditkit.content.schema_essays import Grid
from creditkit.teaching.essay.lexicon import Matcher, Span
from creditkit.teaching.essay.reading import Reading

_RULE = re.compile(r"^[\s|:+-]*$")
# Who gives so many grades, so many to a cell, of which no more than half are right, says nothing.
GRADES, TO_A_CELL, RIGHT = 8, 1.5, 0.5
# So many blocks of so many things each are a heap.
HEAPS = 3
# So many tokens before a grade may stand the "not" that denies it.
NEGATED = 5
ROW, COLUMN, GRADE, BOTH = "row", "column", "grade", "both"
# "So is", "the same goes for": the grade given last; "more than" gives none.
SAME, COMPARED = "g_same", "g_compared"
# "They see the customer often" does not turn to the customer.
ASIDE = "g_aside"
# "It is not true that" denies all grades of its clause.
UNTRUE = "g_untrue"
# "The others", those not yet graded; "in both", the last two columns; "the former", "the latter".
OTHERS, BOTH_COLUMNS, FORMER, LATTER = "g_others", "g_both", "g_former", "g_latter"
# These join things as "and" does, and repeat a grade only where they join nothing.
AS_WELL = ("as well as", "as in ", "just as in ")
# A sign in a legend, before the words for it.
_LEGEND = re.compile(
    r"(?:^|[\s(,;:|/（，；：、])(\S{1,2})\s*(?:[=:]|means|stands for|表示|代表|为|是)?\s*$"
)
# So many characters are looked at for it.
LEGEND = 20
# What stands between things that share a grade.
JOINS = frozenset(
    {"and", "or", "nor", "as", "plus", ",", "/", "+", "&", "、", "和", "与", "及", "同"}
)


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


@dataclass(slots=True)
class _Event:
    kind: str
    names: list[str]
    spans: list[Span]
    clause: int
    denied: bool = False
    sentence: int = 0
    # It is named together with what comes before it.
    joined: bool = False


def read_grid(grid: Grid, matcher: Matcher, reading: Reading, spans: list[Span]) -> Found:
    """Every grade that a text gives to a cell of a grid."""
    found = Found()
    lines = _lines(reading)
    tables = [n for n, (text, _, _) in enumerate(lines) if text.count("|") >= 2 or "\t" in text]
    in_table: set[int] = set()
    if len(tables) >= 2:
        for n in tables:
            in_table.update(range(lines[n][1], lines[n][2]))
    rest = [s for s in spans if s.start not in in_table]
    if in_table:
        _table(grid, reading, spans, [lines[n] for n in tables], found, _legend(reading, rest))
    events = _events(grid, reading, rest)
    if not found.graded and _sorted(events):
        return found
    for span in rest:
        if span.concept in grid.columns:
            clause = next(c for c in reading.clauses if c.start <= span.start < c.end)
            no = bool(clause.denials) and not any(
                s.concept[:2] in {"g_", "b_"} for s in rest if clause.start <= s.start < clause.end
            )
            (found.denied if no else found.named).setdefault(span.concept, span)
    _State(grid, found).run(events)
    return found


def _sorted(events: list[_Event]) -> bool:
    """Whether all columns, all rows and all grades stand each by themselves: a heap of words."""
    blocks = [(kind, len(list(of))) for kind, of in groupby(e.kind for e in events)]
    return len({kind for kind, _ in blocks}) == len(blocks) == HEAPS and all(
        n >= HEAPS for _, n in blocks
    )


def _lines(reading: Reading) -> list[tuple[str, int, int]]:
    """Each line with its first token and the one after its last."""
    t = reading.tokens
    lines, start, begin = [], 0, 0
    for n in [*(i for i, key in enumerate(t.keys) if key == "\n"), len(t.keys)]:
        stop = t.starts[n] if n < len(t.keys) else len(t.text)
        lines.append((t.text[begin:stop], start, n))
        start, begin = n + 1, stop + 1
    return lines


def _legend(reading: Reading, spans: list[Span]) -> dict[str, list[str]]:
    """What signs stand for, where that is said beside the table."""
    t = reading.tokens
    signs: dict[str, list[str]] = {}
    for s in sorted(spans, key=lambda s: (s.start, s.start - s.end)):
        if s.concept.startswith("g_"):
            at = t.starts[s.start]
            sign = _LEGEND.search(t.text[max(0, at - LEGEND) : at])
            if sign is not None:
                signs.setdefault(sign.group(1), []).append(s.concept)
    return signs


def _table(
    grid: Grid,
    reading: Reading,
    spans: list[Span],
    lines: Iterable[tuple[str, int, int]],
    found: Found,
    legend: Mapping[str, list[str]],
) -> None:
    t = reading.tokens
    heads: list[str | None] = []
    by_start: dict[int, list[Span]] = {}
    for s in spans:
        by_start.setdefault(s.start, []).append(s)
    begin = 0
    for text, first, last in lines:
        if _RULE.match(text):
            continue
        begin = t.starts[first] - (len(text) - len(text.lstrip())) if first < len(t) else 0
        cells: list[list[Span]] = [[]]
        separator = "\t" if "\t" in text and "|" not in text else "|"
        at = first
        line = t.text.find(text, max(0, begin - 2))
        edges = [line + i for i, c in enumerate(text) if c == separator]
        for edge in [*edges, line + len(text)]:
            while at < last and t.starts[at] < edge:
                cells[-1] += by_start.get(at, [])
                at += 1
            cells.append([])
        cells.pop()
        pieces = [piece.strip() for piece in text.split(separator)]
        names = [_name(grid, cell) for cell in cells]
        head = next((n for n in names if n), None)
        graded = [any(s.concept.startswith(("g_", "b_")) for s in cell) for cell in cells]
        if not heads or (sum(n is not None for n in names) >= 2 and not any(graded)):
            heads = names
            for cell, name in zip(cells, names, strict=True):
                if name in grid.columns and name not in found.named:
                    found.named[name] = next(s for s in cell if s.concept == name)
            continue
        if head is None:
            continue
        if head in grid.columns:
            span = next((s for cell in cells for s in cell if s.concept == head), None)
            if span is not None:
                found.named.setdefault(head, span)
        where = names.index(head)
        for n, cell in enumerate(cells[where + 1 :], where + 1):
            other = heads[n] if n < len(heads) else None
            if other is None:
                continue
            row, column = (other, head) if head in grid.columns else (head, other)
            if row not in grid.rows or column not in grid.columns:
                continue
            grades = [s for s in cell if s.concept.startswith("g_")]
            if not grades:
                grades = [
                    Span(grid.both[s.concept][1], s.start, s.end)
                    for s in cell
                    if s.concept in grid.both and grid.both[s.concept][0] == column
                ]
            if not grades and column == "cost" and t.text[t.starts[0] :]:
                grades = [
                    Span("g_none", k, k + 1)
                    for k in range(first, last)
                    if t.keys[k] == "0" and (n == 0 or t.starts[k] > edges[n - 1])
                ]
            if not grades and pieces[n] in legend:
                k = next(k for k in range(first, last) if n == 0 or t.starts[k] > edges[n - 1])
                grades = [Span(concept, k, k + 1) for concept in legend[pieces[n]]]
            if grades:
                grades.sort(key=lambda s: s.start - s.end)
                found.graded.append(Graded(row, column, grades, False))


def _name(grid: Grid, cell: list[Span]) -> str | None:
    """The row or column that a cell names; the longest words for one."""
    named = [s for s in cell if s.concept in grid.columns or s.concept in grid.rows]
    if any(s.concept.startswith("g_") for s in cell) and not named:
        return None
    return max(named, key=lambda s: s.end - s.start).concept if named else None


def _events(grid: Grid, reading: Reading, spans: list[Span]) -> list[_Event]:
    """Rows, columns and grades in the order in which they are named, the longest of each."""
    kinds: dict[str, str] = {
        **dict.fromkeys(grid.rows, ROW),
        **dict.fromkeys(grid.columns, COLUMN),
        **dict.fromkeys(grid.both, BOTH),
        **dict.fromkeys((OTHERS, FORMER, LATTER), ROW),
        BOTH_COLUMNS: COLUMN,
    }
    wanted = [s for s in spans if s.concept in kinds or s.concept.startswith("g_")]
    wanted.sort(key=lambda s: (s.start, s.start - s.end))
    clause_of = [0] * (len(reading.tokens) + 1)
    for c in reading.clauses:
        for n in range(c.start, c.end):
            clause_of[n] = c.number
    events: list[_Event] = []
    end = -1
    for s in wanted:
        kind = kinds.get(s.concept, GRADE)
        if s.start < end:
            last = events[-1]
            ends = kind == GRADE and last.kind == ROW and s.end == last.spans[0].end
            if s.end <= last.spans[0].end and not ends:
                if kind == COLUMN and last.names == [COMPARED]:
                    # "The least objective" names what is compared all the same.
                    column = _Event(kind, [s.concept], [s], last.clause, False, last.sentence)
                    events.insert(-1, column)
                    continue
                if kind == last.kind == GRADE or (kind == GRADE and last.kind == BOTH):
                    last.spans.append(s)
                elif kind == BOTH and last.kind == GRADE:
                    last.kind, last.names = BOTH, [s.concept]
                    last.spans.append(s)
                elif kind == last.kind == ROW and (s.start, s.end) == (
                    last.spans[0].start,
                    last.spans[0].end,
                ):
                    # "The two departments" are two rows.
                    last.names.append(s.concept)
                elif (
                    kind == last.kind and s.end - s.start > last.spans[0].end - last.spans[0].start
                ):
                    last.names, last.spans = [s.concept], [s]
                continue
            if kind == last.kind == GRADE:
                last.spans.append(s)
                end = s.end
                continue
            if kind == last.kind:
                continue
            if kind == COLUMN and last.kind == BOTH:
                # "Compare objectivity" is not "comparatively objective".
                events.pop()
        c = reading.clauses[clause_of[s.start]]
        between = reading.tokens.keys[end : s.start] if end >= 0 else []
        # "And ... and" between them names a third thing.
        joined = not JOINS.isdisjoint(between) and between.count("and") <= 1
        events.append(_Event(kind, [s.concept], [s], c.number, False, c.sentence, joined))
        end = max(end, s.end)
    untrue = {clause_of[s.start] for s in wanted if s.concept == UNTRUE}
    events = [e for e in events if e.names not in ([ASIDE], [UNTRUE])]
    # A "not" within one grade ("not very objective") says nothing of the next.
    inside = {n for e in events for n in range(e.spans[0].start, e.spans[0].end)}
    for e in events:
        c, start = reading.clauses[e.clause], e.spans[0].start
        no = (d for d in (*c.denials, *c.near) if d.start not in inside)
        e.denied = any(d.end <= start <= d.end + NEGATED for d in no) or e.clause in untrue
    return _resolved(_joined(reading, events))


def _joined(reading: Reading, events: list[_Event]) -> list[_Event]:
    """Without every "as well as" that only joins what stands before and behind it."""
    t = reading.tokens
    kept: list[_Event] = []
    for n, e in enumerate(events):
        at = t.starts[e.spans[0].start]
        if e.names == [SAME] and t.text[at : at + LEGEND].lower().startswith(AS_WELL):
            before = kept[-1].kind if kept else ""
            after = events[n + 1] if n + 1 < len(events) else None
            if after is not None and after.kind in {before, GRADE, BOTH}:
                after.joined = True
                continue
        kept.append(e)
    return kept


def _resolved(events: list[_Event]) -> list[_Event]:
    """With what "in both", "the former" and "the latter" stand for."""
    kept: list[_Event] = []
    for n, e in enumerate(events):
        if e.names == [BOTH_COLUMNS]:
            behind = [f for f in events[n + 1 : n + 2] if f.kind in {ROW, COLUMN}]
            last_two = _last_two(kept, COLUMN)
            if last_two and not any(f.spans[0].start <= e.spans[0].end for f in behind):
                for name in last_two:
                    kept.append(replace(e, names=[name], joined=name != last_two[0]))
        elif e.names in ([FORMER], [LATTER]):
            pair = next((f for f in reversed(kept) if f.joined and f.kind in {ROW, COLUMN}), None)
            kind = pair.kind if pair is not None else ROW
            last_two = _last_two(kept[: kept.index(pair) + 1] if pair is not None else kept, kind)
            if last_two:
                name = last_two[e.names == [LATTER]]
                kept.append(replace(e, kind=kind, names=[name], joined=False))
        else:
            kept.append(e)
    return kept


def _last_two(events: list[_Event], kind: str) -> list[str]:
    """The last two things of a kind that are named, in that order; none when there are not two."""
    names: list[str] = []
    for e in reversed(events):
        if e.kind == kind:
            names += [name for name in reversed(e.names) if name not in names and name != OTHERS]
        if len(names) >= 2:
            return [names[1], names[0]]
    return []


class _State:
    """Which rows and columns are spoken of, as one reads on."""

    def __init__(self, grid: Grid, found: Found) -> None:
        self.grid = grid
        self.found = found
        self.rows: list[str] = []
        self.columns: list[str] = []
        # The rows or columns that the grade before took from behind it.
        self.taken: list[_Event] = []
        # Grades given before anything was named that they could be of: "... of the customer".
        self.waiting: list[tuple[list[str], _Event]] = []
        self.now: list[Span] = []
        self.spoken_of: list[str] = []

    def names(self, row: _Event) -> list[str]:
        """The rows that an event names; "the others" are those spoken of without a grade yet."""
        if row.names != [OTHERS]:
            return row.names
        graded = {g.row for g in self.found.graded if g.column in self.columns}
        return [name for name in self.spoken_of if name not in graded] if graded else []

    def run(self, events: list[_Event]) -> None:
        n = 0
        last = ""
        rows_named = (name for e in events if e.kind == ROW for name in e.names if name != OTHERS)
        self.spoken_of = list(dict.fromkeys(rows_named))
        fresh_row = fresh_column = False
        while n < len(events):
            e = events[n]
            if self.waiting and self.waiting[0][1].sentence != e.sentence:
                self.waiting = []
            if e.kind == ROW:
                self.wait(events[n:])
                joined = last == ROW and fresh_row and e not in self.taken
                names = self.names(e) or (self.rows if e.names == [OTHERS] else [])
                self.rows = [*self.rows, *names] if joined else list(names)
                fresh_row = True
                last = ROW
            elif e.kind == COLUMN:
                joined = last == COLUMN and fresh_column
                kept = [c for c in self.columns if c != e.names[0]] if joined else []
                self.columns = [*kept, e.names[0]]
                # What a grade before it was of is not of the next.
                fresh_column = e not in self.taken
                last = COLUMN
            elif e.kind == BOTH:
                column, grade = self.grid.both[e.names[0]]
                rows = self.rows
                if not rows and n + 1 < len(events) and events[n + 1].kind == ROW:
                    rows = self.names(events[n + 1])
                whole = (e.spans[0].start, max(s.end for s in e.spans))
                named = [s for s in e.spans if s.concept[:2] == "g_" and (s.start, s.end) == whole]
                spans = named or [Span(grade, e.spans[0].start, e.spans[0].end)]
                for row in rows:
                    self.give(row, column, spans, e.denied)
                behind = [f for f in events[n + 1 :] if f.clause == e.clause]
                self.taken = [f for f in behind[:1] if f.names == [column]]
                # "Fairly objective and truthful" grades both.
                like = [f for f in _run(behind, COLUMN) if f.joined]
                if not any(f.kind in {GRADE, BOTH} for f in behind[len(like) :][:1]):
                    for f in like:
                        for row in rows:
                            self.give(row, f.names[0], spans, e.denied)
                last = GRADE
                fresh_row = fresh_column = False
            else:
                run = [e]
                for f in events[n + 1 :]:
                    if f.kind != GRADE or SAME in f.names:
                        break
                    run.append(f)
                if e.names == [COMPARED] and n and events[n - 1].spans[0].end <= e.spans[0].end:
                    # What is only compared is not what grades after it are of.
                    within = events[n - 1].spans[0].start >= e.spans[0].start
                    self.columns = [] if within else self.columns
                after = events[n + len(run) :]
                self.grade(run, after, events[:n], fresh_row, fresh_column)
                n += len(run) - 1
                last = GRADE
                fresh_row = fresh_column = False
            n += 1

    def grade(
        self,
        run: list[_Event],
        after: list[_Event],
        before: list[_Event],
        fresh_row: bool,
        fresh_column: bool,
    ) -> None:
        rows, columns = self.rows, self.columns
        if len(run) > 1:
            if fresh_column and len(columns) == len(run) and rows:
                for e, column in zip(run, columns, strict=True):
                    for row in rows:
                        self.give(row, column, e.spans, e.denied)
                return
            if fresh_row and len(rows) == len(run) and columns:
                for e, row in zip(run, rows, strict=True):
                    for column in columns:
                        self.give(row, column, e.spans, e.denied)
                return
            if fresh_row and not fresh_column and len(run) == len(self.grid.columns):
                for e, column in zip(run, self.grid.columns, strict=True):
                    for row in rows:
                        self.give(row, column, e.spans, e.denied)
                return
            if fresh_column and not fresh_row and len(columns) == 1 and len(run) in {3, 4}:
                for e, row in zip(run, self.grid.rows, strict=False):
                    self.give(row, columns[0], e.spans, e.denied)
                return
        for n, e in enumerate(run):
            same = e.sentence if SAME in e.names else -1
            following = [f for f in after if f.clause == e.clause or f.sentence == same]
            following = following if n == len(run) - 1 else []
            if len(run) == 1 and fresh_row and not fresh_column and not following:
                # "It is average, both in objectivity and in completeness."
                behind = [f for f in after if f.sentence == e.sentence]
                named = _run(behind, COLUMN)
                if not any(f.kind in {GRADE, BOTH} for f in behind[len(named) :]):
                    following = named
            earlier = [b for b in before if b.clause == e.clause and b not in self.taken]
            if self.taken and self.taken[0].kind == ROW and not following and not earlier:
                # "Low when sales brings it, high when the credit department does."
                behind = [f for f in after if f.sentence == e.sentence]
                if len(behind) == len(_run(behind, ROW)):
                    following = behind
            self.taken = []
            if following and following[0].kind == COLUMN and not _since(earlier, COLUMN):
                self.taken = _run(following, COLUMN)
                if not rows:
                    self.waiting.append(([f.names[0] for f in self.taken], e))
                for f in self.taken:
                    for row in rows:
                        self.give(row, f.names[0], e.spans, e.denied)
                continue
            if following and following[0].kind == ROW and not _since(earlier, ROW) and columns:
                self.taken = _run(following, ROW)
                for f in self.taken:
                    for row in self.names(f):
                        for column in columns:
                            self.give(row, column, e.spans, e.denied)
                continue
            if not rows and columns:
                self.waiting.append((columns, e))
            for row in rows:
                for column in columns:
                    self.give(row, column, e.spans, e.denied)

    def wait(self, after: list[_Event]) -> None:
        """Give the rows that end a clause the grades that came before any row."""
        rows = _run(after, ROW)
        following = after[len(rows) :]
        if following and following[0].clause == rows[-1].clause:
            return
        for columns, e in self.waiting:
            for row in rows:
                if row.sentence == e.sentence:
                    for name in self.names(row):
                        for column in columns:
                            self.give(name, column, e.spans, e.denied)
        self.waiting = []

    def give(self, row: str, column: str, spans: list[Span], denied: bool) -> None:
        spans = sorted(spans, key=lambda s: s.start - s.end)
        if spans[0].concept == COMPARED:
            return
        if spans[0].concept == SAME:
            at = spans[0]
            spans = [Span(s.concept, at.start, at.end) for s in self.now]
            if not spans:
                return
        self.now = spans
        self.found.graded.append(Graded(row, column, spans, denied))


def _since(events: list[_Event], kind: str) -> bool:
    """Whether one of a kind stands among events after the last grade."""
    for e in reversed(events):
        if e.kind in {GRADE, BOTH}:
            return False
        if e.kind == kind:
            return True
    return False


def _run(events: list[_Event], kind: str) -> list[_Event]:
    taken: list[_Event] = []
    for e in events:
        if e.kind != kind or (taken and not e.joined):
            break
        taken.append(e)
    return taken


def judged(grid: Grid, found: Found) -> Mapping[str, tuple[str, Span]]:
    """What each point of the grid comes to: its state and the words that show it."""
    states: dict[str, tuple[str, Span]] = {}
    for column, ref in grid.columns.items():
        if column in found.named:
            states[ref] = ("covered", found.named[column])
        elif column in found.denied:
            states[ref] = ("contradicted", found.denied[column])
    rank = {"covered": 3, "contradicted": 2, "partly": 1}
    told: dict[str, list[str]] = {}
    for g in found.graded:
        cell = grid.cells.get(g.row, {}).get(g.column)
        if cell is None:
            continue
        allowed = {*grid.grades[g.column], *cell.grade, *cell.near}
        span = next((s for s in g.grades if s.concept in allowed), None)
        if span is None:
            continue
        names = {s.concept for s in g.grades if (s.start, s.end) == (span.start, span.end)}
        if names & set(cell.grade):
            state = "contradicted" if g.denied else "covered"
        elif names & set(cell.near):
            state = "partly"
        elif g.denied:
            continue
        else:
            state = "contradicted"
        ref = cell.ref[0]
        told.setdefault(ref, []).append(state)
        before = states.get(ref)
        if before is None or rank[state] > rank[before[0]]:
            states[ref] = (state, span)
    given = [state for of in told.values() for state in of]
    many = len(given) >= max(GRADES, TO_A_CELL * len(told))
    if many and given.count("covered") <= RIGHT * len(given):
        return {ref: state for ref, state in states.items() if ref not in told}
    return states
