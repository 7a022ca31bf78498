"""What is said to an act: that it is done, or why it is out of order or incomplete."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from creditkit.casework.journal import Line, say
from creditkit.casework.state import CHOOSING, ONCE, State
from creditkit.content.schema import Step, holds
from creditkit.content.ways import condition
from creditkit.text import Text, join, plain

if TYPE_CHECKING:
    from creditkit.casework.case import Case

TEXT_LIMIT = 200_000


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


def accepted(case: "Case", step: Step, items: list[str], choice: str | None, line: Line) -> Reply:
    """What is said to an act that was done."""
    if step.verb in {"ask", "collect", "act"}:
        said = {item: case.answer(item, line) for item in items}
        text = join(said.values(), zh="\n", en="\n")
        return Reply(True, text, ref=step.ref, answers=said)
    if step.verb in {"record", "fill"}:
        return Reply(True, say("recorded", count=len(items)), ref=step.ref)
    if step.verb == "report":
        titles = join(case.item(i).title for i in items)
        text = say("reported", who=case.who(step) or plain(""), items=titles)
        return Reply(True, text, ref=step.ref)
    return Reply(True, say("chosen", choice=case.title_of(step, choice or "")), ref=step.ref)


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
                return condition(state.procedure, branch.when)
    return plain(step_id)


def incomplete(
    case: "Case",
    step: Step,
    items: list[str],
    choice: str | None,
    because: list[str],
    text: str,
    answers: Mapping[str, str],
) -> Reply | None:
    """What is missing or wrong in an act that is in order; `None` when nothing is."""
    for words in (text, *answers.values()):
        if refused := too_long(words):
            return refused
    if step.verb in CHOOSING:
        if choice is None:
            return Reply(False, say("empty_choice"), "empty", step.ref)
    elif not items:
        return Reply(False, say("empty_items"), "empty", step.ref)
    learnt = case.recordable(step)
    for item in [*because, *(items if step.verb == "record" else [])]:
        if item not in learnt:
            text_ = say("not_learnt", item=case.item(item).title)
            return Reply(False, text_, "not_learnt", step.ref)
    if case.real and step.verb in {"ask", "collect", "act"}:
        for item in items:
            if not answers.get(item, "").strip():
                text_ = say("empty_answer", item=case.item(item).title)
                return Reply(False, text_, "empty", step.ref)
        if step.names and choice is None:
            return Reply(False, say("empty_choice"), "empty", step.ref)
    return _unfilled(case, step, items, answers) if step.verb == "fill" else None


def _unfilled(
    case: "Case", step: Step, items: list[str], answers: Mapping[str, str]
) -> Reply | None:
    for item in items:
        entry, of = answers.get(item, "").strip(), case.item(item).of
        title = case.item(item).title
        if not entry:
            return Reply(False, say("empty_field", item=title), "empty", step.ref)
        if of and entry not in [o.id for o in case.procedure.lists[of]]:
            values = join(plain(o.id) for o in case.procedure.lists[of])
            text = say("bad_field", item=title, entry=entry, values=values)
            return Reply(False, text, "bad_field", step.ref)
    return None


def too_long(text: str) -> Reply | None:
    if len(text) <= TEXT_LIMIT:
        return None
    return Reply(False, say("too_long", length=len(text), limit=TEXT_LIMIT), "too_long")
