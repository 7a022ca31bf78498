"""Sourcing plan: which sources to ask for which fields, for the least money.

What a set of sources is worth for a field is taken from data: the facts of just these sources are
reconciled, and the result is held against the truth (or what is believed with all sources). So it
counts that sales often repeat the customer. The plan is then an exact choice, solved as a mixed
integer programme by HiGHS (`scipy.optimize.milp`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Any

import numpy as np
import pandas as pd

from creditkit.analysis.measuring import measure_sources
from creditkit.analysis.reconcile import reconcile
from creditkit.analysis.trust import KEYS, agree, held
from creditkit.analysis.values import tolerances
from creditkit.content.library import fields
from creditkit.text import BilingualError, Text, join, phrases, plain

# Of 6 sources there are 63 sets; of more, too many to reconcile one by one.
MOST_SOURCES = 6
# A source's say in a vote, from how often it is right; nobody is never or always right.
LEAST_RIGHT, MOST_RIGHT = 0.05, 0.99
LEAST_SAY = 0.05
COLUMNS = ("field", "sources", "coverage", "confidence", "cost")
# The solver stops within this share of the best cost.
GAP = 1e-6


def say(key: str, /, **slots: object) -> Text:
    return phrases("sourcing")(key, **slots)


class SourcingError(BilingualError):
    """A plan that cannot be made; the message says what can be reached."""


@dataclass(frozen=True)
class SourcingPlan:
    """A plan: for each field the sources to ask.

    `choices` has a row a field: `field` (str), `sources` (tuple of str, empty where the field is
    left out), `coverage` (float64: share of customers of whom it becomes known), `confidence`
    (float64: share of those for whom it is right) and `cost` (float64, CNY a customer).
    `cost` is that of all fields and the fixed costs, CNY a customer; `coverage` and `confidence`
    are means over fields, weighed as asked.
    """

    choices: pd.DataFrame
    cost: float
    coverage: float
    confidence: float


def source_sets(
    facts: pd.DataFrame,
    reference: pd.DataFrame,
    *,
    sources: Sequence[str] | None = None,
    customers: int | None = None,
    half_life: float | None = 365.0,
) -> pd.DataFrame:
    """What every set of sources would be worth for every field.

    The facts of a set are reconciled by a vote in which a source weighs the log odds of its being
    right in that field; a word loses half its weight in `half_life` days. Held against the data
    the weights come from, so a little flattering where facts are few.

    Args:
        facts: customer, field, value, source, collected_on, cost (CNY).
        reference: customer, field, value: what is true, or believed.
        sources: those to choose from, at most 6; all in `facts` if None.
        customers: how many there are; those in `facts` if None.

    Returns:
        DataFrame with `field`, `sources` (tuple), `coverage`, `confidence` (float64; NaN where
        nothing can be judged) and `cost` (float64: CNY a customer for all its facts of the set).

    Raises:
        SourcingError: more than 6 sources, or one that has no facts.
        QualityError, ReconcileError: frames that cannot be worked with.
    """
    names = sorted(set(facts["source"])) if sources is None else list(dict.fromkeys(sources))
    absent = [name for name in names if name not in set(facts["source"])]
    if not names or absent or len(names) > MOST_SOURCES:
        raise SourcingError(
            say("bad_sources", most=MOST_SOURCES, names=", ".join(absent or names) or "–")
        )
    count = customers or facts["customer"].nunique()
    last = pd.to_datetime(facts["collected_on"]).max()
    measured = measure_sources(facts, reference, last, by=["field"]).wide()["authenticity"]
    share = measured.fillna(0.5).clip(LEAST_RIGHT, MOST_RIGHT)
    odds = (share / (1 - share)).map(np.log).clip(lower=LEAST_SAY)
    sets = list(chain.from_iterable(combinations(names, n) for n in range(1, len(names) + 1)))
    believed = _believed(facts, sets, odds, half_life)
    known = held(reference, last)[[*KEYS, "value"]].rename(columns={"value": "known"})
    judged = believed.merge(known, on=KEYS, how="inner").reset_index(drop=True)
    agreed = pd.Series(agree(judged["field"], judged["value"], judged["known"]), dtype=np.float64)
    right = agreed.groupby([judged["source"], judged["field"]]).mean()
    there = believed.groupby(["source", "field"]).size() / count
    spent = facts.groupby(["field", "source"])["cost"].sum() / count
    rows: list[dict[str, Any]] = []
    for row in there.rename("coverage").reset_index().to_dict("records"):
        number, field = row["source"], row["field"]
        chosen = sets[int(number)]
        cost = sum(float(spent.get((field, name), 0.0)) for name in chosen)
        rows.append(
            {"field": field, "sources": chosen, "coverage": row["coverage"],
             "confidence": float(right.get((number, field), np.nan)), "cost": cost}
        )  # fmt: skip
    found = pd.DataFrame(rows, columns=list(COLUMNS))
    order = found["sources"].map(sets.index).to_numpy()
    return found.iloc[np.lexsort((found["field"], order))].reset_index(drop=True)


def sourcing_plan(
    sets: pd.DataFrame,
    *,
    coverage: float = 0.9,
    confidence: float = 0.9,
    each: bool = False,
    budget: float | None = None,
    fixed: Mapping[str, float] | None = None,
    weights: Mapping[str, float] | None = None,
) -> SourcingPlan:
    """The cheapest plan that reaches a coverage and a confidence.

    Args:
        sets: as `source_sets` gives it, or of one's own.
        coverage: share of (customer, field) pairs that must become known, weighed over fields.
        confidence: share of what becomes known that must be right.
        each: whether every field has to reach both by itself, not just their mean.
        budget: CNY a customer; if given, the plan is the one with the most right values for no
            more, and `confidence` is no condition.
        fixed: by source, CNY a customer to be paid once if it is used at all, such as the fee of a
            report.
        weights: by field, how much it counts; 1 if not named, 0 leaves it out.

    Raises:
        SourcingError: shares or columns that make no sense, or nothing reaches what is asked; the
            message says what can be reached.

    >>> sets = pd.DataFrame({"field": "revenue", "sources": [("customer",), ("credit",)],
    ...     "coverage": [1.0, 1.0], "confidence": [0.6, 0.95], "cost": [0.0, 150.0]})
    >>> sourcing_plan(sets, coverage=1, confidence=0.9).choices["sources"].tolist()
    [('credit',)]
    """
    table = _Table(sets, fixed, weights)
    for name, value in (("coverage", coverage), ("confidence", confidence)):
        if not 0 <= value <= 1:
            raise SourcingError(say("bad_share", name=name, value=value))
    if budget is not None and not 0 <= budget < np.inf:
        raise SourcingError(say("bad_money", name="budget", value=budget))
    found = table.solve(coverage, None if budget is not None else confidence, each, budget)
    if found is None:
        raise SourcingError(table.out_of_reach(coverage, confidence, each, budget))
    return found


def frontier(
    sets: pd.DataFrame,
    *,
    coverage: float = 0.9,
    points: int = 12,
    fixed: Mapping[str, float] | None = None,
    weights: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """The least cost of each confidence, and what one more unit of money buys.

    Returns:
        DataFrame with rising `confidence` (float64, as reached) and `cost` (float64, CNY a
        customer), and `buys` (float64: points of confidence, in percent, that one more CNY a
        customer buys from here to the next row; NaN in the last).

    Raises:
        SourcingError: as for `sourcing_plan`, or fewer than two points.
    """
    return along(plans_along(sets, coverage=coverage, points=points, fixed=fixed, weights=weights))


def plans_along(
    sets: pd.DataFrame,
    *,
    coverage: float = 0.9,
    points: int = 12,
    through: float | None = None,
    fixed: Mapping[str, float] | None = None,
    weights: Mapping[str, float] | None = None,
) -> list[SourcingPlan]:
    """The plans of the frontier, from the cheapest of all to the surest.

    Args:
        through: a confidence that one of the plans has to reach at the least cost, in place of the
            step nearest to it; passed over where it is out of reach or the cheapest has it.

    Raises:
        SourcingError: as for `frontier`.
    """
    if points < 2:
        raise SourcingError(say("few_points", points=points))
    table = _Table(sets, fixed, weights)
    cheapest = table.solve(coverage, 0.0, False, None)
    if cheapest is None:
        raise SourcingError(table.out_of_reach(coverage, 0.0, False, None))
    best = table.highest(coverage)
    targets = np.linspace(cheapest.confidence, best, points)[1:]
    if through is not None and cheapest.confidence < through < best and points > 2:
        targets[np.abs(targets[:-1] - through).argmin()] = through
    plans = [cheapest]
    for target in targets:
        plan = table.solve(coverage, float(target) - 1e-9, False, None)
        if plan is not None and plan.cost > plans[-1].cost + 1e-9:
            plans.append(plan)
    return plans


def along(plans: Sequence[SourcingPlan]) -> pd.DataFrame:
    """Plans that cost more and more as the table that `frontier` gives."""
    found = pd.DataFrame(
        {"confidence": [p.confidence for p in plans], "cost": [p.cost for p in plans]}
    )
    gained = found["confidence"].diff().shift(-1) * 100
    return found.assign(buys=gained / found["cost"].diff().shift(-1))


# Inside


class _Table:
    """The choices as arrays: one row of `sets` or none for each field."""

    def __init__(
        self,
        sets: pd.DataFrame,
        fixed: Mapping[str, float] | None,
        weights: Mapping[str, float] | None,
    ) -> None:
        missing = [name for name in COLUMNS if name not in sets.columns]
        if missing or sets.empty:
            raise SourcingError(say("no_columns", missing=", ".join(missing) or "–"))
        rows = sets.dropna(subset=["confidence"]).reset_index(drop=True)
        self.sets = rows
        self.fields = list(dict.fromkeys(rows["field"]))
        given = {name: float((weights or {}).get(name, 1.0)) for name in self.fields}
        for name, value in [*given.items(), *(fixed or {}).items()]:
            if not 0 <= value < np.inf:
                raise SourcingError(say("bad_money", name=name, value=value))
        if not sum(given.values()):
            raise SourcingError(say("no_weight"))
        self.weight = rows["field"].map(given).to_numpy(dtype=np.float64)
        self.whole = sum(given.values())
        self.wanted = [name for name in self.fields if given[name] > 0]
        self.coverage = rows["coverage"].to_numpy(dtype=np.float64)
        self.right = self.coverage * rows["confidence"].to_numpy(dtype=np.float64)
        self.cost = rows["cost"].to_numpy(dtype=np.float64)
        if not (np.isfinite(self.cost).all() and (self.cost >= 0).all()):
            raise SourcingError(say("bad_money", name="cost", value=float(np.nanmin(self.cost))))
        self.fixed = dict(fixed or {})

    def solve(
        self,
        coverage: float,
        confidence: float | None,
        each: bool,
        budget: float | None,
        against: float | None = None,
    ) -> SourcingPlan | None:
        """The best plan, or None where there is none: the cheapest; with a budget the one with the
        most right values; with `against` the one most above that confidence."""
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import coo_matrix, vstack

        n, paid = len(self.sets), list(self.fixed)
        size = n + len(paid)
        allowed = np.append(self._allowed(coverage, confidence, each), np.ones(len(paid), bool))
        money = np.concatenate([self.cost, [self.fixed[name] for name in paid]])
        field = self.sets["field"].map(self.fields.index).to_numpy()
        lines: list[Any] = [coo_matrix((np.ones(n), (field, np.arange(n))),
                                       (len(self.fields), size))]  # fmt: skip
        low = [np.ones(len(self.fields)) if each else np.zeros(len(self.fields))]
        if each:
            low = [np.array([float(name in self.wanted) for name in self.fields])]
        high = [np.ones(len(self.fields))]

        def line(values: Any, least: float, most: float) -> None:
            row = np.zeros(size)
            row[: len(values)] = values
            lines.append(coo_matrix(row[None, :]))
            low.append(np.array([least]))
            high.append(np.array([most]))

        covered, right = self.weight * self.coverage, self.weight * self.right
        line(covered, coverage * self.whole - 1e-9, np.inf)
        if confidence is not None:
            line(right - confidence * covered, -1e-9, np.inf)
        if budget is not None:
            line(money, 0.0, budget + 1e-9)
        for at, name in enumerate(paid):
            # A source that is paid for once may be used anywhere, one that is not nowhere.
            uses = np.array([float(name in chosen) for chosen in self.sets["sources"]])
            line(np.append(-uses, np.zeros(at + 1)) + np.append(np.zeros(n + at), len(self.fields)),
                 0.0, np.inf)  # fmt: skip
        aim = money
        if budget is not None or against is not None:
            aim = np.append((against or 0.0) * covered - right, np.zeros(len(paid)))
        result = milp(
            aim,
            integrality=np.ones(size),
            bounds=Bounds(0, allowed.astype(np.float64)),
            constraints=LinearConstraint(
                vstack(lines).tocsr(), np.concatenate(low), np.concatenate(high)
            ),
            options={"mip_rel_gap": GAP},
        )
        if result.x is None:
            return None
        taken = result.x > 0.5
        return self._plan(taken[:n], float(money[taken].sum()))

    def highest(self, coverage: float) -> float:
        """The highest confidence of any plan with this coverage.

        Confidence is a ratio of two sums: the plan that is best at the ratio reached so far is
        sought until it is no better (Dinkelbach, Management Science 13 (1967) 492-498).
        """
        found = -1.0
        while True:
            plan = self.solve(coverage, None, False, None, against=max(found, 0.0))
            if plan is None or plan.confidence <= found + 1e-9:
                return max(found, 0.0)
            found = plan.confidence

    def out_of_reach(
        self, coverage: float, confidence: float, each: bool, budget: float | None
    ) -> Text:
        if budget is not None:
            return say("over_budget", budget=f"{budget:,.2f}", coverage=f"{coverage:.1%}")
        if each:
            known = fields()
            worst = [
                known[name].title if name in known else plain(name)
                for name in self.wanted
                if not (self._allowed(coverage, confidence, True)
                        & (self.sets["field"] == name).to_numpy()).any()
            ]  # fmt: skip
            return say("fields_out_of_reach", names=join(worst))
        best = self.sets.groupby("field")["coverage"].max()
        weights = self.sets.assign(w=self.weight).groupby("field")["w"].first()
        most = float((best * weights).sum() / self.whole)
        if most < coverage:
            return say("coverage_out_of_reach", asked=f"{coverage:.1%}", most=f"{most:.1%}")
        highest = f"{self.highest(coverage):.1%}"
        return say("confidence_out_of_reach", asked=f"{confidence:.1%}", most=highest)

    def _allowed(self, coverage: float, confidence: float | None, each: bool) -> Any:
        allowed = self.weight > 0
        if each:
            allowed &= self.coverage >= coverage - 1e-9
            if confidence is not None:
                allowed &= self.right >= confidence * self.coverage - 1e-9
        return allowed

    def _plan(self, taken: Any, cost: float) -> SourcingPlan:
        rows = self.sets[taken].set_index("field").reindex(self.fields)
        rows["sources"] = [s if isinstance(s, tuple) else () for s in rows["sources"]]
        rows[["coverage", "cost"]] = rows[["coverage", "cost"]].fillna(0.0)
        covered = float((self.weight * self.coverage)[taken].sum())
        right = float((self.weight * self.right)[taken].sum())
        confidence = right / covered if covered else float("nan")
        choices = rows.reset_index()[list(COLUMNS)]
        return SourcingPlan(choices, cost, covered / self.whole, confidence)


def _believed(
    facts: pd.DataFrame, sets: list[tuple[str, ...]], odds: Any, half_life: float | None
) -> pd.DataFrame:
    """What a weighted vote of each set of sources believes; `source` is the number of the set."""
    # A source weighs otherwise in each field, so it goes by another name there.
    named = facts["source"].astype(str) + "\x1f" + facts["field"].astype(str)
    weights = {f"{source}\x1f{field}": float(odds[(source, field)]) for source, field in odds.index}
    limits = tolerances()
    parts = []
    for number, chosen in enumerate(sets):
        here = facts["source"].isin(chosen)
        found = reconcile(
            facts[here].assign(source=named[here]), method="weighted", weights=weights,
            tolerances=limits, copying=None, half_life=half_life,
        )  # fmt: skip
        parts.append(found.values.assign(source=str(number)))
    return pd.concat(parts, ignore_index=True)
