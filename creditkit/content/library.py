"""The content at hand: what comes with the package, and a trainer's own beside it.

A trainer's folders are named in `CREDITKIT_CONTENT` (several with the separator of `PATH`) or with
`use_content`; what is in them is found by its id, like the package's own.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from creditkit.content.check import KINDS, PACKAGE, checked, kind_of, load, package_known
from creditkit.content.document import ContentError, Diagnostic, read, yaml_files
from creditkit.content.schema import (
    Glossary,
    Known,
    Part,
    Procedure,
    Refs,
    Retellings,
    Scenario,
    Term,
    Variants,
)
from creditkit.content.schema_checklists import Checklist
from creditkit.content.schema_essays import Characters, Confidence, Lexicon
from creditkit.content.schema_fields import Field, Fields, Table, Tables
from creditkit.content.schema_questions import Essay, Questions
from creditkit.content.schema_sources import SourceComparison
from creditkit.text import Text, did_you_mean, phrases

F = TypeVar("F", bound=Callable[..., Any])
# Under which folder of the package each kind of part is, a file each.
FOLDERS = {
    "procedure": "procedures",
    "scenario": "scenarios",
    "variants": "variants",
    "questions": "questions",
    "checklist": "checklists",
    "sources": "sources",
}
_own: tuple[Path, ...] | None = None
_kept: list[Any] = []


def _keep(function: F) -> F:
    """Remember what was found, until other folders are used."""
    kept = cache(function)
    _kept.append(kept)
    return kept  # type: ignore[return-value]


def content_folders() -> tuple[Path, ...]:
    """The trainer's folders in use, beside the package's own content."""
    if _own is not None:
        return _own
    named = os.environ.get("CREDITKIT_CONTENT", "")
    return tuple(Path(folder).expanduser() for folder in named.split(os.pathsep) if folder)


def use_content(*folders: str | Path) -> None:
    """Use the content in these folders beside the package's own; none goes back to
    `CREDITKIT_CONTENT`.

    Raises:
        ContentError: a folder does not exist.

    >>> use_content("no/such/folder")
    Traceback (most recent call last):
    ...
    creditkit.content.document.ContentError: no/such/folder:1: C001 ...
    """
    global _own
    paths = tuple(Path(folder) for folder in folders)
    for path in paths:
        if not path.is_dir():
            message = phrases("content")("no_such_path", path=path)
            raise ContentError([Diagnostic("C001", str(path), 1, message)])
    _own = paths or None
    for kept in _kept:
        kept.cache_clear()


@contextmanager
def content_from(*folders: str | Path) -> Iterator[None]:
    """Use the content in these folders, if any, for as long as the block runs.

    Raises:
        ContentError: a folder does not exist.

    >>> with content_from(PACKAGE / "templates"):
    ...     len(content_folders())
    1
    """
    before = _own or ()
    if folders:
        use_content(*folders)
    try:
        yield
    finally:
        use_content(*before)


@_keep
def _known() -> Known:
    known = package_known()
    for kind, _, file in _own_files():
        if kind == "procedure" and isinstance(part := load(file)[1], Procedure):
            known.procedures.setdefault(part.id, part)
    return known


@_keep
def _own_files() -> list[tuple[str | None, str, Path]]:
    """The trainer's files, each with its kind and id.

    A file that does not tell its kind goes by its name, so that whoever asks for it is told why.
    """
    found: list[tuple[str | None, str, Path]] = []
    for file in (file for folder in content_folders() for file in yaml_files(folder)):
        data = read(file).data
        kind = kind_of(data)
        found.append((kind, str(data[kind]) if kind else file.stem, file))
    return found


@_keep
def _index(kind: str) -> dict[str, list[Path]]:
    """Where the parts of a kind are, by id."""
    found = {file.stem: [file] for file in yaml_files(PACKAGE / FOLDERS[kind])}
    for own, id, file in _own_files():
        if own in (kind, None):
            found.setdefault(id, []).append(file)
    return found


def _find(kind: str, name: str) -> Path:
    files = _index(kind)
    if name not in files:
        hint = did_you_mean(name, files)
        message = phrases("case")("no_such_content", name=name, hint=hint)
        raise ContentError([Diagnostic("C201", FOLDERS[kind], 1, message)])
    first, *others = files[name]
    if others:
        message = phrases("content")("duplicate_id", id=name, line=f"{first.name}:1")
        raise ContentError([Diagnostic("C006", file.name, 1, message) for file in others])
    return first


def _part(kind: str, name: str | Path) -> Part:
    path = Path(name)
    if path.suffix not in {".yaml", ".yml"}:
        return _by_id(kind, str(name))
    if not path.is_file():
        message = phrases("content")("no_such_path", path=path)
        raise ContentError([Diagnostic("C001", str(path), 1, message)])
    return _from_file(kind, path)


@_keep
def _by_id(kind: str, id: str) -> Part:
    return _from_file(kind, _find(kind, id))


def _from_file(kind: str, path: Path) -> Part:
    part = checked(path, _known())
    wanted = (Variants, Retellings) if kind == "variants" else KINDS[kind]
    if not isinstance(part, wanted):
        message = phrases("content")("unknown_kind", kinds=kind)
        raise ContentError([Diagnostic("C002", path.name, 1, message)])
    return part


def _all(kind: str) -> list[Part]:
    """Every part of a kind that is in order: a trainer's unfinished file does not stop the rest."""
    found = []
    for id, files in sorted(_index(kind).items()):
        try:
            found.append(_by_id(kind, id))
        except ContentError:
            if files[0].is_relative_to(PACKAGE):
                raise
    return found


