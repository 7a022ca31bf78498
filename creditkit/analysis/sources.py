"""Comparing sources of credit information whose grades are ordinal.

"Rather strong" is better than "fair", but nobody says by how much. So grades are not given made-up
numbers. Two things are done instead:

- **Dominance** needs the order alone: a source that is nowhere worse and somewhere better is
  better under any weights.
- **SMAA-O** (stochastic multicriteria acceptability analysis with ordinal criteria) asks under
  which weights each source comes out best. It draws, over and over, a number for each grade at
  random but in the grades' order, the worst 0 and the best 1, and weights for the criteria, and
  counts how often each source takes each rank. What is not known about a cell is drawn too, from
  the whole scale.

Sources: R. Lahdelma, K. Miettinen, P. Salminen, "Ordinal criteria in stochastic multicriteria
acceptability analysis (SMAA)", European Journal of Operational Research 147 (2003) 117-127;
R. Lahdelma, P. Salminen, "SMAA-2: Stochastic multicriteria acceptability analysis for group
decision making", Operations Research 49 (2001) 444-454.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from creditkit.content.library import comparison
from creditkit.content.schema_sources import UNKNOWN, SourceComparison
from creditkit.text import BilingualError, Text, did_you_mean, phrases

Floats = npt.NDArray[np.floating[Any]]
# Samples worked at a time: memory stays flat however many are asked for.
CHUNK = 1 << 16
# Breaks ties at random, so that equal sources share a rank evenly; too small to turn any order.
JITTER = 1e-9
Kind = Literal["grade", "assumed", "uncertain", "not_in_source"]


def say(key: str, /, **slots: object) -> Text:
    return phrases("sources")(key, **slots)


class SourceError(BilingualError):
    """A source, criterion, grade or weight that is not there or makes no sense."""


@dataclass(frozen=True, slots=True)
class Acceptability:
    """What sampling over weights and over the meaning of the grades says.

    `ranks` has one row a source and one column a rank (1 best): the share of all samples in which
    the source takes the rank. `central` has the mean weights of the samples in which the source is
    best (a row of NaN for one that never is). `pairs` holds the share in which the row's source
    comes before the column's. All float64; `error` is the largest standard error of a share.
    """

    ranks: pd.DataFrame
    central: pd.DataFrame
    pairs: pd.DataFrame
    samples: int

    @property
    def best(self) -> pd.Series:
        """The share of samples in which each source is best."""
        return self.ranks[1].rename("best")

    @property
    def error(self) -> float:
        shares = self.ranks.to_numpy()
        return float(np.sqrt(shares * (1 - shares) / self.samples).max())


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
    def reach(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
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
        n, m = len(self.ids), len(self.criteria)
        ranks, pairs = np.zeros((n, n)), np.zeros((n, n))
        central, won = np.zeros((n, m)), np.zeros(n)
        rng = np.random.default_rng(seed)
        for size in _chunks(samples):
            w = _simplex(rng, m, size) if fixed is None else np.repeat(fixed[:, None], size, axis=1)
            if first and fixed is None:
                w = _in_importance(w, first)
            scores = self._scores(rng, w)
            before = np.zeros((n, size), dtype=np.int16)
            for i in range(n):
                for j in range(i):
                    wins = scores[i] > scores[j]
                    before[j] += wins
                    before[i] += ~wins
                    pairs[i, j] += wins.sum()
                    pairs[j, i] += size - wins.sum()
            for i in range(n):
                ranks[i] += np.bincount(before[i], minlength=n)
                best = before[i] == 0
                won[i] += best.sum()
                central[i] += w[:, best].sum(axis=1)
        ids = list(self.ids)
        with np.errstate(invalid="ignore"):
            mean = central / won[:, None]
        return Acceptability(
            pd.DataFrame(ranks / samples, index=ids, columns=range(1, n + 1)),
            pd.DataFrame(mean, index=ids, columns=list(self.criteria)),
            pd.DataFrame(pairs / samples, index=ids, columns=ids),
            samples,
        )

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

    def _scores(self, rng: np.random.Generator, w: Floats) -> Floats:
        """Scores of all sources (rows) in all samples (columns) for weights drawn."""
        low, high = self.reach
        size = w.shape[1]
        scores = rng.random((len(self.ids), size)) * JITTER
        for j, criterion in enumerate(self.criteria):
            values = _grade_values(rng, len(self.scale(criterion)), size)
            for i in range(len(self.ids)):
                if low[i, j] == high[i, j]:
                    scores[i] += w[j] * values[low[i, j]]
                else:
                    drawn = rng.integers(low[i, j], high[i, j] + 1, size)
                    scores[i] += w[j] * np.take_along_axis(values, drawn[None], axis=0)[0]
        return scores

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


def best_shares(values: Floats, samples: int = 1_000_000, seed: int = 0) -> Floats:
    """The share of all weights under which each alternative is best, for fixed numbers.

    Weights are drawn evenly from all that add up to 1; equal alternatives share the first place.

    Args:
        values: shape (alternatives, criteria), more is better, on comparable scales.
        samples: how many weights.

    Returns:
        Shares that add up to 1, one for each alternative (float64).

    Raises:
        ValueError: `values` is not a table of finite numbers.

    >>> best_shares(np.array([[1.0, 0.0], [0.0, 1.0]]), 100_000).round(2)
    array([0.5, 0.5])
    """
    table = np.asarray(values, dtype=np.float32)
    if table.ndim != 2 or not table.size or not np.isfinite(table).all():
        raise ValueError("values: expected a table of finite numbers, (alternatives, criteria)")
    rng = np.random.default_rng(seed)
    # Equal rows would each win by chance; each group is counted once and shares what it wins.
    rows, group, size_of = np.unique(table, axis=0, return_inverse=True, return_counts=True)
    wins = np.zeros(len(rows), dtype=np.int64)
    for size in _chunks(samples):
        # Scaling all weights of a draw alike changes no order, so they need not add up to 1.
        w = rng.standard_exponential((size, table.shape[1]), dtype=np.float32)
        wins += np.bincount((w @ rows.T).argmax(axis=1), minlength=len(rows))
    shares: Floats = (wins / samples / size_of)[group.ravel()]
    return shares


def _chunks(samples: int) -> Iterator[int]:
    if samples < 1:
        raise SourceError(say("no_samples"))
    yield from (min(CHUNK, samples - done) for done in range(0, samples, CHUNK))


def _simplex(rng: np.random.Generator, m: int, size: int) -> Floats:
    """Weights drawn evenly from all that add up to 1, shape (m, size)."""
    w = rng.standard_exponential((m, size))
    drawn: Floats = w / w.sum(axis=0)
    return drawn


def _in_importance(w: Floats, first: list[int]) -> Floats:
    """The same weights dealt out anew so that the criteria in `first` weigh the most, in order."""
    ordered = -np.sort(-w, axis=0)
    rest = [j for j in range(len(w)) if j not in first]
    dealt = np.empty_like(w)
    dealt[first] = ordered[: len(first)]
    dealt[rest] = ordered[len(first) :]
    return dealt


def _grade_values(rng: np.random.Generator, grades: int, size: int) -> Floats:
    """Numbers for a scale's grades in their order, the worst 0 and the best 1, (grades, size)."""
    values = np.empty((grades, size))
    values[0], values[-1] = 0.0, 1.0
    values[1:-1] = np.sort(rng.random((max(0, grades - 2), size)), axis=0)
    return values


def _there(name: str, known: Any) -> None:
    if name not in known:
        names = ", ".join(known)
        hint = did_you_mean(name, known)
        raise SourceError(say("unknown", name=name, names=names, hint=hint))
