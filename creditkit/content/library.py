"""The content at hand: what comes with the package, and a trainer's own beside it, by its id."""

from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from creditkit.content.finding import find_all, find_part, shipped
from creditkit.content.schema import (
    Glossary,
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
from creditkit.content.schema_fields import Currency, Field, Fields, Table, Tables
from creditkit.content.schema_questions import Essay, Questions
from creditkit.content.schema_sources import SourceComparison
from creditkit.text import Text

P = TypeVar("P", bound=Part)


def _as(kind: type[P], part: Part) -> P:
    # Which kind a file is of was checked when it was found.
    assert isinstance(part, kind)
    return part


def procedure(name: str) -> Procedure:
    """A procedure by its id, or by the path of a YAML file.

    Raises:
        ContentError: there is no such procedure, or its file is not in order.

    >>> procedure("refusal").start
    'ask_inside'
    """
    return _as(Procedure, find_part("procedure", name))


def scenario(name: str | Path) -> Scenario:
    """A training scenario by id, or by the path of a YAML file.

    Raises:
        ContentError: there is no such scenario, or its file is not in order.

    >>> scenario("pump_maker").truth
    {'cause': 'fears_leak'}
    """
    return _as(Scenario, find_part("scenario", name))


def scenarios(of: str = "refusal") -> list[Scenario]:
    """The scenarios for a procedure, the plain ones first.

    >>> {s.procedure for s in scenarios()}
    {'refusal'}
    """
    found = [part for part in find_all("scenario") if isinstance(part, Scenario)]
    return sorted((s for s in found if s.procedure == of), key=lambda s: (s.level, s.id))


def variants(of: str = "refusal") -> Variants | Retellings:
    """The bank from which `creditkit.variant` draws seeded scenarios for a procedure."""
    part = find_part("variants", of)
    assert isinstance(part, Variants | Retellings)
    return part


def questions(name: str | Path) -> Questions:
    """A set of questions by its id, or by the path of a YAML file.

    Raises:
        ContentError: there is no such set, or its file is not in order.

    >>> questions("refusal").ref
    ('R0',)
    """
    return _as(Questions, find_part("questions", name))


def question_sets() -> list[Questions]:
    """All sets of questions, in the order of the coursework's sections.

    >>> "refusal" in [s.id for s in question_sets()]
    True
    """
    sets = [part for part in find_all("questions") if isinstance(part, Questions)]
    known = list(refs())
    return sorted(sets, key=lambda s: (known.index(s.ref[0]), s.id))


def essays() -> list[Essay]:
    """The essay questions of the package, in the order of the coursework's sections.

    >>> [essay.letter for essay in essays()]
    ['R', 'C', 'D', 'I', 'S']
    """
    return [q for s in question_sets() for q in s.items if isinstance(q, Essay)]


def _refs() -> Refs:
    return _as(Refs, shipped("refs.yaml"))


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
    return _as(Checklist, find_part("checklist", name))


def comparison(name: str = "textbook") -> SourceComparison:
    """A comparison of sources: the coursework's table, unless another is named.

    >>> comparison().rows[3].cells["cost"].grade
    'not_in_source'
    """
    return _as(SourceComparison, find_part("sources", name))


def _fields() -> Fields:
    return _as(Fields, shipped("fields.yaml"))


def fields() -> dict[str, Field]:
    """The fields of a credit file by id, in the order of its checklist.

    >>> fields()["revenue"].item
    'statements'
    """
    return {field.id: field for field in _fields().items}


def _tables() -> Tables:
    return _as(Tables, shipped("tables.yaml"))


def tables() -> dict[str, Table]:
    """The tables creditkit reads and ships, by id.

    >>> [column.id for column in tables()["truth"].columns]
    ['customer', 'field', 'value', 'since']
    """
    return {table.id: table for table in _tables().tables}


def currencies() -> dict[str, Currency]:
    """What people write for a currency, by its code of ISO 4217.

    >>> currencies()["USD"].names[1]
    'US$'
    """
    return {currency.code: currency for currency in _tables().currencies}


@cache
def essay_words() -> Lexicon:
    """The words that the essays of the package share.

    >>> essay_words().concepts["fax"].role
    'thing'
    """
    return _as(Lexicon, shipped("essays/lexicon.yaml"))


@cache
def essay_characters() -> Characters:
    """Traditional characters, and common ones by their sound.

    >>> "态" in essay_characters().sounds["tai"]
    True
    """
    return _as(Characters, shipped("essays/characters.yaml"))


@cache
def essay_confidence() -> Confidence:
    """How sure the marker of essays is, and what was measured of it.

    >>> sorted(essay_confidence().models)
    ['meaning', 'wording']
    """
    return _as(Confidence, shipped("essays/confidence.yaml"))


def sections() -> dict[str, Text]:
    """The sections of the coursework, by the letter their refs begin with.

    >>> list(sections())
    ['R', 'C', 'D', 'I', 'S']
    """
    return {section.id: section.title for section in _refs().sections}


def _glossary() -> Glossary:
    return _as(Glossary, shipped("glossary.yaml"))


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
