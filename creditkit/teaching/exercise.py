"""A question as one student meets it: shuffled, drawn and filled in by a seed."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

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
    Single,
    Table,
)
from creditkit.text import Text, in_full

P = TypeVar("P", bound=Phrase)


class _Figure(float):
    """A figure that stands in a text in full; it is still a number to a format such as `{a:,}`."""

    def __str__(self) -> str:
        return in_full(float(self))


@dataclass(frozen=True, slots=True)
class Exercise:
    """One question under one seed. The same seed gives the same exercise, to the word.

    `phrases` are what can be chosen, ordered or placed, in the order to show them; `targets` what
    they can be placed on; `drawn` the figures of a number question by name.
    """

    question: AnyQuestion
    seed: int
    phrases: tuple[Phrase, ...]
    targets: tuple[Phrase, ...]
    drawn: Mapping[str, float]

    @property
    def id(self) -> str:
        return self.question.id

    @property
    def prompt(self) -> Text:
        return self.filled(self.question.prompt)

    @property
    def hints(self) -> tuple[Text, ...]:
        return tuple(self.filled(hint) for hint in self.question.hints)

    @property
    def why(self) -> Text:
        return self.filled(self.question.why)

    def filled(self, text: Text) -> Text:
        """A text of the question with the drawn figures in its slots."""
        if not isinstance(self.question, Number):
            return text
        return text.format(**{name: _Figure(value) for name, value in self.drawn.items()})

    def figure(self, formula: str) -> float:
        """The value of one of the question's formulas for the drawn figures."""
        return evaluate(formula, self.drawn)

    @property
    def key(self) -> Any:
        """A right answer, in the shape in which `mark` takes answers."""
        match self.question:
            case Single(options=options):
                return next(o.id for o in options if o.right)
            case Multiple():
                return [p.id for p in self.phrases if getattr(p, "right", False)]
            case Order(items=items):
                return [i.id for i in sorted(items, key=lambda i: i.place)]
            case Match(items=items) | Classify(items=items):
                shown = {p.id for p in self.phrases}
                return {i.id: i.to[0] for i in items if i.id in shown}
            case Table(cells=cells):
                return {row: {c: cell.value for c, cell in of.items()} for row, of in cells.items()}
            case Number(answer=answer):
                return self.figure(answer)
            case Essay(key=key):
                return "\n".join(point.zh for point in key if point.kind != "order")


def exercise(question: AnyQuestion, seed: int = 0) -> Exercise:
    """Put a question under a seed.

    >>> from creditkit.content.library import questions
    >>> order = next(q for q in questions("refusal").items if q.type == "order")
    >>> exercise(order, 7) == exercise(order, 7)
    True
    """
    rng = random.Random(f"{question.id}/{seed}")
    phrases: Sequence[Phrase] = ()
    targets: Sequence[Phrase] = ()
    drawn: dict[str, float] = {}
    match question:
        case Single():
            phrases = _shuffled(rng, question.options)
        case Multiple():
            right = [o for o in question.options if o.right]
            wrong = [o for o in question.options if not o.right]
            rng.shuffle(wrong)
            shown = question.show or len(question.options)
            phrases = _shuffled(rng, [*right, *wrong[: shown - len(right)]])
        case Order():
            phrases = _shuffled(rng, question.items)
            # The right order by chance would give the answer away.
            while _in_order(question, phrases):
                phrases = _shuffled(rng, question.items)
        case Match():
            phrases = _shuffled(rng, question.items)
            targets = _shuffled(rng, question.targets)
        case Classify():
            phrases = _shuffled(rng, question.items)[: question.show]
            targets = question.targets
        case Number():
            drawn = {name: _whole(rng.choice(values)) for name, values in question.draw.items()}
    return Exercise(question, seed, tuple(phrases), tuple(targets), drawn)


def _shuffled(rng: random.Random, phrases: Sequence[P]) -> list[P]:
    return rng.sample(phrases, len(phrases))


def _in_order(question: Order, phrases: Sequence[Phrase]) -> bool:
    places = {item.id: item.place for item in question.items}
    shown = [places[p.id] for p in phrases]
    return shown == sorted(shown)


def _whole(value: float) -> float:
    return int(value) if value == int(value) else value
