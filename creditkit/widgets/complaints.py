"""The complaint register on screen: filters, figures, pictures, export."""

from dataclasses import replace
from typing import Any

import ipywidgets as w

from creditkit.analysis.complaint_rows import codes, columns, say, title
from creditkit.analysis.complaints import (
    By,
    ComplaintRegister,
    figure_columns,
    figure_rows,
    sample_register,
)
from creditkit.casework.export import MARK
from creditkit.plots.complaints import groups_picture, groups_text, waiting_picture, waiting_text
from creditkit.text import BilingualError, Text, language, plain
from creditkit.widgets import html
from creditkit.widgets.controls import View, downloads, picture, relabel
from creditkit.widgets.keyboard import Keyboard, Submit

ANY = ""
PAGE = 20
# Links hold the files they hand over; a page with more would be slow to show.
LINKED = 2_000
FILTERS = ("channel", "department", "outcome")
GROUPS: tuple[By, ...] = ("channel", "department", "outcome", "month")
SHOWN = ("id", "received", "channel", "customer", "telephone", "content", "person", "department",
         "late", "outcome", "rounds")  # fmt: skip


class RegisterView(View):
    """A complaint register to filter and to read; see `register_view`."""

    call = "register_view()"

    def __init__(self, register: ComplaintRegister, note: Text | None = None) -> None:
        self.register = register
        self._note = note
        self._filters = {name: w.Dropdown() for name in FILTERS}
        self._late, self._by, self._page = w.Dropdown(), w.Dropdown(), w.Dropdown()
        self._head, self._shown, self._keyboard = w.HTML(), w.HTML(), Keyboard()
        self._submit = Submit(self._keyboard)
        fields = w.HBox([*self._filters.values(), self._late, self._by, self._page])
        fields.add_class("ck-cells")
        form = w.VBox([fields, self._submit])
        form.add_class("ck-form")
        super().__init__([self._keyboard, self._head, form, self._shown])
        self._submit.on_click(lambda _: self._filter(aloud=True))
        self.redraw()

    def redraw(self) -> None:
        """Draw everything again in the current language, keeping the filters."""
        every = (str(say("every")), ANY)
        for name, field in self._filters.items():
            options = [(str(title(name, code)), code) for code in codes(name)]
            relabel(field, say(f"column_{name}"), [every, *options])
        late = [every, (str(say("late_only")), "late"), (str(say("in_time_only")), "in_time")]
        relabel(self._late, say("column_late"), late)
        relabel(self._by, say("figures_by"), [(str(say(f"by_{by}")), by) for by in GROUPS])
        self._submit.description = str(say("filter"))
        note = self._note or plain("")
        self._head.value = html.page(
            "ck-head",
            f"<h3>{html.words(say('register'))}</h3><p class='ck-facts'>{html.words(note)}</p>",
        )
        self._filter()

    def _filter(self, aloud: bool = False) -> None:
        chosen: dict[str, Any] = {n: f.value for n, f in self._filters.items() if f.value}
        if self._late.value:
            chosen["late"] = self._late.value == "late"
        try:
            found = self.register.filter(**chosen)
            pages = max(1, -(-len(found) // PAGE))
            relabel(self._page, say("pages"), [(str(n), str(n)) for n in range(1, pages + 1)])
            self._shown.value = self._draw(found, pages)
            told = str(say("found", n=len(found)))
        except BilingualError as error:
            self._shown.value = html.result(error, False)
            told = str(error)
        if aloud:
            self._keyboard.say(told, language())

    def _draw(self, found: ComplaintRegister, pages: int) -> str:
        by: By = self._by.value
        count = html.words(say("found", n=len(found)))
        parts = [html.page("", f"<p><strong>{count}</strong></p>")]
        if len(found):
            heads = {k: plain(v) for k, v in figure_columns(by).items()}
            parts.append(html.table(figure_rows(found.figures(by), by), heads))
            waiting = html.words(say("waiting_note"))
            parts.append(html.page("", f"<p class='ck-quiet'>{waiting}</p>"))
            parts.append(picture(groups_picture(found, by), groups_text(found, by)))
            parts.append(picture(waiting_picture(found), waiting_text(found)))
        number = int(self._page.value)
        rows = replace(found, frame=found.frame[(number - 1) * PAGE : number * PAGE]).rows()
        heads = {k: plain(v) for k, v in columns().items() if k in SHOWN}
        at = say("page_of", page=number, pages=pages)
        note = html.words(say("masked_note"))
        parts.append(f"<div class='ck-register' tabindex='0'>{html.table(rows, heads)}</div>")
        parts.append(html.page("", f"<p class='ck-quiet'>{html.words(at)} · {note}</p>"))
        if len(found) > LINKED:
            told = html.words(say("too_many", n=len(found), most=LINKED))
            parts.append(html.page("", f"<p class='ck-quiet'>{told}</p>"))
        else:
            contents = {"html": found.to_html(), "csv": MARK + found.to_csv()}
            parts.append(downloads(say("download"), "complaints", contents))
        return "".join(parts)


def register_view(register: ComplaintRegister | None = None) -> RegisterView:
    """Read a complaint register: list, filters, figures, pictures, export. Without one, the
    synthetic sample."""
    if register is None:
        return RegisterView(sample_register(), say("synthetic"))
    return RegisterView(register)
