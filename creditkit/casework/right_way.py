"""What would have been right in a training case, whatever was done."""

from collections.abc import Mapping

from creditkit.casework.case import Case
from creditkit.content.schema import Scenario, Step
from creditkit.content.ways import evidence, model_path, right_value


class RightWay:
    """The model path of a case, and what is right at each of its steps.

    >>> case = Case.practice("pump_maker")
    >>> way = RightWay(case, case.scenario)
    >>> way.values["decide_route"], len(way.path)
    ('A', 12)
    """

    def __init__(self, case: Case, scenario: Scenario) -> None:
        self.case = case
        self.scenario = scenario
        self.path = self._path(scenario.truth)
        # What is known of the customer at the start, and the right value of each step that has one.
        self.values = dict(scenario.given)
        for step in self.path:
            # A reaction can change from round to round, so no one value of it is right.
            if not step.reaction:
                value = right_value(case.procedure, step, scenario.truth, self.values)
                if value:
                    self.values[step.id] = value

    def accepted(self, step: Step) -> set[str]:
        """What may be chosen at a step without being wrong."""
        right = self.values.get(step.id)
        values = {right} if right else set()
        options = self.case.options(step)
        if step.verb == "decide":
            values |= {o.id for o in options if o.right}
        if step.verb == "judge":
            asked = self.heard_before(step)
            told = (a for i, a in self.scenario.answers.items() if i in asked)
            heard = evidence(told, among=[o.id for o in options])
            best = max(heard.values(), default=0)
            values |= {cause for cause, points in heard.items() if points == best}
        return values

    def heard_before(self, step: Step) -> set[str]:
        """The items of the steps that a judgement rests on."""
        steps = (s for s in self.case.procedure.steps if s.id in step.of)
        return {item.id for s in steps for item in s.items}

    def same_way(self, step: Step, value: str) -> bool:
        """Whether another judgement would have led the same way."""
        if step.right is None:
            return False
        there = self._path({**self.scenario.truth, step.right: value})
        return [s.id for s in there] == [s.id for s in self.path]

    def _path(self, truth: Mapping[str, str]) -> list[Step]:
        """The model path, with a step that comes up in several rounds once."""
        s = self.scenario
        path = model_path(self.case.procedure, s.given, truth, s.delays, s.deadline)
        return list({step.id: step for step in path}.values())
