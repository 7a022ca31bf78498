"""What a student gets back: one page, in both languages, that needs nothing else.

The page has no script. What students typed is text on it and never markup. The `full` page shows
what was right, what was missed and why, and so holds the key; the one with `marks` alone holds no
word of it and can be given out while others still work.
"""

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import Literal

from creditkit.casework.debrief_parts import say as debrief_say
from creditkit.casework.export import SCROLLING, scrolling
from creditkit.content.schema_essays import Point
from creditkit.content.schema_questions import Essay
from creditkit.teaching.essay.feedback import areas, pieces
from creditkit.teaching.essay.marker import Marked
from creditkit.teaching.essay.marker import say as essay_say
from creditkit.teaching.handout import Who, time_beside, time_read
from creditkit.teaching.handout import say as handout_say
from creditkit.teaching.marked import Record
from creditkit.teaching.marking import Part, mark
from creditkit.teaching.marking import say as question_say
from creditkit.teaching.pack import Pack
from creditkit.teaching.submission import Submission
from creditkit.teaching.work_marking import MarkedCase, MarkedQuestion, MarkedWork
from creditkit.text import LANGUAGES, Text, in_full, join, phrases, plain

Kind = Literal["full", "marks"]
# How much of a text a student typed is shown; of an essay more.
SHOWN = 2000
LONGEST = 50_000
# How an essay's points are coloured.
SIGNS = {"covered": "right", "partly": "partly", "doubtful": "doubtful", "missing": "missed",
         "contradicted": "wrong"}  # fmt: skip


def say(key: str, /, **slots: object) -> Text:
    return phrases("class_marking")(key, **slots)


def feedback(
    pack: Pack,
    who: Who,
    submission: Submission,
    work: MarkedWork,
    *,
    late: bool = False,
    kind: Kind = "full",
) -> str:
    """The page for one student, as HTML."""
    title, due = pack.assignment.title, pack.assignment.due
    at = time_beside(submission.written, due)
    deadline = f" {both(handout_say('deadline', deadline=time_read(due)))}" if due else ""
    total = say("total", points=in_full(work.points), out_of=in_full(pack.out_of))
    head = [
        f"<h1>{both(title)}</h1>",
        f"<p class='who'>{both(plain(f'{who.name} {who.id}'.strip()))}</p>",
        f"<p class='total'>{both(total)}</p>",
        f"<p class='quiet'>{both(say('receipt', receipt=submission.receipt))} "
        f"{both(say('handed_in', at=at))}{deadline}</p>",
    ]
    if late:
        head.append(f"<p class='late'>{both(say('was_late'))}</p>")
    body = _overview(work)
    if kind == "full":
        numbered = enumerate(work.questions, start=1)
        body += "".join(_question(n, question) for n, question in numbered)
        body += "".join(_case(n, case) for n, case in enumerate(work.cases, start=1))
    shown = submission.language
    switch = "".join(
        f"<input type='radio' name='lang' id='{lang}'{' checked' if lang == shown else ''}>"
        f"<label for='{lang}'>{'中文' if lang == 'zh' else 'English'}</label>"
        for lang in LANGUAGES
    )
    lang = "zh-CN" if shown == "zh" else "en"
    return (
        f"<!doctype html><html lang='{lang}'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width'>"
        "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none';"
        " style-src 'unsafe-inline'\">"
        f"<title>{escape(title.in_(shown))}</title><style>{_STYLE}{SCROLLING}</style></head><body>"
        f"<main>{switch}<div>{''.join(head)}{body}</div></main></body></html>\n"
    )


@lru_cache(maxsize=65536)
def both(text: Text) -> str:
    """A text in both languages, of which the page shows one.

    >>> both(Text("客户", "<b>"))
    "<span lang='zh-CN'>客户</span><span lang='en'>&lt;b&gt;</span>"
    """
    zh, en = (_words(text.in_(lang)) for lang in LANGUAGES)
    if zh == en:
        return zh
    return f"<span lang='zh-CN'>{zh}</span><span lang='en'>{en}</span>"


def _words(words: str) -> str:
    shown = escape(words[:SHOWN]).replace("\n", "<br>")
    return f"<bdi>{shown}</bdi> …" if len(words) > SHOWN else shown


def _overview(work: MarkedWork) -> str:
    rows = []
    for n, record in enumerate(work.records, start=1):
        case = record["kind"] == "scenario"
        number = n - len(work.questions) if case else n
        name = say("case_n" if case else "question_n", n=number)
        rows.append(
            f"<tr class='{record['verdict']}'><th scope='row'>{both(name)}</th>"
            f"<td>{both(say('mark_' + record['verdict']))}</td>"
            f"<td>{_points(record['points'], record['out_of'])}</td></tr>"
        )
    heads = _heads(say("column_item"), say("column_result"), say("column_points"))
    return scrolling(f"<table class='overview'>{heads}<tbody>{''.join(rows)}</tbody></table>")


