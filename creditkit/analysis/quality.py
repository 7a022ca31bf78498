"""How good each source of information is in the data at hand, and how that compares with the
coursework's table.

Written once against narwhals: facts and reference may be frames of any engine it knows. Only sums
by source leave the engine.

The measures, each a ratio of two sums over facts:

- `authenticity`: the share of facts that agree with the reference within the field's tolerance.
- `objectivity`: of the facts whose field has a direction, the share that flatters the customer less
  the share that puts it down. 0 is even-handed; above 0 the customer gains.
- `bias`: the mean signed error of numbers in the customer's favour, as a share of the true value,
  each error cut at one half so that a slip of the pen does not rule the figure.
- `completeness`: the share of the asked fields of all customers of which the source says something.
- `timeliness`: the share of facts not older, on the day of use, than the field's term.
- `age`: days from collection to use, the mean.
- `cost`: CNY a fact, the mean. `cost_per_usable`: CNY spent on judged facts for each that is both
  right and fresh. Both of the facts whose cost is known.

Facts of one customer are not independent: who flatters in one field does so in the next. Intervals
(95 %) are those of a ratio of sums over customers (linearised; W. G. Cochran, Sampling Techniques,
3rd ed. 1977, chapter 6), with shares kept between their limits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from creditkit.analysis.estimates import Z95
from creditkit.analysis.expressions import (
    by_field,
    civil,
    day_number,
    flag,
    number,
    one_of,
)
from creditkit.analysis.open_items import Day, Lazy, day, engines_apart, fetched
from creditkit.content.library import comparison, fields
from creditkit.content.schema_fields import Field
from creditkit.text import BilingualError, Text, did_you_mean, phrases

MEASURES = ("objectivity", "bias", "authenticity", "completeness", "timeliness", "age", "cost",
            "cost_per_usable")  # fmt: skip
SHARES = {"objectivity": (-1.0, 1.0), "bias": (-0.5, 0.5), "authenticity": (0.0, 1.0),
          "completeness": (0.0, 1.0), "timeliness": (0.0, 1.0)}  # fmt: skip
# The grades of the coursework's scales as ranges of measured values: where each grade begins, from
# the worst on. Ours; the coursework grades in words only.
THRESHOLDS: Mapping[str, tuple[float, ...]] = {
    # By how far a source is from even-handed, with the sign reversed: -0.2 is worse than -0.1.
    "objectivity": (-0.20, -0.10, -0.03),
    "authenticity": (0.70, 0.80, 0.93),
    "completeness": (0.40, 0.75, 0.90),
    "timeliness": (0.40, 0.70, 0.93),
    # CNY a fact, with the sign reversed: up to 50 is low, nothing is none.
    "cost": (-50.0, 0.0),
}
# A share that differs this much (standard deviation) from customer to customer is no property of
# the source: its grade is `uncertain`.
UNCERTAIN = 0.28
# A day before all others that every engine can hold.
LONG_AGO = datetime(1700, 1, 1)
DAYS = {"collected_on", "since"}
# Smaller true values than one are no base of a share.
LEAST = 1.0
# Sums a measure is made of: over, under.
RATIOS = {
    "objectivity": ("slant", "directed"),
    "bias": ("signed", "signable"),
    "authenticity": ("right", "judged"),
    "completeness": ("filled", "asked"),
    "timeliness": ("fresh", "facts"),
    "age": ("days", "facts"),
    "cost": ("spent", "priced"),
    "cost_per_usable": ("judged_spent", "usable"),
}


def say(key: str, /, **slots: object) -> Text:
    return phrases("quality")(key, **slots)


class QualityError(BilingualError):
    """Facts or options that cannot be worked with; nothing was computed."""


@dataclass(frozen=True)
class SourceQuality:
    """Measured quality of sources.

    `table` has a row a source, value of `by` and measure: `source`, the columns of `by`, `measure`,
    `value`, `low`, `high` (float64; NaN where nothing can be said), `spread` (float64: standard
    deviation of the measure from customer to customer), `facts` (int64: over how many facts or
    fields) and `customers` (int64).
    """

    table: pd.DataFrame
    by: tuple[str, ...]

    def wide(self) -> pd.DataFrame:
        """The values alone: a row a source and value of `by`, a column a measure (float64)."""
        index = ["source", *self.by]
        return self.table.pivot(index=index, columns="measure", values="value")[list(MEASURES)]

    def gains(self) -> "pd.Series[Any]":
        """Who gains by each source's slant: `customer`, `nobody` (the interval covers 0) or `we`
        (it puts the customer down, so credit is withheld too often); str by source and `by`."""
        rows = self.table[self.table["measure"] == "objectivity"].set_index(["source", *self.by])
        gain = np.where(rows["low"] > 0, "customer", np.where(rows["high"] < 0, "we", "nobody"))
        return pd.Series(gain, rows.index, dtype="str", name="gains")


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
        QualityError: frames, columns or fields that are not there, frames of several engines, or a
            reference with two values of the same field of a customer.

    >>> from creditkit.analysis.sample import sample
    >>> quality = measure_sources(sample("facts"), sample("truth"), "2025-12-31")
    >>> found = quality.wide()["authenticity"]
    >>> found.idxmax(), found.idxmin()
    ('credit', 'customer')
    """
    wanted = _asked(asked)
    names = _by(by)
    last = day(as_of)
    rows = _latest_values(facts, last, wanted)
    known = _known(reference, last)
    _same_engine(facts=rows, reference=known)
    rows = rows.join(known, on=["customer", "field"], how="left")
    people: Lazy | None = None
    if customers is not None:
        people = _lazy(customers, "customers", ("customer", *names)).select("customer", *names)
        _same_engine(facts=rows, customers=people)
        rows = rows.join(people, on="customer", how="inner")
    elif names:
        raise QualityError(say("by_needs_customers", names=", ".join(names)))
    keys = ["source", *by]
    sums = _sums(rows, wanted, keys, last)
    size = _sizes(rows if people is None else people, names)
    return SourceQuality(_table(sums, size, list(by), len(wanted)), tuple(by))


