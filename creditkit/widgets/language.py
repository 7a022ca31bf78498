"""The switch between Chinese and English at the top of a notebook, and views that follow it."""

import weakref
from collections.abc import Callable
from typing import Any

import ipywidgets as w

from creditkit.text import Language, language, on_language_change, set_language
from creditkit.widgets.html import say
from creditkit.widgets.keyboard import Keyboard
from creditkit.widgets.style import STYLE

# Notebook prose stands in <div lang="zh"> and <div lang="en">; the other language is hidden.
_HIDE = "<style>.jp-RenderedMarkdown div[lang='{other}']{{display:none}}</style>"


def language_switch() -> w.Widget:
    """A dropdown that changes the language of prose, tables and players on screen at once."""
    switch = w.Dropdown(
        options=[("中文", "zh"), ("English", "en")],
        value=language(),
        description="语言 Language",
        style={"description_width": "initial"},
    )
    hide = w.HTML()

    def show(lang: Language) -> None:
        hide.value = _HIDE.format(other="en" if lang == "zh" else "zh")
        switch.value = lang

    switch.observe(lambda change: set_language(change["new"]), "value")
    on_language_change(show)
    show(language())
    box = _Switch([switch, hide, Keyboard()])
    box.add_class("ck-keyboard")
    return box


class _Switch(w.HBox):
    def __repr__(self) -> str:
        return stored_text("language_switch()")


def stored_text(call: str) -> str:
    """What stands in a saved notebook in place of a widget that is not running."""
    return say("stored", call=call).zh + " · " + say("stored", call=call).en


class live(w.HTML):  # noqa: N801 - used like a function: live(render)
    """A view drawn again, by calling `render()`, whenever the language changes.

    A saved notebook keeps what `stored()` draws, by default the same.

    >>> from creditkit.text import set_language, Text
    >>> view = live(lambda: str(Text("客户", "customer")))
    >>> set_language("zh"); "客户" in view.value
    True
    """

    def __init__(self, render: Callable[[], str], stored: Callable[[], str] | None = None) -> None:
        self._render, self._stored = render, stored or render
        super().__init__(STYLE + render())
        me = weakref.ref(self)
        on_language_change(lambda _: _redraw(me()))

    def __repr__(self) -> str:
        return stored_text("live()")

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = super()._repr_mimebundle_(**kwargs)
        return {**bundle, "text/html": self._stored()}


def _redraw(view: live | None) -> None:
    if view is not None:
        view.value = STYLE + view._render()
