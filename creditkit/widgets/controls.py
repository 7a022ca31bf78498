"""Pieces that several views share: dropdowns that change their language, pictures, downloads."""

import base64
import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from html import escape
from typing import Any
from urllib.parse import quote

import ipywidgets as w

from creditkit.plots.figure import png
from creditkit.text import BilingualError, Text, on_language_change
from creditkit.widgets import html
from creditkit.widgets.language import live, stored_text
from creditkit.widgets.style import STYLE

# As much of the words of a picture as a saved notebook keeps.
MOST_TOLD = 3000


class View(w.VBox):
    """A view with controls of its own: styled, safe from JupyterLab's keys, drawn again whenever
    the language changes. A saved notebook holds the `call` that makes it."""

    call = ""

    def __init__(self, children: Sequence[w.Widget]) -> None:
        super().__init__([w.HTML(STYLE), *children])
        for css in ("ck-player", "ck-keyboard"):
            self.add_class(css)
        me = weakref.ref(self)
        on_language_change(lambda _: _redrawn(me()))

    def __repr__(self) -> str:
        return stored_text(self.call)

    def redraw(self) -> None:
        """Draw everything again in the current language, keeping what is filled in."""


def _redrawn(view: View | None) -> None:
    if view is not None:
        # A file that cannot be read is told at the next act; it must not keep others from changing.
        with suppress(BilingualError):
            view.redraw()


def relabel(field: w.Dropdown, label: Text, options: Sequence[tuple[str, str]]) -> None:
    """Give a dropdown its words in the current language, keeping what is chosen."""
    chosen = field.value
    field.description = str(label)
    if list(field.options) != list(options):
        # A page shows a list blank when its words change under the same place.
        field.value = None
        field.options = options
        values = [value for _, value in options]
        field.value = chosen if chosen in values else values[0]


def picture(figure: Any, text: str) -> str:
    """A figure as HTML with its text alternative."""
    data = base64.b64encode(png(figure)).decode()
    alt = escape(text, quote=True)
    return html.page("", f"<img class='ck-picture' alt='{alt}' src='data:image/png;base64,{data}'>")


def live_picture(draw: Callable[[], Any], tell: Callable[[], str]) -> live:
    """A picture drawn again when the language changes; a saved notebook keeps its words."""
    return live(
        lambda: picture(draw(), tell()),
        lambda: html.page("", f"<p>{html.words(tell(), limit=MOST_TOLD)}</p>"),
    )


def chosen_picture(
    caller: str,
    pictures: Mapping[str, tuple[Callable[..., Any], Callable[..., str]]],
    which: str,
    *what: Any,
) -> live:
    """One of some pictures by name, each with what draws it and what tells it of `what`.

    Raises:
        ValueError: there is no such picture; it names the `caller`.
    """
    if which not in pictures:
        raise ValueError(f"{caller}: '{which}' is none of {', '.join(pictures)}.")
    draw, tell = pictures[which]
    return live_picture(lambda: draw(*what), lambda: tell(*what))


_KINDS = {"html": "text/html", "csv": "text/csv", "json": "application/json"}


def downloads(label: Text, name: str, contents: Mapping[str, str]) -> str:
    """Links that hand over files, made of the text they hold, by their ending."""
    links = "".join(
        f"<a download='{quote(name)}.{ending}' href='data:{_KINDS[ending]};base64,"
        f"{base64.b64encode(text.encode()).decode()}'>{ending.upper()}</a>"
        for ending, text in contents.items()
    )
    return html.page("ck-downloads", f"<span>{html.words(label)}</span> {links}")
