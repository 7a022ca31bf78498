"""Credit files on screen: what sources say, what a review finds, entry and sign-off, the trail."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import ipywidgets as w
import pandas as pd

from creditkit.analysis.credit_file import CreditFile, files_folder
from creditkit.analysis.review import (
    SEVERITIES,
    Review,
    ReviewError,
    ages,
    latest_by_source,
    shown,
    source_title,
)
from creditkit.analysis.sample import AS_OF, sample
from creditkit.analysis.values import say, unit_title
from creditkit.content.library import comparison, fields
from creditkit.plots.review import (
    kinds_picture,
    kinds_text,
    severity_picture,
    severity_text,
    staleness_picture,
    staleness_text,
)
from creditkit.text import BilingualError, Text, join, language, plain
from creditkit.widgets import html
from creditkit.widgets.controls import View, chosen_picture, relabel
from creditkit.widgets.keyboard import Keyboard, Submit
from creditkit.widgets.language import live
from creditkit.widgets.style import STYLE

BLANK = ""
ACTS = ("enter", "waive", "withdraw", "sign_off")
FINDINGS = ("severity", "item", "reason", "action")
Draw = tuple[Callable[[Any], Any], Callable[[Any], str]]
PICTURES: dict[str, Draw] = {
    "severity": (severity_picture, severity_text),
    "kinds": (kinds_picture, kinds_text),
    "staleness": (staleness_picture, staleness_text),
}


class ReviewView(View):
    """The credit files of some customers, to review and to work; see `review_view`."""

    call = "review_view()"

    def __init__(
        self,
        facts: pd.DataFrame,
        customers: Mapping[str, Text],
        as_of: str,
        folder: Path,
        note: Text,
    ) -> None:
        self.facts, self.customers, self.folder = facts, customers, folder
        self._note_on_top = note
        self._redrawing = False
        self._message: tuple[Text, bool] | None = None
        self._customer, self._day = w.Dropdown(), w.Text(value=as_of, continuous_update=False)
        self._head, self._found, self._result, self._rest = (w.HTML() for _ in range(4))
        self._act, self._keyboard = w.Dropdown(), Keyboard()
        self._field, self._option, self._source = w.Dropdown(), w.Dropdown(), w.Dropdown()
        self._value, self._collected, self._cost = w.Text(), w.Text(), w.Text(value="0")
        self._finding, self._entry, self._verdict = w.Dropdown(), w.Dropdown(), w.Dropdown()
        self._by, self._note = w.Text(), w.Textarea(continuous_update=False)
        self._submit = Submit(self._keyboard)
        asked = w.HBox([self._customer, self._day])
        facts_row = w.HBox([self._value, self._option, self._source, self._collected, self._cost])
        for row in (asked, facts_row):
            row.add_class("ck-cells")
        self._parts = {
            "enter": (self._field, facts_row),
            "waive": (self._finding,),
            "withdraw": (self._entry,),
            "sign_off": (self._verdict,),
        }
        parts = [part for each in self._parts.values() for part in each]
        top, form = w.VBox([asked]), w.VBox([self._act, *parts, self._by, self._note, self._submit])
        for box in (top, form):
            box.add_class("ck-form")
        super().__init__(
            [self._keyboard, top, self._head, self._found, form, self._result, self._rest]
        )
        self.redraw()
        self._customer.observe(lambda _: self._chosen(), "value")
        self._day.observe(lambda _: self._chosen(), "value")
        self._act.observe(lambda _: self._show_fields(), "value")
        self._field.observe(lambda _: self._show_fields(), "value")
        self._submit.on_click(lambda _: self._submitted())

    @property
    def file(self) -> CreditFile:
        """The file of the customer chosen, as it stands on disk."""
        return CreditFile.open(self._customer.value, facts=self.facts, folder=self.folder)

    def redraw(self) -> None:
        """Draw everything again in the current language, keeping what is filled in."""
        # A list whose words change loses its place for a moment, which is no choice of the user's.
        self._redrawing = True
        try:
            self._relabel()
        finally:
            self._redrawing = False
        self._draw()

    def _relabel(self) -> None:
        names = [(f"{id} {name}".strip(), id) for id, name in self.customers.items()]
        relabel(self._customer, say("customer"), names)
        relabel(self._act, say("do_what"), [(str(say(f"do_{act}")), act) for act in ACTS])
        known = [(str(field.title), id) for id, field in fields().items()]
        relabel(self._field, say("head_field"), known)
        sources = [(str(source_title(row.id)), row.id) for row in comparison().rows]
        relabel(self._source, say("head_source"), sources)
        verdicts = [(str(say(v)), v) for v in ("accepted", "returned")]
        relabel(self._verdict, say("verdict"), verdicts)
        for text, key in ((self._day, "as_of"), (self._collected, "collected_on"),
                          (self._cost, "cost"), (self._by, "your_name")):  # fmt: skip
            text.description = str(say(key))
        self._submit.description = str(say("put_down"))

    # Drawing

    def _chosen(self) -> None:
        if self._redrawing:
            return
        self._message = None
        self._draw()
        self._keyboard.say(self._told, language())

    def _draw(self) -> None:
        self._told = ""
        try:
            file = self.file
            found, waived = file.review(self._day.value.strip()), file.waivers()
            self._draw_file(file, found, waived)
        except BilingualError as error:
            self._told = str(error)
            self._head.value = html.result(error, False)
            self._found.value = self._rest.value = ""
        self._show_fields()
        self._draw_result()

    def _draw_file(self, file: CreditFile, found: Review, waived: Mapping[Any, str]) -> None:
        rows = list(found.findings.to_dict("records"))
        keys = [(row["field"], row["kind"]) for row in rows]
        left = [row for row, key in zip(rows, keys, strict=True) if key not in waived]
        counts = [
            say("count_of", severity=say(s), count=sum(row["severity"] == s for row in left))
            for s in SEVERITIES
        ]
        state = say(f"state_{file.state}")
        told = say("file_told", state=state, counts=join(counts), waived=len(rows) - len(left))
        self._told = f"{file.customer}: {told}"
        name = self.customers.get(file.customer, plain(""))
        self._head.value = html.page(
            "ck-head",
            f"<h3>{html.words(file.customer)} {html.words(name)}</h3>"
            f"<p class='ck-facts'>{html.words(told)}</p>"
            f"<p class='ck-quiet'>{html.words(self._note_on_top)}</p>",
        )
        table = findings_table(found, waived)
        known = _folded(say("facts_so_far"), facts_table(file.facts(), self._day.value))
        self._found.value = known + html.page("", f"<h4>{html.words(say('findings'))}</h4>") + table
        titles = {id: field.title for id, field in fields().items()}
        open_ones = {
            f"{row['field']} {row['kind']}": say(
                "finding", severity=say(row["severity"]), field=titles[row["field"]],
                kind=say(f"kind_{row['kind']}"),
            )
            for row in left
        }  # fmt: skip
        none = [(str(say("none_left")), BLANK)]
        options = [(str(text), key) for key, text in open_ones.items()]
        relabel(self._finding, say("which_finding"), options or none)
        trail = file.trail()
        entered = [
            (f"{n}  {what}", str(n))
            for n, what in zip(trail["n"], trail["what"], strict=True)
            if n in file.entries()
        ]
        relabel(self._entry, say("which_entry"), entered or none)
        self._rest.value = html.page("", f"<h4>{html.words(say('trail'))}</h4>") + _trail(trail)

    def _draw_result(self) -> None:
        self._result.value = html.result(*self._message) if self._message else ""

    def _show_fields(self) -> None:
        """Show what the act chosen asks for, in its words."""
        if self._redrawing:
            return
        for act, parts in self._parts.items():
            for part in parts:
                _shown(part, act == self._act.value)
        field = fields()[self._field.value]
        options = [(str(o.title), o.id) for o in field.options] or [("–", BLANK)]
        relabel(self._option, say("head_value"), options)
        label = say("value_in", unit=unit_title(field)) if field.unit else say("head_value")
        self._value.description = str(label)
        _shown(self._option, bool(field.options))
        _shown(self._value, not field.options)
        entering = self._act.value == "enter"
        _shown(self._note, not entering)
        key = "note" if self._act.value == "sign_off" else "because"
        self._note.description = str(say(f"ask_{key}"))

    # Acting

    def _submitted(self) -> None:
        try:
            message, good = self._put_down(), True
        except Exception as error:
            message, good = html.trouble(error), False
        self._message = (message, good)
        if good:
            self._value.value = self._note.value = ""
            self._draw()
        else:
            self._draw_result()
        self._keyboard.say(str(message), language())

    def _put_down(self) -> Text:
        file, by, note = self.file, self._by.value, self._note.value
        match self._act.value:
            case "enter":
                field = fields()[self._field.value]
                value = self._option.value if field.options else self._value.value
                number = file.enter(
                    field.id, value, source=self._source.value, by=by,
                    collected_on=self._collected.value.strip(),
                    cost=self._cost.value.strip() or 0.0,
                )  # fmt: skip
            case "waive":
                name, kind = _needed(self._finding.value, "which_finding").split(" ")
                number = file.waive(name, kind, by=by, because=note)
            case "withdraw":
                entry = _needed(self._entry.value, "which_entry")
                number = file.withdraw(int(entry), by=by, because=note)
            case _:
                number = file.sign_off(
                    self._verdict.value, by=by, as_of=self._day.value.strip(), note=note
                )
        return say("put_down_done", what=file.told(number))


def review_view(
    facts: pd.DataFrame | None = None,
    *,
    customers: pd.DataFrame | None = None,
    as_of: str | None = None,
    folder: str | Path | None = None,
) -> w.Widget:
    """Review credit files one by one, enter facts and sign off; all of it is on disk at once.

    Args:
        facts: with the columns of facts; without them, the synthetic sample.
        customers: with customer, and name_zh or name_en where known; those without any fact have
            files too.
        as_of: the day of the review; today if None, for the sample its last day.
        folder: where files are kept; by default the user's own, those of the sample apart.

    What is wrong is told in the place of the view.
    """
    note = plain("")
    if facts is None:
        facts, note = sample("facts"), say("synthetic")
        customers = sample("customers") if customers is None else customers
        as_of = as_of or AS_OF
        folder = folder or files_folder() / "sample"
    as_of = as_of or str(pd.Timestamp.now().date())
    try:
        spoken_of = latest_by_source(facts, as_of)["customer"]
        names = customer_names(customers)
        for id in sorted({str(name) for name in spoken_of} - set(names)):
            names[id] = plain("")
        if not names:
            raise ReviewError(say("no_customers"))
        return ReviewView(facts, names, as_of, Path(folder or files_folder()), note)
    except BilingualError as error:
        return w.HTML(STYLE + html.result(error, False))


def review_picture(which: str, what: Any) -> live:
    """A picture of a review: `severity` or `kinds` of what `review` gave, or `staleness` of what
    `ages` gave. A saved notebook keeps what the picture says in words.

    Raises:
        ValueError: there is no such picture.
    """
    return chosen_picture("review_picture", PICTURES, which, what)


def findings_view(found: Review) -> live:
    """The findings of a review in words: how grave, why, and what to do next."""
    return live(lambda: findings_table(found, {}))


def facts_view(facts: pd.DataFrame, customer: str, as_of: str) -> live:
    """What each source says of a customer on a day, field by field, with the day of collection."""
    own = facts[facts["customer"] == customer]
    return live(lambda: facts_table(own, as_of))


def findings_table(found: Review, waived: Mapping[Any, str]) -> str:
    """The findings as HTML; `waived` is as `CreditFile.waivers` gives it."""
    several = len(found.customers) > 1
    rows = []
    for raw, (severity, why, what) in zip(
        found.findings.to_dict("records"), found.explained(), strict=True
    ):
        by = waived.get((raw["field"], raw["kind"]))
        mark = say(severity) if by is None else say("waived_by", severity=say(severity), by=by)
        kind = say(f"kind_{raw['kind']}")
        rows.append({"customer": raw["customer"], "severity": mark, "kind": kind, "reason": why,
                     "action": what})  # fmt: skip
    if not rows:
        return html.page("ck-result ck-ok", f"<p>{html.words(say('nothing_found'))}</p>")
    keys = ("customer", "severity", "kind", "reason", "action")
    heads = {k: say(f"head_{k}") for k in keys if several or k != "customer"}
    return f"<div class='ck-findings'>{html.table(rows, heads)}</div>"


def facts_table(facts: pd.DataFrame, as_of: str) -> str:
    """What each source says, field by field, as HTML; what is beyond its term is marked."""
    latest = latest_by_source(facts, as_of)
    if latest.empty:
        return html.page("", f"<p class='ck-quiet'>{html.words(say('no_facts'))}</p>")
    aged = ages(facts, as_of)
    stale = set(aged.loc[aged["days"] > aged["term"], "field"])
    sources = list(dict.fromkeys([*(r.id for r in comparison().rows), *latest["source"]]))
    sources = [s for s in sources if s in set(latest["source"])]
    rows = []
    for id, field in fields().items():
        own = latest[latest["field"] == id].set_index("source")
        row: dict[str, object] = {"field": field.title}
        for source, fact in own.iterrows():
            told = shown(field, str(fact["value"]))
            row[str(source)] = f"{told} ({fact['collected_on']:%Y-%m-%d})"
        if id in stale:
            row["field"] = say("stale_field", field=field.title)
        rows.append(row)
    heads = {"field": say("head_field"), **{s: source_title(s) for s in sources}}
    return f"<div class='ck-said-by'>{html.table(rows, heads)}</div>"


def customer_names(customers: pd.DataFrame | None) -> dict[str, Text]:
    """The names of customers by id, in each language the one that is known."""
    if customers is None:
        return {}
    blank = pd.Series("", customers.index)
    zh, en = (customers.get(c, blank).fillna("").astype("str") for c in ("name_zh", "name_en"))
    return {
        str(id): Text(chinese or english, english or chinese)
        for id, chinese, english in zip(customers["customer"], zh, en, strict=True)
    }


# Inside


def _trail(trail: pd.DataFrame) -> str:
    if trail.empty:
        return html.page("", f"<p class='ck-quiet'>{html.words(say('no_trail'))}</p>")
    rows = [
        {"n": row["n"], "time": str(row["time"])[:16].replace("T", " "), "by": row["by"],
         "what": row["what"]}
        for row in trail[::-1].to_dict("records")
    ]  # fmt: skip
    return html.table(rows, {k: say(f"head_{k}") for k in ("n", "time", "by", "what")})


def _folded(title: Text, body: str) -> str:
    return html.page("", f"<details><summary>{html.words(title)}</summary>{body}</details>")


def _shown(part: w.Widget, visible: bool) -> None:
    display = None if visible else "none"
    if part.layout.display != display:
        part.layout.display = display


def _needed(value: str, key: str) -> str:
    if not value:
        raise ReviewError(say("choose", what=say(key)))
    return value
