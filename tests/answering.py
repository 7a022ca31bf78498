"""Answers made from a question's own key: right, wrong, partly right and invalid ones."""

from itertools import permutations
from typing import Any

from creditkit.content.schema_questions import (
    Choice,
    Classify,
    Essay,
    Match,
    Multiple,
    Number,
    Order,
    Single,
    Table,
)
from creditkit.teaching.exercise import Exercise


def wrong(x: Exercise) -> Any:
    """An answer that is worth nothing."""
    match x.question:
        case Single(options=options):
            return next(o.id for o in options if o.worth == 0)
        case Multiple():
            return [p.id for p in x.phrases if isinstance(p, Choice) and not p.right]
        case Order():
            return list(reversed(x.key))
        case Match(items=items):
            # Every item on a target that is not its own.
            shifted = [*[i.to[0] for i in items[1:]], items[0].to[0]]
            return {i.id: to for i, to in zip(items, shifted, strict=True)}
        case Classify(items=items):
            targets = [t.id for t in x.targets]
            to = {i.id: next(t for t in targets if t not in i.to) for i in items}
            return {p.id: to[p.id] for p in x.phrases}
        case Table() as table:
            return {
                row: {
                    c.id: next(v.id for v in table.lists[c.of] if v.id != cells[c.id].value)
                    for c in table.columns
                }
                for row, cells in table.cells.items()
            }
        case Number(near=near, answer=answer):
            return (
                1000003.25 + abs(x.figure(answer)) * 7 + sum(abs(x.figure(n.answer)) for n in near)
            )
        case Essay():
            return "It rained all week and the football match was lost."


def partly(x: Exercise) -> Any:
    """An answer that is worth something, but not all."""
    match x.question:
        case Single(options=options):
            return next(o.id for o in options if 0 < o.worth < 1)
        case Multiple():
            return x.key[:-1]
        case Order(items=items):
            places = {i.id: i.place for i in items}
            last = max(range(1, len(x.key)), key=lambda n: places[x.key[n - 1]] != places[x.key[n]])
            swapped = list(x.key)
            swapped[last - 1], swapped[last] = swapped[last], swapped[last - 1]
            return swapped
        case Match() | Classify():
            return dict(list(x.key.items())[:-1])
        case Table():
            first = next(iter(x.key))
            return {first: x.key[first]} if len(x.key) > 1 else {first: _less(x.key[first])}
        case Number(near=near):
            return next(x.figure(n.answer) for n in near if 0 < n.worth < 1)
        case Essay():
            return "\n".join(x.key.splitlines()[::2])


def _less(cells: dict[str, str]) -> dict[str, str]:
    return dict(list(cells.items())[:-1])


def invalid(x: Exercise) -> Any:
    """An answer that does not fit the question."""
    match x.question:
        case Single():
            return "no_such_option"
        case Multiple():
            return [x.key[0], x.key[0]]
        case Order():
            return x.key[:-1]
        case Match() | Classify():
            return {"no_such_item": x.targets[0].id}
        case Table():
            return {next(iter(x.key)): {"no_such_column": "x"}}
        case Number():
            return "twelve"
        case Essay():
            return ["a", "list"]


def all_orders(x: Exercise) -> list[tuple[str, ...]]:
    return list(permutations(p.id for p in x.phrases))
