"""What people call the sources of the coursework's table."""

from typing import Any

import pandas as pd

from creditkit.analysis.cells import even
from creditkit.content.library import comparison


def source_ids(names: "pd.Series[Any]") -> "pd.Series[Any]":
    """Sources by the ids of the coursework's table where they go by its words, or by the words
    people have for them; other sources keep the name they have.

    >>> source_ids(pd.Series(["客户提供", "Sales", "customs office"])).tolist()
    ['customer', 'business', 'customs office']
    """
    known = {
        even(way): row.id
        for row in comparison().rows
        for way in (row.id, row.title.zh, row.title.en, *row.also)
    }
    found = {name: known.get(even(name), name) for name in names.dropna().unique()}
    return names.map(found).astype(names.dtype)