def grades(
    quality: SourceQuality, thresholds: Mapping[str, tuple[float, ...]] = THRESHOLDS
) -> pd.DataFrame:
    """Measured quality in the words of the coursework, beside its table.

    The grade of a measured value is the highest whose threshold it reaches; it is `sure` when the
    whole interval lies within that grade. A share that differs much from customer to customer
    (`spread` above 0.28) is graded `uncertain`, as the coursework does.

    Args:
        quality: as `measure_sources` gives it.
        thresholds: by criterion, where each grade but the worst begins; see `THRESHOLDS`.

    Returns:
        DataFrame with `source`, the columns of `quality.by`, `criterion`, `value`, `low`, `high`
        (float64), `measured` (grade id, `uncertain`, or `not_measured` where nothing can be said),
        `sure` (bool), `textbook` (grade id, `uncertain`, or `not_in_source` where the coursework's
        table is cut off or has no such source), `ref` (str) and `compared`: `same`, `better`,
        `worse`, or `open` where one of the two names no grade. Cost is better when lower.

    Raises:
        QualityError: a threshold is missing.
    """
    book = comparison()
    cells = {row.id: row.cells for row in book.rows}
    keys = ["source", *quality.by]
    measured = quality.table.set_index([*keys, "measure"]).sort_index()
    rows: list[dict[str, Any]] = []
    for key in quality.table[keys].drop_duplicates().itertuples(index=False, name=None):
        source = str(key[0])
        for criterion in book.criteria:
            scale = [grade.id for grade in book.scales[criterion.scale]]
            edges = thresholds.get(criterion.id, ())
            if len(edges) != len(scale) - 1 or list(edges) != sorted(edges):
                raise QualityError(
                    say("bad_thresholds", criterion=criterion.id, count=len(scale) - 1)
                )
            found = measured.loc[(*key, criterion.id)]
            value, ends = _as_merit(criterion.id, found)
            at = [int(np.searchsorted(edges, v + 1e-12, side="right")) for v in (value, *ends)]
            grade = scale[at[0]]
            varied = criterion.id in SHARES and found["spread"] > UNCERTAIN
            if np.isnan(value) or varied:
                grade = "not_measured" if np.isnan(value) else "uncertain"
            cell = cells.get(source, {}).get(criterion.id)
            said = cell.grade if cell else "not_in_source"
            rows.append(
                {
                    **dict(zip(keys, key, strict=True)),
                    "criterion": criterion.id,
                    "value": found["value"],
                    "low": found["low"],
                    "high": found["high"],
                    "measured": grade,
                    "sure": at[1] == at[2] and grade in scale,
                    "textbook": said,
                    "ref": ", ".join(cell.ref) if cell else "",
                    "compared": _compared(scale, grade, said),
                }
            )
    return pd.DataFrame(rows)


