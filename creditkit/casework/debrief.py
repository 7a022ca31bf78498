"""The debrief of a training case: what was right, what was missed, and why."""

from dataclasses import replace
from functools import cached_property
from typing import Any

from creditkit.casework.case import Case, CaseError
from creditkit.casework.crediting import Crediting
from creditkit.casework.debrief_parts import Decision, Line, Misleading, Score, say
from creditkit.casework.journal import Line as JournalLine
from creditkit.casework.journal import say as case_say
from creditkit.casework.right_way import RightWay
from creditkit.casework.state import State
from creditkit.content.schema import Scenario, Step
from creditkit.text import Text, join, phrases

# Dimensions in which one begins with all points and loses them.
LOST = frozenset({"order", "economy"})


class Debrief:
    """What a training case was worth; see `debrief`."""

    def __init__(self, case: Case, state: State, scenario: Scenario) -> None:
        self.case = case
        self.state = state
        self.scenario = scenario
        self._way = RightWay(case, scenario)
        self._crediting = Crediting(case, state, scenario, self._way)
        self.model_path = self._way.path
        self.finished = state.closed

    @cached_property
    def scores(self) -> tuple[Score, ...]:
        """The dimensions of the procedure in its order, each with its lines."""
        on_the_way = {step.dimension for step in self.model_path} | LOST
        return tuple(
            (self._kept if d.id in LOST else self._earned)(d.id, d.title, d.points)
            for d in self.case.procedure.dimensions
            if d.id in on_the_way
        )

    @property
    def points(self) -> float:
        """Points in all; `out_of` leaves out what the way of this case does not call for."""
        return round(sum(s.points for s in self.scores), 1)

    @property
    def out_of(self) -> float:
        return sum(s.out_of for s in self.scores)

    @cached_property
    def first_points(self) -> float | None:
        """The points at the first time of going back; `None` if that never happened."""
        lines = self.case.journal.lines
        back = next((i for i, line in enumerate(lines) if line["act"] == "back"), None)
        if back is None:
            return None
        state = self.case.fresh_state()
        for line in lines[:back]:
            state.apply(line)
        return Debrief(self.case, state, self.scenario).points

    @property
    def decisions(self) -> list[Decision]:
        """Where one can go back to, in the order of the path."""
        steps = self.state.steps
        return [
            self._decision(steps[step_id], line)
            for step_id, line in self.state.choices.items()
            if steps[step_id].choose
        ]

    @property
    def outcome(self) -> Text | None:
        """What comes of the route taken; `None` before a route was decided."""
        for step_id in reversed(self.state.path):
            if step_id in self.state.choices:
                choice = self.state.choices[step_id]["choice"]
                if choice in self.scenario.outcomes:
                    return self.scenario.outcomes[choice]
        return None

    @property
    def truth(self) -> Text:
        """The true cause, as the procedure's list words it."""
        p = self.case.procedure
        return join(
            p.option(p.hidden[name], value).title for name, value in self.scenario.truth.items()
        )

    @property
    def misleading(self) -> list[Misleading]:
        """The answers of this case that point the wrong way, heard or not."""
        learnt = self.state.learnt()
        return [
            Misleading(self.case.item(item).title, answer.text, answer.misleads, item in learnt)
            for item, answer in self.scenario.answers.items()
            if answer.misleads is not None
        ]

    def to_frame(self) -> Any:
        """The debrief as a table.

        Returns:
            pandas.DataFrame with one row a line and the columns `dimension`, `line`, `did`,
            `asked`, `why`, `ref` (str, in the current language), `verdict` (str) and `points`,
            `out_of` (float64).

        >>> from creditkit.text import set_language; set_language("en")
        >>> debrief(Case.practice("pump_maker")).to_frame().loc[0, "did"]
        'Not asked.'
        """
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "dimension": str(score.title),
                    "line": str(line.title),
                    "did": str(line.did),
                    "asked": str(line.asked),
                    "why": str(line.why),
                    "ref": ", ".join(line.ref),
                    "verdict": line.verdict,
                    "points": round(line.points, 2),
                    "out_of": round(line.out_of, 2),
                }
                for score in self.scores
                for line in score.lines
            ]
        )

    # Inside

    def _decision(self, step: Step, line: JournalLine) -> Decision:
        choice = line["choice"]
        right = choice in self._way.accepted(step)
        return Decision(line["n"], step.id, step.title, self.case.title_of(step, choice), right)

    def _earned(self, id: str, title: Text, points: int) -> Score:
        steps = (step for step in self.model_path if step.dimension == id)
        drafts = [draft for step in steps for draft in self._crediting.drafts(step)]
        whole = sum(weight for weight, _, _ in drafts) or 1.0
        lines = []
        for weight, share, line in drafts:
            out_of = points * weight / whole
            lines.append(replace(line, points=out_of * share, out_of=out_of))
        return Score(id, title, sum(line.points for line in lines), points, tuple(lines))

    def _kept(self, id: str, title: Text, points: int) -> Score:
        """What is left of the points of a dimension; who has not got to the end has not yet kept
        them all."""
        p = self.case.procedure
        each = points * (p.penalties.order if id == "order" else p.penalties.economy)
        lines = self._crediting.penalties(id, each)
        walked = {s.id for s in self.model_path} & set(self.state.path)
        progress = 1.0 if self.finished else len(walked) / len(self.model_path)
        kept = max(0.0, points + sum(line.points for line in lines)) * progress
        if not lines and walked:
            did, asked, why = say(f"{id}_clean"), self._crediting.asked(id), say(f"{id}_why")
            lines = [Line("", title, p.ref, kept, points * progress, did, asked, why)]
        return Score(id, title, kept, points, tuple(lines))


def debrief(case: Case) -> Debrief:
    """The debrief of a training case as it stands; `finished` says whether it was closed.

    Raises:
        CaseError: nobody knows the truth: the case is a real customer's, or an assessment's.

    >>> from creditkit.text import set_language; set_language("en")
    >>> case = Case.practice("pump_maker")
    >>> _ = case.ask("attitude", "position", "reason", "explanation", "assessment"), case.record()
    >>> inquiry = debrief(case).scores[0]
    >>> f"{inquiry.title}: {inquiry.points:.1f} of {inquiry.out_of}"
    'Completeness of inquiry: 10.4 of 25'
    """
    if case.scenario is None:
        raise CaseError(case_say("no_truth"))
    if case.sealed:
        raise CaseError(phrases("handout")("sealed_no_debrief"))
    return Debrief(case, case.state, case.scenario)
