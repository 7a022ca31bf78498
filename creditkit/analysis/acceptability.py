"""How often each of several alternatives comes out best, over all weights and what grades may mean.

SMAA-O (stochastic multicriteria acceptability analysis with ordinal criteria) draws, over and over,
a number for each grade at random but in the grades' order, the worst 0 and the best 1, and weights
for the criteria, and counts how often each alternative takes each rank. What is not known of a
cell is drawn too, from the grades it can have.

Sources: R. Lahdelma, K. Miettinen, P. Salminen, "Ordinal criteria in stochastic multicriteria
acceptability analysis (SMAA)", European Journal of Operational Research 147 (2003) 117-127;
R. Lahdelma, P. Salminen, "SMAA-2: Stochastic multicriteria acceptability analysis for group
decision making", Operations Research 49 (2001) 444-454.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from creditkit.text import BilingualError, Text, phrases

Floats = npt.NDArray[np.floating[Any]]
Places = npt.NDArray[np.int64]
# Samples worked at a time: memory stays flat however many are asked for.
CHUNK = 1 << 16
# Breaks ties at random, so that equal sources share a rank evenly; too small to turn any order.
JITTER = 1e-9


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


@dataclass(frozen=True, slots=True)
class Graded:
    """Alternatives by criteria, each cell known within limits.

    `low` and `high` are the lowest and the highest grade it can have, as places on the scale from
    0, of shape (ids, criteria); `grades` is how many grades the scale of each criterion has.
    """

    ids: Sequence[str]
    criteria: Sequence[str]
    low: Places
    high: Places
    grades: Sequence[int]

    def scores(self, rng: np.random.Generator, w: Floats) -> Floats:
        """Scores of all alternatives (rows) in all samples (columns) for weights drawn."""
        low, high, size = self.low, self.high, w.shape[1]
        scores = rng.random((len(self.ids), size)) * JITTER
        for j, grades in enumerate(self.grades):
            values = _grade_values(rng, grades, size)
            for i in range(len(self.ids)):
                if low[i, j] == high[i, j]:
                    scores[i] += w[j] * values[low[i, j]]
                else:
                    drawn = rng.integers(low[i, j], high[i, j] + 1, size)
                    scores[i] += w[j] * np.take_along_axis(values, drawn[None], axis=0)[0]
        return scores


@dataclass(frozen=True, slots=True)
class Weights:
    """Which weights come into question: `fixed` ones alone, or all, or all in which the criteria in
    `first` weigh the most, in that order."""

    criteria: int
    fixed: Floats | None = None
    first: Sequence[int] = ()

    def draw(self, rng: np.random.Generator, size: int) -> Floats:
        """So many weights, of shape (criteria, size)."""
        if self.fixed is not None:
            return np.repeat(self.fixed[:, None], size, axis=1)
        w = _simplex(rng, self.criteria, size)
        return _in_importance(w, self.first) if self.first else w


def sample_ranks(graded: Graded, weights: Weights, samples: int, seed: int) -> Acceptability:
    """How often each alternative takes each rank.

    Raises:
        SourceError: no samples are asked for.
    """
    tally = _Tally(len(graded.ids), len(graded.criteria))
    rng = np.random.default_rng(seed)
    for size in _chunks(samples):
        w = weights.draw(rng, size)
        tally.count(graded.scores(rng, w), w)
    return tally.shares(graded, samples)


class _Tally:
    """Counts over samples: ranks and wins over each other, and the weights of those that won."""

    def __init__(self, alternatives: int, criteria: int) -> None:
        self.ranks = np.zeros((alternatives, alternatives))
        self.pairs = np.zeros((alternatives, alternatives))
        self.weights = np.zeros((alternatives, criteria))
        self.won = np.zeros(alternatives)

    def count(self, scores: Floats, w: Floats) -> None:
        n, size = scores.shape
        before = np.zeros((n, size), dtype=np.int16)
        for i in range(n):
            for j in range(i):
                wins = scores[i] > scores[j]
                before[j] += wins
                before[i] += ~wins
                self.pairs[i, j] += wins.sum()
                self.pairs[j, i] += size - wins.sum()
        for i in range(n):
            self.ranks[i] += np.bincount(before[i], minlength=n)
            best = before[i] == 0
            self.won[i] += best.sum()
            self.weights[i] += w[:, best].sum(axis=1)

    def shares(self, graded: Graded, samples: int) -> Acceptability:
        ids, criteria = list(graded.ids), list(graded.criteria)
        with np.errstate(invalid="ignore"):
            central = self.weights / self.won[:, None]
        return Acceptability(
            pd.DataFrame(self.ranks / samples, index=ids, columns=range(1, len(ids) + 1)),
            pd.DataFrame(central, index=ids, columns=criteria),
            pd.DataFrame(self.pairs / samples, index=ids, columns=ids),
            samples,
        )


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


def _in_importance(w: Floats, first: Sequence[int]) -> Floats:
    """The same weights dealt out anew so that the criteria in `first` weigh the most, in order."""
    ordered = -np.sort(-w, axis=0)
    rest = [j for j in range(len(w)) if j not in first]
    dealt = np.empty_like(w)
    dealt[list(first)] = ordered[: len(first)]
    dealt[rest] = ordered[len(first) :]
    return dealt


def _grade_values(rng: np.random.Generator, grades: int, size: int) -> Floats:
    """Numbers for a scale's grades in their order, the worst 0 and the best 1, (grades, size)."""
    values = np.empty((grades, size))
    values[0], values[-1] = 0.0, 1.0
    values[1:-1] = np.sort(rng.random((max(0, grades - 2), size)), axis=0)
    return values
