"""An assignment on screen: its questions, its cases, and the button that hands it in."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets as w

from creditkit.casework.case import CaseInUse
from creditkit.teaching.essay.marker import say as essay_say
from creditkit.teaching.handout import NAME, Handout, Work, say
from creditkit.teaching.marking import say as question_say
from creditkit.teaching.sheets import Sheet, posed, unfit
from creditkit.teaching.submission import hand_in, left_undone
from creditkit.teaching.submission import say as submission_say
from creditkit.text import BilingualError, language
from creditkit.widgets import html
from creditkit.widgets.controls import View, downloads
from creditkit.widgets.forms import BLANK, Form, form
from creditkit.widgets.keyboard import Keyboard, Submit
from creditkit.widgets.language import stored_text
from creditkit.widgets.player import Player
from creditkit.widgets.questions import Exercises
from creditkit.widgets.style import STYLE

# How sure a student is that the answer is right; between the two lies a guess.
SURE = (0.25, 0.5, 0.75, 1.0)


class AnswerSheet(View):
    """The questions of an assessment, one at a time: answers are kept and not marked."""

    call = "assignment_questions()"

    def __init__(self, work: Work) -> None:
        self.work = work
        self._sheets: dict[str, Sheet] = {s.id: s for s in work.handout.sheets}
        self._message, self._good = "", True
        self._hints: dict[str, int] = {}
        self._head, self._prompt, self._result = w.HTML(), w.HTML(), w.HTML()
        self._choice, self._sure = w.Dropdown(), w.Dropdown()
        self._place = w.VBox()
        self._form: Form = Form([], lambda: None)
        self._keyboard = Keyboard()
        self._submit = Submit(self._keyboard)
        self._hint, self._next = w.Button(), w.Button()
        buttons = w.HBox([self._submit, self._hint])
        buttons.add_class("ck-buttons")
        chooser, sure = w.VBox([self._choice]), w.VBox([self._sure])
        for box in (chooser, sure):
            box.add_class("ck-form")
        sure.layout.display = None if work.handout.confidence else "none"
        super().__init__(
            [self._keyboard, self._head, chooser, self._prompt, self._place, sure,
             buttons, self._result, self._next]
        )  # fmt: skip
        self.add_class("ck-exercises")
        self._choice.observe(self._chosen, "value")
        self._draw_choice(next(iter(self._sheets)))
        self._submit.on_click(lambda _: self._do(self._save))
        self._hint.on_click(lambda _: self._do(self._show_hint))
        self._next.on_click(lambda _: self._go_on())
        self._chosen()

    @property
    def sheet(self) -> Sheet:
        """The question at hand."""
        return self._sheets[self._choice.value]

    @property
    def form(self) -> Form:
        """The fields of the question at hand."""
        return self._form

    def redraw(self) -> None:
        """Draw everything again in the current language, keeping what is filled in."""
        answer, sure = self._form.answer, self._sure.value
        self._message = ""
        self._draw_choice(self._choice.value)
        self._draw(answer, sure)

    def _chosen(self, _: Any = None) -> None:
        self._message = ""
        saved = self.work.answered().get(self.sheet.id, {})
        typed = self.work.drafts.text(self.sheet.id)
        if self.sheet.id in self.work.unsaved:
            self._message, self._good = str(say("draft_kept")), False
        self._draw(typed or saved.get("answer"), str(saved.get("confidence", BLANK)))

    def _draw(self, answer: Any, sure: str) -> None:
        before, self._form = self._form, form(posed(self.sheet), answer, question_say)
        self._place.children = [self._form]
        before.close_all_fields()
        self._form.keep(partial(self._typed, self.sheet.id))
        options = [(str(say(f"sure_{int(100 * s)}")), str(s)) for s in SURE]
        self._sure.options = [(str(question_say("choose")), BLANK), *options]
        known = [value for _, value in self._sure.options]
        self._sure.value = sure if sure in known else BLANK
        self._sure.description = str(say("how_sure"))
        self._draw_around()

    def _draw_around(self) -> None:
        asked, x = self.sheet, posed(self.sheet)
        kind = html.words(question_say(f"how_{asked.type}"))
        points = html.words(say("worth", points=asked.points))
        self._prompt.value = html.page(
            "ck-prompt",
            f"<p>{html.words(x.prompt, limit=4000)}</p><p class='ck-quiet'>{kind} {points}</p>",
        )
        saved = self.work.answered()
        done, count = sum(id in saved for id in self._sheets), len(self._sheets)
        told = html.words(say("saved_of", done=done, all=count))
        self._head.value = html.page(
            "ck-head",
            f"<p class='ck-points'><meter min='0' max='{count}' value='{done}'></meter> {told}</p>",
        )
        self._submit.description = str(say("save"))
        shown = self._hints.get(asked.id, 0)
        self._hint.description = str(question_say("hint", left=len(asked.hints) - shown))
        self._hint.disabled = shown >= len(asked.hints)
        self._hint.layout.display = None if asked.hints else "none"
        self._next.description = str(question_say("next"))
        self._next.layout.display = None if count > 1 else "none"
        body = html.result(self._message, self._good) if self._message else ""
        if not body and asked.id in saved:
            body = html.result(say("saved_before"), True)
        if shown:
            rows = "".join(f"<li>{html.words(hint)}</li>" for hint in asked.hints[:shown])
            heading = f"<h3 class='ck-minor'>{html.words(question_say('hints'))}</h3>"
            body += html.page("ck-hints", f"{heading}<ol>{rows}</ol>")
        self._result.value = body

    def _draw_choice(self, chosen: str) -> None:
        saved = self.work.answered()
        options = []
        for n, (id, asked) in enumerate(self._sheets.items(), start=1):
            prompt = str(asked.prompt)
            cut = prompt if len(prompt) <= 60 else prompt[:59] + "…"
            options.append((f"{n}  {'✓' if id in saved else '·'}  {cut}", id))
        # New options choose the first one for a moment, which must not change the question.
        self._choice.unobserve(self._chosen, "value")
        self._choice.description = str(question_say("question"))
        # A page shows a list blank when its words change under the same place.
        self._choice.value = None
        self._choice.options = options
        self._choice.value = chosen
        self._choice.observe(self._chosen, "value")

    def _do(self, act: Callable[[], object]) -> None:
        self._message = ""
        try:
            act()
        except Exception as error:
            self._say(str(html.trouble(error)), False)
        self._draw_around()

    def _say(self, told: str, good: bool) -> None:
        self._message, self._good = told, good
        self._keyboard.say(told, language())

    def _typed(self, sheet: str, text: str) -> None:
        """Keep an essay at every change: what is on disk is never older than the page."""
        try:
            self.work.drafts.save(sheet, text)
        except OSError as error:
            problem = essay_say("draft_unwritable", reason=error.strerror or error)
            self._result.value = html.result(problem, False)

    def _save(self) -> None:
        answer = self._form.answer
        if problem := unfit(posed(self.sheet), answer):
            self._say(str(problem), False)
            return
        if self.work.handout.confidence and not self._sure.value:
            self._say(str(say("say_how_sure")), False)
            return
        sure = float(self._sure.value) if self.work.handout.confidence else None
        self.work.answer(self.sheet.id, answer, sure)
        self.work.drafts.drop(self.sheet.id)
        self._draw_choice(self.sheet.id)
        self._say(str(say("saved")), True)

    def _show_hint(self) -> None:
        shown = self._hints.get(self.sheet.id, 0) + 1
        self._hints[self.sheet.id] = shown
        self._keyboard.say(str(self.sheet.hints[shown - 1]), language())

    def _go_on(self) -> None:
        ids = list(self._sheets)
        self._choice.value = ids[(ids.index(self._choice.value) + 1) % len(ids)]
        self._choice.focus()


class HandIn(View):
    """The button that writes the submission, and what came of it."""

    call = "assignment_submit()"

    def __init__(self, work: Work, folder: Path) -> None:
        self.work, self._folder = work, folder
        self._told = ""
        self._head, self._result = w.HTML(), w.HTML()
        known = work.student
        self._id = w.Text(value=known.id if known else "", continuous_update=False)
        self._name = w.Text(value=known.name if known else "", continuous_update=False)
        self._keyboard = Keyboard()
        self._submit = Submit(self._keyboard)
        who = w.VBox([self._id, self._name])
        who.layout.display = "none" if work.handout.student else None
        box = w.VBox([who, self._submit])
        box.add_class("ck-form")
        super().__init__([self._keyboard, self._head, box, self._result])
        self._submit.on_click(self._pressed)
        self.redraw()

    def redraw(self) -> None:
        """Draw everything again in the current language."""
        self._id.description = str(say("your_id"))
        self._name.description = str(say("your_name"))
        self._submit.description = str(say("hand_in"))
        h = self.work.handout
        rows = [str(h.title)]
        if h.student:
            rows.append(f"{h.student.name} {h.student.id}".strip())
        if due := self.work.deadline:
            rows.append(str(say("deadline", deadline=due)))
        facts = "".join(f"<p>{html.words(row)}</p>" for row in [*rows, _state(self.work)])
        self._head.value = html.page("ck-head", facts)
        self._result.value = self._told

    def _pressed(self, _: Any) -> None:
        try:
            if self.work.handout.student is None and self._id.value.strip():
                self.work.called(self._id.value, self._name.value)
            path, body = hand_in(self.work, self._folder)
            told = submission_say("handed_in", path=path.name, receipt=body["receipt"])
            links = downloads(say("download"), path.stem, {"json": path.read_text("utf-8")})
            left_out = "".join(f"<p>{html.words(text)}</p>" for text in left_undone(self.work))
            self._told = html.result(told, True, more=left_out + links)
            if left := self.work.unsaved:
                told = say("drafts_left", count=len(left))
                self._told += html.result(told, False)
            self._keyboard.say(str(told), language())
        except Exception as error:
            problem = html.trouble(error)
            self._told = html.result(problem, False)
            self._keyboard.say(str(problem), language())
        self.redraw()


def _state(work: Work) -> str:
    """How far the student has come."""
    h = work.handout
    answered = {act.get("question") for act in work.acts() if act["act"] == "answer"}
    cases = work.case_acts()
    closed = sum(any(line["act"] == "close" for line in lines) for lines in cases.values())
    counts = {
        "answered": len(answered), "questions": len(h.questions or h.sheets),
        "closed": closed, "cases": len(h.cases),
    }  # fmt: skip
    return str(say("state", **counts))


def _shown(make: Callable[[], w.Widget]) -> w.Widget:
    """A widget, or what is wrong in its place."""
    try:
        return make()
    except BilingualError as error:
        return w.HTML(STYLE + html.result(error, False))


def _practice(handout: Handout, work: Work) -> Exercises:
    found = Exercises(
        handout.assignment,
        list(handout.questions),
        work.attempts,
        hints=handout.hints,
        drafts=work.drafts,
    )
    found.call = AnswerSheet.call
    return found


def assignment_questions(handout: str | Path = NAME) -> w.Widget:
    """The questions of an assignment: marked at once in a practice build, kept in an assessment.

    Args:
        handout: the assignment's file, by default the one beside the notebook.
    """

    def make() -> w.Widget:
        work = Work.on(handout)
        practice = work.handout.build == "practice"
        return _practice(work.handout, work) if practice else AnswerSheet(work)

    return _shown(make)


def assignment_case(number: int = 1, handout: str | Path = NAME) -> w.Widget:
    """A case of an assignment in the player, counted from 1: resumed where it stands, or begun."""

    def make() -> w.Widget:
        work = Work.on(handout)
        try:
            return _Named(Player(work.case(number)), number)
        except CaseInUse as error:
            shown = Player(work.case(number, read_only=True), read_only=True)
            return w.VBox([w.HTML(STYLE + html.result(error, False)), shown])

    return _shown(make)


def assignment_submit(handout: str | Path = NAME) -> w.Widget:
    """The button that writes an assignment's submission beside the notebook."""
    path = Path(handout)
    return _shown(lambda: HandIn(Work.on(path), path.parent))


class _Named(w.VBox):
    """A case's frame; a saved notebook holds the call that makes it."""

    def __init__(self, player: Player, number: int) -> None:
        self._number = number
        super().__init__([player])

    def __repr__(self) -> str:
        return stored_text(f"assignment_case({self._number})")
