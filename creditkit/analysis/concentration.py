"""Concentration: how much of what is owed hangs on few customers."""

import pandas as pd

from creditkit.analysis.ledgers import ReceivablesError, say, whole


def concentration(aged: pd.DataFrame, *, top: int = 10) -> pd.DataFrame:
    """How much of what is owed hangs on few customers, by currency.

    - `largest`, `top`: what the largest customer, and the `top` largest, owe of the whole.
    - `herfindahl` = sum of the squared shares (Herfindahl and Hirschman): 1 for a single customer,
      1 / n for n that owe alike.
    - `effective` = 1 / `herfindahl`: as many customers that owe alike would be as concentrated.

    Args:
        aged: as `ageing(..., by=["customer"])` gives it.
        top: how many customers are taken together.

    Returns:
        DataFrame indexed by currency, sorted: `owed` (float64, in the currency), `customers`
        (int64, those that owe something; all invoices without customer count as one), `largest`,
        `top`, `herfindahl` (float64, 0 to 1) and `effective` (float64). Currencies in which nothing
        is owed are left out.

    Raises:
        ReceivablesError: the ageing is not by customer, or `top` is no whole number.

    >>> index = pd.MultiIndex.from_product([["CNY"], ["C1", "C2", "C3"]],
    ...     names=["currency", "customer"])
    >>> aged = pd.DataFrame({"owed": [50.0, 25.0, 25.0]}, index)
    >>> concentration(aged, top=2).loc["CNY", ["largest", "top", "herfindahl"]].tolist()
    [0.5, 0.75, 0.375]
    """
    whole("top", top)
    if "customer" not in aged.index.names or "owed" not in aged.columns:
        raise ReceivablesError(say("not_by_customer"))
    owed = aged["owed"].groupby(level=["currency", "customer"]).sum()
    owed = owed[owed > 0].sort_values(ascending=False, kind="stable")
    total = owed.groupby(level="currency").sum()
    share = owed / total.reindex(owed.index, level="currency")
    groups = share.groupby(level="currency")
    table = pd.DataFrame({"owed": total, "customers": groups.size().astype("int64")})
    table["largest"] = groups.max()
    table["top"] = groups.head(top).groupby(level="currency").sum()
    table["herfindahl"] = (share**2).groupby(level="currency").sum()
    table["effective"] = 1 / table["herfindahl"]
    return table.sort_index()