def procedure(name: str) -> Procedure:
    """A procedure by its id, or by the path of a YAML file.

    Raises:
        ContentError: there is no such procedure, or its file is not in order.

    >>> procedure("refusal").start
    'ask_inside'
    """
    part = _part("procedure", name)
    assert isinstance(part, Procedure)
    return part


def scenario(name: str | Path) -> Scenario:
    """A training scenario by id, or by the path of a YAML file.

    Raises:
        ContentError: there is no such scenario, or its file is not in order.

    >>> scenario("pump_maker").truth
    {'cause': 'fears_leak'}
    """
    part = _part("scenario", name)
    assert isinstance(part, Scenario)
    return part


def scenarios(of: str = "refusal") -> list[Scenario]:
    """The scenarios for a procedure, the plain ones first.

    >>> {s.procedure for s in scenarios()}
    {'refusal'}
    """
    found = [part for part in _all("scenario") if isinstance(part, Scenario)]
    return sorted((s for s in found if s.procedure == of), key=lambda s: (s.level, s.id))


def variants(of: str = "refusal") -> Variants | Retellings:
    """The bank from which `creditkit.variant` draws seeded scenarios for a procedure."""
    part = _part("variants", of)
    assert isinstance(part, Variants | Retellings)
    return part


def questions(name: str | Path) -> Questions:
    """A set of questions by its id, or by the path of a YAML file.

    Raises:
        ContentError: there is no such set, or its file is not in order.

    >>> questions("refusal").ref
    ('R0',)
    """
    part = _part("questions", name)
    assert isinstance(part, Questions)
    return part


def question_sets() -> list[Questions]:
    """All sets of questions, in the order of the coursework's sections.

    >>> "refusal" in [s.id for s in question_sets()]
    True
    """
    sets = [part for part in _all("questions") if isinstance(part, Questions)]
    known = list(refs())
    return sorted(sets, key=lambda s: (known.index(s.ref[0]), s.id))


def essays() -> list[Essay]:
    """The essay questions of the package, in the order of the coursework's sections.

    >>> [essay.letter for essay in essays()]
    ['R', 'C', 'D', 'I', 'S']
    """
    return [q for s in question_sets() for q in s.items if isinstance(q, Essay)]


