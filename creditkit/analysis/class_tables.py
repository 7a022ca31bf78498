"""The figures of a class as tables in words, for the screen and for the report."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from creditkit.analysis.class_results import ClassResults, ResultsError, say
from creditkit.analysis.decision_map import DecisionMap
from creditkit.analysis.options_taken import option_text
from creditkit.content.library import refs
from creditkit.text import Text, did_you_mean, join, plain

Row = dict[str, Text]


@dataclass(frozen=True)
class WordTable:
    """Rows of text by column; `columns` are the headings, `numbers` the columns of figures."""

    columns: Mapping[str, Text]
    rows: tuple[Row, ...]
    numbers: tuple[str, ...]


def word_table(results: ClassResults, which: str, case: str = "case1") -> WordTable:
    """One of the tables `summary`, `items`, `options` (those worth a look), `refs` (those known
    least first), `left` (where a `case` was left), `time`, `fairness` and `calibration`.

    Raises:
        ResultsError: there is no such table, or no such case.

    >>> from creditkit.text import set_language; set_language("en")
    >>> from creditkit.teaching.simulated_class import simulated_class
    >>> from creditkit.analysis.class_results import class_results
    >>> found = word_table(class_results(simulated_class(students=12, seed=1)), "summary")
    >>> [str(heading) for heading in found.columns.values()]
    ['Figure', 'Value', '95 % interval']
    """
    if which not in TABLES:
        hint = did_you_mean(which, TABLES)
        raise ResultsError(say("no_table", which=which, tables=", ".join(TABLES), hint=hint))
    columns, numbers, rows = TABLES[which]
    found = rows(results.decisions(case)) if which == "left" else rows(results)
    return WordTable({key: say(f"head_{key}") for key in columns}, tuple(found), numbers)


def percent(value: Any) -> str:
    """A share as people read it; a dash where there is none.

    >>> percent(0.256), percent(float("nan"))
    ('26%', '–')
    """
    return f"{value:.0%}" if value == value else "–"


def span(low: Any, high: Any, form: Callable[[Any], str] = percent) -> Text:
    """An interval as people read it."""
    if low != low or high != high:
        return plain("–")
    return say("span", low=form(low), high=form(high))


def _hundredths(value: Any) -> str:
    return f"{value:.2f}" if value == value else "–"


def _points(value: Any) -> str:
    return f"{value:+.0%}" if value == value else "–"


def _summary(results: ClassResults) -> Iterator[Row]:
    told, alpha = results.summary(), results.reliability()
    none = plain("")

    def row(key: str, value: str, interval: Text = none) -> Row:
        return {"figure": say(f"figure_{key}"), "value": plain(value), "interval": interval}

    yield row("students", f"{told['students']:.0f}")
    yield row("absent", f"{told['absent']:.0f}")
    yield row("mean", percent(told["mean"]), span(told["low"], told["high"]))
    yield row("median", percent(told["median"]))
    yield row("sd", percent(told["sd"]))
    yield row("range", str(span(told["lowest"], told["highest"])))
    yield row("alpha", _hundredths(alpha.alpha), span(alpha.low, alpha.high, _hundredths))
    yield row("error", percent(told["error"]))


def _items(results: ClassResults) -> Iterator[Row]:
    for n, (item, row) in enumerate(results.items().iterrows(), start=1):
        yield {
            "n": plain(str(n)),
            "item": results.label(item, 80),
            "attempted": plain(str(row["attempted"])),
            "difficulty": _with(percent(row["difficulty"]), span(row["low"], row["high"])),
            "discrimination": _with(
                _hundredths(row["discrimination"]),
                span(row["d_low"], row["d_high"], _hundredths),
            ),
            "look": say(f"look_{row['look']}") if row["look"] else plain(""),
        }


def _options(results: ClassResults) -> Iterator[Row]:
    table = results.options()
    for _, row in table[table["look"] != ""].iterrows():
        question = results.questions[row["item"]]
        yield {
            "item": results.label(row["item"], 80),
            "option": option_text(question, row["part"], row["option"]),
            "right": say("right_option" if row["right"] else "wrong_option"),
            "taken": say("n_of", n=row["taken"], of=row["shown"]),
            "look": say(f"look_{row['look']}"),
        }


def _refs(results: ClassResults) -> Iterator[Row]:
    texts = refs()
    for ref, row in results.refs().sort_values("share", kind="stable").iterrows():
        yield {
            "ref": plain(str(ref)),
            "fact": texts[str(ref)],
            "share": _with(percent(row["share"]), span(row["low"], row["high"])),
            "status": say(f"status_{row['status']}"),
        }


def _left(found: DecisionMap) -> Iterator[Row]:
    for step, how, what, students in found.left.itertuples(index=False):
        yield {
            "step": found.step_title(step),
            "how": left_words(found, step, how, what),
            "students": plain(str(students)),
        }


def left_words(found: DecisionMap, step: str, how: str, what: str) -> Text:
    """How students left the model path, in words."""
    if how == "choice":
        return say("left_choice", what=found.choice_title(step, what))
    return say(f"left_{how}", what=found.step_title(what) if what else "")


def _time(results: ClassResults) -> Iterator[Row]:
    for item, row in results.time().iterrows():
        known = row["median"] == row["median"]
        ends = (f"{row[name]:.1f}" if known else "–" for name in ("quarter", "three_quarters"))
        yield {
            "item": results.label(item, 80),
            "median": plain(f"{row['median']:.1f}" if known else "–"),
            "middle": say("span", low=next(ends), high=next(ends)) if known else plain("–"),
        }


def _fairness(results: ClassResults) -> Iterator[Row]:
    for item, row in results.fairness().iterrows():
        yield {
            "item": results.label(item, 80),
            "zh": plain(str(row["zh"])),
            "en": plain(str(row["en"])),
            "difference": _with(_points(row["difference"]), span(row["low"], row["high"], _points)),
            "size": say(f"size_{row['size']}"),
        }


def _calibration(results: ClassResults) -> Iterator[Row]:
    for level, row in results.calibration().iterrows():
        yield {
            "confidence": plain(percent(level)),
            "answers": plain(f"{row['answers']:.0f}"),
            "wholly_right": _with(percent(row["share"]), span(row["low"], row["high"])),
        }


def _with(value: str, interval: Text) -> Text:
    return join((plain(value), say("in_brackets", interval=interval)), zh="", en="")


# Columns, those of figures, and the rows.
TABLES: dict[str, tuple[tuple[str, ...], tuple[str, ...], Callable[[Any], Iterator[Row]]]] = {
    "summary": (("figure", "value", "interval"), ("value", "interval"), _summary),
    "items": (
        ("n", "item", "attempted", "difficulty", "discrimination", "look"),
        ("n", "attempted", "difficulty", "discrimination"),
        _items,
    ),
    "options": (("item", "option", "right", "taken", "look"), ("taken",), _options),
    "refs": (("ref", "fact", "share", "status"), ("share",), _refs),
    "left": (("step", "how", "students"), ("students",), _left),
    "time": (("item", "median", "middle"), ("median", "middle"), _time),
    "fairness": (("item", "zh", "en", "difference", "size"), ("zh", "en", "difference"), _fairness),
    "calibration": (
        ("confidence", "answers", "wholly_right"), ("confidence", "answers", "wholly_right"),
        _calibration,
    ),
}  # fmt: skip
