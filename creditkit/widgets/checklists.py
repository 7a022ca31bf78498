"""Checklists on screen: what to collect, a plan to work, and what a credit file covers."""

from collections.abc import Iterable, Mapping
from typing import Any

import ipywidgets as w

from creditkit.casework.export import MARK
from creditkit.checklists import (
    STATUSES,
    CollectionPlan,
    Entry,
    coverage,
    say,
    who_gets,
)
from creditkit.content.library import checklist
from creditkit.content.schema_checklists import Checklist, ChecklistItem
from creditkit.plots.checklists import coverage_picture, coverage_text
from creditkit.text import BilingualError, Text, join, language
from creditkit.widgets import html
from creditkit.widgets.controls import View, downloads, picture, relabel
from creditkit.widgets.keyboard import Keyboard, Submit
from creditkit.widgets.language import live
from creditkit.widgets.style import STYLE

BLANK = ""


def checklist_view(name: str) -> live:
    """A checklist in full: each item with who collects it, from where, how, and its ref.

    Raises:
        ContentError: there is no such checklist.
    """
    source = checklist(name)

    def rows() -> Iterable[dict[str, object]]:
        sections = {g.id: g for g in source.groups}
        for item in source.items:
            section = sections[item.group]
            ours = f" {say('ours')}" if item.ours else ""
            notes = [str(t) for t in (item.how, item.note) if t]
            yield {
                "section": f"{section.title} ({', '.join(section.ref)})",
                "item": f"{item.title}{_only_for(source, item)}",
                "collector": f"{who_gets(item, source)}{ours}",
                "how": "\n".join(notes),
                "ref": ", ".join(item.ref),
            }

    def render() -> str:
        keys = ("section", "item", "collector", "how", "ref")
        table = html.table(rows(), {k: say(f"column_{k}") for k in keys})
        notes = [source.note, *(g.note for g in source.groups)]
        told = "".join(f"<p>{html.words(note)}</p>" for note in notes if note)
        return html.page("", told) + table

    return live(render)


def channels_view(name: str = "collection") -> live:
    """The collectors and channels of a checklist, each with its ref."""
    source = checklist(name)

    def render() -> str:
        rows = [
            {"what": o.title, "ref": ", ".join(o.ref)}
            for of in ("collectors", "channels")
            for o in source.lists[of]
        ]
        return html.table(rows, {"what": say("column_channel"), "ref": say("column_ref")})

    return live(render)


def cautions_view(name: str = "collection") -> live:
    """What collectors must mind, and why."""
    source = checklist(name)

    def render() -> str:
        rows = [
            {
                "who": source.option("collectors", c.who).title,
                "caution": c.title,
                "why": c.why,
                "ref": ", ".join(c.ref),
            }
            for c in source.cautions
        ]
        keys = ("who", "caution", "why", "ref")
        return html.table(rows, {k: say(f"column_{k}") for k in keys})

    return live(render)


def coverage_view(have: Any) -> live:
    """What a credit file covers, category by category; what is missing, and who would get it.

    Takes what `creditkit.coverage` takes.
    """

    def table() -> str:
        source = checklist("credit_file")
        rows = [
            {
                "category": f"{c.category} ({', '.join(c.ref)})",
                "share": f"{len(c.have)} / {len(c.have) + len(c.missing)}",
                "have": join(i.title for i in c.have),
                "missing": "\n".join(f"{i.title}: {who_gets(i, source)}" for i in c.missing),
            }
            for c in coverage(have)
        ]
        keys = ("category", "share", "have", "missing")
        told = html.page("", f"<p class='ck-quiet'>{html.words(source.note)}</p>")
        return html.table(rows, {k: say(f"column_{k}") for k in keys}) + told

    def render() -> str:
        try:
            found = coverage(have)
        except BilingualError as error:
            return html.result(error, False)
        return picture(coverage_picture(found), coverage_text(found)) + table()

    return live(render, table)


