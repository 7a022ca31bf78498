"""Pictures of how essays are marked."""

from typing import TYPE_CHECKING

from creditkit.content.library import essay_confidence
from creditkit.plots.figure import COLOURS, new
from creditkit.teaching.essay.marker import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def confidence_picture() -> "Figure":
    """The coverage-accuracy curve: of the surest share of all decisions, how many are right, by
    the wording alone and with a second opinion on meaning.

    >>> len(confidence_picture().axes[0].lines)
    2
    """
    figure, axes = new(8.0, 4.6)
    for n, (name, curve) in enumerate(essay_confidence().curves.items()):
        axes.plot(
            [p.share for p in curve],
            [p.right for p in curve],
            color=COLOURS[n],
            marker="os"[n],
            label=str(say(f"curve_{name}")),
        )
    axes.set_xlabel(str(say("curve_share")))
    axes.set_ylabel(str(say("curve_right")))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter("{x:.0%}")
    axes.set_xlim(0.48, 1.02)
    axes.legend(frameon=False, loc="lower left")
    axes.grid(alpha=0.25)
    return figure


def confidence_text() -> str:
    """What `confidence_picture` shows, in words."""
    curve = essay_confidence().curves["meaning"]
    first, last = curve[0], curve[-1]
    return str(
        say(
            "curve_alt",
            share=f"{first.share:.0%}",
            surest=f"{first.right:.1%}",
            all=f"{last.right:.1%}",
        )
    )
