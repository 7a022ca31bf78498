"""Sums of facts by source, from which the measures of quality are made.

Written once against narwhals: facts and reference may be frames of any engine it knows, and only
the sums leave the engine.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import narwhals as nw
import pandas as pd

from creditkit.analysis.expressions import (
    ISO_DAY,
    by_field,
    civil,
    day_number,
    flag,
    number,
    one_of,
)
from creditkit.analysis.ledgers import Lazy, engines_apart, fetched
from creditkit.analysis.quality import RATIOS, QualityError, say
from creditkit.content.schema_fields import Field
from creditkit.text import plain

FACTS = ("customer", "field", "value", "source", "collected_on", "cost")
# A day before all others that every engine can hold.
LONG_AGO = datetime(1700, 1, 1)
DAYS = {"collected_on", "since"}
# Smaller true values than one are no base of a share.
LEAST = 1.0
# What facts add up to; fields that are filled in are counted, and how many are asked is known.
_PLAIN = sorted({name for pair in RATIOS.values() for name in pair} - {"filled", "asked"})
_BY_RATIO = [name for name, (_, under) in RATIOS.items() if under != "asked"]


def checked_frame(frame: Any, name: str, columns: Sequence[str]) -> Lazy:
    """A frame of any engine, if it has these columns; `name` is what messages call it."""
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


def known_values(reference: Any, last: Any) -> Lazy:
    """The value that holds of each customer and field, as `truth`."""
    keys = ["customer", "field"]
    rows = checked_frame(reference, "reference", (*keys, "value"))
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


def same_engine(**frames: Lazy) -> None:
    """Raise QualityError where frames cannot be joined."""
    if found := engines_apart(**frames):
        raise QualityError(say("engines_differ", frames=found))


def latest_values(facts: Any, last: Any, wanted: Mapping[str, Field]) -> Lazy:
    """The facts that count: of a field asked for, with a value, and collected by the day of use."""
    rows = checked_frame(facts, "facts", FACTS)
    if not rows.collect_schema()["collected_on"].is_temporal():
        text = nw.col("collected_on")
        iso = nw.when(text.str.contains(ISO_DAY)).then(text).otherwise(None)
        rows = rows.with_columns(collected_on=iso.str.to_date(format="%Y-%m-%d"))
    rows = rows.filter(
        ~nw.col("value").is_null() & (nw.col("value") != nw.lit(""))
        & nw.col("field").is_in(list(wanted))
    )  # fmt: skip
    _check_complete(rows, facts, wanted)
    when = nw.col("collected_on")
    collected = civil(when.dt.year(), when.dt.month(), when.dt.day())
    use = last.toordinal()
    rows = rows.select(
        "customer", "field", "value", "source",
        age=nw.lit(float(use)) - collected, cost=nw.col("cost").cast(nw.Float64).fill_null(0.0),
        priced=nw.when(nw.col("cost").is_null()).then(nw.lit(0.0)).otherwise(nw.lit(1.0)),
    )  # fmt: skip
    return rows.filter(nw.col("age") >= 0)


def _check_complete(rows: Lazy, facts: Any, wanted: Mapping[str, Field]) -> None:
    """Raise QualityError where a fact that counts has no customer, source or readable day."""
    names = ("customer", "source", "collected_on")
    lacks = {
        name: nw.col(name).is_null() if name == "collected_on"
        else nw.col(name).is_null() | (nw.col(name) == nw.lit(""))
        for name in names
    }  # fmt: skip
    counts = fetched(rows.select(**{name: flag(lacks[name]).sum() for name in names})).iloc[0]
    for name in names:
        if not counts[name] > 0:
            continue
        first = plain("")
        if isinstance(facts, pd.DataFrame):
            used = (
                facts["value"].notna() & facts["value"].ne("") & facts["field"].isin(list(wanted))
            )
            known = facts[name]
            if name == "collected_on":
                known = pd.to_datetime(known, errors="coerce")
            at = (used & (known.isna() | known.eq(""))).to_numpy().argmax()
            first = say("first_row", row=int(at))
        count = int(counts[name])
        if name == "collected_on":
            raise QualityError(say("no_date", count=count, first=first))
        raise QualityError(say("no_name", count=count, what=say(f"what_{name}"), first=first))


def _place(column: str, ordered: Mapping[str, Field]) -> nw.Expr:
    """The place of a category among its field's options, as a share from 0 (best) to 1."""
    found: nw.Expr = nw.lit(None).cast(nw.Float64)
    for field in ordered.values():
        for at, option in enumerate(field.options):
            share = at / max(1, len(field.options) - 1)
            here = (nw.col("field") == field.id) & (nw.col(column) == option.id)
            found = nw.when(here).then(nw.lit(share)).otherwise(found)
    return found


