"""The roster of a class: who takes part, read from CSV or Excel as schools keep it."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unicodedata import normalize

from creditkit.text import BilingualError, Text, join, phrases, plain

IDS = ("student", "student id", "student no", "id", "学号", "学员编号", "学员号", "编号", "工号")
NAMES = ("name", "student name", "full name", "姓名", "学员", "学员姓名", "名字")
LONGEST = 120


@dataclass(frozen=True, slots=True)
class Student:
    """One of the class: an id that tells him from all others, and a name."""

    id: str
    name: str = ""


class RosterError(BilingualError):
    """A roster that cannot be used; all that is wrong in it is told at once, row by row."""


def read_roster(path: str | Path) -> tuple[Student, ...]:
    """The students of a roster, in its order.

    Takes CSV (UTF-8 with or without BOM, UTF-16, GB 18030; comma, semicolon or tab) and Excel, with
    a column for the student's id (`student`, `id`, 学号 …) and, if there is one, for the name. Ids
    are compared without regard to width of characters and capitals.

    Raises:
        RosterError: there is no column of ids, or two under the same heading; an id is missing, too
            long or there twice; or the file cannot be read.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "class.csv"
    >>> _ = file.write_bytes("学号,姓名\\n001,江远\\n".encode("gb18030"))
    >>> read_roster(file)
    (Student(id='001', name='江远'),)
    """
    # pandas, which reads the files, is wanted by the trainer alone.
    from creditkit.analysis.cells import even
    from creditkit.analysis.files import ReadingError, pieces

    say = phrases("handout")
    ids, names = (tuple(even(way) for way in ways) for ways in (IDS, NAMES))
    students: list[tuple[Any, Student]] = []
    problems: list[Text] = []
    try:
        for piece in pieces(path, {*ids, *names}):
            heads = [even(str(head)) for head in piece.columns]
            at = next((way for way in ids if way in heads), None)
            if at is None:
                found = join(plain(str(c)) for c in piece.columns)
                raise RosterError(say("roster_no_ids", found=found, ways=", ".join(IDS)))
            named = next((way for way in names if way in heads), None)
            for way in filter(None, (at, named)):
                if (count := heads.count(way)) > 1:
                    head = piece.columns[heads.index(way)]
                    raise RosterError(say("roster_heads_twice", head=head, count=count))
            given = piece.iloc[:, heads.index(at)]
            called = piece.iloc[:, heads.index(named)] if named else [""] * len(piece)
            for row, cell, call in zip(piece.index, given, called, strict=True):
                id, name = _words(cell), _words(call)
                if not id or len(id) > LONGEST:
                    problems.append(say("roster_bad_id", row=row, id=id[:40]))
                else:
                    students.append((row, Student(id, name[:LONGEST])))
    except ReadingError as error:
        raise RosterError(error.text) from error
    counts = Counter(key(student.id) for _, student in students)
    for id in (id for id, count in counts.items() if count > 1):
        rows = ", ".join(str(row) for row, student in students if key(student.id) == id)
        problems.append(say("roster_twice", id=id, rows=rows))
    if not students and not problems:
        problems.append(say("roster_empty"))
    if problems:
        raise RosterError(join(problems, zh="\n", en="\n"))
    return tuple(student for _, student in students)


def key(id: str) -> str:
    """An id as it is compared.

    >>> key(" ａ01 ") == key("A01")
    True
    """
    return normalize("NFKC", id).strip().casefold()


def _words(cell: Any) -> str:
    if cell is None or cell != cell:
        return ""
    text = str(int(cell)) if isinstance(cell, float) and cell == int(cell) else str(cell)
    return "".join(c for c in text if c.isprintable()).strip()
