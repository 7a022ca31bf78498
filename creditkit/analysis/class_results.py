"""What a class's marks tell: of the students, of the items, of what was taught.

`class_results` reads what `creditkit mark` wrote. A mark counts what was not attempted as nothing,
and so does every figure here by default (`missing="zero"`). With `missing="left_out"` an item's
figures rest on those who attempted it, a student's on what was attempted; reliability then needs
students who attempted everything. Students who handed in nothing are in no figure but `summary`.

`FEWEST` says from how many on a figure means something: an interval narrower than about a third of
its scale. Smaller classes get their figures and a warning.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from creditkit.analysis.class_marks import ClassMarks, Missing
from creditkit.analysis.confidence import calibration, overconfidence
from creditkit.analysis.decision_map import DecisionMap, decision_map
from creditkit.analysis.item_statistics import (
    Reliability,
    difficulty,
    discrimination,
    mean_interval,
    reliability,
)
from creditkit.analysis.language_fairness import language_fairness
from creditkit.analysis.mastery import MASTERED, evidence, mastery
from creditkit.analysis.options_taken import options_taken
from creditkit.casework.sealed import cut_short
from creditkit.casework.variants import find_scenario
from creditkit.content.document import ContentError
from creditkit.content.library import procedure as load_procedure
from creditkit.content.library import question_sets
from creditkit.content.schema import Procedure, Scenario
from creditkit.content.schema_questions import AnyQuestion
from creditkit.teaching.marked import Marked, read_marked
from creditkit.teaching.pack import load_pack
from creditkit.text import BilingualError, Text, phrases

QUARTERS = {"quarter": 0.25, "median": 0.5, "three_quarters": 0.75}
# Students (of fairness: in each language; of calibration: answers) from which on a figure is told
# without a warning.
FEWEST = {
    "summary": 10,
    "difficulty": 10,
    "discrimination": 30,
    "reliability": 30,
    "options": 20,
    "refs": 10,
    "decisions": 10,
    "fairness": 50,
    "calibration": 100,
}


def say(key: str, /, **slots: object) -> Text:
    return phrases("class_results")(key, **slots)


class ResultsError(BilingualError):
    """Marks that nothing can be told of, or a figure that is not among them."""


@dataclass(frozen=True)
class ClassResults(ClassMarks):
    """A class's marks and what they tell; see `class_results`.

    `questions`, `scenarios` and `procedures` are the content the class worked on, by id.
    """

    questions: Mapping[str, AnyQuestion] = field(default_factory=dict, repr=False)
    scenarios: Mapping[str, Scenario] = field(default_factory=dict, repr=False)
    procedures: Mapping[str, Procedure] = field(default_factory=dict, repr=False)

    def but(self, missing: Missing) -> "ClassResults":
        """The same marks with what was not attempted counted in the other way."""
        return replace(self, missing=_known(missing))

    def required(self) -> None:
        """Raise ResultsError where nobody handed in anything."""
        if not self.students:
            raise ResultsError(say("nobody"))

    @cached_property
    def _made(self) -> dict[str, Any]:
        return {}

    def _once(self, name: str, work: Callable[[], Any]) -> Any:
        """What was worked out before is not worked out again: pictures and tables share it."""
        if name not in self._made:
            self._made[name] = work()
        return self._made[name]

    # The figures

    @cached_property
    def scores(self) -> pd.Series:
        """The mark of each student as a share of the points, or of those attempted."""
        counted = self.marks[self.marks["counts"]].groupby("student")
        share = counted["points"].sum() / counted["out_of"].sum()
        return share.reindex(self.students).rename("score")

    def summary(self) -> pd.Series:
        """The marks of the class.

        Returns:
            Series: `students`, `absent` (handed in nothing), `mean`, `low`, `high` (95 % interval
            after Student), `sd`, `median`, `lowest`, `highest` (float64, shares of the points),
            and `error`, the standard error of one mark, as a share.
        """
        scores = self.scores
        mean, low, high = mean_interval(scores)
        out_of = float(self.items_table["out_of"].sum())
        return pd.Series(
            {
                "students": float(len(scores)),
                "absent": float(len(self.students_table) - len(scores)),
                "mean": mean,
                "low": low,
                "high": high,
                "sd": float(scores.std()),
                "median": float(scores.median()),
                "lowest": float(scores.min()),
                "highest": float(scores.max()),
                "error": self.reliability().error / out_of if out_of else float("nan"),
            }
        )

    def items(self) -> pd.DataFrame:
        """Each item: how hard it is, and how well it tells strong students from weak ones.

        Returns:
            DataFrame indexed by item: `kind`, `type` (str), `level`, `attempted` (int64),
            `students`, `difficulty`, `low`, `high` (see `item_statistics.difficulty`),
            `discrimination`, `d_low`, `d_high` (see `item_statistics.discrimination`) and `look`,
            what to look at (str): `against` (the better a student, the worse at it: is the key
            right?), `hard` (surely below 0.3), `easy` (surely above 0.9), `weak` (it surely hardly
            goes with the rest), or empty.
        """
        found: pd.DataFrame = self._once("items", self._items)
        return found.copy()

    def _items(self) -> pd.DataFrame:
        table = self.items_table[["kind", "type", "level"]].copy()
        attempted = self.marks[self.marks["attempted"]].groupby("item").size()
        table["attempted"] = attempted.reindex(table.index).fillna(0).astype("int64")
        out_of = self.items_table["out_of"].astype("float64")
        table = table.join(difficulty(self.shares)).join(discrimination(self.points, out_of))
        table["look"] = [_look(row) for _, row in table.iterrows()]
        return table

    def reliability(self) -> Reliability:
        """Cronbach's alpha of the points, with its interval."""
        return reliability(self.points)

    def refs(self, mastered: float = MASTERED) -> pd.DataFrame:
        """How well the class knows each fact of the coursework; see `mastery`."""
        shown: pd.DataFrame = self._once("evidence", self._evidence)
        return mastery(shown, mastered)

    def _evidence(self) -> pd.DataFrame:
        lines = self.lines
        counted = self.marks[self.marks["counts"]]
        keys = pd.MultiIndex.from_frame(lines[["student", "item"]])
        known = keys.isin(pd.MultiIndex.from_frame(counted[["student", "item"]]))
        points = self.marked.tables.get("point", ())
        return evidence(counted, lines[known], self.questions, points)

    def options(self) -> pd.DataFrame:
        """Every option of the questions and who took it; see `options_taken`."""
        fewest = FEWEST["options"]
        found: pd.DataFrame = self._once(
            "options", lambda: options_taken(self.marks, self.rest, self.questions, fewest)
        )
        return found.copy()

    def first(self, which: str) -> str:
        """The first item that can be shown by its `options` (a choice), by its `parts` (matching,
        classification, a table) or by the `decisions` in it (a case); empty if there is none.

        >>> from creditkit.teaching.simulated_class import simulated_class
        >>> found = class_results(simulated_class(students=12, seed=1))
        >>> found.first("options"), found.first("decisions")
        ('refusal_first_contact', 'case1')
        """
        if which == "decisions":
            return next(iter(self.cases), "")
        table = self.options()
        found = table.loc[(table["part"] != "") == (which == "parts"), "item"]
        return str(found.iloc[0]) if len(found) else ""

    def decisions(self, item: str) -> DecisionMap:
        """How the class went through a case: `case1`, `case2` …; see `DecisionMap`.

        Raises:
            ResultsError: there is no such case in the assignment, or its scenario is not known
            without the pack.
        """
        if item not in self.cases:
            raise ResultsError(say("no_case", item=item, cases=", ".join(self.cases) or "-"))
        found: DecisionMap = self._once(item, lambda: self._decisions(item))
        return found

    def _decisions(self, item: str) -> DecisionMap:
        played = str(self.items_table.loc[item, "type"])
        procedure = self.procedures.get(played) or load_procedure(played)
        if not self.procedures and self.marked.assignment["build"] == "assessment":
            procedure = cut_short(procedure)
        names = self.marks.loc[self.marks["item"] == item, "scenario"].unique()
        try:
            scenarios = {name: self.scenarios.get(name) or find_scenario(name) for name in names}
        except ContentError as error:
            own = ", ".join(map(str, names))
            raise ResultsError(say("needs_pack", names=own)) from error
        return decision_map(item, procedure, scenarios, self.marks, self.acts, self.lines)

    def time(self) -> pd.DataFrame:
        """Minutes spent on each item by those who attempted it. Time is counted from the act
        before, so of what a student did first it is not known.

        Returns:
            DataFrame indexed by item: `students` (int64), `quarter`, `median`, `three_quarters`
            (float64, minutes).
        """
        known = self.marks["attempted"] & (self.marks["seconds"] > 0)
        spent = self.marks[known].groupby("item")["seconds"]
        ends = {name: spent.quantile(q) / 60 for name, q in QUARTERS.items()}
        found = pd.DataFrame(ends, index=self.items_table.index, dtype="float64")
        count = spent.size().reindex(found.index).fillna(0).astype("int64")
        found.insert(0, "students", count)
        return found

    def fairness(self) -> pd.DataFrame:
        """Whether items differ by language; see `language_fairness`."""
        found: pd.DataFrame = self._once("fairness", self._fairness)
        return found.copy()

    def _fairness(self) -> pd.DataFrame:
        languages = self.marks.pivot(index="student", columns="item", values="language")
        languages = languages.reindex(index=self.shares.index, columns=self.shares.columns)
        return language_fairness(self.shares, self.rest, languages)

    @cached_property
    def confident(self) -> pd.DataFrame:
        """The answers with which confidence was asked: `student`, `item`, `confidence` (0 to 1),
        `right` (bool, wholly right)."""
        asked = self.marks[self.marks["attempted"] & self.marks["confidence"].notna()]
        found = asked[["student", "item", "confidence"]].copy()
        found["right"] = asked["verdict"] == "right"
        return found

    def calibration(self) -> pd.DataFrame:
        """What came of the answers of which students said they were so and so sure; see
        `confidence.calibration`."""
        return calibration(self.confident)

    def overconfidence(self) -> pd.Series:
        """How far students are surer than they are right; see `confidence.overconfidence`."""
        return overconfidence(self.confident)

    def warnings(self) -> list[Text]:
        """Which figures a class of this size cannot carry, and from how many on it could; and what
        waits for the trainer."""
        n = len(self.students)
        if not n:
            return [say("nobody")]
        told = []
        counts = dict.fromkeys(FEWEST, n)
        languages = self.marks.groupby("language")["student"].nunique()
        counts["fairness"] = int(min(languages.get("zh", 0), languages.get("en", 0)))
        counts["calibration"] = len(self.confident)
        for part, fewest in FEWEST.items():
            # What was not asked at all is no matter of size.
            if counts[part] < fewest and (counts[part] or part not in {"fairness", "calibration"}):
                told.append(say(f"few_{part}", n=counts[part], fewest=fewest))
        if self.missing == "left_out":
            whole = int(self.points.notna().all(axis=1).sum())
            if whole < n:
                told.append(say("left_out_note", n=whole))
        asked = self.items_table.index[self.items_table["kind"] == "question"]
        if own := [id for id in asked if id not in self.questions]:
            told.append(say("own_questions", names=", ".join(own)))
        open_ = [p for p in self.marked.tables.get("point", ()) if p["state"] == "doubtful"]
        if open_:
            students = len({p["student"] for p in open_})
            told.append(say("doubtful_points", n=len(open_), students=students))
        return told


