"""The model way through a procedure, and what evidence adds up to."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from creditkit.content.schema import (
    IN_TIME,
    LATE,
    LATENESS,
    Answer,
    Delay,
    Hours,
    Procedure,
    Reaction,
    Step,
    holds,
)
from creditkit.text import Text, join, phrases


def model_path(
    p: Procedure,
    given: Mapping[str, str],
    truth: Mapping[str, str],
    delays: Mapping[str, Delay] | None = None,
    deadline: Hours | None = None,
) -> list[Step]:
    """The steps of a case in which every judgement is right and every needed item is done, in
    order. A step stands there as often as it is worked.

    >>> from creditkit.content.library import procedure
    >>> path = model_path(procedure("refusal"), {"customer": "new"}, {"cause": "fraud"})
    >>> [s.id for s in path][-3:]
    ['inform_sales', 'decide_route', 'drop_customer']
    """
    values = dict(given)
    path: list[Step] = []
    rounds: Counter[str] = Counter()
    hours = 0.0
    here: str | None = p.start
    # No way is longer than this: each round of talks is one step of a list of the procedure.
    longest = len(p.steps) * (2 + max(map(len, p.lists.values())))
    while here is not None and len(path) <= longest:
        step = p.step(here)
        path.append(step)
        if delays and here in delays and not rounds[here]:
            hours += delays[here].hours
        rounds[here] += 1
        hours += hours_of(step, [i for i in step.items if i.is_needed(values)])
        if right := right_value(p, step, truth, values, rounds):
            values[step.id] = right
        if p.clock:
            values[LATENESS] = lateness(p, hours, rounds, deadline)
        here = next((b.to for b in step.next if holds(b.when, values)), None)
    return path


def hours_of(step: Step, items: Iterable[Any]) -> float:
    """The working hours that doing some items of a step takes; a choice counts as one item."""
    return step.takes * max(1, len(list(items)))


def lateness(
    p: Procedure, hours: float, done: Mapping[str, Any], deadline: Hours | None = None
) -> str:
    """Whether a procedure with a clock is late, as conditions see it; `done` names steps done."""
    assert p.clock is not None
    limit = p.clock.deadline if deadline is None else deadline
    settled = p.clock.until in done or p.clock.cleared_by in done
    return LATE if hours > limit and not settled else IN_TIME


def condition(p: Procedure, when: Mapping[str, Iterable[str]]) -> Text:
    """A condition in words: the titles of the values it asks for.

    >>> from creditkit.content.library import procedure
    >>> condition(procedure("refusal"), {"customer": ["new"]}).en
    'new customer'
    """
    titles = []
    for name, values in when.items():
        if name == LATENESS:
            titles += [phrases("case")(f"clock_{value}") for value in values]
            continue
        step = next((s for s in p.steps if s.id == name), None)
        of = p.given.get(name) or (step and (step.choose or step.names)) or ""
        titles += [o.title for o in p.lists.get(of, ()) if o.id in values]
    return join(titles)


def right_value(
    p: Procedure,
    step: Step,
    truth: Mapping[str, str],
    values: Mapping[str, str],
    rounds: Mapping[str, int] | None = None,
) -> str | None:
    """The right value of a step that chooses or names one, `None` for other steps."""
    if step.reaction:
        return _reaction(p, step.reaction, truth, values, rounds or {})
    if hidden := step.right or step.truth:
        return truth.get(hidden)
    if step.choose:
        options = p.lists[step.choose]
        flagged = next((o.id for o in options if o.right), None)
        return flagged or next((o.id for o in options if o.when and holds(o.when, values)), None)
    return None


def _reaction(
    p: Procedure,
    reaction: Reaction,
    truth: Mapping[str, str],
    values: Mapping[str, str],
    rounds: Mapping[str, int],
) -> str:
    patience = [o.id for o in p.lists[p.hidden[reaction.patience]]]
    wanted = patience.index(truth[reaction.patience])
    # What would have been right had every judgement before been right.
    true = dict(values) | {s.id: truth[s.right] for s in p.steps if s.right}
    if values.get(reaction.decision) != right_value(p, p.step(reaction.decision), truth, true):
        wanted += 1
    return reaction.content if rounds.get(reaction.after, 0) >= wanted else reaction.discontent


def evidence(answers: Iterable[Any], among: Iterable[str] | None = None) -> dict[str, int]:
    """How strongly answers, taken together, point to each value, or to each of those `among`."""
    kept = None if among is None else set(among)
    totals: dict[str, int] = {}
    for answer in answers:
        for value, strength in answer.supports.items():
            if kept is None or value in kept:
                totals[value] = totals.get(value, 0) + strength
    return totals


def entered(answer: Answer, entry: str) -> float:
    """How much of what a form field should hold an entry holds, from 0 to 1.

    >>> phone = Answer(zh="021-5550", en="021-5550", accepts=("021-5550",))
    >>> entered(phone, "021 5550"), entered(phone, "5550")
    (1.0, 0.0)
    """
    words = _bare(entry)
    # The whole message copied into a field is no entry.
    longest = 3 * max(len(_bare(answer.zh)), len(_bare(answer.en))) + 20
    if not words or len(words) > longest:
        return 0.0
    held = [any(_bare(one) in words for one in group) for group in answer.accepts]
    return sum(held) / len(held) if held else 1.0


def _bare(words: str) -> str:
    plain = unicodedata.normalize("NFKC", words).casefold()
    return "".join(c for c in plain if c.isalnum())
