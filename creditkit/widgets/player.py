"""The case player: works a case in JupyterLab by mouse or keyboard. All rules are in the model."""

import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import ipywidgets as w

from creditkit.casework.case import Case, CaseInUse, Reply
from creditkit.casework.debrief import debrief
from creditkit.casework.export import MARK
from creditkit.casework.record import CaseRecord
from creditkit.content.schema import Scenario, Step
from creditkit.plots.cases import path_picture, picture_text
from creditkit.plots.figure import png
from creditkit.text import BilingualError, Text, language, on_language_change, plain
from creditkit.widgets import html
from creditkit.widgets.controls import downloads
from creditkit.widgets.html import say
from creditkit.widgets.keyboard import Keyboard, Submit
from creditkit.widgets.language import stored_text
from creditkit.widgets.offers import BACK, BLANK, CLOSE, LEARNING, NOTE, Offers
from creditkit.widgets.style import STYLE


class Player(w.VBox):
    """Shows a case and passes on what the user does.

    Args:
        case: the case to work.
        guided: offer only what can be done now, with a hint for each step; else offer every act
            of the procedure and let the model refuse what is out of order.
        read_only: show the case without a form.
    """

    def __init__(self, case: Case, *, guided: bool = False, read_only: bool = False) -> None:
        self.case = case
        self.offers = Offers(case, guided or case.real)
        self.read_only = read_only
        self._reply: tuple[Text, bool, tuple[str, ...]] | None = None
        self._last: int | None = None
        self._untouched: tuple[object, ...] = ()

        self._head, self._opening, self._result = w.HTML(), w.HTML(), w.HTML()
        self._hint, self._file, self._downloads, self._debrief = (w.HTML() for _ in range(4))
        self._action = w.Dropdown()
        self._choice = w.Dropdown()
        self._ask_items = w.HTML()
        self._items = w.VBox()
        self._fields: dict[str, w.Text | w.Dropdown] = {}
        self._entries = w.VBox()
        self._boxes: list[_Box] = []
        self._keyboard = Keyboard()
        self._text = w.Textarea(continuous_update=False)
        self._submit = Submit(self._keyboard)
        self._form = w.VBox(
            [self._action, self._hint, self._choice, self._ask_items, self._items,
             self._entries, self._text, self._submit]
        )  # fmt: skip
        self._form.add_class("ck-form")
        left = w.VBox([self._opening, self._result, self._form])
        right = w.VBox([self._file, self._downloads])
        left.add_class("ck-left")
        right.add_class("ck-right")
        columns = w.Box([left, right])
        columns.add_class("ck-columns")
        super().__init__([w.HTML(STYLE), self._keyboard, self._head, columns, self._debrief])
        self.add_class("ck-player")
        self.add_class("ck-keyboard")

        self._action.observe(self._action_chosen, "value")
        self._submit.on_click(self._submitted)
        me = weakref.ref(self)
        on_language_change(_while_alive(me, lambda player, *_: player.redraw()))
        case.journal.watch(_while_alive(me, lambda player, *_: player._journal_grew()))
        self._draw_case()
        self._draw_form()

    def __repr__(self) -> str:
        return f"Player({self.case.name or str(self.case.title)!r})"

    # Drawing

    def redraw(self) -> None:
        """Draw everything again, in the current language, keeping what is filled in."""
        self._draw_case()
        self._draw_form(keep=True)

    def _journal_grew(self) -> None:
        if self.case.journal.lines and self.case.journal.lines[-1]["n"] != self._last:
            # Another view of the case took an act; what is filled in here must not be lost by it.
            self._draw_case()
            self._draw_form(keep=self._filled_in() != self._untouched)

    def _filled_in(self) -> tuple[object, ...]:
        entries = {item: field.value for item, field in self._fields.items()}
        ticked = [box.item for box in self._ticked()]
        return self._action.value, self._choice.value, self._text.value, ticked, entries

    def _draw_case(self) -> None:
        case = self.case
        _put(self._head, html.header(case, self.offers.guided))
        _put(self._opening, html.opening(case))
        _put(self._file, html.file(case))
        _put(self._downloads, _record_links(case) if case.state.lines else "")
        _put(self._result, self._draw_result())
        if case.state.closed and not case.real and not case.sealed:
            d = debrief(case)
            picture = png(path_picture(d))
            _put(self._debrief, html.debrief_page(d, picture, picture_text(d)))
        else:
            _put(self._debrief, "")

    def _draw_result(self) -> str:
        case = self.case
        last = next((x for x in reversed(case.state.lines) if "refused" not in x), None)
        said = ""
        if last and last["act"] in LEARNING:
            record = CaseRecord(case)
            entries = [e for e in record.entries if e.n == last["n"]]
            said = html.said(entries)
        if self._reply is None:
            shown = html.result("", True, more=said) if said else ""
            return html.problems(case) + shown
        text, accepted, refs = self._reply
        if accepted and said:
            text = plain("")
        more = said if accepted else ""
        missed = self.offers.left_open()
        more += "" if missed is None else f"<p class='ck-quiet'>{html.words(missed)}</p>"
        return html.result(text, accepted, refs, more)

    # The form

    def _draw_form(self, keep: bool = False) -> None:
        state = self.case.state
        if self.read_only:
            _show(self._form, False)
            return
        options = self.offers.acts()
        values = [value for _, value in options]
        chosen = self._action.value if keep and self._action.value in values else None
        chosen = chosen or self.offers.suggested()
        self._action.description = str(say("action"))
        self._submit.description = str(say("submit"))
        # New options choose the first one for a moment, which must not clear the fields.
        self._action.unobserve(self._action_chosen, "value")
        self._action.options = options
        self._action.value = chosen if chosen in values else BLANK
        self._action.observe(self._action_chosen, "value")
        self._draw_fields(keep)
        if not keep:
            self._untouched = self._filled_in()
        _show(self._form, bool(options) and (not state.closed or len(options) > 1))

    def _action_chosen(self, _: Any) -> None:
        self._draw_fields()

    def _draw_fields(self, keep: bool = False) -> None:
        act = self._action.value
        step = self.case.state.steps.get(act)
        _put(self._hint, self._draw_hint(step))
        self._draw_choices(act, step, keep)
        self._draw_items(step, keep)
        self._draw_entries(step, keep)
        label = self.offers.text_label(act, step)
        _show(self._text, label is not None)
        if label is not None:
            self._text.description = str(label)
        if not keep:
            self._text.value = ""

    def _draw_hint(self, step: Step | None) -> str:
        if step is None:
            shuffled = not self.offers.guided and not self.case.state.closed
            return html.page("ck-quiet", html.words(say("action_order"))) if shuffled else ""
        hint = self.offers.hint(step)
        if hint is None:
            return ""
        refs = html.words(", ".join(step.ref))
        return html.page("ck-quiet", f"{html.words(hint)} <span class='ck-ref'>{refs}</span>")

    def _draw_choices(self, act: str, step: Step | None, keep: bool) -> None:
        choices = self.offers.choices(act, step)
        _show(self._choice, bool(choices))
        if choices:
            before = self._choice.value if keep else BLANK
            self._choice.description = str(self.offers.choices_label(act, step))
            self._choice.options = [(str(say("choose_action")), BLANK), *choices]
            self._choice.value = before if before in [v for _, v in choices] else BLANK

    def _draw_items(self, step: Step | None, keep: bool) -> None:
        before = {b.item for b in self._ticked()} if keep else set()
        ids = self.offers.items(step)
        while len(self._boxes) < len(ids):
            self._boxes.append(_Box(indent=False))
        boxes = self._boxes[: len(ids)]
        for box, item_id in zip(boxes, ids, strict=True):
            box.item = item_id
            box.description = str(self.offers.item_label(step, item_id))
            box.value = item_id in before or (not keep and len(ids) == 1)
        self._items.children = boxes
        label = self.offers.items_label(step)
        heading = "" if label is None else f"<strong>{html.words(label)}</strong>"
        _put(self._ask_items, html.page("", heading) if heading else "")

    def _draw_entries(self, step: Step | None, keep: bool) -> None:
        """The fields of a form, with what is on it already."""
        before = {item: field.value for item, field in self._fields.items()} if keep else {}
        self._fields = {}
        for item in step.items if step and step.verb == "fill" else ():
            value = before.get(item.id, self.case.state.entries.get(item.id, ""))
            if item.of:
                options = [(str(o.title), o.id) for o in self.case.procedure.lists[item.of]]
                field = w.Dropdown(options=[(str(say("choose_action")), BLANK), *options])
                field.value = value if value in [v for _, v in options] else BLANK
            else:
                field = w.Text(value=value, continuous_update=False)
            field.description = str(item.title)
            self._fields[item.id] = field
        self._entries.children = list(self._fields.values())

    def _ticked(self) -> list["_Box"]:
        return [b for b in self._items.children if b.value]

    # Acts

    def _submitted(self, _: Any) -> None:
        before = len(self.case.journal.lines)
        try:
            lines = self.case.journal.lines
            self._last = (lines[-1]["n"] if lines else 0) + 1
            reply = self._perform()
        except Exception as error:
            reply = Reply(False, html.trouble(error))
        self._last = None
        self._reply = (reply.text, reply.accepted, reply.ref)
        mark = say("accepted" if reply.accepted else "refused")
        self._keyboard.say(f"{mark} {reply.text}", language())
        if not reply.accepted and len(self.case.journal.lines) == before:
            _put(self._result, self._draw_result())
            return
        self._draw_case()
        if reply.accepted:
            self._draw_form()
            self._action.focus()

    def _perform(self) -> Reply:
        case, action, text = self.case, self._action.value, self._text.value
        if action == BLANK:
            return Reply(False, say("choose_first"), "empty")
        if action == NOTE:
            return case.note(text)
        if action == CLOSE:
            return case.close()
        if action == BACK:
            if self._choice.value == BLANK:
                return Reply(False, say("choose_first"), "empty")
            return case.back(int(self._choice.value))
        step = case.state.steps[action]
        if step.verb == "fill":
            entries = {item: f.value for item, f in self._fields.items() if f.value.strip()}
            return case.do(action, items=entries, answers=entries)
        chosen = [box.item for box in self._ticked()]
        picked = self._choice.value or None
        if step.choose:
            return case.do(action, choice=picked, because=chosen, text=text)
        if case.real and step.verb in LEARNING:
            item = step.items[0].id if step.names else picked
            choice = picked if step.names else None
            items = [item] if item else []
            return case.do(action, items=items, choice=choice, answers=dict.fromkeys(items, text))
        return case.do(action, items=chosen, text=text if self.offers.takes_text(step) else "")


