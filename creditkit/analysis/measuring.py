"""Measuring how good each source of information is in the data at hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from creditkit.analysis.estimates import Z95, wilson
from creditkit.analysis.ledgers import Day, Lazy, day
from creditkit.analysis.quality import RATIOS, SHARES, QualityError, SourceQuality, say
from creditkit.analysis.quality_sums import (
    checked_frame,
    count_customers,
    known_values,
    latest_values,
    same_engine,
    sums_by_source,
)
from creditkit.content.library import fields
from creditkit.content.schema_fields import Field
from creditkit.text import did_you_mean

Floats = npt.NDArray[np.float64]
# An interval narrower than this is a point, but for rounding.
SAME = 1e-6


def measure_sources(
    facts: Any,
    reference: Any,
    as_of: Day,
    *,
    by: Sequence[str] = (),
    customers: Any = None,
    asked: Iterable[str] | None = None,
) -> SourceQuality:
    """Measure what each source is worth.

    Args:
        facts: frame of any engine (see `creditkit.analysis.open_items`; all frames of the same)
            with customer, field, value (text), source, collected_on (a day), cost (CNY).
            Facts without a value and of fields not asked for are passed over.
        reference: frame with customer, field and value: the truth where it is known, else the
            `values` of `creditkit.analysis.reconcile.reconcile`. Against reconciled values
            authenticity is agreement, and flatters whom the reconciliation trusts. Where it has
            `since`, what held on the day of use counts: the latest row by then.
        as_of: the day of use. Facts collected later are passed over.
        by: what to tell apart beside the source: `field`, or columns of `customers`.
        customers: frame with customer and the columns of `by`; without it, the customers that
            appear in `facts` are all there are.
        asked: the fields that should be known; all fields of the credit file if None.

    Raises:
        QualityError: frames, columns or fields that are not there, facts without a customer, source
            or readable day, frames of several engines, or a reference with two values of the same
            field of a customer.

    >>> from creditkit.analysis.sample import sample
    >>> quality = measure_sources(sample("facts"), sample("truth"), "2025-12-31")
    >>> found = quality.wide()["authenticity"]
    >>> found.idxmax(), found.idxmin()
    ('credit', 'customer')
    """
    wanted = _asked(asked)
    names = _by(by)
    last = day(as_of)
    rows = latest_values(facts, last, wanted)
    known = known_values(reference, last)
    same_engine(facts=rows, reference=known)
    rows = rows.join(known, on=["customer", "field"], how="left")
    people: Lazy | None = None
    if customers is not None:
        columns = ("customer", *names)
        people = checked_frame(customers, "customers", columns).select(*columns)
        same_engine(facts=rows, customers=people)
        rows = rows.join(people, on="customer", how="inner")
    elif names:
        raise QualityError(say("by_needs_customers", names=", ".join(names)))
    keys = ["source", *by]
    sums = sums_by_source(rows, wanted, keys, last)
    size = count_customers(rows if people is None else people, names)
    return SourceQuality(_table(sums, size, list(by), len(wanted)), tuple(by))


def _asked(asked: Iterable[str] | None) -> dict[str, Field]:
    known = fields()
    if asked is None:
        return known
    names = list(dict.fromkeys(asked))
    for name in names:
        if name not in known:
            raise QualityError(say("no_field", name=name, hint=did_you_mean(name, list(known))))
    if not names:
        raise QualityError(say("nothing_asked"))
    return {name: known[name] for name in names}


def _by(by: Sequence[str]) -> list[str]:
    """The columns of `by` that belong to customers."""
    if isinstance(by, str) or "source" in by or "customer" in by or len(set(by)) != len(by):
        raise QualityError(say("bad_by", by=by))
    return [name for name in by if name != "field"]


def _table(sums: pd.DataFrame, size: Any, by: list[str], fields_asked: int) -> pd.DataFrame:
    """The measures of each source, one below the other."""
    names = [name for name in by if name != "field"]
    there = sums.merge(size, on=names, how="left")["there"] if names else size
    customers = np.broadcast_to(np.asarray(there, dtype=np.float64), len(sums))
    parts = []
    for name in RATIOS:
        if name == "completeness":
            each = 1.0 if "field" in by else float(fields_asked)
            ratio = _of_all(sums, customers, each)
        else:
            ratio = _of_those_with_any(sums, name)
        low, high = _kept_within(name, *_not_a_point(name, ratio))
        part = sums[["source", *by]].assign(
            measure=name, value=ratio.value, low=low, high=high, spread=ratio.spread,
            facts=ratio.x.astype(np.int64), customers=ratio.n.astype(np.int64),
        )  # fmt: skip
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


@dataclass(frozen=True)
class _Ratio:
    """The ratio of two sums over `n` customers, y over x; an entry a source. `r` and `rr` are the
    sums of each customer's own ratio and of its square."""

    y: Floats
    x: Floats
    yy: Floats
    xy: Floats
    xx: Floats
    r: Floats
    rr: Floats
    n: Floats

    @property
    def value(self) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.x > 0, self.y / self.x, np.nan)

    @property
    def interval(self) -> tuple[Floats, Floats]:
        value, n = self.value, self.n
        with np.errstate(divide="ignore", invalid="ignore"):
            rest = np.maximum(self.yy - 2 * value * self.xy + value**2 * self.xx, 0.0)
            error = np.where(n > 1, np.sqrt(rest * n / np.maximum(n - 1, 1)) / self.x, np.nan)
        return value - Z95 * error, value + Z95 * error

    @property
    def spread(self) -> Floats:
        """The standard deviation of the customers' own ratios."""
        with np.errstate(divide="ignore", invalid="ignore"):
            spread: Floats = np.sqrt(np.maximum(self.rr / self.n - (self.r / self.n) ** 2, 0.0))
        return spread


