"""Comparing sources of credit information whose grades are ordinal.

"Rather strong" is better than "fair", but nobody says by how much. So grades are not given made-up
numbers. Two things are done instead:

- **Dominance** needs the order alone: a source that is nowhere worse and somewhere better is
  better under any weights.
- **Acceptability** asks under which weights, and under which numbers for the grades, each source
  comes out best; see `creditkit.analysis.acceptability`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from creditkit.analysis.acceptability import (
    Acceptability,
    Floats,
    Graded,
    Places,
    SourceError,
    Weights,
    sample_ranks,
    say,
)
from creditkit.content.library import comparison
from creditkit.content.schema_sources import UNKNOWN, SourceComparison
from creditkit.text import Text, did_you_mean

Kind = Literal["grade", "assumed", "uncertain", "not_in_source"]


@dataclass(frozen=True)
class SourceTable:
    """A table of sources and their grades, with what the user assumes about unknown cells.

    >>> table = source_table()
    >>> list(table.ids)
    ['customer', 'business', 'credit', 'agency']
    >>> table.assume({("agency", "cost"): "on_the_high_side"}).kind("agency", "cost")
    'assumed'
    """

    content: SourceComparison
    assumed: Mapping[tuple[str, str], str]
    ids: tuple[str, ...]

    @property
    def criteria(self) -> tuple[str, ...]:
        return tuple(c.id for c in self.content.criteria)

    def scale(self, criterion: str) -> list[str]:
        """The ids of a criterion's grades, from worst to best.

        Raises:
            SourceError: there is no such criterion.
        """
        known = {c.id: c.scale for c in self.content.criteria}
        _there(criterion, known)
        return [grade.id for grade in self.content.scales[known[criterion]]]

    def kind(self, source: str, criterion: str) -> Kind:
        """Whether a cell has a grade, an assumed one, or none, and then why."""
        grade = self._cell(source, criterion)
        if (source, criterion) in self.assumed:
            return "assumed"
        return grade if grade in UNKNOWN else "grade"

    def grade(self, source: str, criterion: str) -> str | None:
        """The grade of a cell, given or assumed; `None` where it is not known."""
        grade = self.assumed.get((source, criterion), self._cell(source, criterion))
        return None if grade in UNKNOWN else grade

    def words(self, source: str, criterion: str) -> Text:
        """A cell in words; an assumption is marked as one."""
        kind = self.kind(source, criterion)
        if kind in UNKNOWN:
            return self.content.unknown[kind]
        scale = next(c.scale for c in self.content.criteria if c.id == criterion)
        title = next(
            g.title for g in self.content.scales[scale] if g.id == self.grade(source, criterion)
        )
        return say("assumed", grade=title) if kind == "assumed" else title

    def assume(self, grades: Mapping[tuple[str, str], str]) -> "SourceTable":
        """The table with the user's own grades in cells that have none.

        Raises:
            SourceError: a source, criterion or grade does not exist, or the cell has a grade.
        """
        for (source, criterion), grade in grades.items():
            if self._cell(source, criterion) not in UNKNOWN:
                raise SourceError(say("has_grade", source=source, criterion=criterion))
            _there(grade, self.scale(criterion))
        return replace(self, assumed={**self.assumed, **grades})

    def filter(
        self,
        sources: Sequence[str] | None = None,
        criterion: str | None = None,
        at_least: str | None = None,
    ) -> "SourceTable":
        """Only some sources: those named, and those that can be at least so good on a criterion.

        A cell that is not known stays in: it might be.

        Raises:
            SourceError: a name does not exist.
        """
        kept = list(self.ids)
        for source in sources or ():
            _there(source, kept)
        if sources is not None:
            kept = [id for id in kept if id in sources]
        if criterion is not None and at_least is not None:
            scale = self.scale(criterion)
            _there(at_least, scale)
            column = self.criteria.index(criterion)
            best = self.reach[1][[self.ids.index(id) for id in kept], column]
            kept = [id for id, top in zip(kept, best, strict=True) if top >= scale.index(at_least)]
        return replace(self, ids=tuple(kept))

    def to_frame(self, lang: str | None = None) -> pd.DataFrame:
        """The table in words: one row a source, one column a criterion (str), index the titles."""
        rows = {row.id: row for row in self.content.rows}
        return pd.DataFrame(
            [[self.words(id, c).in_(lang) for c in self.criteria] for id in self.ids],
            index=pd.Index([rows[id].title.in_(lang) for id in self.ids]),
            columns=[c.title.in_(lang) for c in self.content.criteria],
        )

    @cached_property
    def reach(self) -> tuple[Places, Places]:
        """The lowest and the highest grade each cell can have, as places on its scale from 0.

        Two arrays of shape (sources, criteria); a known grade is the same in both.
        """
        low = np.zeros((len(self.ids), len(self.criteria)), dtype=np.int64)
        high = low.copy()
        for i, source in enumerate(self.ids):
            for j, criterion in enumerate(self.criteria):
                scale = self.scale(criterion)
                grade = self.grade(source, criterion)
                low[i, j] = 0 if grade is None else scale.index(grade)
                high[i, j] = len(scale) - 1 if grade is None else scale.index(grade)
        return low, high

    def dominance(self) -> pd.DataFrame:
        """Which source is better than which under any weights.

        Returns:
            DataFrame of str with the sources' ids on both sides: `certain` where the row's source
            is nowhere worse and somewhere better than the column's, whatever the unknown cells
            hold; `possible` where that depends on them; else empty.
        """
        low, high = self.reach
        found = pd.DataFrame("", index=list(self.ids), columns=list(self.ids))
        for i, one in enumerate(self.ids):
            for j, other in enumerate(self.ids):
                if i == j:
                    continue
                if (low[i] >= high[j]).all() and (low[i] > high[j]).any():
                    found.loc[one, other] = "certain"
                elif (high[i] >= low[j]).all() and (high[i] > low[j]).any():
                    found.loc[one, other] = "possible"
        return found

    def score_range(self, weights: Mapping[str, float]) -> pd.DataFrame:
        """The lowest and highest score each source can have under given weights.

        The worst grade counts 0, the best 1; what lies between can be anything between. Where the
        ranges of two sources overlap, the grades and weights alone do not settle which is better.

        Returns:
            DataFrame with `low` and `high` (float64, 0 to 1), indexed by source.

        Raises:
            SourceError: see `weight_vector`.
        """
        w = self.weight_vector(weights)
        top = np.array([len(self.scale(c)) - 1 for c in self.criteria])
        low, high = self.reach
        return pd.DataFrame({"low": (low == top) @ w, "high": (high > 0) @ w}, index=list(self.ids))

    def weight_vector(self, weights: Mapping[str, float]) -> Floats:
        """Weights of the criteria, in their order, adding up to 1; those not named count 0.

        Raises:
            SourceError: a criterion does not exist, or the weights are negative, not finite, or
                all 0.
        """
        for criterion in weights:
            _there(criterion, self.criteria)
        w = np.array([float(weights.get(c, 0.0)) for c in self.criteria])
        if not np.isfinite(w).all() or (w < 0).any() or not w.sum() > 0:
            raise SourceError(say("bad_weights"))
        vector: Floats = w / w.sum()
        return vector

    def acceptability(
        self,
        weights: Mapping[str, float] | None = None,
        importance: Sequence[str] = (),
        samples: int = 100_000,
        seed: int = 0,
    ) -> Acceptability:
        """How often each source takes each rank, by SMAA-O.

        Args:
            weights: the user's weights; when not given, all weights are equally likely.
            importance: criteria from most to least important: only weights in this order are
                drawn; criteria not named weigh no more than the last one named.
            samples: how many draws.
            seed: the same seed gives the same figures.

        Raises:
            SourceError: a criterion does not exist, or the weights make no sense.

        >>> found = source_table().acceptability(samples=20_000)
        >>> bool(found.best["credit"] > found.best["customer"])
        True
        """
        if not self.ids:
            raise SourceError(say("no_sources"))
        fixed = None if weights is None else self.weight_vector(weights)
        for criterion in importance:
            _there(criterion, self.criteria)
        first = [self.criteria.index(c) for c in dict.fromkeys(importance)]
        grades = [len(self.scale(c)) for c in self.criteria]
        graded = Graded(self.ids, self.criteria, *self.reach, grades)
        return sample_ranks(graded, Weights(len(self.criteria), fixed, first), samples, seed)

    def along(
        self,
        criterion: str,
        weights: Mapping[str, float] | None = None,
        steps: int = 21,
        samples: int = 20_000,
        seed: int = 0,
    ) -> pd.DataFrame:
        """How the share in which each source is best changes as one criterion gains weight.

        The other criteria keep their proportions, by default equal ones.

        Returns:
            DataFrame of float64, indexed by the criterion's weight from 0 to 1, a column a source.

        Raises:
            SourceError: a criterion does not exist, or the weights make no sense.
        """
        _there(criterion, self.criteria)
        others = dict.fromkeys(self.criteria, 1.0) if weights is None else dict(weights)
        rest = {c: v for c, v in others.items() if c != criterion}
        if not sum(rest.values()) > 0:
            rest = {c: 1.0 for c in self.criteria if c != criterion}
        whole = sum(rest.values())
        rows = {}
        for share in np.linspace(0, 1, steps):
            now = {c: v / whole * (1 - share) for c, v in rest.items()} | {criterion: share}
            rows[round(float(share), 4)] = self.acceptability(now, samples=samples, seed=seed).best
        return pd.DataFrame(rows).T.rename_axis("weight")

    def _cell(self, source: str, criterion: str) -> str:
        rows = {row.id: row for row in self.content.rows}
        _there(source, rows)
        _there(criterion, self.criteria)
        return rows[source].cells[criterion].grade


def source_table(name: str = "textbook") -> SourceTable:
    """The coursework's table of sources (S0.1 to S4.5), its cut-off cells left open.

    >>> from creditkit.text import set_language; set_language("en")
    >>> str(source_table().words("agency", "cost"))
    'not in the source'
    """
    content = comparison(name)
    return SourceTable(content, {}, tuple(row.id for row in content.rows))


def _there(name: str, known: Any) -> None:
    if name not in known:
        names = ", ".join(known)
        hint = did_you_mean(name, known)
        raise SourceError(say("unknown", name=name, names=names, hint=hint))
