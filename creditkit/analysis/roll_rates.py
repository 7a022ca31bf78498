"""Roll rates: where debts of each age go within a month, and what is likely to be lost.

Written once against narwhals; see `creditkit.analysis.open_items` for frames and words. The method
is the migration of balances between ageing buckets that IFRS 9 (B5.5.35) has in mind when it lets
trade receivables be provided for by a matrix of loss rates from the past. It knows nothing of
what is to come: rates for a provision want adjusting to that.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from creditkit.analysis.ageing import BOUNDS, bucket_names
from creditkit.analysis.ledgers import Day, ReceivablesError, fetched, month_ends, say
from creditkit.analysis.open_items import open_items, refuse_broken

SETTLED_STATE = "settled"


def roll_rates(
    invoices: Any, payments: Any, as_of: Day, *, months: int = 12, bounds: Sequence[int] = BOUNDS
) -> pd.DataFrame:
    """Where the money owed at the end of a month is at the end of the next one.

    Of what an invoice owes at one end of a month, what it still owes at the next moves to the
    bucket it is in by then, the rest is settled (paid, or credited). Movements of all months are
    added up before shares are taken, so that months weigh by what was owed in them.

    Args:
        invoices, payments: as for `ageing`, of any engine, both of the same.
        as_of: months that have ended by then are used, its own if it is the last of its month.
        months: how many movements from month to month.
        bounds: the last day past due of each bucket.

    Returns:
        DataFrame indexed by currency and bucket (`from`), all buckets for each currency, in the
        order of age: `owed` (float64, the balance that could move, added up over the months, in
        the currency), then the share of it (float64, 0 to 1) in each bucket a month later and
        `settled`. Shares are NaN where nothing was ever owed.

    Raises:
        ReceivablesError: as for `ageing`, or the months are no whole number.

    >>> invoices = pd.DataFrame({
    ...     "invoice": ["I1"], "issued": ["2025-01-10"], "due": ["2025-02-10"], "currency": ["CNY"],
    ...     "amount": [100.0]})
    >>> payments = pd.DataFrame({"invoice": ["I1"], "paid_on": ["2025-02-20"], "amount": [75.0]})
    >>> rates = roll_rates(invoices, payments, "2025-02-28", months=1)
    >>> rates.loc[("CNY", "not_due"), ["owed", "1-30", "settled"]].tolist()
    [100.0, 0.25, 0.75]
    """
    names, ends = bucket_names(bounds), month_ends(as_of, months)
    items = open_items(invoices, payments, ends)
    # Added up by due day: one pass of the engine, and the buckets of all months follow from it.
    columns = {"broken": nw.col("broken")}
    for i in range(months):
        owed, later = (nw.col(f"open_{at}").clip(0.0, None) for at in (i, i + 1))
        columns |= {f"owed_{i}": owed, f"kept_{i}": nw.min_horizontal(owed, later)}
    sums = items.select("currency", "due", **columns).group_by("currency", "due")
    found = fetched(sums.agg(*(nw.col(name).sum() for name in columns)))
    refuse_broken(found["broken"].sum(), invoices, payments)
    due = pd.to_datetime(found["due"])
    moves = [
        pd.DataFrame({
            "currency": found["currency"],
            "before": _bucket(due, start, bounds), "after": _bucket(due, end, bounds),
            "owed": found[f"owed_{i}"], "kept": found[f"kept_{i}"],
        })
        for i, (start, end) in enumerate(pairwise(ends))
    ]  # fmt: skip
    moved = pd.concat(moves, ignore_index=True)
    moved = moved[moved["owed"] > 0]
    currencies = sorted(moved["currency"].unique())
    index = pd.MultiIndex.from_product([currencies, range(len(names))])
    keys = ["currency", "before"]
    balance = moved.groupby(keys)["owed"].sum().reindex(index).fillna(0.0)
    kept = moved.pivot_table(index=keys, columns="after", values="kept", aggfunc="sum")
    kept = kept.reindex(index=index, columns=range(len(names))).fillna(0.0)
    shares = kept.div(balance.where(balance > 0), axis=0)
    shares.columns = pd.Index(names)
    shares[SETTLED_STATE] = (1.0 - shares.sum(axis=1, skipna=False)).clip(lower=0.0)
    shares.insert(0, "owed", balance)
    shares.index = pd.MultiIndex.from_product([currencies, names], names=["currency", "from"])
    return shares.astype("float64")


def expected_loss(
    aged: pd.DataFrame, rates: pd.DataFrame, *, loss_given_default: float = 1.0
) -> pd.DataFrame:
    """What of today's receivables is likely to be lost, by how such debts moved in the past.

    A debt that reaches the last bucket is in default; of it the share `loss_given_default` is
    lost. The loss rate of a bucket is the probability that a balance in it ever gets there: of the
    Markov chain of `roll_rates`, the solution of p = Q p + r, where Q are the moves among the
    earlier buckets and r those into the last one. Where each bucket can only move to the next or
    be settled, that is the product of the roll rates on the way.

    Args:
        aged: as `ageing` gives it, with the bounds of `rates`; also by customer.
        rates: as `roll_rates` gives it.
        loss_given_default: 0 to 1.

    Returns:
        DataFrame with the index of `aged`: for each bucket the expected loss (float64, in the
        currency), `owed`, `loss` (their sum) and `rate` (`loss` / `owed`, NaN where nothing is
        owed). A bucket of which the past knows nothing counts as one that nobody leaves but to
        grow older: its loss rate is that of the next bucket.

    Raises:
        ReceivablesError: buckets or currencies of the two differ, or the share is none.

    >>> names = ["not_due", "1-30", "over_30"]
    >>> index = pd.MultiIndex.from_product([["CNY"], names], names=["currency", "from"])
    >>> rates = pd.DataFrame([[9.0, 0.5, 0.1, 0.0, 0.4], [9.0, 0.0, 0.0, 0.5, 0.5],
    ...     [9.0, 0.0, 0.0, 0.9, 0.1]], index, ["owed", *names, "settled"])
    >>> aged = pd.DataFrame([[100.0, 10.0, 1.0, 111.0]], pd.Index(["CNY"], name="currency"),
    ...     [*names, "owed"])
    >>> expected_loss(aged, rates).loc["CNY", [*names, "loss"]].round(9).tolist()
    [10.0, 5.0, 1.0, 16.0]
    """
    if not 0 <= loss_given_default <= 1:
        raise ReceivablesError(say("bad_share", value=loss_given_default))
    names = [c for c in rates.columns if c not in ("owed", SETTLED_STATE)]
    missing = [c for c in [*names, "owed"] if c not in aged.columns]
    known = set(rates.index.get_level_values("currency"))
    of = aged.index.get_level_values("currency")
    missing += sorted(set(of) - known)
    if missing:
        raise ReceivablesError(say("no_rates", names=", ".join(map(str, missing))))
    lost = {c: _reaching(rates.loc[c, names].to_numpy("float64")) for c in sorted(set(of))}
    share = np.array([lost[c] for c in of]).reshape(len(aged), len(names)) * loss_given_default
    table = pd.DataFrame(aged[names].to_numpy("float64") * share, aged.index, names)
    table["owed"] = aged["owed"]
    table["loss"] = table[names].sum(axis=1)
    table["rate"] = table["loss"] / table["owed"].where(table["owed"] > 0)
    return table


# Inside


def _bucket(due: "pd.Series[Any]", on: date, bounds: Sequence[int]) -> Any:
    """The number of the bucket that each due day is in on a day, from 0."""
    return sum((due < pd.Timestamp(on - timedelta(cut))).astype("int64") for cut in (0, *bounds))


def _reaching(moves: "np.ndarray[Any, np.dtype[np.float64]]") -> list[float]:
    """The probability of ever reaching the last state, from each; debts never grow younger, so
    each state needs only the older ones."""
    last = len(moves) - 1
    found = [0.0] * last + [1.0]
    for state in range(last - 1, -1, -1):
        row = moves[state]
        # A state that is known and never left stays what it is: not in default.
        onward = sum(row[older] * found[older] for older in range(state + 1, last + 1))
        stays = row[state]
        if np.isnan(row).any():
            found[state] = found[state + 1]
        elif stays < 1:
            found[state] = float(onward / (1 - stays))
    return found
