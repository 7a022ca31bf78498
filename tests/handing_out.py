"""A class in a folder: an assignment released, worked by made-up students, and handed in."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from creditkit.casework.case import Case
from creditkit.content.schema import Scenario
from creditkit.content.schema_questions import Table
from creditkit.content.ways import model_path, right_value
from creditkit.teaching.exercise import Exercise, exercise
from creditkit.teaching.handout import Build, Who, Work
from creditkit.teaching.pack import Issued, Pack, load_pack
from creditkit.teaching.release import release
from creditkit.teaching.roster import Student
from creditkit.teaching.submission import hand_in, seal
from tests import answering

CLASS = (Student("001", "江远"), Student("002", "Ann Lee"), Student("003", "<b>Bo</b>"))
ASSIGNMENT = """
assignment: week1
title: {zh: 第一周, en: Week one}
questions: [refusal_first_contact, refusal_order, refusal_inside_questions]
scenarios: [pump_maker, {variant: complaint, level: 2}]
points: {questions: 30, scenarios: 70}
"""


@dataclass(frozen=True)
class Class:
    """A released assignment: where it is, its pack, and a home for each student."""

    folder: Path
    pack: Pack

    @property
    def inbox(self) -> Path:
        """Where submissions are collected."""
        inbox = self.folder / "inbox"
        inbox.mkdir(exist_ok=True)
        return inbox

    def issued(self, id: str = "") -> Issued:
        return next(one for one in self.pack.issued if one.id == id)

    def handout(self, id: str = "") -> Path:
        return self.folder / "out" / "students" / self.issued(id).folder

    @contextmanager
    def at_home(self, id: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
        """A student's own machine, with the handout on it."""
        with monkeypatch.context() as patch:
            patch.setenv("CREDITKIT_HOME", str(self.folder / "home" / id))
            yield Work.on(self.handout(id if self.pack.roster else ""))


def a_class(
    folder: Path,
    yaml: str = ASSIGNMENT,
    build: Build = "assessment",
    roster: tuple[Student, ...] = CLASS,
    secret: str = "open sesame",
) -> Class:
    path = folder / "week1.yaml"
    path.write_text(yaml, "utf-8")
    done = release(path, folder / "out", roster, build, secret)
    return Class(folder, load_pack(done.pack))


def encoded(x: Exercise, answer: Any) -> Any:
    """An answer in the names that a sheet gives to options and items."""
    names = {p.id: f"a{n}" for n, p in enumerate(x.phrases, start=1)}
    targets = {p.id: f"b{n}" for n, p in enumerate(x.targets, start=1)}
    q = x.question
    if isinstance(q, Table):
        rows = {r.id: f"r{n}" for n, r in enumerate(q.rows, start=1)}
        columns = {c.id: (f"c{n}", c.of) for n, c in enumerate(q.columns, start=1)}
        values = {
            of: {v.id: f"v{n}" for n, v in enumerate(vs, start=1)} for of, vs in q.lists.items()
        }
        return {
            rows.get(row, row): {columns[c][0]: values[columns[c][1]][v] for c, v in cells.items()}
            for row, cells in answer.items()
        }
    if isinstance(answer, list):
        return [names.get(id, id) for id in answer]
    if isinstance(answer, dict):
        return {names.get(k, k): targets.get(v, v) for k, v in answer.items()}
    return names.get(answer, answer) if isinstance(answer, str) else answer


def answer_all(desk: Class, work: Work, id: str, how: str = "right") -> None:
    """Answer every question: right, wrong, or partly."""
    seed = desk.issued(id if desk.pack.roster else "").seed
    for n, q in enumerate(desk.pack.questions, start=1):
        x = exercise(q, seed)
        answer = x.key if how == "right" else getattr(answering, how)(x)
        if desk.pack.build == "practice":
            work.attempts.answer(work.attempts.exercise(q), answer)
        else:
            work.answer(f"q{n}", encoded(x, answer))


def work_case(case: Case, full: Scenario, procedure: Any, until: str | None = None) -> None:
    """Work a case on the model way, knowing the truth that the case itself may not know."""
    for step in model_path(procedure, full.given, full.truth, full.delays, full.deadline):
        if step.id == until:
            return
        if step.id in case.state.done and not case.state.reenters(step.id):
            continue
        items = [item.id for item in step.items if item.is_needed(case.state.values)]
        if step.verb == "fill":
            models = {i: full.answers[i] for i in items}
            reply = case.fill(
                **{i: m.accepts[0][0] if case.item(i).of else m.en for i, m in models.items()}
            )
        elif step.verb in {"judge", "decide"}:
            right = right_value(procedure, step, full.truth, case.state.values)
            assert right is not None
            grounds = [
                i
                for i in case.recordable(case.state.steps[step.id])
                if i in full.answers and right in full.answers[i].supports
            ]
            reply = case.do(step.id, choice=right, because=grounds)
        elif step.verb == "record":
            reply = case.record()
        else:
            reply = case.do(step.id, items=items)
        assert reply.accepted, reply.text.in_("en")
    assert case.close().accepted


def work_cases(desk: Class, work: Work, id: str, until: str | None = None) -> None:
    issued = desk.issued(id if desk.pack.roster else "")
    for n, name in enumerate(issued.scenarios, start=1):
        full = desk.pack.scenarios[name]
        case = work.case(n)
        work_case(case, full, desk.pack.played[full.procedure], until)
        case.close_journal()


def handed_in(
    desk: Class, id: str, monkeypatch: pytest.MonkeyPatch, how: str = "right", cases: bool = True
) -> Path:
    """A student works all of it and hands in; the file is in the inbox."""
    with desk.at_home(id, monkeypatch) as work:
        answer_all(desk, work, id, how)
        if cases:
            work_cases(desk, work, id)
        return hand_in(work, desk.inbox, None if desk.pack.roster else Who(id=id))[0]


def altered(path: Path, token: str | None = None, **changes: Any) -> bytes:
    """A submission with some of it changed; sealed anew where a token is given."""
    body = json.loads(path.read_text("utf-8")) | changes
    if token is not None:
        body |= seal(body, token)
    return json.dumps(body).encode()
