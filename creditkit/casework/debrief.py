"""The debrief of a training case: what was right, what was missed, and why.

Every step and item of the model path counts towards the dimension it names in the procedure;
within a dimension all lines weigh the same. The rules of partial credit:

- an item asked, collected or done counts in full, one left out counts nothing;
- a record counts by the share of what was learnt that it holds, a report by the share of papers;
- a judgement is right when it names the true cause, or the cause that all there was to hear up to
  then supports most; one that would have led the same way counts half. Its grounds are three
  tenths of it: the share of them that speak for the right cause, and two are asked for where there
  are so many;
- order loses a share for each refused act, economy for each unit of cost spent without need.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from creditkit.casework.case import Case, CaseError
from creditkit.casework.journal import Line as JournalLine
from creditkit.casework.journal import say as case_say
from creditkit.casework.state import State
from creditkit.content.schema import Item, Scenario, Step
from creditkit.content.ways import entered, evidence, model_path, right_value
from creditkit.text import Text, join, phrases

GROUNDS = 0.3
GROUNDS_WANTED = 2
SAME_WAY = 0.5

Verdict = Literal["right", "partly", "missed", "wrong"]


def say(key: str, /, **slots: object) -> Text:
    return phrases("debrief")(key, **slots)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a debrief: what was done, what the procedure asks, why it matters."""

    step: str
    title: Text
    ref: tuple[str, ...]
    points: float
    out_of: float
    did: Text
    asked: Text
    why: Text
    n: int | None = None

    @property
    def verdict(self) -> Verdict:
        if self.points < 0:
            return "wrong"
        if self.points >= self.out_of - 1e-9:
            return "right"
        return "partly" if self.points > 0 else "missed"


@dataclass(frozen=True, slots=True)
class Score:
    """The points of one dimension and the lines they come from."""

    id: str
    title: Text
    points: float
    out_of: float
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """A judgement or decision on the path, to which one can go back: `case.back(n)`."""

    n: int
    step: str
    title: Text
    choice: Text
    right: bool


@dataclass(frozen=True, slots=True)
class Misleading:
    """An answer that pointed the wrong way, and why a careful officer is not taken in."""

    item: Text
    answer: Text
    why: Text
    heard: bool


