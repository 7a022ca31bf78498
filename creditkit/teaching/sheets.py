"""Questions as an assessment puts them: the words to read and choose from, and nothing else.

Options, items and values go by names that say only where they stand, and their order comes from a
seed that stays with the trainer. (Seed and question id would let one undo the shuffling; authors
often write the right option first.) What a sheet does not name here, it does not have: a new kind
of question leaks nothing.
"""

from collections.abc import Iterable
from typing import Any, get_args

from pydantic import Field

from creditkit.content.schema import Part
from creditkit.content.schema_questions import (
    AnyQuestion,
    Cell,
    Choice,
    Column,
    Phrase,
    Placed,
    Question,
    Stage,
)
from creditkit.teaching.exercise import Exercise
from creditkit.teaching.marking import mark
from creditkit.text import Text, phrases

CLASSES: dict[str, type[Question]] = {
    get_args(cls.model_fields["type"].annotation)[0]: cls
    for cls in get_args(get_args(AnyQuestion)[0])
}


# The types of which a stand-in for the key can tell whether an answer fits; any words fit an essay.
STOOD_IN = {"single", "multiple", "order", "match", "classify", "table", "number"}


class Words(Part):
    """Something to read, choose or fill in, by a name that tells nothing."""

    id: str
    zh: str
    en: str


class ColumnWords(Words):
    of: str


class Sheet(Part):
    """One question of an assessment, without its key."""

    id: str
    type: str
    prompt: Text
    points: int
    hints: tuple[Text, ...] = ()
    phrases: tuple[Words, ...] = ()
    targets: tuple[Words, ...] = ()
    rows: tuple[Words, ...] = ()
    columns: tuple[ColumnWords, ...] = ()
    lists: dict[str, tuple[Words, ...]] = Field(default_factory=dict)
    unit: Text | None = None


def sheet(x: Exercise, name: str, hints: bool = False) -> Sheet:
    """An exercise as an assessment puts it, under the name it has there.

    >>> from creditkit.content.library import questions
    >>> from creditkit.teaching.exercise import exercise
    >>> asked = sheet(exercise(questions("refusal").items[0], 5), "q1")
    >>> [words.id for words in asked.phrases]
    ['a1', 'a2', 'a3', 'a4']
    """
    q: Any = x.question
    lists: dict[str, Iterable[Phrase]] = getattr(q, "lists", {})
    list_names = {own: f"l{n}" for n, own in enumerate(lists, start=1)}
    return Sheet(
        id=name,
        type=q.type,
        prompt=x.prompt,
        points=q.points,
        hints=x.hints if hints else (),
        phrases=_words(x.phrases, "a"),
        targets=_words(x.targets, "b"),
        rows=_words(getattr(q, "rows", ()), "r"),
        columns=tuple(
            ColumnWords(id=f"c{n}", zh=c.zh, en=c.en, of=list_names[c.of])
            for n, c in enumerate(getattr(q, "columns", ()), start=1)
        ),
        lists={list_names[own]: _words(values, "v") for own, values in lists.items()},
        unit=getattr(q, "unit", None),
    )


def _words(phrases: Iterable[Phrase], letter: str) -> tuple[Words, ...]:
    return tuple(Words(id=f"{letter}{n}", zh=p.zh, en=p.en) for n, p in enumerate(phrases, start=1))


