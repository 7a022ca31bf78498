"""Forms for answers: one for each type of question. Native controls only, each with its label."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import ipywidgets as w

from creditkit.content.schema_questions import Essay, Multiple, Number, Order, Phrase, Single, Table
from creditkit.teaching.exercise import Exercise
from creditkit.text import Text
from creditkit.widgets import html

BLANK = ""
# What of an option's words stands beside its letter in the list to choose from.
SHORT = 40
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Form(w.VBox):
    """The fields of an exercise; `answer` is what they hold, in the shape `mark` takes."""

    def __init__(self, fields: Iterable[w.Widget], read: Callable[[], Any]) -> None:
        super().__init__(list(fields))
        self._read = read
        self.add_class("ck-form")

    @property
    def answer(self) -> Any:
        return self._read()

    def keep(self, keep: Callable[[str], None]) -> None:
        """Have what is typed into an essay kept at every change."""
        for field in self.children:
            if isinstance(field, w.Textarea):
                field.observe(lambda change: keep(change["new"]), "value")

    def close_all_fields(self) -> None:
        """Take the fields off the page; each question brings its own."""
        for field in self.children:
            for part in (*getattr(field, "children", ()), field):
                part.close()
        self.close()


def form(x: Exercise, answer: Any, say: Callable[..., Text]) -> Form:
    """The form for an exercise, in the current language, filled in with an earlier answer."""
    blank = (str(say("choose")), BLANK)
    match x.question:
        case Single():
            return _single(x, answer, blank, say)
        case Multiple():
            return _multiple(x, answer)
        case Order():
            places = [(str(say("place", n=n)), str(n)) for n in range(1, len(x.phrases) + 1)]
            given = {id: str(n) for n, id in enumerate(_list(answer), start=1)}
            dropdowns = _dropdowns(x.phrases, [blank, *places], given)
            return Form(dropdowns.values(), lambda: _ordered(dropdowns, say))
        case Table() as table:
            return _table(table, answer, blank)
        case Number(unit=unit):
            label = say("your_figure") if unit is None else say("figure_in", unit=unit)
            field = w.Text(value=_typed(answer), description=str(label), continuous_update=False)
            return Form([field], lambda: field.value)
        case Essay():
            area = w.Textarea(value=_typed(answer), description=str(say("your_answer")), rows=12)
            return Form([area], lambda: area.value)
        case _:
            targets = [(str(t.text), t.id) for t in x.targets]
            dropdowns = _dropdowns(x.phrases, [blank, *targets], _map(answer))
            return Form(dropdowns.values(), lambda: {i: d.value for i, d in dropdowns.items()})


def _single(x: Exercise, answer: Any, blank: tuple[str, str], say: Callable[..., Text]) -> Form:
    lettered = list(zip(LETTERS, x.phrases, strict=False))
    listed = "".join(f"<li>{html.words(phrase.text)}</li>" for _, phrase in lettered)
    options = [(f"{letter}  {_short(phrase.text)}", phrase.id) for letter, phrase in lettered]
    chosen = answer if answer in [id for _, id in options] else BLANK
    field = w.Dropdown(options=[blank, *options], value=chosen, description=str(say("your_choice")))
    words = w.HTML(html.page("ck-options", f"<ol type='A'>{listed}</ol>"))
    return Form([words, field], lambda: field.value)


def _multiple(x: Exercise, answer: Any) -> Form:
    chosen = _list(answer)
    boxes = {
        p.id: w.Checkbox(value=p.id in chosen, description=str(p.text), indent=False)
        for p in x.phrases
    }
    return Form(boxes.values(), lambda: [id for id, box in boxes.items() if box.value])


def _dropdowns(
    phrases: Iterable[Phrase], options: list[tuple[str, str]], given: Mapping[str, Any]
) -> dict[str, w.Dropdown]:
    known = [value for _, value in options]
    return {
        p.id: w.Dropdown(
            options=options,
            value=given.get(p.id) if given.get(p.id) in known else BLANK,
            description=str(p.text),
        )
        for p in phrases
    }


def _ordered(dropdowns: Mapping[str, w.Dropdown], say: Callable[..., Text]) -> Any:
    """The ids in the order of their places; blank when no place was chosen."""
    placed = sorted((int(d.value), id) for id, d in dropdowns.items() if d.value)
    places = [place for place, _ in placed]
    if len(set(places)) < len(places):
        # Two in one place are no order; the marking says so in its own words.
        return [id for place, id in placed if places.count(place) == 1] or [placed[0][1]] * 2
    return [id for _, id in placed]


def _table(question: Table, answer: Any, blank: tuple[str, str]) -> Form:
    given = {row: _map(cells) for row, cells in _map(answer).items()}
    rows: list[w.Widget] = []
    fields: dict[str, dict[str, w.Dropdown]] = {}
    for row in question.rows:
        fields[row.id] = {}
        for column in question.columns:
            options = [blank, *((str(v.text), v.id) for v in question.lists[column.of])]
            field = _dropdowns([column], options, given.get(row.id, {}))[column.id]
            fields[row.id][column.id] = field
        # A screen reader hears the row with each field: the caption alone is not tied to them.
        for column in question.columns:
            fields[row.id][column.id].tooltip = f"{row.text} · {column.text}"
        heading = w.HTML(html.page("", f"<strong>{html.words(row.text)}</strong>"))
        cells = w.HBox(list(fields[row.id].values()))
        cells.add_class("ck-cells")
        rows += [heading, cells]
    return Form(rows, lambda: {r: {c: f.value for c, f in of.items()} for r, of in fields.items()})


def _short(text: Text) -> str:
    words = str(text)
    return words if len(words) <= SHORT else words[: SHORT - 1] + "…"


def _list(answer: Any) -> list[str]:
    return answer if isinstance(answer, list) else []


def _map(answer: Any) -> Mapping[str, Any]:
    return answer if isinstance(answer, Mapping) else {}


def _typed(answer: Any) -> str:
    return "" if answer is None else str(answer)
