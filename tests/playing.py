"""Working a training case the way the procedure asks, through the verbs a student has."""

from creditkit.casework.case import Case, Reply
from creditkit.casework.walking import model_steps, walk, work
from creditkit.content.schema import Step


def play(case: Case, until: str | None = None) -> Case:
    """Walk the model way; every act on it must be accepted."""

    def accepted(step: Step, reply: Reply) -> None:
        assert reply.accepted, reply.text.in_("en")

    if until is not None:
        assert until in [step.id for step in model_steps(case)]
    walk(case, until, accepted)
    assert case.state.closed == (until is None)
    return case


def told(case: Case) -> str:
    """Everything a reader of the case is told, in both languages: nothing may be left unfilled."""
    texts = [case.title, case.customer, *(case.answer(i, {}) for i in case.state.learnt())]
    return "\n".join(text.in_(lang) for text in texts for lang in ("zh", "en"))


__all__ = ["model_steps", "play", "told", "work"]
