"""Reconciliation: what to believe when sources disagree, and how far.

Truth discovery: how reliable each source is and what is true are estimated together. A source that
says what another says is hardly a second witness: sales that copy what the customer said confirm
nothing. So sources that agree on nearly everything that is contested speak with one voice.

After Dong, Berti-Équille, Srivastava, "Integrating conflicting data: the role of source
dependence", VLDB 2009 (the log odds of a word), and Li et al., "Resolving conflicts in
heterogeneous data by truth discovery and source reliability estimation", SIGMOD 2014 (numbers).
How copies are discounted, and that a source's name in one field carries over to others, is ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from creditkit.analysis.claims import (
    Claims,
    Floats,
    Ints,
    ReconcileError,
    Tolerance,
    as_numbers,
    read_claims,
    say,
)
from creditkit.text import did_you_mean, join

Method = Literal["majority", "weighted", "accuracy", "numbers"]
METHODS: tuple[Method, ...] = get_args(Method)
# A source is taken for right in this share of cases before anything is known of it, with the
# weight of so many cases.
START, BELIEF = 0.8, 4.0
LOWEST, HIGHEST = 0.02, 0.99
# How many wrong values there are for a source that is wrong to choose from.
WRONG = 10.0
# What a source does in all fields counts this much beside what it does in one.
CARRIED = 0.5
# More cases than these make a field count no more in a source's name.
ENOUGH = 400
# Fewer contested items in common tell nothing of two sources.
COMMON = 10
# Numbers held at once while voices are counted.
BLOCK = 20_000_000
SOURCES = ("source", "field", "claims", "accuracy", "like", "agreement")
EXPLAINED = ("source", "value", "accuracy", "counts", "weight", "supports")


@dataclass(frozen=True)
class Reconciliation:
    """One best value for each customer and field, and the reasons.

    `values` has a row an item, with `customer`, `field`, `value` (as a source wrote it),
    `confidence` (float64, 0 to 1), `claims` (int64: how many sources spoke), `witnesses` (float64:
    as how many independent ones they count) and `conflict` (bool: more than one value was said).
    Confidence is the probability under the method's model, where the truth may also be what nobody
    said; under `majority` and `weighted` it is the share of the votes.

    `sources` has a row a source and field, with `claims` (int64); `accuracy` (float64: how often
    it is right where sources conflict, as far as can be told without knowing the truth, drawn
    towards the middle where few speak; NaN under `majority`); `like`, the source it agrees with
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
    _chosen: Ints

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
        claims, frame = self._claims, self._claims.frame
        chosen = self.values[
            (self.values["customer"] == customer) & (self.values["field"] == field)
        ]
        if chosen.empty:
            raise ReconcileError(say("no_such_item", customer=customer, field=field))
        item = int(chosen.index[0])
        low, high = np.searchsorted(claims.item, [item, item + 1])
        at = slice(int(low), int(high))
        rows = frame.iloc[claims.row[at]]
        cell = claims.source[at] * len(claims.fields) + claims.field[at]
        told = pd.DataFrame(
            {
                "source": rows["source"].to_numpy(),
                "value": rows["value"].to_numpy(),
                "accuracy": self._accuracy[cell],
                "counts": self._counts[at],
                "weight": self._weight[at],
                "supports": claims.candidate[at] == self._chosen[item],
            },
            columns=list(EXPLAINED),
        )
        return told.sort_values("weight", ascending=False, kind="stable").reset_index(drop=True)


