"""What all pictures share: how they begin and how they become an image."""

import io
from typing import TYPE_CHECKING

from creditkit.fonts import use_chinese_font

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Colours that stay apart for readers who see few of them, and in grey.
COLOURS = ("#0b57a4", "#c77700", "#1a7f4b", "#8e44ad", "#5b6b7f", "#b03a2e")
INK, FAINT = "#222222", "#5b6b7f"


def new(width: float = 8.0, height: float = 4.5) -> "tuple[Figure, Axes]":
    """An empty figure in inches with one axes, its font able to write Chinese."""
    from matplotlib.figure import Figure

    use_chinese_font()
    figure = Figure(figsize=(width, height), dpi=110, facecolor="white", layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def png(figure: "Figure", dpi: float | None = None) -> bytes:
    """A figure as a PNG image, the same bytes for the same figure."""
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=dpi or "figure", metadata={"Software": None},
                   pil_kwargs={"compress_level": 4})  # fmt: skip
    return out.getvalue()
