"""Pictures of checklists."""

from typing import TYPE_CHECKING

from creditkit.checklists import Coverage, say
from creditkit.plots.figure import COLOURS, new
from creditkit.text import join, plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def coverage_picture(found: list[Coverage]) -> "Figure":
    """How much of each category a credit file covers: what is at hand filled, the rest hatched.

    >>> from creditkit.checklists import coverage
    >>> len(coverage_picture(coverage(["statements"])).axes[0].get_yticklabels())
    9
    """
    figure, axes = new(9.0, 1.2 + 0.42 * len(found))
    for y, category in enumerate(found):
        have, whole = len(category.have), len(category.have) + len(category.missing)
        axes.barh(y, have / whole, color=COLOURS[2], height=0.66)
        axes.barh(y, 1 - have / whole, left=have / whole, color="white", edgecolor="#9aa3ad",
                  hatch="///", height=0.66)  # fmt: skip
        axes.text(1.01, y, f"{have} / {whole}", va="center", fontsize=10)
    axes.barh(0, 0, color=COLOURS[2], label=str(say("have_part")))
    axes.barh(0, 0, color="white", edgecolor="#9aa3ad", hatch="///", label=str(say("missing_part")))
    titles = [f"{c.category}  {', '.join(c.ref)}" for c in found]
    axes.set_yticks(range(len(found)), titles)
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter("{x:.0%}")
    axes.set_xlabel(str(say("covered_axis")))
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False)
    return figure


def coverage_text(found: list[Coverage]) -> str:
    """What `coverage_picture` shows, in words."""
    shares = [
        join((c.category, plain(f"{len(c.have)} / {len(c.have) + len(c.missing)}")), zh=" ", en=" ")
        for c in found
    ]
    return str(say("coverage_alt", shares=join(shares)))
