"""The page of a report: pieces of HTML in which nothing of the data is ever markup, and the whole.

A page holds everything it needs: its pictures are inside, no script runs, no address is asked.
"""

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from creditkit.casework.export import scrolling
from creditkit.plots.figure import png
from creditkit.text import Language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# How much of one cell is shown.
LONGEST, SHORT = 400, 14
# How much a sentence or a picture says at most: sentences are ours, but hold names of the data.
MOST_TOLD = 3000
# Sharp enough in print.
DPI = 150
# What no page can show and a browser may read as an order of its own: control characters, and
# those that turn the direction of all the text that follows.
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Section:
    """A part of the report: its `id` and `title`, and its body as pieces of HTML."""

    id: str
    title: str
    body: Sequence[str]


def words(text: object, most: int | None = LONGEST) -> str:
    """Text of any origin, safe between tags, cut after `most` characters; None cuts nothing.

    >>> words("<b> & \\u202e")
    '&lt;b&gt; &amp; '
    """
    full = UNSEEN.sub("", str(text))
    cut = full if most is None or len(full) <= most else full[:most] + "…"
    return escape(cut, quote=True).replace("\n", "<br>")


def paragraph(text: object, css: str = "") -> str:
    """One paragraph.

    >>> paragraph("1 < 2", "note")
    "<p class='note'>1 &lt; 2</p>"
    """
    told = words(text, MOST_TOLD)
    return f"<p class='{css}'>{told}</p>" if css else f"<p>{told}</p>"


def heading(text: object) -> str:
    """A heading within a section."""
    return f"<h3>{words(text)}</h3>"


def bullets(texts: Iterable[object]) -> str:
    """A list; nothing where there is nothing to list."""
    rows = "".join(f"<li dir='auto'>{words(text, MOST_TOLD)}</li>" for text in texts)
    return f"<ul>{rows}</ul>" if rows else ""


def table(
    rows: Iterable[Mapping[str, object]],
    columns: Mapping[str, object],
    caption: object = "",
    numbers: Iterable[str] = (),
) -> str:
    """A table; `columns` maps each row's key to its heading, `numbers` names those set to the
    right."""
    right = set(numbers)
    heads = "".join(
        f"<th scope='col'{_look(key in right, title)}>{words(title)}</th>"
        for key, title in columns.items()
    )
    body = "".join(
        "<tr>"
        + "".join(
            f"<td dir='auto'{_look(key in right, cell)}>{words(cell)}</td>"
            for key, cell in ((key, row.get(key, "")) for key in columns)
        )
        + "</tr>"
        for row in rows
    )
    told = f"<caption>{words(caption)}</caption>" if str(caption) else ""
    return scrolling(f"<table>{told}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>")


def picture(figure: "Figure", text: str, caption: object = "") -> str:
    """A picture inside the page, with what it shows in words for those who do not see it."""
    data = base64.b64encode(png(figure, DPI)).decode("ascii")
    width = round(figure.get_figwidth() * 96)
    told = f"<figcaption>{words(caption, MOST_TOLD)}</figcaption>" if str(caption) else ""
    alt = escape(UNSEEN.sub("", text[:MOST_TOLD]), quote=True)
    return (
        f"<figure><img alt='{alt}' style='width:{width}px' src='data:image/png;base64,{data}'>"
        f"{told}</figure>"
    )


def cards(figures: Iterable[tuple[object, object, object]]) -> str:
    """Headline figures: what each is, the figure, and a remark."""
    items = "".join(
        f"<div class='card'><div class='what'>{words(what)}</div>"
        f"<div class='figure'>{words(figure)}</div><div class='remark'>{words(remark)}</div></div>"
        for what, figure, remark in figures
    )
    return f"<div class='cards'>{items}</div>"


def definitions(terms: Iterable[tuple[object, object]]) -> str:
    """Terms and what they mean; told in full, as nothing of the data is in them."""
    rows = "".join(f"<dt>{words(term)}</dt><dd>{words(text, None)}</dd>" for term, text in terms)
    return f"<dl>{rows}</dl>"


