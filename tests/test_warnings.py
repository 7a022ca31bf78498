"""Promises and early-warning signs: each shows when it should, and only then."""

from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditkit.analysis.ledgers import ReceivablesError, say
from creditkit.analysis.promises import promises
from creditkit.analysis.sample import sample
from creditkit.analysis.warnings import SIGNS, Limits, sign_words, warning_signs

DAY = pd.Timestamp("2025-12-31")
DATES = ["issued", "due", "disputed_on", "resolved_on", "promised_on"]


def bills(*rows: dict[str, Any]) -> Any:
    """Invoices of customer C1; days are counted back from the day of use."""
    plain = {"customer": "C1", "currency": "CNY", "amount": 100.0}
    whole = []
    for n, row in enumerate(rows):
        days = {k: DAY - pd.Timedelta(days=v) for k, v in row.items() if k in DATES}
        rest = {k: v for k, v in row.items() if k not in DATES}
        whole.append({"invoice": f"I{n}", **plain, **rest, **days})
    frame = pd.DataFrame(whole, columns=["invoice", "customer", "currency", "amount", *DATES])
    return frame.astype(dict.fromkeys(DATES, "datetime64[us]"))


def money(*rows: tuple[str, int, float] | tuple[str, int, float, str]) -> Any:
    frame = pd.DataFrame(
        [
            {"payment": f"P{n}", "invoice": row[0], "customer": "C1", "amount": row[2],
             "paid_on": DAY - pd.Timedelta(days=row[1]),
             "kind": row[3] if len(row) > 3 else "payment"}
            for n, row in enumerate(rows)
        ],
        columns=["payment", "invoice", "customer", "amount", "paid_on", "kind"],
    )  # fmt: skip
    return frame.astype({"paid_on": "datetime64[us]", "amount": "float64"})


# Promises


@pytest.mark.parametrize(
    ("promised", "paid", "figure"),
    [
        (10, [("I0", 10, 100.0)], "kept"),
        (10, [("I0", 30, 60.0), ("I0", 12, 40.0)], "kept"),
        (10, [("I0", 11, 100.0, "credit_note")], "kept"),
        (10, [("I0", 9, 100.0)], "broken"),
        (10, [("I0", 10, 99.0)], "broken"),
        (10, [], "broken"),
        (0, [], "pending"),
        (-5, [("I0", 3, 40.0)], "pending"),
        (-5, [("I0", 3, 100.0)], "kept"),
        (0, [("I0", 0, 100.0)], "kept"),
    ],
)
def test_a_promise_is_kept_broken_or_pending(promised: int, paid: Any, figure: str) -> None:
    table: Any = promises(bills({"issued": 90, "due": 60, "promised_on": promised}),
                          money(*paid), DAY)  # fmt: skip
    counts = table.loc["CNY", ["kept", "broken", "pending"]]
    assert counts[figure] == 1
    assert counts.sum() == 1


def test_what_was_owed_on_the_promised_day_is_what_was_broken() -> None:
    table: Any = promises(
        bills({"issued": 90, "due": 60, "promised_on": 10}),
        money(("I0", 20, 30.0), ("I0", 5, 70.0)), DAY,
    )  # fmt: skip
    assert table.loc["CNY", "broken_amount"] == 70.0
    assert table.loc["CNY", "kept_share"] == 0.0


def test_promises_before_the_period_and_invoices_after_the_day_do_not_count() -> None:
    invoices = bills(
        {"issued": 500, "due": 470, "promised_on": 365},
        {"issued": -1, "due": -20, "promised_on": -30},
    )
    assert promises(invoices, money(), DAY).empty