def reconcile(
    facts: pd.DataFrame,
    *,
    method: Method = "accuracy",
    tolerances: Mapping[str, Tolerance] | None = None,
    weights: Mapping[str, float] | None = None,
    copying: float | None = 0.95,
    half_life: float | None = None,
    rounds: int = 30,
) -> Reconciliation:
    """Find one best value for each customer and field from what several sources say.

    Methods:
        - `majority`: each witness has one vote.
        - `weighted`: each votes with its `weights`, or with how often it agrees with the majority.
        - `accuracy`: how often each source is right in each field is estimated together with the
          values (expectation and maximisation), and each word weighs the log odds of being right.
          Only what is contested tells of a source, and what it does elsewhere counts too.
        - `numbers`: for fields that are numbers, dates or times by `tolerances`: the weighted
          median, a source weighing the less the farther it strays (CRH). Other fields are treated
          as by `accuracy`.

    Args:
        facts: `customer`, `field`, `value`, `source`; with `half_life` also `collected_on`.
        tolerances: when two values of a field are the same; see `Tolerance`.
        weights: by source, for `weighted`; a source that is not named weighs 1.
        copying: sources that agree on this share of what is contested in a field speak with one
            voice; None takes every source for a witness of its own.
        half_life: days after which a word weighs half; None weighs old and new alike.
        rounds: at most so many rounds of estimation.

    With fewer than four independent sources the `accuracy` of each is only weakly told by the data:
    of three, the one that happens to lead is trusted too much and its confidence is too high.

    Ties go to the value that is first by spelling, or the lowest where a tolerance is given; the
    order of the rows does not matter, unless a source contradicts itself without dates.

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
    cell = claims.source * len(claims.fields) + claims.field
    agreement = _agreement(claims)
    counts = np.ones(len(cell))
    if copying is not None and len(claims.sources) > 1:
        counts = _counts(claims, _one_voice(agreement, copying))
    heard = counts * _recent(claims, half_life)
    if method == "majority":
        weight = heard
        accuracy = np.full(len(claims.sources) * len(claims.fields), np.nan)
    elif method == "weighted":
        weight, accuracy = _weighted(claims, heard, cell, weights)
    else:
        weight, accuracy = _accurate(claims, heard, cell, rounds)
    score = claims.total(weight)
    voting = method in ("majority", "weighted")
    sure = claims.share(score) if voting else claims.probability(score, unsaid=WRONG + 1)
    chosen = _best(claims, score)
    values = _values(claims, chosen, sure, counts, weight)
    if method == "numbers":
        weight = _medians(claims, values, chosen, heard, cell, tolerances or {}, weight, rounds)
    sources = _sources(claims, cell, accuracy, agreement)
    return Reconciliation(values, sources, method, claims, weight, counts, accuracy, chosen)


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


def _best(claims: Claims, score: Floats) -> Ints:
    """The candidate with the highest score of each item; the first of those that tie."""
    top = np.maximum.reduceat(score, claims.first)
    reached = np.flatnonzero(score >= top[claims.candidate_item] - 1e-9)
    _, at = np.unique(claims.candidate_item[reached], return_index=True)
    return reached[at]


def _agreement(claims: Claims) -> Floats:
    """How often two sources agree on what is contested: float64, fields by sources by sources.

    0 where they have too little in common to tell, 1 of a source and itself.
    """
    from scipy.sparse import csr_matrix

    sources, fields = len(claims.sources), len(claims.fields)
    found = np.zeros((fields, sources, sources))
    contested = claims.candidates[claims.item] > 1
    for field in range(fields):
        here = contested & (claims.field == field)
        speaker, one = claims.source[here], np.ones(int(here.sum()))
        said, spoke = (
            csr_matrix((one, (speaker, of[here])), (sources, size))
            for of, size in (
                (claims.candidate, len(claims.candidate_item)),
                (claims.item, len(claims.item_field)),
            )
        )
        agree, common = (said @ said.T).toarray(), (spoke @ spoke.T).toarray()
        # Half a case of agreement and one and a half of disagreement, until more is known.
        found[field] = np.where(common < COMMON, 0.0, (agree + 0.5) / (common + 2.0))
        np.fill_diagonal(found[field], 1.0)
    return found


def _one_voice(agreement: Floats, copying: float) -> Floats:
    """Which sources speak with one voice: 1.0 or 0.0, fields by sources by sources."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    found = np.empty_like(agreement)
    for field, rate in enumerate(agreement):
        tree = linkage(squareform(1 - rate, checks=False), "average")
        group = fcluster(tree, 1 - copying, "distance")
        found[field] = group[:, None] == group[None, :]
    return found