def _question(n: int, q: MarkedQuestion) -> str:
    x, marked, record = q.exercise, q.mark, q.record
    parts = marked.parts
    blank = marked.verdict in {"not_attempted", "invalid"}
    if isinstance(x.question, Essay):
        return _headed(n, q, _essay(x.question, q.answer, record, marked.essay))
    if blank:
        parts = mark(x, x.key).parts
    reasons = any(part.why for part in parts)
    rows = "".join(_part(part, not blank, reasons) for part in parts)
    columns = [*([] if blank else ["said", "verdict"]), "right", *(["why"] if reasons else [])]
    heads = _heads(*(question_say(f"column_{column}") for column in ("part", *columns, "ref")))
    table = scrolling(f"<table>{heads}<tbody>{rows}</tbody></table>")
    return _headed(n, q, table if rows else "")


def _headed(n: int, q: MarkedQuestion, body: str) -> str:
    x, marked, record = q.exercise, q.mark, q.record
    message = f"<p>{both(marked.message)}</p>" if marked.message else ""
    return (
        f"<section><h2>{both(say('question_n', n=n))} "
        f"<small>{_points(record['points'], record['out_of'])}</small></h2>"
        f"<p>{both(x.prompt)}</p>"
        f"<p class='{marked.verdict}'><b>{both(say('mark_' + marked.verdict))}</b></p>{message}"
        f"{body}<p><b>{both(question_say('explanation'))}</b> {both(x.why)}</p></section>"
    )


def _part(part: Part, said: bool, reasons: bool) -> str:
    sign = both(question_say(f"sign_{part.verdict}"))
    told = f"<td dir='auto'>{both(part.said)}</td><td>{sign}</td>" if said else ""
    why = f"<td>{both(part.why) if part.why else ''}</td>" if reasons else ""
    return (
        f"<tr class='{part.verdict if said else ''}'><th scope='row'>{both(part.title)}</th>{told}"
        f"<td>{both(part.right)}</td>{why}"
        f"<td class='ref'>{escape(', '.join(part.ref))}</td></tr>"
    )


def _essay(question: Essay, text: object, record: Record, marked: Marked | None) -> str:
    """An essay: how full each part of it is, point by point, and the answer with the places."""
    if marked is None or not isinstance(text, str):
        points = "".join(
            f"<li>{both(p.text)} <span class='ref'>{escape(p.id)}</span></li>" for p in question.key
        )
        return f"<p><b>{both(essay_say('key'))}</b></p><ol>{points}</ol>"
    counts = {state: len(marked.refs(state)) for state in ("covered", "partly", "doubtful")}
    points, out_of = (f"{record[of]:.1f}" for of in ("points", "out_of"))
    told = essay_say("summary", points=points, out_of=out_of, of=len(question.key), **counts)
    doubts = f" {both(essay_say('has_doubtful'))}" if counts["doubtful"] else ""
    heads = _heads(*(essay_say(f"column_{c}") for c in ("point", "state", "evidence", "ref")))
    bodies = "".join(
        f"<tbody><tr><th scope='rowgroup' colspan='4' class='area'>{both(area.group.title)} "
        f"<small>{area.have} / {area.of}</small></th></tr>"
        + "".join(_said(p, text, marked) for p in question.key if p.group == area.group.id)
        + "</tbody>"
        for area in areas(question, marked)
    )
    return (
        f"<p>{both(told)}{doubts}</p>{scrolling(f'<table>{heads}{bodies}</table>')}"
        f"<details open><summary>{both(essay_say('in_text'))}</summary>"
        f"<p class='answer' dir='auto'>{_marked_text(text, marked)}</p></details>"
    )


def _said(point: Point, text: str, marked: Marked) -> str:
    found = marked.findings[point.id]
    ruled = f"<br><small>{both(essay_say('ruled', reason=found.ruled))}</small>"
    words = " … ".join(text[a:b] for a, b in found.evidence)
    return (
        f"<tr class='{SIGNS[found.state]}'><th scope='row'>{both(point.text)}</th>"
        f"<td>{both(essay_say(f'state_{found.state}'))}{ruled if found.ruled else ''}</td>"
        f"<td dir='auto'>{_words(words)}</td>"
        f"<td class='ref'>{escape(', '.join(point.ref))}</td></tr>"
    )


def _marked_text(text: str, marked: Marked) -> str:
    shown = []
    for piece in pieces(text[:LONGEST], marked):
        words = escape(piece.text)
        if piece.refs:
            css = " class='against'" if piece.against else ""
            words = f"<mark{css}>{words}<sup>{escape(' '.join(piece.refs))}</sup></mark>"
        shown.append(words)
    return "".join(shown) + (" …" if len(text) > LONGEST else "")


