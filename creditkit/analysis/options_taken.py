"""What was chosen: the options nobody or everybody takes, and those that draw the strong students
to the wrong answer (distractor analysis)."""

from collections.abc import Iterable, Iterator, Mapping
from math import nan
from typing import Any, Literal

import pandas as pd

from creditkit.analysis.estimates import wilson
from creditkit.analysis.item_statistics import correlation
from creditkit.content.schema_questions import (
    AnyQuestion,
    Classify,
    Match,
    Multiple,
    Single,
    Table,
)
from creditkit.text import Text, join

Look = Literal["nobody", "everybody", "tempting", "shunned", ""]
COLUMNS = [
    "item", "part", "option", "right", "shown", "taken", "share", "low", "high", "with_rest",
    "look",
]  # fmt: skip


def options_taken(
    marks: pd.DataFrame, rest: pd.DataFrame, questions: Mapping[str, AnyQuestion], fewest: int
) -> pd.DataFrame:
    """Every option of the questions that offer some, and who took it.

    Of a question with one or several right options these are its options; of matching,
    classification and tables each item or cell is a part with options of its own. Questions of
    order and of figures have none. Only answers that could be marked count.

    Args:
        marks: the table `mark` of `creditkit.teaching.marked`.
        rest: what each student (row) got of the rest of the test, for each item (column).
        questions: by id; those of others are left out.
        fewest: from how many answers on `nobody` and `everybody` are said.

    Returns:
        DataFrame with a row an option: `item`, `part` (str, empty for a whole question), `option`
        (str), `right` (bool), `shown`, `taken` (int64), `share`, `low`, `high` (float64, of those
        it was shown to, with Wilson's interval), `with_rest` (float64, the correlation of taking it
        with the rest of the test) and `look` (str): `nobody` or `everybody` took it; `tempting` is
        a wrong one that surely goes with a good rest, `shunned` a right one that surely goes with
        a bad one (is the key right, the wording clear?); or empty.
    """
    answered = marks[(marks["kind"] == "question") & ~marks["verdict"].isin(_NO_ANSWER)]
    rows = []
    for item, group in answered.groupby("item", sort=False):
        question = questions.get(str(item))
        if question is None:
            continue
        took: dict[tuple[str, str, bool], dict[str, float]] = {}
        chosen_by = group[["student", "answer", "shown"]].itertuples(index=False)
        for student, answer, shown in chosen_by:
            for part, option, is_right, chosen in offered(question, answer, shown):
                took.setdefault((part, option, is_right), {})[student] = float(chosen)
        for (part, option, is_right), by_student in took.items():
            taken = pd.Series(by_student, dtype="float64")
            count, n = int(taken.sum()), len(taken)
            r, low_r, high_r = correlation(taken, rest[str(item)])
            low, high = wilson(count, n)
            look: Look = ""
            if n >= fewest and count in {0, n}:
                look = "everybody" if count else "nobody"
            elif not is_right and low_r > 0:
                look = "tempting"
            elif is_right and high_r < 0:
                look = "shunned"
            share = count / n if n else nan
            rows.append([item, part, option, is_right, n, count, share, low, high, r, look])
    return pd.DataFrame(rows, columns=COLUMNS)


_NO_ANSWER = ("not_attempted", "invalid")


def offered(
    question: AnyQuestion, answer: Any, shown: Iterable[str]
) -> Iterator[tuple[str, str, bool, bool]]:
    """What an answer could have taken: part, option, whether it is right, whether it was taken.

    >>> from creditkit.content.library import questions
    >>> first = questions("refusal").items[0]
    >>> [option for _, option, _, taken in offered(first, "supervisor", ()) if taken]
    ['supervisor']
    """
    match question:
        case Single(options=options):
            for one in options:
                yield "", one.id, one.right, answer == one.id
        case Multiple(options=options):
            there = set(shown)
            for one in options:
                if one.id in there:
                    yield "", one.id, one.right, one.id in answer
        case Match(items=items, targets=targets) | Classify(items=items, targets=targets):
            there = set(shown)
            for placed in items:
                if placed.id in there and placed.id in answer:
                    for target in targets:
                        chosen = answer[placed.id] == target.id
                        yield placed.id, target.id, target.id in placed.to, chosen
        case Table():
            for row, cells in question.cells.items():
                for column in question.columns:
                    if value := (answer.get(row) or {}).get(column.id):
                        for entry in question.lists[column.of]:
                            is_right = cells[column.id].value == entry.id
                            yield f"{row}.{column.id}", entry.id, is_right, value == entry.id


def option_words(question: AnyQuestion, part: str, option: str) -> tuple[Text | None, Text]:
    """What an option is for, of a question with parts, and the option in words.

    >>> from creditkit.content.library import questions
    >>> print(option_words(questions("refusal").items[0], "", "supervisor")[0])
    None
    """
    match question:
        case Single(options=options) | Multiple(options=options):
            return None, next(o.text for o in options if o.id == option)
        case Match(items=items, targets=targets) | Classify(items=items, targets=targets):
            placed = next(i.text for i in items if i.id == part)
            return placed, next(t.text for t in targets if t.id == option)
        case Table():
            row, column = part.split(".")
            of = next(c for c in question.columns if c.id == column)
            cell = join((next(r.text for r in question.rows if r.id == row), of.text), "，", ", ")
            return cell, next(v.text for v in question.lists[of.of] if v.id == option)
    raise ValueError(f"{question.id} offers no options")


def option_text(question: AnyQuestion, part: str, option: str) -> Text:
    """An option in words, with what it is for."""
    placed, words = option_words(question, part, option)
    return join((placed, words), zh="：", en=": ") if placed else words