def _known(missing: str) -> Missing:
    if missing == "zero" or missing == "left_out":
        return "zero" if missing == "zero" else "left_out"
    raise ResultsError(say("bad_missing", value=missing))


def _look(row: Any) -> str:
    if row["d_high"] < 0:
        return "against"
    if row["high"] < 0.3:
        return "hard"
    if row["low"] > 0.9:
        return "easy"
    return "weak" if row["d_high"] < 0.2 else ""


def class_results(
    marks: str | Path | Marked, *, pack: str | Path | None = None, missing: Missing = "zero"
) -> ClassResults:
    """What a class's marks tell.

    Args:
        marks: the folder that `creditkit mark` wrote, its `marked.jsonl`, or marks at hand.
        pack: the trainer's pack, where the class worked on questions or cases of the trainer's own.
        missing: whether what was not attempted counts as nothing (`zero`) or is `left_out`.

    Raises:
        MarkedError: the marks cannot be read.
        HandoutError: the pack cannot be read.
        ResultsError: `missing` is something else.

    >>> from creditkit.teaching.simulated_class import simulated_class
    >>> found = class_results(simulated_class(students=12, seed=1))
    >>> len(found.students), len(found.items())
    (12, 18)
    """
    found = marks if isinstance(marks, Marked) else read_marked(marks)
    if pack is None:
        questions = {q.id: q for of in question_sets() for q in of.items}
        return ClassResults(found, _known(missing), questions)
    kept = load_pack(pack)
    questions = {q.id: q for q in kept.questions}
    return ClassResults(found, _known(missing), questions, kept.scenarios, kept.played)
