"""Rows that are no data: the totals, subtotals and notes that people put in and below a table."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

import pandas as pd

from creditkit.analysis.cells import blank

TOTAL = re.compile(
    r".{0,20}(合\s*计|小\s*计|总\s*计|累\s*计|共\s*计|汇\s*总)\s*(数|额|金额)?\s*(\(.*\))?\s*:?\s*(共?\d.{0,12})?"
    r"|(.{1,40}\s)?((grand|sub)[\s-]?)?totals?\s*(\(.*\))?\s*:?(\s*\d.*)?",
    re.IGNORECASE,
)
NOTE = re.compile(
    r"[(*※]?\s*(注|备注|附注|说明|数据来源|制表人?|制单人?|填表人?|审核人?|复核人?|经办人?|制表日期|打印日期"
    r"|notes?|remarks?|source|prepared by|checked by|approved by)\s*\d?\s*:.*",
    re.IGNORECASE | re.DOTALL,
)
# What either holds, to pass over the other rows quickly.
HINT = r"计|汇|注|备|说明|来源|制|填|核|经办|打印|[Tt][Oo][Tt][Aa][Ll]|[:：]"
# Beside the word for a total: nothing, or so and so many.
COUNT = re.compile(r"共?\s*[-+]?[\d,.]*\s*\D{0,9}")


def label(cell: object) -> str:
    """What a cell begins when it is the first of its row: `total_row`, `note_row`, or nothing.

    >>> label("合　计："), label("Grand total"), label("注：含停用客户"), label("C0001")
    ('total_row', 'total_row', 'note_row', '')
    """
    plain = unicodedata.normalize("NFKC", str(cell)).strip()
    if TOTAL.fullmatch(plain):
        return "total_row"
    return "note_row" if NOTE.fullmatch(plain) else ""


def labelled(
    piece: pd.DataFrame,
    chosen: Mapping[str, str],
    unfit: Mapping[str, "pd.Series[bool]"],
) -> pd.DataFrame:
    """The rows of a piece that are totals or notes, and no data.

    The first cell of such a row says so, and at least half of the other cells that a row of data
    needs are blank or do not fit. Where a row needs no other cell, a total has nothing but a
    number beside it.

    Args:
        piece: the rows as they stand in the file.
        chosen: the heading of each column of the table that is there.
        unfit: for each column that a row needs whether its cell is blank or does not fit.

    Returns:
        `value`, the first cell, and `code`, as `label` gives it; by row.
    """
    rows: Any = piece
    if len(unfit) > 1:
        rows = piece[pd.concat([*unfit.values()], axis=1).any(axis=1).to_numpy()]
    found: dict[Any, tuple[str, str]] = {}
    for at in range(piece.shape[1]):
        if rows.empty:
            break
        filled = ~blank(rows.iloc[:, at])
        first = rows.iloc[:, at][filled].astype("str")
        for row, cell in first[first.str.contains(HINT)].items():
            others = [bad[row] for name, bad in unfit.items() if chosen[name] != piece.columns[at]]
            code = label(cell)
            if not code or 2 * sum(others) < len(others):
                continue
            if others or code == "note_row" or _alone(rows.loc[row].iloc[at + 1 :]):
                found[row] = (cell.strip()[:60], code)
        rows = rows[~filled]
    return pd.DataFrame.from_dict(found, orient="index", columns=["value", "code"])


# Inside


def _alone(rest: "pd.Series[Any]") -> bool:
    return all(_count(cell) for cell in rest[~blank(rest)])


def _count(cell: object) -> bool:
    plain = unicodedata.normalize("NFKC", str(cell)).strip()
    return any(sign.isdigit() for sign in plain) and COUNT.fullmatch(plain) is not None
