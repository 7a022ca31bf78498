"""Checks of question files, beyond their shape."""

from collections import Counter
from collections.abc import Iterable
from itertools import islice, product
from string import Formatter

from creditkit.content.check_essays import check_essay
from creditkit.content.document import Document, Loc, say
from creditkit.content.formula import evaluate
from creditkit.content.schema_questions import (
    AnyQuestion,
    Classify,
    Essay,
    Match,
    Multiple,
    Number,
    Order,
    Phrase,
    Questions,
    Single,
    Table,
)
from creditkit.text import Text, did_you_mean

# Formulas are tried on every drawing of a question, up to this many.
DRAWINGS = 10_000


def check_questions(doc: Document, part: Questions) -> None:
    _unique(doc, ("items",), part.items)
    for i, question in enumerate(part.items):
        at: Loc = ("items", i)
        match question:
            case Single() | Multiple():
                _check_options(doc, at, question)
            case Order():
                _unique(doc, (*at, "items"), question.items)
                if len({stage.place for stage in question.items}) < 2:
                    doc.report("C401", (*at, "items"), say("no_order"))
            case Match() | Classify():
                _check_placed(doc, at, question)
            case Table():
                _check_table(doc, at, question)
            case Number():
                _check_number(doc, at, question)
            case Essay():
                check_essay(doc, at, question)
        if not isinstance(question, Number):
            _check_slots(doc, at, question, ())


def _unique(doc: Document, at: Loc, parts: Iterable[Phrase | AnyQuestion]) -> None:
    first: dict[str, int] = {}
    for i, part in enumerate(parts):
        if part.id in first:
            line = doc.line((*at, first[part.id], "id"))
            doc.report("C006", (*at, i, "id"), say("duplicate_id", id=part.id, line=line))
        first.setdefault(part.id, i)


def _check_options(doc: Document, at: Loc, question: Single | Multiple) -> None:
    at = (*at, "options")
    _unique(doc, at, question.options)
    right = sum(option.right for option in question.options)
    if isinstance(question, Single):
        if right != 1:
            doc.report("C401", at, say("one_right", count=right))
        return
    if not right or right == len(question.options):
        doc.report("C401", at, say("some_right"))
    for i, option in enumerate(question.options):
        if 0 < option.worth < 1:
            doc.report("C401", (*at, i, "worth"), say("right_or_wrong"))
    if question.show and not right < question.show <= len(question.options):
        doc.report("C404", (*at[:-1], "show"), _range(right + 1, len(question.options)))


def _check_placed(doc: Document, at: Loc, question: Match | Classify) -> None:
    _unique(doc, (*at, "items"), question.items)
    _unique(doc, (*at, "targets"), question.targets)
    targets = [target.id for target in question.targets]
    for i, item in enumerate(question.items):
        for target in item.to:
            _known(doc, (*at, "items", i, "to"), target, targets)
    if isinstance(question, Match):
        taken = Counter(target for item in question.items for target in item.to)
        for i, item in enumerate(question.items):
            if len(item.to) != 1 or taken[item.to[0]] > 1:
                doc.report("C401", (*at, "items", i, "to"), say("own_target", item=item.id))
    elif question.show and question.show > len(question.items):
        doc.report("C404", (*at, "show"), _range(2, len(question.items)))


def _check_table(doc: Document, at: Loc, question: Table) -> None:
    _unique(doc, (*at, "rows"), question.rows)
    _unique(doc, (*at, "columns"), question.columns)
    for name, values in question.lists.items():
        _unique(doc, (*at, "lists", name), values)
    for i, column in enumerate(question.columns):
        _known(doc, (*at, "columns", i, "of"), column.of, question.lists)
    rows = [row.id for row in question.rows]
    columns = {column.id: column for column in question.columns}
    for row, cells in question.cells.items():
        _known(doc, (*at, "cells", row), row, rows)
        for name, cell in cells.items():
            here = (*at, "cells", row, name)
            if _known(doc, here, name, columns):
                values = question.lists.get(columns[name].of, ())
                _known(doc, here, cell.value, [value.id for value in values])
    for row in rows:
        for name in columns:
            if name not in question.cells.get(row, {}):
                doc.report("C402", (*at, "cells", row), say("no_cell", row=row, column=name))


def _check_number(doc: Document, at: Loc, question: Number) -> None:
    formulas = [((*at, "answer"), question.answer)]
    formulas += [((*at, "near", i, "answer"), n.answer) for i, n in enumerate(question.near)]
    drawings = [
        dict(zip(question.draw, values, strict=True))
        for values in islice(product(*question.draw.values()), DRAWINGS)
    ]
    for loc, formula in formulas:
        for values in drawings:
            try:
                evaluate(formula, values)
            except KeyError as error:
                hint = did_you_mean(str(error.args[0]), values)
                doc.report("C403", loc, say("unknown_slot", slot=error.args[0], hint=hint))
                break
            except ValueError as error:
                nothing = isinstance(error.__cause__, ZeroDivisionError)
                key = "divides_by_zero" if nothing else "bad_formula"
                doc.report("C403", loc, say(key, formula=formula))
                break
    _check_slots(doc, at, question, question.draw)
    for i, near in enumerate(question.near):
        if near.worth == 1:
            doc.report("C401", (*at, "near", i, "worth"), say("near_is_right"))


def _check_slots(doc: Document, at: Loc, question: AnyQuestion, slots: Iterable[str]) -> None:
    texts: list[tuple[Loc, Text]] = [((*at, "prompt"), question.prompt)]
    texts.append(((*at, "why"), question.why))
    texts += [((*at, "hints", i), hint) for i, hint in enumerate(question.hints)]
    if isinstance(question, Number):
        texts += [((*at, "near", i, "why"), near.why) for i, near in enumerate(question.near)]
    for loc, text in texts:
        for words in (text.zh, text.en):
            try:
                names = [name for _, name, _, _ in Formatter().parse(words) if name is not None]
            except ValueError:
                doc.report("C403", loc, say("bad_braces"))
                continue
            for name in names:
                if name not in slots:
                    hint = did_you_mean(name, slots)
                    doc.report("C403", loc, say("unknown_slot", slot=name, hint=hint))


def _known(doc: Document, at: Loc, name: str, names: Iterable[str]) -> bool:
    names = list(names)
    if name in names:
        return True
    hint = did_you_mean(name, names)
    doc.report("C402", at, say("unknown_in_question", name=name, hint=hint))
    return False


def _range(least: int, most: int) -> Text:
    return say("show_range", least=least, most=most)
