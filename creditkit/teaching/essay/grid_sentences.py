"""Which row and column each grade in sentences is of: "the customer is cheap but not objective"."""

from collections.abc import Iterable, Sequence

from creditkit.content.schema_essays import Grid
from creditkit.teaching.essay.grid_grades import Found, Graded, longest_first
from creditkit.teaching.essay.grid_mentions import (
    BOTH,
    COLUMN,
    COMPARED,
    GRADE,
    OTHERS,
    ROW,
    SAME,
    Mention,
)
from creditkit.teaching.essay.lexicon import Span

# So many grades in a row of one column are of the rows of the grid.
OF_ALL_ROWS = frozenset({3, 4})


def grade_sentences(grid: Grid, found: Found, mentioned: Sequence[Mention]) -> None:
    """Add to `found` the grades that are mentioned, each with its row and column."""
    _Sentences(grid, found).read(mentioned)


class _Sentences:
    """Which rows and columns are spoken of, as one reads on."""

    def __init__(self, grid: Grid, found: Found) -> None:
        self.grid = grid
        self.found = found
        self.rows: list[str] = []
        self.columns: list[str] = []
        # What kind of thing was mentioned last, and what has been named since the last grade.
        self.last = ""
        self.fresh_row = self.fresh_column = False
        # The rows or columns that the grade before took from behind it.
        self.taken: list[Mention] = []
        # Grades given before anything was named that they could be of: "... of the customer".
        self.waiting: list[tuple[list[str], Mention]] = []
        # The grade given last, which "so is" repeats.
        self.now: list[Span] = []
        self.spoken_of: list[str] = []

    def read(self, mentioned: Sequence[Mention]) -> None:
        named = (name for m in mentioned if m.kind == ROW for name in m.names if name != OTHERS)
        self.spoken_of = list(dict.fromkeys(named))
        n = 0
        while n < len(mentioned):
            m = mentioned[n]
            if self.waiting and self.waiting[0][1].sentence != m.sentence:
                self.waiting = []
            if m.kind == ROW:
                self._row(m, mentioned[n:])
            elif m.kind == COLUMN:
                self._column(m)
            elif m.kind == BOTH:
                self._both(m, mentioned[n + 1 :])
            else:
                run = _grades_in_a_row(mentioned[n:])
                self._pass_over_compared(mentioned[:n], m)
                self._grades(run, mentioned[:n], mentioned[n + len(run) :])
                n += len(run) - 1
            n += 1

    def _row(self, m: Mention, after: Sequence[Mention]) -> None:
        self._give_waiting(after)
        joined = self.last == ROW and self.fresh_row and m not in self.taken
        names = self._names(m) or (self.rows if m.names == [OTHERS] else [])
        self.rows = [*self.rows, *names] if joined else list(names)
        self.fresh_row = True
        self.last = ROW

    def _column(self, m: Mention) -> None:
        joined = self.last == COLUMN and self.fresh_column
        kept = [c for c in self.columns if c != m.names[0]] if joined else []
        self.columns = [*kept, m.names[0]]
        # What a grade before it was of is not of the next.
        self.fresh_column = m not in self.taken
        self.last = COLUMN

    def _both(self, m: Mention, after: Sequence[Mention]) -> None:
        """Give a grade whose words name its column: "objective"."""
        column, grade = self.grid.both[m.names[0]]
        rows = self.rows
        if not rows and after and after[0].kind == ROW:
            rows = self._names(after[0])
        whole = (m.spans[0].start, max(s.end for s in m.spans))
        named = [s for s in m.spans if s.concept[:2] == "g_" and (s.start, s.end) == whole]
        spans = named or [Span(grade, m.spans[0].start, m.spans[0].end)]
        self._give(rows, [column], spans, m.denied)
        behind = [f for f in after if f.clause == m.clause]
        self.taken = [f for f in behind[:1] if f.names == [column]]
        # "Fairly objective and truthful" grades both.
        like = [f for f in _leading(behind, COLUMN) if f.joined]
        if not _is_graded(behind[len(like) :][:1]):
            for f in like:
                self._give(rows, f.names[:1], spans, m.denied)
        self._graded()

    def _pass_over_compared(self, before: Sequence[Mention], m: Mention) -> None:
        """What is only compared is not what grades after it are of."""
        if m.names != [COMPARED] or not before:
            return
        compared, last = m.spans[0], before[-1].spans[0]
        if compared.start <= last.start and last.end <= compared.end:
            self.columns = []

    def _grades(
        self, run: list[Mention], before: Sequence[Mention], after: Sequence[Mention]
    ) -> None:
        """Give grades that follow one another."""
        if len(run) == 1 or not self._deal_out(run):
            for m in run:
                behind = after if m is run[-1] else []
                self._grade(m, before, after, self._behind(m, behind, len(run) == 1))
        self._graded()

    def _deal_out(self, run: list[Mention]) -> bool:
        """Give each of several grades to its own row or column, where there are as many."""
        rows, columns = self.rows, self.columns
        fresh_row, fresh_column = self.fresh_row, self.fresh_column
        if fresh_column and len(columns) == len(run) and rows:
            pairs = [(rows, [column]) for column in columns]
        elif fresh_row and len(rows) == len(run) and columns:
            pairs = [([row], columns) for row in rows]
        elif fresh_row and not fresh_column and len(run) == len(self.grid.columns):
            pairs = [(rows, [column]) for column in self.grid.columns]
        elif fresh_column and not fresh_row and len(columns) == 1 and len(run) in OF_ALL_ROWS:
            pairs = [([row], columns) for row in self.grid.rows]
        else:
            return False
        for m, (of, by) in zip(run, pairs, strict=False):
            self._give(of, by, m.spans, m.denied)
        return True

    def _behind(self, m: Mention, after: Sequence[Mention], alone: bool) -> list[Mention]:
        """What follows a grade and may be what it is of."""
        same = m.sentence if SAME in m.names else -1
        following = [f for f in after if f.clause == m.clause or f.sentence == same]
        if alone and self.fresh_row and not self.fresh_column and not following:
            # "It is average, both in objectivity and in completeness."
            behind = [f for f in after if f.sentence == m.sentence]
            named = _leading(behind, COLUMN)
            return [] if _is_graded(behind[len(named) :]) else named
        return following

    def _grade(
        self,
        m: Mention,
        before: Sequence[Mention],
        after: Sequence[Mention],
        following: list[Mention],
    ) -> None:
        """Give one grade: to what follows it, else to what is spoken of."""
        rows, columns = self.rows, self.columns
        earlier = [b for b in before if b.clause == m.clause and b not in self.taken]
        if self.taken and self.taken[0].kind == ROW and not following and not earlier:
            # "Low when sales brings it, high when the credit department does."
            behind = [f for f in after if f.sentence == m.sentence]
            if len(behind) == len(_leading(behind, ROW)):
                following = behind
        self.taken = []
        kind = following[0].kind if following else ""
        if kind == COLUMN and not _since_a_grade(earlier, COLUMN):
            self.taken = _leading(following, COLUMN)
            if not rows:
                self.waiting.append(([f.names[0] for f in self.taken], m))
            for f in self.taken:
                self._give(rows, f.names[:1], m.spans, m.denied)
        elif kind == ROW and not _since_a_grade(earlier, ROW) and columns:
            self.taken = _leading(following, ROW)
            for f in self.taken:
                self._give(self._names(f), columns, m.spans, m.denied)
        elif not rows and columns:
            self.waiting.append((columns, m))
        else:
            self._give(rows, columns, m.spans, m.denied)

    def _graded(self) -> None:
        self.last = GRADE
        self.fresh_row = self.fresh_column = False

    def _names(self, row: Mention) -> list[str]:
        """The rows that are mentioned; "the others" are those spoken of without a grade yet."""
        if row.names != [OTHERS]:
            return row.names
        graded = {g.row for g in self.found.graded if g.column in self.columns}
        return [name for name in self.spoken_of if name not in graded] if graded else []

    def _give_waiting(self, after: Sequence[Mention]) -> None:
        """Give the rows that end a clause the grades that came before any row."""
        rows = _leading(after, ROW)
        following = after[len(rows) :]
        if following and following[0].clause == rows[-1].clause:
            return
        for columns, m in self.waiting:
            for row in rows:
                if row.sentence == m.sentence:
                    self._give(self._names(row), columns, m.spans, m.denied)
        self.waiting = []

    def _give(
        self, rows: Iterable[str], columns: Iterable[str], spans: list[Span], denied: bool
    ) -> None:
        """Give each of the rows the same grade in each of the columns."""
        for row in rows:
            for column in columns:
                self._give_one(row, column, longest_first(spans), denied)

    def _give_one(self, row: str, column: str, spans: list[Span], denied: bool) -> None:
        at = spans[0]
        if at.concept == COMPARED:
            return
        if at.concept == SAME:
            spans = [Span(s.concept, at.start, at.end) for s in self.now]
            if not spans:
                return
        self.now = spans
        self.found.graded.append(Graded(row, column, spans, denied))


def _grades_in_a_row(mentioned: Sequence[Mention]) -> list[Mention]:
    """The grades that follow one another from the first on; "so is" begins anew."""
    run = list(mentioned[:1])
    for m in mentioned[1:]:
        if m.kind != GRADE or SAME in m.names:
            break
        run.append(m)
    return run


def _is_graded(mentioned: Sequence[Mention]) -> bool:
    return any(m.kind in {GRADE, BOTH} for m in mentioned)


def _since_a_grade(mentioned: Sequence[Mention], kind: str) -> bool:
    """Whether one of a kind is mentioned after the last grade."""
    for m in reversed(mentioned):
        if m.kind in {GRADE, BOTH}:
            return False
        if m.kind == kind:
            return True
    return False


def _leading(mentioned: Sequence[Mention], kind: str) -> list[Mention]:
    """Those of a kind that are mentioned first, named together."""
    taken: list[Mention] = []
    for m in mentioned:
        if m.kind != kind or (taken and not m.joined):
            break
        taken.append(m)
    return taken
