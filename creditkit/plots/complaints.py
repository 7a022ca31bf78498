"""Pictures of a complaint register."""

from typing import TYPE_CHECKING

import pandas as pd

from creditkit.analysis.complaints import By, ComplaintRegister, kaplan_meier, say, title
from creditkit.plots.figure import COLOURS, FAINT, new
from creditkit.text import join

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def groups_picture(register: ComplaintRegister, by: By) -> "Figure":
    """How many complaints each group has, and what share of them is late, with its interval.

    >>> from creditkit.analysis.complaints import sample_register
    >>> len(groups_picture(sample_register(), "channel").axes)
    2
    """
    figures = register.figures(by)
    names = [str(title(by, str(key))) for key in figures.index]
    figure, axes = new(10.0, 1.6 + 0.36 * len(names))
    axes.remove()
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(2, 3))
    places = range(len(names))
    left.barh(places, figures["count"], color=COLOURS[0], height=0.66)
    for y, count in zip(places, figures["count"], strict=True):
        left.text(count, y, f" {count:.0f}", va="center", fontsize=9.5)
    left.set_yticks(places, names)
    left.set_xlabel(str(say("count_axis")))
    left.margins(x=0.16)
    low, late, high = figures["late_low"], figures["late"], figures["late_high"]
    right.errorbar(late, places, xerr=[late - low, high - late], fmt="o", color=COLOURS[1],
                   capsize=4, lw=2)  # fmt: skip
    overall = float(register.frame["late"].fillna(False).astype(bool).mean())
    right.axvline(overall, color=FAINT, ls=":", lw=1.5)
    right.set_xlim(0, 1)
    right.xaxis.set_major_formatter("{x:.0%}")
    right.set_xlabel(str(say("late_axis")))
    right.invert_yaxis()
    for each in (left, right):
        each.spines[["top", "right"]].set_visible(False)
        each.grid(axis="x", color="#e6e9ee")
        each.set_axisbelow(True)
    return figure


def groups_text(register: ComplaintRegister, by: By) -> str:
    """What `groups_picture` shows, in words."""
    told = [
        say("group_alt", title=title(by, str(key)), count=f"{row['count']:.0f}",
            late=f"{row['late']:.0%}")
        for key, row in register.figures(by).iterrows()
    ]  # fmt: skip
    return str(say("groups_alt", groups=join(told)))


def closing_picture(register: ComplaintRegister) -> "Figure":
    """The share not yet closed, by hours since receipt (Kaplan and Meier); open ones counted.

    >>> from creditkit.analysis.complaints import sample_register
    >>> len(closing_picture(sample_register()).axes[0].lines)
    2
    """
    curve = _curve(register)
    figure, axes = new(8.5, 4.0)
    axes.step([0.0, *curve.index], [1.0, *curve], where="post", color=COLOURS[0], lw=2)
    axes.axhline(0.5, color=FAINT, ls=":", lw=1.5)
    axes.set(xlim=(0, None), ylim=(0.0, 1.02))
    axes.yaxis.set_major_formatter("{x:.0%}")
    axes.set_xlabel(str(say("hours_axis")))
    axes.set_ylabel(str(say("open_axis")))
    axes.grid(color="#e6e9ee")
    return figure


def closing_text(register: ComplaintRegister) -> str:
    """What `closing_picture` shows, in words."""
    curve = _curve(register)
    half = curve[curve <= 0.5]
    still = int(register.frame["closed_at"].isna().sum())
    if not len(half):
        return str(say("curve_alt_none", open=still))
    return str(say("curve_alt", median=f"{half.index[0]:.0f}", open=still))


def _curve(register: ComplaintRegister) -> "pd.Series[float]":
    frame = register.frame
    now = frame[["received", "opinion_at", "told_at", "closed_at"]].max().max()
    hours = (frame["closed_at"].fillna(now) - frame["received"]).dt.total_seconds() / 3600
    return kaplan_meier(hours, frame["closed_at"].notna())
