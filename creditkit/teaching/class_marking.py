"""Marking a class: a folder of submissions, whatever else is in it, against the trainer's pack.

No student's code is run, and no file can stop the others: what cannot be taken is reported with the
reason. A mark goes to the student whose own handout sealed the file, whatever the file is called.
Of several submissions by one student the latest before the deadline counts; if all are late, the
latest, and it is flagged.

Flags of a student:

- `late`: what was marked came after the deadline (by the student's clock);
- `several`: more than one submission; `rewritten`: a later one does not carry on from an earlier;
- `same_work`: the very same acts, to the second, stand in another student's file;
- `other_name`: the file is named after, or lies in a folder named after, another of the roster;
- `foreign_acts`: acts of a case that cannot have happened by the rules; they earn nothing;
- `other_version`: made with another version of creditkit than the pack;
- `claimed`: without a roster, the name is what the student entered.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from creditkit.teaching.essay.review import NAME as REVIEW
from creditkit.teaching.essay.review import read_review
from creditkit.teaching.feedback import Kind, feedback
from creditkit.teaching.handout import Who
from creditkit.teaching.incoming import (
    Found,
    Status,
    examined,
    files_under,
    owner,
    read,
    refused,
    say,
)
from creditkit.teaching.marked import Record
from creditkit.teaching.pack import Pack, load_pack
from creditkit.teaching.roster import key
from creditkit.teaching.submission import parse, safe_name
from creditkit.teaching.work_marking import case_acts, case_lines, essay_points, mark_work
from creditkit.teaching.workers import Workers
from creditkit.text import BilingualError

Progress = Callable[[int, int], None]
T = TypeVar("T")
R = TypeVar("R")


class ClassError(BilingualError):
    """A folder that cannot be marked at all."""


@dataclass(frozen=True, slots=True)
class Graded:
    """A student's submission, marked."""

    student: str
    points: float
    seconds: float
    language: str
    foreign: int
    marks: list[Record]
    points_said: list[Record]
    lines: list[Record]
    acts: list[Record]
    page: str


@dataclass(frozen=True, slots=True)
class ClassMarks:
    """A class marked: the tables of `marked.jsonl`, each student's page by its file's name, and
    the pack by which it was marked, the trainer's rulings with it."""

    tables: dict[str, list[Record]]
    pages: dict[str, str] = field(repr=False)
    pack: Pack = field(repr=False)

    def count(self, status: Status) -> int:
        """How many files have a status."""
        return sum(file["status"] == status for file in self.tables["file"])


def mark_class(
    folder: str | Path,
    pack: str | Path,
    *,
    out: str | Path | None = None,
    kind: Kind = "full",
    jobs: int | None = None,
    progress: Progress | None = None,
) -> ClassMarks:
    """Mark all submissions under a folder.

    The same files, pack and rulings give the same result, however many processes mark them.

    Args:
        pack: the trainer's pack, or the folder of the release.
        out: the folder that marks are written to. It is passed over, and what the trainer entered
            in the list of essay points there holds against the marker (`essay.review`).
        kind: `full` feedback with reasons and right answers, or `marks` alone.
        jobs: processes to use, by default one a processor.
        progress: called with how many files are done, and of how many.

    Raises:
        ClassError: there is no such folder.
        HandoutError: the pack cannot be read.
        RulingError: a row of the list of essay points is not in order, or it cannot be read.
    """
    root, kept = Path(folder), load_pack(pack)
    if not root.is_dir():
        raise ClassError(say("no_folder", path=root))
    rulings = read_review(Path(out) / REVIEW, kept.essays) if out else ()
    kept = kept.model_copy(update={"rulings": rulings})
    files, found = files_under(root, Path(out).resolve() if out else None)
    total = 2 * len(files)
    with Workers(pack, kind, jobs, len(files), rulings) as workers:
        for n, one in enumerate(workers.each(examined, files), start=1):
            found.append(one)
            if progress and n % 20 == 0:
                progress(n, total)
        found.sort(key=lambda one: (one.file, one.path))
        found, chosen, flags = _chosen(kept, found)
        results: dict[str, Graded] = {}
        for n, (one, result) in enumerate(
            zip(chosen, workers.each(graded, chosen), strict=True), start=1
        ):
            if isinstance(result, Graded):
                results[one.path] = result
            else:
                at = next(i for i, other in enumerate(found) if other.path == one.path)
                found[at] = result
            if progress and n % 20 == 0:
                progress(len(files) + n, total)
    if progress:
        progress(total, total)
    return _result(kept, found, chosen, results, flags)


# Which one counts


def _chosen(
    pack: Pack, found: list[Found]
) -> tuple[list[Found], list[Found], dict[str, list[str]]]:
    """The files with their standing, those to be marked, and the flags of each student."""
    due = pack.assignment.deadline
    by_student: defaultdict[str, list[int]] = defaultdict(list)
    first: dict[str, str] = {}
    for i, one in enumerate(found):
        if one.status != "marked" or one.student is None:
            continue
        if one.digest in first:
            told = say("file_duplicate", file=first[one.digest])
            found[i] = replace(one, status="duplicate", code="duplicate", told=told)
            continue
        first[one.digest] = one.file
        by_student[key(one.student)].append(i)
    chosen, flags = [], {}
    shared = _shared(found[i] for places in by_student.values() for i in places)
    for student, places in by_student.items():
        mine = sorted((found[i] for i in places), key=_order)
        in_time = [one for one in mine if due is None or _at(one) <= due]
        best = (in_time or mine)[-1]
        flags[student] = _flags(pack, best, mine, bool(in_time), shared)
        chosen.append(best)
        for i in places:
            if found[i].path != best.path:
                code = "too_late" if in_time and found[i] not in in_time else "superseded"
                told = say(f"file_{code}", file=best.file)
                found[i] = replace(found[i], status="superseded", code=code, told=told)
    chosen.sort(key=lambda one: (one.file, one.path))
    return found, chosen, flags