@given(
    rows=st.lists(st.tuples(st.integers(-20, 100), st.integers(0, 110), st.integers(0, 120)),
                  max_size=12),
    later=st.integers(0, 60),
)  # fmt: skip
@settings(deadline=None, max_examples=40)
def test_every_promise_is_in_exactly_one_state_and_broken_ones_stay_broken(
    rows: Any, later: int
) -> None:
    invoices = bills(*({"issued": 120, "due": 100, "promised_on": p} for p, _, _ in rows))
    paid = money(*((f"I{n}", on, float(much)) for n, (_, on, much) in enumerate(rows) if much))
    early = DAY - pd.Timedelta(days=later)
    now, past = (
        promises(invoices, paid, DAY, period=900),
        promises(invoices, paid, early, period=900),
    )
    for table in (now, past):
        counted = table[["kept", "broken", "pending"]].to_numpy().sum()
        assert counted == len(rows)
    assert past["broken"].sum() <= now["broken"].sum()


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_promises_are_the_same_in_every_engine(engine: str) -> None:
    invoices: Any = sample("invoices")
    invoices = invoices[invoices["customer"] <= "C00040"]
    payments: Any = sample("payments")
    expected = promises(invoices, payments, DAY, by=["customer"])
    connection = duckdb.connect()
    move: Any = {"polars": lambda f: pl.from_pandas(f).lazy(), "duckdb": connection.from_df}[engine]
    found = promises(move(invoices), move(payments), DAY, by=["customer"])
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


# Warning signs


def signs(invoices: Any, payments: Any, **limits: float) -> dict[str, str]:
    found = warning_signs(invoices, payments, DAY, limits=Limits(**limits) if limits else None)  # type: ignore[arg-type]
    return dict(zip(found["sign"], found["severity"], strict=True))


def regular(days_late: int, recent: int) -> tuple[Any, Any]:
    """An invoice a fortnight over 500 days; those of the last 120 days paid `recent` days late."""
    days = list(range(500, 20, -14))
    invoices = bills(*({"issued": d, "due": d - 30} for d in days))
    paid = [(f"I{n}", d - 30 - (recent if d - 30 < 100 else days_late), 100.0)
            for n, d in enumerate(days)]  # fmt: skip
    return invoices, money(*(p for p in paid if p[1] >= 0))


def test_a_customer_that_pays_as_ever_shows_no_sign() -> None:
    assert signs(*regular(5, 5)) == {}


def test_a_customer_that_pays_later_than_it_did_shows() -> None:
    assert signs(*regular(0, 9)).get("slower") is None
    assert signs(*regular(0, 14))["slower"] == "medium"
    assert signs(*regular(0, 25))["slower"] == "high"


def test_who_never_paid_is_a_default_at_the_start() -> None:
    invoices = bills({"issued": 80, "due": 40})
    assert signs(invoices, money())["default_at_start"] == "high"
    assert "default_at_start" not in signs(invoices, money(("I0", 10, 5.0)))
    assert "default_at_start" not in signs(bills({"issued": 80, "due": 29}), money())
    assert signs(invoices, money(("I0", 10, 5.0, "credit_note")))["default_at_start"] == "high"


def test_old_debt_counts_as_a_share_of_what_is_owed() -> None:
    paid = ("I2", 100, 100.0)
    invoices = bills({"issued": 200, "due": 150}, {"issued": 20, "due": -10, "amount": 1500.0},
                     {"issued": 200, "due": 150})  # fmt: skip
    assert "old_debt" not in signs(invoices, money(paid))
    assert signs(invoices, money(paid, ("I1", 3, 900.0)))["old_debt"] == "medium"
    assert signs(invoices, money(paid, ("I1", 3, 1200.0)))["old_debt"] == "high"


def test_disputes_count_as_a_share_of_what_is_owed() -> None:
    invoices = bills({"issued": 20, "due": -10, "disputed_on": 5}, {"issued": 20, "due": -10})
    assert signs(invoices, money())["disputes"] == "high"
    solved = bills({"issued": 20, "due": -10, "disputed_on": 5, "resolved_on": 1},
                   {"issued": 20, "due": -10})  # fmt: skip
    assert "disputes" not in signs(solved, money())


def test_broken_promises_show_when_more_are_broken_than_kept() -> None:
    rows = [{"issued": 120, "due": 80, "promised_on": 40 + n} for n in range(4)]
    paid = [(f"I{n}", 20, 100.0) for n in range(2)]
    assert "broken_promises" not in signs(
        bills(*rows), money(*paid, ("I2", 60, 100.0), ("I3", 60, 100.0))
    )
    assert signs(bills(*rows), money(*paid, ("I2", 60, 100.0), ("I3", 20, 100.0)))[
        "broken_promises"
    ] == "medium"  # fmt: skip


