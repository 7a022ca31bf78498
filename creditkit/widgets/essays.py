"""Essays on screen: a text area, marked at once by key points, with the evidence in the text."""

from typing import Any

import ipywidgets as w

from creditkit.content.schema_questions import Essay
from creditkit.teaching.attempts import Attempts, Work
from creditkit.teaching.drafts import Drafts
from creditkit.teaching.essay.feedback import areas, asked, pieces, stage
from creditkit.teaching.essay.marker import Marked, mark_essay, marker, say
from creditkit.text import BilingualError, in_full, language
from creditkit.widgets import html
from creditkit.widgets.controls import View
from creditkit.widgets.keyboard import Keyboard, Submit
from creditkit.widgets.style import STYLE

# As much of an answer as a page is asked to show marked.
LONGEST = 50_000


class EssayView(View):
    """One essay question to answer; see `essay`."""

    def __init__(self, question: Essay, attempts: Attempts, drafts: Drafts) -> None:
        self.question = question
        self.attempts = attempts
        self.drafts = drafts
        self._message = ""
        self._marked: Marked | None = None
        self._prompt, self._count, self._result = w.HTML(), w.HTML(), w.HTML()
        self._field = w.Textarea(continuous_update=True, rows=12)
        form = w.VBox([self._field, self._count])
        form.add_class("ck-form")
        self._keyboard = Keyboard()
        self._submit = Submit(self._keyboard)
        self._hint, self._show, self._grid = (w.Button() for _ in range(3))
        buttons = w.HBox([self._submit, self._hint, self._show, self._grid])
        buttons.add_class("ck-buttons")
        self.call = f"essay({question.id!r})"
        super().__init__([self._keyboard, self._prompt, form, buttons, self._result])
        self.add_class("ck-exercises")
        self.add_class("ck-essay")

        work = self._work()
        self._field.value = drafts.text(question.id) or str(work.last or "")
        if isinstance(work.last, str):
            self._marked = mark_essay(question, work.last)
        self._answer = work.last if isinstance(work.last, str) else ""
        self._field.observe(self._typed, "value")
        self._submit.on_click(lambda _: self._do(self._submitted))
        self._hint.on_click(lambda _: self._do(self._hinted))
        self._show.on_click(lambda _: self._do(self._shown))
        self._grid.on_click(lambda _: self._do(self._insert_grid))
        self.redraw()

    def redraw(self) -> None:
        x = self.attempts.exercise(self.question)
        work = self._work()
        refs = html.words(", ".join(self.question.ref))
        self._prompt.value = html.page(
            "ck-head ck-prompt",
            f"<p class='ck-quiet'>{html.words(say('kind'))} <span class='ck-ref'>{refs}</span></p>"
            f"<p>{html.words(x.prompt, limit=4000)}</p>",
        )
        self._field.description = str(say("your_answer"))
        self._field.placeholder = str(say("placeholder"))
        self._submit.description = str(say("submit"))
        left = len(x.hints) - work.hints
        self._hint.description = str(say("hint", left=left))
        self._hint.disabled = not left
        self._show.description = str(say("show"))
        self._show.disabled = work.shown
        self._grid.description = str(say("insert_table"))
        self._grid.layout.display = None if self.question.grid is not None else "none"
        self._draw_count()
        self._draw_result()

    def _draw_count(self) -> None:
        count = say("typed", count=f"{len(self._field.value):,}")
        self._count.value = html.page("ck-quiet", html.words(count))

    def _draw_result(self) -> None:
        work, x = self._work(), self.attempts.exercise(self.question)
        body = self._message
        if self._marked is not None:
            body += result(self.question, self._answer, self._marked, work)
        if work.hints:
            rows = "".join(f"<li>{html.words(hint)}</li>" for hint in x.hints[: work.hints])
            body += html.page(
                "ck-hints", f"<h3 class='ck-minor'>{html.words(say('hints'))}</h3><ol>{rows}</ol>"
            )
        if work.shown:
            body += key(self.question, self._marked is None)
        self._result.value = body

    def _typed(self, _: Any) -> None:
        """Keep every change: what is on disk is never older than the last message of the page."""
        try:
            self.drafts.save(self.question.id, self._field.value)
        except OSError as error:
            problem = say("draft_unwritable", reason=error.strerror or error)
            self._message = html.result(problem, False)
            self._draw_result()
        self._draw_count()

    def _do(self, act: Any) -> None:
        self._message = ""
        try:
            act()
        except Exception as error:
            problem = html.trouble(error, say)
            self._message = html.result(problem, False)
            self._keyboard.say(str(problem), language())
        self.redraw()

    def _submitted(self) -> None:
        text = self._field.value
        self.drafts.save(self.question.id, text)
        x = self.attempts.exercise(self.question)
        marked = self.attempts.answer(x, text).essay
        if marked is None:
            self._message = html.result(say("nothing_written"), False)
            self._keyboard.say(str(say("nothing_written")), language())
            return
        self._answer, self._marked = text, marked
        self._keyboard.say(summary(self.question, marked), language())

    def _hinted(self) -> None:
        x = self.attempts.exercise(self.question)
        taken = self.attempts.hint(x)
        self._keyboard.say(str(x.hints[taken - 1]), language())

    def _shown(self) -> None:
        self.attempts.show(self.attempts.exercise(self.question))
        self._keyboard.say(str(say("key")), language())

    def _insert_grid(self) -> None:
        """Put an empty table at the end of the answer."""
        before = self._field.value.rstrip()
        self._field.value = (before + "\n\n" if before else "") + str(say("table"))

    def _work(self) -> Work:
        return self.attempts.work(self.question.id)


