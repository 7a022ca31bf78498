"""What reconciliation counts, for facts beyond one machine: who says what, who agrees with whom.

Written once against narwhals; facts may be a frame of any engine it knows (pandas, Polars, DuckDB
relations, PySpark), and nothing but small tables leaves the engine. `reconcile` itself works in
memory: it takes what these counts single out, such as the items in conflict.

The words of this part:

- an *item* is a field of a customer; a *claim* is what one source says of it, the latest by
  `collected_on` where it spoke more than once (of the same day, the last in the order of text);
- values are the same when they are equal without the spaces around them and without regard to
  case; of fields that are numbers, 5 and 5.0 are. Widths of characters are left as they are:
  `creditkit.analysis.reading` evens them out;
- an item is *contested* when more than one value is claimed of it.
"""

from collections.abc import Mapping
from typing import Any

import narwhals as nw
import pandas as pd

from creditkit.analysis.claims import COLUMNS, ReconcileError, Tolerance
from creditkit.analysis.expressions import by_field, day_number, number, one_of
from creditkit.analysis.ledgers import Lazy, fetched
from creditkit.text import Text, phrases

ITEM = ("customer", "field")
FIGURES = ("items", "agree", "contested", "agree_contested")
SPACE = " \t\r\n\u3000"


def say(key: str, /, **slots: object) -> Text:
    return phrases("claim_counts")(key, **slots)


def claim_counts(facts: Any, *, tolerances: Mapping[str, Tolerance] | None = None) -> Any:
    """How many sources claim each value of each item, still in its engine.

    Values are told apart exactly, whatever is tolerated: which of several near values go together
    depends on the order they are taken in, which engines do not have.

    Args:
        facts: frame of any engine with customer, field, value (text), source, and collected_on (a
            day) if known. Facts without one of the first four are passed over.
        tolerances: by field; those of kind `number` are compared as numbers.

    Returns:
        Lazy frame of the engine (of pandas and Polars a frame of theirs): `customer`, `field`,
        `value` (as written; of several ways of writing the first in the order of text), `claims`
        (int64: how many sources say so) and `values` (int64: how many values the item has), in no
        order. With `claims` the most of its item, a value is the majority's.

    Raises:
        ReconcileError: it is no frame, or columns are missing.

    >>> facts = pd.DataFrame({"customer": "C1", "field": "premises",
    ...     "value": ["owned", "Owned ", "rented"], "source": ["customer", "business", "credit"]})
    >>> claim_counts(facts).sort_values("value")[["value", "claims", "values"]].values.tolist()
    [['Owned', 2, 2], ['rented', 1, 2]]
    """
    counts = _counts(_claims(facts, tolerances or {}))
    found = counts.select(*ITEM, "value", "claims", "values")
    native = nw.from_native(facts)
    return (found if isinstance(native, nw.LazyFrame) else found.collect()).to_native()


def agreement_counts(
    facts: Any, *, tolerances: Mapping[str, Tolerance] | None = None
) -> pd.DataFrame:
    """How often each two sources agree, by field.

    Two that agree on nearly everything that is contested, and more than either does with others,
    may be one voice: the one copies the other. What all say alike tells nothing of that.

    Args:
        facts: as for `claim_counts`.
        tolerances: by field, when two numbers or days agree, as for `reconcile`. What is not named
            must be the same.

    Returns:
        DataFrame indexed by `field`, `source` and `other` (the later in the alphabet), sorted:
        `items` (how many both speak of), `agree`, `contested` (of the items) and
        `agree_contested`, all int64.

    Raises:
        ReconcileError: it is no frame, columns are missing, or a tolerance is of kind `time`.

    >>> facts = pd.DataFrame({"customer": ["C1", "C1", "C1", "C2", "C2"], "field": "employees",
    ...     "value": ["100", "100", "80", "40", "41"],
    ...     "source": ["customer", "business", "credit", "customer", "business"]})
    >>> near = {"employees": Tolerance("number", 0.05)}
    >>> agreement_counts(facts, tolerances=near).loc[("employees", "business")].loc["customer"]
    items              2
    agree              2
    contested          2
    agree_contested    2
    Name: customer, dtype: int64
    """
    limits = tolerances or {}
    times = [name for name, limit in limits.items() if limit.kind == "time"]
    if times:
        raise ReconcileError(say("no_times", fields=", ".join(times)))
    claims = _claims(facts, limits)
    contested = _counts(claims).select(*ITEM, "values").unique([*ITEM, "values"])
    one = claims.join(contested, on=list(ITEM), how="inner").drop("value")
    names = {name: f"{name}_2" for name in ("source", "plain", "amount", "day")}
    two = claims.select(*ITEM, **{new: nw.col(old) for old, new in names.items()})
    pairs = one.join(two, on=list(ITEM), how="inner").filter(nw.col("source") < nw.col("source_2"))
    # Each step names what the next one needs: one projection cannot use what it makes itself.
    pairs = pairs.with_columns(same=_count(_agree(limits)), several=_count(nw.col("values") > 1))
    rows = pairs.select(
        "field", "source", other=nw.col("source_2"), items=_count(nw.lit(True)),
        agree=nw.col("same"), contested=nw.col("several"),
        agree_contested=nw.col("same") * nw.col("several"),
    )  # fmt: skip
    keys = ["field", "source", "other"]
    found = fetched(rows.group_by(*keys).agg(*(nw.col(name).sum() for name in FIGURES)))
    return found.set_index(keys).astype("int64").sort_index()


