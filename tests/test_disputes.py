"""Disputes, and the figures of a day side by side."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditkit.analysis.ageing import ageing
from creditkit.analysis.days_sales import days_sales_by_month, days_sales_outstanding
from creditkit.analysis.disputes import disputes
from creditkit.analysis.ledgers import ReceivablesError
from creditkit.analysis.receivables import of_customer, open_invoices, receivables
from creditkit.analysis.roll_rates import roll_rates
from tests.engines import OTHERS
from tests.test_receivables import Books, books, days, in_engine, large, ledgers

__all__ = ["large"]
DAY = "2024-06-30"


def row(*invoices: dict[str, Any], paid: Any = (), **options: Any) -> dict[str, float]:
    table: Any = disputes(*books(list(invoices), list(paid)), DAY, **options)
    return {} if table.empty else table.loc["CNY"].to_dict()


def test_a_dispute_is_open_until_resolved_or_paid() -> None:
    raised = {"disputed_on": "2024-03-01"}
    assert row(raised)["open_amount"] == 100.0
    assert row(raised)["oldest"] == 121.0
    assert row({**raised, "resolved_on": "2024-06-30"})["open"] == 0
    assert row({**raised, "resolved_on": "2024-07-01"})["open"] == 1
    assert row(raised, paid=[{"paid_on": "2024-06-30"}])["open"] == 0
    assert row(raised, paid=[{"paid_on": "2024-07-01"}])["open"] == 1
    assert row(raised, paid=[{"amount": 60.0}])["open_amount"] == 40.0
    assert row({"disputed_on": "2024-07-01"}) == {}


def test_how_long_it_takes_is_reckoned_from_those_resolved_in_the_period() -> None:
    long_ago = {"disputed_on": "2024-01-02", "resolved_on": "2024-01-03"}
    ten, thirty = (
        {"disputed_on": "2024-05-01", "resolved_on": str(date(2024, 5, 1) + timedelta(n))}
        for n in (10, 30)
    )
    found = row(long_ago, ten, thirty, {"disputed_on": "2024-06-01"}, period=91)
    assert found["days_to_resolve"] == 20.0
    assert (found["raised"], found["resolved"], found["open"]) == (3, 2, 1)
    assert np.isnan(row({"disputed_on": "2024-06-01"})["days_to_resolve"])


@given(ledgers(), days)
@settings(max_examples=40, deadline=None)
def test_what_is_owed_in_open_disputes_is_what_ageing_calls_disputed(
    ledger: Books, as_of: date
) -> None:
    found = disputes(*ledger, as_of, by=["customer"])["open_amount"]
    aged = ageing(*ledger, as_of, by=["customer"])["disputed"]
    pd.testing.assert_series_equal(
        found[found > 0], aged[aged > 0], check_names=False, check_exact=False
    )


@pytest.mark.parametrize("engine", OTHERS)
def test_all_engines_count_disputes_alike(large: Books, engine: str) -> None:
    expected = disputes(*large, "2024-12-31", period=90, by=["customer"])
    assert (expected[["raised", "resolved", "open"]].sum() > 50).all()
    found = disputes(*in_engine(large, engine), "2024-12-31", period=90, by=["customer"])
    pd.testing.assert_frame_equal(found, expected, check_index_type=False)


def test_a_disputed_invoice_without_its_days_is_never_passed_over() -> None:
    with pytest.raises(ReceivablesError, match="1"):
        row({"disputed_on": "2024-03-01", "due": None})


# Side by side


@given(ledgers(), st.integers(60, 400))
@settings(max_examples=5, deadline=None)
def test_customers_add_up_to_the_portfolio(ledger: Books, day: int) -> None:
    as_of = date(2024, 1, 1) + timedelta(day)
    rates = roll_rates(*ledger, as_of)
    whole = receivables(*ledger, as_of)
    each = receivables(*ledger, as_of, by=["customer"], rates=rates)
    for figure in ("owed", "past_due", "over_90", "disputed", "unapplied", "open_invoices", "loss"):
        sums = each[figure].groupby("currency").sum()
        assert whole[figure].fillna(0).to_dict() == pytest.approx(sums.to_dict(), abs=0.01)


def test_the_figures_are_those_of_the_functions_that_explain_them(large: Books) -> None:
    table = receivables(*large, "2024-12-31", by=["customer"])
    aged = ageing(*large, "2024-12-31", by=["customer"])
    days_out = days_sales_outstanding(*large, "2024-12-31", by=["customer"])
    pd.testing.assert_series_equal(table["owed"].reindex(aged.index), aged["owed"])
    pd.testing.assert_series_equal(
        table["over_90"].reindex(aged.index), aged["over_90"], check_names=False
    )
    expected = days_out["count_back"]
    pd.testing.assert_series_equal(table["count_back"].reindex(expected.index), expected)
    assert len(table) == len(aged.index.union(days_out.index))


def test_a_currency_that_is_new_this_month_has_no_loss_yet() -> None:
    old = [{"issued": "2024-01-01"}]
    table: Any = receivables(
        *books([*old, {"currency": "EUR", "issued": "2024-06-20", "due": "2024-07-20"}]),
        "2024-06-25",
    )
    assert np.isnan(table.loc["EUR", "loss"])
    assert table.loc["EUR", "owed"] == 100.0
    assert table.loc["CNY", "loss"] > 0


@pytest.mark.parametrize("engine", ["pandas", "polars_lazy", "duckdb"])
def test_the_open_invoices_of_a_customer_are_what_it_owes(large: Books, engine: str) -> None:
    moved = in_engine(large, engine)
    found: Any = open_invoices(*moved, "2024-12-31", customer="C7")
    table: Any = ageing(*large, "2024-12-31", by=["customer"])
    aged = table.xs("C7", level="customer")
    assert found.groupby("currency")["owed"].sum().to_dict() == pytest.approx(
        aged["owed"].to_dict()
    )
    assert found["owed"][found["disputed"]].sum() == pytest.approx(aged["disputed"].sum())
    assert found["days"].is_monotonic_decreasing
    own = of_customer(moved[0], "invoices", "C7"), moved[1]
    pd.testing.assert_frame_equal(open_invoices(*own, "2024-12-31"), found)


def test_days_sales_by_month_are_those_of_each_month_end(large: Books) -> None:
    table: Any = days_sales_by_month(*large, "2024-12-15", months=3)
    months = table.loc["EUR"].index
    assert [f"{m:%Y-%m-%d}" for m in months] == [
        "2024-08-31", "2024-09-30", "2024-10-31", "2024-11-30"
    ]  # fmt: skip
    expected: Any = days_sales_outstanding(*large, "2024-09-30").loc["EUR"]
    assert table.loc[("EUR", pd.Timestamp("2024-09-30"))].tolist() == expected.tolist()
