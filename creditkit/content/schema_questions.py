"""The shape of question files: one class a type of question, told apart by `type`.

Essays have their key points besides; see `schema_essays.py`.
"""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from creditkit.content.schema import Id, Names, Part, Ref, Some
from creditkit.content.schema_essays import Grid, Group, Point, Stretch
from creditkit.text import Text, in_full

# 12,500 and not 1,2: a comma stands only between thousands.
GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")


def _as_formula(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return in_full(value)
    if isinstance(value, str) and GROUPED.fullmatch(value.strip()):
        return value.replace(",", "")
    return value


# A hint is read step by step: with one alone there would be no nearer one to come.
FEWEST_HINTS = 2


def _in_steps(hints: tuple[Text, ...]) -> tuple[Text, ...]:
    if len(hints) < FEWEST_HINTS:
        raise PydanticCustomError("few_hints", "two at least are needed")
    return hints


Worth = Annotated[float, Field(ge=0, le=1)]
Hints = Annotated[
    tuple[Text, ...],
    AfterValidator(_in_steps),
    Field(json_schema_extra={"minItems": FEWEST_HINTS}),
]
# A number alone may be written as one.
Formula = Annotated[str, BeforeValidator(_as_formula, json_schema_input_type=str | int | float)]


class Phrase(Part):
    """Some words a student can choose or place, with an id."""

    id: Id
    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    @property
    def text(self) -> Text:
        return Text(self.zh, self.en)


class Choice(Phrase):
    """An option: what choosing it is worth (1 is right), and the feedback to whoever chose it."""

    worth: Worth = 0
    why: Text
    ref: Ref = ()

    @property
    def right(self) -> bool:
        return self.worth == 1


class Stage(Phrase):
    """Something to put in order; those with the same place may stand in any order."""

    place: Annotated[int, Field(ge=1)]
    why: Text | None = None
    ref: Ref = ()


class Placed(Phrase):
    """Something to match or classify, and where it belongs: any of `to`."""

    to: Names
    why: Text | None = None
    ref: Ref = ()


class Column(Phrase):
    of: str


class Cell(Part):
    value: str
    why: Text | None = None
    ref: Ref = ()


class Near(Part):
    """A figure that a known mistake leads to, and what it is worth."""

    answer: Formula
    worth: Worth = 0
    why: Text


class Question(Part):
    """What all questions have: the prompt, staged hints, and the explanation of the answer."""

    id: Id
    ref: Ref
    level: Annotated[int, Field(ge=1, le=3)] = 1
    prompt: Text
    hints: Hints
    why: Text
    points: Annotated[int, Field(ge=1)] = 1


class Single(Question):
    """One right option; others may be worth something."""

    type: Literal["single"]
    options: Some[Choice]


class Multiple(Question):
    """Each option right or wrong; with `show`, a seed picks that many, all right ones included."""

    type: Literal["multiple"]
    options: Some[Choice]
    show: Annotated[int, Field(ge=2)] | None = None


class Order(Question):
    type: Literal["order"]
    items: Some[Stage]


class Match(Question):
    """Each item to a target of its own; targets may be left over."""

    type: Literal["match"]
    items: Some[Placed]
    targets: Some[Phrase]


class Classify(Question):
    """Items to classes; with `show`, a seed picks that many items."""

    type: Literal["classify"]
    items: Some[Placed]
    targets: Some[Phrase]
    show: Annotated[int, Field(ge=2)] | None = None


class Table(Question):
    """A table to fill: every cell takes one value of its column's list."""

    type: Literal["table"]
    lists: dict[str, Some[Phrase]]
    columns: Some[Column]
    rows: Some[Phrase]
    cells: dict[str, dict[str, Cell]]


class Number(Question):
    """A short figure. `draw` lists the values a seed picks from; they fill `{slots}` in the words
    and are names in the formulas."""

    type: Literal["number"]
    draw: dict[str, Some[float]] = Field(default_factory=dict)
    answer: Formula
    tolerance: Annotated[float, Field(ge=0)] = 0
    unit: Text | None = None
    near: tuple[Near, ...] = ()


class Essay(Question):
    """Free text, marked by its key points, or by the cells of a grid; `letter` names it for short.

    A point of order is covered by the order in which the groups with a place come up.
    """

    type: Literal["essay"]
    letter: Annotated[str, Field(pattern=r"^[A-Z]$")]
    groups: Some[Group]
    stages: tuple[Stretch, ...] = ()
    key: Some[Point]
    grid: Grid | None = None

    @property
    def weights(self) -> dict[str, float]:
        """What each point is worth, by its ref."""
        return {point.id: point.weight for point in self.key}


AnyQuestion = Annotated[
    Single | Multiple | Order | Match | Classify | Table | Number | Essay,
    Field(discriminator="type"),
]


class Questions(Part):
    """A set of questions, in the order in which they are asked."""

    questions: Id
    ref: Ref
    title: Text
    items: Some[AnyQuestion]

    @property
    def id(self) -> str:
        return self.questions
