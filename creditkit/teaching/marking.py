"""Marking: what an answer is worth, part by part, and why. Nothing of it runs a student's code.

The rules of partial credit, each out of 1:

- single choice: what the chosen option is worth;
- multiple choice: right ones chosen less wrong ones chosen, over all right ones, never below 0;
- order: Kendall's tau between the answer and the valid order nearest to it, never below 0. With
  `d` the neighbours that must be swapped to reach it and `D` the most that could be needed, tau is
  1 - 2 d / D, so that an order made by chance earns nothing on average (M. G. Kendall, "A new
  measure of rank correlation", Biometrika 30, 1938). An item in its place between others that are
  not is partly right, and each is told what it must come before or after;
- matching, classification, table: the share of items or cells that are right;
- figure: 1 within the tolerance, else what the known mistake that leads to it is worth;
- essay: the weights of its key points covered, and half of those covered in part, over all weights
  (`teaching/essay/`).

A part left blank is not attempted, which is not the same as wrong: an answer that is blank
throughout is no attempt at all.
"""

import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

from creditkit.content.schema_questions import (
    GROUPED,
    Choice,
    Classify,
    Essay,
    Match,
    Multiple,
    Number,
    Order,
    Phrase,
    Placed,
    Single,
    Stage,
    Table,
)
from creditkit.teaching.exercise import Exercise
from creditkit.text import BilingualError, Text, did_you_mean, in_full, join, phrases, plain

# What reads essays is large, and no other question needs it.
if TYPE_CHECKING:
    from creditkit.teaching.essay.marker import Marked as MarkedEssay
    from creditkit.teaching.essay.rulings import Ruling

Verdict = Literal["right", "partly", "wrong", "missed", "doubtful", "not_attempted", "invalid"]
EXACT = 1e-9
# A decimal of no more digits is kept by a computer's numbers as it was written.
EXACT_DIGITS = 15


