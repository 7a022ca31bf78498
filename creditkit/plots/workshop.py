"""Pictures for a class that looks at one screen."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from creditkit.plots.figure import COLOURS, INK, new
from creditkit.teaching.poll import say
from creditkit.text import Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# How much of an option fits beside its bar.
SHORT = 26


def poll_picture(
    counts: Mapping[str, int], titles: Mapping[str, Text], right: Collection[str] = ()
) -> "Figure":
    """How a class voted: a bar for each option with its number of votes, from the top in the
    options' order, in type large enough for the back row. What is told as right is marked in words
    as well as in colour.

    Args:
        counts: votes by option.
        titles: what each option is called.

    >>> from creditkit.text import plain
    >>> figure = poll_picture({"A": 3, "B": 1}, {"A": plain("talk"), "B": plain("wait")})
    >>> [float(bar.get_width()) for bar in figure.axes[0].patches]
    [3.0, 1.0]
    """
    figure, axes = new(12.0, 1.3 + 0.62 * len(counts))
    names = [_short(say("picture_right", option=titles[id]) if id in right else titles[id])
             for id in counts]  # fmt: skip
    places = range(len(counts))
    colours = [COLOURS[2] if id in right else COLOURS[0] for id in counts]
    axes.barh(places, [float(n) for n in counts.values()], color=colours, height=0.66)
    axes.set_yticks(places, names, fontsize=18, color=INK)
    axes.invert_yaxis()
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    # Room for the number beside the longest bar; a poll without votes has an axis all the same.
    axes.set_xlim(0, max([1, *counts.values()]) * 1.12)
    for place, n in zip(places, counts.values(), strict=True):
        axes.annotate(str(n), (n, place), (8, 0), textcoords="offset points", va="center",
                      fontsize=20, fontweight="bold", color=INK)  # fmt: skip
    axes.set_title(str(say("picture_title", n=sum(counts.values()))), fontsize=20, loc="left")
    return figure


def poll_text(
    counts: Mapping[str, int], titles: Mapping[str, Text], right: Collection[str] = ()
) -> str:
    """What `poll_picture` shows, in words."""
    named = (
        (say("picture_right", option=titles[id]) if id in right else titles[id], n)
        for id, n in counts.items()
    )
    told = [str(say("picture_one", option=option, n=n)) for option, n in named]
    return "; ".join([str(say("picture_title", n=sum(counts.values()))), *told])


def _short(text: Text) -> str:
    words = str(text)
    return words if len(words) <= SHORT * 2 else words[: SHORT * 2 - 1] + "…"