# Inside


def _claims(facts: Any, limits: Mapping[str, Tolerance]) -> Lazy:
    """A row a source and item: the columns of `ITEM`, `source`, `value`, and what it is compared
    by: `plain` (text, empty where it is a number), `amount` (float64, 0 where it is none) and
    `day` (float64, null where it is none)."""
    try:
        rows: Lazy = nw.from_native(facts).lazy()
    except TypeError:
        raise ReconcileError(say("no_frame", type=type(facts).__name__)) from None
    found = rows.collect_schema()
    missing = [name for name in COLUMNS if name not in found]
    if missing:
        told = ", ".join(missing)
        raise ReconcileError(say("no_columns", missing=told, found=", ".join(found)))
    key = [*ITEM, "source"]
    dated = ["collected_on"] if "collected_on" in found else []
    said = nw.col("value").cast(nw.String).str.strip_chars(SPACE)
    rows = rows.select(*key, *dated, value=said).filter(
        nw.col("value") != nw.lit(""), *(~nw.col(name).is_null() for name in (*key, "value"))
    )
    if dated:
        newest = rows.group_by(*key).agg(newest=nw.col("collected_on").max())
        rows = rows.join(newest, on=key, how="inner").filter(
            (nw.col("collected_on") == nw.col("newest")) | nw.col("newest").is_null()
        )
    rows = rows.group_by(*key).agg(nw.col("value").max())
    counted = one_of(_fields(limits, "number")) & ~nw.col("amount").is_null()
    rows = rows.with_columns(amount=number("value"), day=day_number("value"))
    return rows.with_columns(
        plain=nw.when(counted).then(nw.lit("")).otherwise(nw.col("value").str.to_lowercase()),
        amount=nw.when(counted).then(nw.col("amount")).otherwise(nw.lit(0.0)),
    )


def _counts(claims: Lazy) -> Lazy:
    one = _count(nw.lit(True))
    values = (
        claims.select(*ITEM, "plain", "amount", "value", claims=one)
        .group_by(*ITEM, "plain", "amount")
        .agg(nw.col("value").min(), nw.col("claims").sum())
    )
    sizes = values.select(*ITEM, values=one).group_by(*ITEM).agg(nw.col("values").sum())
    return values.join(sizes, on=list(ITEM), how="inner")


def _agree(limits: Mapping[str, Tolerance]) -> nw.Expr:
    """Whether two claims agree: what is the second's ends in `_2`."""
    alike = nw.col("plain") == nw.col("plain_2")
    counted = nw.col("plain") == nw.lit("")
    low, high = (f(nw.col("amount"), nw.col("amount_2")) for f in (nw.min_horizontal,
                 nw.max_horizontal))  # fmt: skip
    within = by_field({name: limits[name].within for name in _fields(limits, "number")}, 0.0)
    near = high - low <= low.abs() * within + 1e-9
    apart = (nw.col("day") - nw.col("day_2")).abs()
    within = by_field({name: limits[name].within for name in _fields(limits, "date")}, 0.0)
    near_day = one_of(_fields(limits, "date")) & (apart <= within)
    return (alike & (~counted | near)) | near_day.fill_null(False)


def _fields(limits: Mapping[str, Tolerance], kind: str) -> list[str]:
    return [name for name, limit in limits.items() if limit.kind == kind]


def _count(condition: nw.Expr) -> nw.Expr:
    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0)).cast(nw.Int64)