def say(key: str, /, **slots: object) -> Text:
    return phrases("questions")(key, **slots)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an answer: what was said, what is right, and why."""

    id: str
    title: Text
    verdict: Verdict
    said: Text
    right: Text
    why: Text | None
    ref: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """What an answer is worth: `share` from 0 to 1, `points` of `out_of`, and its parts.

    A right part left out of an answer is `missed`. `message` says what is wrong with an invalid
    answer, and what mistake a wrong figure comes from. Of an essay, `essay` says more.
    """

    question: str
    verdict: Verdict
    share: float
    out_of: int
    parts: tuple[Part, ...] = ()
    message: Text | None = None
    essay: "MarkedEssay | None" = None

    @property
    def points(self) -> float:
        return round(self.share * self.out_of, 2)


class AnswerError(BilingualError):
    """An answer that does not fit its question, and how it should look."""


def mark(exercise: Exercise, answer: Any, rulings: "Sequence[Ruling]" = ()) -> Mark:
    """Mark an answer, given as plain data.

    The answer is an option's id (single choice), a list of ids (multiple choice, order), a map
    from item to target (matching, classification), a map from row to column to value (table), a
    number or its digits (figure), or a text (essay). `None`, empty strings, lists and maps are no
    attempt. `rulings` are those of a trainer on points of essays; they hold against the marker.

    An answer that does not fit is marked `invalid`, with a message; nothing is raised.

    >>> from creditkit.content.library import questions
    >>> from creditkit.teaching.exercise import exercise
    >>> order = exercise(next(q for q in questions("refusal").items if q.id == "refusal_order"))
    >>> mark(order, ["inside", "collect", "verify", "report"]).share
    0.6666666666666667
    """
    question = exercise.question
    if _blank(answer):
        return Mark(question.id, "not_attempted", 0.0, question.points)
    essay, message = None, None
    try:
        if isinstance(question, Essay):
            essay = _essay(question, answer, rulings)
            share, parts = essay.share, _points(question, answer, essay)
        else:
            share, parts, message = _parts(exercise, answer)
    except AnswerError as error:
        return Mark(question.id, "invalid", 0.0, question.points, (), error.text)
    verdict: Verdict = "right" if share >= 1 - EXACT else "partly" if share > EXACT else "wrong"
    return Mark(question.id, verdict, share, question.points, tuple(parts), message, essay)


Marked = tuple[float, list[Part], Text | None]


def _parts(exercise: Exercise, answer: Any) -> Marked:
    question = exercise.question
    assert not isinstance(question, Essay), "marked by its key points"
    match question:
        case Single(options=options):
            return _single(options, answer)
        case Multiple():
            return _multiple(exercise, answer)
        case Order():
            return _order(exercise, answer)
        case Match() | Classify():
            return _placed(exercise, answer)
        case Table() as table:
            return _table(table, answer)
        case Number() as number:
            return _number(exercise, number, answer)


def _blank(answer: Any) -> bool:
    if isinstance(answer, str):
        return not answer.strip()
    if isinstance(answer, Mapping):
        return all(map(_blank, answer.values()))
    return answer is None or (isinstance(answer, Sequence) and not len(answer))


def _single(options: tuple[Choice, ...], answer: Any) -> Marked:
    chosen = _one(answer, options)
    right = next(o for o in options if o.right)
    verdict: Verdict = "right" if chosen.right else "partly" if chosen.worth else "wrong"
    parts = [_chosen(chosen, verdict)]
    if not chosen.right:
        parts.append(_chosen(right, "missed"))
    return chosen.worth, parts, None


def _chosen(option: Choice, verdict: Verdict) -> Part:
    said = say("not_chosen" if verdict == "missed" else "was_chosen")
    right = say("to_choose" if option.right else "not_to_choose")
    return Part(option.id, option.text, verdict, said, right, option.why, option.ref)


def _multiple(exercise: Exercise, answer: Any) -> Marked:
    options = [p for p in exercise.phrases if isinstance(p, Choice)]
    chosen = {option.id for option in _several(answer, options)}
    parts = []
    for option in options:
        if option.id in chosen:
            parts.append(_chosen(option, "right" if option.right else "wrong"))
        elif option.right:
            parts.append(_chosen(option, "missed"))
    hits = sum(part.verdict == "right" for part in parts)
    false = sum(part.verdict == "wrong" for part in parts)
    return max(0.0, (hits - false) / sum(o.right for o in options)), parts, None


def _order(exercise: Exercise, answer: Any) -> Marked:
    stages = {p.id: p for p in exercise.phrases if isinstance(p, Stage)}
    given = [stages[p.id] for p in _several(answer, exercise.phrases)]
    if left_out := [p.text for p in exercise.phrases if p.id not in {g.id for g in given}]:
        raise AnswerError(say("order_incomplete", items=join(left_out)))
    swaps = [(a, b) for a, b in combinations(given, 2) if a.place > b.place]
    most = sum(a.place != b.place for a, b in combinations(given, 2))
    parts = []
    for n, stage in enumerate(given, start=1):
        first = 1 + sum(s.place < stage.place for s in given)
        last = first + sum(s.place == stage.place for s in given) - 1
        right = say("place", n=first) if first == last else say("places", first=first, last=last)
        too_early = [b for a, b in swaps if a is stage]
        too_late = [a for a, b in swaps if b is stage]
        verdict: Verdict = "wrong"
        if first <= n <= last:
            # In its place, but others stand on the wrong side of it.
            verdict = "partly" if too_early or too_late else "right"
        right = join(
            [right, *_beside("to_be_after", too_early), *_beside("to_be_before", too_late)],
            zh="；",
            en="; ",
        )
        said = say("place", n=n)
        parts.append(Part(stage.id, stage.text, verdict, said, right, stage.why, stage.ref))
    return max(0.0, 1 - 2 * len(swaps) / most), parts, None


def _beside(key: str, stages: Sequence[Stage]) -> list[Text]:
    return [say(key, items=join(say("quoted", item=s.text) for s in stages))] if stages else []


def _placed(exercise: Exercise, answer: Any) -> Marked:
    items = [p for p in exercise.phrases if isinstance(p, Placed)]
    given = _map(answer, items)
    targets = {t.id: t for t in exercise.targets}
    chosen = {id: _one(value, exercise.targets) for id, value in given.items()}
    if isinstance(exercise.question, Match):
        ids = [target.id for target in chosen.values()]
        if twice := [targets[id].text for id in dict.fromkeys(ids) if ids.count(id) > 1]:
            raise AnswerError(say("target_twice", targets=join(twice)))
    parts = []
    for item in items:
        target = chosen.get(item.id)
        right = join(targets[id].text for id in item.to)
        verdict, said = _verdict(target, target is not None and target.id in item.to)
        parts.append(Part(item.id, item.text, verdict, said, right, item.why, item.ref))
    return _share(parts), parts, None


def _table(question: Table, answer: Any) -> Marked:
    given = _map(answer, question.rows)
    parts = []
    for row in question.rows:
        of_row = _map(given.get(row.id) or {}, question.columns)
        for column in question.columns:
            values = question.lists[column.of]
            cell = question.cells[row.id][column.id]
            value = of_row.get(column.id)
            chosen = None if value is None else _one(value, values)
            verdict, said = _verdict(chosen, chosen is not None and chosen.id == cell.value)
            title = say("cell", row=row.text, column=column.text)
            right = next(v.text for v in values if v.id == cell.value)
            part_id = f"{row.id}.{column.id}"
            parts.append(Part(part_id, title, verdict, said, right, cell.why, cell.ref))
    return _share(parts), parts, None


def _number(exercise: Exercise, question: Number, answer: Any) -> Marked:
    value = _figure(question, answer)
    right = exercise.figure(question.answer)
    share, why = 0.0, None
    if abs(value - right) <= question.tolerance + EXACT * max(1.0, abs(right)):
        share = 1.0
    else:
        for near in question.near:
            mistaken = exercise.figure(near.answer)
            if abs(value - mistaken) <= question.tolerance + EXACT * max(1.0, abs(mistaken)):
                share, why = near.worth, exercise.filled(near.why)
                break
    verdict: Verdict = "right" if share == 1 else "partly" if share else "wrong"
    title = question.unit or say("figure")
    said = in_full(answer) if isinstance(answer, int | float) else str(answer).strip()
    part = Part("figure", title, verdict, plain(said), plain(_shown(right)), why)
    return share, [part], why


def _shown(figure: float) -> str:
    """A figure in full. One that no decimal states, such as 1000 / 3, is rounded as far as anybody
    would write it out: six digits, and always the hundredths.
    """
    words = in_full(figure)
    if sum(map(str.isdigit, words.strip("-0."))) <= EXACT_DIGITS or float(figure).is_integer():
        return words
    places = max(2, 5 - math.floor(math.log10(abs(figure))))
    return in_full(round(figure, places))


def _essay(question: Essay, answer: Any, rulings: "Sequence[Ruling]") -> "MarkedEssay":
    from creditkit.teaching.essay.marker import mark_essay
    from creditkit.teaching.essay.rulings import overruled

    if not isinstance(answer, str):
        raise AnswerError(say("needs_text"))
    return overruled(question, mark_essay(question, answer), answer, rulings)


def _points(question: Essay, answer: str, marked: "MarkedEssay") -> list[Part]:
    parts = []
    for point in question.key:
        finding = marked.findings[point.id]
        said = plain(" … ".join(answer[a:b] for a, b in finding.evidence))
        parts.append(
            Part(point.id, point.text, _OF_STATE[finding.state], said, point.text, None, point.ref)
        )
    return parts


_OF_STATE: dict[str, Verdict] = {
    "covered": "right",
    "partly": "partly",
    "doubtful": "doubtful",
    "missing": "missed",
    "contradicted": "wrong",
}


def _verdict(chosen: Phrase | None, right: bool) -> tuple[Verdict, Text]:
    if chosen is None:
        return "not_attempted", say("left_blank")
    return ("right" if right else "wrong"), chosen.text


def _share(parts: Sequence[Part]) -> float:
    return sum(part.verdict == "right" for part in parts) / len(parts)


def _one(answer: Any, among: Iterable[Phrase]) -> Any:
    known = {phrase.id: phrase for phrase in among}
    if not isinstance(answer, str):
        raise AnswerError(say("needs_id", ids=", ".join(known)))
    if answer not in known:
        hint = did_you_mean(answer, known)
        raise AnswerError(say("unknown_id", id=answer, hint=hint, ids=", ".join(known)))
    return known[answer]


def _several(answer: Any, among: Iterable[Phrase]) -> list[Any]:
    among = list(among)
    if not isinstance(answer, list | tuple):
        raise AnswerError(say("needs_list"))
    found = [_one(one, among) for one in answer]
    if len({phrase.id for phrase in found}) < len(found):
        raise AnswerError(say("twice"))
    return found


def _map(answer: Any, among: Iterable[Phrase]) -> dict[str, Any]:
    among = list(among)
    if not isinstance(answer, Mapping):
        raise AnswerError(say("needs_map"))
    return {_one(id, among).id: value for id, value in answer.items() if not _blank(value)}


def _figure(question: Number, answer: Any) -> float:
    if isinstance(answer, int | float) and not isinstance(answer, bool):
        value = float(answer)
    else:
        words = unicodedata.normalize("NFKC", str(answer)).casefold()
        for unit in (question.unit.zh, question.unit.en) if question.unit else ():
            words = words.removesuffix(unicodedata.normalize("NFKC", unit).casefold()).strip()
        words = words.replace(" ", "")
        try:
            value = float(words.replace(",", "") if GROUPED.fullmatch(words) else words)
        except ValueError:
            raise AnswerError(say("not_a_figure", answer=str(answer)[:40])) from None
    if not math.isfinite(value):
        raise AnswerError(say("not_a_figure", answer=str(answer)[:40]))
    return value
