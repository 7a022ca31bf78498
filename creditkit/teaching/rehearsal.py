"""What a trainer should know of a scenario or a set of questions before a class meets it."""

from dataclasses import dataclass

from creditkit.casework.case import Case
from creditkit.casework.debrief import debrief
from creditkit.casework.walking import random_walks, walk
from creditkit.content.library import procedure
from creditkit.content.schema import Scenario
from creditkit.content.schema_questions import Questions
from creditkit.teaching.guessing import guessable
from creditkit.text import BilingualError, Text, join, phrases, plain

EXACT = 1e-6
# A case that a tenth of those who know nothing work this well teaches little.
TOO_EASY = 0.75


@dataclass(frozen=True, slots=True)
class Remark:
    """Something found; `problem` where it should be mended."""

    text: Text
    problem: bool = False


class RehearsalError(BilingualError):
    """A wish that cannot be met, such as no walks at all."""


def say(key: str, /, **slots: object) -> Text:
    return phrases("rehearsal")(key, **slots)


def of_scenario(scenario: Scenario, count: int = 10_000, seed: int = 1) -> list[Remark]:
    """Work a scenario the model way once and at random many times; see what comes of it.

    Told are: a model way that does not earn all points, endings of the procedure that no walk
    reaches, points that nobody wins by chance, walks that go round in circles, what working
    without knowledge earns.

    Raises:
        RehearsalError: `count` is less than 1.

    >>> from creditkit.content.library import scenario
    >>> [remark.problem for remark in of_scenario(scenario("pump_maker"), 200)]
    [False, False]
    """
    if count < 1:
        raise RehearsalError(say("bad_walks", count=count))
    model = walk(Case.practice(scenario))
    result = debrief(model)
    found = []
    if not model.state.closed:
        found.append(Remark(say("model_stuck", step=model.state.here), True))
    elif (share := result.points / result.out_of) < 1 - EXACT:
        missed = join(line.title for s in result.scores for line in s.lines
                      if line.points < line.out_of - EXACT)  # fmt: skip
        found.append(Remark(say("model_short", share=f"{share:.1%}", lines=missed), True))
    walks = random_walks(scenario, count, seed)
    steps = {step.id: step for step in procedure(scenario.procedure).steps}
    reached = join((say("ending", end=steps[id].title, count=n)
                    for id, n in walks.endings.most_common()), zh="；", en="; ")  # fmt: skip
    found.append(Remark(say("walked", count=count, endings=reached)))
    ends = [step for step in steps.values() if step.end is not None]
    if never := [step.title for step in ends if step.id not in walks.endings]:
        found.append(Remark(say("never_ended", ends=join(never)), True))
    if walks.given_up:
        found.append(Remark(say("in_circles", count=walks.given_up), True))
    if never_won := [title for (_, title), share in walks.won.items() if share < EXACT]:
        titles = join(plain(title) for title in dict.fromkeys(never_won))
        found.append(Remark(say("never_won", lines=titles)))
    shares = sorted(walks.shares)
    middle, high = shares[len(shares) // 2], shares[int(0.9 * (len(shares) - 1))]
    text = say("by_chance", middle=f"{middle:.0%}", high=f"{high:.0%}")
    found.append(Remark(text, high >= TOO_EASY))
    return found


def of_questions(questions: Questions) -> list[Remark]:
    """What of a set of questions can be had without knowledge; see `guessable`."""
    guesses = [Remark(guess.text, True) for guess in guessable(questions.items)]
    return guesses or [Remark(say("not_guessable", count=len(questions.items)))]
