"""The shape of content files. A file that fits is loaded into these classes, unchanged after."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from creditkit.text import Text


def _as_tuple(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else (value,)


def _as_branches(value: Any) -> Any:
    return [{"to": value}] if isinstance(value, str) else value


def _as_conditions(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: _as_tuple(values) for name, values in value.items()}


def _not_empty(value: tuple[Any, ...]) -> tuple[Any, ...]:
    if not value:
        raise PydanticCustomError("empty_list", "at least one is needed")
    return value


Id = Annotated[str, Field(pattern=r"^\w[\w-]*$")]
# What an author may write also goes into the JSON Schema by which editors complete.
Names = Annotated[
    tuple[str, ...], BeforeValidator(_as_tuple, json_schema_input_type=str | tuple[str, ...])
]
Ref = Names
# Each named value must be one of those listed: {customer: [new], opinion: [fraud, bad_credit]}
When = Annotated[
    dict[str, tuple[str, ...]],
    BeforeValidator(_as_conditions, json_schema_input_type=dict[str, str | tuple[str, ...]]),
]
Verb = Literal["ask", "collect", "act", "fill", "report", "record", "judge", "decide"]
Hours = Annotated[float, Field(ge=0)]
Strength = Annotated[int, Field(ge=1, le=3)]
Supports = dict[str, Strength]
T = TypeVar("T")
Some = Annotated[tuple[T, ...], AfterValidator(_not_empty)]


def holds(when: Mapping[str, tuple[str, ...]], values: Mapping[str, str]) -> bool:
    """Whether every condition of `when` is met by `values`.

    >>> holds({"customer": ("new",)}, {"customer": "new"})
    True
    >>> holds({"customer": ("new",)}, {})
    False
    """
    return all(values.get(name) in allowed for name, allowed in when.items())


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Titled(Part):
    id: Id
    title: Text


class Option(Titled):
    """One value of a list a judgement or decision chooses from."""

    ref: Ref
    open: bool = False
    note: Text | None = None
    why: Text | None = None
    when: When = {}
    right: bool = False


class Dimension(Titled):
    points: Annotated[int, Field(gt=0)]


class Item(Titled):
    """One thing to ask, collect, do, report or fill in; `of` lists the values a field takes."""

    ref: Ref
    see: Ref = ()
    ours: bool = False
    ask: Text | None = None
    why: Text | None = None
    default: Text | None = None
    cost: Annotated[int, Field(ge=0)] = 0
    of: str | None = None
    needed: bool | When = True

    def is_needed(self, values: Mapping[str, str]) -> bool:
        return self.needed if isinstance(self.needed, bool) else holds(self.needed, values)


class Branch(Part):
    when: When = {}
    to: str


class Reaction(Part):
    """How the other side takes a decision: `content` after as many rounds of the step `after` as
    the place of the hidden fact `patience` in its list, one more where the decision was wrong."""

    decision: str
    patience: str
    after: str
    content: str
    discontent: str


class Step(Titled):
    """One step of a procedure; its verb says how it is worked. `takes` counts for each item."""

    phase: str
    verb: Verb
    who: str | None = None
    ref: Ref
    dimension: str
    guide: Text
    why: Text
    items: tuple[Item, ...] = ()
    of: tuple[str, ...] = ()
    choose: str | None = None
    right: str | None = None
    names: str | None = None
    truth: str | None = None
    reaction: Reaction | None = None
    takes: Hours = 0
    next: Annotated[
        tuple[Branch, ...],
        BeforeValidator(_as_branches, json_schema_input_type=str | tuple[Branch, ...]),
    ] = ()
    end: Text | None = None


class Penalties(Part):
    order: Annotated[float, Field(ge=0, le=1)]
    economy: Annotated[float, Field(ge=0, le=1)]


LATENESS = "lateness"
LATE, IN_TIME = "late", "in_time"


class Clock(Part):
    """The deadline of a procedure, in hours from its beginning. While the step `until` is not done
    by then and `cleared_by` neither, conditions find `lateness` to be `late`, else `in_time`."""

    deadline: Hours
    until: str
    cleared_by: str


class Procedure(Part):
    """Steps in order, who acts, what is asked and recorded, which judgement leads where."""

    procedure: Id
    ref: Ref
    title: Text
    question: Text
    people: dict[str, Text] = {}
    given: dict[str, str] = {}
    hidden: dict[str, str] = {}
    lists: dict[str, tuple[Option, ...]]
    phases: tuple[Titled, ...]
    dimensions: tuple[Dimension, ...]
    penalties: Penalties
    clock: Clock | None = None
    start: str
    steps: tuple[Step, ...]

    @property
    def id(self) -> str:
        return self.procedure

    def step(self, id: str) -> Step:
        return next(s for s in self.steps if s.id == id)

    def option(self, list_name: str, id: str) -> Option:
        return next(o for o in self.lists[list_name] if o.id == id)


class Answer(Part):
    """What an informant says, and what a careful reader would take it to point to."""

    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]
    supports: Supports = {}
    misleads: Text | None = None
    # What an entry in a form must hold: of each group at least one, spacing and case apart.
    accepts: tuple[Names, ...] = ()
    # What is said when the same is asked or done again in a later round.
    again: tuple[Text, ...] = ()

    @property
    def text(self) -> Text:
        return Text(self.zh, self.en)


class Delay(Part):
    """Something that holds a step up when it is first worked, and what the player is told."""

    hours: Hours
    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    @property
    def text(self) -> Text:
        return Text(self.zh, self.en)


class Customer(Part):
    name: Text
    industry: Text


class Scenario(Part):
    """A training case: it answers for the informants and knows the truth."""

    scenario: str
    procedure: str
    ref: Ref
    level: Annotated[int, Field(ge=1, le=3)] = 1
    title: Text
    customer: Customer
    given: dict[str, str]
    truth: dict[str, str]
    people: dict[str, Text] = {}
    opening: Text
    answers: dict[str, Answer]
    delays: dict[str, Delay] = {}
    deadline: Hours | None = None
    outcomes: dict[str, Text] = {}
    lesson: Text

    @property
    def id(self) -> str:
        return self.scenario


class Buyer(Customer):
    goods: Text


class Fragment(Answer):
    """An answer that can occur in a case whose true cause is one of `for`."""

    for_: Annotated[tuple[str, ...], Field(alias="for")]


class Opening(Part):
    given: dict[str, str]
    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class Variants(Part):
    """The bank of fragments from which seeded training cases are drawn."""

    variants: Id
    procedure: str
    ref: Ref
    title: Text
    customers: Some[Buyer]
    people: dict[str, Some[Text]]
    days: Some[int]
    amount: Some[int]
    openings: Some[Opening]
    answers: dict[str, tuple[Fragment, ...]]
    outcomes: dict[str, dict[str, Some[Text]]]
    lessons: dict[str, Text]


class Retellings(Part):
    """What lets a seed tell the scenarios of a procedure anew: with other names and another
    telephone number, delayed or not, and with more or less patience."""

    retellings: Id
    procedure: str
    ref: Ref
    customers: Some[Text]
    people: Some[Text]
    delays: dict[str, Some[Delay]]

    @property
    def id(self) -> str:
        return self.retellings


class Term(Part):
    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]
    ref: Ref = ()
    meaning: Text


class Glossary(Part):
    terms: dict[Id, Term]


class Section(Titled):
    pass


class RefEntry(Part):
    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]
    cut_off: bool = False


class Refs(Part):
    """Every fact of the coursework by its id, in our own words."""

    sections: tuple[Section, ...]
    refs: dict[str, RefEntry]


@dataclass(slots=True)
class Known:
    """What content may point to: coursework ids and procedures."""

    refs: frozenset[str] | None = None
    procedures: dict[str, Procedure] = field(default_factory=dict)
