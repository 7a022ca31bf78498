"""Pictures of the measured quality of sources."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from creditkit.analysis.quality import SHARES, SourceQuality, say
from creditkit.analysis.review import source_title
from creditkit.content.library import comparison, fields
from creditkit.plots.figure import COLOURS, FAINT, INK, new
from creditkit.text import Text, join, plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN = ("objectivity", "authenticity", "completeness", "timeliness", "bias", "age", "cost",
         "cost_per_usable")  # fmt: skip
# From worst to best; dark enough apart to be told in grey.
_SHADES = ("#f6d7b0", "#e9e4c9", "#b9d8c6", "#6fb08f")
_HATCH = {"uncertain": "..", "not_in_source": "//", "not_measured": "xx"}
_SIGNS = {"better": "▲", "worse": "▼", "same": "=", "open": ""}


def figure_words(measure: str, value: float) -> str:
    """A measured value to read: shares in percent, days and CNY as numbers."""
    if np.isnan(value):
        return "–"
    if measure in ("objectivity", "bias"):
        return f"{value:+.1%}" if abs(value) >= 0.0005 else "0.0%"
    return f"{value:.0%}" if measure in SHARES else f"{value:,.0f}"


def in_order(sources: Iterable[Any]) -> list[str]:
    """Sources as the coursework's table has them, then others by name.

    >>> in_order(["credit", "trade fair", "customer", "credit"])
    ['customer', 'credit', 'trade fair']
    """
    there = {str(source) for source in sources}
    known = [row.id for row in comparison().rows if row.id in there]
    return [*known, *sorted(there - set(known))]


def quality_picture(quality: SourceQuality) -> "Figure":
    """Each measure of each source with its 95 % interval; measured without `by`.

    >>> from creditkit.analysis.measuring import measure_sources
    >>> from creditkit.analysis.sample import sample
    >>> measured = measure_sources(sample("facts"), sample("truth"), "2025-12-31")
    >>> len(quality_picture(measured).axes)
    8
    """
    table = quality.table.set_index(["measure", "source"])
    sources = in_order(quality.table["source"])
    figure, axes = new(11.0, 1.8 + 0.62 * len(sources) + 1.6)
    axes.remove()
    panels = figure.subplots(2, 4, sharey=True)
    for panel, measure in zip(panels.ravel(), SHOWN, strict=True):
        panel.spines[["top", "right"]].set_visible(False)
        rows = table.loc[measure].reindex(sources)
        for y, (source, row) in enumerate(rows.iterrows()):
            colour = COLOURS[sources.index(str(source)) % len(COLOURS)]
            panel.plot([row["low"], row["high"]], [y, y], color=colour, lw=5, alpha=0.35,
                       solid_capstyle="butt")  # fmt: skip
            panel.plot([row["value"]], [y], "o", color=colour, ms=6)
            words = figure_words(measure, float(row["value"]))
            panel.annotate(words, (_number(row["value"]), y), (0, 7), fontsize=8.5, ha="center",
                           textcoords="offset points")  # fmt: skip
        if measure in ("objectivity", "bias"):
            panel.axvline(0, color=FAINT, lw=1, ls=":")
        panel.set_title(str(say(f"measure_{measure}")), fontsize=10)
        panel.set_ylim(len(sources) - 0.5, -0.7)
        panel.margins(x=0.18)
        panel.tick_params(axis="x", labelsize=8)
        if measure in SHARES:
            panel.xaxis.set_major_formatter("{x:.0%}")
        panel.locator_params(axis="x", nbins=4)
        panel.set_yticks(range(len(sources)), [str(source_title(s)) for s in sources])
        panel.grid(axis="x", color="#e6e9ee")
    return figure


def quality_text(quality: SourceQuality) -> str:
    """What `quality_picture` shows, in words."""
    wide = quality.wide().reindex(in_order(quality.table["source"]))
    told = [
        say("source_alt", source=source_title(str(source)), figures=join(
            say("figure_alt", measure=say(f"measure_{m}"), value=figure_words(m, float(row[m])))
            for m in SHOWN))
        for source, row in wide.iterrows()
    ]  # fmt: skip
    return str(join(told, zh="；", en="; "))


def grade_title(criterion: str, grade: str) -> Text:
    """A grade of a criterion in words, of `grades`."""
    book = comparison()
    scale = next(c.scale for c in book.criteria if c.id == criterion)
    known = {g.id: g.title for g in book.scales[scale]} | dict(book.unknown)
    return known.get(grade, say("not_measured"))


def measured_grades_picture(found: pd.DataFrame) -> "Figure":
    """Measured grades beside the textbook's, as `grades` gives them without `by`: in each cell the
    measured grade and its value above, the textbook's below; ▲ better than the textbook, ▼ worse,
    = the same. Strokes: not in the source; dots: uncertain; a bold frame: they differ and the whole
    interval lies within the measured grade.

    >>> from creditkit.analysis.measuring import measure_sources
    >>> from creditkit.analysis.quality_grades import grades
    >>> from creditkit.analysis.sample import sample
    >>> measured = measure_sources(sample("facts"), sample("truth"), "2025-12-31")
    >>> len(measured_grades_picture(grades(measured)).axes[0].patches)
    40
    """
    from matplotlib.patches import Rectangle

    book = comparison()
    sources = in_order(found["source"])
    criteria = [c.id for c in book.criteria]
    figure, axes = new(11.0, 1.4 + 1.05 * len(sources))
    for row in found.to_dict("records"):
        x, y = criteria.index(row["criterion"]), sources.index(row["source"])
        for top, part in ((0.04, "measured"), (0.54, "textbook")):
            grade = row[part]
            shade = _shade(row["criterion"], grade)
            axes.add_patch(
                Rectangle((x + 0.02, y + top), 0.96, 0.44, facecolor=shade, edgecolor=FAINT,
                          lw=0.6, hatch=_HATCH.get(grade))
            )  # fmt: skip
            words = str(grade_title(row["criterion"], grade))
            if part == "measured":
                value = figure_words(row["criterion"], float(row["value"]))
                words = f"{words}  {value} {_SIGNS[row['compared']]}"
            patch = {"facecolor": "white", "edgecolor": "none", "pad": 1.2}
            axes.text(x + 0.5, y + top + 0.22, words, ha="center", va="center", fontsize=9,
                      color=INK, bbox=patch if grade in _HATCH else None)  # fmt: skip
        if row["compared"] in ("better", "worse") and row["sure"]:
            right, bottom = x + 0.98, y + 0.98
            axes.plot([x + 0.02, right, right, x + 0.02, x + 0.02],
                      [y + 0.04, y + 0.04, bottom, bottom, y + 0.04], color=INK, lw=2)  # fmt: skip
    axes.set(xlim=(0, len(criteria)), ylim=(len(sources), 0))
    axes.set_xticks([j + 0.5 for j in range(len(criteria))], [str(c.title) for c in book.criteria])
    axes.set_yticks(
        [i + half for i in range(len(sources)) for half in (0.26, 0.76)],
        [str(say(k, source=source_title(s))) for s in sources for k in ("measured", "by_textbook")],
    )
    axes.xaxis.tick_top()
    axes.tick_params(length=0, labelsize=10)
    axes.spines[:].set_visible(False)
    return figure


def measured_grades_text(found: pd.DataFrame) -> str:
    """What `measured_grades_picture` shows, in words: where data and textbook differ."""
    counts = found["compared"].value_counts()
    told = [difference(row) for row in found.to_dict("records")
            if row["compared"] in ("better", "worse")]  # fmt: skip
    parts = join(told, zh="；", en="; ") if told else plain("–")
    return str(say("grades_alt", same=counts.get("same", 0), differ=len(told),
                   open=counts.get("open", 0), parts=parts))  # fmt: skip


def difference(row: Any) -> Text:
    """A row of `grades` in words: what was measured, and what the textbook says."""
    criterion = next(c.title for c in comparison().criteria if c.id == row["criterion"])
    known = not np.isnan([row["low"], row["high"]]).any()
    return say(
        "difference", source=source_title(row["source"]), criterion=criterion,
        measured=grade_title(row["criterion"], row["measured"]),
        value=figure_words(row["criterion"], float(row["value"])),
        textbook=grade_title(row["criterion"], row["textbook"]), ref=row["ref"],
        sure=say("sure" if row["sure"] else "unsure" if known else "no_interval"),
    )  # fmt: skip


def bias_picture(quality: SourceQuality, measure: str = "bias") -> "Figure":
    """A measure by field and source with its interval, `bias` by default; measured by field only.
    Fields stand in the order of the customer's own, or the first source's, from high to low.

    >>> from creditkit.analysis.measuring import measure_sources
    >>> from creditkit.analysis.sample import sample
    >>> measured = measure_sources(sample("facts"), sample("truth"), "2025-12-31", by=["field"])
    >>> len(bias_picture(measured).legends[0].get_texts())
    4
    """
    rows, order, sources = _by_field(quality, measure)
    figure, axes = new(9.5, 1.6 + 0.42 * max(1, len(order)))
    step = 0.8 / max(1, len(sources))
    for i, source in enumerate(sources):
        own = rows.loc[source].reindex(order)
        y = np.arange(len(order)) + (i - (len(sources) - 1) / 2) * step
        colour = COLOURS[i % len(COLOURS)]
        axes.hlines(y, own["low"], own["high"], color=colour, lw=3, alpha=0.35)
        axes.plot(own["value"], y, "osD^vP"[i % 6], color=colour, ms=4.5, ls="",
                  label=str(source_title(source)))  # fmt: skip
    axes.axvline(0, color=INK, lw=1)
    titles = {field.id: str(field.title) for field in fields().values()}
    axes.set_yticks(range(len(order)), [titles[name] for name in order])
    axes.set_ylim(len(order) - 0.4, -0.6)
    if measure in SHARES:
        axes.xaxis.set_major_formatter("{x:+.0%}" if measure in ("bias", "objectivity")
                                       else "{x:.0%}")  # fmt: skip
    axes.set_xlabel(str(say(f"axis_{measure}" if measure in ("bias", "objectivity")
                            else f"measure_{measure}")))  # fmt: skip
    axes.grid(axis="x", color="#e6e9ee")
    axes.tick_params(axis="y", length=0)
    figure.legend(loc="outside lower center", ncols=4, frameon=False)
    return figure


def bias_text(quality: SourceQuality, measure: str = "bias") -> str:
    """What `bias_picture` shows, in words: of each source the highest and the lowest field."""
    rows, _, sources = _by_field(quality, measure)
    titles = {field.id: field.title for field in fields().values()}
    told = []
    for source in sources:
        own = rows.loc[source]["value"].dropna()
        if len(own):
            told.append(say("bias_alt", source=source_title(source),
                            high=titles[str(own.idxmax())],
                            most=figure_words(measure, float(own.max())),
                            low=titles[str(own.idxmin())],
                            least=figure_words(measure, float(own.min()))))  # fmt: skip
    return str(join(told, zh="；", en="; "))


# Inside


def _number(value: Any) -> float:
    return 0.0 if np.isnan(value) else float(value)


def _shade(criterion: str, grade: str) -> str:
    book = comparison()
    scale = [g.id for g in book.scales[next(c.scale for c in book.criteria if c.id == criterion)]]
    if grade not in scale:
        return "white"
    return _SHADES[round(scale.index(grade) / (len(scale) - 1) * (len(_SHADES) - 1))]


def _by_field(quality: SourceQuality, measure: str) -> tuple[pd.DataFrame, list[str], list[str]]:
    """The rows of a measure by source and field, the fields in order, and the sources."""
    table = quality.table[quality.table["measure"] == measure].dropna(subset=["value"])
    sources = in_order(table["source"])
    rows = table.set_index(["source", "field"])[["value", "low", "high"]]
    first = "customer" if "customer" in sources else sources[0] if sources else ""
    names = list(dict.fromkeys(table["field"]))
    own = table[table["source"] == first].set_index("field")["value"].reindex(names)
    return rows, [str(n) for n in own.sort_values(ascending=False, kind="stable").index], sources
