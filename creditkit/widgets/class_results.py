"""A class's results on screen: pictures and tables that follow the language."""

from collections.abc import Callable
from typing import Any

from creditkit.analysis.class_results import ClassResults, ResultsError, say
from creditkit.analysis.class_tables import TABLES, word_table
from creditkit.plots import class_answers, class_results, decision_map
from creditkit.text import did_you_mean, join
from creditkit.widgets import html
from creditkit.widgets.controls import live_picture
from creditkit.widgets.language import live

# Pictures of the whole class, and those of one item.
WHOLE: dict[str, tuple[Callable[[ClassResults], Any], Callable[[ClassResults], str]]] = {
    "scores": (class_results.scores_picture, class_results.scores_text),
    "items": (class_results.items_picture, class_results.items_text),
    "refs": (class_results.refs_picture, class_results.refs_text),
    "time": (class_results.time_picture, class_results.time_text),
    "fairness": (class_answers.fairness_picture, class_answers.fairness_text),
    "calibration": (class_answers.calibration_picture, class_answers.calibration_text),
}
OF_ITEM: dict[str, tuple[Callable[[ClassResults, str], Any], Callable[[ClassResults, str], str]]]
OF_ITEM = {
    "options": (class_answers.options_picture, class_answers.options_text),
    "decisions": (
        lambda results, item: decision_map.decision_picture(results.decisions(item)),
        lambda results, item: decision_map.decision_text(results.decisions(item)),
    ),
}
# Rows of a long table that are shown.
MOST_ROWS = 20


def class_picture(results: ClassResults, which: str, item: str = "") -> live:
    """A picture of a class's results: `scores`, `items`, `refs`, `time`, `fairness`, `calibration`;
    `options` of a question and `decisions` in a case, by the item's id. A saved notebook keeps what
    the picture says in words.

    Raises:
        ResultsError: there is no such picture, or nothing to draw it of.
    """
    if which in OF_ITEM:
        draw, tell = OF_ITEM[which]
        return live_picture(lambda: draw(results, item), lambda: tell(results, item))
    if which not in WHOLE:
        pictures = [*WHOLE, *OF_ITEM]
        hint = did_you_mean(which, pictures)
        raise ResultsError(say("no_picture", which=which, pictures=", ".join(pictures), hint=hint))
    whole, words = WHOLE[which]
    return live_picture(lambda: whole(results), lambda: words(results))


def class_table(results: ClassResults, which: str, case: str = "case1") -> live:
    """A table of a class's results in words: `summary`, `items`, `options`, `refs`, `left` of a
    case, `time`, `fairness`, `calibration`. Of a long one the first rows are shown.

    Raises:
        ResultsError: there is no such table, or no such case.
    """
    if which not in TABLES:
        word_table(results, which)

    def render() -> str:
        found = word_table(results, which, case)
        if not found.rows:
            return html.page("", f"<p>{html.words(say('no_rows'))}</p>")
        more = len(found.rows) - MOST_ROWS
        told = f"<p class='ck-quiet'>{html.words(say('more_rows', n=more))}</p>" if more > 0 else ""
        return html.table(found.rows[:MOST_ROWS], found.columns, found.numbers) + told

    return live(render)


def class_warnings(results: ClassResults) -> live:
    """What a class of this size cannot carry, in words."""

    def render() -> str:
        told = join(results.warnings() or [say("large_enough")], zh="\n", en="\n")
        return html.page("", f"<p>{html.words(told, limit=3000)}</p>")

    return live(render)
