"""A comparison read as a grid: from a table, or from sentences that grade rows by columns."""

from itertools import groupby

from creditkit.content.schema_essays import Grid
from creditkit.teaching.essay.grid_grades import Found, is_grade
from creditkit.teaching.essay.grid_mentions import Mention, mentions
from creditkit.teaching.essay.grid_sentences import grade_sentences
from creditkit.teaching.essay.grid_table import legend, read_table, table_lines
from creditkit.teaching.essay.lexicon import Span
from creditkit.teaching.essay.reading import Reading

# So many blocks of so many things each are a heap.
HEAPS = 3


def read_grid(grid: Grid, reading: Reading, spans: list[Span]) -> Found:
    """Every grade that a text gives to a cell of a grid."""
    found = Found()
    table = table_lines(reading)
    inside = {n for line in table for n in range(line.first, line.last)}
    rest = [s for s in spans if s.start not in inside]
    if table:
        read_table(grid, reading, spans, table, legend(reading, rest), found)
    mentioned = mentions(grid, reading, rest)
    if found.graded or not _heaped(mentioned):
        _name_columns(grid, reading, rest, found)
        grade_sentences(grid, found, mentioned)
    return found


def _heaped(mentioned: list[Mention]) -> bool:
    """Whether all columns, all rows and all grades stand each by themselves: a heap of words."""
    blocks = [(kind, len(list(of))) for kind, of in groupby(m.kind for m in mentioned)]
    return len({kind for kind, _ in blocks}) == len(blocks) == HEAPS and all(
        n >= HEAPS for _, n in blocks
    )


def _name_columns(grid: Grid, reading: Reading, spans: list[Span], found: Found) -> None:
    """Note which columns sentences name; a clause that denies and grades nothing denies them."""
    for span in spans:
        if span.concept in grid.columns:
            clause = next(c for c in reading.clauses if c.start <= span.start < c.end)
            graded = any(
                is_grade(s) or s.concept.startswith("b_")
                for s in spans
                if clause.start <= s.start < clause.end
            )
            names = found.denied if clause.denials and not graded else found.named
            names.setdefault(span.concept, span)
