"""The shape of an assignment: what a class is given to do, and on what terms."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Discriminator, Field, Tag

from creditkit.content.schema import Id, Names, Part
from creditkit.text import Text

Points = Annotated[float, Field(ge=0, le=10_000)]


class Drawn(Part):
    """A scenario drawn by the student's seed from the bank of a procedure's variants."""

    variant: str
    level: Annotated[int, Field(ge=1, le=3)] = 2


def _kind(value: Any) -> str:
    return "name" if isinstance(value, str) else "drawn"


# Told apart beforehand, so that a mistake in one is not reported for both.
Named = Annotated[
    Annotated[str, Tag("name")] | Annotated[Drawn, Tag("drawn")], Discriminator(_kind)
]


class Worth(Part):
    """The points of all questions together, and of all scenarios together."""

    questions: Points = 0
    scenarios: Points = 0


class Assignment(Part):
    """What its keys mean stands in `assignments/first_assignment.yaml`."""

    assignment: Id
    title: Text
    language: Literal["zh", "en", "both"] = "both"
    questions: Names = ()
    scenarios: tuple[Named, ...] = ()
    points: Worth
    seed: Literal["one", "student"] = "one"
    attempts: Annotated[int, Field(ge=1)] | None = None
    hints: bool = True
    confidence: bool = False
    deadline: AwareDatetime | None = None

    @property
    def id(self) -> str:
        return self.assignment

    @property
    def due(self) -> str | None:
        """The deadline in ISO 8601, with its offset."""
        return self.deadline.isoformat() if isinstance(self.deadline, datetime) else None
