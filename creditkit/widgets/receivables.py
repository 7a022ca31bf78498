"""Receivables on screen: the figures of a day, of all customers or one, and what is behind."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import ipywidgets as w
import narwhals as nw
import pandas as pd

from creditkit.analysis.ageing import ageing
from creditkit.analysis.days_sales import days_late, days_sales_by_month
from creditkit.analysis.ledgers import Day, day, fetched, keep_unknown, money, read, say
from creditkit.analysis.receivables import of_customer, open_invoices, receivables
from creditkit.analysis.roll_rates import roll_rates
from creditkit.analysis.sample import AS_OF, sample
from creditkit.analysis.today import the_day
from creditkit.analysis.warnings import sign_words, warning_signs
from creditkit.casework.export import MARK, csv_text
from creditkit.plots import receivables as plots
from creditkit.text import BilingualError, Text, join, language, plain
from creditkit.widgets import html
from creditkit.widgets.controls import View, chosen_picture, downloads, picture, relabel
from creditkit.widgets.keyboard import Keyboard, Submit
from creditkit.widgets.language import live
from creditkit.widgets.review import customer_names
from creditkit.widgets.style import STYLE

ALL = ""
PAGE = 15
# Links hold the files they hand over; a page with more would be slow to show.
LINKED = 5_000
Draw = tuple[Callable[[Any], Any], Callable[[Any], str]]
PICTURES: dict[str, Draw] = {
    "ageing": (plots.ageing_picture, plots.ageing_text),
    "days_sales": (plots.days_sales_picture, plots.days_sales_text),
    "roll_rates": (plots.roll_rates_picture, plots.roll_rates_text),
    "concentration": (plots.concentration_picture, plots.concentration_text),
    "days_late": (plots.days_late_picture, plots.days_late_text),
    "warning_signs": (plots.warnings_picture, plots.warnings_text),
}
# What tells something of one customer.
OF_ONE = ("ageing", "days_sales")
FIGURES = ("owed", "past_due", "over_90", "disputed", "unapplied", "count_back", "late",
           "kept_share", "loss")  # fmt: skip
# Of each customer; the rest stands on the page of one.
EACH = ("owed", "past_due", "over_90", "count_back", "late", "kept_share", "loss")
INVOICE = ("invoice", "currency", "issued", "due", "amount", "owed", "days", "disputed")


class _Figures(NamedTuple):
    """Roll rates, figures of all and of each customer, and warning signs of a day."""

    rates: Any
    whole: pd.DataFrame
    each: pd.DataFrame
    signs: pd.DataFrame


class ReceivablesView(View):
    """Invoices and payments to explore; see `receivables_view`."""

    call = "receivables_view()"

    def __init__(
        self, invoices: Any, payments: Any, names: Mapping[str, Text], as_of: str, note: Text
    ) -> None:
        self.invoices, self.payments, self.names, self._note = invoices, payments, names, note
        keys = read(invoices, "invoices", ["currency", "customer"])
        pairs = fetched(keys.group_by("currency", "customer").agg())
        pairs = keep_unknown(pairs, ["currency", "customer"])
        self._currencies = sorted(map(str, pairs["currency"].unique()))
        self._customers = sorted(map(str, pairs["customer"].unique()))
        self._known: tuple[str, _Figures] | None = None
        self._day = w.Text(value=as_of, continuous_update=False)
        self._currency, self._customer = w.Dropdown(), w.Dropdown()
        self._which, self._page = w.Dropdown(), w.Dropdown()
        self._head, self._shown, self._keyboard = w.HTML(), w.HTML(), Keyboard()
        self._submit = Submit(self._keyboard)
        fields = w.HBox([self._day, self._currency, self._customer, self._which, self._page])
        fields.add_class("ck-cells")
        form = w.VBox([fields, self._submit])
        form.add_class("ck-form")
        super().__init__([self._keyboard, self._head, form, self._shown])
        self._customer.observe(lambda _: self._offer_pictures(), "value")
        self._submit.on_click(lambda _: self._work_out(aloud=True))
        self.redraw()

    def redraw(self) -> None:
        """Draw everything again in the current language, keeping what is chosen."""
        self._day.description = str(say("as_of"))
        every = [(str(say("all_currencies")), ALL), *((c, c) for c in self._currencies)]
        relabel(self._currency, say("currency"), every)
        named = [(f"{c} {self.names.get(c, '')}".strip(), c) for c in self._customers]
        relabel(self._customer, say("customer"), [(str(say("all_customers")), ALL), *named])
        self._offer_pictures()
        self._submit.description = str(say("work_out"))
        title, note = html.words(say("receivables")), html.words(self._note)
        self._head.value = html.page("ck-head", f"<h3>{title}</h3><p class='ck-facts'>{note}</p>")
        self._work_out()

    def _offer_pictures(self) -> None:
        offered = OF_ONE if self._customer.value else tuple(PICTURES)
        relabel(self._which, say("which_picture"), [(str(say(f"picture_{p}")), p) for p in offered])

    def _work_out(self, aloud: bool = False) -> None:
        try:
            on = str(day(self._day.value.strip()))
            told, body = self._of_one(on) if self._customer.value else self._of_all(on)
            self._shown.value = html.page("", f"<p><strong>{html.words(told)}</strong></p>") + body
        except Exception as error:
            told = html.trouble(error)
            self._shown.value = html.result(told, False)
        if aloud:
            self._keyboard.say(str(told), language())

    def _figures(self, on: str) -> "_Figures":
        """The figures of a day; the last day's are kept."""
        if self._known is None or self._known[0] != on:
            both = self.invoices, self.payments
            rates = roll_rates(*both, on)
            found = _Figures(
                rates,
                receivables(*both, on, rates=rates),
                receivables(*both, on, by=["customer"], rates=rates),
                warning_signs(*both, on),
            )
            self._known = on, found
        return self._known[1]

    def _chosen(self, table: Any) -> Any:
        """The rows of the currency chosen."""
        if not self._currency.value:
            return table
        if "currency" in table.index.names:
            return table[table.index.get_level_values("currency") == self._currency.value]
        return table[table["currency"] == self._currency.value]

    def _of_all(self, on: str) -> tuple[Text, str]:
        rates, whole, each, signs = (self._chosen(table) for table in self._figures(on))
        told = say(
            "told", day=on, owed=_by_currency(whole), customers=int((each["owed"] > 0).sum())
        )
        rows = each.reset_index().sort_values(["currency", "owed"], ascending=[True, False])
        pages = max(1, -(-len(rows) // PAGE))
        relabel(self._page, say("page"), [(str(n), str(n)) for n in range(1, pages + 1)])
        first = (int(self._page.value) - 1) * PAGE
        shown = self._with_signs(rows[first : first + PAGE], signs)
        heads = _heads("customer", "currency", *EACH, "signs")
        parts = [
            figures_table(whole),
            self._draw({
                "ageing": lambda: self._chosen(ageing(self.invoices, self.payments, on)),
                "days_sales": lambda: self._months(self.invoices, self.payments, on),
                "roll_rates": lambda: rates,
                "concentration": lambda: each,
                "days_late": lambda: self._chosen(
                    days_late(self.invoices, self.payments, on, by=["customer"])
                ),
                "warning_signs": lambda: signs,
            }),
            html.page("", f"<h4>{html.words(say('by_customer'))}</h4>"),
            _wide(html.table(shown, heads, EACH)),
            _csv(rows, f"receivables-{on}"),
        ]  # fmt: skip
        return told, "".join(parts)

    def _of_one(self, on: str) -> tuple[Text, str]:
        one, figures = self._customer.value, self._figures(on)
        each, signs = self._chosen(figures.each), self._chosen(figures.signs)
        own = each[each.index.get_level_values("customer") == one]
        mine = signs[signs["customer"] == one]
        bills = self._chosen(open_invoices(self.invoices, self.payments, on, customer=one))
        ours = (of_customer(self.invoices, "invoices", one),
                of_customer(self.payments, "payments", one))  # fmt: skip
        name = plain(f"{one} {self.names.get(one, '')}".strip())
        told = say("told_one", customer=name, day=on, owed=_by_currency(own), invoices=len(bills))
        pages = max(1, -(-len(bills) // PAGE))
        relabel(self._page, say("page"), [(str(n), str(n)) for n in range(1, pages + 1)])
        first = (int(self._page.value) - 1) * PAGE
        rows = [_invoice(row) for row in bills[first : first + PAGE].to_dict("records")]
        parts = [
            figures_table(own.droplevel("customer")),
            signs_list(mine),
            self._draw({
                "ageing": lambda: self._chosen(ageing(*ours, on)),
                "days_sales": lambda: self._months(*ours, on),
            }),
            html.page("", f"<h4>{html.words(say('open_invoices'))}</h4>"),
            _wide(html.table(rows, _heads(*INVOICE), INVOICE[2:-1])),
            _csv(bills, f"receivables-{one}-{on}"),
        ]  # fmt: skip
        return told, "".join(parts)

    def _months(self, invoices: Any, payments: Any, on: str) -> pd.DataFrame:
        months: pd.DataFrame = self._chosen(days_sales_by_month(invoices, payments, on))
        return months

    def _draw(self, tables: Mapping[str, Callable[[], Any]]) -> str:
        table = tables[self._which.value]()
        if not len(table):
            return html.page("", f"<p class='ck-quiet'>{html.words(say('nothing_to_draw'))}</p>")
        draw, tell = PICTURES[self._which.value]
        return picture(draw(table), tell(table))

    def _with_signs(self, rows: pd.DataFrame, signs: pd.DataFrame) -> list[dict[str, object]]:
        shown: list[dict[str, object]] = []
        for row in rows.to_dict("records"):
            own = signs[(signs["customer"] == row["customer"])
                        & (signs["currency"] == row["currency"])]  # fmt: skip
            names = join(say(f"name_{sign}") for sign in own["sign"])
            cells = {name: figure(name, row[name]) for name in FIGURES}
            keys = {name: row[name] for name in ("customer", "currency")}
            shown.append({**keys, **cells, "signs": names})
        return shown


def receivables_view(
    invoices: Any = None,
    payments: Any = None,
    *,
    customers: pd.DataFrame | None = None,
    as_of: Day | None = None,
) -> w.Widget:
    """Explore receivables: choose a day, a currency, a customer; see figures, pictures, invoices.

    Args:
        invoices, payments: frames of any engine, as for `ageing`; without them, the synthetic
            sample.
        customers: with customer, and name_zh or name_en where known.
        as_of: the day to begin with; the last day that anything was issued or paid if None, no day
            after today.

    What is wrong is told in the place of the view.
    """
    note = plain("")
    if invoices is None or payments is None:
        invoices, payments, note = sample("invoices"), sample("payments"), say("synthetic")
        customers = sample("customers") if customers is None else customers
        as_of = as_of or AS_OF
    try:
        on = day(as_of) if as_of is not None else _last_day(invoices, payments)
        return ReceivablesView(invoices, payments, customer_names(customers), str(on), note)
    except BilingualError as error:
        return w.HTML(STYLE + html.result(error, False))


def receivables_picture(which: str, table: pd.DataFrame) -> live:
    """A picture of receivables, of the table that the function of the same name gives: `ageing`,
    `roll_rates`, `warning_signs`, `days_late` by customer, `concentration` of an ageing by
    customer, `days_sales` of `days_sales_by_month`. A saved notebook keeps its words.

    Raises:
        ValueError: there is no such picture.
    """
    return chosen_picture("receivables_picture", PICTURES, which, table)


def figures_table(table: pd.DataFrame) -> str:
    """The figures of `receivables` by currency, as HTML."""
    rows = [
        {"currency": currency, **{name: figure(name, row[name]) for name in FIGURES}}
        for currency, row in table.iterrows()
    ]
    return _wide(html.table(rows, _heads("currency", *FIGURES), FIGURES))


def signs_list(signs: pd.DataFrame) -> str:
    """Warning signs in words, as HTML."""
    lines = []
    for row in signs.to_dict("records"):
        name, grave = say(f"name_{row['sign']}"), say(f"severity_{row['severity']}")
        told = say("sign", name=name, grave=grave, currency=row["currency"], words=sign_words(row))
        lines.append(f"<li>{html.words(told)}</li>")
    body = f"<ul>{''.join(lines)}</ul>" if lines else f"<p>{html.words(say('no_signs'))}</p>"
    return html.page("", f"<h4>{html.words(say('warning_signs'))}</h4>{body}")


def figure(name: str, value: float) -> str:
    """A figure as people read it; a stroke where there is none."""
    if value != value:
        return "–"
    if name == "kept_share":
        return f"{value:.0%}"
    if name in ("count_back", "late"):
        return f"{value:.1f}"
    return f"{value:,.0f}"


# Inside


def _heads(*names: str) -> dict[str, Text]:
    return {name: say(f"head_{name}") for name in names}


def _wide(table: str) -> str:
    """A table to scroll sideways, by keyboard too, where the page is narrow."""
    return f"<div class='ck-wide' tabindex='0'>{table}</div>"


def _by_currency(table: pd.DataFrame) -> Text:
    sums = table["owed"].groupby(level="currency").sum()
    parts = [say("part", what=plain(str(c)), share=money(float(owed))) for c, owed in sums.items()]
    return join(parts) if parts else plain("0")


def _invoice(row: Mapping[Any, Any]) -> dict[str, object]:
    cells = {name: f"{row[name]:%Y-%m-%d}" for name in ("issued", "due")}
    amounts = {name: f"{row[name]:,.2f}" for name in ("amount", "owed")}
    disputed = say("disputed_yes") if row["disputed"] else ""
    return {**row, **cells, **amounts, "disputed": disputed}


def _csv(rows: pd.DataFrame, name: str) -> str:
    if len(rows) > LINKED or rows.empty:
        return ""
    told = rows.assign(**{c: rows[c].dt.strftime("%Y-%m-%d") for c in ("issued", "due")
                          if c in rows})  # fmt: skip
    lines = [{str(k): v for k, v in line.items()} for line in told.to_dict("records")]
    text = csv_text(lines, {str(c): str(c) for c in told.columns})
    return downloads(say("download"), name, {"csv": MARK + text})


def _last_day(invoices: Any, payments: Any) -> Any:
    today = the_day()
    days = [
        fetched(
            read(frame, name, [column])
            .filter(nw.col(column).cast(nw.Date) <= today)
            .select(nw.col(column).max())
        )[column].iloc[0]
        for frame, name, column in (
            (invoices, "invoices", "issued"),
            (payments, "payments", "paid_on"),
        )
    ]
    known = [pd.Timestamp(d) for d in days if not pd.isna(d)]
    return max(known).date() if known else today
