"""Pictures of a class's marks: the marks, the items, the facts, the time."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from creditkit.analysis.class_results import ClassResults, say
from creditkit.analysis.class_tables import percent
from creditkit.analysis.mastery import MASTERED
from creditkit.content.library import refs
from creditkit.plots.figure import COLOURS, FAINT, INK, new
from creditkit.text import short

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GRID = "#e6e9ee"
# Told apart by shape as well.
STATUS = {
    "mastered": (COLOURS[2], "o"),
    "open": (COLOURS[4], "D"),
    "not_mastered": (COLOURS[5], "X"),
}


def intervals(
    axes: "Axes",
    table: "pd.DataFrame",
    value: str,
    kind: str,
    looks: Mapping[str, tuple[str, str]],
) -> None:
    """A row of the table each: `value` with `low` and `high`, in colour and shape of its kind."""
    for name, (colour, marker) in looks.items():
        places = [y for y, found in enumerate(table[kind]) if found == name]
        rows = table.iloc[places]
        spread = [rows[value] - rows["low"], rows["high"] - rows[value]]
        axes.errorbar(rows[value], places, xerr=spread, fmt=marker, color=colour, capsize=3,
                      lw=1.6, ms=6, label=str(say(f"{kind}_{name}")))  # fmt: skip


def scores_picture(results: ClassResults) -> "Figure":
    """How many students have which mark, in steps of ten per cent; mean and median.

    >>> from creditkit.teaching.simulated_class import simulated_class
    >>> from creditkit.analysis.class_results import class_results
    >>> found = class_results(simulated_class(students=12, seed=1))
    >>> len(scores_picture(found).axes[0].patches) >= 10
    True
    """
    from matplotlib.ticker import MaxNLocator

    figure, axes = new(8.5, 3.8)
    told = results.summary()
    axes.hist(results.scores, bins=[n / 10 for n in range(11)], color=COLOURS[0], rwidth=0.92)
    if told["low"] == told["low"]:
        axes.axvspan(told["low"], told["high"], color=COLOURS[1], alpha=0.25, lw=0)
    mean, median = str(say("mean_line")), str(say("median_line"))
    axes.axvline(told["mean"], color=COLOURS[1], lw=2, label=mean)
    axes.axvline(told["median"], color=INK, lw=1.5, ls=":", label=median)
    axes.set_xlim(0, 1)
    axes.set_xticks([n / 10 for n in range(11)])
    axes.xaxis.set_major_formatter("{x:.0%}")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel(str(say("score_axis")))
    axes.set_ylabel(str(say("students_axis")))
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False)
    return figure


def scores_text(results: ClassResults) -> str:
    """What `scores_picture` shows, in words."""
    told = results.summary()
    names = ("mean", "low", "high", "median", "lowest", "highest")
    shares = {name: percent(float(told[name])) for name in names}
    return str(say("scores_alt", n=int(told["students"]), **shares))


def items_picture(results: ClassResults) -> "Figure":
    """Each item by how hard it is and how well it goes with the rest, with both intervals; items
    by number, those worth a look as red crosses.

    >>> from creditkit.teaching.simulated_class import simulated_class
    >>> from creditkit.analysis.class_results import class_results
    >>> found = class_results(simulated_class(students=12, seed=1))
    >>> len(items_picture(found).axes)
    2
    """
    table = results.items()
    figure, axes = new(11.0, max(4.6, 1.2 + 0.25 * len(table)))
    axes.remove()
    axes, key = figure.subplots(1, 2, width_ratios=(3, 2))
    known = table[table["discrimination"].notna()]
    x, y = known["difficulty"], known["discrimination"]
    # An interval may end where the estimate lies; rounding must not turn it about.
    widths = [(x - known["low"]).clip(lower=0), (known["high"] - x).clip(lower=0)]
    heights = [(y - known["d_low"]).clip(lower=0), (known["d_high"] - y).clip(lower=0)]
    axes.errorbar(x, y, xerr=widths, yerr=heights, fmt="none", ecolor="#c9d1da", lw=1, zorder=1)
    for look, colour, marker in ((False, COLOURS[0], "o"), (True, COLOURS[5], "X")):
        some = known[(known["look"] != "") == look]
        if not len(some):
            continue
        label = str(say("look_marked" if look else "look_fine"))
        axes.scatter(some["difficulty"], some["discrimination"], s=70, color=colour, marker=marker,
                     label=label, zorder=3)  # fmt: skip
    numbers = {item: n for n, item in enumerate(table.index, start=1)}
    for item, row in known.iterrows():
        axes.annotate(str(numbers[item]), (row["difficulty"], row["discrimination"]),
                      xytext=(5, 5), textcoords="offset points", fontsize=9.5)  # fmt: skip
    axes.axhline(0, color=FAINT, lw=1, ls=":")
    axes.set(xlim=(0, 1.02), ylim=(min(-0.3, float(y.min()) - 0.1) if len(y) else -0.3, 1.0))
    axes.xaxis.set_major_formatter("{x:.0%}")
    axes.set_xlabel(str(say("difficulty_axis")))
    axes.set_ylabel(str(say("discrimination_axis")))
    axes.grid(color=GRID)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    if len(known):
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False)
    key.axis("off")
    for place, (item, n) in enumerate(numbers.items()):
        colour = COLOURS[5] if table.loc[item, "look"] else INK
        key.text(0, 1 - (place + 0.5) / len(numbers), f"{n}  {results.label(item)}", va="center",
                 fontsize=9.5, color=colour, transform=key.transAxes)  # fmt: skip
    return figure


def items_text(results: ClassResults) -> str:
    """What `items_picture` shows, in words."""
    table = results.items()
    weakest = table["discrimination"].dropna()
    return str(
        say(
            "items_alt",
            n=len(table),
            hardest=results.label(table["difficulty"].idxmin()),
            weakest=results.label(weakest.idxmin()) if len(weakest) else "–",
            look=int((table["look"] != "").sum()),
        )
    )


def refs_picture(results: ClassResults, most: int = 25) -> "Figure":
    """The facts the class knows least, with intervals and the threshold as a dotted line.

    Args:
        most: how many facts are shown.

    >>> from creditkit.teaching.simulated_class import simulated_class
    >>> from creditkit.analysis.class_results import class_results
    >>> found = class_results(simulated_class(students=12, seed=1))
    >>> len(refs_picture(found, most=10).axes[0].get_yticklabels())
    10
    """
    table = results.refs().sort_values("share", kind="stable").head(most)
    figure, axes = new(10.5, 1.3 + 0.3 * len(table))
    intervals(axes, table, "share", "status", STATUS)
    axes.axvline(MASTERED, color=FAINT, ls=":", lw=1.5)
    facts = refs()
    axes.set_yticks(
        range(len(table)), [f"{ref}  {short(str(facts[ref]), 46)}" for ref in table.index]
    )
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter("{x:.0%}")
    axes.set_xlabel(str(say("refs_axis")))
    rows_only(axes)
    axes.legend(loc="lower center", bbox_to_anchor=(0.3, 1.0), ncols=3, frameon=False)
    return figure


def refs_text(results: ClassResults) -> str:
    """What `refs_picture` shows, in words."""
    table = results.refs()
    counts = {status: int((table["status"] == status).sum()) for status in STATUS}
    weakest = ", ".join(table["share"].sort_values(kind="stable").head(5).index)
    return str(say("refs_alt", n=len(table), weakest=weakest, **counts))


def time_picture(results: ClassResults) -> "Figure":
    """The minutes spent on each item: the middle half of the students as a bar, the median.

    >>> from creditkit.teaching.simulated_class import simulated_class
    >>> from creditkit.analysis.class_results import class_results
    >>> found = class_results(simulated_class(students=12, seed=1))
    >>> len(time_picture(found).axes[0].get_yticklabels())
    18
    """
    table = results.time()
    figure, axes = new(10.0, 1.1 + 0.3 * len(table))
    places = range(len(table))
    width = table["three_quarters"] - table["quarter"]
    axes.barh(places, width, left=table["quarter"], color="#9dbfe0", height=0.6)
    axes.scatter(table["median"], places, color=COLOURS[0], s=42, zorder=3)
    axes.set_yticks(places, [str(results.label(item)) for item in table.index])
    axes.set(xlim=(0, None), ylim=(len(table) - 0.4, -0.6))
    axes.set_xlabel(str(say("minutes_axis")))
    rows_only(axes)
    return figure


def time_text(results: ClassResults) -> str:
    """What `time_picture` shows, in words."""
    median = results.time()["median"].dropna()
    if not len(median):
        return str(say("no_time"))
    longest = str(median.idxmax())
    return str(say("time_alt", longest=results.label(longest), minutes=f"{median[longest]:.1f}"))


def rows_only(axes: "Axes") -> None:
    axes.grid(axis="x", color=GRID)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
