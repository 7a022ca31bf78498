"""The comparison of sources on screen: a table to filter, and an explorer of weights."""

from collections.abc import Callable
from typing import Any

import ipywidgets as w

from creditkit.analysis.acceptability import Acceptability, say
from creditkit.analysis.sources import SourceTable, source_table
from creditkit.content.schema_sources import UNKNOWN
from creditkit.plots.sources import (
    along_picture,
    along_text,
    grades_picture,
    grades_text,
    quality_cost_picture,
    quality_cost_text,
    ranks_picture,
    ranks_text,
)
from creditkit.text import BilingualError, Text, join, language
from creditkit.widgets import html
from creditkit.widgets.controls import View, picture, relabel
from creditkit.widgets.keyboard import Keyboard, Submit
from creditkit.widgets.language import live

ANY = ""
# Enough for shares that are right to half a per cent, and quick to draw anew.
SAMPLES, STEP_SAMPLES = 40_000, 4_000
PICTURES = ("grades", "quality_cost", "ranks", "along")


def grades_table(table: SourceTable) -> str:
    """The table in words as HTML, each cell with its ref, notes below."""
    heads = "".join(
        f"<th scope='col'>{html.words(c.title)} "
        f"<span class='ck-ref'>{html.words(', '.join(c.ref))}</span></th>"
        for c in table.content.criteria
    )
    rows = []
    for row in table.content.rows:
        if row.id not in table.ids:
            continue
        cells = "".join(
            f"<td class='ck-{table.kind(row.id, c)}'>{html.words(table.words(row.id, c))} "
            f"<span class='ck-ref'>{html.words(', '.join(row.cells[c].ref))}</span></td>"
            for c in table.criteria
        )
        ref = html.words(", ".join(row.ref))
        title = f"{html.words(row.title)} <span class='ck-ref'>{ref}</span>"
        rows.append(f"<tr><th scope='row'>{title}</th>{cells}</tr>")
    notes = [row.note for row in table.content.rows if row.note and row.id in table.ids]
    notes = [table.content.note, *notes] if table.content.note else notes
    told = "".join(f"<p class='ck-quiet'>{html.words(note)}</p>" for note in notes)
    if table.assumed:
        told = f"<p><strong>{html.words(_assumed(table))}</strong></p>{told}"
    head = f"<thead><tr><th scope='col'>{html.words(say('source'))}</th>{heads}</tr></thead>"
    return html.page("ck-table", f"<table>{head}<tbody>{''.join(rows)}</tbody></table>{told}")


def _assumed(table: SourceTable) -> Text:
    titles = {row.id: row.title for row in table.content.rows}
    names = {c.id: c.title for c in table.content.criteria}
    cells = join(say("cell", source=titles[s], criterion=names[c]) for s, c in table.assumed)
    return say("with_assumptions", cells=cells)


class SourcesView(View):
    """The table of sources with filters; see `sources_view`."""

    call = "sources_view()"

    def __init__(self, table: SourceTable) -> None:
        self.table = table
        self._source, self._criterion, self._grade = w.Dropdown(), w.Dropdown(), w.Dropdown()
        self._shown, self._keyboard = w.HTML(), Keyboard()
        self._submit = Submit(self._keyboard)
        fields = w.HBox([self._source, self._criterion, self._grade])
        fields.add_class("ck-cells")
        form = w.VBox([fields, self._submit])
        form.add_class("ck-form")
        super().__init__([self._keyboard, form, self._shown])
        self._criterion.observe(lambda _: self._draw_grades(), "value")
        self._submit.on_click(lambda _: self._filter(aloud=True))
        self.redraw()

    def redraw(self) -> None:
        every = (str(say("every")), ANY)
        rows = [(str(row.title), row.id) for row in self.table.content.rows]
        relabel(self._source, say("source"), [every, *rows])
        criteria = [(str(c.title), c.id) for c in self.table.content.criteria]
        relabel(self._criterion, say("criterion"), [every, *criteria])
        self._draw_grades()
        self._submit.description = str(say("filter"))
        self._filter()

    def _draw_grades(self) -> None:
        options = [(str(say("every")), ANY)]
        if self._criterion.value:
            options += _grades(self.table, self._criterion.value)
        relabel(self._grade, say("at_least"), options)

    def _filter(self, aloud: bool = False) -> None:
        found = self.table.filter(
            [self._source.value] if self._source.value else None,
            self._criterion.value or None,
            self._grade.value or None,
        )
        count = say("found", n=len(found.ids), all=len(self.table.ids))
        told = f"<p class='ck-quiet'>{html.words(count)}</p>"
        self._shown.value = html.page("", told) + grades_table(found)
        if aloud:
            self._keyboard.say(str(count), language())


