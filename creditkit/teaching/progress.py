"""Progress through the course: what a student has mastered, fact by fact."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from creditkit.casework.case import Case, cases_folder
from creditkit.casework.debrief import debrief
from creditkit.casework.journal import Journal
from creditkit.content.library import question_sets, refs
from creditkit.content.schema_questions import AnyQuestion, Choice, Table
from creditkit.teaching.attempts import Attempts
from creditkit.text import BilingualError, Text

Status = Literal["mastered", "begun", "open"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of the coursework: how it stands, and by what: question ids and case names."""

    ref: str
    text: Text
    status: Status
    right: tuple[str, ...]
    wanting: tuple[str, ...]


def taught(question: AnyQuestion) -> set[str]:
    """The refs of a question, and of all that is right in it.

    >>> from creditkit.content.library import questions
    >>> sorted(taught(questions("refusal").items[0]))
    ['R1']
    """
    parts: list[Any] = [*getattr(question, "options", ()), *getattr(question, "items", ())]
    if isinstance(question, Table):
        parts = [cell for row in question.cells.values() for cell in row.values()]
    right = [part for part in parts if not isinstance(part, Choice) or part.right]
    return {*question.ref, *(ref for part in right for ref in part.ref)}


def progress(attempts: Attempts, section: str = "") -> list[Fact]:
    """How each fact of the coursework stands, or of one section, in the coursework's order.

    The evidence on a fact are the questions that teach it and were attempted, and of each training
    case the lines that rest on it when it was last closed. It is mastered when at least one of
    these is wholly right and none falls short, begun when there is evidence but not that, and open
    before.

    Raises:
        JournalError: the attempts cannot be read.

    >>> import tempfile
    >>> {fact.status for fact in progress(Attempts("nobody", tempfile.mkdtemp()), "S")}
    {'open'}
    """
    right: defaultdict[str, list[str]] = defaultdict(list)
    wanting: defaultdict[str, list[str]] = defaultdict(list)
    works = attempts.works()
    for question in (q for s in question_sets() for q in s.items):
        work = works.get(question.id)
        if work is None or work.standing == "not_attempted":
            continue
        kept = right if work.standing == "right" else wanting
        for ref in taught(question):
            kept[ref].append(question.id)
    for name, lines in _case_lines():
        good = {ref: ok for ref, ok in lines.items() if ref in refs()}
        for ref, ok in good.items():
            (right if ok else wanting)[ref].append(name)
    return [
        Fact(
            ref,
            text,
            "mastered" if right[ref] and not wanting[ref]
            else "begun" if right[ref] or wanting[ref] else "open",
            tuple(right[ref]),
            tuple(wanting[ref]),
        )
        for ref, text in refs().items()
        if ref.startswith(section)
    ]  # fmt: skip


def _case_lines() -> Iterable[tuple[str, dict[str, bool]]]:
    """For each scenario closed: by ref, whether the latest case on it earned all its points."""
    latest: dict[str, tuple[str, dict[str, bool]]] = {}
    files = sorted(cases_folder().glob("*.jsonl"), key=lambda f: f.stat().st_mtime)
    for file in files:
        try:
            case = Case(Journal.open(file, write=False))
            if case.real or not case.state.closed:
                continue
            earned: dict[str, bool] = {}
            for score in debrief(case).scores:
                for line in score.lines:
                    for ref in line.ref if line.out_of else ():
                        earned[ref] = earned.get(ref, True) and line.verdict == "right"
        except (BilingualError, OSError, KeyError):
            # A damaged case is told of in the list of cases; it says nothing about progress.
            continue
        assert case.scenario is not None
        latest[case.scenario.id] = (case.name, earned)
    return latest.values()
