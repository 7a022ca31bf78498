"""The shape of what marks essays: the shared words, and the key points of an essay question."""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from creditkit.content.schema import Id, Names, Part, Ref, Some, Titled
from creditkit.text import Text

# What a word does in a clause. An act or a party is carried on to clauses that name none, a denial
# turns what is said into its opposite, an omission too, and both together turn it back (never
# leave out); a `plain` phrase only looks like a denial. A clause that a `given` begins is a
# condition or a reason: what is denied there is not denied after it.
Role = Literal[
    "thing", "act", "who", "denial", "denial_after", "denial_near", "omission", "plain", "break",
    "given",
]  # fmt: skip


def _as_words(value: Any) -> Any:
    """Words may be written as one string, apart by `/` or a line's end."""
    if isinstance(value, str):
        return tuple(word for part in re.split(r"[/\n]", value) if (word := part.strip()))
    return value


Words = Annotated[
    tuple[str, ...], BeforeValidator(_as_words, json_schema_input_type=str | tuple[str, ...])
]


class Concept(Part):
    """One thing that can be said, and the words for it.

    A word may hold `(a|b|)` for choices and `…` for a few words between; English words stand for
    all their forms.
    """

    role: Role = "thing"
    zh: Words = ()
    en: Words = ()


class Misplaced(Part):
    """Words, and what never stands right after one of them, marks among it."""

    after: Words
    never: Words


class Lexicon(Part):
    """The words that all essays share, each concept once."""

    concepts: dict[Id, Concept]
    irregular: dict[str, Words]
    # English words that are no misspelling of the words above, near as they come.
    no_typos: Words = ()
    # What makes a text more than words strung together.
    function_words: dict[Literal["zh", "en"], Words]
    # By which a text whose words were shuffled is known.
    misplaced: tuple[Misplaced, ...] = ()


class Characters(Part):
    """Traditional characters, each before its simplified one; and common ones by their sound."""

    traditional: tuple[str, ...]
    sounds: dict[str, str]


class Stretch(Part):
    """A stretch of an answer, begun by a clause that one of `opens` fits."""

    id: Id
    opens: Words


class Point(Part):
    """A key point: what it says, what it is worth, and how an answer may put it.

    `says`, `partly` and `against` are patterns: names of concepts that a clause must hold
    together, `a|b` for either, `!a` for one that it must not hold, a leading `~` to look in the
    whole sentence. The first must stand in the clause itself; acts and parties after it may carry
    on from clauses before. `like` are sentences that say the point, for the comparison of meaning.
    """

    ref: Ref
    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]
    weight: Annotated[float, Field(gt=0)] = 1
    kind: Literal["statement", "list_item", "order"] = "statement"
    group: str
    stage: Names = ()
    says: Words = ()
    partly: Words = ()
    against: Words = ()
    deniable: bool = True
    like: dict[Literal["zh", "en"], Words] = Field(default_factory=dict)
    ask: Text | None = None

    @property
    def id(self) -> str:
        return self.ref[0]

    @property
    def text(self) -> Text:
        return Text(self.zh, self.en)


class Group(Titled):
    """Points that belong together; `place` is where the group stands when order matters."""

    place: Annotated[int, Field(ge=1)] | None = None
    hint: Text


class Cell(Part):
    """A cell of a grid: the point it is, the concepts that are its grade, those nearly right."""

    ref: Ref
    grade: Names
    near: Names = ()


class Grid(Part):
    """A table that an answer may give as such or in sentences: rows by columns, all concepts.

    `columns` lead to the point that is covered when the column is named. `both` are words that
    name a column and a grade at once: `{b_free: [cost, g_none]}`.
    """

    rows: Some[str]
    columns: dict[str, str]
    grades: dict[str, Some[str]]
    both: dict[str, tuple[str, str]] = Field(default_factory=dict)
    cells: dict[str, dict[str, Cell]]


class CurvePoint(Part):
    """Of all decisions the surest `share`, and how many of them were right."""

    share: Annotated[float, Field(ge=0, le=1)]
    right: Annotated[float, Field(ge=0, le=1)]


class Measured(Part):
    """What the marker is worth on labelled answers, point by point."""

    answers: int
    precision: float
    recall: float
    f1: float


class Confidence(Part):
    """The coefficients of how sure the marker is, and what was measured when they were fitted."""

    confidence: Text
    models: dict[Literal["wording", "meaning"], dict[str, float]]
    curves: dict[Literal["wording", "meaning"], tuple[CurvePoint, ...]]
    measured: dict[str, Measured]
