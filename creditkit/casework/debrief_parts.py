"""What a debrief is made of: lines, scores, decisions, and answers that mislead."""

from dataclasses import dataclass
from typing import Literal

from creditkit.text import Text, phrases

Verdict = Literal["right", "partly", "missed", "wrong"]


def say(key: str, /, **slots: object) -> Text:
    return phrases("debrief")(key, **slots)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a debrief: what was done, what the procedure asks, why it matters."""

    step: str
    title: Text
    ref: tuple[str, ...]
    points: float
    out_of: float
    did: Text
    asked: Text
    why: Text
    n: int | None = None

    @property
    def verdict(self) -> Verdict:
        if self.points < 0:
            return "wrong"
        if self.points >= self.out_of - 1e-9:
            return "right"
        return "partly" if self.points > 0 else "missed"


@dataclass(frozen=True, slots=True)
class Score:
    """The points of one dimension and the lines they come from."""

    id: str
    title: Text
    points: float
    out_of: float
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """A judgement or decision on the path, to which one can go back: `case.back(n)`."""

    n: int
    step: str
    title: Text
    choice: Text
    right: bool


@dataclass(frozen=True, slots=True)
class Misleading:
    """An answer that pointed the wrong way, and why a careful officer is not taken in."""

    item: Text
    answer: Text
    why: Text
    heard: bool
