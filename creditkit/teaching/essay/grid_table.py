"""A table that an answer gives as such: lines of cells, parted by bars or tabs."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from creditkit.content.schema_essays import Grid
from creditkit.teaching.essay.grid_grades import Found, Graded, is_grade, longest_first
from creditkit.teaching.essay.lexicon import Span
from creditkit.teaching.essay.reading import Reading
from creditkit.teaching.essay.tokens import CHINESE

_RULE = re.compile(r"^[\s|:+-]*$")
# A sign in a legend, before the words for it.
_LEGEND = re.compile(
    r"(?:^|[\s(,;:|/（，；：、])(\S{1,2})\s*(?:[=:]|means|stands for|表示|代表|为|是)?\s*$"
)
# Gaps between cells; where all cells are short Chinese words, a single space is one.
_GAP, _SPACE, _BARS = re.compile(r"\u3000+|[ \u3000]{2,}"), re.compile(r" +"), re.compile(r"\|{2,}")
# A line of a table has at least so many cells; a short word so many characters.
FEWEST, CELL = 3, 10
# So many characters are looked at for it.
LEGEND = 20


class Line(NamedTuple):
    """A line with its first token and the one after its last."""

    text: str
    first: int
    last: int


@dataclass(slots=True)
class _Cells:
    """A line cut up: what stands in each cell, and where in the text each but the last ends."""

    line: Line
    pieces: list[str]
    spans: list[list[Span]]
    ends: list[int]


def barred(text: str) -> str:
    """A text of the same length in which a table set out by gaps has bars between its cells, for
    in a text area nobody can type a tab.

    >>> barred("来源　费用　完整性\\n客户　无　　一般")
    '来源|费用|完整性\\n客户|无| 一般'
    """
    lines = text.split("\n")
    for gap in (_GAP, _SPACE):
        cells = [[c for c in gap.split(line.strip()) if c] for line in lines]
        rows = [n for n, row in enumerate(cells) if len(row) >= FEWEST]
        if gap is _SPACE and not _alike([cells[n] for n in rows]):
            continue
        if len(rows) >= 2 and not any(c in text for c in "|\t"):
            for n in rows:
                lines[n] = gap.sub(lambda m: "|" * len(m.group()), lines[n])
            # Bars one after the other would be empty cells.
            return "\n".join(_BARS.sub(lambda m: "|".ljust(len(m.group())), n) for n in lines)
    return text


def _alike(rows: list[list[str]]) -> bool:
    """Whether rows have as many cells each and all of them are short Chinese words or signs."""
    widths = {len(row) for row in rows}
    short = all(len(c) <= CELL and (CHINESE.search(c) or len(c) < 3) for row in rows for c in row)
    return len(rows) > 2 and len(widths) <= 2 and min(widths) > FEWEST and short


def table_lines(reading: Reading) -> list[Line]:
    """The lines of the table in a text; none where there is no table."""
    lines = [line for line in _lines(reading) if line.text.count("|") >= 2 or "\t" in line.text]
    return lines if len(lines) >= 2 else []


def _lines(reading: Reading) -> list[Line]:
    t = reading.tokens
    lines, first, begin = [], 0, 0
    for n in [*(i for i, key in enumerate(t.keys) if key == "\n"), len(t.keys)]:
        stop = t.starts[n] if n < len(t.keys) else len(t.text)
        lines.append(Line(t.text[begin:stop], first, n))
        first, begin = n + 1, stop + 1
    return lines


def legend(reading: Reading, spans: Iterable[Span]) -> dict[str, list[str]]:
    """What signs stand for, where that is said beside the table."""
    t = reading.tokens
    signs: dict[str, list[str]] = {}
    for s in sorted(filter(is_grade, spans), key=lambda s: (s.start, s.start - s.end)):
        at = t.starts[s.start]
        sign = _LEGEND.search(t.text[max(0, at - LEGEND) : at])
        if sign is not None:
            signs.setdefault(sign.group(1), []).append(s.concept)
    return signs


def read_table(
    grid: Grid,
    reading: Reading,
    spans: Iterable[Span],
    lines: Iterable[Line],
    signs: Mapping[str, Sequence[str]],
    found: Found,
) -> None:
    """Add to `found` what the lines of a table grade and name; `signs` is its legend."""
    _Table(grid, reading, spans, signs, found).read(lines)


class _Table:
    def __init__(
        self,
        grid: Grid,
        reading: Reading,
        spans: Iterable[Span],
        signs: Mapping[str, Sequence[str]],
        found: Found,
    ) -> None:
        self.grid = grid
        self.tokens = reading.tokens
        self.signs = signs
        self.found = found
        self.starting: dict[int, list[Span]] = {}
        for s in spans:
            self.starting.setdefault(s.start, []).append(s)

    def read(self, lines: Iterable[Line]) -> None:
        heads: list[str | None] = []
        for line in lines:
            if _RULE.match(line.text):
                continue
            row = self._cut(line)
            names = [self._name(cell) for cell in row.spans]
            if not heads or self._are_heads(row, names):
                heads = names
                for cell, name in zip(row.spans, names, strict=True):
                    self._name_column([cell], name)
                continue
            head = next(filter(None, names), None)
            if head is not None:
                self._name_column(row.spans, head)
                self._row(row, head, names.index(head), heads)

    def _cut(self, line: Line) -> _Cells:
        t, (text, at, last) = self.tokens, line
        begin = t.starts[at] - (len(text) - len(text.lstrip())) if at < len(t) else 0
        begin = t.text.find(text, max(0, begin - 2))
        separator = "\t" if "\t" in text and "|" not in text else "|"
        ends = [begin + i for i, c in enumerate(text) if c == separator]
        spans: list[list[Span]] = []
        for end in [*ends, begin + len(text)]:
            cell: list[Span] = []
            while at < last and t.starts[at] < end:
                cell += self.starting.get(at, [])
                at += 1
            spans.append(cell)
        return _Cells(line, [piece.strip() for piece in text.split(separator)], spans, ends)

    def _name(self, cell: list[Span]) -> str | None:
        """The row or column that a cell names; the longest words for one."""
        named = [s for s in cell if s.concept in self.grid.columns or s.concept in self.grid.rows]
        return max(named, key=lambda s: s.end - s.start).concept if named else None

    def _are_heads(self, row: _Cells, names: list[str | None]) -> bool:
        """Whether a line names columns or rows and grades nothing."""
        graded = any(s.concept.startswith(("g_", "b_")) for cell in row.spans for s in cell)
        return not graded and sum(name is not None for name in names) >= 2

    def _name_column(self, cells: list[list[Span]], name: str | None) -> None:
        if name in self.grid.columns:
            span = next(s for cell in cells for s in cell if s.concept == name)
            self.found.named.setdefault(name, span)

    def _row(self, row: _Cells, head: str, where: int, heads: list[str | None]) -> None:
        """What the cells behind the head of a line grade; a table may have its columns down."""
        for n in range(where + 1, min(len(row.spans), len(heads))):
            other = heads[n]
            if other is None:
                continue
            name, column = (other, head) if head in self.grid.columns else (head, other)
            if name in self.grid.rows and column in self.grid.columns:
                grades = self._grades(row, n, column)
                if grades:
                    self.found.graded.append(Graded(name, column, longest_first(grades), False))

    def _grades(self, row: _Cells, n: int, column: str) -> list[Span]:
        return (
            list(filter(is_grade, row.spans[n]))
            or self._of_both(row.spans[n], column)
            or self._of_figure(row, n, column)
            or self._of_sign(row, n)
        )

    def _of_both(self, cell: list[Span], column: str) -> list[Span]:
        """Words that name the column and a grade at once: "free"."""
        both = self.grid.both
        named = [s for s in cell if s.concept in both and both[s.concept][0] == column]
        return [Span(both[s.concept][1], s.start, s.end) for s in named]

    def _of_figure(self, row: _Cells, n: int, column: str) -> list[Span]:
        """A cost of 0 is none."""
        if column != "cost":
            return []
        at = self._tokens_from(row, n)
        return [Span("g_none", k, k + 1) for k in at if self.tokens.keys[k] == "0"]

    def _of_sign(self, row: _Cells, n: int) -> list[Span]:
        at = next(iter(self._tokens_from(row, n)), None)
        if at is None:
            return []
        return [Span(concept, at, at + 1) for concept in self.signs.get(row.pieces[n], ())]

    def _tokens_from(self, row: _Cells, n: int) -> list[int]:
        """The tokens of a line from its cell `n` on."""
        begin = row.ends[n - 1]
        return [k for k in range(row.line.first, row.line.last) if self.tokens.starts[k] > begin]
