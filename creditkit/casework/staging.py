"""A training case told step by step, for a class that looks at one screen together.

The case is worked the model way; each thing asked, each answer and each judgement is a stage of
its own. Before a judgement is told there is a stage at which the class can be polled.
"""

from dataclasses import dataclass
from typing import Literal

from creditkit.casework.case import Case
from creditkit.casework.debrief import debrief
from creditkit.content.schema import Item, Option, Scenario, Step
from creditkit.content.ways import evidence, model_path, right_value
from creditkit.text import Text

Kind = Literal["situation", "asked", "answer", "done", "poll", "judgement", "end"]


@dataclass(frozen=True, slots=True)
class Stage:
    """What the class sees at one moment.

    `question` is what is asked or to be done, `asks` what one step asks in all, `said` what comes
    of it and `who` says it. A poll and its judgement have `options`, a judgement also which of them
    are `right`, and as `grounds` the answers heard so far that speak for them. `why` says why the
    step matters; at the end it is the lesson.
    """

    kind: Kind
    step: str
    title: Text
    question: Text | None = None
    asks: tuple[Text, ...] = ()
    said: Text | None = None
    who: Text | None = None
    options: tuple[Option, ...] = ()
    right: tuple[str, ...] = ()
    grounds: tuple[tuple[Text, Text], ...] = ()
    why: Text | None = None
    ref: tuple[str, ...] = ()


def stages(scenario: Scenario) -> tuple[Stage, ...]:
    """The stages of a scenario from its situation to its end, in order.

    A judgement is told as what was heard up to then supports most strongly, so that an early one
    does not give the end away; where the evidence names none, it is the true one. A step worked
    in several rounds is polled in the first.

    >>> from creditkit.content.library import scenario
    >>> told = stages(scenario("pump_maker"))
    >>> [stage.kind for stage in told[:3]]
    ['situation', 'asked', 'answer']
    >>> [stage.step for stage in told if stage.kind == "poll"]
    ['judge_preliminary', 'judge_further', 'decide_route']
    """
    case, s = Case.practice(scenario), scenario
    told = [Stage("situation", "", s.title, case.procedure.question, said=s.opening)]
    for step in model_path(case.procedure, s.given, s.truth, s.delays, s.deadline):
        told += _told(case, step)
    case.close()
    d = debrief(case)
    grounds = tuple((m.item, m.why) for m in d.misleading)
    told.append(Stage("end", "", d.truth, said=d.outcome, grounds=grounds, why=s.lesson, ref=s.ref))
    return tuple(told)


def _told(case: Case, step: Step) -> list[Stage]:
    """Work one step; its stages."""
    first = not case.state.rounds[step.id]
    options = case.options(step) if step.choose else ()
    right = _right(case, step) if step.choose else ()
    grounds = _grounds(case, step, right)
    items = _work(case, step)
    line = case.journal.lines[-1]
    title, guide, ref = step.title, step.guide, step.ref
    if step.choose:
        poll = Stage("poll", step.id, title, guide, options=options, ref=ref)
        why = next((o.why for o in options if o.id in right and o.why), step.why)
        judged = Stage("judgement", step.id, title, guide, options=options, right=right,
                       grounds=grounds, why=why, ref=ref)  # fmt: skip
        return [poll, judged] if first else [judged]
    who = case.who(step)
    asks = tuple(i.ask or i.title for i in items)
    if step.verb in {"record", "report"}:
        papers = tuple(i.title for i in items)
        return [Stage("done", step.id, title, guide, papers, who=who, why=step.why, ref=ref)]
    asked = Stage("asked", step.id, title, guide, asks, who=who, why=step.why, ref=ref)
    answers = [
        Stage("answer", step.id, title, ask, said=_said(case, i, line), who=who,
              why=i.why or step.why, ref=i.ref)
        for i, ask in zip(items, asks, strict=True)
    ]  # fmt: skip
    return [asked, *answers] if first and len(items) > 1 else answers


def _work(case: Case, step: Step) -> list[Item]:
    """Do all that the step needs, with the right choice; returns the items done."""
    assert case.scenario is not None
    values = case.state.values
    if step.choose:
        right = right_value(case.procedure, step, case.scenario.truth, values)
        case.do(step.id, choice=right)
        return []
    if step.verb == "record":
        ids = case.recordable(step)
    else:
        ids = [i.id for i in step.items if i.is_needed(values)]
    models = case.scenario.answers
    fields = {i: models[i].accepts[0][0] if case.item(i).of else models[i].en for i in ids
              if step.verb == "fill"}  # fmt: skip
    case.do(step.id, items=ids, answers=fields)
    return [case.item(i) for i in ids]


def _said(case: Case, item: Item, line: dict[str, object]) -> Text:
    assert case.scenario is not None
    if line["act"] == "fill" and not item.of:
        return case.scenario.answers[item.id].text
    return case.answer(item.id, line)


def _heard(case: Case, step: Step) -> list[str]:
    """The answers a judgement rests on, as far as they were heard."""
    learnt = case.state.learnt()
    asked = [i.id for s in step.of for i in case.state.steps[s].items] or list(learnt)
    return [i for i in asked if i in learnt]


def _right(case: Case, step: Step) -> tuple[str, ...]:
    assert case.scenario is not None
    s = case.scenario
    options = case.options(step)
    true = right_value(case.procedure, step, s.truth, case.state.values)
    if step.verb == "decide":
        return tuple(o.id for o in options if o.id == true or o.right)
    told = (s.answers[i] for i in _heard(case, step) if i in s.answers)
    heard = evidence(told, among=[o.id for o in options])
    best = max(heard.values(), default=0)
    return tuple(o.id for o in options if (heard.get(o.id) == best if best else o.id == true))


def _grounds(case: Case, step: Step, right: tuple[str, ...]) -> tuple[tuple[Text, Text], ...]:
    """The answers heard that speak for what is told as right: the item and what was said."""
    assert case.scenario is not None
    if step.verb != "judge":
        return ()
    answers = case.scenario.answers
    return tuple(
        (case.item(i).title, answers[i].text)
        for i in _heard(case, step)
        if i in answers and set(right) & set(answers[i].supports)
    )
