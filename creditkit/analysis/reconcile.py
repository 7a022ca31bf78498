"""Reconciliation: what to believe when sources disagree, and how far.

Truth discovery: how reliable each source is and what is true are estimated together. A source that
says what another says is hardly a second witness: sales that copy what the customer said confirm
nothing. The methods and the papers they come from are in `truth` (how often sources are right),
`copying` (who copies) and `medians` (numbers).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from creditkit.analysis.claims import Claims, probability, read_claims
from creditkit.analysis.copying import (
    Contested,
    Grid,
    agreement,
    all_witnesses,
    contested,
    one_voice,
)
from creditkit.analysis.medians import medians
from creditkit.analysis.tolerance import Bools, Floats, Ints, ReconcileError, Tolerance, say
from creditkit.analysis.truth import WRONG, estimate, odds
from creditkit.content.library import fields
from creditkit.text import did_you_mean, join

Method = Literal["majority", "weighted", "accuracy", "numbers"]
METHODS: tuple[Method, ...] = get_args(Method)
# A column with so many items for each of its values has no others.
CLOSED = 20
SOURCES = ("source", "field", "claims", "accuracy", "like", "agreement")
EXPLAINED = ("source", "value", "accuracy", "counts", "weight", "supports")


@dataclass(frozen=True)
class Reconciliation:
    """One best value for each customer and field, and the reasons.

    `values` has a row an item, with `customer`, `field`, `value` (as a source wrote it),
    `confidence` (float64, 0 to 1), `claims` (int64: how many sources spoke), `witnesses` (float64:
    as how many independent ones they count) and `conflict` (bool: another value was said too; of a
    median, one beyond its tolerance). Confidence is the probability under the method's model, where
    the truth may also be what nobody said, unless every value the field can have was: those the
    credit file lists, or that fill a column again and again. Under `majority` and `weighted` it is
    the share of the votes, of a median the share of what is said within its tolerance.

    `sources` has a row a source and field, with `claims` (int64); `accuracy` (float64: how often
    it is right where sources conflict, as far as can be told without knowing the truth, drawn
    towards the middle where few speak; NaN under `majority`, and where nothing that the source says
    is contested, or nothing of the field); `like`, the source it agrees with
    most where sources conflict, and `agreement`, how often it does (float64; 0 where too little is
    common).
    """

    values: pd.DataFrame
    sources: pd.DataFrame
    method: Method
    _claims: Claims
    _weight: Floats
    _counts: Floats
    _accuracy: Floats
    _supports: Bools

    def explain(self, customer: str, field: str) -> pd.DataFrame:
        """Who said what of one item, and what each word weighed.

        Returns:
            DataFrame, the heaviest first, with `source`, `value`, `accuracy`, `counts` (float64:
            how much of a witness it is beside those that say the same), `weight` (float64: what
            its word adds to its value; log odds under `accuracy`, negative where its word speaks
            against it) and `supports` (bool: whether its value was chosen).

        Raises:
            ReconcileError: nobody spoke of it.
        """
        claims = self._claims
        chosen = self.values[
            (self.values["customer"] == customer) & (self.values["field"] == field)
        ]
        if chosen.empty:
            raise ReconcileError(say("no_such_item", customer=customer, field=field))
        item = int(chosen.index[0])
        low, high = np.searchsorted(claims.item, [item, item + 1])
        at = slice(int(low), int(high))
        told = pd.DataFrame(
            {
                "source": claims.sources[claims.source[at]],
                "value": claims.words.take(claims.word[at]),
                "accuracy": self._accuracy[claims.cell[at]],
                "counts": self._counts[at],
                "weight": self._weight[at],
                "supports": self._supports[at],
            },
            columns=list(EXPLAINED),
        )
        told = told.sort_values("source", kind="stable")
        return told.sort_values("weight", ascending=False, kind="stable").reset_index(drop=True)


def reconcile(
    facts: pd.DataFrame,
    *,
    method: Method = "accuracy",
    tolerances: Mapping[str, Tolerance] | None = None,
    weights: Mapping[str, float] | None = None,
    copying: float | None = 0.995,
    half_life: float | None = None,
    rounds: int = 4,
) -> Reconciliation:
    """Find one best value for each customer and field from what several sources say.

    Methods:
        - `majority`: each witness has one vote.
        - `weighted`: each votes with its `weights`, or with how often it agrees with the majority.
        - `accuracy`: how often each source is right in each field is estimated together with the
          values (expectation and maximisation), and each word weighs the log odds of being right.
          Only what is contested tells of a source, and what it does elsewhere counts too. Sources
          that share mistakes are taken to copy, and share what their words weigh.
        - `numbers`: for fields that are numbers, dates or times by `tolerances`: the weighted
          median, a source weighing the less the farther it strays (CRH). Other fields are treated
          as by `accuracy`.

    Args:
        facts: `customer`, `field`, `value`, `source`; with `half_life` also `collected_on`. Fastest
            where the columns are pandas' categories.
        tolerances: when two values of a field are the same; see `Tolerance`.
        weights: by source, for `weighted`; a source that is not named weighs 1.
        copying: sources that agree on this share of what is contested in a field speak with one
            voice, and `accuracy` looks for shared mistakes; None takes every source for a witness
            of its own.
        half_life: days after which a word weighs half; None weighs old and new alike. What changes
            over time should have one.
        rounds: of estimation between two looks at what is copied.

    With fewer than four independent sources the `accuracy` of each is only weakly told by the data:
    of three, the one that happens to lead is trusted too much and its confidence is too high. A
    false report that several sources share, each with slips of its own, cannot be told from a true
    one by agreement alone.

    Sources are judged by 600 contested items of a field at most. Ties go to the value that is
    first by spelling, or the lowest where a tolerance is given; the order of the rows does not
    matter, unless a source contradicts itself without dates.

    Raises:
        ReconcileError: the claims or an option make no sense.

    >>> facts = pd.DataFrame({"customer": "C1", "field": "employees",
    ...     "value": ["120", "120", "85"], "source": ["customer", "business", "credit"]})
    >>> found = reconcile(facts, method="majority")
    >>> found.values[["value", "claims"]].values.tolist()
    [['120', 3]]
    """
    _check(method, copying, half_life, rounds)
    claims = read_claims(facts, tolerances)
    recent = None if half_life is None else _recent(claims, half_life)
    sample = contested(claims, recent)
    agreed = agreement(sample)
    share: Grid | None = None
    accuracy, told = np.full(claims.cells, np.nan), np.ones(claims.cells, dtype=bool)
    if method in ("accuracy", "numbers"):
        rate, share = estimate(sample, agreed, copying, rounds)
        accuracy = rate.ravel()
        told = _told(claims, sample)
    elif copying is not None and agreed is not None:
        share = one_voice(agreed, copying)
    counts = np.ones(len(claims.row)) if share is None else all_witnesses(claims, share)
    heard = counts if recent is None else counts * recent
    weight = heard
    if method == "weighted":
        weight, accuracy = _weighted(claims, heard, weights)
    elif method != "majority":
        wrong = _wrong(claims)
        weight = heard * (odds(accuracy)[claims.cell] + np.log(wrong / WRONG)[claims.item])
    score = claims.total(weight)
    chosen = _best(claims, score)
    if method in ("majority", "weighted"):
        sure = claims.share(score)[chosen]
    else:
        sure = probability(score, claims.first, claims.candidate_item, wrong + 1)[chosen]
    supports = claims.candidate == chosen[claims.item]
    speaker = _speaker(claims, chosen, weight)
    if method == "numbers":
        middle, sure, weight, supports = medians(
            claims, sure, heard, weight, supports, tolerances or {}
        )
        speaker = np.where(middle >= 0, middle, speaker)
    values = _values(claims, speaker, sure, counts, supports)
    known = np.where(told, accuracy, np.nan)
    sources = _sources(claims, known, agreed)
    return Reconciliation(values, sources, method, claims, weight, counts, known, supports)


# Inside


def _check(method: str, copying: float | None, half_life: float | None, rounds: int) -> None:
    problems = []
    if method not in METHODS:
        hint = did_you_mean(method, list(METHODS))
        problems.append(say("unknown_method", name=method, names=", ".join(METHODS), hint=hint))
    limits = (
        ("copying", copying, copying is None or 0 < copying < 1, "0 < copying < 1"),
        ("half_life", half_life, half_life is None or half_life > 0, "> 0"),
        ("rounds", rounds, rounds >= 1, ">= 1"),
    )
    for option, value, fits, wanted in limits:
        if not fits:
            problems.append(say("bad_number", option=option, value=value, wanted=wanted))
    if problems:
        raise ReconcileError(join(problems, zh="\n", en="\n"))


def _wrong(claims: Claims) -> Floats:
    """How many values of each item are wrong, one being right.

    Where the credit file lists the values of a field they are known; a column in which the same
    few words come back all the time is taken for such a list too. Where nobody objects the usual
    number stands: accuracy tells of what is contested, and two who are seldom right there would,
    of two values, speak against what both say.
    """
    known = fields()
    items = np.bincount(claims.item_field, minlength=len(claims.fields))
    found = np.full(len(claims.fields), WRONG)
    for at, name in enumerate(claims.fields):
        field = known.get(str(name))
        if field is not None and field.options:
            found[at] = min(found[at], max(1, len(field.options) - 1))
        elif items[at] >= CLOSED:
            begin, end, _, _ = claims.span(at)
            seen = len(pd.unique(claims.spell[claims.word[begin:end]]))
            if seen * CLOSED <= items[at]:
                found[at] = np.clip(seen - 1, 1, WRONG)
    return np.where(claims.candidates > 1, found[claims.item_field], WRONG)


def _told(claims: Claims, sample: Contested) -> Bools:
    """Of which field and source, in the order of `cell`, the data tell how often it is right: where
    the field is contested, and the source speaks of something that is."""
    spoken = np.bincount(sample.cell, minlength=claims.cells)
    there = spoken.reshape(len(claims.fields), len(claims.sources)) > 0
    return np.asarray(there.any(axis=1, keepdims=True) & there.any(axis=0, keepdims=True)).ravel()


def _recent(claims: Claims, half_life: float) -> Floats:
    """What is left of each word after its age, against the latest of its item; 1.0 is all."""
    frame = claims.frame
    if "collected_on" not in frame.columns:
        raise ReconcileError(say("no_dates", count=len(frame)))
    days = pd.to_datetime(frame["collected_on"].iloc[claims.row], errors="coerce")
    if days.isna().any():
        raise ReconcileError(say("no_dates", count=int(days.isna().sum())))
    number = days.to_numpy().astype("datetime64[D]").astype(np.int64)
    latest = np.maximum.reduceat(number, claims.start[claims.first])
    return np.asarray(0.5 ** ((latest[claims.item] - number) / half_life))


def _weighted(
    claims: Claims, heard: Floats, weights: Mapping[str, float] | None
) -> tuple[Floats, Floats]:
    share = claims.share(claims.total(heard))
    agreed = np.bincount(claims.cell, share[claims.candidate], claims.cells)
    spoken = np.bincount(claims.cell, minlength=claims.cells)
    with np.errstate(invalid="ignore"):
        accuracy = agreed / spoken
    if weights is None:
        return heard * accuracy[claims.cell], accuracy
    given = np.array([float(weights.get(str(name), 1.0)) for name in claims.sources])
    if not (np.isfinite(given) & (given >= 0)).all():
        raise ReconcileError(
            say("bad_number", option="weights", value=dict(weights), wanted=">= 0")
        )
    # A weight of 0 silences a source; if only silent ones spoke, their values stay in the running.
    return heard * np.maximum(given[claims.source], 1e-12), accuracy


def _best(claims: Claims, score: Floats) -> Ints:
    """The candidate with the highest score of each item; the first of those that tie."""
    top = np.maximum.reduceat(score, claims.first)
    reached = np.flatnonzero(score >= top[claims.candidate_item] - 1e-9)
    item = claims.candidate_item[reached]
    return np.asarray(reached[np.append(True, item[1:] != item[:-1])])


def _speaker(claims: Claims, chosen: Ints, weight: Floats) -> Ints:
    """A claim that says the chosen value of each item: of the spellings that count as the same,
    the one that weighs most."""
    speaker = claims.start[chosen]
    changes = (claims.word[1:] != claims.word[:-1]) & (
        claims.candidate[1:] == claims.candidate[:-1]
    )
    if not changes.any():
        return speaker
    varied = np.zeros(len(claims.start), dtype=bool)
    varied[claims.candidate[1:][changes]] = True
    ends = np.append(claims.start, len(claims.row))[1:][chosen]
    several = np.flatnonzero(varied[chosen])
    if len(several):
        size = ends[several] - speaker[several]
        of = np.repeat(several, size)
        at = np.repeat(speaker[several] - np.cumsum(size) + size, size) + np.arange(size.sum())
        spelling = claims.spell[claims.word[at]].astype(np.int64)
        _, pair = np.unique(of * (int(spelling.max()) + 1) + spelling, return_inverse=True)
        heaviest = -np.bincount(pair, weight[at])[pair].round(9)
        order = np.lexsort((claims.source[at], spelling, heaviest, of))
        first = np.append(True, np.diff(of[order]) != 0)
        speaker[several] = at[order[first]]
    return speaker


def _values(
    claims: Claims, speaker: Ints, sure: Floats, counts: Floats, supports: Bools
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer": claims.customers.take(claims.item_customer),
            "field": claims.fields.take(claims.item_field),
            "value": claims.words.take(claims.word[speaker]),
            "confidence": sure,
            "claims": claims.claims,
            "witnesses": claims.item_total(counts),
            "conflict": ~np.logical_and.reduceat(supports, claims.start[claims.first]),
        }
    )


def _sources(claims: Claims, accuracy: Floats, agreed: Grid | None) -> pd.DataFrame:
    fields, sources = len(claims.fields), len(claims.sources)
    spoken = np.bincount(claims.cell, minlength=claims.cells)
    told = np.arange(claims.cells).reshape(fields, sources).T.ravel()
    told = told[spoken[told] > 0]
    like, share = np.zeros(len(told), dtype=np.int64), np.zeros(len(told))
    if agreed is not None:
        others = agreed - 2 * np.eye(sources)
        like = others.argmax(axis=2).ravel()[told]
        share = np.maximum(others.max(axis=2).ravel()[told], 0.0)
    nearest = claims.sources.to_numpy(dtype=object)[like]
    nearest[share <= 0] = None
    return pd.DataFrame(
        {
            "source": claims.sources.take(told % sources),
            "field": claims.fields.take(told // sources),
            "claims": spoken[told],
            "accuracy": accuracy[told],
            "like": nearest,
            "agreement": share,
        },
        columns=list(SOURCES),
    )
