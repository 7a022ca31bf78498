"""Whether tables fit each other: no invoice of a customer that is not in the table of customers.

Which column must be found in which table stands in `creditkit/content/tables.yaml`, as `to`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from creditkit.analysis.files import ReadingError, say
from creditkit.analysis.reading import SHOWN, Reading
from creditkit.content.library import tables
from creditkit.text import Text, did_you_mean

COLUMNS = ("table", "row", "column", "value", "to")


@dataclass(frozen=True)
class References:
    """What leads nowhere: `frame` has a row for each `value` (str) that stands in the `column` of
    a `table` and is not in the table `to`; `row` (int64) as a spreadsheet counts."""

    frame: pd.DataFrame

    def __len__(self) -> int:
        return len(self.frame)

    def counts(self) -> pd.DataFrame:
        """How many, a row a table, column and table referred to: `rows` and different `values`,
        int64."""
        grouped = self.frame.groupby(["table", "column", "to"], sort=False)["value"]
        return grouped.agg(rows="size", values="nunique").astype("int64").reset_index()

    def summary(self) -> list[Text]:
        """In words, how many for each column."""
        known = tables()
        return [
            say("nowhere_count", table=known[row["table"]].title, to=known[row["to"]].title,
                column=known[row["table"]].column(row["column"]).title, rows=row["rows"],
                values=row["values"])
            for row in self.counts().to_dict("records")
        ]  # fmt: skip

    def told(self, most: int = SHOWN) -> list[Text]:
        """In words, the first `most` row by row and how many there are more."""
        known = tables()
        found = [
            say("nowhere", table=known[row["table"]].title, to=known[row["to"]].title,
                column=known[row["table"]].column(row["column"]).title, row=row["row"],
                value=row["value"])
            for row in self.frame.head(most).to_dict("records")
        ]  # fmt: skip
        if len(self) > most:
            found.append(say("and_more", count=len(self) - most))
        return found


def dangling(read: Mapping[str, Reading | pd.DataFrame]) -> References:
    """What refers to rows that are not there, such as invoices of unknown customers.

    Args:
        read: tables by name, as `read_table` gives them, or frames; of a frame the row is counted
            as if headings stood above it. What refers to a table that is not given is not looked
            at.

    Raises:
        ReadingError: there is no table of that name.

    >>> customers = pd.DataFrame({"customer": ["C1"]})
    >>> invoices = pd.DataFrame({"invoice": ["I1", "I2"], "customer": ["C1", "00026"]})
    >>> found = dangling({"customers": customers, "invoices": invoices})
    >>> found.frame.values.tolist()
    [['invoices', 3, 'customer', '00026', 'customers']]
    """
    known = tables()
    for name in read:
        if name not in known:
            hint = did_you_mean(name, list(known))
            raise ReadingError(say("no_table", name=name, names=", ".join(known), hint=hint))
    parts = [pd.DataFrame(columns=list(COLUMNS))]
    for name, source in read.items():
        frame = source.frame if isinstance(source, Reading) else source
        rows = source.rows if isinstance(source, Reading) else np.arange(2, len(frame) + 2)
        for column in known[name].columns:
            home = read.get(column.to or "")
            if column.to is None or home is None or column.id not in frame:
                continue
            there = (home.frame if isinstance(home, Reading) else home)[known[column.to].key[0]]
            lost = (frame[column.id].notna() & ~frame[column.id].isin(there)).to_numpy()
            if lost.any():
                part = {"row": rows[lost], "value": frame.loc[lost, column.id].astype("str")}
                parts.append(pd.DataFrame(part).assign(table=name, column=column.id, to=column.to))
    found = pd.concat(parts[1:] or parts, ignore_index=True)[list(COLUMNS)]
    return References(found.astype({"row": "int64"}))