def _of_all(sums: pd.DataFrame, customers: Floats, each: float) -> _Ratio:
    """How much of what is asked is filled in: `each` fields of all customers, whom a source may
    not even name."""
    y, yy = (sums[c].to_numpy(dtype=np.float64) for c in ("filled", "completeness_yy"))
    x, xy, xx = customers * each, y * each, customers * each**2
    return _Ratio(y, x, yy, xy, xx, y / each, yy / each**2, customers)


def _of_those_with_any(sums: pd.DataFrame, name: str) -> _Ratio:
    """A measure over the customers of whom the source says something that bears on it."""
    columns = [*RATIOS[name], *(f"{name}_{k}" for k in ("yy", "xy", "xx", "r", "rr", "n"))]
    return _Ratio(*(sums[c].to_numpy(dtype=np.float64) for c in columns))


def _not_a_point(name: str, ratio: _Ratio) -> tuple[Floats, Floats]:
    """The interval; of a share in which no customer differs from another, that of Wilson over
    customers, as if each were one case: a few that are all right do not prove that all are."""
    low, high = ratio.interval
    if name not in SHARES:
        return low, high
    least, most = SHARES[name]
    for at in np.flatnonzero(high - low < SAME):
        value, count = ratio.value[at] / most, int(ratio.n[at])
        ends = wilson(abs(value) * count, count)
        # A slant may go the other way too, as often as what never happened may happen.
        other = wilson(0, count)[1] if least < 0 else 0.0
        lean = -1.0 if value < 0 else 1.0
        low[at], high[at] = sorted(most * lean * end for end in (ends[0] - other, ends[1]))
        if value == 0:
            low[at], high[at] = -most * other, most * ends[1]
    return low, high


def _kept_within(name: str, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """An interval cut to what the measure can be."""
    if name in SHARES:
        least, most = SHARES[name]
        return np.maximum(low, least), np.minimum(high, most)
    return np.maximum(low, 0.0), high
