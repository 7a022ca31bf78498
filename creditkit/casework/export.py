"""What exports share: CSV that runs nothing in a spreadsheet, a page that prints, whole files."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from html import escape
from pathlib import Path

# What a spreadsheet would take for a formula when it stands first in a cell.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
# Tells spreadsheets that a file is UTF-8.
MARK = "\ufeff"


def csv_text(rows: Iterable[Mapping[str, object]], columns: Mapping[str, str]) -> str:
    """Rows as CSV; `columns` maps each row's key to its heading.

    A cell that would be taken for a formula gets an apostrophe in front.

    >>> csv_text([{"a": "=1+1"}], {"a": "A"})
    "A\\r\\n'=1+1\\r\\n"
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns.values())
    for row in rows:
        writer.writerow([inert(row.get(key, "")) for key in columns])
    return out.getvalue()


def inert(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA):
        return "'" + value
    return value


def table(rows: Iterable[Mapping[str, object]], columns: Mapping[str, str]) -> str:
    """Rows as an HTML table, which scrolls by itself where the window is too narrow for it; nothing
    in a cell is markup."""
    heads = "".join(f"<th scope='col'>{escape(title)}</th>" for title in columns.values())
    body = "".join(
        "<tr>" + "".join(f"<td dir='auto'>{_lines(row.get(key, ''))}</td>" for key in columns)
        + "</tr>"
        for row in rows
    )  # fmt: skip
    return scrolling(f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>")


def scrolling(table: str) -> str:
    """A table in a frame that scrolls sideways, by keyboard too, so that the page need not."""
    return f"<div class='wide' tabindex='0'>{table}</div>"


def page(title: str, body: Sequence[str], lang: str) -> str:
    """One self-contained page, ready to print; `body` is HTML."""
    return (
        f"<!doctype html><html lang='{lang}'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width,initial-scale=1'>"
        f"<title>{escape(title)}</title><style>{_STYLE}{SCROLLING}</style></head><body>"
        f"<main><h1>{escape(title)}</h1>{''.join(body)}</main></body></html>"
    )


def write_whole(path: Path, data: str | bytes) -> None:
    """Write a file whole, or not at all.

    Raises:
        OSError: it cannot be written; what was there before is still there.
    """
    scratch = path.with_name(path.name + ".new")
    try:
        scratch.write_bytes(data.encode() if isinstance(data, str) else data)
        scratch.replace(path)
    except OSError:
        with suppress(OSError):
            scratch.unlink()
        raise


def _lines(text: object) -> str:
    return escape(str(text)).replace("\n", "<br>")


SCROLLING = """
.wide{overflow-x:auto}
@media(max-width:40rem){.wide{font-size:.88em}.wide :is(th,td){padding:.2rem .35rem}}
@media print{.wide{overflow:visible}}
"""
_STYLE = """
body{font:15px/1.6 "Noto Sans SC","Microsoft YaHei","PingFang SC",system-ui,sans-serif;
max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dt{color:#555}dd{margin:0}
table{border-collapse:collapse;width:100%;margin:1rem 0}
th,td{border:1px solid #bbb;padding:.35rem .5rem;text-align:start;vertical-align:top;
overflow-wrap:anywhere}th{background:#f0f3f7;white-space:nowrap}
td:first-child,td:nth-child(2),td:last-child{white-space:nowrap}
.sign{margin-top:3rem}thead{display:table-header-group}tr{break-inside:avoid}
@media print{body{margin:0;max-width:none}}
"""