# Inside


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


def _lazy(frame: Any, name: str, columns: Sequence[str]) -> Lazy:
    if isinstance(frame, pd.DataFrame):
        for column in DAYS & set(frame.columns):
            days = frame[column]
            if pd.api.types.is_object_dtype(days) or pd.api.types.is_string_dtype(days):
                frame = frame.assign(**{column: pd.to_datetime(days, errors="coerce")})
    try:
        lazy: Lazy = nw.from_native(frame).lazy()
    except TypeError:
        raise QualityError(say("no_frame", name=name, type=type(frame).__name__)) from None
    found = lazy.collect_schema()
    missing = [c for c in columns if c not in found]
    if missing:
        raise QualityError(
            say("no_columns", name=name, missing=", ".join(missing), found=", ".join(found))
        )
    return lazy


def _known(reference: Any, last: Any) -> Lazy:
    """The value that holds of each customer and field, as `truth`."""
    keys = ["customer", "field"]
    rows = _lazy(reference, "reference", (*keys, "value"))
    schema = rows.collect_schema()
    if "since" in schema:
        if not schema["since"].is_temporal():
            rows = rows.with_columns(since=nw.col("since").str.to_date(format="%Y-%m-%d"))
        # What has held since nobody knows when has held longest.
        long_ago = LONG_AGO.date() if rows.collect_schema()["since"] == nw.Date else LONG_AGO
        when = nw.col("since").fill_null(long_ago)
        rows = rows.with_columns(since=civil(when.dt.year(), when.dt.month(), when.dt.day()))
        rows = rows.filter(nw.col("since") <= float(last.toordinal()))
        latest = rows.group_by(*keys).agg(nw.col("since").max())
        rows = rows.join(latest, on=[*keys, "since"], how="inner")
    rows = rows.select(*keys, truth=nw.col("value"))
    counted = rows.with_columns(one=nw.lit(1)).group_by(*keys).agg(nw.col("one").sum())
    twice = fetched(counted.filter(nw.col("one") > 1))
    if len(twice):
        first = twice.sort_values(keys).iloc[0]
        raise QualityError(say("twice", count=len(twice), customer=first["customer"],
                               field=first["field"]))  # fmt: skip
    return rows


def _same_engine(**frames: Lazy) -> None:
    if found := engines_apart(**frames):
        raise QualityError(say("engines_differ", frames=found))


def _latest_values(facts: Any, last: Any, wanted: Mapping[str, Field]) -> Lazy:
    rows = _lazy(facts, "facts", ("customer", "field", "value", "source", "collected_on", "cost"))
    if not rows.collect_schema()["collected_on"].is_temporal():
        rows = rows.with_columns(collected_on=nw.col("collected_on").str.to_date(format="%Y-%m-%d"))
    when = nw.col("collected_on")
    collected = civil(when.dt.year(), when.dt.month(), when.dt.day())
    use = last.toordinal()
    rows = rows.select(
        "customer", "field", "value", "source",
        age=nw.lit(float(use)) - collected, cost=nw.col("cost").cast(nw.Float64).fill_null(0.0),
        priced=nw.when(nw.col("cost").is_null()).then(nw.lit(0.0)).otherwise(nw.lit(1.0)),
    )  # fmt: skip
    return rows.filter(
        ~nw.col("value").is_null() & (nw.col("value") != nw.lit(""))
        & nw.col("field").is_in(list(wanted)) & (nw.col("age") >= 0)
    )  # fmt: skip


