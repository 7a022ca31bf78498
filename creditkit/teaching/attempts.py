"""What a student has answered: kept on disk, one line an attempt, and never rewritten.

Several notebooks may be open at once, so the file is held only for the moment of writing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from creditkit.casework.journal import Journal, Line, held
from creditkit.casework.store import file_name, folder
from creditkit.content.schema_questions import AnyQuestion
from creditkit.teaching.exercise import Exercise, exercise
from creditkit.teaching.marking import EXACT, Mark, mark
from creditkit.text import language

Standing = Literal["not_attempted", "wrong", "partly", "shown", "right"]


@dataclass(slots=True)
class Work:
    """A student's work on one question, since it was last reset.

    `seed` is the variant at hand and `last` the latest answer to it; `hints` are the hints read
    and `shown` whether the answer was shown, both for this variant. `shares` are what the answers
    were worth that were given before the answer was shown, over all variants.
    """

    seed: int
    last: Any = None
    hints: int = 0
    shown: bool = False
    shares: list[float] = field(default_factory=list)

    @property
    def standing(self) -> Standing:
        """How the question stands: by the best answer given without having seen the key."""
        best = max(self.shares, default=None)
        if best is not None and best >= 1 - EXACT:
            return "right"
        if self.shown:
            return "shown"
        if best is None:
            return "not_attempted"
        return "partly" if best > EXACT else "wrong"


class Attempts:
    """The attempts of one student; see `answer`, `hint`, `show`, `another` and `reset`.

    Args:
        student: whose attempts; also the name of the file.
        folder: where they are kept, by default `attempts` under `CREDITKIT_HOME`.
        seed: the variant a student meets first.

    Raises:
        BadName: the student's name cannot be a file's.

    >>> import tempfile
    >>> from creditkit.content.library import questions
    >>> mine = Attempts("ann", tempfile.mkdtemp())
    >>> question = questions("refusal").items[0]
    >>> mine.answer(mine.exercise(question), "supervisor").verdict
    'right'
    >>> mine.work(question.id).standing
    'right'
    """

    def __init__(
        self, student: str = "me", folder: str | Path | None = None, seed: int = 1
    ) -> None:
        self.student = file_name(student)
        self.path = Path(folder or attempts_folder()) / f"{self.student}.jsonl"
        self.seed = seed
        self._read: tuple[int, dict[str, Work]] = (-1, {})

    def works(self) -> dict[str, Work]:
        """The work on each question touched so far, by the question's id.

        Raises:
            JournalError: the file cannot be read.
        """
        if not self.path.exists():
            return {}
        size = self.path.stat().st_size
        if size != self._read[0]:
            lines = Journal.open(self.path, write=False).lines
            self._read = (size, _replayed(lines, self.seed))
        return self._read[1]

    def work(self, question: str) -> Work:
        """The work on one question; fresh when there is none."""
        return self.works().get(question) or Work(self.seed)

    def exercise(self, question: AnyQuestion) -> Exercise:
        """The question as it stands before the student now."""
        return exercise(question, self.work(question.id).seed)

    def answer(self, x: Exercise, answer: Any) -> Mark:
        """Mark an answer and keep it; what is blank or invalid is told and not kept.

        Raises:
            JournalError: it could not be written.
        """
        marked = mark(x, answer)
        if marked.verdict not in {"not_attempted", "invalid"}:
            self._write(
                "answer", question=x.id, seed=x.seed, answer=answer, share=round(marked.share, 6)
            )
        return marked

    def hint(self, x: Exercise) -> int:
        """Take the next hint; returns how many have been taken."""
        taken = min(self.work(x.id).hints + 1, len(x.hints))
        self._write("hint", question=x.id, seed=x.seed, hints=taken)
        return taken

    def show(self, x: Exercise) -> None:
        """Show the answer. Later answers to this variant no longer count."""
        self._write("show", question=x.id, seed=x.seed)

    def another(self, x: Exercise) -> Exercise:
        """Go on to another variant of the question."""
        self._write("another", question=x.id, seed=x.seed + 1)
        return exercise(x.question, x.seed + 1)

    def reset(self, *questions: str) -> None:
        """Begin some questions anew, or all; what was answered stays in the file."""
        if not questions:
            self._write("reset")
        for question in questions:
            self._write("reset", question=question)

    def _write(self, act: str, **more: Any) -> None:
        header = {"kind": "attempts", "student": self.student, "t": _now()}
        with held(self.path, header) as journal:
            journal.append({"act": act, "t": _now(), "lang": language(), **more})


def attempts_folder() -> Path:
    """Where attempts are kept."""
    return folder("attempts")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _replayed(lines: Iterable[Line], seed: int) -> dict[str, Work]:
    works: dict[str, Work] = {}
    for line in lines:
        id = line.get("question")
        if line["act"] == "reset":
            for gone in [id] if id else list(works):
                works.pop(gone, None)
            continue
        if not isinstance(id, str) or not isinstance(line.get("seed"), int):
            continue
        work = works.setdefault(id, Work(seed))
        if line["seed"] != work.seed:
            work.seed, work.last, work.hints, work.shown = line["seed"], None, 0, False
        match line["act"]:
            case "answer" if isinstance(share := line.get("share"), int | float):
                work.last = line.get("answer")
                if not work.shown:
                    work.shares.append(share)
            case "hint" if isinstance(hints := line.get("hints"), int):
                work.hints = hints
            case "show":
                work.shown = True
    return works
