"""How a case, its record and its debrief look: plain HTML in the colours of JupyterLab's theme."""

import base64
from collections.abc import Callable, Iterable, Mapping
from html import escape

from creditkit.casework.case import Case
from creditkit.casework.debrief import Debrief
from creditkit.casework.debrief_parts import Line
from creditkit.casework.debrief_parts import say as say_debrief
from creditkit.casework.record import CaseRecord, Entry
from creditkit.text import BilingualError, Text, language, phrases

# How much of a long text the page shows; the exports hold all of it.
SHOWN = 600


def say(key: str, /, **slots: object) -> Text:
    return phrases("player")(key, **slots)


def words(text: object, limit: int = SHOWN) -> str:
    """Text made safe for a page: nothing in it is markup, long text is cut with a mark.

    >>> words("<b>")
    '&lt;b&gt;'
    """
    full = str(text)
    shown = escape(full[:limit]).replace("\n", "<br>")
    if len(full) <= limit:
        return shown
    # Kept apart: a right-to-left mark in the text must not turn round what follows.
    return f"<bdi>{shown}</bdi> … {escape(str(say('cut', n=len(full))))}"


def page(css_class: str, body: str) -> str:
    """A piece of a view, marked with the language a screen reader should speak."""
    lang = "zh-CN" if language() == "zh" else "en"
    return f"<div class='ck {css_class}' lang='{lang}'>{body}</div>"


def header(case: Case, guided: bool) -> str:
    """Title, customer, and where one is in the procedure."""
    state, p = case.state, case.procedure
    kinds = [
        words(o.title)
        for name, list_name in p.given.items()
        for o in p.lists[list_name]
        if o.id == case.given.get(name)
    ]
    facts = [words(case.customer)]
    if case.scenario:
        facts.append(words(case.scenario.customer.industry))
    facts += kinds
    opened = state.open_steps()
    here = state.steps[opened[-1] if opened else state.here]
    chips = []
    for phase in p.phases:
        visited = [s for s in state.path if state.steps[s].phase == phase.id]
        current = phase.id == here.phase
        status = "now" if current else "done" if visited else "ahead"
        at = " aria-current='step'" if current else ""
        inside = ""
        if guided and current and not state.closed:
            inside = f"<small>{words(here.title)}</small>"
        mark = say(f"phase_{status}")
        chips.append(
            f"<li class='ck-{status}'{at}><span>{words(phase.title)}</span>"
            f"<span class='ck-hidden'> ({words(mark)})</span>{inside}</li>"
        )
    return page(
        "ck-head",
        f"<h3>{words(case.title)}</h3><p class='ck-facts'>{' · '.join(facts)}</p>{_clock(case)}"
        f"<ol class='ck-phases' aria-label='{words(say('where'))}'>{''.join(chips)}</ol>",
    )


def _clock(case: Case) -> str:
    """How much time has gone by, of how much there is."""
    state, clock = case.state, case.procedure.clock
    if clock is None:
        return ""
    limit = clock.deadline if state.deadline is None else state.deadline
    key = "clock_late" if state.hours > limit else "clock"
    told = say(key, hours=f"{state.hours:g}", limit=f"{limit:g}")
    return f"<p class='ck-clock ck-{'late' if state.hours > limit else 'intime'}'>{words(told)}</p>"


def opening(case: Case) -> str:
    """The situation at the start; folded away once there are acts."""
    if case.scenario is None:
        body = f"<p>{words(case.procedure.question)}</p>"
    else:
        body = f"<p>{words(case.scenario.opening)}</p><p>{words(case.procedure.question)}</p>"
    summary = f"<summary>{words(say('situation'))}</summary>"
    unfolded = "" if case.state.lines else " open"
    return page("ck-opening", f"<details{unfolded}>{summary}{body}</details>")


