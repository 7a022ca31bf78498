"""The order of a procedure: what is refused, and the words that teach why."""

from dataclasses import dataclass, field

from creditkit.casework.journal import say
from creditkit.casework.state import ONCE, State
from creditkit.content.schema import Option, Step, holds
from creditkit.text import Text, join, plain


@dataclass(frozen=True, slots=True)
class Reply:
    """What comes of an act: `code` is '' when it was accepted, else why it was refused."""

    accepted: bool
    text: Text
    code: str = ""
    ref: tuple[str, ...] = ()
    answers: dict[str, Text] = field(default_factory=dict)

    def __str__(self) -> str:
        return str(self.text)


def guide(state: State) -> Text:
    """What to do now."""
    return join((state.steps[s].guide for s in state.open_steps()[-1:]), zh="", en=" ")


def refusal(state: State, step: Step, *, real: bool) -> Reply | None:
    """Why a step cannot be worked now, or `None` when it can.

    For a real customer more can always be learnt later, so a step gone by stays open there.
    """
    if step.id in state.open_steps():
        return None
    if step.id in state.done:
        once = step.verb in ONCE or step.names is not None
        if real and not once:
            return None
        here = once and step.id == state.here
        text = say("once" if here else "passed", step=step.title, guide=guide(state))
        return Reply(False, text, "passed", step.ref)
    before = _before(state, step.id)
    if before is not None:
        text = say("not_yet", step=step.title, before=before.title, guide=guide(state))
        return Reply(False, text, "not_yet", before.ref)
    text = say("other_way", step=step.title, when=_condition(state, step.id))
    return Reply(False, text, "other_way", step.ref)


def _before(state: State, step_id: str) -> Step | None:
    """The step right before `step_id` on a way still open from here, if there is one."""
    parents: dict[str, str] = {}
    todo = state.open_steps()[-1:]
    while todo:
        here = todo.pop(0)
        for branch in state.steps[here].next:
            known = {k: v for k, v in branch.when.items() if k in state.values and k != here}
            if holds(known, state.values) and branch.to not in parents:
                parents[branch.to] = here
                todo.append(branch.to)
    return state.steps[parents[step_id]] if step_id in parents else None


def _condition(state: State, step_id: str) -> Text:
    """For which customers or routes a step is, in the words of the procedure's lists."""
    for step in state.steps.values():
        for branch in step.next:
            if branch.to == step_id and branch.when:
                return join(
                    option.title
                    for name, values in branch.when.items()
                    for option in _options_of(state, name)
                    if option.id in values
                )
    return plain(step_id)


def _options_of(state: State, name: str) -> tuple[Option, ...]:
    p = state.procedure
    step = state.steps.get(name)
    return p.lists[p.given.get(name) or (step and (step.choose or step.names)) or ""]