class SourceExplorer(View):
    """Weights and assumptions, and what follows from them; see `source_explorer`."""

    call = "source_explorer()"

    def __init__(self, table: SourceTable) -> None:
        self.table = table
        self._weights = {
            # A slider of ipywidgets has no name for screen readers.
            c: w.BoundedIntText(value=5, min=0, max=10)
            for c in table.criteria
        }
        blank = [
            (row, c) for row in table.ids for c in table.criteria if table.kind(row, c) in UNKNOWN
        ]
        self._assumptions = {cell: w.Dropdown() for cell in blank}
        self._free = w.Dropdown()
        self._picture = w.Dropdown()
        self._keyboard = Keyboard()
        self._submit = Submit(self._keyboard)
        self._ask_weights, self._ask_assumptions = w.HTML(), w.HTML()
        self._shown = w.HTML()
        weights = w.HBox(list(self._weights.values()))
        assumptions = w.HBox(list(self._assumptions.values()))
        for box in (weights, assumptions):
            box.add_class("ck-cells")
        form = w.VBox(
            [self._free, self._ask_weights, weights, self._ask_assumptions, assumptions,
             self._picture, self._submit]
        )  # fmt: skip
        form.add_class("ck-form")
        super().__init__([self._keyboard, form, self._shown])
        self._submit.on_click(lambda _: self._work_out(aloud=True))
        self.redraw()

    def redraw(self) -> None:
        free = [(str(say("all_weights")), "free"), (str(say("my_weights")), "mine")]
        relabel(self._free, say("which_weights"), free)
        self._ask_weights.value = html.page(
            "", f"<h3 class='ck-minor'>{html.words(say('weights_asked'))}</h3>"
        )
        for criterion in self.table.content.criteria:
            self._weights[criterion.id].description = str(criterion.title)
        asked = f"<h3 class='ck-minor'>{html.words(say('assumptions_asked'))}</h3>"
        self._ask_assumptions.value = html.page("", asked)
        titles = {row.id: row.title for row in self.table.content.rows}
        names = {c.id: c.title for c in self.table.content.criteria}
        for (source, unknown), field in self._assumptions.items():
            label = say("cell", source=titles[source], criterion=names[unknown])
            options = [(str(say("left_open")), ANY), *_grades(self.table, unknown)]
            relabel(field, label, options)
        pictures = [(str(say(f"picture_{p}")), p) for p in PICTURES]
        relabel(self._picture, say("which_picture"), pictures)
        self._submit.description = str(say("work_out"))
        self._work_out()

    def _work_out(self, aloud: bool = False) -> None:
        try:
            chosen = {cell: f.value for cell, f in self._assumptions.items() if f.value}
            table = self.table.assume(chosen)
            weights = {c: float(s.value) for c, s in self._weights.items()}
            mine = None if self._free.value == "free" else weights
            found = table.acceptability(mine, samples=SAMPLES)
            self._shown.value = self._result(table, found, mine)
            told = ranks_text(table, found)
        except BilingualError as error:
            self._shown.value = html.result(error, False)
            told = str(error)
        if aloud:
            self._keyboard.say(told, language())

    def _result(
        self, table: SourceTable, found: Acceptability, mine: dict[str, float] | None
    ) -> str:
        rows = {row.id: row for row in table.content.rows}
        columns = {"source": say("source"), "best": say("best"), "better": say("better_than")}
        ranges = None if mine is None else table.score_range(mine)
        if ranges is not None:
            columns["range"] = say("score_range")
        dominance = table.dominance()
        lines = []
        for id in found.best.sort_values(ascending=False, kind="stable").index:
            beaten = [rows[j].title for j in table.ids if dominance.loc[id, j] == "certain"]
            line: dict[str, object] = {
                "source": rows[id].title,
                "best": f"{found.best[id]:.1%}",
                "better": join(beaten) if beaten else say("nobody"),
            }
            if ranges is not None:
                low, high = ranges.loc[id, ["low", "high"]]
                line["range"] = f"{low:.2f}\u2009\u2013\u2009{high:.2f}"
            lines.append(line)
        error = say("error", n=found.samples, error=f"{found.error:.1%}")
        drawn: dict[str, Callable[[], str]] = {
            "grades": lambda: picture(grades_picture(table), grades_text(table)),
            "quality_cost": lambda: picture(quality_cost_picture(table), quality_cost_text(table)),
            "ranks": lambda: picture(ranks_picture(table, found), ranks_text(table, found)),
            "along": lambda: self._along(table, mine),
        }
        marked = ""
        if table.assumed:
            marked = html.page("", f"<p><strong>{html.words(_assumed(table))}</strong></p>")
        quiet = html.page("", f"<p class='ck-quiet'>{html.words(error)}</p>")
        return marked + html.table(lines, columns) + quiet + drawn[self._picture.value]()

    def _along(self, table: SourceTable, mine: dict[str, float] | None) -> str:
        shares = table.along("cost", mine, samples=STEP_SAMPLES)
        return picture(along_picture(table, shares, "cost"), along_text(table, shares, "cost"))