def _place(column: str, ordered: Mapping[str, Field]) -> nw.Expr:
    """The place of a category among its field's options, as a share from 0 (best) to 1."""
    found: nw.Expr = nw.lit(None).cast(nw.Float64)
    for field in ordered.values():
        for at, option in enumerate(field.options):
            share = at / max(1, len(field.options) - 1)
            here = (nw.col("field") == field.id) & (nw.col(column) == option.id)
            found = nw.when(here).then(nw.lit(share)).otherwise(found)
    return found


def _sums(rows: Lazy, wanted: Mapping[str, Field], keys: list[str], last: Any) -> pd.DataFrame:
    kinds = {kind: [f.id for f in wanted.values() if f.kind == kind] for kind in ("number", "date")}
    signs = {"high": 1.0, "low": -1.0}
    sign = {f.id: signs[f.favours] for f in wanted.values() if f.favours in signs
            and f.kind == "number"}  # fmt: skip
    ordered = {f.id: f for f in wanted.values() if f.favours == "first"}
    # Each step names what the next one needs: one projection cannot use what it makes itself.
    rows = rows.with_columns(
        said=number("value"), true=number("truth"),
        said_day=day_number("value"), true_day=day_number("truth"),
        within=by_field({f.id: f.within for f in wanted.values()}, 0.0),
        sign=by_field(sign, 0.0),
        term=by_field({f.id: float(f.stale_after) for f in wanted.values()}, 0.0),
        place=_place("value", ordered), true_place=_place("truth", ordered),
    )  # fmt: skip
    off = nw.col("said") - nw.col("true")
    base = nw.when(nw.col("true").abs() > LEAST).then(nw.col("true").abs()).otherwise(LEAST)
    both = ~nw.col("said").is_null() & ~nw.col("true").is_null()
    near = off.abs() <= nw.col("within") * nw.col("true").abs() + 1e-9
    near_day = (nw.col("said_day") - nw.col("true_day")).abs() <= nw.col("within")
    rows = rows.with_columns(
        judged=flag(~nw.col("truth").is_null()),
        right=flag(
            (nw.col("value") == nw.col("truth"))
            | (one_of(kinds["number"]) & both & near)
            | (one_of(kinds["date"]) & near_day)
        ),
        signable=flag(both & (nw.col("sign") != 0.0)),
        share=nw.when(both & (nw.col("sign") != 0.0))
        .then((off / base).clip(-0.5, 0.5) * nw.col("sign"))
        .otherwise(nw.lit(0.0)),
        step=nw.when(~nw.col("place").is_null() & ~nw.col("true_place").is_null())
        .then(nw.col("true_place") - nw.col("place"))
        .otherwise(nw.lit(0.0)),
        placed=flag(~nw.col("place").is_null() & ~nw.col("true_place").is_null()),
        fresh=flag(nw.col("age") <= nw.col("term")),
    )
    lean = nw.col("share") + nw.col("step")
    rows = rows.select(
        *keys, *(["customer"] if "customer" not in keys else []),
        judged=nw.col("judged"),
        right=nw.col("right") * nw.col("judged"),
        signable=nw.col("signable"),
        signed=nw.col("share"),
        directed=nw.col("signable") + nw.col("placed"),
        slant=nw.when(nw.col("right") > 0).then(nw.lit(0.0))
        .otherwise(flag(lean > 0) - flag(lean < 0)),
        facts=nw.lit(1.0), fresh=nw.col("fresh"), days=nw.col("age"),
        spent=nw.col("cost"), priced=nw.col("priced"),
        judged_spent=nw.col("cost") * nw.col("judged"),
        usable=nw.col("right") * nw.col("judged") * nw.col("fresh") * nw.col("priced"),
        what=nw.col("field"),
    )  # fmt: skip
    plain = sorted({name for pair in RATIOS.values() for name in pair} - {"filled", "asked"})
    each = rows.group_by(*keys, "customer").agg(
        *(nw.col(name).sum() for name in plain), filled=nw.col("what").n_unique()
    )
    each = each.with_columns(filled=nw.col("filled").cast(nw.Float64))
    squares: dict[str, nw.Expr] = {}
    for name, (over, under) in RATIOS.items():
        squares[f"{name}_yy"] = nw.col(over) * nw.col(over)
        if under != "asked":
            squares[f"{name}_xy"] = nw.col(over) * nw.col(under)
            squares[f"{name}_xx"] = nw.col(under) * nw.col(under)
            own = nw.when(nw.col(under) > 0).then(nw.col(under)).otherwise(nw.lit(1.0))
            squares[f"{name}_r"] = nw.col(over) / own
            squares[f"{name}_n"] = flag(nw.col(under) > 0)
    each = each.with_columns(**squares)
    each = each.with_columns(
        **{f"{n}_rr": nw.col(f"{n}_r") * nw.col(f"{n}_r") for n in RATIOS if n != "completeness"}
    )
    names = [*plain, "filled", *squares, *(f"{n}_rr" for n in RATIOS if n != "completeness")]
    each = each.with_columns(one=nw.lit(1.0))
    found = fetched(each.group_by(*keys).agg(*(nw.col(n).sum() for n in [*names, "one"])))
    if found.empty:
        raise QualityError(say("nothing", day=last))
    return found.sort_values(keys, kind="stable").reset_index(drop=True)


