"""A question in the terms other learning platforms share, between our own model and their files.

They know choice, matching, ordering, figures and free text. Our types map onto these:

- single and multiple choice: `choice`, with the share of the marks each option earns or costs;
- order: `ordering`, or, where several may share a place, `matching` of each to its place;
- matching and classification: `matching`;
- table: one `matching` a column, each row to its value;
- figure: `figure`, filled in by a seed, with the known mistakes beside the right answer.

Tags keep what the platforms have no place for (`ref:R1.4`, `level:2`, `type:order`), so that a
question comes back as what it was. What does not come back: the ids of options, the refs of single
options, the drawing of figures, and how many options a seed picks.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from creditkit.content.schema_questions import (
    AnyQuestion,
    Choice,
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
from creditkit.text import Text, in_full, join, phrases, plain

Kind = Literal["choice", "matching", "ordering", "figure"]


def say(key: str, /, **slots: object) -> Text:
    return phrases("exchange")(key, **slots)


@dataclass(frozen=True, slots=True)
class Answer:
    """Something to choose, or a figure: `share` of the marks is 1 when right, below 0 a penalty."""

    text: Text
    share: float = 0.0
    why: Text | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One question as a platform keeps it.

    `answers` are options or figures, or what is put in order, first to last; `pairs` what belongs
    to what; `spare` targets that nothing belongs to. `one` tells a choice of one from one of many.
    """

    id: str
    kind: Kind
    prompt: Text
    why: Text | None = None
    hints: tuple[Text, ...] = ()
    tags: tuple[str, ...] = ()
    points: float = 1.0
    one: bool = True
    answers: tuple[Answer, ...] = ()
    pairs: tuple[tuple[Text, Text], ...] = ()
    spare: tuple[Text, ...] = ()
    tolerance: float = 0.0
    lost: tuple[Text, ...] = ()

    def tagged(self, name: str) -> list[str]:
        """The values of the tags of one name.

        >>> Item("a", "choice", plain("?"), tags=("ref:R1", "ref:R2")).tagged("ref")
        ['R1', 'R2']
        """
        return [tag[len(name) + 1 :] for tag in self.tags if tag.startswith(f"{name}:")]


def items(questions: Iterable[AnyQuestion], seed: int = 0) -> Iterator[Item]:
    """Questions as other platforms keep them; a table becomes one item a column. Essays are left
    out (see `left_out`).

    >>> from creditkit.content.library import questions
    >>> {item.kind for item in items(questions("refusal").items)} == {
    ...     "choice", "matching", "ordering", "figure"}
    True
    """
    for question in questions:
        yield from _items(exercise(question, seed))


def left_out(question: AnyQuestion) -> Text | None:
    """Why a question does not go to other platforms at all; None if it does.

    >>> from creditkit.content.library import questions
    >>> [left_out(q) for q in questions("refusal").items[:2]]
    [None, None]
    """
    return say("essay_left_out") if isinstance(question, Essay) else None


def _items(x: Exercise) -> Iterator[Item]:
    question = x.question
    common = (x.prompt, x.why, x.hints, _tags(question), float(question.points))
    match question:
        case Single(options=options) | Multiple(options=options):
            yield _choice(question, options, common)
        case Order():
            yield _ordering(question, common)
        case Match() | Classify():
            yield _matching(question, common)
        case Table():
            yield from _columns(question, common)
        case Number():
            yield _figure(x, question, common)
        case Essay():
            return


Common = tuple[Text, Text, tuple[Text, ...], tuple[str, ...], float]


def _tags(question: AnyQuestion) -> tuple[str, ...]:
    refs = (f"ref:{ref}" for ref in question.ref)
    return (*refs, f"level:{question.level}", f"type:{question.type}")


def _choice(question: Single | Multiple, options: Sequence[Choice], common: Common) -> Item:
    right = sum(option.right for option in options)
    answers = []
    for option in options:
        if isinstance(question, Single):
            share = float(option.worth)
        else:
            share = 1 / right if option.right else -1 / right
        answers.append(Answer(option.text, share, option.why))
    one = isinstance(question, Single)
    return Item(question.id, "choice", *common, one=one, answers=tuple(answers))


def _ordering(question: Order, common: Common) -> Item:
    stages = sorted(question.items, key=lambda stage: stage.place)
    if len({stage.place for stage in stages}) == len(stages):
        answers = tuple(Answer(stage.text) for stage in stages)
        return Item(question.id, "ordering", *common, answers=answers)
    pairs = tuple((stage.text, plain(str(stage.place))) for stage in stages)
    return Item(question.id, "matching", *common, pairs=pairs)


def places(item: Item) -> Item:
    """An ordering as a matching of each to its place, for platforms without orderings."""
    pairs = tuple((answer.text, plain(str(n))) for n, answer in enumerate(item.answers, start=1))
    return replace(item, kind="matching", answers=(), pairs=pairs)


def _matching(question: Match | Classify, common: Common) -> Item:
    targets = {target.id: target.text for target in question.targets}
    pairs = tuple((item.text, targets[item.to[0]]) for item in question.items)
    used = {item.to[0] for item in question.items}
    spare = tuple(text for id, text in targets.items() if id not in used)
    lost = [say("one_target", item=item.text) for item in question.items if len(item.to) > 1]
    return Item(question.id, "matching", *common, pairs=pairs, spare=spare, lost=tuple(lost))


def _columns(question: Table, common: Common) -> Iterator[Item]:
    prompt, why, hints, tags, points = common
    for column in question.columns:
        values = {value.id: value.text for value in question.lists[column.of]}
        cells = {row.id: question.cells[row.id][column.id].value for row in question.rows}
        pairs = tuple((row.text, values[cells[row.id]]) for row in question.rows)
        spare = tuple(text for id, text in values.items() if id not in cells.values())
        # On a line of its own, where a reader of the file finds it again.
        title = join((prompt, column.text), zh="\n", en="\n")
        mine = (*tags, f"table:{question.id}", f"of:{len(question.columns)}")
        share = points / len(question.columns)
        id = f"{question.id}.{column.id}"
        yield Item(id, "matching", title, why, hints, mine, share, pairs=pairs, spare=spare)


def _figure(x: Exercise, question: Number, common: Common) -> Item:
    answers = [Answer(plain(in_full(x.figure(question.answer))), 1.0)]
    for near in question.near:
        text = plain(in_full(x.figure(near.answer)))
        if text not in [answer.text for answer in answers]:
            answers.append(Answer(text, near.worth, x.filled(near.why)))
    prompt, why, hints, tags, points = common
    if question.unit:
        prompt = join((prompt, say("in_unit", unit=question.unit)), zh="", en=" ")
    lost = (say("drawn", seed=x.seed),) if question.draw else ()
    return Item(question.id, "figure", prompt, why, hints, tags, points, answers=tuple(answers),
                tolerance=question.tolerance, lost=lost)  # fmt: skip
