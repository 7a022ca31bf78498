"""A student who does not exist: knows so much, and answers questions and works cases accordingly.

What he knows of a part of an answer, or of a step of a case, is a matter of chance: with the
probability 1 / (1 + exp(difficulty - ability)). It is a model of marks, not of how people think;
even with no ability it sees the key, so what a question gives away by itself is for `guessing`.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import exp
from typing import Any

from creditkit.casework.case import Case
from creditkit.content.schema import Procedure, Scenario, Step
from creditkit.content.schema_questions import (
    Choice,
    Classify,
    Match,
    Multiple,
    Number,
    Order,
    Single,
    Table,
)
from creditkit.content.ways import right_value
from creditkit.teaching.exercise import Exercise
from creditkit.text import Language

# More acts than this no simulated student takes over one case.
MOST_ACTS = 60
# How sure one can say one is.
LEVELS = (0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class SimulatedStudent:
    """`ability` in logits (0 is the middle), the language of the screen, and how much surer than
    right the student is, on the scale of probability."""

    ability: float
    language: Language
    bravado: float
    rng: random.Random

    def knows(self, difficulty: float) -> bool:
        return self.rng.random() < self.chance(difficulty)

    def chance(self, difficulty: float) -> float:
        """The probability of knowing something of this difficulty.

        >>> SimulatedStudent(1.0, "zh", 0.0, random.Random(1)).chance(1.0)
        0.5
        """
        return 1 / (1 + exp(difficulty - self.ability))

    def sure(self, difficulty: float) -> float:
        """How sure the student says to be of an answer."""
        felt = self.chance(difficulty) + self.bravado + self.rng.gauss(0, 0.15)
        return min(LEVELS, key=lambda level: abs(level - felt))

    # Questions

    def answer(self, x: Exercise, difficulty: float, never: str = "") -> Any:
        """An answer to a question, as `creditkit.mark` takes it; `never` is a wrong option of a
        single choice that fools nobody."""
        rng, knows = self.rng, partial(self.knows, difficulty)
        match x.question:
            case Single(options=options):
                if knows():
                    return x.key
                wrong = [o for o in options if not o.right and o.id != never]
                # What is partly right tempts more.
                return rng.choices(wrong, [0.3 + 2 * o.worth for o in wrong])[0].id
            case Multiple():
                offered = [p for p in x.phrases if isinstance(p, Choice)]
                # Of two that are not known one is guessed right.
                took = [o.right == (knows() or rng.random() < 0.5) for o in offered]
                return [o.id for o, took_it in zip(offered, took, strict=True) if took_it]
            case Order():
                order = list(x.key)
                for i in range(len(order) - 1):
                    if not knows():
                        order[i], order[i + 1] = order[i + 1], order[i]
                return order
            case Match():
                known = {item for item in x.key if knows()}
                left = [t.id for t in x.targets if t.id not in {x.key[item] for item in known}]
                rng.shuffle(left)
                return {item: x.key[item] if item in known else left.pop() for item in x.key}
            case Classify():
                targets = [t.id for t in x.targets]
                return {i: to if knows() else rng.choice(targets) for i, to in x.key.items()}
            case Table(lists=lists, columns=columns):
                values = {c.id: [v.id for v in lists[c.of]] for c in columns}
                return {
                    row: {c: v if knows() else rng.choice(values[c]) for c, v in cells.items()}
                    for row, cells in x.key.items()
                }
            case Number(near=near):
                if knows() or not near:
                    return x.key
                return x.figure(rng.choice(near).answer)

    # Cases

    def work(self, case: Case, scenario: Scenario, procedure: Procedure) -> None:
        """Work a case to its end, or as far as patience goes.

        Args:
            case: as the student has it, without its key where it is an assessment.
            scenario, procedure: the same with its key, which says what a student who knows does.
        """
        steps = {step.id: step for step in procedure.steps}
        for _ in range(MOST_ACTS):
            state = case.state
            if state.may_close() and state.rounds[state.here]:
                case.close()
                return
            step = steps[state.open_steps()[-1]]
            if not self.knows(-3.2):
                if self.rng.random() < 0.4:
                    return
                ahead = self.rng.choice([s for s in steps.values() if s.id != step.id])
                self._work(case, ahead, scenario, procedure)
                continue
            if not self._work(case, step, scenario, procedure):
                return

    def _work(self, case: Case, step: Step, scenario: Scenario, procedure: Procedure) -> bool:
        level = 0.4 * scenario.level - 1.1
        needed = [i for i in step.items if i.is_needed(case.state.values)]
        items = [i.id for i in step.items if self.knows(level if i in needed else 2.5)]
        if step.verb == "record":
            learnt = case.recordable(step)
            items = [i for i in learnt if self.knows(level - 1)] or learnt[:1]
        elif not items and step.items:
            items = [self.rng.choice(needed or list(step.items)).id]
        more: dict[str, Any] = {"items": items}
        if step.verb == "fill":
            more["answers"] = {i: self._entry(case, scenario, i, level) for i in items}
        elif step.choose:
            more = self._choice(case, step, scenario, procedure, level)
        return case.do(step.id, **more).accepted

    def _choice(
        self, case: Case, step: Step, scenario: Scenario, procedure: Procedure, level: float
    ) -> dict[str, Any]:
        right = right_value(procedure, step, scenario.truth, case.state.values)
        offered = [option.id for option in procedure.lists[step.choose or ""]]
        choice = right if self.knows(level) else self._misled(case, scenario, offered)
        heard = case.recordable(step)
        speaking = [
            i for i in heard if i in scenario.answers and choice in scenario.answers[i].supports
        ]
        because = [i for i in heard if (i in speaking) == self.knows(level - 0.5)]
        return {"choice": choice, "because": because[:3]}

    def _misled(self, case: Case, scenario: Scenario, offered: Sequence[str]) -> str:
        """What somebody takes for right who believes the wrong answer of those heard."""
        heard = [scenario.answers[i] for i in case.state.learnt() if i in scenario.answers]
        pointed = [v for a in heard for v in a.supports if v in offered]
        return self.rng.choice([*offered, *pointed])

    def _entry(self, case: Case, scenario: Scenario, item: str, level: float) -> str:
        answer, listed = scenario.answers[item], case.item(item).of
        right = answer.accepts[0][0] if listed else answer.text.in_(self.language)
        if self.knows(level):
            return right
        if listed:
            return self.rng.choice([o.id for o in case.procedure.lists[listed]])
        return right[: max(1, len(right) // 3)]