def said(entries: Iterable[Entry]) -> str:
    """What informants said, each with who said it and what had been asked."""
    return "".join(
        f"<div class='ck-said'><p class='ck-asked'>{words(e.what)}</p>"
        f"<blockquote dir='auto'>{words(e.text)}"
        f"{f'<div class=ck-who>{words(e.who)}</div>' if e.who else ''}</blockquote></div>"
        for e in entries
    )


def trouble(error: Exception, wording: Callable[..., Text] = say, key: str = "cannot_show") -> Text:
    """What a view says of an error: the error's own words, or that the unforeseen happened, in the
    words of `key`. A traceback helps no student."""
    if isinstance(error, BilingualError):
        return error.text
    return wording(key, problem=f"{type(error).__name__}: {error}")


def result(text: object, accepted: bool, refs: Iterable[str] = (), more: str = "") -> str:
    """What came of an act. (The player has it read out; see `keyboard`.)"""
    cited = ", ".join(refs)
    ref = f" <span class='ck-ref'>{words(cited)}</span>" if cited else ""
    kind = "ck-ok" if accepted else "ck-refused"
    mark = say("accepted" if accepted else "refused")
    message = f"<p><strong>{words(mark)}</strong> {words(text)}{ref}</p>" if str(text) else ""
    return page(f"ck-result {kind}", f"{message}{more}")


def file(case: Case) -> str:
    """The case file: what was learnt, what of it is on record, what was judged."""
    record = CaseRecord(case)
    state = case.state
    on_record = {
        item
        for step_id, items in state.done.items()
        if state.steps[step_id].verb == "record"
        for item in items
    }
    learnt, chosen, others = [], [], []
    recorded_steps = {of for s in case.procedure.steps if s.verb == "record" for of in s.of}
    for e in record.entries:
        if e.verb in {"ask", "collect", "act", "fill"}:
            item = next((i for i in state.steps[e.step_id].items if i.title == e.what), None)
            mark = ""
            if item and e.step_id in recorded_steps:
                known = item.id in on_record
                sign = say("on_record" if known else "only_heard")
                mark = f"<span class='ck-{'on' if known else 'off'}'>{words(sign)}</span>"
            learnt.append(
                f"<dt>{words(e.what)} <span class='ck-ref'>{words(', '.join(e.ref))}</span> {mark}"
                f"</dt><dd dir='auto'>{words(e.text)}</dd>"
            )
        elif e.verb in {"judge", "decide"}:
            chosen.append(
                f"<dt>{words(e.step)} <span class='ck-ref'>{words(', '.join(e.ref))}</span></dt>"
                f"<dd dir='auto'><strong>{words(e.what)}</strong>"
                f"{'<br>' + words(e.text) if str(e.text) else ''}</dd>"
            )
        elif e.verb in {"report", "note", "record"} and (e.verb != "record" or str(e.text)):
            body = words(e.text) if e.verb != "report" else words(e.what)
            others.append(f"<dt>{words(e.step)}</dt><dd dir='auto'>{body}</dd>")
    parts = [
        f"<h5>{words(say(title))}</h5><dl>{''.join(rows)}</dl>"
        for title, rows in (("learnt", learnt), ("judged", chosen), ("other", others))
        if rows
    ]
    body = "".join(parts) or f"<p class='ck-quiet'>{words(say('file_empty'))}</p>"
    return page("ck-file", f"<h4>{words(say('file'))}</h4><div class='ck-scroll'>{body}</div>")


def problems(case: Case) -> str:
    """What was wrong with the journal; nothing as a rule."""
    rows = "".join(f"<li>{words(p)}</li>" for p in case.problems)
    return page("ck-result ck-refused", f"<ul>{rows}</ul>") if rows else ""


