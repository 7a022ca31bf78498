"""Working a training case the way the procedure asks, through the verbs a student has."""

from creditkit.casework.case import Case, Reply
from creditkit.content.schema import Step
from creditkit.content.ways import model_path, right_value


def model_steps(case: Case) -> list[Step]:
    """The steps of a training case in which every judgement is right, in order."""
    assert case.scenario is not None
    s = case.scenario
    return model_path(case.procedure, case.given, s.truth, s.delays, s.deadline)


def work(case: Case, step: Step) -> Reply:
    """Work one step as the procedure asks: every needed item, the right choice."""
    assert case.scenario is not None
    values = case.state.values
    items = [item.id for item in step.items if item.is_needed(values)]
    if step.verb == "ask":
        return case.ask(*items)
    if step.verb == "collect":
        return case.collect(*items)
    if step.verb == "act":
        return case.act(*items)
    if step.verb == "fill":
        models = {i: case.scenario.answers[i] for i in items}
        listed = {i for i in items if case.item(i).of}
        return case.fill(**{i: m.accepts[0][0] if i in listed else m.en for i, m in models.items()})
    if step.verb == "record":
        return case.record()
    if step.verb == "report":
        return case.report(*items)
    right = right_value(case.procedure, step, case.scenario.truth, values)
    assert right is not None
    answers = case.scenario.answers
    grounds = [i for i in case.recordable(step) if i in answers and right in answers[i].supports]
    return (case.judge if step.verb == "judge" else case.decide)(right, because=grounds)


def play(case: Case, until: str | None = None) -> Case:
    """Work on the model way from where the case stands, to its closing or to before `until`."""
    for step in model_steps(case):
        if step.id == until:
            return case
        if step.id in case.state.done and not case.state.reenters(step.id):
            continue
        reply = work(case, step)
        assert reply.accepted, reply.text.in_("en")
    assert until is None, until
    assert case.close().accepted
    return case


def told(case: Case) -> str:
    """Everything a reader of the case is told, in both languages: nothing may be left unfilled."""
    texts = [case.title, case.customer, *(case.answer(i, {}) for i in case.state.learnt())]
    return "\n".join(text.in_(lang) for text in texts for lang in ("zh", "en"))
