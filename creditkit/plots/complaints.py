"""Pictures of a complaint register."""

from typing import TYPE_CHECKING, Any

from creditkit.analysis.complaint_rows import say, title
from creditkit.analysis.complaints import By, ComplaintRegister, Until
from creditkit.analysis.estimates import time_until
from creditkit.plots.figure import COLOURS, FAINT, new
from creditkit.text import join

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WAITS: tuple[Until, ...] = ("opinion_at", "closed_at")


def groups_picture(register: ComplaintRegister, by: By) -> "Figure":
    """How many complaints each group has, and what share of them is late, with its interval and
    the share of all as a dotted line. Months run from left to right, groups from top to bottom.

    >>> from creditkit.analysis.complaints import sample_register
    >>> len(groups_picture(sample_register(), "channel").axes)
    2
    """
    figures = register.figures(by)
    overall = float(register.frame["late"].dropna().astype(bool).mean())
    count_axis, late_axis = str(say("count_axis")), str(say("late_axis"))
    low, late, high = figures["late_low"], figures["late"], figures["late_high"]
    spread = [late - low, high - late]
    points: dict[str, Any] = {"fmt": "o", "color": COLOURS[1], "capsize": 4, "lw": 2,
                              "clip_on": False}  # fmt: skip
    dotted: dict[str, Any] = {"color": FAINT, "ls": ":", "lw": 1.5}
    if by == "month":
        # A month without a complaint keeps its place.
        year_month = [str(key).split("-") for key in figures.index]
        months = [int(year) * 12 + int(month) - 1 for year, month in year_month]
        figure, axes = new(10.0, 5.2)
        axes.remove()
        counts, shares = figure.subplots(2, 1, sharex=True)
        counts.bar(months, figures["count"], color=COLOURS[0], width=0.66)
        counts.set_ylabel(count_axis)
        shares.errorbar(months, late, yerr=spread, **points)
        shares.axhline(overall, **dotted)
        shares.set_ylim(0, 1)
        shares.yaxis.set_major_formatter("{x:.0%}")
        shares.set_ylabel(late_axis)
        shown = range(min(months), max(months) + 1, 1 + (max(months) - min(months)) // 14)
        shares.set_xticks(shown, [f"{m // 12}-{m % 12 + 1:02}" for m in shown])
    else:
        names = [str(title(by, str(key))) for key in figures.index]
        figure, axes = new(10.0, 1.6 + 0.36 * len(names))
        axes.remove()
        counts, shares = figure.subplots(1, 2, sharey=True, width_ratios=(2, 3))
        places = range(len(names))
        counts.barh(places, figures["count"], color=COLOURS[0], height=0.66)
        for y, count in zip(places, figures["count"], strict=True):
            counts.text(count, y, f" {count:.0f}", va="center", fontsize=9.5)
        counts.set_yticks(places, names)
        counts.set_xlabel(count_axis)
        counts.margins(x=0.16)
        shares.errorbar(late, places, xerr=spread, **points)
        shares.axvline(overall, **dotted)
        shares.set_xlim(0, 1)
        shares.xaxis.set_major_formatter("{x:.0%}")
        shares.set_xlabel(late_axis)
        shares.invert_yaxis()
    for each in (counts, shares):
        each.spines[["top", "right"]].set_visible(False)
        each.grid(axis="y" if by == "month" else "x", color="#e6e9ee")
        each.set_axisbelow(True)
    return figure


def groups_text(register: ComplaintRegister, by: By) -> str:
    """What `groups_picture` shows, in words."""
    told = [
        say("group_alt", title=title(by, str(key)), count=f"{row['count']:.0f}",
            late="–" if row["late"] != row["late"] else f"{row['late']:.0%}")
        for key, row in register.figures(by).iterrows()
    ]  # fmt: skip
    return str(say("groups_alt", groups=join(told, zh="；", en="; ")))


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