class Debrief:
    """What a training case was worth; see `debrief`."""

    def __init__(self, case: Case, state: State, scenario: Scenario) -> None:
        self.case = case
        self.state = state
        self.scenario = scenario
        p = case.procedure
        self.model_path: list[Step] = self._model_path(scenario.truth)
        self.finished = state.closed
        self._right = dict(scenario.given)
        for step in self.model_path:
            # A reaction can change from round to round, so no one value of it is right.
            if not step.reaction and (value := right_value(p, step, scenario.truth, self._right)):
                self._right[step.id] = value

    @cached_property
    def scores(self) -> tuple[Score, ...]:
        """The dimensions of the procedure in its order, each with its lines."""
        on_the_way = {step.dimension for step in self.model_path}
        return tuple(
            self._penalised(d.id, d.title, d.points)
            if d.id in {"order", "economy"}
            else self._earned(d.id, d.title, d.points)
            for d in self.case.procedure.dimensions
            if d.id in on_the_way | {"order", "economy"}
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
        found = []
        for step_id, line in self.state.choices.items():
            step = self.state.steps[step_id]
            if step.choose:
                found.append(
                    Decision(
                        line["n"],
                        step_id,
                        step.title,
                        self._title_of(step, line["choice"]),
                        line["choice"] in self._accepted_values(step),
                    )
                )
        return found

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

    def _model_path(self, truth: Mapping[str, str]) -> list[Step]:
        """The model path, with a step that comes up in several rounds once."""
        s = self.scenario
        path = model_path(self.case.procedure, s.given, truth, s.delays, s.deadline)
        return list({step.id: step for step in path}.values())

    def _earned(self, id: str, title: Text, points: int) -> Score:
        drafts = [d for step in self.model_path if step.dimension == id for d in self._step(step)]
        whole = sum(weight for weight, _, _ in drafts) or 1.0
        lines = []
        for weight, share, line in drafts:
            out_of = points * weight / whole
            lines.append(replace(line, points=out_of * share, out_of=out_of))
        return Score(id, title, sum(line.points for line in lines), points, tuple(lines))

    def _step(self, step: Step) -> Iterable[tuple[float, float, Line]]:
        """Drafts of a step's lines: weight within the dimension, share earned, the line."""
        if step.names:
            yield self._opinion(step)
        elif step.verb in {"ask", "collect", "act"}:
            for item in step.items:
                if item.is_needed(self._right):
                    yield self._item(step, item)
        elif step.verb == "fill":
            for item in step.items:
                yield self._field(step, item)
        elif step.verb == "record":
            yield self._record(step)
        elif step.verb == "report":
            yield self._report(step)
        elif step.verb == "judge":
            yield self._judgement(step)
            yield self._grounds(step)
        else:
            yield self._decision(step)

    def _line(self, step: Step, title: Text, did: Text, **more: Any) -> Line:
        draft = {"asked": step.guide, "why": step.why, "ref": step.ref, "n": None, **more}
        return Line(step=step.id, title=title, did=did, points=0.0, out_of=0.0, **draft)

    def _item(self, step: Step, item: Item) -> tuple[float, float, Line]:
        n = self.state.ever.get(step.id, {}).get(item.id)
        did = say(f"{step.verb}_done", n=n) if n else say(f"{step.verb}_missed")
        line = self._line(
            step,
            item.title,
            did,
            ref=item.ref,
            n=n,
            asked=item.ask or step.guide,
            why=item.why or step.why,
        )
        return 1.0, float(n is not None), line

    def _field(self, step: Step, item: Item) -> tuple[float, float, Line]:
        typed = self.state.entries.get(item.id, "")
        model = self.scenario.answers[item.id]
        share = entered(model, typed)
        key = "fill_missed" if not typed else f"fill_{_grade(share)}"
        did = say(key, entry=self.case.entry(item.id, typed))
        asked = say("fill_asked", entry=model.text)
        more: dict[str, Any] = {"ref": item.ref, "asked": asked, "why": item.why or step.why}
        n = self.state.ever.get(step.id, {}).get(item.id)
        return 1.0, share, self._line(step, item.title, did, n=n, **more)

    def _opinion(self, step: Step) -> tuple[float, float, Line]:
        chosen = self.state.choices.get(step.id)
        did = say("ask_done", n=chosen["n"]) if chosen else say("ask_missed")
        return 1.0, float(bool(chosen)), self._line(step, step.title, did)

    def _record(self, step: Step) -> tuple[float, float, Line]:
        learnt = {i for s in step.of for i in self.state.done.get(s, {})}
        written = self.state.done.get(step.id, {})
        share = len(learnt & set(written)) / len(learnt) if learnt else 0.0
        key = "record_done" if written else "record_missed"
        did = say(key, count=len(written), learnt=len(learnt))
        return 1.0, share, self._line(step, step.title, did)

    def _report(self, step: Step) -> tuple[float, float, Line]:
        given = self.state.done.get(step.id, {})
        missing = [i for i in step.items if i.id not in given]
        share = 1 - len(missing) / len(step.items)
        if not given:
            did = say("report_missed")
        elif missing:
            did = say("report_partly", missing=join(i.title for i in missing))
        else:
            did = say("report_done", count=len(given))
        return 1.0, share, self._line(step, step.title, did)

    def _accepted_values(self, step: Step) -> set[str]:
        right = self._right.get(step.id)
        values = {right} if right else set()
        options = self.case.options(step)
        if step.verb == "decide":
            values |= {o.id for o in options if o.right}
        if step.verb == "judge":
            asked = {i.id for s in step.of for i in self.state.steps[s].items}
            told = (a for i, a in self.scenario.answers.items() if i in asked)
            heard = evidence(told, among=[o.id for o in options])
            best = max(heard.values(), default=0)
            values |= {cause for cause, points in heard.items() if points == best}
        return values

    def _judgement(self, step: Step) -> tuple[float, float, Line]:
        chosen = self.state.choices.get(step.id)
        right = self._right[step.id]
        accepted = self._accepted_values(step)
        if chosen is None:
            return 1 - GROUNDS, 0.0, self._line(step, step.title, say("judge_missed"))
        value = chosen["choice"]
        titles = {
            "choice": self._title_of(step, value),
            "right": self._title_of(step, right),
        }
        if value == right:
            share, key = 1.0, "judge_right"
        elif value in accepted:
            share, key = 1.0, "judge_fair"
        elif self._same_way(step, value):
            share, key = SAME_WAY, "judge_near"
        else:
            share, key = 0.0, "judge_wrong"
        line = self._line(step, step.title, say(key, **titles), n=chosen["n"])
        return 1 - GROUNDS, share, line

    def _grounds(self, step: Step) -> tuple[float, float, Line]:
        chosen = self.state.choices.get(step.id) or {}
        because: list[str] = chosen.get("because", [])
        accepted = self._accepted_values(step)
        cause = chosen["choice"] if chosen.get("choice") in accepted else self._right[step.id]
        answers = self.scenario.answers
        speaking = {i for i, a in answers.items() if a.supports.get(cause, 0) > 0}
        good = [i for i in because if i in speaking]
        to_be_had = {i.id for s in step.of for i in self.state.steps[s].items} & speaking
        wanted = min(GROUNDS_WANTED, len(to_be_had))
        share = 0.0 if wanted else 1.0
        if because and wanted:
            share = len(good) / len(because) * min(1.0, len(good) / wanted)
        if not because:
            did = say("grounds_none")
        else:
            bad = [i for i in because if i not in good]
            key = "grounds_mixed" if bad and good else "grounds_bad" if bad else "grounds_good"
            did = say(
                key,
                good=join(self.case.item(i).title for i in good),
                bad=join(self.case.item(i).title for i in bad),
                cause=self._title_of(step, cause),
            )
        title = say("grounds_title", step=step.title)
        line = self._line(
            step, title, did, asked=say("grounds_asked"), why=say("grounds_why"), n=chosen.get("n")
        )
        return GROUNDS, share, line

    def _decision(self, step: Step) -> tuple[float, float, Line]:
        chosen = self.state.choices.get(step.id)
        right = self._right[step.id]
        option = self.case.procedure.option(step.choose or "", right)
        more: dict[str, Any] = {"ref": option.ref, "why": option.why or step.why}
        if chosen is None:
            return 1.0, 0.0, self._line(step, step.title, say("decide_missed"), **more)
        good = chosen["choice"] in self._accepted_values(step)
        key = "decide_right" if good else "decide_wrong"
        did = say(key, choice=self._title_of(step, chosen["choice"]), right=option.title)
        line = self._line(step, step.title, did, n=chosen["n"], **more)
        return 1.0, float(good), line

    def _same_way(self, step: Step, value: str) -> bool:
        if step.right is None:
            return False
        there = self._model_path({**self.scenario.truth, step.right: value})
        return [s.id for s in there] == [s.id for s in self.model_path]

    def _penalised(self, id: str, title: Text, points: int) -> Score:
        p = self.case.procedure
        if id == "order":
            each = points * p.penalties.order
            lines = [self._out_of_order(line, each) for line in self.state.refused]
        else:
            each = points * p.penalties.economy
            lines = [self._needless(*spent, each) for spent in self._spent_without_need()]
        walked = {s.id for s in self.model_path} & set(self.state.path)
        progress = 1.0 if self.finished else len(walked) / len(self.model_path)
        earned = max(0.0, points + sum(line.points for line in lines)) * progress
        if not lines and walked:
            lines = [
                Line(
                    "",
                    title,
                    p.ref,
                    earned,
                    points * progress,
                    say(f"{id}_clean"),
                    self._asked(id),
                    say(f"{id}_why"),
                )
            ]
        return Score(id, title, earned, points, tuple(lines))

    def _asked(self, id: str) -> Text:
        phases = join(phase.title for phase in self.case.procedure.phases)
        return say(f"{id}_asked", phases=phases)

    def _out_of_order(self, line: JournalLine, each: float) -> Line:
        step = self.state.steps[line["step"]]
        did = say(f"refused_{line['refused']}", n=line["n"])
        draft = self._line(step, step.title, did, n=line["n"], asked=self._asked("order"))
        return replace(draft, points=-each)

    def _spent_without_need(self) -> list[tuple[Step, Item, int]]:
        return [
            (step, item, n)
            for step_id, done in self.state.ever.items()
            for step in (self.state.steps[step_id],)
            for item in step.items
            for n in (done.get(item.id),)
            if n is not None and item.cost and not item.is_needed(self._right)
        ]

    def _needless(self, step: Step, item: Item, n: int, each: float) -> Line:
        did = say("spent", cost=item.cost, n=n)
        more: dict[str, Any] = {"ref": item.ref, "n": n, "why": item.why or step.why}
        draft = self._line(step, item.title, did, asked=say("economy_asked"), **more)
        return replace(draft, points=-each * item.cost)

    def _title_of(self, step: Step, value: str) -> Text:
        return next(o.title for o in self.case.options(step) if o.id == value)


def _grade(share: float) -> str:
    return "right" if share == 1 else "partly" if share else "wrong"


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
