"""Walking through a training case without a student: the model way, and ways at random."""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import repeat
from multiprocessing import cpu_count

from creditkit.casework.case import Case, Reply
from creditkit.casework.debrief import debrief
from creditkit.content.schema import Scenario, Step
from creditkit.content.ways import model_path, right_value

# More acts than any sensible way needs: a walk that goes round in circles is given up.
MOST_ACTS = 200
CHUNK = 250
EXACT = 1e-9


def model_steps(case: Case) -> list[Step]:
    """The steps of a training case in which every judgement is right, in order."""
    assert case.scenario is not None
    s = case.scenario
    return model_path(case.procedure, case.given, s.truth, s.delays, s.deadline)


def work(case: Case, step: Step) -> Reply:
    """Work one step as the procedure asks: every needed item, the right choice with its grounds."""
    assert case.scenario is not None
    values = case.state.values
    items = [item.id for item in step.items if item.is_needed(values)]
    if step.verb in {"ask", "collect", "act", "report"}:
        return case.do(step.id, items=items)
    answers = case.scenario.answers
    if step.verb == "fill":
        models = {item: answers[item] for item in items}
        listed = {item for item in items if case.item(item).of}
        entries = {i: m.accepts[0][0] if i in listed else m.en for i, m in models.items()}
        return case.do(step.id, items=entries, answers=entries)
    if step.verb == "record":
        return case.do(step.id, items=case.recordable(step))
    right = right_value(case.procedure, step, case.scenario.truth, values)
    assert right is not None
    grounds = [i for i in case.recordable(step) if i in answers and right in answers[i].supports]
    return case.do(step.id, choice=right, because=grounds)


def walk(
    case: Case, until: str | None = None, told: Callable[[Step, Reply], object] | None = None
) -> Case:
    """Go the model way from where the case stands, to its closing or to before the step `until`.

    `told` is called with each step and what came of it.

    >>> walk(Case.practice("pump_maker")).state.closed
    True
    """
    for step in model_steps(case):
        if step.id == until:
            return case
        if step.id in case.state.done and not case.state.reenters(step.id):
            continue
        reply = work(case, step)
        if told is not None:
            told(step, reply)
    case.close()
    return case


@dataclass(slots=True)
class Walks:
    """What came of walking a scenario at random.

    `endings` counts the walks that closed the case, by the step they ended in; `won` the best share
    of each line of the debrief over all walks, by step and title; `shares` holds the share of all
    points of each walk; `given_up` counts walks that went round in circles.
    """

    endings: Counter[str] = field(default_factory=Counter)
    won: dict[tuple[str, str], float] = field(default_factory=dict)
    shares: list[float] = field(default_factory=list)
    given_up: int = 0

    def add(self, other: "Walks") -> None:
        self.endings += other.endings
        for line, share in other.won.items():
            self.won[line] = max(share, self.won.get(line, 0.0))
        self.shares += other.shares
        self.given_up += other.given_up


def random_walks(scenario: Scenario, count: int = 10_000, seed: int = 1, workers: int = 0) -> Walks:
    """Work a scenario `count` times without knowing anything, by a student's verbs.

    At each turn one of the open steps is worked with items, choice and grounds drawn at random, or
    the case is closed where that is possible. The same seed gives the same walks, whatever the
    number of `workers` (processes; as many as there are processors if 0).

    >>> from creditkit.content.library import scenario
    >>> found = random_walks(scenario("pump_maker"), 20, workers=1)
    >>> len(found.shares)
    20
    """
    chunks = [range(i, min(i + CHUNK, count)) for i in range(0, count, CHUNK)]
    found = Walks()
    workers = min(workers or cpu_count(), len(chunks))
    if workers <= 1:
        parts: Iterable[Walks] = (_walks(scenario, seed, chunk) for chunk in chunks)
        for part in parts:
            found.add(part)
        return found
    with ProcessPoolExecutor(workers) as pool:
        for part in pool.map(_walks, repeat(scenario), repeat(seed), chunks):
            found.add(part)
    return found


# Inside


def _walks(scenario: Scenario, seed: int, numbers: range) -> Walks:
    found = Walks()
    for number in numbers:
        case = _at_random(scenario, random.Random(f"{scenario.id}/{seed}/{number}"))
        state = case.state
        if state.closed:
            found.endings[state.here] += 1
        else:
            found.given_up += 1
        result = debrief(case)
        found.shares.append(result.points / result.out_of)
        for score in result.scores:
            for line in score.lines:
                if line.out_of > EXACT:
                    key = (line.step, line.title.en)
                    share = line.points / line.out_of
                    found.won[key] = max(share, found.won.get(key, 0.0))
    return found


def _at_random(scenario: Scenario, rng: random.Random) -> Case:
    case = Case.practice(scenario)
    for _ in range(MOST_ACTS):
        state = case.state
        steps = state.open_steps()
        if state.closed:
            break
        if state.may_close() and (not steps or rng.random() < 0.5):
            case.close()
            break
        # Mostly onward: a player who knows nothing still wants to get to the end.
        step = state.steps[steps[-1] if rng.random() < 0.7 else rng.choice(steps)]
        _act_at_random(case, step, rng)
    return case


def _act_at_random(case: Case, step: Step, rng: random.Random) -> None:
    if step.verb in {"judge", "decide"}:
        known = case.recordable(step)
        because = rng.sample(known, min(len(known), rng.randint(0, 3)))
        case.do(step.id, choice=rng.choice(case.options(step)).id, because=because)
        return
    items = case.recordable(step) if step.verb == "record" else [item.id for item in step.items]
    chosen = [item for item in items if rng.random() < 0.6] or items[:1]
    answers = {}
    if step.verb == "fill":
        for item in chosen:
            of = case.item(item).of
            answers[item] = rng.choice(case.procedure.lists[of]).id if of else "?"
    case.do(step.id, items=chosen, answers=answers)
