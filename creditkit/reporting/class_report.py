"""The report of a class: one page on what its marks tell, for the trainer. It names no student."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from creditkit.analysis.class_results import ClassResults, say
from creditkit.analysis.class_tables import percent, span, word_table
from creditkit.analysis.mastery import MASTERED
from creditkit.plots import class_answers, class_results, decision_map
from creditkit.reporting.build import Report
from creditkit.reporting.page import (
    Section,
    cards,
    definitions,
    heading,
    page,
    paragraph,
    picture,
    table,
)
from creditkit.text import Text, phrases, speaking

# Rows of the weakest facts, and of places where a case was left.
MOST_FACTS, MOST_LEFT = 25, 12


def class_report(results: ClassResults, *, lang: str | None = None) -> Report:
    """Make the report of a class.

    Sections without anything to tell, such as confidence that was not asked, are left out.

    Args:
        results: as `class_results` gives them.
        lang: `zh` or `en`; the current language if None.

    Raises:
        ResultsError: nobody handed in anything.

    >>> from creditkit.teaching.simulated_class import simulated_class
    >>> from creditkit.analysis.class_results import class_results
    >>> made = class_report(class_results(simulated_class(students=12, seed=1)), lang="en")
    >>> made.title, "://" in made.html
    ('Class report: Final assessment', False)
    """
    results.required()
    with speaking(lang) as spoken:
        told = results.summary()
        figures = [
            (str(what), str(value), str(remark)) for what, value, remark in _headlines(results)
        ]
        warned = results.warnings()
        first = [
            cards(figures),
            *[paragraph(text, "note") for text in warned],
            *_table(results, "summary"),
        ]
        sections = [Section("summary", str(say("part_summary")), first)]
        sections += [
            Section(id, str(title), body) for id, title, body in _sections(results) if body
        ]
        meanings = [(say(f"term_{term}"), say(f"means_{term}", level=percent(MASTERED)))
                    for term in _MEANINGS]  # fmt: skip
        sections.append(Section("meanings", str(say("part_meanings")), [definitions(meanings)]))
        title = str(say("report_title", title=results.title))
        counts = {"students": f"{told['students']:.0f}", "absent": f"{told['absent']:.0f}"}
        facts = [
            say("report_of", items=len(results.items_table), **counts),
            say(f"report_{results.missing}"),
            say("report_unnamed"),
        ]
        contents = str(phrases("report")("contents"))
        html = page(title, facts, contents, sections, str(say("report_foot")), spoken)
        problems = tuple(str(text) for text in warned)
        return Report(title, html, tuple(figures), (), problems, _day(results), spoken)


_MEANINGS = (
    "difficulty", "discrimination", "alpha", "options", "refs", "decisions", "time", "fairness",
    "calibration",
)  # fmt: skip


def _headlines(results: ClassResults) -> Iterator[tuple[object, object, object]]:
    told, alpha, facts = results.summary(), results.reliability(), results.refs()
    items, fairness = results.items(), results.fairness()
    yield say("card_mean"), percent(told["mean"]), span(told["low"], told["high"])
    if alpha.alpha == alpha.alpha:
        bounds = span(alpha.low, alpha.high, lambda value: f"{value:.2f}")
        yield say("card_alpha"), f"{alpha.alpha:.2f}", bounds
    unknown = int((facts["status"] == "not_mastered").sum())
    yield say("card_refs"), str(unknown), say("of_all", all=len(facts))
    yield say("card_items"), str(int((items["look"] != "").sum())), say("of_all", all=len(items))
    if fairness["difference"].notna().any():
        differing = int(fairness["size"].isin(["large", "moderate"]).sum())
        yield say("card_fairness"), str(differing), say("of_all", all=len(fairness))
    if len(results.confident):
        over = results.overconfidence()
        bounds = span(over["low"], over["high"], lambda value: f"{value:+.0%}")
        yield say("card_calibration"), f"{over['excess']:+.0%}", bounds


def _sections(results: ClassResults) -> Iterator[tuple[str, Text, list[str]]]:
    yield "scores", say("part_scores"), _picture(results, class_results.scores_picture,
                                                 class_results.scores_text)  # fmt: skip
    items = _picture(results, class_results.items_picture, class_results.items_text)
    yield "items", say("part_items"), items + _table(results, "items")
    yield "options", say("part_options"), _options(results)
    yield "refs", say("part_refs"), _refs(results)
    for case in results.cases:
        found = results.decisions(case)
        if found.students:
            body = [
                picture(decision_map.decision_picture(found), decision_map.decision_text(found))
            ]
            left = _table(results, "left", case, most=MOST_LEFT)
            body += left or [paragraph(say("nobody_left"))]
            yield case, say("part_decisions", title=results.label(case, 60)), body
    if results.time()["median"].notna().any():
        time = _picture(results, class_results.time_picture, class_results.time_text)
        yield "time", say("part_time"), time + _table(results, "time")
    if results.fairness()["difference"].notna().any():
        fair = _picture(results, class_answers.fairness_picture, class_answers.fairness_text)
        yield "fairness", say("part_fairness"), fair + _table(results, "fairness")
    if len(results.confident):
        sure = _picture(results, class_answers.calibration_picture, class_answers.calibration_text)
        text = paragraph(class_answers.calibration_text(results))
        yield "calibration", say("part_calibration"), [*sure, text, *_table(results, "calibration")]


def _options(results: ClassResults) -> list[str]:
    """What is worth a remark, then a picture of each question that has such an option."""
    found = results.options()
    if not len(found):
        return []
    looked = list(dict.fromkeys(found.loc[found["look"] != "", "item"]))
    body = _table(results, "options") or [paragraph(say("no_looks"))]
    for item in looked:
        told = class_answers.options_text(results, item)
        body += [heading(results.label(item, 100)),
                 picture(class_answers.options_picture(results, item), told)]  # fmt: skip
    return body


def _refs(results: ClassResults) -> list[str]:
    facts = results.refs()
    if not len(facts):
        return []
    counts = {name: int((facts["status"] == name).sum()) for name in ("mastered", "not_mastered")}
    told = say("refs_weakest", n=min(MOST_FACTS, len(facts)), all=len(facts), **counts)
    drawn = _picture(results, class_results.refs_picture, class_results.refs_text)
    return [paragraph(told), *drawn, *_table(results, "refs", most=MOST_FACTS)]


def _picture(
    results: ClassResults,
    draw: Callable[[ClassResults], Any],
    tell: Callable[[ClassResults], str],
) -> list[str]:
    return [picture(draw(results), tell(results))]


def _table(results: ClassResults, which: str, case: str = "", most: int | None = None) -> list[str]:
    found = word_table(results, which, case)
    if not found.rows:
        return []
    return [table(found.rows[:most], found.columns, numbers=found.numbers)]


def _day(results: ClassResults) -> date:
    """The day of the latest submission."""
    written = results.students_table["written"].dropna()
    return max(datetime.fromisoformat(one) for one in written).date()