def page(
    title: str,
    facts: Iterable[object],
    contents: str,
    sections: Sequence[Section],
    foot: str,
    lang: Language,
) -> str:
    """The whole page.

    Args:
        title: of the report.
        facts: what stands under the title, a line each.
        contents: the heading of the list of sections.
        sections: in their order.
        foot: the last line.
        lang: the language all of it is in.
    """
    links = "".join(f"<li><a href='#{s.id}'>{words(s.title)}</a></li>" for s in sections)
    body = "".join(
        f"<section id='{s.id}'><h2>{words(s.title)}</h2>{''.join(s.body)}</section>"
        for s in sections
    )
    head = "".join(paragraph(fact, "fact") for fact in facts)
    tag = "zh-CN" if lang == "zh" else "en"
    return (
        f"<!doctype html><html lang='{tag}'><head><meta charset='utf-8'>"
        f"<meta http-equiv='Content-Security-Policy' content=\"{_POLICY}\">"
        "<meta name='viewport' content='width=device-width,initial-scale=1'>"
        f"<title>{words(title)}</title><style>{_STYLE}</style></head><body>"
        f"<header><h1>{words(title)}</h1>{head}</header>"
        f"<nav aria-label='{words(contents)}'><h2>{words(contents)}</h2><ol>{links}</ol></nav>"
        f"<main>{body}</main><footer>{words(foot)}</footer></body></html>"
    )


# Inside


def _look(number: bool, cell: object) -> str:
    """The class of a cell: numbers stand to the right, short cells are not broken."""
    names = [*(["num"] if number else []), *(["short"] if len(str(cell)) <= SHORT else [])]
    return f" class='{' '.join(names)}'" if names else ""


_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_STYLE = """
:root{--ink:#1c2733;--faint:#5b6b7f;--line:#d5dbe3;--tint:#f3f6fa;--accent:#0b57a4}
*{box-sizing:border-box}
body{font:15px/1.6 "Noto Sans SC","Noto Sans CJK SC","Microsoft YaHei","PingFang SC",system-ui,
sans-serif;max-width:66rem;margin:0 auto;padding:2rem 1.5rem;color:var(--ink);background:#fff}
header{border-bottom:3px solid var(--accent);padding-bottom:.6rem;margin-bottom:1rem}
h1{font-size:1.75rem;margin:0 0 .3rem}h2{font-size:1.3rem;margin:2.2rem 0 .5rem;
border-bottom:1px solid var(--line);padding-bottom:.2rem}h3{font-size:1.05rem;margin:1.5rem 0 .3rem}
p{margin:.4rem 0}.fact{color:var(--faint);margin:.1rem 0}
.note{border-inline-start:4px solid #c77700;background:#fdf6ea;padding:.4rem .8rem;margin:.8rem 0}
.quiet{color:var(--faint);font-size:.92em}
nav h2{font-size:1rem;border:0;margin:.6rem 0 0}
nav ol{columns:2;margin:.2rem 0;padding-inline-start:1.6rem}
nav a{color:var(--accent)}
.cards{display:grid;
grid-template-columns:repeat(auto-fill,minmax(14rem,1fr));gap:.7rem;margin:1rem 0}
.card{border:1px solid var(--line);border-top:3px solid var(--accent);border-radius:4px;
padding:.6rem .8rem;background:var(--tint);break-inside:avoid}
.what{color:var(--faint);font-size:.9em}.figure{font-size:1.5rem;font-weight:700;line-height:1.35}
.remark{font-size:.86em;color:var(--faint)}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:.6rem 0 1rem;font-size:.92em}
caption{text-align:start;font-weight:600;padding:.2rem 0}
th,td{border-bottom:1px solid var(--line);padding:.3rem .5rem;text-align:start;vertical-align:top;
overflow-wrap:anywhere}
thead th{background:var(--tint);border-bottom:2px solid var(--line)}
.num{text-align:end;font-variant-numeric:tabular-nums}td.short{white-space:nowrap}
th.short{word-break:keep-all;overflow-wrap:normal}
figure{margin:.8rem 0;break-inside:avoid}img{max-width:100%;height:auto}
figcaption{color:var(--faint);font-size:.9em}
dl{display:grid;grid-template-columns:minmax(9rem,14rem) 1fr;gap:.3rem 1rem}
dt{font-weight:600}dd{margin:0}
footer{margin-top:2.5rem;border-top:1px solid var(--line);padding-top:.5rem;color:var(--faint);
font-size:.88em}
@media(max-width:40rem){nav ol{columns:1}dl{grid-template-columns:1fr}}
@media print{@page{size:A4;margin:16mm 14mm}body{max-width:none;padding:0;font-size:10.5pt}
nav{display:none}thead{display:table-header-group}tr{break-inside:avoid}h2,h3{break-after:avoid}
.wide{overflow:visible}table{font-size:8pt}th,td{padding:.15rem .3rem}
.card,thead th,.note{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
"""
