"""What sources are worth and what to believe of them, on screen: pictures, and an explorer that
explains one value."""

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as w
import pandas as pd

from creditkit.analysis.reconcile import Reconciliation, reconcile
from creditkit.analysis.review import shown, source_title
from creditkit.analysis.sample import sample
from creditkit.analysis.tolerance import say
from creditkit.analysis.values import tolerances
from creditkit.content.library import fields
from creditkit.plots import quality as quality_plots
from creditkit.plots import reconcile as plots
from creditkit.plots import sourcing as plan_plots
from creditkit.text import BilingualError, Text, language, plain
from creditkit.widgets import html
from creditkit.widgets.controls import View, chosen_picture, picture, relabel
from creditkit.widgets.keyboard import Keyboard, Submit
from creditkit.widgets.language import live
from creditkit.widgets.review import customer_names

Draw = tuple[Callable[..., Any], Callable[..., str]]
PICTURES: dict[str, Draw] = {
    "measures": (quality_plots.quality_picture, quality_plots.quality_text),
    "grades": (quality_plots.measured_grades_picture, quality_plots.measured_grades_text),
    "by_field": (quality_plots.bias_picture, quality_plots.bias_text),
    "reliability": (plots.reliability_picture, plots.reliability_text),
    "explanation": (plots.explanation_picture, plots.explanation_text),
    "calibration": (plots.calibration_picture, plots.calibration_text),
    "copying": (plots.copying_picture, plots.copying_text),
    "frontier": (plan_plots.frontier_picture, plan_plots.frontier_text),
    "plan": (plan_plots.plan_picture, plan_plots.plan_text),
}


def measured_picture(which: str, *what: Any) -> live:
    """A picture of measured sources or of a reconciliation; a saved notebook keeps what it says in
    words.

    - `measures` of what `measure_sources` gives, `grades` of what `grades` gives, `by_field` of
      what `measure_sources` gives by field, and the measure if it is not `bias`
    - `reliability` of the `sources` of a reconciliation, `explanation` of a reconciliation, a
      customer and a field, `calibration` of what `calibration` gives, `copying` of what
      `shared_mistakes` gives
    - `frontier` of what `frontier` gives, `plan` of what `sourcing_plan` gives

    Raises:
        ValueError: there is no such picture.
    """
    return chosen_picture("measured_picture", PICTURES, which, *what)


def explained_table(found: Reconciliation, customer: str, field: str) -> str:
    """Who said what of one item, as HTML.

    Raises:
        ReconcileError: nobody spoke of it.
    """
    known = fields()
    rows = [
        {"source": source_title(row["source"]),
         "value": shown(known[field], row["value"]) if field in known else row["value"],
         "accuracy": "–" if pd.isna(row["accuracy"]) else f"{row['accuracy']:.0%}",
         "counts": f"{row['counts']:.2f}", "weight": f"{row['weight']:.2f}",
         "supports": say("for_it" if row["supports"] else "against_it")}
        for row in found.explain(customer, field).to_dict("records")
    ]  # fmt: skip
    columns = ("source", "value", "accuracy", "counts", "weight", "supports")
    heads = {name: say(f"head_{name}") for name in columns}
    return html.table(rows, heads, numbers=("accuracy", "counts", "weight"))


class ValueExplorer(View):
    """Choose a customer and a field, and see who said what; see `value_explorer`."""

    call = "value_explorer()"

    def __init__(self, found: Reconciliation, names: Mapping[str, Text], note: Text) -> None:
        self.found, self.names, self._note = found, names, note
        self._fields: dict[str, list[str]] = {}
        for customer, field in zip(found.values["customer"], found.values["field"], strict=True):
            self._fields.setdefault(str(customer), []).append(str(field))
        self._customer, self._field = w.Dropdown(), w.Dropdown()
        self._head, self._shown, self._keyboard = w.HTML(), w.HTML(), Keyboard()
        self._submit = Submit(self._keyboard)
        choices = w.HBox([self._customer, self._field])
        choices.add_class("ck-cells")
        form = w.VBox([choices, self._submit])
        form.add_class("ck-form")
        super().__init__([self._keyboard, self._head, form, self._shown])
        self._customer.observe(lambda _: self._offer(), "value")
        self._submit.on_click(lambda _: self._explain(aloud=True))
        self.redraw()

    def redraw(self) -> None:
        """Draw everything again in the current language, keeping what is chosen."""
        named = [(f"{c} {self.names.get(c, '')}".strip(), c) for c in sorted(self._fields)]
        relabel(self._customer, say("choose_customer"), named)
        self._offer()
        self._submit.description = str(say("explain"))
        title, note = html.words(say("explorer")), html.words(self._note)
        self._head.value = html.page("ck-head", f"<h3>{title}</h3><p class='ck-facts'>{note}</p>")
        self._explain()

    def _offer(self) -> None:
        """The fields on which anybody spoke, those in conflict first and marked."""
        if self._customer.value is None:
            return
        own = self.found.values[self.found.values["customer"] == self._customer.value]
        order = own.assign(even=~own["conflict"]).sort_values(["even", "confidence"], kind="stable")
        options = []
        for row in order.to_dict("records"):
            key = "field_torn" if row["conflict"] else "field_even"
            title = say(key, field=plots.field_title(row["field"]),
                        confidence=f"{row['confidence']:.0%}")  # fmt: skip
            options.append((str(title), row["field"]))
        relabel(self._field, say("choose_field"), options)

    def _explain(self, aloud: bool = False) -> None:
        customer, field = self._customer.value, self._field.value
        try:
            told = plots.explanation_text(self.found, customer, field)
            drawn = picture(plots.explanation_picture(self.found, customer, field), told)
            self._shown.value = explained_table(self.found, customer, field) + drawn
        except BilingualError as error:
            told = str(error)
            self._shown.value = html.result(error, False)
        if aloud:
            self._keyboard.say(told, language())


def value_explorer(
    found: Reconciliation | None = None, customers: pd.DataFrame | None = None
) -> ValueExplorer:
    """Explain the values of a reconciliation one by one: who said what, and what weighed how much.
    Without one, the reconciled facts of the synthetic sample; `customers` gives their names."""
    if found is None:
        facts = reconcile(sample("facts"), tolerances=tolerances(), half_life=365)
        return ValueExplorer(facts, customer_names(sample("customers")), say("explorer_sample"))
    return ValueExplorer(found, customer_names(customers), plain(""))
