"""A class's essays point by point, as a list in which a trainer overrules the marker.

`creditkit mark` writes the list beside the marks, doubtful points first and the surest last. What
the trainer enters there, a ruling and its reason, holds when the class is marked again, and stands
in the list then written. A ruling is on an answer's words: it holds for everyone who wrote the
same, and waits while the student's present answer is another.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from creditkit.casework.export import FORMULA, csv_text
from creditkit.content.schema_questions import Essay
from creditkit.teaching.essay.marker import say
from creditkit.teaching.essay.rulings import STATES, Ruling, RulingError, checked
from creditkit.teaching.marked import Record
from creditkit.text import BilingualError, join

if TYPE_CHECKING:
    from creditkit.teaching.pack import Pack

NAME = "essays.csv"
COLUMNS = (
    "student", "name", "question", "ref", "point", "state", "confidence", "words", "ruling",
    "reason", "fingerprint",
)  # fmt: skip
_NEEDED = ("question", "ref", "ruling", "reason", "fingerprint")
# A spreadsheet would take some fingerprints for numbers.
_LETTER = "a"


def review_table(tables: Mapping[str, Iterable[Record]], pack: "Pack") -> str:
    """The list as CSV in the current language; rulings that fit no present answer come last."""
    names = {student["student"]: student["name"] for student in tables["student"]}
    of = {(q.id, p.id): p for q in pack.essays.values() for p in q.key}
    rulings = {(r.question, r.answer, r.ref): r for r in pack.rulings}
    rows = []
    for found in tables["point"]:
        key = (found["item"], found["answer"], found["ref"])
        who = {"student": found["student"], "name": names.get(found["student"], "")}
        rows.append({**who, **_row(found, of), **_ruling(rulings.get(key))})
    rows.sort(key=lambda row: (row["doubtful"], row["confidence"], row["student"], row["question"]))
    shown = {(f["item"], f["answer"], f["ref"]) for f in tables["point"]}
    for key, ruling in sorted(rulings.items()):
        if key not in shown:
            left = {"item": key[0], "answer": key[1], "ref": key[2], "state": ruling.state}
            rows.append({**_row(left, of), **_ruling(ruling)})
    return csv_text(rows, {column: str(say(f"column_{column}")) for column in COLUMNS})


def _row(found: Record, of: Mapping[tuple[str, str], Any]) -> dict[str, Any]:
    sure = found.get("confidence")
    return {
        "question": found["item"],
        "ref": found["ref"],
        "point": str(of[found["item"], found["ref"]].text),
        "state": str(say(f"state_{found['state']}")),
        "doubtful": found["state"] != "doubtful",
        "confidence": "" if sure is None else f"{sure:.2f}",
        "words": found.get("words", ""),
        "fingerprint": _LETTER + found["answer"],
    }


def _ruling(ruling: Ruling | None) -> dict[str, str]:
    if ruling is None:
        return {"ruling": "", "reason": ""}
    return {"ruling": str(say(f"state_{ruling.state}")), "reason": ruling.reason}


def read_review(path: Path, essays: Mapping[str, Essay]) -> tuple[Ruling, ...]:
    """What the trainer entered in the list; nothing when there is no list.

    Args:
        path: the list, as it was written or as a spreadsheet saved it.
        essays: the questions it is on, by id.

    Raises:
        RulingError: the file is not such a list, or was saved as a workbook; a ruling in it does
            not fit or lacks its reason, or two on one answer differ. Nothing is written then.
    """
    if not essays or not path.exists():
        return ()
    book = path.with_suffix(".xlsx")
    if book.exists() and book.stat().st_mtime > path.stat().st_mtime:
        raise RulingError(say("review_book", book=book, path=path.name))
    # What reads tables is large, and not wanted before there is one.
    from creditkit.analysis.cells import even
    from creditkit.analysis.files import pieces

    headings = {even(word): c for c in COLUMNS for word in (say(f"column_{c}").zh, c)}
    headings |= {even(say(f"column_{c}").en): c for c in COLUMNS}
    states = {
        even(word): s for s in STATES for t in [say(f"state_{s}")] for word in (s, t.zh, t.en)
    }
    found: dict[tuple[str, str, str], tuple[Ruling, int]] = {}
    try:
        for piece in pieces(path, set(headings)):
            at = {headings[even(c)]: n for n, c in enumerate(piece.columns) if even(c) in headings}
            if wanting := [c for c in _NEEDED if c not in at]:
                columns = join(say(f"column_{c}") for c in wanting)
                raise RulingError(say("review_columns", columns=columns))
            for row, cells in zip(
                piece.index, piece.itertuples(index=False, name=None), strict=True
            ):
                given = {c: _cell(cells[at[c]]) for c in _NEEDED}
                if given["ruling"]:
                    _take(found, given, int(row), essays, states)
    except RulingError as error:
        raise RulingError(say("review_wrong", path=path, problem=error.text)) from error
    except BilingualError as error:
        raise RulingError(error.text) from error
    return tuple(ruling for ruling, _ in found.values())


def _take(
    found: dict[tuple[str, str, str], tuple[Ruling, int]],
    given: Mapping[str, str],
    row: int,
    essays: Mapping[str, Essay],
    states: Mapping[str, str],
) -> None:
    from creditkit.analysis.cells import even

    try:
        question = essays.get(given["question"])
        if question is None:
            raise RulingError(say("review_question", name=given["question"]))
        state = states.get(even(given["ruling"]))
        if state is None:
            known = join(say(f"state_{s}") for s in STATES)
            raise RulingError(say("ruling_state", state=given["ruling"], states=known))
        fits, reason = checked(question, given["ref"], state, given["reason"])
    except RulingError as error:
        raise RulingError(say("review_row", row=row, problem=error.text)) from error
    ruling = Ruling(question.id, given["fingerprint"][1:], given["ref"], fits, reason, "")
    key = (ruling.question, ruling.answer, ruling.ref)
    before = found.setdefault(key, (ruling, row))
    if before[0] != ruling:
        raise RulingError(say("review_twice", row=row, before=before[1]))


def _cell(value: Any) -> str:
    # An empty cell of a frame is not equal to itself.
    text = "" if value is None or value != value else str(value).strip()
    # A cell that looked like a formula came with an apostrophe in front.
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