class PlanView(View):
    """A collection plan to work on screen; see `plan`."""

    def __init__(self, plan: CollectionPlan) -> None:
        self.plan = plan
        self._message: tuple[Text, bool] | None = None
        self._head, self._result, self._table, self._downloads = (w.HTML() for _ in range(4))
        self._item, self._status = w.Dropdown(), w.Dropdown()
        self._collector, self._channel = w.Dropdown(), w.Dropdown()
        self._due, self._date = w.Text(), w.Text()
        self._note = w.Textarea(continuous_update=False)
        self._keyboard = Keyboard()
        self._submit = Submit(self._keyboard)
        cells = w.HBox([self._status, self._collector, self._channel, self._due, self._date])
        cells.add_class("ck-cells")
        form = w.VBox([self._item, cells, self._note, self._submit])
        form.add_class("ck-form")
        self.call = f"plan({self.plan.name!r})"
        super().__init__(
            [self._keyboard, self._head, form, self._result, self._table,
             self._downloads]
        )  # fmt: skip
        self._item.observe(lambda _: self._fill(), "value")
        self._submit.on_click(lambda _: self._submitted())
        self.redraw()

    def redraw(self) -> None:
        """Draw everything again in the current language, keeping what is filled in."""
        entries = self.plan.entries
        items = [(f"{e.section} · {e.item.title}", id) for id, e in entries.items()]
        kept = {f: f.value for f in (self._due, self._date, self._note)}
        chosen = [f.value for f in (self._status, self._collector, self._channel)]
        relabel(self._item, say("item"), [(str(say("choose")), BLANK), *items])
        self._fill()
        for field, value in zip(
            (self._status, self._collector, self._channel), chosen, strict=True
        ):
            if value in [v for _, v in field.options]:
                field.value = value
        for text, value in kept.items():
            text.value = value
        for text, key in ((self._due, "due"), (self._date, "date"), (self._note, "note")):
            text.description = str(say(f"column_{key}"))
        self._submit.description = str(say("submit"))
        self._draw(entries)

    def _draw(self, entries: Mapping[str, Entry]) -> None:
        rows = []
        sections = {e.item.group: e.section for e in entries.values()}
        for group, (have, needed) in self.plan.progress().items():
            bar = f"<meter min='0' max='{needed}' value='{have}'></meter>"
            rows.append(
                f"<tr><th scope='row'>{html.words(sections[group])}</th><td>{bar}</td>"
                f"<td class='ck-num'>{have} / {needed}</td></tr>"
            )
        title = html.words(say("plan_title", name=self.plan.name))
        late = self.plan.overdue()
        told = join(e.item.title for e in late)
        warned = html.result(say("overdue", items=told), False) if late else ""
        self._head.value = (
            html.page(
                "ck-head",
                f"<h3>{title}</h3><p class='ck-facts'>{html.words(self.plan.customer)}</p>"
                f"<table><tbody>{''.join(rows)}</tbody></table>",
            )
            + warned
        )
        self._draw_result()
        keys = ("section", "item", "collector", "channel", "status", "due", "date", "note", "ref")
        table = html.table(self.plan.rows(), {k: say(f"column_{k}") for k in keys})
        notes = dict.fromkeys(str(e.item.note) for e in entries.values() if e.item.note)
        quiet = "".join(f"<p class='ck-quiet'>{html.words(note)}</p>" for note in notes)
        self._table.value = table + html.page("", quiet)
        self._downloads.value = self._links()

    def _draw_result(self) -> None:
        self._result.value = html.result(*self._message) if self._message else ""

    def _links(self) -> str:
        contents = {
            "html": self.plan.to_html(),
            "csv": MARK + self.plan.to_csv(),
            "json": self.plan.to_json(),
        }
        return downloads(say("download"), self.plan.name, contents)

    def _fill(self) -> None:
        """Bring the fields to what is known of the item chosen."""
        entry = self.plan.entries.get(self._item.value)
        statuses = [(str(say(f"status_{s}")), s) for s in STATUSES]
        relabel(self._status, say("column_status"), statuses)
        source = checklist(entry.list if entry else "collection")
        for field, key in ((self._collector, "collector"), (self._channel, "channel")):
            options = [(str(o.title), o.id) for o in source.lists[f"{key}s"]]
            relabel(field, say(f"column_{key}"), options)
        if entry is not None:
            self._status.value = entry.status
            self._collector.value, self._channel.value = entry.collector, entry.channel
            self._due.value, self._date.value, self._note.value = entry.due, entry.date, entry.note

    def _submitted(self) -> None:
        try:
            message, good = self._put_down()
        except Exception as error:
            message, good = html.trouble(error), False
        self._message = (message, good)
        self._keyboard.say(str(message), language())
        if good:
            self._draw(self.plan.entries)
        else:
            self._draw_result()

    def _put_down(self) -> tuple[Text, bool]:
        item = self._item.value
        if not item:
            return say("choose_first"), False
        self.plan.set(
            item,
            status=self._status.value,
            collector=self._collector.value,
            channel=self._channel.value,
            due=self._due.value.strip(),
            date=self._date.value.strip(),
            note=self._note.value,
        )
        entry = self.plan.entries[item]
        status = say(f"status_{entry.status}")
        return say("saved", item=entry.item.title, status=status), True


def plan(name: str, *, customer: str = "", folder: str | None = None, **given: str) -> w.Widget:
    """Work the collection plan `name`: open it, or begin it for a customer.

    Args:
        customer: the customer's name, for a new plan.
        given: `customer_kind` (new, existing), `industry` (ordinary, special), `purpose`
            (first_credit, raise, review).

    What is wrong is told in the place of the plan.
    """
    known = {"customer" if key == "customer_kind" else key: v for key, v in given.items()}
    try:
        return PlanView(CollectionPlan.open(name, customer=customer, given=known, folder=folder))
    except BilingualError as error:
        return w.HTML(STYLE + html.result(error, False))


def _only_for(source: Checklist, item: ChecklistItem) -> str:
    titles = [
        source.option(source.given[name], value).title
        for name, values in item.needed.items()
        for value in values
    ]
    return f"\n({say('only_for', what=join(titles))})" if titles else ""
