"""Cases for an assessment: all that is needed to play them, and nothing of what they are worth.

A sealed scenario has the situation, the people and what they say; not the truth, what answers
point to, what mislead, what a form should hold, what comes of a route, the lesson, or any ref. A
sealed procedure has the steps and their order; no reason, no right option, no ref.

What informants say is there to be read by whoever opens the file: a case cannot be played without
it, and enciphering it with a key that lies beside it would hide nothing.

Somebody in a procedure may tell the truth outright: the manager whose opinion names the cause, the
customer who is content or not. Nobody can do so in an assessment, so a case ends there.
"""

from creditkit.content.schema import Answer, Option, Penalties, Procedure, Scenario, Step
from creditkit.text import Text, phrases


def cut_short(p: Procedure) -> Procedure:
    """The procedure up to where somebody would tell the truth; what is marked in an assessment.

    >>> from creditkit.content.library import procedure
    >>> [s.id for s in cut_short(procedure("refusal")).steps][-2:]
    ['report_manager', 'opinion']
    """
    end = phrases("handout")("sealed_end")
    steps = {
        s.id: s.model_copy(
            update={"names": None, "truth": None, "reaction": None, "next": (), "end": end}
        )
        if s.names
        else s
        for s in p.steps
    }
    reached, todo = set(), [p.start]
    while todo:
        here = todo.pop()
        if here not in reached:
            reached.add(here)
            todo += [branch.to for branch in steps[here].next]
    return p.model_copy(update={"steps": tuple(s for s in steps.values() if s.id in reached)})


def sealed_procedure(p: Procedure) -> Procedure:
    """The procedure cut short, without what would tell right from wrong.

    >>> from creditkit.content.library import procedure
    >>> {step.right for step in sealed_procedure(procedure("refusal")).steps}
    {None}
    """
    short = cut_short(p)
    items = [item for step in short.steps for item in step.items]
    chosen = {step.choose for step in short.steps} | {item.of for item in items}
    kept = {*short.given.values(), *chosen}
    return short.model_copy(
        update={
            "ref": (),
            "hidden": {},
            "lists": {
                name: tuple(Option(id=o.id, ref=(), title=o.title) for o in options)
                for name, options in short.lists.items()
                if name in kept
            },
            "dimensions": (),
            "penalties": Penalties(order=0, economy=0),
            "steps": tuple(_sealed_step(step) for step in short.steps),
        }
    )


def _sealed_step(step: Step) -> Step:
    bare = {"ref": (), "see": (), "why": None, "ours": False, "needed": True}
    return step.model_copy(
        update={
            "ref": (),
            "why": step.guide,
            "dimension": "",
            "right": None,
            "items": tuple(item.model_copy(update=bare) for item in step.items),
        }
    )


def sealed_scenario(s: Scenario, p: Procedure, name: str) -> Scenario:
    """The scenario without its key, under another name, for the procedure `p` before any cut.

    >>> from creditkit.content.library import procedure, scenario
    >>> sealed_scenario(scenario("pump_maker"), procedure("refusal"), "case1").truth
    {}
    """
    untold = phrases("handout")("sealed_answer")
    telling = {item.id for step in p.steps if step.names for item in step.items}
    fields = {item.id for step in p.steps if step.verb == "fill" for item in step.items}
    answers = {
        item: Answer(zh=a.zh, en=a.en, again=a.again)
        for item, a in s.answers.items()
        if item not in telling | fields
    }
    answers |= {item: Answer(zh=untold.zh, en=untold.en) for item in telling}
    return Scenario(
        scenario=name,
        procedure=s.procedure,
        ref=(),
        title=s.title,
        customer=s.customer,
        given=s.given,
        truth={},
        people=s.people,
        opening=s.opening,
        answers=answers,
        delays=s.delays,
        deadline=s.deadline,
        lesson=Text("—", "—"),
    )