def essay(name: str, student: str = "me") -> w.Widget:
    """Write an essay and have it marked at once; what is typed is kept on disk all the time.

    Args:
        name: id or letter of the question: `essay_refusal` or `R`, and so on for C, D, I and S.
        student: whose draft and attempts to keep, when several share a computer.
    """
    try:
        return EssayView(marker(name).question, Attempts(student), Drafts(student))
    except BilingualError as error:
        return w.HTML(STYLE + html.result(error, False))


def summary(question: Essay, marked: Marked) -> str:
    """The marks in one sentence."""
    points = round(marked.share * question.points, 1)
    counts = {state: len(marked.refs(state)) for state in ("covered", "partly", "doubtful")}  # type: ignore[arg-type]
    return str(say("summary", points=in_full(points), out_of=question.points,
                   of=len(question.key), **counts))  # fmt: skip


def result(question: Essay, text: str, marked: Marked, work: Work) -> str:
    """An essay marked, as HTML: no more than the stage of the work allows."""
    told = stage(len(work.shares), work.shown)
    head = f"<p><strong>{html.words(summary(question, marked), limit=2000)}</strong></p>"
    css = "ck-ok" if marked.share >= 0.6 else "ck-refused"
    body = html.page(f"ck-result {css}", head + _warnings(question, marked))
    body += _areas(question, marked, told)
    body += _points(question, text, marked, told == "key")
    body += _in_text(text, marked)
    return body + _extra(text, marked)


def _warnings(question: Essay, marked: Marked) -> str:
    rows = []
    for p in question.key:
        state = marked.findings[p.id].state
        if p.kind == "order" and state in {"partly", "contradicted"}:
            rows.append(say(f"order_{state}"))
    if marked.refs("doubtful"):
        rows.append(say("has_doubtful"))
    return "".join(f"<p>{html.words(row)}</p>" for row in rows)


def _areas(question: Essay, marked: Marked, told: str) -> str:
    rows = []
    for area in areas(question, marked):
        name = html.words(area.group.title)
        meter = f"<meter min='0' max='{area.of}' value='{area.have}'></meter> {area.have}/{area.of}"
        more = ""
        if area.missing and told == "areas":
            more = f"<br><span class='ck-quiet'>{html.words(area.group.hint)}</span>"
        elif area.missing and told == "questions":
            asks = dict.fromkeys(str(asked(p, area.group)) for p in area.missing)
            more = "<ul>" + "".join(f"<li>{html.words(a)}</li>" for a in asks) + "</ul>"
        rows.append(f"<li>{name} <span class='ck-points'>{meter}</span>{more}</li>")
    heading = html.words(say(f"areas_{told}"))
    return html.page("ck-areas", f"<h3 class='ck-minor'>{heading}</h3><ul>{''.join(rows)}</ul>")


def _points(question: Essay, text: str, marked: Marked, everything: bool) -> str:
    signs = {"covered": "right", "partly": "partly", "doubtful": "doubtful",
             "missing": "missed", "contradicted": "wrong"}  # fmt: skip
    rows = []
    for p in question.key:
        f = marked.findings[p.id]
        if f.state == "missing" and not everything:
            continue
        # What is said wrongly must not give the right words away before the key is shown.
        title = p.text if everything or f.state == "covered" else say(f"point_{f.state}")
        said = " … ".join(text[a:b] for a, b in f.evidence)
        rows.append(
            f"<tr class='ck-{signs[f.state]}'><th scope='row'>{html.words(title)}</th>"
            f"<td><span class='ck-verdict'>{html.words(say(f'state_{f.state}'))}</span></td>"
            f"<td dir='auto'>{html.words(said)}</td>"
            f"<td class='ck-ref'>{html.words(', '.join(p.ref))}</td></tr>"
        )
    if not rows:
        return ""
    heads = "".join(
        f"<th scope='col'>{html.words(say(f'column_{c}'))}</th>"
        for c in ("point", "state", "evidence", "ref")
    )
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    return html.page("ck-marked", table)


def _in_text(text: str, marked: Marked) -> str:
    parts = []
    for piece in pieces(text[:LONGEST], marked):
        words = html.words(piece.text, limit=LONGEST)
        if piece.refs:
            css = " class='ck-against'" if piece.against else ""
            refs = html.words(" ".join(piece.refs))
            words = f"<mark{css} title='{refs}'>{words}<sup>{refs}</sup></mark>"
        parts.append(words)
    summary_ = f"<summary>{html.words(say('in_text'))}</summary>"
    body = f"<details open>{summary_}<p class='ck-answer' dir='auto'>{''.join(parts)}</p></details>"
    return html.page("ck-in-text", body)


def _extra(text: str, marked: Marked) -> str:
    if not marked.extra:
        return ""
    rows = "".join(f"<li dir='auto'>{html.words(text[a:b])}</li>" for a, b in marked.extra[:40])
    head = f"<summary>{html.words(say('extra'))}</summary>"
    return html.page("ck-extra", f"<details>{head}<ul>{rows}</ul></details>")


def key(question: Essay, with_points: bool) -> str:
    """The key as HTML: the explanation, and the points where no table of them stands above."""
    rows = "".join(
        f"<li>{html.words(p.text)} <span class='ck-ref'>{html.words(p.id)}</span></li>"
        for p in question.key
    )
    points = f"<ol>{rows}</ol>" if with_points else ""
    heading = f"<h3 class='ck-minor'>{html.words(say('key'))}</h3>"
    return html.page("ck-key", f"{heading}{points}<p>{html.words(question.why)}</p>")
