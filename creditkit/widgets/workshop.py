"""The trainer's screen in a workshop: a case revealed stage by stage, and the class polled."""

from collections.abc import Callable, Iterable
from pathlib import Path

import ipywidgets as w

from creditkit.casework.staging import Stage
from creditkit.content.schema import Scenario
from creditkit.plots.workshop import poll_picture, poll_text
from creditkit.teaching.poll import Tally, say
from creditkit.teaching.workshop import Taken, Workshop, lettered
from creditkit.text import BilingualError, Text, join, language, plain
from creditkit.widgets import html
from creditkit.widgets.controls import View, picture, relabel
from creditkit.widgets.keyboard import Keyboard, Submit
from creditkit.widgets.style import STYLE

SIZES = ("normal", "large", "huge")


class WorkshopView(View):
    """A workshop on the trainer's screen; see `workshop`."""

    def __init__(self, workshop: Workshop, size: str = "large") -> None:
        self.workshop = workshop
        self.call = f"workshop({workshop.name!r})"
        self._counted: Tally | None = None
        self._message: tuple[Text, bool] | None = None
        self._size = w.Dropdown(
            options=SIZES,
            value=size if size in SIZES else "large",
            style={"description_width": "initial"},
        )
        self._head, self._stage, self._votes, self._result = (w.HTML() for _ in range(4))
        self._back, self._next, self._count = (w.Button() for _ in range(3))
        self._keyboard = Keyboard()
        self._codes = w.Textarea(continuous_update=False)
        self._take = Submit(self._keyboard)
        self._by_code = w.VBox([self._codes, self._take])
        self._by_code.add_class("ck-form")
        self._next.add_class("ck-submit")
        moves = w.HBox([self._back, self._next, self._count, self._size])
        moves.add_class("ck-moves")
        super().__init__(
            [self._keyboard, self._head, self._stage, self._result, moves, self._votes,
             self._by_code]
        )  # fmt: skip
        self.add_class("ck-screen")
        self._size.observe(lambda _: self._resize(), "value")
        self._next.on_click(lambda _: self._do(self._forward))
        self._back.on_click(lambda _: self._do(self._backward))
        self._count.on_click(lambda _: self._do(self._recount))
        self._take.on_click(lambda _: self._do(self._taken))
        self._resize()
        self._do(workshop.announce)

    # Drawing

    def redraw(self) -> None:
        """Draw everything again in the current language."""
        ws, at, stage = self.workshop, self.workshop.at, self.workshop.stage
        polling = stage.kind == "poll"
        closed = polling and ws.closed(stage.step)
        relabel(self._size, say("size"), [(str(say(f"size_{s}")), s) for s in SIZES])
        following = "poll" if polling and not closed else stage.kind
        key = f"next_{following}" if following in {"asked", "poll"} else "next"
        self._next.description, self._back.description = str(say(key)), str(say("back"))
        self._next.disabled, self._back.disabled = at == len(ws.stages) - 1, at == 0
        self._count.description = str(say("count"))
        self._take.description, self._codes.description = str(say("take")), str(say("codes"))
        for part in (self._count, self._by_code):
            part.layout.display = None if polling and not closed else "none"
        place = say("place", n=at + 1, of=len(ws.stages))
        title = html.words(ws.scenario.title)
        self._head.value = html.page(
            "ck-head", f"<p class='ck-facts'>{title} · {html.words(place)}</p>"
        )
        self._stage.value = html.page("ck-stage", self._told(stage))
        self._votes.value = self._polled(stage)
        self._result.value = html.result(*self._message) if self._message else ""

    def _told(self, stage: Stage) -> str:
        told = {
            "situation": self._situation, "asked": _asked, "answer": self._answer, "done": _asked,
            "poll": _poll, "judgement": _judgement, "end": _end,
        }  # fmt: skip
        heading = say("truth", truth=stage.title) if stage.kind == "end" else stage.title
        refs = f" <span class='ck-ref'>{html.words(', '.join(stage.ref))}</span>"
        return f"<h3>{html.words(heading)}{refs if stage.ref else ''}</h3>{told[stage.kind](stage)}"

    def _situation(self, stage: Stage) -> str:
        customer = self.workshop.scenario.customer
        who = f"{html.words(customer.name)} · {html.words(customer.industry)}"
        return (
            f"<p class='ck-asked'>{who}</p><blockquote>{html.words(stage.said)}</blockquote>"
            f"<p>{html.words(stage.question)}</p>"
        )

    def _answer(self, stage: Stage) -> str:
        """The latest answer large, those heard before it at the same step small below."""
        before: list[Stage] = []
        for earlier in reversed(self.workshop.stages[: self.workshop.at]):
            if earlier.kind != "answer" or earlier.step != stage.step:
                break
            before.append(earlier)
        rows = "".join(
            f"<li><span class='ck-asked'>{html.words(b.question)}</span> {html.words(b.said)}</li>"
            for b in reversed(before)
        )
        heard = (
            f"<h4 class='ck-minor'>{html.words(say('heard_before'))}</h4><ul>{rows}</ul>"
            if rows
            else ""
        )
        who = f"<p class='ck-asked'>— {html.words(stage.who)}</p>" if stage.who else ""
        return (
            f"<p class='ck-asked'>{html.words(stage.question)}</p>"
            f"<blockquote dir='auto'>{html.words(stage.said)}</blockquote>{who}"
            f"<div class='ck-before'>{heard}</div>"
        )

    def _polled(self, stage: Stage) -> str:
        """How the poll stands: at the poll when counted, at the judgement always."""
        if stage.kind not in {"poll", "judgement"} or stage.step not in self.workshop.polls:
            return ""
        ws, closed = self.workshop, self.workshop.closed(stage.step)
        parts = []
        if not closed and stage.kind == "poll":
            parts.append(f"<p>{html.words(self._how_to_vote())}</p>")
        found = ws.tally(stage.step) if closed else self._counted
        if found is not None:
            n = len(found.votes)
            told = say("votes_closed" if closed else "votes", n=n) if n or not closed else None
            parts.append(f"<p><strong>{html.words(told or say('nobody'))}</strong></p>")
            for key in ("replaced", "late", "foreign", "damaged"):
                if count := getattr(found, key):
                    aside = html.words(say(f"aside_{key}", n=count))
                    parts.append(f"<p class='ck-quiet'>{aside}</p>")
        shown = html.page("ck-votes", "".join(parts))
        if found is not None and found.votes:
            named = lettered(stage.options)
            counts = found.counts(named)
            drawn = (counts, named, stage.right)
            shown += picture(poll_picture(*drawn), poll_text(*drawn))
        return shown

    def _how_to_vote(self) -> Text:
        ws = self.workshop
        of = ws.scenario.procedure
        if ws.shared is not None:
            call = f"ck.vote({ws.name!r}, shared={str(ws.shared)!r})"
            return say("how_to_vote_folder", call=call)
        more = "" if of == "refusal" else f", of={of!r}"
        return say("how_to_vote_code", call=f"ck.vote({ws.name!r}{more})")

    def _resize(self) -> None:
        for size in SIZES:
            self.remove_class(f"ck-{size}")
        self.add_class(f"ck-{self._size.value}")

    # Acts

    def _do(self, act: Callable[[], object]) -> None:
        self._message = None
        try:
            act()
        except Exception as error:
            self._message = (html.trouble(error, say, "unexpected"), False)
        if self._message:
            self._keyboard.say(str(self._message[0]), language())
        try:
            self.redraw()
        except BilingualError as error:
            self._result.value = html.result(error, False)

    def _forward(self) -> None:
        self._counted = None
        self._keyboard.say(_spoken(self.workshop.forward()), language())

    def _backward(self) -> None:
        self._counted = None
        self._keyboard.say(_spoken(self.workshop.back()), language())

    def _recount(self) -> None:
        self._counted = self.workshop.tally(self.workshop.stage.step)
        self._keyboard.say(str(say("votes", n=len(self._counted.votes))), language())

    def _taken(self) -> None:
        taken = self.workshop.take(self._codes.value)
        self._counted = self.workshop.tally(self.workshop.stage.step)
        # What could not be read stays in the field, to be mended there.
        self._codes.value = " ".join(taken.unreadable)
        self._message = _came_of(taken)


