"""How often each source is right, estimated together with what is true.

Expectation and maximisation after Dong, Berti-Équille, Srivastava, "Integrating conflicting data:
the role of source dependence", VLDB 2009 (the log odds of a word, and words that are copied), with
an accuracy for each field, as Li et al., "Truth finding on the deep web: is the problem solved?",
VLDB 2013, found best. That a source's name in one field carries over to others is ours, as is the
start: what sources agree on beyond their own voice, and one name for all fields.
"""

from typing import Any

import numpy as np

from creditkit.analysis.claims import probability
from creditkit.analysis.copying import Contested, Grid, copied, one_voice, witnesses
from creditkit.analysis.tolerance import Floats

# A source is taken for right in this share of cases before anything is known of it, with the
# weight of so many cases.
START, BELIEF = 0.8, 4.0
LOWEST, HIGHEST = 0.02, 0.99
# No word weighs more than that of a source right in this share of cases: one that looks surer may
# be so because others copy it.
TRUSTED = 0.9
# How many wrong values there are for a source that is wrong to choose from, where no more is known.
WRONG = 10.0
# What a source does in all fields counts this much beside what it does in one.
CARRIED = 0.5
# More cases than these make a field count no more in a source's name.
ENOUGH = 400
# At first sources are held against others by this power of how often they agree.
LIKE = 8.0
# So many times copying is looked at anew, after so many rounds with one name for all fields.
LOOKS, FIRST = 3, 4


def estimate(
    sample: Contested, agreed: Grid | None, copying: float | None, rounds: int
) -> tuple[Grid, Grid | None]:
    """How often each source is right in each field, and what share of words each two copy.

    Args:
        sample: what was said of contested items.
        agreed: how often sources agree; None where it is not known.
        copying: sources that agree so often speak with one voice; None looks for no copies.
        rounds: how many between two looks at what is copied.

    Returns:
        Accuracy (float64, fields by sources) and the share of words copied (float64, fields by
        sources by sources; None where copies are not looked for).
    """
    fields, sources = len(sample.edges) - 1, sample.said.shape[1]
    accuracy = np.full((fields, sources), START)
    share = None
    if copying is not None and agreed is not None:
        share = one_voice(agreed, copying)
    if not len(sample.said):
        return accuracy, share
    if agreed is not None and sample.common is not None:
        voice = np.eye(sources)[None] if share is None else share
        accuracy = _agreeing(agreed, voice, sample.common)
    vote = _Vote(sample, share)
    for _ in range(FIRST):
        accuracy = vote.accuracy(vote.likely(accuracy), np.inf)
    for _ in range(LOOKS):
        if share is not None:
            share = copied(sample, vote.likely(accuracy), accuracy, WRONG)
            vote = _Vote(sample, share)
        for _ in range(rounds):
            accuracy = vote.accuracy(vote.likely(accuracy), CARRIED)
    return accuracy, share


def odds(accuracy: Floats) -> Floats:
    """Log odds of a word: right, against this very one of the wrong values."""
    return _logit(np.minimum(accuracy, TRUSTED)) + float(np.log(WRONG))


# Inside


def _agreeing(agreed: Grid, voice: Grid, common: Grid) -> Grid:
    """How often each source would be right, if those it agrees with most were right as often.

    Two that are right independently agree in the square of that share. Sources of one voice count
    once, and a source's own voice not at all.
    """
    weight = agreed**LIKE / voice.sum(axis=2)[:, None, :]
    weight[(voice > 0) | (common == 0) | (agreed == 0)] = 0.0
    whole = weight.sum(axis=2)
    rate = ((weight * agreed).sum(axis=2) + 0.5 * START**2) / (whole + 0.5)
    return np.asarray(np.clip(np.sqrt(rate), LOWEST, HIGHEST))


class _Vote:
    """The claims of the sample, each heard as the witness it is."""

    def __init__(self, sample: Contested, share: Grid | None) -> None:
        from scipy.sparse import csr_matrix

        self.sample = sample
        self.shape = len(sample.edges) - 1, sample.said.shape[1]
        counts = sample.recent if share is None else sample.recent * witnesses(sample, share)
        ends = np.searchsorted(sample.own, np.arange(len(sample.said) + 1))
        shape = len(sample.said), self.shape[0] * self.shape[1]
        self.heard: Any = csr_matrix((counts, sample.cell, ends), shape=shape)
        self.said: Any = csr_matrix((np.ones(len(counts)), sample.cell, ends), shape=shape).T
        self.spoken = np.bincount(sample.cell, minlength=shape[1]).reshape(self.shape)
        self.size = np.add.reduceat(counts, ends[:-1])

    def likely(self, accuracy: Grid) -> Floats:
        """How likely each candidate is, if one of them is right.

        Were the truth allowed to be what nobody said, few sources would talk each other down:
        doubted words make doubtful sources, and these make words more doubted.
        """
        score = self.heard @ odds(accuracy).ravel()
        return probability(score, self.sample.first, self.sample.item, 0.0)

    def accuracy(self, likely: Floats, carried: float) -> Grid:
        """How often each source is right, from what is likely true."""
        right = (self.said @ likely).reshape(self.shape)
        edges = self.sample.edges
        there = np.flatnonzero(np.diff(edges))
        usual = np.full(self.shape[0], 0.5)
        usual[there] = np.add.reduceat(self.size * likely, edges[there]) + 1
        usual[there] /= np.add.reduceat(self.size, edges[there]) + 2
        usual = np.clip(usual, LOWEST, 1 - LOWEST)[:, None]
        own = (right + BELIEF * usual) / (self.spoken + BELIEF)
        # How much better or worse than others in the same field: here, and in all its fields.
        here = _logit(np.clip(own, LOWEST, 1 - LOWEST)) - _logit(usual)
        here = np.where(self.spoken > 0, here, 0.0)
        told = np.sqrt(np.minimum(self.spoken, ENOUGH))
        whole = (here * told).sum(axis=0) / np.maximum(told.sum(axis=0), 1e-9)
        name = whole if carried == np.inf else (here + carried * whole) / (1 + carried)
        found = 1 / (1 + np.exp(-_logit(usual) - name))
        return np.asarray(np.clip(found, LOWEST, HIGHEST))


def _logit(share: Floats) -> Floats:
    return np.asarray(np.log(share / (1 - share)))