def _case(n: int, marked: MarkedCase) -> str:
    d, record = marked.debrief, marked.record
    parts = [
        f"<h2>{both(join((say('case_n', n=n), d.scenario.title), zh='：', en=': '))} "
        f"<small>{_points(record['points'], record['out_of'])}</small></h2>"
    ]
    if record["verdict"] != "not_attempted" and not d.finished:
        parts.append(f"<p class='late'>{both(say('not_closed'))}</p>")
    heads = _heads(*(debrief_say(k) for k in ("line", "points", "did", "asked", "why", "ref")))
    for score in d.scores:
        rows = "".join(
            f"<tr class='{line.verdict}'><th scope='row'>{both(line.title)}<br>"
            f"<small>{both(debrief_say(f'verdict_{line.verdict}'))}</small></th>"
            f"<td>{line.points:.1f}{f' / {line.out_of:.1f}' if line.out_of else ''}</td>"
            f"<td dir='auto'>{both(line.did)}</td><td>{both(line.asked)}</td>"
            f"<td>{both(line.why)}</td><td class='ref'>{escape(', '.join(line.ref))}</td></tr>"
            for line in score.lines
        )
        unfolded = " open" if score.points < score.out_of - 1e-9 and rows else ""
        parts.append(
            f"<details{unfolded}><summary>{both(score.title)} "
            f"<b>{score.points:.1f} / {score.out_of:g}</b></summary>"
            f"{scrolling(f'<table>{heads}<tbody>{rows}</tbody></table>')}</details>"
        )
    story = [(debrief_say("truth"), d.truth), (debrief_say("lesson"), d.scenario.lesson)]
    if d.outcome is not None:
        story.insert(1, (debrief_say("outcome"), d.outcome))
    misled = [join((m.item, m.why), zh="：", en=": ") for m in d.misleading]
    story += [(debrief_say("misleading"), text) for text in misled]
    rows = "".join(f"<dt>{both(k)}</dt><dd>{both(v)}</dd>" for k, v in story)
    return f"<section>{''.join(parts)}<dl>{rows}</dl></section>"


def _points(points: float, out_of: float) -> str:
    return f"{points:.1f} / {out_of:.1f}"


def _heads(*titles: Text) -> str:
    return f"<thead><tr>{_cells(titles)}</tr></thead>"


@lru_cache(maxsize=64)
def _cells(titles: Iterable[Text]) -> str:
    return "".join(f"<th scope='col'>{both(title)}</th>" for title in titles)


_STYLE = """
body{font:15px/1.6 "Noto Sans SC","Microsoft YaHei","PingFang SC",system-ui,sans-serif;
max-width:62rem;margin:1.5rem auto;padding:0 1rem;color:#1a1a1a;background:#fff;
overflow-wrap:anywhere}
#zh:checked~div [lang=en],#en:checked~div [lang=zh-CN]{display:none}
label{margin-inline-end:1rem}h1{font-size:1.5rem;margin:.6rem 0 0}
h2{font-size:1.15rem;border-top:2px solid #bbb;padding-top:.8rem}
small{font-weight:400;color:#444}.quiet,.who{color:#555;margin:.2rem 0}
.total{font-size:1.5rem;font-weight:700;margin:.4rem 0}.late{color:#8a4b00}
table{border-collapse:collapse;width:100%;margin:.5rem 0}
th,td{border:1px solid #ccc;padding:.3rem .5rem;text-align:start;vertical-align:top;
overflow-wrap:break-word}td[dir=auto]{overflow-wrap:anywhere;min-width:5em}
thead th{background:#f0f3f7}.overview{width:auto}.ref{white-space:nowrap;color:#555;font-size:.85em}
tr>*:first-child{border-inline-start-width:4px}
tr.right>*:first-child{border-inline-start-color:#1a7f4b}
tr.partly>*:first-child{border-inline-start-color:#c77700}
tr.wrong>*:first-child,tr.invalid>*:first-child{border-inline-start-color:#c62828}
tr.missed>*:first-child,tr.not_attempted>*:first-child{border-inline-start-color:#6b7280}
tr.doubtful>*:first-child{border-inline-start-color:#6a4fb3}
.area{background:#f7f9fb}.answer{white-space:pre-wrap;margin:.3rem 0}
mark{background:#fff3b0;color:inherit;border-radius:3px}mark.against{background:#ffd6d6}
sup{font-size:.65em;color:#5a4a00;margin-inline-start:2px}
summary{cursor:pointer;padding:.2rem 0}dt{font-weight:600;margin-top:.4rem}dd{margin:0}
@media(max-width:40rem){.ref{white-space:normal}}
@media print{input,label{display:none}details>*{display:block}tr{break-inside:avoid}}
"""
