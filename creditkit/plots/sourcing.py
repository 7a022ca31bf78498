"""Pictures of the sourcing plan."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from creditkit.analysis.review import source_title
from creditkit.analysis.sourcing import SourcingPlan, say
from creditkit.plots.figure import COLOURS, FAINT, INK, new
from creditkit.plots.quality import in_order
from creditkit.plots.reconcile import field_title
from creditkit.text import in_full, join

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# What is bought is told for so much money: one CNY a customer buys too little to read.
UNIT = 100


def frontier_picture(found: pd.DataFrame) -> "Figure":
    """The least cost of each confidence, and below it what one more unit of money buys, as
    `frontier` gives them.

    >>> found = pd.DataFrame({"confidence": [0.7, 0.8], "cost": [300.0, 900.0],
    ...     "buys": [1 / 60, float("nan")]})
    >>> len(frontier_picture(found).axes)
    2
    """
    figure, axes = new(9.0, 5.6)
    axes.remove()
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    top.plot(found["cost"], found["confidence"], "o-", color=COLOURS[0], lw=2)
    for _, row in found.iloc[:: max(1, len(found) // 6)].iterrows():
        top.annotate(f"{row['confidence']:.0%}", (row["cost"], row["confidence"]), (0, 8),
                     textcoords="offset points", ha="center", fontsize=9)  # fmt: skip
    top.yaxis.set_major_formatter("{x:.0%}")
    top.set_ylabel(str(say("confidence_axis")))
    steps = found["buys"].to_numpy(dtype=np.float64)[:-1] * UNIT
    bottom.stairs(steps, found["cost"].to_numpy(dtype=np.float64), fill=True, color=COLOURS[1],
                  alpha=0.55)  # fmt: skip
    ends = found["cost"].to_numpy(dtype=np.float64)
    for value, middle in zip(steps, (ends[:-1] + ends[1:]) / 2, strict=True):
        bottom.annotate(_brief(value), (middle, value), (0, 3), textcoords="offset points",
                        ha="center", fontsize=8.5)  # fmt: skip
    bottom.set_ylabel(str(say("buys_axis", unit=UNIT)))
    bottom.set_xlabel(str(say("cost_axis")))
    for panel in (top, bottom):
        panel.spines[["top", "right"]].set_visible(False)
        panel.grid(color="#e6e9ee")
        panel.set_axisbelow(True)
        panel.margins(y=0.15)
    figure.align_ylabels()
    return figure


def _brief(value: float) -> str:
    return in_full(float(f"{value:.2g}"))


def frontier_text(found: pd.DataFrame) -> str:
    """What `frontier_picture` shows, in words: both ends, and what money buys there."""
    first, last = found.iloc[0], found.iloc[-1]
    buys = found["buys"].dropna() * UNIT
    ends = [_brief(value) for value in (buys.iloc[0], buys.iloc[-1])] if len(buys) else ["–"] * 2
    return str(
        say("frontier_alt", low=f"{first['confidence']:.0%}", cheap=f"{first['cost']:,.0f}",
            high=f"{last['confidence']:.0%}", dear=f"{last['cost']:,.0f}", unit=UNIT,
            first=ends[0], last=ends[1])
    )  # fmt: skip


def plan_picture(plan: SourcingPlan) -> "Figure":
    """Which source is asked for which field: a dot where it is, with the cost at the right.

    >>> choices = pd.DataFrame({"field": ["revenue"], "sources": [("credit",)], "coverage": [1.0],
    ...     "confidence": [0.95], "cost": [150.0]})
    >>> len(plan_picture(SourcingPlan(choices, 150.0, 1.0, 0.95)).axes[0].collections)
    1
    """
    rows = plan.choices
    sources = in_order({name for chosen in rows["sources"] for name in chosen})
    figure, axes = new(8.5, 1.2 + 0.27 * len(rows))
    for x, source in enumerate(sources):
        at = [y for y, chosen in enumerate(rows["sources"]) if source in chosen]
        axes.scatter([x] * len(at), at, s=70, color=COLOURS[x % len(COLOURS)], zorder=3)
    for y, (confidence, cost) in enumerate(zip(rows["confidence"], rows["cost"], strict=True)):
        words = "–" if np.isnan(confidence) else f"{confidence:.0%} · {cost:,.0f}"
        axes.text(len(sources) - 0.4, y, words, va="center", fontsize=9, color=INK)
    axes.text(len(sources) - 0.4, -0.75, str(say("plan_column")), va="bottom", fontsize=9,
              color=FAINT)  # fmt: skip
    axes.set_yticks(range(len(rows)), [str(field_title(str(name))) for name in rows["field"]])
    axes.set_xticks(range(len(sources)), [str(source_title(name)) for name in sources])
    axes.set(xlim=(-0.5, len(sources) + 0.35), ylim=(len(rows) - 0.5, -0.7))
    axes.xaxis.tick_top()
    axes.grid(color="#e6e9ee")
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=9.5)
    axes.spines[:].set_visible(False)
    return figure


def plan_text(plan: SourcingPlan) -> str:
    """What `plan_picture` shows, in words: how many fields each source is asked for."""
    counts = pd.Series([name for chosen in plan.choices["sources"] for name in chosen], dtype="str")
    told = [
        say("plan_part", source=source_title(name), count=int((counts == name).sum()))
        for name in in_order(counts)
    ]
    left = int((plan.choices["sources"].map(len) == 0).sum())
    return str(
        say("plan_alt", parts=join(told), left=left, cost=f"{plan.cost:,.0f}",
            coverage=f"{plan.coverage:.0%}", confidence=f"{plan.confidence:.0%}")
    )  # fmt: skip
