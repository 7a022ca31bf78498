"""A class that does not exist, to try the figures of a class on: students of different ability sit
the final assessment, and their work is handed out, handed in and marked as real work is.

Nobody was measured. The figures show what the tools do with marks of a known make, not how real
students do. Three things are put in to be found: the question `HARDER_IN_ENGLISH` is harder for
students who read English, the option `NEVER_TAKEN` fools nobody, and all are surer than right.
"""

import json
import random
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from creditkit.casework.case import Case
from creditkit.casework.journal import Journal, Line
from creditkit.casework.opening import new_header
from creditkit.content.check import PACKAGE
from creditkit.teaching.class_marking import ClassMarks, mark_class
from creditkit.teaching.exercise import Exercise, exercise
from creditkit.teaching.feedback import Kind
from creditkit.teaching.handout import Handout, Work
from creditkit.teaching.marked import Marked
from creditkit.teaching.marks_out import write_marks
from creditkit.teaching.pack import Issued, Pack, load_pack
from creditkit.teaching.release import release
from creditkit.teaching.roster import Student
from creditkit.teaching.simulated_student import SimulatedStudent
from creditkit.teaching.submission import FORMAT, safe_name, seal
from creditkit.text import Language

ASSIGNMENT = PACKAGE / "assignments" / "final_assessment.yaml"
HARDER_IN_ENGLISH = "refusal_too_early"
NEVER_TAKEN = ("collection_principle", "new")
# How much harder, in logits.
HARDER_BY = 1.6
BEGINS = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
# Levels 1 to 3 are so difficult, in logits; each item has its own on top.
OF_LEVEL = {1: -1.0, 2: -0.4, 3: 0.3}


def simulated_class(students: int = 60, seed: int = 1, folder: str | Path | None = None) -> Marked:
    """The marks of a simulated class; the same numbers give the same marks.

    Args:
        students: how many there are on the roster. One in twenty hands in nothing.
        folder: where to keep all of it: `release`, `submissions` and `marks`, as the commands
            `creditkit release` and `creditkit mark` leave them. By default it is not kept.

    >>> found = simulated_class(students=6, seed=1)
    >>> found.assignment["assignment"], found.assignment["submissions"]
    ('final_assessment', 6)
    """
    if folder is None:
        with tempfile.TemporaryDirectory() as scratch:
            return _simulated(Path(scratch), students, seed, "marks")
    return _simulated(Path(folder), students, seed, "full")


def _simulated(folder: Path, students: int, seed: int, kind: Kind) -> Marked:
    roster = [Student(f"s{n:03}", f"模拟 {n:03}") for n in range(1, students + 1)]
    release(ASSIGNMENT, folder / "release", roster, "assessment", secret=f"simulated/{seed}")
    pack = load_pack(folder / "release")
    handed_in = folder / "submissions"
    handed_in.mkdir(parents=True, exist_ok=True)
    own = _own_difficulty(pack, seed)
    for n, issued in enumerate(pack.issued, start=1):
        if n % 20 == 0:
            continue
        rng = random.Random(f"{seed}/{issued.id}")
        language: Language = "en" if rng.random() < 0.4 else "zh"
        one = SimulatedStudent(rng.gauss(0.4, 1.1), language, rng.gauss(0.12, 0.1), rng)
        handout = Work.on(folder / "release" / "students" / issued.folder).handout
        body = _submission(pack, issued, handout, one, own)
        text = json.dumps(body, ensure_ascii=False, indent=1) + "\n"
        (handed_in / f"{safe_name(issued.id)}.json").write_text(text, "utf-8")
    marks: ClassMarks = mark_class(handed_in, folder / "release", kind=kind, jobs=1)
    write_marks(marks, folder / "marks")
    return Marked(marks.tables)


def _own_difficulty(pack: Pack, seed: int) -> dict[str, float]:
    rng = random.Random(f"{seed}/items")
    return {q.id: OF_LEVEL[q.level] + rng.gauss(0, 0.6) for q in pack.questions}


def _submission(
    pack: Pack,
    issued: Issued,
    handout: Handout,
    one: SimulatedStudent,
    own: Mapping[str, float],
) -> dict[str, Any]:
    """A student's work, as `creditkit submit` would write it."""
    from creditkit import __version__

    clock = _Clock(one)
    answers: list[Line] = []
    for number, question in enumerate(pack.questions, start=1):
        x = exercise(question, issued.seed)
        harder = HARDER_BY if (x.id, one.language) == (HARDER_IN_ENGLISH, "en") else 0.0
        # The later a question comes, the more students do not get to it.
        if one.rng.random() < 0.004 * number:
            continue
        never = NEVER_TAKEN[1] if x.id == NEVER_TAKEN[0] else ""
        act = {
            "question": f"q{number}",
            "answer": encoded(x, one.answer(x, own[x.id] + harder, never)),
            "confidence": one.sure(own[x.id] + harder),
        }
        common = {"n": len(answers) + 1, "act": "answer", "t": clock(), "lang": one.language}
        answers.append({**common, **act})
    cases: dict[str, list[Line]] = {}
    for given, name in zip(handout.cases, issued.scenarios, strict=True):
        header = new_header(given.case, None, given.scenario.procedure, given.scenario.given)
        case = Case(
            Journal(None, header),
            clock=clock,
            scenario=given.scenario,
            procedure=given.procedure,
        )
        scenario = pack.scenarios[name]
        one.work(case, scenario, pack.played[scenario.procedure])
        cases[given.case] = case.journal.lines
    body: dict[str, Any] = {
        "creditkit_submission": FORMAT,
        "assignment": handout.assignment,
        "build": handout.build,
        "handout": issued.handout,
        "student": {"id": issued.id, "name": issued.name},
        "language": one.language,
        "written": clock(),
        "versions": {"creditkit": __version__},
        "answers": answers,
        "cases": cases,
    }
    return {**body, **seal(body, issued.token)}


class _Clock:
    """The time by a simulated student's clock: every act takes a while."""

    def __init__(self, one: SimulatedStudent) -> None:
        self._one, self._at = one, BEGINS

    def __call__(self) -> str:
        self._at += timedelta(seconds=round(self._one.rng.lognormvariate(3.6, 0.7)))
        return self._at.isoformat(timespec="seconds")


def encoded(x: Exercise, answer: Any) -> Any:
    """An answer by the names that things have in an assessment: `decoded` the other way round.

    >>> from creditkit.content.library import questions
    >>> from creditkit.teaching.sheets import decoded
    >>> x = exercise(questions("refusal").items[0], 5)
    >>> decoded(x, encoded(x, x.key)) == x.key
    True
    """
    q: Any = x.question
    if lists := getattr(q, "lists", None):
        rows = {row.id: f"r{n}" for n, row in enumerate(q.rows, start=1)}
        columns = {c.id: (f"c{n}", [v.id for v in lists[c.of]]) for n, c in enumerate(q.columns, 1)}
        return {
            rows[row]: {columns[c][0]: f"v{columns[c][1].index(v) + 1}" for c, v in cells.items()}
            for row, cells in answer.items()
        }
    named = {p.id: f"a{n}" for n, p in enumerate(x.phrases, start=1)}
    targets = {p.id: f"b{n}" for n, p in enumerate(x.targets, start=1)}
    if isinstance(answer, dict):
        return {named[item]: targets[to] for item, to in answer.items()}
    if isinstance(answer, list):
        return [named[one] for one in answer]
    return named.get(answer, answer) if isinstance(answer, str) else answer