def _counts(claims: Claims, voices: Floats) -> Floats:
    """How much of a witness each claim is: those who say one thing with one voice share it."""
    from scipy.sparse import csr_matrix

    counts = np.ones(len(claims.row))
    sources = len(claims.sources)
    for field, alike in enumerate(voices):
        here = np.flatnonzero(claims.field == field)
        candidate = claims.candidate[here]
        order = here[np.argsort(candidate, kind="stable")]
        candidate = claims.candidate[order]
        size = max(1, BLOCK // sources)
        first = int(candidate[0])
        for low in range(first, int(candidate[-1]) + 1, size):
            start, end = np.searchsorted(candidate, [low, low + size])
            part, own = order[start:end], candidate[start:end] - low
            said = csr_matrix((np.ones(len(part)), (own, claims.source[part])), (size, sources))
            counts[part] = 1 / (said @ alike)[own, claims.source[part]]
    return counts


def _recent(claims: Claims, half_life: float | None) -> Floats:
    if half_life is None:
        return np.ones(len(claims.row))
    frame = claims.frame
    if "collected_on" not in frame.columns:
        raise ReconcileError(say("no_dates", count=len(frame)))
    days = pd.to_datetime(frame["collected_on"].iloc[claims.row], errors="coerce")
    if days.isna().any():
        raise ReconcileError(say("no_dates", count=int(days.isna().sum())))
    latest = days.groupby(claims.item).transform("max")
    return np.asarray(0.5 ** ((latest - days).dt.days.to_numpy() / half_life))


def _weighted(
    claims: Claims, heard: Floats, cell: Ints, weights: Mapping[str, float] | None
) -> tuple[Floats, Floats]:
    cells = len(claims.sources) * len(claims.fields)
    share = claims.share(claims.total(heard))
    agreed = np.bincount(cell, share[claims.candidate], cells)
    spoken = np.bincount(cell, minlength=cells)
    with np.errstate(invalid="ignore"):
        accuracy = agreed / spoken
    if weights is None:
        return heard * accuracy[cell], accuracy
    given = np.array([float(weights.get(str(name), 1.0)) for name in claims.sources])
    if not (np.isfinite(given) & (given >= 0)).all():
        raise ReconcileError(
            say("bad_number", option="weights", value=dict(weights), wanted=">= 0")
        )
    # A weight of 0 silences a source; if only silent ones spoke, their values stay in the running.
    return heard * np.maximum(given[claims.source], 1e-12), accuracy


def _accurate(claims: Claims, heard: Floats, cell: Ints, rounds: int) -> tuple[Floats, Floats]:
    """What each claim weighs, and how often each source and field is right."""
    sources, fields = len(claims.sources), len(claims.fields)
    cells = sources * fields
    contested = (claims.candidates[claims.item] > 1).astype(np.float64)
    spoken = np.bincount(cell, contested, cells)
    told = np.sqrt(np.minimum(spoken, ENOUGH)).reshape(sources, fields)
    of_field = np.bincount(claims.field, heard * contested, fields)
    accuracy = np.full(cells, START)
    for _ in range(rounds):
        weight = heard * _odds(accuracy)[cell]
        right = claims.probability(claims.total(weight))[claims.candidate] * contested
        usual = (np.bincount(claims.field, right * heard, fields) + 1) / (of_field + 2)
        usual = np.tile(np.clip(usual, LOWEST, 1 - LOWEST), sources)
        own = (np.bincount(cell, right, cells) + BELIEF * usual) / (spoken + BELIEF)
        # How much better or worse than others in the same field: here, and in all its fields.
        here = np.where(spoken > 0, _logit(np.clip(own, LOWEST, 1 - LOWEST)) - _logit(usual), 0.0)
        here = here.reshape(sources, fields)
        whole = (here * told).sum(axis=1) / np.maximum(told.sum(axis=1), 1e-9)
        name = ((here + CARRIED * whole[:, None]) / (1 + CARRIED)).ravel()
        before = accuracy
        accuracy = np.clip(1 / (1 + np.exp(-_logit(usual) - name)), LOWEST, HIGHEST)
        if np.abs(accuracy - before).max() < 1e-6:
            break
    return heard * _odds(accuracy)[cell], accuracy


def _logit(share: Floats) -> Floats:
    return np.asarray(np.log(share / (1 - share)))


def _odds(accuracy: Floats) -> Floats:
    """Log odds of a word: right, against this very one of the wrong values."""
    return _logit(accuracy) + float(np.log(WRONG))


def _sources(claims: Claims, cell: Ints, accuracy: Floats, agreement: Floats) -> pd.DataFrame:
    sources, fields = len(claims.sources), len(claims.fields)
    spoken = np.bincount(cell, minlength=sources * fields)
    told = np.flatnonzero(spoken)
    others = agreement - np.eye(sources) * 2
    like = others.argmax(axis=2).T.ravel()[told]
    share = np.maximum(others.max(axis=2).T.ravel()[told], 0.0)
    names = claims.sources[told // fields]
    nearest = pd.Series(claims.sources[like], dtype=object).where(share > 0, None)
    return pd.DataFrame(
        {
            "source": names,
            "field": claims.fields[told % fields],
            "claims": spoken[told],
            "accuracy": accuracy[told],
            "like": nearest.to_numpy(),
            "agreement": share,
        },
        columns=list(SOURCES),
    )


def _values(
    claims: Claims, best: Ints, sure: Floats, counts: Floats, weight: Floats
) -> pd.DataFrame:
    items = len(claims.item_field)
    supports = np.flatnonzero(claims.candidate == best[claims.item])
    # Of the spellings that count as the same, the one that weighs most.
    item, spelling = claims.item[supports], claims.spelling[supports]
    _, of = np.unique(item * (int(claims.spelling.max()) + 1) + spelling, return_inverse=True)
    heaviest = np.lexsort((spelling, -np.bincount(of, weight[supports])[of].round(9), item))
    _, at = np.unique(item[heaviest], return_index=True)
    speaking = claims.frame.iloc[claims.row[supports[heaviest[at]]]]
    return pd.DataFrame(
        {
            "customer": speaking["customer"].to_numpy(),
            "field": speaking["field"].to_numpy(),
            "value": speaking["value"].to_numpy(),
            "confidence": sure[best],
            "claims": np.bincount(claims.item, minlength=items),
            "witnesses": np.bincount(claims.item, counts, items),
            "conflict": claims.candidates > 1,
        }
    )


def _medians(
    claims: Claims,
    values: pd.DataFrame,
    chosen: Ints,
    heard: Floats,
    cell: Ints,
    tolerances: Mapping[str, Tolerance],
    weight: Floats,
    rounds: int,
) -> Floats:
    """Put the weighted median in place of the value of every field that is a number.

    Confidence becomes the share of the weight that lies within the field's tolerance of it.
    """
    weight = weight.copy()
    cells = len(claims.sources) * len(claims.fields)
    for at, name in enumerate(claims.fields):
        tolerance = tolerances.get(name)
        if tolerance is None or tolerance.kind == "text":
            continue
        here = np.flatnonzero(claims.field == at)
        said = claims.frame["value"].iloc[claims.row[here]].astype(str)
        number = as_numbers(said, tolerance.kind)
        here, number = here[np.isfinite(number)], number[np.isfinite(number)]
        if not len(here):
            continue
        items, item = np.unique(claims.item[here], return_inverse=True)
        trust = np.ones(cells)
        for _ in range(rounds):
            own = heard[here] * trust[cell[here]]
            middle = _weighted_median(number, own, item)
            spread = np.bincount(item, np.abs(number - middle[item])) / np.bincount(item)
            off = np.abs(number - middle[item]) / np.where(spread > 0, spread, 1.0)[item]
            loss = np.bincount(cell[here], off, cells) / np.maximum(
                np.bincount(cell[here], minlength=cells), 1
            )
            before, trust = trust, -np.log((loss + 1e-3) / (loss.sum() + 2 * cells * 1e-3))
            if np.abs(trust - before).max() < 1e-9:
                break
        own = heard[here] * trust[cell[here]]
        middle = _weighted_median(number, own, item)
        width = (
            np.abs(middle) * tolerance.within if tolerance.kind == "number" else tolerance.within
        )
        near = np.abs(number - middle[item]) <= np.broadcast_to(width, middle.shape)[item] + 1e-9
        weight[here] = own
        order = np.lexsort((claims.spelling[here], number != middle[item], item))
        _, first = np.unique(item[order], return_index=True)
        said_it = here[order[first]]
        chosen[items] = claims.candidate[said_it]
        values.loc[items, "value"] = claims.frame["value"].iloc[claims.row[said_it]].to_numpy()
        whole = np.bincount(item, own)
        values.loc[items, "confidence"] = np.bincount(item, own * near) / whole
    return weight


def _weighted_median(number: Floats, weight: Floats, item: Ints) -> Floats:
    """The lower weighted median of each item: always a number that somebody said."""
    order = np.lexsort((number, item))
    value, mass, of = number[order], weight[order], item[order]
    total = np.bincount(of, mass)
    before = np.concatenate([[0.0], np.cumsum(total)[:-1]])
    reached = np.flatnonzero(np.cumsum(mass) - before[of] >= total[of] / 2 - 1e-9 * total[of])
    _, at = np.unique(of[reached], return_index=True)
    return np.asarray(value[reached[at]])