def posed(asked: Sheet) -> Exercise:
    """A sheet as an exercise that a form can show. Its key is a stand-in that means nothing: it
    only lets an answer be checked for whether it fits (see `unfit`).

    >>> from creditkit.content.library import questions
    >>> from creditkit.teaching.exercise import exercise
    >>> x = exercise(questions("refusal").items[0], 5)
    >>> str(posed(sheet(x, "q1")).prompt) == str(x.prompt)
    True
    """
    cls = CLASSES[asked.type]
    targets = _phrases(asked.targets, Phrase)
    any_target = tuple(t.id for t in targets)
    shown: tuple[Phrase, ...]
    if asked.type == "order":
        shown = tuple(Stage(place=n, **dict(w)) for n, w in enumerate(asked.phrases, start=1))
    elif asked.type in {"match", "classify"}:
        shown = _phrases(asked.phrases, Placed, to=any_target)
    else:
        shown = _phrases(asked.phrases, Choice, worth=1, why=asked.prompt)
    lists = {name: _phrases(values, Phrase) for name, values in asked.lists.items()}
    prompt = asked.prompt
    if asked.type == "number":
        # Filled in already: what looks like a slot is none.
        escaped = (w.replace("{", "{{").replace("}", "}}") for w in (prompt.zh, prompt.en))
        prompt = Text(*escaped)
    bare: dict[str, Any] = {
        **{"id": asked.id, "type": asked.type, "ref": (), "prompt": prompt},
        **{"hints": asked.hints, "points": asked.points, "why": prompt},
        **{"options": shown, "items": shown, "targets": targets},
        "rows": _phrases(asked.rows, Phrase),
        "columns": _phrases(asked.columns, Column),
        "lists": lists,
        "cells": {
            row.id: {c.id: Cell(value=lists[c.of][0].id) for c in asked.columns}
            for row in asked.rows
        },
        **{"unit": asked.unit, "answer": "0"},
    }
    question: Any = cls.model_construct(**{k: v for k, v in bare.items() if k in cls.model_fields})
    return Exercise(question, 0, shown, targets, {})


def _phrases(words: Iterable[Words], cls: type[Phrase], **more: Any) -> tuple[Phrase, ...]:
    return tuple(cls(**dict(one), **more) for one in words)


def unfit(x: Exercise, answer: Any) -> Text | None:
    """What keeps an answer to a sheet from being marked later; `None` when nothing does.

    >>> from creditkit.content.library import questions
    >>> from creditkit.teaching.exercise import exercise
    >>> order = posed(sheet(exercise(questions("refusal").items[1], 5), "q1"))
    >>> unfit(order, ["a1"]) is None, unfit(order, ["a2", "a1", "a4", "a3"]) is None
    (False, True)
    """
    if not answer or (isinstance(answer, str) and not answer.strip()):
        return phrases("handout")("nothing_entered")
    if x.question.type not in STOOD_IN:
        return None
    marked = mark(x, answer)
    if marked.verdict == "not_attempted":
        return phrases("handout")("nothing_entered")
    return marked.message if marked.verdict == "invalid" else None


def decoded(x: Exercise, answer: Any) -> Any:
    """An answer to a sheet in the ids of the question itself; what it does not know stays as it is.

    >>> from creditkit.content.library import questions
    >>> from creditkit.teaching.exercise import exercise
    >>> x = exercise(questions("refusal").items[0], 5)
    >>> decoded(x, "a2") == x.phrases[1].id
    True
    """
    q: Any = x.question
    named: list[tuple[str, Iterable[Phrase]]] = [
        ("a", x.phrases),
        ("b", x.targets),
        ("r", getattr(q, "rows", ())),
        ("c", getattr(q, "columns", ())),
    ]
    own = {f"{letter}{n}": p.id for letter, of in named for n, p in enumerate(of, start=1)}
    if lists := getattr(q, "lists", None):
        return _table(answer, own, {c.id: [v.id for v in lists[c.of]] for c in q.columns})
    return _own(answer, own) if own else answer


def _own(answer: Any, own: dict[str, str]) -> Any:
    if isinstance(answer, str):
        return own.get(answer, answer)
    if isinstance(answer, list):
        return [_own(one, own) for one in answer]
    if isinstance(answer, dict):
        return {own.get(key, key): _own(value, own) for key, value in answer.items()}
    return answer


def _table(answer: Any, own: dict[str, str], values: dict[str, list[str]]) -> Any:
    if not isinstance(answer, dict):
        return answer
    table: dict[Any, Any] = {}
    for row, cells in answer.items():
        if isinstance(cells, dict):
            of_row: dict[Any, Any] = {}
            for column, cell in cells.items():
                id = own.get(column, str(column))
                known = {f"v{n}": v for n, v in enumerate(values.get(id, ()), start=1)}
                of_row[id] = _own(cell, known)
            cells = of_row
        table[own.get(row, row)] = cells
    return table