class _Box(w.Checkbox):
    """A checkbox that knows which item it stands for."""

    item: str = ""


def play(
    name: str,
    *,
    scenario: str | Path | Scenario | None = None,
    guided: bool = False,
    **real: Any,
) -> w.Widget:
    """Open the case `name` in the player: resume it where it stands, or begin it.

    Takes what `Case.open` takes. A case that another notebook has open is shown for reading, with
    a button to try again; whatever else is wrong is told in the place of the player.
    """
    box = w.VBox()

    def open_it(_: Any = None) -> None:
        try:
            box.children = [Player(Case.open(name, scenario=scenario, **real), guided=guided)]
        except CaseInUse as error:
            again = w.Button(description=str(say("try_again")))
            again.on_click(open_it)
            shown = Case.open(name, read_only=True, folder=real.get("folder"))
            told = w.HTML(STYLE + html.result(error, False))
            box.children = [told, again, Player(shown, read_only=True, guided=guided)]
        except BilingualError as error:
            box.children = [w.HTML(STYLE + html.result(error, False))]

    open_it()
    return _Named(box, name)


class _Named(w.VBox):
    """A player's frame whose stored text is the case's name, whatever happens in the case."""

    def __init__(self, box: w.Widget, name: str) -> None:
        self._name = name
        super().__init__([box])

    def __repr__(self) -> str:
        return stored_text(f"play({self._name!r})")


def _record_links(case: Case) -> str:
    record = CaseRecord(case)
    contents = {
        "html": record.to_html(),
        "csv": MARK + record.to_csv(),
        "json": record.to_json(),
    }
    return downloads(say("download"), case.name or "case", contents)


def _put(widget: w.HTML, value: str) -> None:
    if widget.value != value:
        widget.value = value


def _show(widget: w.DOMWidget, shown: bool) -> None:
    display = None if shown else "none"
    if widget.layout.display != display:
        widget.layout.display = display


def _while_alive(me: "weakref.ref[Player]", act: Callable[..., object]) -> Callable[..., object]:
    def call(*args: object) -> None:
        player = me()
        if player is not None:
            act(player, *args)

    return call


__all__: Sequence[str] = ["Player", "play"]
