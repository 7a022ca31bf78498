"""Credit files and receivables on screen, and their pictures, without a browser."""

import warnings
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest

import creditkit as ck
from creditkit.analysis.credit_file import CreditFile
from creditkit.casework.journal import JournalError, say
from creditkit.plots import receivables as plots
from creditkit.plots import review as review_plots
from creditkit.plots.figure import png
from creditkit.widgets.receivables import PICTURES, ReceivablesView
from creditkit.widgets.review import ReviewView

DAY = "2025-12-31"
Books = tuple[Any, Any]


@pytest.fixture(scope="module")
def books() -> Books:
    invoices, payments = ck.sample("invoices"), ck.sample("payments")
    first = (frame[frame["customer"] <= "C00040"] for frame in (invoices, payments))
    return next(first), next(first)


# Credit files


@pytest.fixture
def view(tmp_path: Path) -> ReviewView:
    people = ck.sample("customers").query("customer <= 'C00003'")
    facts = ck.sample("facts").query("customer <= 'C00002'")
    made = ck.review_view(facts, customers=people, as_of=DAY, folder=tmp_path)
    assert isinstance(made, ReviewView)
    return made


def enter(view: ReviewView, value: str, field: str = "employees") -> None:
    view._act.value, view._field.value, view._source.value = "enter", field, "credit"
    view._collected.value, view._by.value, view._value.value = "2025-12-01", "李敏", value
    view._submit.click()


def test_a_customer_without_any_fact_has_a_file_with_everything_missing(view: ReviewView) -> None:
    view._customer.value = "C00003"
    assert "The file is empty" in view._head.value
    assert "there is nothing at all on" in view._found.value
    assert not list(view.folder.glob("*"))


def test_what_is_refused_is_told_in_place_and_nothing_typed_is_lost(view: ReviewView) -> None:
    enter(view, "<b>eighty</b>")
    assert "&lt;b&gt;eighty&lt;/b&gt;&#x27; is no number" in view._result.value
    assert "is no number" in view._keyboard.message
    assert view._value.value == "<b>eighty</b>"
    assert (view._collected.value, view._by.value) == ("2025-12-01", "李敏")
    assert not list(view.folder.glob("*"))


def test_what_is_put_down_is_on_disk_before_it_is_told(view: ReviewView) -> None:
    enter(view, "１，２３４")
    assert CreditFile.open("C00001", folder=view.folder).facts()["value"].tolist() == ["1234"]
    assert "entered employees: 1,234 persons" in view._result.value
    assert "1,234 persons" in view._rest.value
    assert view._value.value == ""
    ck.set_language("zh")
    assert "已存盘：录入员工人数：1,234 人" in view._result.value


def test_a_field_with_options_is_chosen_not_typed(view: ReviewView) -> None:
    view._field.value = "premises"
    assert (view._option.layout.display, view._value.layout.display) == (None, "none")
    view._option.value = "rented"
    enter(view, "", field="premises")
    assert CreditFile.open("C00001", folder=view.folder).facts()["value"].tolist() == ["rented"]


def test_an_entry_is_withdrawn_with_a_reason_and_stays_in_the_trail(view: ReviewView) -> None:
    enter(view, "80")
    view._act.value = "withdraw"
    view._submit.click()
    assert "Give a reason" in view._result.value
    view._note.value = "another firm's"
    view._submit.click()
    assert [value for _, value in view._entry.options] == [""]
    assert view.file.trail()["act"].tolist() == ["enter", "withdraw"]


def test_nothing_left_to_choose_is_told(view: ReviewView) -> None:
    view._act.value = "withdraw"
    view._by.value = view._note.value = "x"
    view._submit.click()
    assert "Choose first: Which entry" in view._result.value


def test_a_day_that_is_none_is_told_in_place_of_the_findings(view: ReviewView) -> None:
    view._day.value = "tomorrow"
    assert "is not a day" in view._head.value
    assert "is not a day" in view._keyboard.message
    view._day.value = "2024-12-31"
    assert "The file is open" in view._head.value