def workshop(
    name: str,
    *,
    scenario: str | Path | Scenario,
    shared: str | Path | None = None,
    size: str = "large",
    folder: str | Path | None = None,
) -> w.Widget:
    """Lead a class through a scenario on the screen, in large type, stage by stage, with polls.

    Args:
        name: the workshop's name, which the class gives with its votes; it goes on where it stood.
        scenario: an id, a variant such as `refusal/17/2`, or the path of a YAML file.
        shared: a folder the class can write to; without one the class hands over codes.
        size: `normal`, `large` or `huge`.

    What is wrong is told in the place of the screen.
    """
    try:
        return WorkshopView(Workshop(name, scenario, shared, folder), size)
    except BilingualError as error:
        return w.HTML(STYLE + html.result(error, False))


def _asked(stage: Stage) -> str:
    asked = html.words(say("who_is_asked", who=stage.who)) if stage.who else ""
    who = f"<p class='ck-asked'>{asked}</p>" if asked else ""
    rows = "".join(f"<li>{html.words(ask)}</li>" for ask in stage.asks)
    listed = f"<ul>{rows}</ul>" if rows else ""
    return f"<p>{html.words(stage.question)}</p>{who}{listed}{_because(stage)}"


def _poll(stage: Stage) -> str:
    rows = "".join(f"<li>{html.words(o.title)}</li>" for o in stage.options)
    return f"<p>{html.words(stage.question)}</p><ol type='A'>{rows}</ol>"


