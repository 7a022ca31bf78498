"""A class's marks as tables for other programs: a spreadsheet, and a gradebook of nbgrader's form.

Every cell is quoted, and none begins so that a spreadsheet would take it for a formula: it gets an
apostrophe in front (in a gradebook also a student's id, should it begin so).
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from creditkit.casework.export import MARK, inert, write_whole
from creditkit.teaching.marked import Marked, MarkedError, Record
from creditkit.text import language, phrases

RESULTS, GRADES = "results.csv", "grades.csv"
# As `nbgrader export` writes them.
NBGRADER = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
    "raw_score", "late_submission_penalty", "score", "max_score",
)  # fmt: skip
COLUMNS = (
    "student", "name", "item", "kind", "title", "points", "out_of", "share", "verdict", "language",
    "seconds", "attempts", "confidence", "late",
)  # fmt: skip


def quoted(rows: Iterable[Mapping[str, object]], columns: Mapping[str, str]) -> str:
    """Rows as CSV with every cell quoted and none a formula; `columns` maps keys to headings.

    >>> quoted([{"a": "=1+1", "b": None}], {"a": "A", "b": "B"})
    '"A","B"\\r\\n"\\'=1+1",""\\r\\n'
    """
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns.values())
    for row in rows:
        cells = (row.get(key) for key in columns)
        writer.writerow(["" if cell is None else inert(cell) for cell in cells])
    return out.getvalue()


def results_csv(marked: Marked) -> str:
    """A row a student and item, for a spreadsheet: UTF-8 with the mark that tells it so, headings
    and words in the current language.

    Students who handed in nothing have one row without an item.

    >>> from creditkit.teaching.simulated_class import simulated_class
    >>> results_csv(simulated_class(students=3, seed=1)).count("\\r\\n")
    55
    """
    say, lang = phrases("class_results"), language()
    items = {item["item"]: item for item in marked.tables["item"]}
    by_student: dict[str, list[Record]] = {}
    for mark in marked.tables["mark"]:
        by_student.setdefault(mark["student"], []).append(mark)
    rows: list[Record] = []
    for student in marked.tables["student"]:
        who = {"student": student["student"], "name": student["name"]}
        who["late"] = str(say("yes")) if student["late"] else ""
        if student["student"] not in by_student:
            rows.append(who | {"verdict": str(say("absent"))})
        for mark in by_student.get(student["student"], ()):
            words = {
                "kind": str(say(f"kind_{mark['kind']}")),
                "title": items[mark["item"]]["title"][lang],
                "verdict": str(say(f"verdict_{mark['verdict']}")),
            }
            rows.append({**mark, **who, **words})
    return MARK + quoted(rows, {key: str(say(f"csv_{key}")) for key in COLUMNS})


def nbgrader_csv(marked: Marked) -> str:
    """A row a student, in the columns of the gradebook that `nbgrader export` writes.

    Times are UTC without an offset, as nbgrader has them. A roster of creditkit has one name for
    each student: it stands as the last name, as nobody can tell which part of it is the first.
    Marking here takes nothing off for lateness. Whoever handed in nothing has 0.

    >>> from creditkit.teaching.simulated_class import simulated_class
    >>> nbgrader_csv(simulated_class(students=3, seed=1)).splitlines()[1].split(",")[3]
    '"s001"'
    """
    about = marked.assignment
    out_of = sum(item["out_of"] for item in marked.tables["item"])
    rows: Sequence[Record] = [
        {
            "assignment": about["assignment"],
            "duedate": _utc(about["deadline"]),
            "timestamp": _utc(student["written"]),
            "student_id": student["student"],
            "last_name": student["name"],
            "raw_score": float(student["points"] or 0),
            "late_submission_penalty": 0.0,
            "score": float(student["points"] or 0),
            "max_score": float(student["out_of"] or out_of),
        }
        for student in marked.tables["student"]
    ]
    return quoted(rows, {key: key for key in NBGRADER})


def _utc(iso: str | None) -> str:
    if not iso:
        return ""
    return str(datetime.fromisoformat(iso).astimezone(UTC).replace(tzinfo=None))


def write_tables(marked: Marked, folder: str | Path) -> tuple[Path, Path]:
    """Write `results.csv` (see `results_csv`) and `grades.csv` (see `nbgrader_csv`) to a folder.

    Raises:
        MarkedError: they cannot be written.
    """
    files = Path(folder) / RESULTS, Path(folder) / GRADES
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for file, text in zip(files, (results_csv(marked), nbgrader_csv(marked)), strict=True):
            write_whole(file, text)
    except OSError as error:
        say = phrases("class_marking")
        reason = error.strerror or str(error)
        raise MarkedError(say("cannot_write", path=folder, problem=reason)) from error
    return files