def test_debt_that_grows_with_sales_is_no_sign_but_debt_that_outgrows_them_is() -> None:
    days = list(range(360, 0, -10))
    grown = bills(*({"issued": d, "due": d - 60, "amount": 300.0 if d < 90 else 100.0}
                    for d in days))  # fmt: skip
    paid = [(f"I{n}", d - 60, 100.0) for n, d in enumerate(days) if d > 60]
    assert "growing" not in signs(grown, money(*paid))
    same = bills(*({"issued": d, "due": d - 60} for d in days))
    unpaid = [(f"I{n}", d - 60, 100.0) for n, d in enumerate(days) if d > 160]
    assert "growing" in signs(same, money(*unpaid))


def test_a_steady_buyer_that_falls_silent_while_owing_shows() -> None:
    invoices, payments = regular(0, 0)
    old = invoices[invoices["issued"] < DAY - pd.Timedelta(days=110)]
    assert "stopped_buying" not in signs(old, payments)
    owing = payments[payments["invoice"] != old["invoice"].iloc[-1]]
    assert "stopped_buying" in signs(old, owing)


def test_currencies_are_held_apart() -> None:
    invoices = bills({"issued": 200, "due": 150, "currency": "USD"}, {"issued": 20, "due": -10})
    found: Any = warning_signs(invoices, money(("I1", 3, 1.0)), DAY)
    assert set(found.loc[found["sign"] == "old_debt", "currency"]) == {"USD"}


def test_signs_of_the_sample_are_told_gravest_first_in_both_languages() -> None:
    found: Any = warning_signs(sample("invoices"), sample("payments"), DAY)
    assert len(found) > 50
    assert found["severity"].ne("high").is_monotonic_increasing
    assert not found.duplicated(["customer", "currency", "sign"]).any()
    for row in found.to_dict("records"):
        text = sign_words(row)
        assert "{" not in text.zh + text.en
        assert "nan" not in text.en
    assert all(say(f"name_{sign}").zh for sign in SIGNS)


@pytest.mark.parametrize("move", [lambda f: f, pl.from_pandas, duckdb.from_df])
def test_a_debt_that_was_credited_is_no_default(move: Any) -> None:
    def at_start(invoices: Any, payments: Any) -> Any:
        found: Any = warning_signs(move(invoices), move(payments), DAY)
        return found.loc[found["sign"] == "default_at_start", "value"].tolist()

    one = bills({"issued": 90, "due": 59})
    assert at_start(one, money()) == [59.0]
    assert at_start(one, money(("I0", 20, 100.0, "credit_note"))) == []
    assert at_start(one, money(("I0", 20, 40.0, "credit_note"))) == [59.0]
    two = bills({"issued": 90, "due": 59}, {"issued": 80, "due": 49})
    assert at_start(two, money(("I0", 20, 100.0, "credit_note"))) == [49.0]


def test_only_the_first_debt_can_default_at_the_start() -> None:
    later = bills({"issued": 90, "due": -10}, {"issued": 80, "due": 49})
    assert "default_at_start" not in signs(later, money())
    assert signs(bills({"issued": 90, "due": 59}, {"issued": 80, "due": -10}), money())[
        "default_at_start"
    ] == "high"  # fmt: skip


def test_the_past_is_seen_as_it_was() -> None:
    invoices: Any = sample("invoices")
    payments: Any = sample("payments")
    early = pd.Timestamp("2025-03-31")
    whole = warning_signs(invoices, payments, early)
    known = warning_signs(
        invoices[invoices["issued"] <= early], payments[payments["paid_on"] <= early], early
    )
    pd.testing.assert_frame_equal(whole, known)


def test_empty_books_show_nothing() -> None:
    assert warning_signs(bills(), money(), DAY).empty


def test_limits_that_make_no_sense_are_told() -> None:
    with pytest.raises(ReceivablesError, match="0"):
        warning_signs(bills(), money(), DAY, limits=Limits(growth=0))


def test_the_largest_of_each_currency_come_before_the_second_of_any() -> None:
    rows = [("C1", "CNY", 9e6), ("C2", "CNY", 8e6), ("C3", "EUR", 500.0)]
    invoices = bills(
        *({"issued": 80, "due": 40, "customer": c, "currency": m, "amount": a} for c, m, a in rows)
    )
    found = warning_signs(invoices, money(), DAY)
    assert found["customer"].tolist() == ["C1", "C3", "C2"]
