"""Pieces that several views share: dropdowns that change their language, pictures, downloads."""

import base64
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

import ipywidgets as w

from creditkit.plots.figure import png
from creditkit.text import Text
from creditkit.widgets import html


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


_KINDS = {"html": "text/html", "csv": "text/csv", "json": "application/json"}


def downloads(label: Text, name: str, contents: Mapping[str, str]) -> str:
    """Links that hand over files, made of the text they hold, by their ending."""
    links = "".join(
        f"<a download='{quote(name)}.{ending}' href='data:{_KINDS[ending]};base64,"
        f"{base64.b64encode(text.encode()).decode()}'>{ending.upper()}</a>"
        for ending, text in contents.items()
    )
    return html.page("ck-downloads", f"<span>{html.words(label)}</span> {links}")
