"""A report put together: read the folder, work out the sections, write one page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from creditkit.analysis.ledgers import Day, day
from creditkit.analysis.sample import sample_folder
from creditkit.casework.export import write_whole
from creditkit.casework.store import folder as kept
from creditkit.content.library import tables
from creditkit.reporting import files, others, receivables, sources
from creditkit.reporting.folder import SHOWN, TABLES, Folder, ReportError, read_folder, say
from creditkit.reporting.page import (
    Section,
    bullets,
    cards,
    definitions,
    heading,
    page,
    paragraph,
    table,
    words,
)
from creditkit.reporting.study import Study
from creditkit.text import BilingualError, Language, Text, did_you_mean, join, speaking

# The sections in their order, and the tables each needs.
PARTS: dict[str, tuple[Callable[[Study], Any], tuple[str, ...]]] = {
    "receivables": (receivables.receivables, ("invoices",)),
    "files": (files.credit_files, ("facts",)),
    "sources": (sources.sources, ("facts",)),
    "reconciliation": (sources.reconciliation, ("facts",)),
    "plan": (sources.plan, ("facts",)),
    "complaints": (others.complaints, ("complaints",)),
    "refusals": (others.refusals, ("refusals",)),
}
# The figures that each section uses and the last section defines.
DEFINED: dict[str, tuple[str, ...]] = {
    "receivables": ("past_due", "ageing", "count_back", "simple", "best_possible", "late",
                    "effective", "roll", "loss", "signs"),
    "files": ("findings", "severity"),
    "sources": ("objectivity", "bias", "authenticity", "completeness", "timeliness", "cost",
                "interval", "grades"),
    "reconciliation": ("reconciling", "confidence", "accuracy", "copying"),
    "plan": ("plan", "buys"),
    "complaints": ("waiting",),
}  # fmt: skip


@dataclass(frozen=True)
class Report:
    """A report: `html` is the whole page, `headlines` its most telling figures as what, figure and
    remark, `attend` what to look at first, `problems` what was wrong in the data or left out of the
    report, `lang` the language it is in."""

    title: str
    html: str
    headlines: tuple[tuple[str, str, str], ...]
    attend: tuple[str, ...]
    problems: tuple[str, ...]
    as_of: date
    lang: Language

    def save(self, path: str | Path | None = None) -> Path:
        """Write the page to a file, by default in the folder `reports` of your work; returns its
        path.

        Raises:
            ReportError: the file cannot be written.
        """
        target = Path(path or kept("reports") / f"report-{self.as_of}.{self.lang}.html")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_whole(target, self.html)
        except OSError as error:
            reason = error.strerror or str(error)
            raise ReportError(say("unwritable", path=target, reason=reason)) from error
        return target

    def told(self) -> list[str]:
        """The headlines in words, one a line."""
        return [
            say("headline", what=what, figure=figure, remark=remark).in_(self.lang)
            for what, figure, remark in self.headlines
        ]

    def __repr__(self) -> str:
        return "\n".join([self.title, *self.told()])

    def _repr_html_(self) -> str:
        tag = "zh-CN" if self.lang == "zh" else "en"
        rows = ""
        for what, figure, remark in self.headlines:
            strong = {"figure": f"<strong>{words(figure)}</strong>"}
            told = say("headline", what=words(what), remark=words(remark), **strong)
            rows += f"<li>{told.in_(self.lang)}</li>"
        return f"<div lang='{tag}'><p><strong>{words(self.title)}</strong></p><ul>{rows}</ul></div>"


def report(
    folder: str | Path | None = None,
    *,
    lang: str | None = None,
    as_of: Day | None = None,
    names: bool = False,
    parts: Sequence[str] = (),
) -> Report:
    """Make a report of a folder of tables.

    The folder holds any of customers, facts, truth, invoices, payments, complaints and refusals as
    CSV, Excel or Parquet files of these names, in Chinese or English; `data/datapackage.json` says
    what their columns are, and common other headings are understood. What is missing is left out
    and said so; rows with problems are set aside and counted.

    Args:
        folder: where the tables lie; the sample data if None.
        lang: `zh` or `en`; the current language if None.
        as_of: the day the report is about; if None the latest day in the data, of rows after today
            none.
        names: whether names are shown; they are masked otherwise.
        parts: only these sections: receivables, files, sources, reconciliation, plan, complaints,
            refusals; all that the tables allow if empty.

    Raises:
        ReportError: there is no table to read, a part does not exist, or no day is known.

    >>> made = report(lang="en", parts=["refusals"])
    >>> made.title
    'Credit report as of 2025-12-31'
    >>> "internal disorder" in made.html, "://" in made.html
    (True, False)
    """
    unknown = [name for name in parts if name not in PARTS]
    if unknown:
        hint = did_you_mean(unknown[0], list(PARTS))
        raise ReportError(say("no_part", name=unknown[0], names=", ".join(PARTS), hint=hint))
    with speaking(lang) as spoken:
        found = read_folder(sample_folder() if folder is None else folder)
        if as_of is None and found.last is None:
            raise ReportError(say("no_day"))
        on = found.last.date() if as_of is None and found.last is not None else day(as_of or "")
        return _made(Study(found, on, mask=not names), list(parts) or list(PARTS), spoken)


# Inside


def _made(study: Study, wanted: list[str], lang: Language) -> Report:
    sections: list[Section] = []
    figures: list[tuple[object, object, object]] = []
    attend: list[Text] = []
    left: list[Text] = []
    made: list[str] = []
    for name in wanted:
        work, needed = PARTS[name]
        try:
            part = work(study)
        except BilingualError as error:
            left.append(say("part_failed", part=say(name), why=error.text))
            continue
        if part is None:
            lacks = join(tables()[table].title for table in needed)
            left.append(say("part_left_out", part=say(name), tables=lacks))
            continue
        section, more, told = part
        sections.append(section)
        figures += more
        attend += told
        made.append(name)
    title = str(say("title", day=study.as_of))
    summary = Section("summary", str(say("summary")), [
        cards(figures) if figures else paragraph(say("nothing"), "note"),
        *([heading(say("attend")), bullets(attend)] if attend else []),
    ])  # fmt: skip
    data = Section("data", str(say("data")), _data(study.folder, left))
    terms = [(say(f"term_{term}"), say(f"means_{term}", thresholds=sources.thresholds()))
             for name in made for term in DEFINED.get(name, ())]  # fmt: skip
    last = [Section("definitions", str(say("definitions")), [definitions(terms)])] if terms else []
    facts = [say("of_folder", folder=study.folder.name)]
    facts.append(say("masked" if study.mask else "unmasked"))
    html = page(title, facts, str(say("contents")), [summary, *sections, data, *last],
                str(say("foot")), lang)  # fmt: skip
    headlines = tuple((str(a), str(b), str(c)) for a, b, c in figures)
    wrong = [say("wrong_in", file=read.file, count=f"{read.count:,}", aside=f"{read.aside:,}")
             for read in study.folder.read if read.count]  # fmt: skip
    references = study.folder.references
    lost = references.summary() if references else []
    problems = tuple(str(text) for text in (*wrong, *lost, *left))
    return Report(title, html, headlines, tuple(map(str, attend)), problems, study.as_of, lang)


def _data(folder: Folder, left: list[Text]) -> list[str]:
    """What was read, what was wrong in it, and what is not in the report for it."""
    rows = []
    for read in folder.read:
        state = say("failed") if read.failed else say("read", rows=f"{read.rows:,}")
        rows.append({"table": tables()[read.table].title, "file": read.file, "state": state,
                     "aside": f"{read.aside:,}", "problems": f"{read.count:,}"})  # fmt: skip
    columns = {k: say(f"data_{k}") for k in ("table", "file", "state", "aside", "problems")}
    body = [table(rows, columns, numbers=["aside", "problems"])]
    body.append(bullets([say("aside_of", file=read.file, money=read.money)
                         for read in folder.read if read.money]))  # fmt: skip
    there = {read.table for read in folder.read}
    missing = [tables()[name].title for name in TABLES if name not in there]
    if missing:
        body.append(paragraph(say("missing_tables", names=join(missing))))
    if folder.ignored:
        body.append(paragraph(say("ignored", names=", ".join(folder.ignored[:20]))))
    body.append(bullets(left))
    notes = [note for read in folder.read for note in read.notes]
    if notes:
        body += [heading(say("how_read")), bullets(notes)]
    for read in folder.read:
        if read.problems:
            body += [heading(say("problems_of", file=read.file)), bullets(read.problems)]
    if folder.references:
        told = [*folder.references.summary(), *folder.references.told(SHOWN)]
        body += [heading(say("references")), paragraph(say("references_note")), bullets(told)]
    return body
