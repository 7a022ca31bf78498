"""The shape of a comparison of sources: criteria, grades from worst to best, and the table."""

from typing import Literal

from creditkit.content.schema import Id, Part, Ref, Some, Titled
from creditkit.text import Text

# Cells without a grade: the source is not certain of it, or does not say.
Unknown = Literal["uncertain", "not_in_source"]
UNKNOWN: tuple[Unknown, ...] = ("uncertain", "not_in_source")


class Criterion(Titled):
    ref: Ref
    scale: str
    meaning: Text


class GradeCell(Part):
    grade: str
    ref: Ref


class Source(Titled):
    """A source. `also` names other words by which tables of one's own have it."""

    ref: Ref
    also: tuple[str, ...] = ()
    note: Text | None = None
    cells: dict[str, GradeCell]


class SourceComparison(Part):
    """What each source is worth on each criterion; `scales` list grades from worst to best."""

    sources: Id
    ref: Ref
    title: Text
    scales: dict[str, Some[Titled]]
    criteria: Some[Criterion]
    rows: Some[Source]
    unknown: dict[Unknown, Text]
    note: Text | None = None

    @property
    def id(self) -> str:
        return self.sources