def test_a_full_disk_is_told_and_the_value_stays(
    view: ReviewView, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise JournalError(say("read_only"))

    with monkeypatch.context() as patched:
        patched.setattr(CreditFile, "enter", full)
        enter(view, "80")
    assert "ck-refused" in view._result.value
    assert view._value.value == "80"


def test_an_unforeseen_error_is_told_without_a_traceback(
    view: ReviewView, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> int:
        raise RuntimeError("boom")

    monkeypatch.setattr(CreditFile, "enter", broken)
    enter(view, "80")
    assert "Something unexpected went wrong: RuntimeError: boom" in view._result.value


def test_a_change_of_language_keeps_customer_act_and_words(view: ReviewView) -> None:
    view._customer.value, view._act.value, view._note.value = "C00002", "waive", "why"
    ck.set_language("zh")
    assert (view._customer.value, view._act.value, view._note.value) == ("C00002", "waive", "why")
    assert "乙丑甲子建材有限公司" in view._head.value
    assert view._finding.description == "哪个问题"


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (pd.DataFrame({"customer": ["C1"]}), "lack these columns"),
        (ck.sample("facts").head(0), "There are no customers"),
    ],
)
def test_facts_that_cannot_be_shown_are_told_in_place(facts: Any, told: str) -> None:
    assert told in ck.review_view(facts).value


# Receivables


def test_the_explorer_begins_with_the_last_day_of_ones_own_data(books: Books) -> None:
    explorer = ck.receivables_view(*books)
    assert isinstance(explorer, ReceivablesView)
    last = max(books[0]["issued"].max(), books[1]["paid_on"].max())
    assert explorer._day.value == f"{last:%Y-%m-%d}"
    assert "Synthetic" not in explorer._head.value


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb"])
def test_the_explorer_does_not_begin_with_a_day_to_come(books: Books, engine: str) -> None:
    mistyped = books[0].head(1).assign(invoice="X1", issued=pd.Timestamp("2199-01-01"))
    bills: Any = pd.concat([books[0], mistyped], ignore_index=True)
    move: Any = {"pandas": lambda frame: frame, "polars": pl.from_pandas,
                 "duckdb": duckdb.connect().from_df}[engine]  # fmt: skip
    explorer = ck.receivables_view(move(bills), move(books[1]))
    last = max(books[0]["issued"].max(), books[1]["paid_on"].max())
    assert isinstance(explorer, ReceivablesView)
    assert explorer._day.value == f"{last:%Y-%m-%d}"


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_the_explorer_shows_the_same_for_every_engine(books: Books, engine: str) -> None:
    connection = duckdb.connect()
    move: Any = {"polars": pl.from_pandas, "duckdb": connection.from_df}[engine]
    explorers: Any = (
        ck.receivables_view(*books, as_of=DAY),
        ck.receivables_view(*map(move, books), as_of=DAY),
    )
    for explorer in explorers:
        explorer._customer.value = "C00032"
        explorer._submit.click()
    assert explorers[0]._shown.value == explorers[1]._shown.value
    assert "C00032: CNY 19.3 m owed" in explorers[0]._shown.value


def test_only_pictures_that_tell_something_of_one_customer_are_offered(books: Books) -> None:
    explorer: Any = ck.receivables_view(*books, as_of=DAY)
    explorer._which.value = "roll_rates"
    explorer._customer.value = "C00032"
    assert [value for _, value in explorer._which.options] == ["ageing", "days_sales"]
    explorer._customer.value = ""
    assert len(explorer._which.options) == len(PICTURES)


