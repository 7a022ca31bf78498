"""What a student is given to work on, and the work itself, kept on the student's machine.

A handout is a JSON file beside the notebook. Of an assessment it holds no key in any form. The
work on it is kept under `CREDITKIT_HOME`, in `assignments`: a journal of the answers and one for
each case, written and flushed at every act.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from creditkit.casework.case import Case
from creditkit.casework.journal import Journal, Line, held
from creditkit.casework.opening import clean, new_header, now
from creditkit.casework.store import folder
from creditkit.content.schema import Part, Procedure, Scenario
from creditkit.content.schema_questions import AnyQuestion
from creditkit.teaching.attempts import Attempts
from creditkit.teaching.drafts import Drafts
from creditkit.teaching.sheets import Sheet
from creditkit.text import BilingualError, Language, Text, language, phrases

FORMAT = 2
NAME = "handout.json"
# What of a handout of format 2 is to be answered, and by whom; the rest is on what terms.
ANSWERED = ("creditkit_handout", "build", "assignment", "token", "seed", "questions", "cases")
TERMS_OF_A_SHEET = {"points", "hints"}
Build = Literal["practice", "assessment"]


def say(key: str, /, **slots: object) -> Text:
    return phrases("handout")(key, **slots)


class HandoutError(BilingualError):
    """A handout that is missing or not in order, and what to do."""


class Who(Part):
    id: str
    name: str = ""


class GivenCase(Part):
    """A case of a handout: all it takes to play it."""

    case: str
    scenario: Scenario
    procedure: Procedure


class Handout(Part):
    """What a student is given. `questions` and `seed` are there in a practice build, `sheets` in an
    assessment; `token` seals the submission (see `creditkit.teaching.submission`)."""

    creditkit_handout: Literal[1, 2]
    build: Build
    assignment: str
    title: Text
    language: Language | None = None
    student: Who | None = None
    deadline: str | None = None
    attempts: int | None = None
    hints: bool = True
    confidence: bool = False
    token: str
    seed: int | None = None
    questions: tuple[AnyQuestion, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    cases: tuple[GivenCase, ...] = ()


def canonical(data: Any) -> bytes:
    """Plain data as the same bytes, whatever the order of keys or the spacing in its file.

    >>> canonical({"b": 1, "a": "信"})
    b'{"a":"\\\\u4fe1","b":1}'
    """
    return json.dumps(data, sort_keys=True, separators=(",", ":")).encode("ascii")


def digest(data: dict[str, Any]) -> str:
    """What tells one handout from every other: a SHA-256 of its data, in hex.

    It is of what is answered and by whom. A title or a name put right, another deadline, more
    attempts or hints change nothing of it, so work begun goes on and what was handed in counts.
    Handouts of format 1 go by all of their data, as they always did.

    >>> common = {"creditkit_handout": 2, "token": "00", "sheets": []}
    >>> digest(common) == digest({**common, "deadline": "2030-06-30T18:00:00+08:00"})
    True
    """
    if data["creditkit_handout"] != 1:
        sheets = data.get("sheets", ())
        data = {key: data.get(key) for key in ANSWERED} | {
            "student": (data.get("student") or {}).get("id"),
            "sheets": [
                {key: of for key, of in sheet.items() if key not in TERMS_OF_A_SHEET}
                for sheet in sheets
            ],
        }
    return hashlib.sha256(canonical(data)).hexdigest()


def time_read(iso: str) -> str:
    """A time as people read it, with its offset from UTC.

    >>> time_read("2030-06-30T18:00:00+08:00")
    '2030-06-30 18:00 (UTC+0800)'
    """
    return _in_words(datetime.fromisoformat(iso))


def time_beside(iso: str, other: str | None) -> str:
    """A time as people read it, told in the offset of another that it is compared with; of this
    machine where there is none.

    >>> time_beside("2030-06-30T10:30:00+00:00", "2030-06-30T18:00:00+08:00")
    '2030-06-30 18:30 (UTC+0800)'
    """
    time = datetime.fromisoformat(iso)
    try:
        return _in_words(time.astimezone(datetime.fromisoformat(other).tzinfo if other else None))
    except (OverflowError, OSError, ValueError):
        # A clock that is wrong by millennia has no time in every offset.
        return _in_words(time)


def _in_words(time: datetime) -> str:
    return time.strftime("%Y-%m-%d %H:%M (UTC%z)")


@dataclass(frozen=True)
class Work:
    """A student's work on a handout."""

    handout: Handout
    digest: str
    folder: Path

    @classmethod
    def on(cls, path: str | Path = NAME) -> "Work":
        """The work on a handout, by the handout's path.

        Raises:
            HandoutError: there is none, or it was changed so that it cannot be read.
        """
        file = Path(path)
        file = file / NAME if file.is_dir() else file
        try:
            data = json.loads(file.read_text("utf-8-sig"))
            handout = Handout.model_validate(data)
        except OSError as error:
            raise HandoutError(say("no_handout", path=file)) from error
        except (ValueError, ValidationError, RecursionError) as error:
            raise HandoutError(say("bad_handout", path=file)) from error
        code = digest(data)
        return cls(handout, code, folder("assignments") / f"{handout.assignment}-{code[:12]}")

    # Answers

    @property
    def deadline(self) -> str | None:
        """The deadline as people read it, with its offset from UTC."""
        due = self.handout.deadline
        return time_read(due) if due else None

    @property
    def _answers(self) -> Path:
        return self.folder / "answers.jsonl"

    @cached_property
    def attempts(self) -> Attempts:
        """The answers to a practice build."""
        return Attempts("answers", self.folder, seed=self.handout.seed or 0)

    @cached_property
    def drafts(self) -> Drafts:
        """What of essays is typed and not answered yet."""
        return Drafts("drafts", self.folder)

    def answer(self, sheet: str, answer: Any, confidence: float | None = None) -> None:
        """Keep an answer to a question of an assessment; the last one counts.

        Raises:
            JournalError: it could not be written.
        """
        sure = {} if confidence is None else {"confidence": confidence}
        self._write("answer", question=sheet, answer=answer, **sure)

    @property
    def unsaved(self) -> list[str]:
        """The questions of an assessment of which a draft is not answered."""
        saved = self.answered()
        drafts = {s.id: self.drafts.text(s.id) for s in self.handout.sheets if s.type == "essay"}
        return [
            id
            for id, text in drafts.items()
            if text.strip() and text != saved.get(id, {}).get("answer")
        ]

    def called(self, id: str, name: str) -> None:
        """Keep who the student is, where the handout does not say so."""
        self._write("who", id=clean(id).strip(), name=clean(name).strip())

    def _write(self, act: str, **more: Any) -> None:
        header: Line = {"kind": "attempts", "student": "answers", "t": now()}
        with held(self._answers, header) as journal:
            journal.append({"act": act, "t": now(), "lang": language(), **more})

    def acts(self) -> list[Line]:
        """Everything that was done with the questions, in order."""
        if not self._answers.exists():
            return []
        return Journal.open(self._answers, write=False).lines

    def answered(self) -> Mapping[str, Line]:
        """The latest answer to each question of an assessment."""
        return {a["question"]: a for a in self.acts() if a["act"] == "answer"}

    @property
    def student(self) -> Who | None:
        """Who works on this: named by the handout, or by what was told last."""
        told = [a for a in self.acts() if a["act"] == "who"] if not self.handout.student else []
        last = told[-1] if told else {"id": ""}
        named = Who(id=last["id"], name=last.get("name", "")) if last["id"] else None
        return self.handout.student or named

    # Cases

    def case(self, number: int, *, read_only: bool = False) -> Case:
        """A case of the handout, counted from 1: resumed where it stands, or begun.

        Raises:
            HandoutError: it has no such case.
            CaseInUse, JournalError: see `Case.open`.
        """
        if not 1 <= number <= len(self.handout.cases):
            raise HandoutError(say("no_case", number=number, count=len(self.handout.cases)))
        given = self.handout.cases[number - 1]
        header = new_header(given.case, None, given.scenario.procedure, given.scenario.given)
        journal = Journal.open(
            self.folder / f"{given.case}.jsonl", None if read_only else header, write=not read_only
        )
        return Case(journal, scenario=given.scenario, procedure=given.procedure)

    def case_acts(self) -> dict[str, list[Line]]:
        """The acts of every case begun, by its name in the handout."""
        files = {c.case: self.folder / f"{c.case}.jsonl" for c in self.handout.cases}
        return {
            case: Journal.open(file, write=False).lines
            for case, file in files.items()
            if file.exists()
        }