def sources_view(table: SourceTable | None = None) -> SourcesView:
    """The coursework's comparison of sources, to filter by source, criterion and grade."""
    return SourcesView(table or source_table())


def source_explorer(table: SourceTable | None = None) -> SourceExplorer:
    """Weigh the criteria, fill unknown cells with assumptions, and see which sources come out."""
    return SourceExplorer(table or source_table())


def source_picture(which: str, table: SourceTable | None = None, criterion: str = "cost") -> live:
    """One picture of the comparison: `grades`, `quality_cost`, `ranks` or `along`.

    A saved notebook keeps what the picture says in words.

    Raises:
        ValueError: there is no such picture.
    """
    if which not in PICTURES:
        raise ValueError(f"source_picture: '{which}' is none of {', '.join(PICTURES)}.")
    table = table or source_table()

    def drawn() -> tuple[Callable[[], Any], str]:
        if which == "grades":
            return lambda: grades_picture(table), grades_text(table)
        if which == "quality_cost":
            return lambda: quality_cost_picture(table), quality_cost_text(table)
        if which == "ranks":
            found = table.acceptability(samples=SAMPLES)
            return lambda: ranks_picture(table, found), ranks_text(table, found)
        shares = table.along(criterion, samples=STEP_SAMPLES)
        told = along_text(table, shares, criterion)
        return lambda: along_picture(table, shares, criterion), told

    def render() -> str:
        draw, told = drawn()
        return picture(draw(), told)

    return live(render, lambda: html.page("", f"<p>{html.words(drawn()[1], limit=2000)}</p>"))


def _grades(table: SourceTable, criterion: str) -> list[tuple[str, str]]:
    scale = next(c.scale for c in table.content.criteria if c.id == criterion)
    return [(str(grade.title), grade.id) for grade in table.content.scales[scale]]