def test_one_currency_leaves_the_others_out(books: Books) -> None:
    explorer: Any = ck.receivables_view(*books, as_of=DAY)
    explorer._currency.value = "EUR"
    for which in PICTURES:
        explorer._which.value = which
        explorer._submit.click()
        assert "CNY" not in explorer._shown.value.split("<h4>")[0].split("base64")[0]
        assert "EUR" in explorer._keyboard.message


def test_frames_that_cannot_be_used_are_told_in_place(books: Books) -> None:
    told: Any = ck.receivables_view(books[0].drop(columns="due"), books[1])
    assert "lacks these columns: due" in told._shown.value
    assert "Give" in told._shown.value or "It has" in told._shown.value
    none: Any = ck.receivables_view([1], [2])
    assert "is no frame but list" in none.value


def test_what_is_handed_over_runs_nothing_in_a_spreadsheet(books: Books) -> None:
    import base64
    import re

    invoices = books[0].assign(customer=books[0]["customer"].replace("C00032", "=1+1"))
    explorer: Any = ck.receivables_view(invoices, books[1], as_of=DAY)
    data = re.search(r"text/csv;base64,([^']+)", explorer._shown.value)
    assert data
    text = base64.b64decode(data[1]).decode()
    assert "'=1+1" in text
    assert ",=1+1" not in text


# Pictures


def drawn(books: Books) -> list[tuple[Any, Any, Any]]:
    facts = ck.sample("facts").query("customer <= 'C00040'")
    found = ck.review(facts, DAY)
    tables = {
        "ageing": ck.ageing(*books, DAY, bounds=[7, 30, 60, 90, 180]),
        "days_sales": ck.days_sales_by_month(*books, DAY, months=2),
        "roll_rates": ck.roll_rates(*books, DAY, months=2),
        "concentration": ck.ageing(*books, DAY, by=["customer"]),
        "days_late": ck.days_late(*books, DAY, by=["customer"]),
        "warning_signs": ck.warning_signs(*books, DAY),
    }
    return [
        *((*PICTURES[name], table) for name, table in tables.items()),
        (review_plots.severity_picture, review_plots.severity_text, found),
        (review_plots.kinds_picture, review_plots.kinds_text, found),
        (review_plots.staleness_picture, review_plots.staleness_text, ck.ages(facts, DAY)),
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_picture_is_drawn_without_a_missing_glyph_and_told(books: Books, lang: str) -> None:
    ck.set_language(lang)
    for draw, tell, table in drawn(books):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert png(draw(table)).startswith(b"\x89PNG")
        told = tell(table)
        assert told and "{" not in told
        assert told.isascii() <= (lang == "en")


def test_pictures_of_nothing_are_empty_not_errors(books: Books) -> None:
    nothing = books[0].head(0), books[1].head(0)
    for draw, tell, table in drawn(nothing)[:6]:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert png(draw(table))
        assert isinstance(tell(table), str)


def test_the_bars_of_ageing_are_the_shares_of_what_is_owed(books: Books) -> None:
    aged = ck.ageing(*books, DAY)
    bars: Any = plots.ageing_picture(aged).axes[0].patches
    widths = [bar.get_width() for bar in bars]
    expected = aged.iloc[:, :5].div(aged["owed"], axis=0).to_numpy().T.ravel()
    assert widths == pytest.approx(expected.tolist())


def test_the_curve_of_concentration_reaches_the_top_ten_that_the_figure_names(books: Books) -> None:
    aged = ck.ageing(*books, DAY, by=["customer"])
    curve: Any = plots.concentration_picture(aged).axes[0].lines[0].get_ydata()
    assert curve[10] == pytest.approx(ck.concentration(aged)["top"]["CNY"])
    assert curve[-1] == pytest.approx(1.0)


def test_a_picture_that_is_not_there_is_told(books: Books) -> None:
    with pytest.raises(ValueError, match="'pie' is none of ageing"):
        ck.receivables_picture("pie", books[0])
    with pytest.raises(ValueError, match="'pie' is none of severity"):
        ck.review_picture("pie", books[0])