def sums_by_source(
    rows: Lazy, wanted: Mapping[str, Field], keys: list[str], last: Any
) -> pd.DataFrame:
    """The sums that `RATIOS` name, with their squares and products over customers, by `keys`.

    For the ratio of a measure, `_xx`, `_xy` and `_yy` are the sums over customers of the products
    of what is under it (x) and over it (y); `_r` and `_rr` those of each customer's own ratio and
    its square, and `_n` how many customers have one.
    """
    each = _by_customer(_counted(_judged(_paired(rows, wanted), wanted), keys), keys)
    each = each.with_columns(**_products())
    squared = {f"{name}_rr": nw.col(f"{name}_r") * nw.col(f"{name}_r") for name in _BY_RATIO}
    each = each.with_columns(**squared, one=nw.lit(1.0))
    names = [*_PLAIN, "filled", *_products(), *squared, "one"]
    found = fetched(each.group_by(*keys).agg(*(nw.col(name).sum() for name in names)))
    if found.empty:
        raise QualityError(say("nothing", day=last))
    return found.sort_values(keys, kind="stable").reset_index(drop=True)


def _paired(rows: Lazy, wanted: Mapping[str, Field]) -> Lazy:
    """What is said beside what is true, each as text, number, day and place of a category."""
    signs = {"high": 1.0, "low": -1.0}
    sign = {f.id: signs[f.favours] for f in wanted.values() if f.favours in signs
            and f.kind == "number"}  # fmt: skip
    ordered = {f.id: f for f in wanted.values() if f.favours == "first"}
    return rows.with_columns(
        said=number("value"), true=number("truth"),
        said_day=day_number("value"), true_day=day_number("truth"),
        within=by_field({f.id: f.within for f in wanted.values()}, 0.0),
        sign=by_field(sign, 0.0),
        term=by_field({f.id: float(f.stale_after) for f in wanted.values()}, 0.0),
        place=_place("value", ordered), true_place=_place("truth", ordered),
    )  # fmt: skip


def _judged(rows: Lazy, wanted: Mapping[str, Field]) -> Lazy:
    """Whether each fact is right, which way it leans, and whether it is fresh."""
    kinds = {kind: [f.id for f in wanted.values() if f.kind == kind] for kind in ("number", "date")}
    off = nw.col("said") - nw.col("true")
    base = nw.when(nw.col("true").abs() > LEAST).then(nw.col("true").abs()).otherwise(LEAST)
    both = ~nw.col("said").is_null() & ~nw.col("true").is_null()
    near = off.abs() <= nw.col("within") * nw.col("true").abs() + 1e-9
    near_day = (nw.col("said_day") - nw.col("true_day")).abs() <= nw.col("within")
    signable = both & (nw.col("sign") != 0.0)
    placed = ~nw.col("place").is_null() & ~nw.col("true_place").is_null()
    return rows.with_columns(
        judged=flag(~nw.col("truth").is_null()),
        right=flag(
            (nw.col("value") == nw.col("truth"))
            | (one_of(kinds["number"]) & both & near)
            | (one_of(kinds["date"]) & near_day)
        ),
        signable=flag(signable),
        share=nw.when(signable)
        .then((off / base).clip(-0.5, 0.5) * nw.col("sign"))
        .otherwise(nw.lit(0.0)),
        step=nw.when(placed).then(nw.col("true_place") - nw.col("place")).otherwise(nw.lit(0.0)),
        placed=flag(placed),
        fresh=flag(nw.col("age") <= nw.col("term")),
    )


def _counted(rows: Lazy, keys: list[str]) -> Lazy:
    """What each fact adds to the sums."""
    lean = nw.col("share") + nw.col("step")
    return rows.select(
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


def _by_customer(rows: Lazy, keys: list[str]) -> Lazy:
    each = rows.group_by(*keys, "customer").agg(
        *(nw.col(name).sum() for name in _PLAIN), filled=nw.col("what").n_unique()
    )
    return each.with_columns(filled=nw.col("filled").cast(nw.Float64))


def _products() -> dict[str, nw.Expr]:
    """Of each customer the products and the ratio of the two sums of each measure."""
    found: dict[str, nw.Expr] = {}
    for name, (over, under) in RATIOS.items():
        y, x = nw.col(over), nw.col(under)
        found[f"{name}_yy"] = y * y
        if name in _BY_RATIO:
            found[f"{name}_xy"] = y * x
            found[f"{name}_xx"] = x * x
            found[f"{name}_r"] = y / nw.when(x > 0).then(x).otherwise(nw.lit(1.0))
            found[f"{name}_n"] = flag(x > 0)
    return found


def count_customers(people: Lazy, names: list[str]) -> Any:
    """How many customers there are, by the columns of `names`; a number if there are none."""
    each = people.select("customer", *names).unique(["customer", *names])
    if not names:
        return len(fetched(each))
    counted = each.group_by(*names).agg(nw.col("customer").n_unique().alias("there"))
    return fetched(counted)
