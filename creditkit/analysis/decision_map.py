"""How a class went through a case: how many took each way, and where they left the model path."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

import pandas as pd

from creditkit.content.schema import Procedure, Scenario
from creditkit.content.ways import model_path
from creditkit.text import Text

Leaving = Literal["refused", "choice", "other_way", "stopped"]


@dataclass(frozen=True)
class DecisionMap:
    """The ways of a class through one case of an assignment.

    `students` began it, `finished` closed it, `kept` never left the model path. Students may have
    worked different scenarios of one procedure; what is on the model path is told by scenario.

    - `steps`: indexed by step, in the order of the model path: `model` (int64, students on whose
      model path it is), `worked` (who worked it), `refused` (who tried it out of turn).
    - `moves`: `before`, `after` (str, steps), `students` (int64), `model` (bool, whether the move
      is on anybody's model path).
    - `choices`: `step`, `choice` (str), `students`, `right` (int64, those to whom it counted as
      right).
    - `left`: where students first left the model path: `step` (str, where they stood), `how`
      (`refused` an act out of turn, a wrong `choice`, an `other_way`, or `stopped` short of the
      end), `what` (str, the step or choice, empty for `stopped`), `students` (int64); the most
      frequent first.
    - `stopped`: how many never closed the case, by the step they stood at, whether they had left
      the model path before or not.
    """

    item: str
    procedure: Procedure
    scenarios: tuple[str, ...]
    students: int
    finished: int
    kept: int
    steps: pd.DataFrame
    moves: pd.DataFrame
    choices: pd.DataFrame
    left: pd.DataFrame
    stopped: Mapping[str, int]

    def step_title(self, step: str) -> Text:
        return self.procedure.step(step).title

    def choice_title(self, step: str, choice: str) -> Text:
        return self.procedure.option(self.procedure.step(step).choose or "", choice).title


def decision_map(
    item: str,
    procedure: Procedure,
    scenarios: Mapping[str, Scenario],
    marks: pd.DataFrame,
    acts: pd.DataFrame,
    lines: pd.DataFrame,
) -> DecisionMap:
    """Count the ways through one case.

    Args:
        procedure: as it was played, in an assessment cut short.
        scenarios: what was worked, by id.
        marks, acts, lines: the tables `mark`, `act` and `line` of `creditkit.teaching.marked`.
    """
    begun = marks[(marks["item"] == item) & (marks["verdict"] != "not_attempted")]
    done: dict[Any, list[Any]] = {
        s: rows.to_dict("records") for s, rows in _of(acts, item).groupby("student")
    }
    rights = _right_choices(_of(lines, item), procedure)
    models = {s: _model(procedure, scenarios[s]) for s in dict.fromkeys(begun["scenario"])}
    model, worked, refused = Counter[str](), Counter[str](), Counter[str]()
    moves, choices, right = Counter[Any](), Counter[Any](), Counter[Any]()
    left, stops = Counter[Any](), Counter[str]()
    kept = 0
    of_student = begun[["student", "scenario", "finished"]].itertuples(index=False)
    for student, scenario, finished in of_student:
        good = rights.get(student, set())
        way = _Way(procedure, models[scenario], good)
        for act in done.get(student, ()):
            way.take(act)
        model.update(models[scenario])
        worked.update(set(way.path))
        refused.update(way.refused)
        moves.update(set(pairwise(way.path)))
        choices.update(way.choices.items())
        right.update(one for one in way.choices.items() if one[0] in good)
        if not finished:
            stops[way.here] += 1
        if way.left or not finished:
            left[way.left or (way.here, "stopped", "")] += 1
        else:
            kept += 1
    usual = begun["scenario"].mode()
    order = _order(procedure, models[usual.iloc[0]] if len(usual) else ())
    steps = pd.DataFrame(
        {"model": model, "worked": worked, "refused": refused},
        index=[step for step in order if model[step] or worked[step] or refused[step]],
    )
    on_model = {move for path in models.values() for move in pairwise(path)}
    return DecisionMap(
        item,
        procedure,
        tuple(models),
        len(begun),
        int(begun["finished"].astype(bool).sum()),
        kept,
        steps.fillna(0).astype("int64"),
        _counted(moves, ("before", "after"), model=lambda move: move in on_model),
        _counted(choices, ("step", "choice"), right=lambda choice: right[choice]),
        _counted(left, ("step", "how", "what")),
        dict(stops),
    )


@dataclass
class _Way:
    """One student's way, act by act, and where it first left the model path."""

    procedure: Procedure
    model: Sequence[str]
    good: set[str]
    path: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    choices: dict[str, str] = field(default_factory=dict)
    left: tuple[str, Leaving, str] | None = None

    @property
    def here(self) -> str:
        return self.path[-1] if self.path else self.procedure.start

    def take(self, act: Mapping[str, Any]) -> None:
        step = act["step"]
        if not isinstance(step, str):
            return
        if isinstance(act["refused"], str):
            self.refused.add(step)
            self._leave("refused", step)
            return
        before = self.here
        if not self.path or before != step:
            self.path.append(step)
        if step not in self.model:
            self._leave("other_way", step, before)
        choice = act["choice"]
        if isinstance(choice, str) and self.procedure.step(step).choose:
            self.choices[step] = choice
            if step not in self.good:
                self._leave("choice", choice)

    def _leave(self, how: Leaving, what: str, at: str | None = None) -> None:
        self.left = self.left or (at or self.here, how, what)


def _of(table: pd.DataFrame, item: str) -> pd.DataFrame:
    return table[table["item"] == item]


def _model(p: Procedure, s: Scenario) -> list[str]:
    """The model path, a step that comes up in several rounds as often as it does."""
    return [step.id for step in model_path(p, s.given, s.truth, s.delays, s.deadline)]


def _order(p: Procedure, model: Sequence[str]) -> list[str]:
    """The steps in the order of the model path; one off it comes after that before it in the
    procedure."""
    order = list(dict.fromkeys(model))
    before = None
    for step in (s.id for s in p.steps):
        if step not in order:
            order.insert(order.index(before) + 1 if before else 0, step)
        before = step
    return order


def _right_choices(lines: pd.DataFrame, p: Procedure) -> dict[str, set[str]]:
    """For each student the steps at which the choice counted as right, as the debrief had it."""
    # A judgement has a second line for its grounds, under another title.
    titles = {step.id: step.title.en for step in p.steps if step.choose}
    found: dict[str, set[str]] = {}
    columns = ["student", "step", "line", "verdict"]
    for student, step, line, verdict in lines[columns].itertuples(index=False):
        if verdict == "right" and line["en"] == titles.get(step):
            found.setdefault(student, set()).add(step)
    return found


def _counted(
    counts: Mapping[tuple[str, ...], int],
    names: Iterable[str],
    **more: Callable[[tuple[str, ...]], Any],
) -> pd.DataFrame:
    """Counts as a table, the most frequent first, with further columns by function."""
    order = sorted(counts, key=lambda one: (-counts[one], one))
    table = pd.DataFrame(order, columns=list(names))
    table["students"] = pd.Series([counts[one] for one in order], dtype="int64")
    for name, value in more.items():
        table[name] = [value(one) for one in order]
    return table
