"""How far one gets in a set of questions without knowing anything.

Blind ways of answering are tried on each question under many seeds: at random, and by what shows
without knowledge, such as always taking the longest option. What such a way earns is no knowledge.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

from creditkit.content.schema_questions import (
    AnyQuestion,
    Classify,
    Essay,
    Match,
    Multiple,
    Number,
    Order,
    Single,
    Table,
)
from creditkit.teaching.exercise import Exercise, exercise
from creditkit.teaching.marking import mark
from creditkit.text import Text, phrases

SEEDS = 200
# A question that pure chance answers this well on average tests nothing.
GUESSED = 0.6
# A blind way that earns this much more than chance over a set gives the set away.
TELLING = 0.25
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Guess:
    """What a blind way earns: `question` is None for a whole set; shares are from 0 to 1."""

    question: str | None
    way: str
    share: float
    chance: float
    count: int

    @property
    def text(self) -> Text:
        say = phrases("rehearsal")
        shares = {"share": f"{self.share:.0%}", "chance": f"{self.chance:.0%}"}
        if self.question is not None:
            return say("guessed", question=self.question, **shares)
        return say("given_away", way=say(self.way), count=self.count, **shares)


def guessable(questions: Iterable[AnyQuestion], seeds: int = SEEDS) -> list[Guess]:
    """The questions that chance answers, and the blind ways that give a set away.

    A question is reported when answers at random earn three fifths of it or more on average; a way
    when it earns a quarter more than chance over at least five questions.

    >>> from creditkit.content.library import questions
    >>> all(guess.question is None for guess in guessable(questions("refusal").items, 20))
    True
    """
    asked = list(questions)
    found: list[Guess] = []
    earned: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for question in asked:
        xs = [exercise(question, seed) for seed in range(seeds)]
        rng = random.Random(f"guess/{question.id}")
        chance = mean(mark(x, _blind(x, rng)).share for x in xs)
        if chance >= GUESSED:
            found.append(Guess(question.id, "random", chance, chance, seeds))
        for way, choose in WAYS.items():
            if isinstance(question, Single | Multiple):
                share = mean(mark(x, choose(x)).share for x in xs[:: max(1, seeds // 20)])
                earned[way].append((share, chance))
    for way, shares in earned.items():
        share, chance = (mean(column) for column in zip(*shares, strict=True))
        if len(shares) >= FEWEST and share >= chance + TELLING:
            found.append(Guess(None, way, share, chance, len(shares)))
    return found


# Inside


def _blind(x: Exercise, rng: random.Random) -> Any:
    """An answer of the right shape, at random."""
    ids = [phrase.id for phrase in x.phrases]
    targets = [target.id for target in x.targets]
    match x.question:
        case Single():
            return rng.choice(ids)
        case Multiple():
            return [id for id in ids if rng.random() < 0.5] or [rng.choice(ids)]
        case Order():
            return rng.sample(ids, len(ids))
        case Match():
            return dict(zip(ids, rng.sample(targets, len(targets)), strict=False))
        case Classify():
            return {id: rng.choice(targets) for id in ids}
        case Table(lists=lists, columns=columns, rows=rows):
            return {r.id: {c.id: rng.choice(lists[c.of]).id for c in columns} for r in rows}
        case Number():
            return rng.randint(0, 100)
        case Essay():
            # Who knows nothing can give the question back.
            return x.prompt.zh


def _every(x: Exercise) -> Any:
    return _as_answer(x, list(x.phrases))


def _echo(x: Exercise) -> Any:
    """The option that has most of the question's own words."""
    asked = set(_pairs(x.prompt.zh))
    best = max(x.phrases, key=lambda o: len(asked & set(_pairs(o.text.zh))))
    return _as_answer(x, [best])


def _pairs(words: str) -> list[str]:
    return [words[i : i + 2] for i in range(len(words) - 1)]


def _as_answer(x: Exercise, chosen: Sequence[Any]) -> Any:
    ids = [phrase.id for phrase in chosen]
    return ids[0] if isinstance(x.question, Single) else ids


def _longest(lang: str) -> Callable[[Exercise], Any]:
    def choose(x: Exercise) -> Any:
        ranked = sorted(x.phrases, key=lambda o: -len(o.text.in_(lang)))
        # Of several, the longer half: a guesser does not know how many are right.
        return _as_answer(x, ranked[: len(ranked) // 2])

    return choose


WAYS: dict[str, Callable[[Exercise], Any]] = {
    "longest_zh": _longest("zh"),
    "longest_en": _longest("en"),
    "every": _every,
    "echo": _echo,
}