def _at(one: Found) -> datetime:
    return datetime.fromisoformat(one.written)


def _order(one: Found) -> tuple[datetime, str, str]:
    return _at(one), one.digest, one.path


def _shared(found: Iterable[Found]) -> set[str]:
    """Works that stand in the files of more than one student."""
    whose: defaultdict[str, set[str]] = defaultdict(set)
    for one in found:
        for work in one.works:
            whose[work].add(key(one.student or ""))
    return {work for work, students in whose.items() if len(students) > 1}


def _flags(
    pack: Pack, best: Found, mine: Sequence[Found], in_time: bool, shared: set[str]
) -> list[str]:
    student = key(best.student or "")
    others = {key(Path(part).stem) for part in Path(best.file).parts} & pack.by_id.keys()
    told = {
        "late": not in_time,
        "several": len(mine) > 1,
        "rewritten": len(mine) > 1 and _rewritten(mine),
        "same_work": any(work in shared for one in mine for work in one.works),
        "other_name": pack.roster and bool(others - {student}),
        "other_version": best.version != pack.creditkit,
        "claimed": not pack.roster,
    }
    return [flag for flag, holds in told.items() if holds]


def _rewritten(mine: Sequence[Found]) -> bool:
    """Whether a later submission lacks, or has otherwise, what an earlier one had."""
    before: dict[str, Sequence[Any]] = {}
    for one in mine:
        submission = parse(read(one.path))[0]
        now = {"": submission.answers, **submission.cases}
        if any(tuple(now.get(part, ()))[: len(acts)] != acts for part, acts in before.items()):
            return True
        before = {part: tuple(acts) for part, acts in now.items()}
    return False


# Marking


def graded(pack: Pack, kind: Kind, one: Found) -> Graded | Found:
    try:
        data = read(one.path)
        if hashlib.sha256(data).hexdigest() != one.digest:
            return refused(one.file, one.path, "changed")
        submission, body = parse(data)
        issued = owner(pack, submission, body)
        work = mark_work(pack, issued, submission)
        who = Who(id=one.student or "", name=one.name)
        due = pack.assignment.deadline
        late = due is not None and _at(one) > due
        page = feedback(pack, who, submission, work, late=late, kind=kind)
    except Exception as error:  # one file must not stop the class
        problem = say("file_failed", problem=type(error).__name__)
        return refused(one.file, one.path, "failed", problem)
    named = [(f"case{n}", case) for n, case in enumerate(work.cases, start=1)]
    return Graded(
        student=who.id,
        points=work.points,
        seconds=work.seconds,
        language=submission.language,
        foreign=work.foreign,
        marks=work.records,
        points_said=[point for question in work.questions for point in essay_points(question)],
        lines=[line for item, case in named for line in case_lines(item, case)],
        acts=[act for item, case in named for act in case_acts(item, case)],
        page=page,
    )


def _result(
    pack: Pack,
    found: Sequence[Found],
    chosen: Sequence[Found],
    graded: dict[str, Graded],
    flags: dict[str, list[str]],
) -> ClassMarks:
    a = pack.assignment
    by_student = {key(one.student or ""): one for one in chosen if one.path in graded}
    if pack.roster:
        class_ = [(one.id, one.name, one.folder) for one in pack.issued]
    else:
        known = {key(one.student or ""): one for one in chosen}
        class_ = [
            (o.student or "", o.name, safe_name(o.student or "")) for _, o in sorted(known.items())
        ]
    tables: dict[str, list[Record]] = {
        name: [] for name in ("student", "mark", "point", "line", "act")
    }
    pages = {}
    for id, name, place in class_:
        one = by_student.get(key(id))
        result = graded[one.path] if one else None
        told = [*flags.get(key(id), ()), *(["foreign_acts"] if result and result.foreign else [])]
        tables["student"].append(
            {
                "student": id,
                "name": name,
                "points": result.points if result else None,
                "out_of": pack.out_of,
                "file": one.file if one else None,
                "language": result.language if result else None,
                "written": one.written if one else None,
                "late": "late" in told,
                "flags": told,
                "seconds": result.seconds if result else None,
            }
        )
        if result:
            tables["mark"] += result.marks
            tables["point"] += result.points_said
            tables["line"] += result.lines
            tables["act"] += result.acts
            pages[f"{place}.html"] = result.page
    about: Record = {
        "format": 1,
        "assignment": a.id,
        "title": {"zh": a.title.zh, "en": a.title.en},
        "build": pack.build,
        "language": None if a.language == "both" else a.language,
        "deadline": a.due,
        "seed": a.seed,
        "attempts": a.attempts,
        "confidence": a.confidence,
        "points": {"questions": a.points.questions, "scenarios": a.points.scenarios},
        "roster": len(pack.issued) if pack.roster else None,
        "submissions": len(pages),
    }
    files = [
        {
            "file": one.file,
            "status": one.status,
            "student": one.student,
            "why": one.code,
            "told": {"zh": one.told.zh, "en": one.told.en} if one.told else None,
        }
        for one in found
    ]
    defined = [{**record, "out_of": round(record["out_of"], 4)} for record in pack.items]
    return ClassMarks(
        {"assignment": [about], "item": defined, **tables, "file": files},
        dict(sorted(pages.items())),
        pack,
    )
