"""Tables of answers marked: a row an answer, a column a key point."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from creditkit.analysis.cells import even
from creditkit.analysis.files import pieces
from creditkit.casework.export import MARK, csv_text
from creditkit.teaching.essay.marker import Marked, Marker, State, marker, say
from creditkit.teaching.essay.rulings import Rulings
from creditkit.text import BilingualError

# Headings as `even` writes them.
HEADINGS = {
    "id": ("id", "student", "studentid", "学号", "学生", "编号", "姓名", "序号", "name", "no"),
    "answer": ("answer", "text", "essay", "答案", "作答", "回答", "正文", "内容", "response"),
}
LISTS: tuple[State, ...] = ("covered", "partly", "doubtful", "missing", "contradicted")


class AnswersError(BilingualError):
    """A file of answers that cannot be marked; the message says what is wanting."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: whose it is, what was written, how it was marked."""

    id: str
    text: str
    marked: Marked


def marked_answers(
    source: Any, question: str, rulings: Rulings | None = None, meaning: bool = False
) -> Iterator[Answer]:
    """Mark every answer of a table.

    Args:
        source: path of a CSV (UTF-8 or GB 18030), Excel or Parquet file, or a pandas frame, with
            the columns `id` (or `student`) and `answer`, str; other columns are passed over.
        question: id or letter of an essay of the package.
        rulings: where the trainer overruled the marker; by default those kept on disk.
        meaning: whether to compare sentences in meaning too; see `mark_essay`.

    Raises:
        NoSuchEssay: there is no such question.
        ReadingError: the file cannot be read.
        AnswersError: it has no column of answers.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"id": ["a"], "answer": ["By fax or online."]})
    >>> [(a.id, a.marked.refs("covered")) for a in marked_answers(frame, "C")]
    [('a', ['C1.3', 'C1.4'])]
    """
    by: Marker = marker(question, meaning)
    rulings = rulings or Rulings()
    kept = rulings.all()
    known = {heading for names in HEADINGS.values() for heading in names}
    for piece in pieces(source, known):
        columns = {even(column): n for n, column in reversed(list(enumerate(piece.columns)))}
        at = {
            kind: next((columns[name] for name in names if name in columns), None)
            for kind, names in HEADINGS.items()
        }
        if at["answer"] is None:
            raise AnswersError(say("no_answers", columns=", ".join(map(str, piece.columns))))
        for row, cells in zip(piece.index, piece.itertuples(index=False, name=None), strict=True):
            text = _cell(cells[at["answer"]])
            name = _cell(cells[at["id"]]) if at["id"] is not None else ""
            marked = by.mark(text)
            yield Answer(name or str(row), text, rulings.applied(marked, text, kept))


def _cell(value: Any) -> str:
    # An empty cell of a frame is not equal to itself.
    return "" if value is None or value != value else str(value)


def write_marks(answers: Iterator[Answer], question: str, path: str | Path) -> int:
    """Write marked answers as CSV, safe to open in a spreadsheet; returns how many.

    Columns: `id` (str), `share` (float, 0 to 1), a column for each key point with its state, the
    points in each state listed with spaces between, and `extra`, what the answer says besides.
    """
    refs = [p.id for p in marker(question).question.key]
    columns: list[str] = ["id", "share", *refs, *LISTS, "extra"]
    rows: list[dict[str, object]] = []
    for a in answers:
        found = a.marked.findings
        rows.append(
            {
                "id": a.id,
                "share": f"{a.marked.share:.4f}",
                **{ref: found[ref].state for ref in refs},
                **{state: " ".join(a.marked.refs(state)) for state in LISTS},
                "extra": " … ".join(a.text[x:y] for x, y in a.marked.extra),
            }
        )
    headings: dict[str, str] = {column: column for column in columns}
    text = MARK + csv_text(rows, headings)
    Path(path).write_text(text, "utf-8", newline="")
    return len(rows)
