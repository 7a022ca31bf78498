"""The marks of a class as tables: of items, students and marks, and what counts in them."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import pandas as pd

from creditkit.analysis.item_statistics import rest_scores
from creditkit.teaching.marked import Marked
from creditkit.text import Text, short

Missing = Literal["zero", "left_out"]
# Which columns each table needs, so that one without a row is a table still.
_COLUMNS = {
    "item": ("item", "kind", "type", "title", "refs", "level", "out_of"),
    "student": ("student", "name", "points", "out_of", "file", "written", "late", "flags"),
    "mark": (
        "student", "item", "kind", "refs", "share", "points", "out_of", "verdict", "seed",
        "language", "seconds", "confidence", "answer", "shown", "scenario", "finished",
    ),
    "line": ("student", "item", "step", "line", "refs", "points", "out_of", "verdict"),
    "act": ("student", "item", "n", "act", "step", "items", "choice", "refused"),
}  # fmt: skip


@dataclass(frozen=True)
class ClassMarks:
    """A class's marks; `missing` says whether what was not attempted counts as nothing (`zero`) or
    is `left_out`."""

    marked: Marked
    missing: Missing = "zero"

    @property
    def title(self) -> Text:
        return Text(**self.marked.assignment["title"])

    @cached_property
    def items_table(self) -> pd.DataFrame:
        """The items of the assignment, indexed by id, as `creditkit.teaching.marked` tells them."""
        return self._table("item").set_index("item")

    @cached_property
    def students_table(self) -> pd.DataFrame:
        return self._table("student").set_index("student")

    @cached_property
    def marks(self) -> pd.DataFrame:
        """A row a student and item; `attempted` says whether there was anything to mark, `counts`
        whether the row is in the figures."""
        frame = self._table("mark")
        for name in ("share", "points", "out_of", "seconds", "confidence"):
            frame[name] = frame[name].astype("float64")
        frame["attempted"] = frame["verdict"] != "not_attempted"
        frame["counts"] = frame["attempted"] | (self.missing == "zero")
        return frame

    @cached_property
    def lines(self) -> pd.DataFrame:
        """The lines of the debriefs, as `creditkit.teaching.marked` tells them."""
        return self._table("line")

    @cached_property
    def acts(self) -> pd.DataFrame:
        return self._table("act")

    def _table(self, name: str) -> pd.DataFrame:
        frame: pd.DataFrame = self.marked.frame(name)
        return frame.reindex(columns=list(dict.fromkeys([*_COLUMNS[name], *frame.columns])))

    @cached_property
    def students(self) -> list[str]:
        """Who handed in something that was marked, in the order of the roster."""
        return list(dict.fromkeys(self.marks["student"]))

    @cached_property
    def shares(self) -> pd.DataFrame:
        """What each student (row) got of each item (column), 0 to 1; NaN: does not count."""
        return self._wide("share")

    @cached_property
    def points(self) -> pd.DataFrame:
        return self._wide("points")

    @cached_property
    def rest(self) -> pd.DataFrame:
        """The share of the points of all other items, for each student and item."""
        return rest_scores(self.points, self.items_table["out_of"].astype("float64"))

    def _wide(self, value: str) -> pd.DataFrame:
        counted = self.marks[self.marks["counts"]]
        wide = counted.pivot(index="student", columns="item", values=value)
        return wide.reindex(index=self.students, columns=self.items_table.index).astype("float64")

    def label(self, item: Any, most: int = 44) -> Text:
        """What an item is called beside a figure: its title, cut short."""
        title: Any = self.items_table.loc[item, "title"]
        # Figures that a seed draws have no value here.
        zh, en = (re.sub(r"\{\w+\}", "…", title[lang]) for lang in ("zh", "en"))
        return Text(short(zh, most), short(en, most))

    @property
    def cases(self) -> list[str]:
        """The cases of the assignment: `case1`, `case2` …"""
        return list(self.items_table.index[self.items_table["kind"] == "scenario"])