@_keep
def _refs() -> Refs:
    part = checked(PACKAGE / "refs.yaml", _known())
    assert isinstance(part, Refs)
    return part


def refs() -> dict[str, Text]:
    """Every fact of the coursework by its id, in the coursework's order.

    >>> "R1.4" in refs()
    True
    """
    return {id: Text(entry.zh, entry.en) for id, entry in _refs().refs.items()}


def checklist(name: str) -> Checklist:
    """A checklist by its id, such as `collection` or `credit_file`.

    Raises:
        ContentError: there is no such checklist, or its file is not in order.

    >>> len(checklist("credit_file").groups)
    9
    """
    part = _part("checklist", name)
    assert isinstance(part, Checklist)
    return part


def comparison(name: str = "textbook") -> SourceComparison:
    """A comparison of sources: the coursework's table, unless another is named.

    >>> comparison().rows[3].cells["cost"].grade
    'not_in_source'
    """
    part = _part("sources", name)
    assert isinstance(part, SourceComparison)
    return part


@_keep
def _fields() -> Fields:
    part = checked(PACKAGE / "fields.yaml", _known())
    assert isinstance(part, Fields)
    return part


def fields() -> dict[str, Field]:
    """The fields of a credit file by id, in the order of its checklist.

    >>> fields()["revenue"].item
    'statements'
    """
    return {field.id: field for field in _fields().items}


@_keep
def _tables() -> Tables:
    part = checked(PACKAGE / "tables.yaml", _known())
    assert isinstance(part, Tables)
    return part


def tables() -> dict[str, Table]:
    """The tables creditkit reads and ships, by id.

    >>> [column.id for column in tables()["truth"].columns]
    ['customer', 'field', 'value', 'since']
    """
    return {table.id: table for table in _tables().tables}


@cache
def essay_words() -> Lexicon:
    """The words that the essays of the package share.

    >>> essay_words().concepts["fax"].role
    'thing'
    """
    part = checked(PACKAGE / "essays" / "lexicon.yaml", _known())
    assert isinstance(part, Lexicon)
    return part


@cache
def essay_characters() -> Characters:
    """Traditional characters, and common ones by their sound.

    >>> "态" in essay_characters().sounds["tai"]
    True
    """
    part = checked(PACKAGE / "essays" / "characters.yaml", _known())
    assert isinstance(part, Characters)
    return part


@cache
def essay_confidence() -> Confidence:
    """How sure the marker of essays is, and what was measured of it.

    >>> sorted(essay_confidence().models)
    ['meaning', 'wording']
    """
    part = checked(PACKAGE / "essays" / "confidence.yaml", _known())
    assert isinstance(part, Confidence)
    return part


def sections() -> dict[str, Text]:
    """The sections of the coursework, by the letter their refs begin with.

    >>> list(sections())
    ['R', 'C', 'D', 'I', 'S']
    """
    return {section.id: section.title for section in _refs().sections}


@_keep
def _glossary() -> Glossary:
    part = checked(PACKAGE / "glossary.yaml", _known())
    assert isinstance(part, Glossary)
    return part


def terms() -> dict[str, Term]:
    """The glossary by term id."""
    return dict(_glossary().terms)


def glossary() -> Any:
    """The glossary as a table.

    Returns:
        pandas.DataFrame indexed by term id (str), with the columns `zh`, `en`, `meaning_zh`,
        `meaning_en` and `ref` (all str; `ref` is empty for terms of the product's own).

    >>> glossary().loc["credit_file", "en"]
    'credit file'
    """
    import pandas as pd

    rows = {
        id: {
            "zh": term.zh,
            "en": term.en,
            "meaning_zh": term.meaning.zh,
            "meaning_en": term.meaning.en,
            "ref": ", ".join(term.ref),
        }
        for id, term in terms().items()
    }
    return pd.DataFrame.from_dict(rows, orient="index", dtype="str").rename_axis("term")