def debrief_page(d: Debrief, picture: bytes | None, picture_text: str) -> str:
    """The debrief: total, the story's end, the path as a picture, each dimension's lines."""
    say = say_debrief
    parts = [f"<h4>{words(say('title'))}</h4>"]
    if not d.finished:
        parts.append(f"<p class='ck-quiet'>{words(say('unfinished'))}</p>")
    parts.append(
        f"<p class='ck-total'>{words(say('total', points=f'{d.points:g}', out_of=f'{d.out_of:g}'))}"
        "</p>"
    )
    if d.first_points is not None:
        first = say("first", points=f"{d.first_points:g}", now=f"{d.points:g}")
        parts.append(f"<p class='ck-quiet'>{words(first)}</p>")
    if d.finished:
        parts.append(_story(d))
    if picture is None:
        parts.append(f"<p>{words(picture_text)}</p>")
    else:
        data = base64.b64encode(picture).decode()
        parts.append(
            f"<img class='ck-picture' alt='{escape(picture_text, quote=True)}' "
            f"src='data:image/png;base64,{data}'>"
        )
    for score in d.scores:
        share = score.points / score.out_of
        rows = "".join(_line(line) for line in score.lines)
        unfolded = " open" if share < 1 - 1e-9 and rows else ""
        parts.append(
            f"<details{unfolded}><summary><span>{words(score.title)}</span>"
            f"<meter min='0' max='{score.out_of:g}' value='{score.points:.2f}'></meter>"
            f"<span class='ck-points'>{score.points:.1f} / {score.out_of:g}</span></summary>"
            f"<table><thead><tr>{_heads()}</tr></thead><tbody>{rows}</tbody></table></details>"
        )
    return page("ck-debrief", "".join(parts))


def _story(d: Debrief) -> str:
    rows: list[tuple[Text, object]] = [(say_debrief("truth"), d.truth)]
    if d.outcome is not None:
        rows.append((say_debrief("outcome"), d.outcome))
    rows.append((say_debrief("lesson"), d.scenario.lesson))
    body = "".join(f"<dt>{words(k)}</dt><dd>{words(v)}</dd>" for k, v in rows)
    misled = "".join(
        f"<li>{words(m.item)}: <q>{words(m.answer)}</q> "
        f"{words(say_debrief('heard' if m.heard else 'not_heard'))} {words(m.why)} "
        "<span class='ck-ref'>D3.2</span></li>"
        for m in d.misleading
    )
    if misled:
        body += f"<dt>{words(say_debrief('misleading'))}</dt><dd><ul>{misled}</ul></dd>"
    return f"<dl class='ck-story'>{body}</dl>"


def _heads() -> str:
    return "".join(
        f"<th scope='col'>{words(say_debrief(k))}</th>"
        for k in ("line", "points", "did", "asked", "why", "ref")
    )


def _line(line: Line) -> str:
    points = f"{line.points:.1f}" + (f" / {line.out_of:.1f}" if line.out_of else "")
    return (
        f"<tr class='ck-{line.verdict}'><th scope='row'>{words(line.title)}<br>"
        f"<span class='ck-verdict'>{words(say_debrief(f'verdict_{line.verdict}'))}</span></th>"
        f"<td class='ck-num'>{points}</td><td>{words(line.did)}</td><td>{words(line.asked)}</td>"
        f"<td>{words(line.why)}</td><td class='ck-ref'>{words(', '.join(line.ref))}</td></tr>"
    )


def table(
    rows: Iterable[Mapping[str, object]], columns: Mapping[str, Text], numbers: Iterable[str] = ()
) -> str:
    """A plain table; `columns` maps each row's key to its heading, `numbers` stand to the right."""
    # The style sheet is not at hand in a saved notebook, where all cells would stand to the right.
    right = frozenset(numbers)
    sides = {c: "end" if c in right else "start" for c in columns}
    style = {c: f"text-align:{side};vertical-align:top" for c, side in sides.items()}
    heads = "".join(
        f"<th scope='col' style='{style[c]}'>{words(t)}</th>" for c, t in columns.items()
    )
    whole = {c: f"{style[c]};white-space:nowrap" if c in right else style[c] for c in columns}
    body = "".join(
        "<tr>"
        + "".join(
            f"<td dir='auto' style='{whole[c]}'>{words(row.get(c, ''))}</td>" for c in columns
        )
        + "</tr>"
        for row in rows
    )
    return page("ck-table", f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>")
