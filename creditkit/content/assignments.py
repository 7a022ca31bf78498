"""Assignments and what they name: questions and scenarios, the package's or a trainer's own."""

from functools import cache
from pathlib import Path

from creditkit.content import library
from creditkit.content.check import PACKAGE, check_kind, checked, load
from creditkit.content.document import ContentError, Diagnostic, say, yaml_files
from creditkit.content.schema import Known, Scenario
from creditkit.content.schema_assignments import Assignment
from creditkit.content.schema_questions import AnyQuestion, Questions
from creditkit.text import Text, did_you_mean

ENDINGS = {".yaml", ".yml"}


def load_assignment(path: str | Path) -> Assignment:
    """An assignment from its YAML file.

    Raises:
        ContentError: the file is not in order; its diagnostics name the lines.

    >>> load_assignment(PACKAGE / "assignments" / "first_assignment.yaml").seed
    'one'
    """
    file = Path(path)
    if file.is_dir():
        raise _missing(say("assignment_folder", path=file))
    if not file.is_file():
        raise _missing(say("no_such_path", path=file))
    check_kind(file, "assignment")
    part = checked(file, Known())
    assert isinstance(part, Assignment)
    return part


def named_questions(name: str, folder: Path) -> tuple[AnyQuestion, ...]:
    """The questions that an assignment in `folder` means by `name`: a set's id, a question's id,
    the letter of an essay of the package, or the path of a YAML file.

    Raises:
        ContentError: there is none of that name, or the file is not in order.

    >>> [q.id for q in named_questions("refusal_order", Path())]
    ['refusal_order']
    >>> [q.id for q in named_questions("R", Path())]
    ['essay_refusal']
    """
    if (beside := _beside(name, folder)) is not None:
        return library.questions(beside).items
    sets = {s.id: s.items for s in library.question_sets()}
    if name in sets:
        return sets[name]
    questions: dict[str, AnyQuestion] = {q.letter: q for q in library.essays()}
    questions |= {q.id: q for items in sets.values() for q in items}
    if name not in questions:
        hint = did_you_mean(name, [*sets, *questions])
        raise _missing(say("unknown_question", name=name, hint=hint))
    return (questions[name],)


def named_scenario(name: str, folder: Path) -> Scenario:
    """The scenario that an assignment in `folder` means by `name`: an id, or a path.

    Raises:
        ContentError: there is none of that name, or the file is not in order.
    """
    return library.scenario(_beside(name, folder) or name)


def _beside(name: str, folder: Path) -> Path | None:
    return folder / name if Path(name).suffix in ENDINGS else None


def shipped(name: str) -> bool:
    """Whether a set, question, scenario or bank of variants comes with the package, where anyone
    can read its key.

    >>> shipped("pump_maker"), shipped("refusal_order"), shipped("my_case.yaml")
    (True, True, False)
    """
    return name in _shipped()


@cache
def _shipped() -> frozenset[str]:
    folders = ("questions", "scenarios", "variants")
    names = {file.stem for f in folders for file in yaml_files(PACKAGE / f)}
    for file in yaml_files(PACKAGE / "questions"):
        part = load(file)[1]
        if isinstance(part, Questions):
            names |= {q.id for q in part.items}
    return frozenset(names)


def _missing(message: Text) -> ContentError:
    return ContentError([Diagnostic("C801", "", 0, message)])
