"""What each step of a case earns: the rules of partial credit.

Every step and item of the model path counts towards the dimension it names in the procedure;
within a dimension all lines weigh the same.

- an item asked, collected or done counts in full, one left out counts nothing;
- a record counts by the share of what was learnt that it holds, a report by the share of papers;
- a judgement is right when it names the true cause, or the cause that all there was to hear up to
  then supports most; one that would have led the same way counts half. Its grounds are three
  tenths of it: the share of them that speak for the right cause, and two are asked for where there
  are so many;
- order loses a share for each refused act, economy for each unit of cost spent without need.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from creditkit.casework.case import Case
from creditkit.casework.debrief_parts import Line, say
from creditkit.casework.journal import Line as JournalLine
from creditkit.casework.right_way import RightWay
from creditkit.casework.state import State
from creditkit.content.schema import Item, Scenario, Step
from creditkit.content.ways import entered
from creditkit.text import Text, join

GROUNDS = 0.3
GROUNDS_WANTED = 2
SAME_WAY = 0.5

# A line before its points: its weight within the dimension, the share earned, the line.
Draft = tuple[float, float, Line]


class Crediting:
    """What was done in a case, held against the right way.

    Args:
        case: the case, whose words are told.
        state: what was done in it.
        scenario: what there was to learn.
        way: what would have been right.
    """

    def __init__(self, case: Case, state: State, scenario: Scenario, way: RightWay) -> None:
        self.case = case
        self.state = state
        self.scenario = scenario
        self.way = way

    def drafts(self, step: Step) -> Iterable[Draft]:
        """The lines of a step of the model path."""
        if step.names:
            yield self._opinion(step)
        elif step.verb in {"ask", "collect", "act"}:
            for item in step.items:
                if item.is_needed(self.way.values):
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

    def _item(self, step: Step, item: Item) -> Draft:
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

    def _field(self, step: Step, item: Item) -> Draft:
        typed = self.state.entries.get(item.id, "")
        model = self.scenario.answers[item.id]
        share = entered(model, typed)
        key = "fill_missed" if not typed else f"fill_{_grade(share)}"
        did = say(key, entry=self.case.entry(item.id, typed))
        asked = say("fill_asked", entry=model.text)
        more: dict[str, Any] = {"ref": item.ref, "asked": asked, "why": item.why or step.why}
        n = self.state.ever.get(step.id, {}).get(item.id)
        return 1.0, share, self._line(step, item.title, did, n=n, **more)

    def _opinion(self, step: Step) -> Draft:
        chosen = self.state.choices.get(step.id)
        did = say("ask_done", n=chosen["n"]) if chosen else say("ask_missed")
        return 1.0, float(bool(chosen)), self._line(step, step.title, did)

    def _record(self, step: Step) -> Draft:
        learnt = {i for s in step.of for i in self.state.done.get(s, {})}
        written = self.state.done.get(step.id, {})
        share = len(learnt & set(written)) / len(learnt) if learnt else 0.0
        key = "record_done" if written else "record_missed"
        did = say(key, count=len(written), learnt=len(learnt))
        return 1.0, share, self._line(step, step.title, did)

    def _report(self, step: Step) -> Draft:
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

    def _judgement(self, step: Step) -> Draft:
        chosen = self.state.choices.get(step.id)
        right = self.way.values[step.id]
        accepted = self.way.accepted(step)
        if chosen is None:
            return 1 - GROUNDS, 0.0, self._line(step, step.title, say("judge_missed"))
        value = chosen["choice"]
        titles = {
            "choice": self.case.title_of(step, value),
            "right": self.case.title_of(step, right),
        }
        if value == right:
            share, key = 1.0, "judge_right"
        elif value in accepted:
            share, key = 1.0, "judge_fair"
        elif self.way.same_way(step, value):
            share, key = SAME_WAY, "judge_near"
        else:
            share, key = 0.0, "judge_wrong"
        line = self._line(step, step.title, say(key, **titles), n=chosen["n"])
        return 1 - GROUNDS, share, line

    def _grounds(self, step: Step) -> Draft:
        chosen = self.state.choices.get(step.id) or {}
        because: list[str] = chosen.get("because", [])
        right = chosen.get("choice") in self.way.accepted(step)
        cause = chosen["choice"] if right else self.way.values[step.id]
        answers = self.scenario.answers
        speaking = {i for i, a in answers.items() if a.supports.get(cause, 0) > 0}
        good = [i for i in because if i in speaking]
        wanted = min(GROUNDS_WANTED, len(self.way.heard_before(step) & speaking))
        share = 0.0 if wanted else 1.0
        if because and wanted:
            share = len(good) / len(because) * min(1.0, len(good) / wanted)
        line = self._line(
            step,
            say("grounds_title", step=step.title),
            self._grounds_given(because, good, self.case.title_of(step, cause)),
            asked=say("grounds_asked"),
            why=say("grounds_why"),
            n=chosen.get("n"),
        )
        return GROUNDS, share, line

    def _grounds_given(self, because: list[str], good: list[str], cause: Text) -> Text:
        if not because:
            return say("grounds_none")
        bad = [i for i in because if i not in good]
        return say(
            "grounds_mixed" if bad and good else "grounds_bad" if bad else "grounds_good",
            good=join(self.case.item(i).title for i in good),
            bad=join(self.case.item(i).title for i in bad),
            cause=cause,
        )

    def _decision(self, step: Step) -> Draft:
        chosen = self.state.choices.get(step.id)
        right = self.way.values[step.id]
        option = self.case.procedure.option(step.choose or "", right)
        more: dict[str, Any] = {"ref": option.ref, "why": option.why or step.why}
        if chosen is None:
            return 1.0, 0.0, self._line(step, step.title, say("decide_missed"), **more)
        good = chosen["choice"] in self.way.accepted(step)
        key = "decide_right" if good else "decide_wrong"
        did = say(key, choice=self.case.title_of(step, chosen["choice"]), right=option.title)
        line = self._line(step, step.title, did, n=chosen["n"], **more)
        return 1.0, float(good), line

    def penalties(self, id: str, each: float) -> list[Line]:
        """The lines that cost points in a dimension, `order` or `economy`: so many each."""
        if id == "order":
            return [self._out_of_order(line, each) for line in self.state.refused]
        return [self._needless(*spent, each) for spent in self._spent_without_need()]

    def asked(self, id: str) -> Text:
        """What a dimension that costs points asks for."""
        phases = join(phase.title for phase in self.case.procedure.phases)
        return say(f"{id}_asked", phases=phases)

    def _out_of_order(self, line: JournalLine, each: float) -> Line:
        step = self.state.steps[line["step"]]
        did = say(f"refused_{line['refused']}", n=line["n"])
        draft = self._line(step, step.title, did, n=line["n"], asked=self.asked("order"))
        return replace(draft, points=-each)

    def _spent_without_need(self) -> Iterable[tuple[Step, Item, int]]:
        for step_id, done in self.state.ever.items():
            step = self.state.steps[step_id]
            for item in step.items:
                n = done.get(item.id)
                if n is not None and item.cost and not item.is_needed(self.way.values):
                    yield step, item, n

    def _needless(self, step: Step, item: Item, n: int, each: float) -> Line:
        did = say("spent", cost=item.cost, n=n)
        more: dict[str, Any] = {"ref": item.ref, "n": n, "why": item.why or step.why}
        draft = self._line(step, item.title, did, asked=say("economy_asked"), **more)
        return replace(draft, points=-each * item.cost)


def _grade(share: float) -> str:
    return "right" if share == 1 else "partly" if share else "wrong"
