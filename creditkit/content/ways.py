"""The model way through a procedure, and what evidence adds up to."""

from collections.abc import Iterable, Mapping
from typing import Any

from creditkit.content.schema import Procedure, Step, holds


def model_path(p: Procedure, given: Mapping[str, str], truth: Mapping[str, str]) -> list[Step]:
    """The steps of a case in which every judgement is right, in order.

    >>> from creditkit.content.library import procedure
    >>> path = model_path(procedure("refusal"), {"customer": "new"}, {"cause": "fraud"})
    >>> [s.id for s in path][-3:]
    ['inform_sales', 'decide_route', 'drop_customer']
    """
    values = dict(given)
    path: list[Step] = []
    here: str | None = p.start
    while here is not None and len(path) <= len(p.steps):
        step = p.step(here)
        path.append(step)
        if right := right_value(p, step, truth, values):
            values[step.id] = right
        here = next((b.to for b in step.next if holds(b.when, values)), None)
    return path


def right_value(
    p: Procedure, step: Step, truth: Mapping[str, str], values: Mapping[str, str]
) -> str | None:
    """The right value of a step that chooses or names one, `None` for other steps."""
    if hidden := step.right or step.truth:
        return truth.get(hidden)
    if step.choose:
        options = p.lists[step.choose]
        return next((o.id for o in options if o.when and holds(o.when, values)), None)
    return None


def evidence(answers: Iterable[Any]) -> dict[str, int]:
    """How strongly answers, taken together, point to each cause."""
    totals: dict[str, int] = {}
    for answer in answers:
        for cause, strength in answer.supports.items():
            totals[cause] = totals.get(cause, 0) + strength
    return totals
