"""Writing a class's marks: `marked.jsonl`, two tables for spreadsheets, and the students' pages."""

from collections.abc import Mapping
from pathlib import Path

from creditkit.casework.export import MARK, csv_text, write_whole
from creditkit.teaching.class_marking import ClassError, ClassMarks
from creditkit.teaching.essay.review import NAME as REVIEW
from creditkit.teaching.essay.review import review_table
from creditkit.teaching.incoming import say
from creditkit.teaching.marked import NAME, jsonl
from creditkit.text import language

FEEDBACK = "feedback"


def write_marks(marks: ClassMarks, out: str | Path) -> Path:
    """Write `marked.jsonl`, `marks.csv` (a row a student), `files.csv` (a row a file), `essays.csv`
    (a row a key point of an essay, where there are essays) and `feedback/` (a page a student) to a
    folder; the same marks give the same bytes.

    Pages of an earlier marking into the same folder are taken away, so that none is left that no
    longer holds.

    Raises:
        ClassError: it cannot be written.
    """
    folder = Path(out)
    pages = folder / FEEDBACK
    try:
        pages.mkdir(parents=True, exist_ok=True)
        for page in pages.glob("*.html"):
            if page.name not in marks.pages:
                page.unlink()
        for name, page_text in marks.pages.items():
            write_whole(pages / name, page_text)
        write_whole(folder / "marks.csv", MARK + marks_table(marks))
        write_whole(folder / "files.csv", MARK + files_table(marks))
        if marks.pack.essays:
            write_whole(folder / REVIEW, MARK + review_table(marks.tables, marks.pack))
        write_whole(folder / NAME, jsonl(marks.tables))
    except OSError as error:
        reason = error.strerror or str(error)
        raise ClassError(say("cannot_write", path=folder, problem=reason)) from error
    return folder


def marks_table(marks: ClassMarks) -> str:
    """A row a student and a column an item, as CSV in the current language."""
    columns = {key: str(say(f"csv_{key}")) for key in ("student", "name", "points", "out_of")}
    columns |= {item["item"]: str(item["item"]) for item in marks.tables["item"]}
    columns |= {key: str(say(f"csv_{key}")) for key in ("late", "flags", "file")}
    points: dict[str, dict[str, object]] = {}
    for mark in marks.tables["mark"]:
        points.setdefault(mark["student"], {})[mark["item"]] = f"{mark['points']:.2f}"
    rows = [
        {
            **_blank(student),
            **points.get(student["student"], {}),
            "late": say("csv_yes") if student["late"] else "",
            "flags": "; ".join(str(say(f"flag_{flag}")) for flag in student["flags"]),
        }
        for student in marks.tables["student"]
    ]
    return csv_text(rows, columns)


def files_table(marks: ClassMarks) -> str:
    """A row a file and what became of it, as CSV in the current language."""
    columns = {key: str(say(f"csv_{key}")) for key in ("file", "status", "student", "told")}
    lang = language()
    rows = [
        {
            **_blank(file),
            "status": say(f"status_{file['status']}"),
            "told": file["told"][lang] if file["told"] else "",
        }
        for file in marks.tables["file"]
    ]
    return csv_text(rows, columns)


def _blank(record: Mapping[str, object]) -> dict[str, object]:
    return {key: "" if value is None else value for key, value in record.items()}
