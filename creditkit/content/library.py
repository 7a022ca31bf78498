"""The content at hand: what comes with the package, and a trainer's own files by path."""

from functools import cache
from pathlib import Path
from typing import Any

from creditkit.content.check import PACKAGE, checked, package_known
from creditkit.content.document import ContentError, Diagnostic, yaml_files
from creditkit.content.schema import (
    Glossary,
    Known,
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


@cache
def _known() -> Known:
    return package_known()


def _find(folder: Path, name: str) -> Path:
    files = {f.stem: f for f in yaml_files(folder)}
    if name not in files:
        hint = did_you_mean(name, files)
        message = phrases("case")("no_such_content", name=name, hint=hint)
        raise ContentError([Diagnostic("C201", folder.name, 1, message)])
    return files[name]


@cache
def procedure(name: str) -> Procedure:
    """A procedure of the package by its id.

    Raises:
        ContentError: there is no such procedure, or its file is not in order.

    >>> procedure("refusal").start
    'ask_inside'
    """
    part = checked(_find(PACKAGE / "procedures", name), _known())
    assert isinstance(part, Procedure)
    return part


@cache
def _package_scenario(name: str) -> Scenario:
    part = checked(_find(PACKAGE / "scenarios", name), _known())
    assert isinstance(part, Scenario)
    return part


def scenario(name: str | Path) -> Scenario:
    """A training scenario: by id one of the package, by path to a YAML file a trainer's own.

    Raises:
        ContentError: there is no such scenario, or its file is not in order.

    >>> scenario("pump_maker").truth
    {'cause': 'fears_leak'}
    """
    path = Path(name)
    if path.suffix not in {".yaml", ".yml"}:
        return _package_scenario(str(name))
    if not path.is_file():
        message = phrases("content")("no_such_path", path=path)
        raise ContentError([Diagnostic("C001", str(path), 1, message)])
    part = checked(path, _known())
    if not isinstance(part, Scenario):
        message = phrases("content")("unknown_kind", kinds="scenario")
        raise ContentError([Diagnostic("C002", path.name, 1, message)])
    return part


def scenarios(of: str = "refusal") -> list[Scenario]:
    """The package's scenarios for a procedure, the plain ones first.

    >>> {s.procedure for s in scenarios()}
    {'refusal'}
    """
    names = [f.stem for f in yaml_files(PACKAGE / "scenarios" / of)]
    return sorted((_package_scenario(n) for n in names), key=lambda s: (s.level, s.id))


@cache
def variants(of: str = "refusal") -> Variants | Retellings:
    """The bank from which `creditkit.variant` draws seeded scenarios for a procedure."""
    part = checked(_find(PACKAGE / "variants", of), _known())
    assert isinstance(part, Variants | Retellings)
    return part


@cache
def _package_questions(name: str) -> Questions:
    part = checked(_find(PACKAGE / "questions", name), _known())
    assert isinstance(part, Questions)
    return part


def questions(name: str) -> Questions:
    """A set of questions of the package by its id.

    Raises:
        ContentError: there is no such set, or its file is not in order.

    >>> questions("refusal").ref
    ('R0',)
    """
    return _package_questions(name)


def question_sets() -> list[Questions]:
    """All sets of questions of the package, in the order of the coursework's sections.

    >>> "refusal" in [s.id for s in question_sets()]
    True
    """
    sets = [questions(f.stem) for f in yaml_files(PACKAGE / "questions")]
    known = list(refs())
    return sorted(sets, key=lambda s: (known.index(s.ref[0]), s.id))


def essays() -> list[Essay]:
    """The essay questions of the package, in the order of the coursework's sections.

    >>> [essay.letter for essay in essays()]
    ['R', 'C', 'D', 'I', 'S']
    """
    return [q for s in question_sets() for q in s.items if isinstance(q, Essay)]


@cache
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


@cache
def checklist(name: str) -> Checklist:
    """A checklist of the package by its id: `collection` or `credit_file`.

    Raises:
        ContentError: there is no such checklist, or its file is not in order.

    >>> len(checklist("credit_file").groups)
    9
    """
    part = checked(_find(PACKAGE / "checklists", name), _known())
    assert isinstance(part, Checklist)
    return part


@cache
def comparison(name: str = "textbook") -> SourceComparison:
    """A comparison of sources: the coursework's table, unless another is named.

    >>> comparison().rows[3].cells["cost"].grade
    'not_in_source'
    """
    part = checked(_find(PACKAGE / "sources", name), _known())
    assert isinstance(part, SourceComparison)
    return part


@cache
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


@cache
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


@cache
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