def _judgement(stage: Stage) -> str:
    options = lettered(stage.options)
    told = "".join(f"<li class='ck-told'>{html.words(options[id])}</li>" for id in stage.right)
    heading = say("judged_by_evidence" if stage.grounds else "decided")
    return (
        f"<p>{html.words(heading)}</p><ul>{told}</ul>"
        f"{_pairs(say('grounds'), stage.grounds)}{_because(stage)}"
    )


def _end(stage: Stage) -> str:
    said = f"<blockquote>{html.words(stage.said)}</blockquote>" if stage.said else ""
    lesson = f"<h4 class='ck-minor'>{html.words(say('lesson'))}</h4><p>{html.words(stage.why)}</p>"
    return f"{said}{lesson}{_pairs(say('misled'), stage.grounds)}"


def _pairs(heading: Text, pairs: Iterable[tuple[Text, Text]]) -> str:
    rows = "".join(
        f"<li><span class='ck-asked'>{html.words(a)}</span> {html.words(b)}</li>" for a, b in pairs
    )
    if not rows:
        return ""
    title = f"<h4 class='ck-minor'>{html.words(heading)}</h4>"
    return f"<div class='ck-before'>{title}<ul>{rows}</ul></div>"


def _because(stage: Stage) -> str:
    return f"<p class='ck-why'>{html.words(stage.why)}</p>" if stage.why else ""


def _spoken(stage: Stage) -> str:
    """What a screen reader says of a new stage."""
    return " ".join(str(text) for text in (stage.title, stage.question, stage.said) if text)


def _came_of(taken: Taken) -> tuple[Text, bool]:
    parts = []
    if taken.new or taken.known:
        parts.append(say("taken", new=taken.new, known=taken.known))
    if taken.foreign:
        parts.append(say("taken_foreign", codes=join(map(plain, taken.foreign))))
    if taken.unreadable:
        parts.append(say("taken_unreadable", codes=join(map(plain, taken.unreadable))))
    told = join(parts or [say("no_codes")], zh="", en=" ")
    return told, bool(taken.new or taken.known)