def _sizes(people: Lazy, names: list[str]) -> Any:
    """How many customers there are, by the columns of `names`; a number if there are none."""
    each = people.select("customer", *names).unique(["customer", *names])
    if not names:
        return len(fetched(each))
    counted = each.group_by(*names).agg(nw.col("customer").n_unique().alias("there"))
    return fetched(counted)


def _table(sums: pd.DataFrame, size: Any, by: list[str], fields_asked: int) -> pd.DataFrame:
    names = [name for name in by if name != "field"]
    there = sums.merge(size, on=names, how="left")["there"] if names else size
    n_all = np.broadcast_to(np.asarray(there, dtype=np.float64), len(sums))
    parts = []
    for name, (over, under) in RATIOS.items():
        y = sums[over].to_numpy(dtype=np.float64)
        if name == "completeness":
            each = 1.0 if "field" in by else float(fields_asked)
            x, n = n_all * each, n_all
            yy, xy, xx = sums[f"{name}_yy"].to_numpy(float), y * each, n_all * each**2
            r, rr = y / each, yy / each**2
        else:
            x = sums[under].to_numpy(dtype=np.float64)
            n = sums[f"{name}_n"].to_numpy(dtype=np.float64)
            yy, xy, xx, r, rr = (
                sums[f"{name}_{k}"].to_numpy(dtype=np.float64)
                for k in ("yy", "xy", "xx", "r", "rr")
            )
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(x > 0, y / x, np.nan)
            rest = np.maximum(yy - 2 * value * xy + value**2 * xx, 0.0)
            error = np.where(n > 1, np.sqrt(rest * n / np.maximum(n - 1, 1)) / x, np.nan)
            middle = r / n
            spread = np.sqrt(np.maximum(rr / n - middle**2, 0.0))
        low, high = value - Z95 * error, value + Z95 * error
        if name in SHARES:
            low, high = np.maximum(low, SHARES[name][0]), np.minimum(high, SHARES[name][1])
        elif name != "bias":
            low = np.maximum(low, 0.0)
        part = sums[["source", *by]].assign(
            measure=name, value=value, low=low, high=high, spread=spread,
            facts=x.astype(np.int64), customers=n.astype(np.int64),
        )  # fmt: skip
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _as_merit(criterion: str, found: "pd.Series[Any]") -> tuple[float, tuple[float, float]]:
    """Value and interval on a scale where more is better."""
    value, low, high = float(found["value"]), float(found["low"]), float(found["high"])
    if criterion == "objectivity":
        ends = sorted((-abs(low), -abs(high)))
        top = 0.0 if low <= 0 <= high else ends[1]
        return -abs(value), (ends[0], top)
    if criterion == "cost":
        return -value, (-high, -low)
    return value, (low, high)


def _compared(scale: list[str], measured: str, textbook: str) -> str:
    if measured == textbook:
        return "same"
    if measured not in scale or textbook not in scale:
        return "open"
    return "better" if scale.index(measured) > scale.index(textbook) else "worse"
