"""Which step a call means, by the names it uses; what is not there is told with a hint."""

from collections.abc import Iterable, Sequence

from creditkit.casework.journal import say
from creditkit.casework.opening import CaseError
from creditkit.casework.state import State
from creditkit.content.schema import Option, Procedure, Step
from creditkit.text import did_you_mean

# Verbs that work the items of their own step; others name items of steps before.
OWN_ITEMS = frozenset({"ask", "collect", "act", "fill", "report"})


def step_named(state: State, step_id: str) -> Step:
    """The step of that id.

    Raises:
        CaseError: there is none.
    """
    if step_id not in state.steps:
        raise _unknown("unknown_step", step_id, state.steps)
    return state.steps[step_id]


def step_of(procedure: Procedure, item_id: str) -> Step:
    """The step that an item belongs to.

    Raises:
        CaseError: there is no such item.
    """
    for step in procedure.steps:
        if any(item.id == item_id for item in step.items):
            return step
    raise _unknown("unknown_item", item_id, [i.id for s in procedure.steps for i in s.items])


def step_to_record(state: State, items: Sequence[str]) -> Step:
    """The step that puts these items on record; without items, the next one that records."""
    if items:
        source = step_of(state.procedure, items[0]).id
        for step in state.procedure.steps:
            if step.verb == "record" and source in step.of:
                return step
    return next_step(state, "record")


def next_step(state: State, verb: str) -> Step:
    """The step that a verb means when no step is named: one that is open, else one still ahead.

    Raises:
        CaseError: the procedure has no such step.
    """
    steps = [s for s in state.procedure.steps if s.verb == verb]
    if not steps:
        raise CaseError(say("no_step_for", verb=verb))
    opened = [s for s in steps if s.id in state.open_steps()]
    ahead = [s for s in steps if s.id not in state.done]
    return opened[-1] if opened else (ahead or steps)[0]


def check_items(procedure: Procedure, items: Iterable[str], step: Step | None = None) -> None:
    """Raise CaseError for an item that is not there, or not in the step that works it."""
    steps = [step] if step is not None and step.verb in OWN_ITEMS else procedure.steps
    known = [i.id for s in steps for i in s.items]
    for item in items:
        if item not in known:
            raise _unknown("unknown_item", item, known)


def check_choice(options: Iterable[Option], choice: str | None) -> None:
    """Raise CaseError for a choice that is none of the options."""
    known = [o.id for o in options]
    if choice is not None and choice not in known:
        raise _unknown("unknown_option", choice, known)


def _unknown(message: str, name: str, known: Iterable[str]) -> CaseError:
    return CaseError(say(message, name=name, hint=did_you_mean(name, known)))
