"""A class's results on screen: pictures and tables that follow the language."""

from collections.abc import Callable
from typing import Any

from creditkit.analysis.class_results import ClassResults, ResultsError, say
from creditkit.analysis.class_tables import TABLES, word_table
from creditkit.plots import class_answers, class_results, decision_map
from creditkit.text import Text, did_you_mean, join
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
    "parts": (class_answers.options_picture, class_answers.options_text),
    "decisions": (
        lambda results, item: decision_map.decision_picture(results.decisions(item)),
        lambda results, item: decision_map.decision_text(results.decisions(item)),
    ),
}
# Rows of a long table that are shown.
MOST_ROWS = 20


def class_picture(results: ClassResults, which: str, item: str = "") -> live:
    """A picture of a class's results: `scores`, `items`, `refs`, `time`, `fairness`, `calibration`;
    `options` of a choice, `parts` of a question with parts and `decisions` in a case, by the item's
    id or of the first there is. A saved notebook keeps what the picture says in words; so it does
    where this class has nothing to draw.

    Raises:
        ResultsError: there is no such picture, or nothing to draw of the item that was named.
    """
    if which not in WHOLE and which not in OF_ITEM:
        pictures = [*WHOLE, *OF_ITEM]
        hint = did_you_mean(which, pictures)
        raise ResultsError(say("no_picture", which=which, pictures=", ".join(pictures), hint=hint))
    if which in OF_ITEM:
        draw, tell = OF_ITEM[which]
        one = item or results.first(which)
        if not one:
            return _only(say(f"none_{which}"))
        return live_picture(lambda: draw(results, one), lambda: tell(results, one))
    whole, words = WHOLE[which]
    try:
        return live_picture(lambda: whole(results), lambda: words(results))
    except ResultsError as error:
        return _only(error.text)


def _only(words: Text) -> live:
    """Words in place of a picture that this class has nothing for."""
    return live(lambda: html.page("", f"<p>{html.words(words)}</p>"))


def class_table(results: ClassResults, which: str, case: str = "") -> live:
    """A table of a class's results in words: `summary`, `items`, `options`, `refs`, `left` of a
    case (the first if none is named), `time`, `fairness`, `calibration`. Of a long one the first
    rows are shown.

    Raises:
        ResultsError: there is no such table, or no such case.
    """
    if which not in TABLES:
        word_table(results, which)

    case = case or results.first("decisions")

    def render() -> str:
        found = word_table(results, which, case) if case or which != "left" else None
        if found is None or not found.rows:
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
