"""Exercises on screen: one question at a time, marked at once, kept on disk."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import ipywidgets as w

from creditkit.content.library import questions
from creditkit.content.schema_questions import AnyQuestion, Essay
from creditkit.teaching.attempts import Attempts, Work
from creditkit.teaching.drafts import Drafts
from creditkit.teaching.essay.marker import say as essay_say
from creditkit.teaching.marking import Mark, Part, mark, say
from creditkit.text import BilingualError, in_full, language
from creditkit.widgets import html
from creditkit.widgets.controls import View
from creditkit.widgets.essays import key as essay_key
from creditkit.widgets.essays import result as essay_result
from creditkit.widgets.forms import Form, form
from creditkit.widgets.keyboard import Keyboard, Submit
from creditkit.widgets.style import STYLE

# From this many tries on a mark tells all: what was missed, and what would have been right.
TRIES = 2
SIGNS = {"right": "✓", "partly": "◐", "wrong": "✗", "shown": "○", "not_attempted": "·"}


class Exercises(View):
    """Questions to work through, one at a time; see `exercises`."""

    def __init__(
        self,
        name: str,
        questions: list[AnyQuestion],
        attempts: Attempts,
        hints: bool = True,
        drafts: Drafts | None = None,
    ) -> None:
        self.name = name
        self.attempts = attempts
        self._drafts = drafts or Drafts(attempts.student)
        self._questions = {q.id: q for q in questions}
        self._mark: Mark | None = None
        self._message = ""

        self._head, self._prompt, self._result = w.HTML(), w.HTML(), w.HTML()
        self._choice = w.Dropdown()
        self._place = w.VBox()
        self._form: Form = Form([], lambda: None)
        self._keyboard = Keyboard()
        self._submit = Submit(self._keyboard)
        self._hint, self._show, self._another = (w.Button() for _ in range(3))
        self._hint.layout.display = None if hints else "none"
        buttons = w.HBox([self._submit, self._hint, self._show, self._another])
        buttons.add_class("ck-buttons")
        self._next = w.Button()
        chooser = w.VBox([self._choice])
        chooser.add_class("ck-form")
        self.call = f"exercises({self.name!r})"
        super().__init__(
            [self._keyboard, self._head, chooser, self._prompt, self._place,
             buttons, self._result, self._next]
        )  # fmt: skip
        self.add_class("ck-exercises")

        self._choice.observe(self._chosen, "value")
        self._draw_choice(self._first_open())
        self._submit.on_click(lambda _: self._do(self._submitted))
        self._hint.on_click(lambda _: self._do(self._hinted))
        self._show.on_click(lambda _: self._do(self._shown))
        self._another.on_click(lambda _: self._do(self._anew))
        self._next.on_click(lambda _: self._go_on())
        self._chosen()

    @property
    def question(self) -> AnyQuestion:
        """The question at hand."""
        return self._questions[self._choice.value]

    @property
    def form(self) -> Form:
        """The fields of the question at hand."""
        return self._form

    # Drawing

    def redraw(self) -> None:
        """Draw everything again in the current language, keeping what is filled in."""
        answer = self._form.answer
        self._draw_choice(self._choice.value)
        self._draw(answer)

    def _chosen(self, _: Any = None) -> None:
        self._message = ""
        work = self._work()
        x = self.attempts.exercise(self.question)
        self._mark = None if work.last is None else mark(x, work.last)
        draft = self._drafts.text(x.id) if isinstance(self.question, Essay) else ""
        self._draw(draft or work.last)

    def _draw(self, answer: Any) -> None:
        x = self.attempts.exercise(self.question)
        before, self._form = self._form, form(x, answer, say)
        self._place.children = [self._form]
        before.close_all_fields()
        self._form.keep(partial(self._typed, x.id))
        self._draw_around()

    def _draw_around(self) -> None:
        x, work = self.attempts.exercise(self.question), self._work()
        refs = html.words(", ".join(self.question.ref))
        kind = html.words(say(f"how_{self.question.type}"))
        level = html.words(say(f"level_{self.question.level}"))
        self._prompt.value = html.page(
            "ck-prompt",
            f"<p class='ck-quiet'>{level} <span class='ck-ref'>{refs}</span></p>"
            f"<p>{html.words(x.prompt, limit=4000)}</p><p class='ck-quiet'>{kind}</p>",
        )
        done = sum(self.attempts.work(id).standing == "right" for id in self._questions)
        count = say("done_of", done=done, all=len(self._questions))
        self._head.value = html.page(
            "ck-head",
            f"<p class='ck-points'><meter min='0' max='{len(self._questions)}' value='{done}'>"
            f"</meter> {html.words(count)}</p>",
        )
        self._submit.description = str(say("submit"))
        left = len(x.hints) - work.hints
        self._hint.description = str(say("hint", left=left))
        self._hint.disabled = not left
        self._show.description = str(say("show"))
        self._show.disabled = work.shown
        self._another.description = str(say("another"))
        self._next.description = str(say("next"))
        self._next.layout.display = None if len(self._questions) > 1 else "none"
        self._result.value = self._draw_result()

    def _draw_result(self) -> str:
        work, x = self._work(), self.attempts.exercise(self.question)
        body = self._message
        if self._mark is not None:
            body += self._marked_essay(work) or marked(
                self._mark, tells_all=work.shown or len(work.shares) >= TRIES
            )
            if self._mark.verdict == "right":
                body += _explained(x.why)
        if work.hints and (self._mark is None or self._mark.verdict != "right"):
            rows = "".join(f"<li>{html.words(hint)}</li>" for hint in x.hints[: work.hints])
            body += html.page(
                "ck-hints", f"<h3 class='ck-minor'>{html.words(say('hints'))}</h3><ol>{rows}</ol>"
            )
        if work.shown and isinstance(self.question, Essay):
            body += essay_key(self.question, self._mark is None)
        elif work.shown:
            key = mark(x, x.key)
            heading = f"<h3 class='ck-minor'>{html.words(say('key'))}</h3>"
            body += html.page("ck-key", heading + _parts(key.parts, True, said=False))
            body += _explained(x.why)
        return body

    def _marked_essay(self, work: Work) -> str:
        question, found = self.question, self._mark.essay if self._mark else None
        if found is None or not isinstance(question, Essay):
            return ""
        body = essay_result(question, work.last, found, work)
        return f"<div class='ck-essay'>{body}</div>"

    def _draw_choice(self, chosen: str) -> None:
        self._choice.description = str(say("question"))
        options = []
        for n, (id, q) in enumerate(self._questions.items(), start=1):
            standing = self.attempts.work(id).standing
            prompt = str(self.attempts.exercise(q).prompt)
            cut = prompt if len(prompt) <= 60 else prompt[:59] + "…"
            options.append((f"{n}  {SIGNS[standing]}  {cut}", id))
        # New options choose the first one for a moment, which must not change the question.
        self._choice.unobserve(self._chosen, "value")
        # A page shows a list blank when its words change under the same place.
        self._choice.value = None
        self._choice.options = options
        self._choice.value = chosen
        self._choice.observe(self._chosen, "value")

    # Acts

    def _typed(self, question: str, text: str) -> None:
        """Keep an essay at every change."""
        try:
            self._drafts.save(question, text)
        except OSError as error:
            problem = essay_say("draft_unwritable", reason=error.strerror or error)
            self._result.value = html.result(problem, False)

    def _do(self, act: Any) -> None:
        self._message = ""
        try:
            act()
        except Exception as error:
            problem = html.trouble(error)
            self._message = html.result(problem, False)
            self._keyboard.say(str(problem), language())
        self._draw_around()

    def _submitted(self) -> None:
        x = self.attempts.exercise(self.question)
        self._mark = self.attempts.answer(x, self._form.answer)
        self._keyboard.say(summary(self._mark), language())
        self._draw_choice(self._choice.value)

    def _hinted(self) -> None:
        x = self.attempts.exercise(self.question)
        taken = self.attempts.hint(x)
        self._keyboard.say(str(x.hints[taken - 1]), language())

    def _shown(self) -> None:
        x = self.attempts.exercise(self.question)
        self.attempts.show(x)
        self._keyboard.say(str(say("key")), language())
        self._draw_choice(self._choice.value)

    def _anew(self) -> None:
        self.attempts.another(self.attempts.exercise(self.question))
        self._mark = None
        self._draw(None)
        self._keyboard.say(str(say("new_variant")), language())

    def _go_on(self) -> None:
        ids = list(self._questions)
        self._choice.value = ids[(ids.index(self._choice.value) + 1) % len(ids)]
        self._choice.focus()

    def _work(self) -> Work:
        return self.attempts.work(self.question.id)

    def _first_open(self) -> str:
        open_ = (id for id in self._questions if self.attempts.work(id).standing != "right")
        return next(open_, next(iter(self._questions)))


def exercises(name: str, *ids: str, student: str = "me", seed: int = 1) -> w.Widget:
    """Work through a set of questions: all of it, or those named by `ids`.

    Answers are marked at once and kept on disk; run the cell again to go on. What is wrong is told
    in the place of the questions.

    Args:
        name: the set, one of `refusal`, `complaint`, `collection`, `content`, `sources`.
        student: whose attempts to keep, when several share a computer.
        seed: the variant a student meets first.
    """
    try:
        found = [q for q in questions(name).items if not ids or q.id in ids]
        if not found:
            return w.HTML(STYLE + html.result(say("no_such_question", ids=", ".join(ids)), False))
        return Exercises(name, found, Attempts(student, seed=seed))
    except BilingualError as error:
        return w.HTML(STYLE + html.result(error, False))


def summary(marked: Mark) -> str:
    """A mark in one sentence, for the screen reader and the head of the result."""
    if marked.verdict == "invalid":
        return f"{say('verdict_invalid')} {marked.message}"
    if marked.verdict == "not_attempted":
        return str(say("verdict_not_attempted"))
    points = in_full(marked.points)
    told = say(f"verdict_{marked.verdict}", points=points, out_of=marked.out_of)
    missed = sum(part.verdict == "missed" for part in marked.parts)
    blank = sum(part.verdict == "not_attempted" for part in marked.parts)
    more = [say("missed_count", n=missed)] if missed else []
    more += [say("blank_count", n=blank)] if blank else []
    return " ".join(map(str, [told, *more, *([marked.message] if marked.message else [])]))


def marked(result: Mark, tells_all: bool) -> str:
    """A mark as HTML: its verdict, then part by part what was said and why.

    Until it `tells_all`, it keeps back what was missed and what would have been right.
    """
    good = result.verdict == "right"
    css = "ck-ok" if good else "ck-refused"
    shown = [
        p for p in result.parts if tells_all or good or p.verdict in {"right", "partly", "wrong"}
    ]
    body = f"<p><strong>{html.words(summary(result), limit=2000)}</strong></p>"
    return html.page(f"ck-result {css}", body) + (_parts(shown, tells_all or good) if shown else "")


def _parts(parts: Sequence[Part], tells_all: bool, said: bool = True) -> str:
    told = (["said", "verdict"] if said else []) + (["right"] if tells_all else [])
    columns = ["part", *told, "why", "ref"]
    heads = "".join(f"<th scope='col'>{html.words(say(f'column_{c}'))}</th>" for c in columns)
    body = []
    for part in parts:
        sign = html.words(say(f"sign_{part.verdict}"))
        # The reason for a wrong place would name the right one.
        why = part.why if tells_all or part.verdict != "wrong" or _chosen(part) else None
        cells = {
            "said": html.words(part.said),
            "verdict": f"<span class='ck-verdict'>{sign}</span>",
            "right": html.words(part.right),
            "why": html.words(why or ""),
        }
        row = "missed" if part.verdict == "not_attempted" else part.verdict
        body.append(
            f"<tr class='ck-{row}'><th scope='row'>{html.words(part.title)}</th>"
            + "".join(f"<td>{cells[c]}</td>" for c in (*told, "why"))
            + f"<td class='ck-ref'>{html.words(', '.join(part.ref))}</td></tr>"
        )
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(body)}</tbody></table>"
    return html.page("ck-marked", table)


def _chosen(part: Part) -> bool:
    return part.said in {say("was_chosen"), say("not_chosen")}


def _explained(why: Any) -> str:
    heading = f"<strong>{html.words(say('explanation'))}</strong>"
    return html.page("ck-result ck-ok", f"<p>{heading} {html.words(why, limit=2000)}</p>")
