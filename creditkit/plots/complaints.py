"""Pictures of a complaint register."""

from typing import TYPE_CHECKING

from creditkit.analysis.complaint_rows import say, title
from creditkit.analysis.complaints import By, ComplaintRegister, Until
from creditkit.analysis.estimates import time_until
from creditkit.plots.figure import COLOURS, FAINT, new
from creditkit.text import join

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WAITS: tuple[Until, ...] = ("opinion_at", "closed_at")


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


def waiting_picture(register: ComplaintRegister) -> "Figure":
    """The share still without an opinion, and the share not yet closed, by hours since receipt
    (Kaplan and Meier; what is not so far yet is counted).

    >>> from creditkit.analysis.complaints import sample_register
    >>> len(waiting_picture(sample_register()).axes[0].get_legend().get_texts())
    2
    """
    from matplotlib.ticker import MultipleLocator

    figure, axes = new(9.5, 4.2)
    furthest = 0.0
    for until, colour, stroke in zip(WAITS, COLOURS, ("-", "--"), strict=False):
        curve = register.waiting(until)
        furthest = max([furthest, *curve.index])
        axes.step([0.0, *curve.index], [1.0, *curve], where="post", color=colour, ls=stroke, lw=2,
                  label=str(say(f"until_{until}")))  # fmt: skip
    axes.axhline(0.5, color=FAINT, ls=":", lw=1.2)
    axes.set(xlim=(0, max(1.0, furthest)), ylim=(0.0, 1.02))
    # Days are what readers of hours count in.
    axes.xaxis.set_major_locator(MultipleLocator(24 * max(1, round(furthest / 240))))
    axes.yaxis.set_major_formatter("{x:.0%}")
    axes.set_xlabel(str(say("hours_axis")))
    axes.set_ylabel(str(say("waiting_axis")))
    axes.grid(color="#e6e9ee")
    axes.legend(frameon=False)
    return figure


def waiting_text(register: ComplaintRegister) -> str:
    """What `waiting_picture` shows, in words."""
    told = []
    for until in WAITS:
        half = time_until(register.waiting(until), 0.5)
        waiting = int(register.frame[until].isna().sum())
        key = "wait_alt" if half == half else "wait_alt_none"
        told.append(say(key, what=say(f"until_{until}"), half=f"{half:.0f}", waiting=waiting))
    return str(join(told, zh="", en=" "))
