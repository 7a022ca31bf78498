"""The case player: works a case in JupyterLab by mouse or keyboard. All rules are in the model."""

import random
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
from creditkit.text import BilingualError, Text, join, language, on_language_change, plain
from creditkit.widgets import html
from creditkit.widgets.controls import downloads
from creditkit.widgets.html import say
from creditkit.widgets.keyboard import Keyboard, Submit
from creditkit.widgets.language import stored_text
from creditkit.widgets.style import STYLE

BLANK, NOTE, BACK, CLOSE = "", "+note", "+back", "+close"
Choice = tuple[str, str]


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
        self.guided = guided or case.real
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
        _put(self._head, html.header(case, self.guided))
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
        if last and last["act"] in {"ask", "collect", "act"}:
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
        return html.result(text, accepted, refs, more + self._left_open())

    def _left_open(self) -> str:
        """In a guided case: what the steps gone through would have asked for."""
        opened = self.case.state.open_steps()
        items = [i for s, i in CaseRecord(self.case).open_points if s.id not in opened]
        if not self.guided or self.case.real or not items or self.case.state.closed:
            return ""
        missed = say("left_open", items=join(i.title for i in items))
        return f"<p class='ck-quiet'>{html.words(missed)}</p>"

    # The form

    def _draw_form(self, keep: bool = False) -> None:
        state = self.case.state
        if self.read_only:
            _show(self._form, False)
            return
        options = self._actions()
        values = [value for _, value in options]
        chosen = self._action.value if keep and self._action.value in values else None
        chosen = chosen or self._suggested()
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

    def _actions(self) -> list[Choice]:
        state, p = self.case.state, self.case.procedure
        blank = [(str(say("choose_action")), BLANK)]
        if state.closed:
            steps: list[str] = []
        elif self.case.real:
            late = [s for s in state.path if state.steps[s].verb in {"ask", "collect", "record"}]
            opened = state.open_steps()
            steps = opened + [s for s in late if s not in opened and not state.steps[s].names]
        elif self.guided:
            steps = state.open_steps()
        else:
            steps = [s.id for s in p.steps]
            # In the procedure's order the list would give the answer away.
            random.Random(p.id).shuffle(steps)
        offers: list[Choice] = [(str(state.steps[s].title), s) for s in steps]
        if state.may_close():
            offers.append((str(say("act_close")), CLOSE))
        if state.choices and not self.case.real and not self.case.sealed:
            offers.append((str(say("act_back")), BACK))
        if not state.closed:
            offers.append((str(say("act_note")), NOTE))
        return [*blank, *offers]

    def _suggested(self) -> str:
        """In a guided case: the present step while it has something left, else the next one."""
        state = self.case.state
        if not self.guided or not state.open_steps():
            return BLANK
        here = state.open_steps()[0]
        if self._left(state.steps[here]) or len(state.open_steps()) == 1:
            return here if self._left(state.steps[here]) or not state.may_close() else CLOSE
        return state.open_steps()[-1]

    def _left(self, step: Step) -> list[str]:
        """What can still be chosen in a step: items not yet done, or facts not yet on record."""
        done = self.case.state.done.get(step.id, {})
        if step.verb == "record":
            return [i for i in self.case.recordable(step) if i not in done]
        if step.choose:
            return [] if step.id in self.case.state.choices else [step.choose]
        return [i.id for i in step.items if i.id not in done and i.needed is not False] or (
            [i.id for i in step.items if i.id not in done] if not self.guided else []
        )

    def _action_chosen(self, _: Any) -> None:
        self._draw_fields()

    def _draw_fields(self, keep: bool = False) -> None:
        action = self._action.value
        step = self.case.state.steps.get(action)
        _put(self._hint, self._draw_hint(step))
        choices = self._choices(action, step)
        _show(self._choice, bool(choices))
        if choices:
            options = [(str(say("choose_action")), BLANK), *choices]
            before = self._choice.value if keep else BLANK
            self._choice.description = str(
                say("choose_back" if action == BACK else
                    "one_item" if step and not step.choose and not step.names else "choose_choice")
            )  # fmt: skip
            self._choice.options = options
            self._choice.value = before if before in [v for _, v in options] else BLANK
        self._draw_items(step, keep)
        self._draw_entries(step, keep)
        typed = action == NOTE or (step is not None and self._takes_text(step))
        _show(self._text, typed)
        if typed:
            told = self.case.real and step is not None and step.verb in {"ask", "collect", "act"}
            key = "note_words" if action == NOTE else "learnt_words" if told else "your_words"
            self._text.description = str(say(key))
        if not keep:
            self._text.value = ""

    def _takes_text(self, step: Step) -> bool:
        return step.verb in {"record", "judge", "decide"} or (
            self.case.real and step.verb in {"ask", "collect", "act"}
        )

    def _draw_hint(self, step: Step | None) -> str:
        if step is None:
            shuffled = not self.guided and not self.case.state.closed
            return html.page("ck-quiet", html.words(say("action_order"))) if shuffled else ""
        if not self.guided:
            return ""
        refs = html.words(", ".join(step.ref))
        guide = html.words(join((step.guide, step.why), zh="", en=" "))
        body = f"{guide} <span class='ck-ref'>{refs}</span>"
        return html.page("ck-quiet", body)

    def _choices(self, action: str, step: Step | None) -> list[Choice]:
        case = self.case
        if action == BACK and not case.real:
            return [
                (str(say("back_option", n=d.n, step=d.title, choice=d.choice)), str(d.n))
                for d in debrief(case).decisions
            ]
        if step is None:
            return []
        if step.choose or (step.names and case.real):
            return [(str(o.title), o.id) for o in case.options(step)]
        if case.real and step.verb in {"ask", "collect", "act"}:
            done = case.state.done.get(step.id, {})
            items = sorted(step.items, key=lambda i: i.id in done)
            return [(str(i.ask or i.title), i.id) for i in items]
        return []

    def _draw_items(self, step: Step | None, keep: bool) -> None:
        before = {b.item for b in self._ticked()} if keep else set()
        ids = self._item_ids(step)
        while len(self._boxes) < len(ids):
            self._boxes.append(_Box(indent=False))
        boxes = self._boxes[: len(ids)]
        for box, item_id in zip(boxes, ids, strict=True):
            item = self.case.item(item_id)
            label = (item.ask or item.title) if step and step.verb != "report" else item.title
            if step and step.verb in {"record", "judge"}:
                label = item.title
            if item.cost and step and step.verb == "collect":
                label = say("cost_item", title=label, cost=item.cost)
            box.item = item_id
            box.description = str(label)
            box.value = item_id in before or (not keep and len(ids) == 1)
        self._items.children = boxes
        self._shown = len(ids)
        key = ""
        if step is not None and ids:
            key = "choose_because" if step.verb == "judge" else f"choose_items_{step.verb}"
        elif step is not None and step.verb == "record":
            key = "nothing_to_record"
        heading = f"<strong>{html.words(say(key))}</strong>" if key else ""
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

    def _item_ids(self, step: Step | None) -> list[str]:
        if step is None or step.verb in {"decide", "fill"}:
            return []
        if step.verb == "judge":
            return self.case.recordable(step)
        done = self.case.state.done.get(step.id, {})
        if step.verb == "record":
            return [i for i in self.case.recordable(step) if i not in done]
        if self.case.real and step.verb != "report":
            return []
        return [i.id for i in step.items if i.id not in done]

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
        if case.real and step.verb in {"ask", "collect", "act"}:
            item = step.items[0].id if step.names else picked
            choice = picked if step.names else None
            items = [item] if item else []
            return case.do(action, items=items, choice=choice, answers=dict.fromkeys(items, text))
        return case.do(action, items=chosen, text=text if self._takes_text(step) else "")


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
