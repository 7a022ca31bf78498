"""Receivables: what is owed on a day, and for how long."""

from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditkit.analysis.ageing import BOUNDS, ageing, bucket_names, bucket_title
from creditkit.analysis.concentration import concentration
from creditkit.analysis.days_sales import days_late, days_sales_outstanding
from creditkit.analysis.disputes import disputes
from creditkit.analysis.ledgers import Day, ReceivablesError, day, fetched, month_ends
from creditkit.analysis.open_items import INVOICES, PAYMENTS, open_items, problems
from creditkit.analysis.promises import promises
from creditkit.analysis.receivables import open_invoices, receivables
from creditkit.analysis.roll_rates import expected_loss, roll_rates
from creditkit.analysis.warnings import warning_signs
from tests.engines import ENGINES, OTHERS

START = date(2024, 1, 1)
DAYS = 400
BUCKETS = bucket_names()
PLAIN_ENGINES = ["pandas", "polars_lazy", "duckdb"]
DATES = {
    "invoices": ["issued", "due", "disputed_on", "resolved_on", "promised_on"],
    "payments": ["paid_on"],
}
# Invoices and payments; not typed further, as the stubs of pandas know too little of a cell.
Books = tuple[Any, Any]
Row = dict[str, Any]


def books(invoices: list[Row], payments: list[Row] | None = None) -> Books:
    """Invoices and payments with what matters; the rest is filled in."""
    bills = [
        {"invoice": f"I{i}", "customer": "C1", "issued": "2024-01-01", "due": "2024-01-31",
         "currency": "CNY", "amount": 100.0, "disputed_on": None, "resolved_on": None,
         "promised_on": None} | row
        for i, row in enumerate(invoices, 1)
    ]  # fmt: skip
    home = {row["invoice"]: row["customer"] for row in bills}
    paid = [
        {"payment": f"P{i}", "invoice": "I1", "paid_on": "2024-02-10", "amount": 100.0,
         "kind": "payment"} | row
        for i, row in enumerate(payments or [], 1)
    ]  # fmt: skip
    paid = [{"customer": home.get(row["invoice"], "C1")} | row for row in paid]
    frames = pd.DataFrame(bills, columns=list(INVOICES)), pd.DataFrame(paid, columns=list(PAYMENTS))
    for frame, dates in zip(frames, DATES.values(), strict=True):
        for column in dates:
            frame[column] = pd.to_datetime(frame[column])
        frame["amount"] = frame["amount"].astype("float64")
    return frames


days = st.integers(0, DAYS).map(lambda n: START + timedelta(n))
cents = st.integers(1, 1_000_000).map(lambda n: n / 100)


@st.composite
def ledgers(draw: st.DrawFn) -> Books:
    """Any few invoices, with payments on them that may be too much, too early or too late."""
    invoices, payments = [], []
    for i in range(draw(st.integers(1, 8))):
        issued, amount = draw(days), draw(cents)
        wait = draw(st.none() | st.integers(0, 120))
        raised = None if wait is None else issued + timedelta(wait)
        solved = draw(st.none() | st.integers(0, 60)) if raised else None
        invoices.append({
            "issued": issued, "due": issued + timedelta(draw(st.integers(0, 90))), "amount": amount,
            "customer": draw(st.sampled_from(["C1", "C2", "C3"])),
            "currency": draw(st.sampled_from(["CNY", "EUR"])), "disputed_on": raised,
            "resolved_on": raised + timedelta(solved) if raised and solved is not None else None,
            "promised_on": draw(st.none() | days),
        })  # fmt: skip
        for _ in range(draw(st.integers(0, 3))):
            payments.append({
                "invoice": f"I{i + 1}", "paid_on": draw(days),
                "amount": draw(cents | st.just(amount)),
                "kind": draw(st.sampled_from(["payment", "payment", "credit_note"])),
            })  # fmt: skip
    return books(invoices, payments)


def aged(ledger: Books, as_of: Any, **options: Any) -> Any:
    return ageing(*ledger, as_of, **options)


def by_hand(ledger: Books, as_of: date) -> dict[tuple[str, str], float]:
    """The ageing reckoned invoice by invoice, to compare with."""
    invoices, payments = ledger
    now = pd.Timestamp(as_of)
    table: dict[tuple[str, str], float] = {}
    for row in invoices.itertuples():
        mine = payments[(payments["invoice"] == row.invoice) & (payments["paid_on"] <= now)]
        left = (row.amount if row.issued <= now else 0.0) - mine["amount"].sum()
        late = (now - row.due).days
        place = next((i for i, b in enumerate((0, *BOUNDS)) if late <= b), len(BOUNDS) + 1)
        key = row.currency, BUCKETS[place] if left > 0 else "unapplied"
        if abs(left) > 0.001:
            table[key] = table.get(key, 0.0) + abs(left)
    return table


def _text(frame: pd.DataFrame) -> pd.DataFrame:
    days = frame.select_dtypes("datetime").columns
    return frame.assign(**{c: frame[c].dt.strftime("%Y-%m-%d") for c in days})


def in_engine(ledger: Books, engine: str) -> Books:
    change = {**ENGINES, "text": _text}[engine]
    return change(ledger[0]), change(ledger[1])


@pytest.fixture(scope="module")
def large() -> Books:
    """A few thousand invoices with everything that can happen to them, always the same."""
    draw, n = np.random.default_rng(7), 4000
    issued = pd.Timestamp(START) + pd.to_timedelta(draw.integers(0, DAYS, n), "D")
    raised = (issued + pd.to_timedelta(draw.integers(0, 60, n), "D")).where(draw.random(n) < 0.1)
    solved = (raised + pd.to_timedelta(draw.integers(0, 60, n), "D")).where(draw.random(n) < 0.6)
    promised = issued + pd.to_timedelta(draw.integers(30, 150, n), "D")
    amount = draw.integers(1, 10_000_000, n) / 100
    invoices = pd.DataFrame({
        "invoice": [f"I{i}" for i in range(n)], "customer": [f"C{i % 60}" for i in range(n)],
        "issued": issued, "due": issued + pd.to_timedelta(draw.integers(0, 90, n), "D"),
        "currency": draw.choice(["CNY", "EUR", "USD"], n), "amount": amount,
        "disputed_on": raised, "resolved_on": solved,
        "promised_on": promised.where(draw.random(n) < 0.1),
    })  # fmt: skip
    of = draw.integers(0, n, n)
    payments = pd.DataFrame({
        "payment": [f"P{i}" for i in range(n)], "invoice": [f"I{i}" for i in of],
        "customer": [f"C{i % 60}" for i in of],
        "paid_on": issued[of] + pd.to_timedelta(draw.integers(-5, 200, n), "D"),
        "amount": amount[of] * draw.choice([0.3, 0.7, 1.0, 1.1], n),
        "kind": draw.choice(["payment", "payment", "credit_note"], n),
    })  # fmt: skip
    return invoices, payments


# Ageing


def test_an_invoice_is_not_due_on_its_due_day_and_moves_on_the_day_after_each_bound() -> None:
    ledger, due = books([{"due": "2024-01-31"}]), date(2024, 1, 31)
    for late, bucket in ((0, "not_due"), (1, "1-30"), (30, "1-30"), (31, "31-60"), (60, "31-60"),
                         (61, "61-90"), (90, "61-90"), (91, "over_90")):  # fmt: skip
        row = aged(ledger, due + timedelta(late)).loc["CNY"]
        assert row[bucket] == row["owed"] == 100.0


def test_only_what_had_happened_by_the_day_counts() -> None:
    ledger = books([{"issued": "2024-01-10"}], [{"paid_on": "2024-02-10", "amount": 40.0}])
    assert aged(ledger, "2024-01-09").empty
    assert aged(ledger, "2024-02-09").loc["CNY", "owed"] == 100.0
    assert aged(ledger, "2024-02-10").loc["CNY", "owed"] == 60.0


def test_part_payments_and_credit_notes_reduce_the_debt_to_the_last_cent() -> None:
    parts: list[Row] = [{"amount": 33.37}, {"amount": 33.33}]
    parts += [{"amount": 33.30, "kind": "credit_note"}]
    assert aged(books([{"amount": 100.0}], parts), "2024-03-01").empty
    left = aged(books([{"amount": 100.01}], parts), "2024-03-01").loc["CNY"]
    assert left["owed"] == pytest.approx(0.01)
    assert left["open_invoices"] == 1


def test_what_is_paid_too_much_or_too_early_is_shown_apart_and_pays_no_other_invoice() -> None:
    early = {"issued": "2024-06-01", "due": "2024-07-01"}
    ledger = books([{}, {}, early], [{"amount": 130.0}, {"invoice": "I3", "amount": 20.0}])
    march, june = (aged(ledger, d).loc["CNY"] for d in ("2024-03-01", "2024-06-01"))
    assert march[["owed", "unapplied", "open_invoices"]].tolist() == [100.0, 50.0, 1]
    assert june[["owed", "unapplied", "open_invoices"]].tolist() == [180.0, 30.0, 2]


def test_a_dispute_counts_from_its_day_until_the_day_it_is_resolved() -> None:
    ledger = books([{"disputed_on": "2024-02-05", "resolved_on": "2024-03-01"}, {}])
    on = ("2024-02-04", "2024-02-05", "2024-02-29", "2024-03-01")
    assert [aged(ledger, d).loc["CNY", "disputed"] for d in on] == [0.0, 100.0, 100.0, 0.0]
    assert aged(ledger, "2024-02-05").loc["CNY", "1-30"] == 200.0


def test_currencies_are_kept_apart_for_each_customer_too() -> None:
    ledger = books([{}, {"currency": "EUR"}, {"currency": "EUR", "customer": "C2"}])
    table = aged(ledger, "2024-03-01", by=["customer"])
    assert list(table.index) == [("CNY", "C1"), ("EUR", "C1"), ("EUR", "C2")]
    assert aged(ledger, "2024-03-01")["owed"].to_dict() == {"CNY": 100.0, "EUR": 200.0}


def test_the_user_chooses_the_buckets() -> None:
    table = aged(books([{}]), "2024-06-30", bounds=[7, 180])
    assert list(table.columns[:4]) == ["not_due", "1-7", "8-180", "over_180"]
    assert table.loc["CNY", "8-180"] == 100.0
    assert bucket_title("over_180").zh == "逾期超过 180 天"
    assert bucket_title("not_due").en == "not due"


@given(ledgers(), days)
@settings(max_examples=50, deadline=None)
def test_ageing_agrees_with_a_reckoning_by_hand(ledger: Books, as_of: date) -> None:
    found = aged(ledger, as_of)[[*BUCKETS, "unapplied"]].stack()
    assert found[found > 0].to_dict() == pytest.approx(by_hand(ledger, as_of))


@given(ledgers(), days)
@settings(max_examples=50, deadline=None)
def test_buckets_add_up_to_the_open_balance(ledger: Books, as_of: date) -> None:
    invoices, payments = ledger
    now = pd.Timestamp(as_of)
    table = aged(ledger, as_of)
    assert table[BUCKETS].sum(axis=1).to_list() == pytest.approx(table["owed"].to_list())
    assert (table["disputed"] <= table["owed"] + 1e-9).all()
    home = payments["invoice"].map(invoices.set_index("invoice")["currency"])
    for currency in ("CNY", "EUR"):
        billed = invoices.loc[(invoices["issued"] <= now) & (invoices["currency"] == currency)]
        paid = payments.loc[(payments["paid_on"] <= now) & (home == currency), "amount"]
        row = table.reindex([currency]).fillna(0.0).loc[currency]
        balance = billed["amount"].sum() - paid.sum()
        assert row["owed"] - row["unapplied"] == pytest.approx(balance, abs=0.01)


@given(ledgers(), days, days, cents, st.data())
@settings(max_examples=50, deadline=None)
def test_a_payment_never_makes_the_debt_grow(
    ledger: Books, as_of: date, paid_on: date, amount: float, data: st.DataObject
) -> None:
    invoices, payments = ledger
    invoice = data.draw(st.sampled_from(list(invoices["invoice"])))
    more = {"payment": "new", "invoice": invoice, "customer": "C1", "kind": "payment",
            "paid_on": pd.Timestamp(paid_on), "amount": amount}  # fmt: skip
    longer = pd.DataFrame([*payments.to_dict("records"), more])
    whole, after = aged(ledger, as_of), aged((invoices, longer), as_of)
    columns = [*BUCKETS, "disputed"]
    after = after.reindex(whole.index).fillna(0.0)
    assert (after[columns] <= whole[columns] + 1e-6).all(axis=None)


@given(ledgers(), days, st.integers(0, 100))
@settings(max_examples=50, deadline=None)
def test_no_invoice_owes_more_on_a_later_day(ledger: Books, as_of: date, later: int) -> None:
    invoices, payments = ledger
    known = invoices[invoices["issued"] <= pd.Timestamp(as_of)]
    items = fetched(open_items(known, payments, [as_of, as_of + timedelta(later)]))
    owed = items[["open_0", "open_1"]].clip(lower=0)
    assert (owed["open_1"] <= owed["open_0"] + 1e-9).all()


@given(ledgers(), days, st.integers(0, 100))
@settings(max_examples=50, deadline=None)
def test_what_stays_unpaid_only_grows_older(ledger: Books, as_of: date, later: int) -> None:
    known = ledger[0][ledger[0]["issued"] <= pd.Timestamp(as_of)]
    unpaid = known, ledger[1].iloc[:0]
    first, then = (aged(unpaid, as_of + timedelta(n)) for n in (0, later))
    for i in range(len(BUCKETS)):
        older = BUCKETS[i:]
        assert (first[older].sum(axis=1) <= then[older].sum(axis=1) + 1e-6).all()


@given(ledgers(), days, st.integers(0, 2**31))
@settings(max_examples=30, deadline=None)
def test_the_order_of_rows_does_not_matter(ledger: Books, as_of: date, seed: int) -> None:
    shuffled = tuple(frame.sample(frac=1, random_state=seed) for frame in ledger)
    one, other = (aged(each, as_of, by=["customer"]) for each in (ledger, shuffled))
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize("engine", [*OTHERS, "text"])
@pytest.mark.parametrize("by", [[], ["customer"]], ids=["portfolio", "customer"])
def test_all_engines_age_alike(large: Books, engine: str, by: list[str]) -> None:
    for as_of in ("2024-09-30", "2024-12-31"):
        expected = aged(large, as_of, by=by)
        assert (expected[[*BUCKETS, "disputed", "unapplied"]].sum() > 0).all()
        found = aged(in_engine(large, engine), as_of, by=by)
        pd.testing.assert_frame_equal(found, expected, check_index_type=False)


def test_frames_are_left_as_they_were(large: Books) -> None:
    mine = in_engine(large, "text")
    copies = [frame.copy() for frame in mine]
    aged(mine, "2024-12-31")
    for frame, copy in zip(mine, copies, strict=True):
        pd.testing.assert_frame_equal(frame, copy)


@pytest.mark.parametrize("engine", [e for e in ENGINES if e != "pyspark"])
@pytest.mark.parametrize("figure", [ageing, days_sales_outstanding, days_late, promises, disputes,
                                    receivables])  # fmt: skip
def test_money_of_no_known_customer_is_kept_under_unknown(engine: str, figure: Any) -> None:
    rows = [{"customer": c, "disputed_on": "2024-02-01", "promised_on": "2024-02-20"}
            for c in ("C1", None, "unknown")]  # fmt: skip
    ledger = books(rows, [{"invoice": f"I{n}", "amount": 60.0} for n in (1, 2, 3)])
    table: Any = figure(*in_engine(ledger, engine), "2024-03-01", by=["customer"])
    assert table.index.tolist() == [("CNY", "C1"), ("CNY", "unknown")]
    first = {ageing: "owed", days_sales_outstanding: "owed", days_late: "paid",
             promises: "broken", disputes: "open_amount", receivables: "owed"}[figure]  # fmt: skip
    assert table.loc[("CNY", "unknown"), first] == 2 * table.loc[("CNY", "C1"), first] > 0


@pytest.mark.parametrize("engine", PLAIN_ENGINES)
def test_a_column_that_says_nothing_hides_no_debt(engine: str) -> None:
    invoices, payments = books([{}, {}])

    def by_region(regions: Any) -> Any:
        ledger = in_engine((invoices.assign(region=regions), payments), engine)
        return ageing(*ledger, "2024-03-01", by=["region"])["owed"].to_dict()

    assert by_region([None, None]) == {("CNY", "unknown"): 200.0}
    assert by_region(["north", None]) == {("CNY", "north"): 100.0, ("CNY", "unknown"): 100.0}
    with pytest.raises(ReceivablesError, match="no value in region"):
        by_region([7.0, None])
    told = problems(invoices.assign(region=["north", None]), payments, by=["region"])
    assert [p.en for p in told] == [
        "invoices: 1 without a value in region: I2. Correct or remove these rows."
    ]


def test_a_customer_that_is_not_named_takes_its_share_of_what_is_owed() -> None:
    ledger = books([{}, {"customer": None}])
    table: Any = concentration(aged(ledger, "2024-03-01", by=["customer"]))
    assert table.loc["CNY", ["owed", "customers", "largest"]].tolist() == [200.0, 2, 0.5]
    assert open_invoices(*ledger, "2024-03-01", customer="unknown")["invoice"].tolist() == ["I2"]
    signs: Any = warning_signs(*ledger, "2024-12-31")
    assert set(signs.loc[signs["sign"] == "old_debt", "customer"]) == {"C1", "unknown"}


@given(ledgers(), days, st.data())
@settings(max_examples=40, deadline=None)
def test_no_way_of_telling_apart_changes_what_is_owed(
    ledger: Books, as_of: date, data: st.DataObject
) -> None:
    invoices, payments = ledger
    words = st.sampled_from(["north", "south", "unknown", "", None])
    for column in ("region", "branch"):
        drawn = data.draw(st.lists(words, min_size=len(invoices), max_size=len(invoices)))
        invoices = invoices.assign(**{column: pd.Series(drawn, dtype=object)})
    figures = ["owed", "disputed", "unapplied", "open_invoices", *BUCKETS]
    whole = aged(ledger, as_of)[figures]
    by = data.draw(st.lists(st.sampled_from(["region", "branch", "customer"]), unique=True))
    for engine in ("pandas", "polars"):
        parts = aged(in_engine((invoices, payments), engine), as_of, by=by)[figures]
        sums = parts.groupby(level="currency").sum()
        pd.testing.assert_frame_equal(sums, whole, check_index_type=False)


# Days sales outstanding and days late


def test_count_back_does_not_swing_with_sales_and_the_simple_way_does() -> None:
    months = [("2024-01-15", 31.0), ("2024-02-15", 29.0), ("2024-03-15", 310.0)]
    ledger = books(
        [{"issued": issued, "due": "2024-04-30", "amount": amount} for issued, amount in months],
        [{"amount": 31.0}, {"invoice": "I2", "amount": 29.0}],
    )
    row = days_sales_outstanding(*ledger, "2024-03-31", period=91).loc["CNY"]
    assert row["count_back"] == 31.0
    assert row["simple"] == pytest.approx(310 / 370 * 91)
    assert row["delinquent"] == 0.0


def test_counting_back_passes_over_months_without_sales() -> None:
    ledger = books([{"issued": "2024-01-31", "amount": 50.0}, {"issued": "2024-03-10"}])
    row = days_sales_outstanding(*ledger, "2024-03-20").loc["CNY"]
    assert row["count_back"] == 20 + 29 + 31


def test_without_sales_in_the_period_the_simple_days_are_unknown_not_endless() -> None:
    row = days_sales_outstanding(*books([{}]), "2024-12-31", period=30).loc["CNY"]
    assert row[["simple", "best_possible", "delinquent"]].isna().all()
    assert row["count_back"] == 366


@given(ledgers(), days, st.integers(1, 400))
@settings(max_examples=40, deadline=None)
def test_the_best_possible_is_no_more_than_the_simple_days(
    ledger: Books, as_of: date, period: int
) -> None:
    table = days_sales_outstanding(*ledger, as_of, period=period, by=["customer"])
    known = table.dropna()
    assert (known["best_possible"] <= known["simple"] + 1e-9).all()
    since = (as_of - date(2024, 1, 1)).days + 1
    assert table["count_back"].between(0, since + 1e-9).all()
    assert table["owed"].sum() == pytest.approx(aged(ledger, as_of)["owed"].sum(), abs=0.01)


@given(ledgers(), days)
@settings(max_examples=40, deadline=None)
def test_days_late_agree_with_a_reckoning_by_hand(ledger: Books, as_of: date) -> None:
    invoices, payments = ledger
    merged = payments.merge(invoices[["invoice", "due", "currency"]], on="invoice")
    merged = merged[(merged["kind"] == "payment") & (merged["paid_on"] <= pd.Timestamp(as_of))]
    table = days_late(*ledger, as_of, period=1000)
    for currency, rows in merged.groupby("currency"):
        late = [(row.paid_on - row.due).days for row in rows.itertuples()]
        total = sum(rows["amount"])
        mean = sum(d * a for d, a in zip(late, rows["amount"], strict=True)) / total
        over = sum(max(d, 0) * a for d, a in zip(late, rows["amount"], strict=True)) / total
        found = table.loc[currency]
        assert found[["paid", "late", "past_due"]].tolist() == pytest.approx([total, mean, over])
    assert len(table) == merged["currency"].nunique()


@pytest.mark.parametrize("engine", [*OTHERS, "text"])
def test_all_engines_count_days_alike(large: Books, engine: str) -> None:
    other = in_engine(large, engine)
    for figure in (days_sales_outstanding, days_late):
        expected = figure(*large, "2024-12-31", by=["customer"])
        found = figure(*other, "2024-12-31", by=["customer"])
        assert len(expected) > 100
        pd.testing.assert_frame_equal(found, expected, check_index_type=False)


@pytest.mark.parametrize("engine", ["pandas", "pyarrow", "polars_times", "duckdb_times"])
def test_a_time_of_day_moves_nothing_to_another_day(engine: str) -> None:
    at = {"issued": "2024-01-01 10:00", "due": "2024-02-10 18:00",
          "promised_on": "2024-02-10 09:00", "disputed_on": "2024-02-10 18:00"}  # fmt: skip
    ledger: Any = books([at], [{"paid_on": "2024-02-10 20:00"}])
    into: Any = {"polars_times": pl.from_pandas, "duckdb_times": duckdb.from_df, **ENGINES}[engine]
    invoices, payments = into(ledger[0]), into(ledger[1])
    kept: Any = promises(invoices, payments, "2024-03-31").loc["CNY"]
    assert kept[["kept", "broken"]].tolist() == [1, 0]
    late: Any = days_late(invoices, payments, "2024-03-31").loc["CNY"]
    assert late[["late", "share_late"]].tolist() == [0, 0]
    assert problems(invoices, payments) == []
    found: Any = warning_signs(invoices, into(ledger[1].iloc[:0]), "2024-03-11")
    assert found.loc[found["sign"] == "default_at_start", "value"].tolist() == [30.0]


# Roll rates and expected loss


def test_what_is_still_owed_grows_older_and_the_rest_is_settled() -> None:
    ledger = books([{"due": "2024-01-31"}], [{"paid_on": "2024-03-05", "amount": 40.0}])
    rates: Any = roll_rates(*ledger, "2024-03-31", months=2)
    assert rates.loc[("CNY", "not_due"), ["owed", "1-30", "settled"]].tolist() == [100, 1, 0]
    assert rates.loc[("CNY", "1-30"), ["31-60", "settled"]].tolist() == pytest.approx([0.6, 0.4])
    assert rates.loc[("CNY", "over_90"), BUCKETS].isna().all()


@given(ledgers(), days, st.integers(1, 6))
@settings(max_examples=15, deadline=None)
def test_all_that_is_owed_goes_somewhere_and_never_grows_younger(
    ledger: Books, as_of: date, months: int
) -> None:
    rates: Any = roll_rates(*ledger, as_of, months=months)
    known = rates.dropna()
    assert known[[*BUCKETS, "settled"]].sum(axis=1).to_list() == pytest.approx([1.0] * len(known))
    for i, bucket in enumerate(BUCKETS):
        rows = known[known.index.get_level_values("from") == bucket]
        assert (rows[BUCKETS[:i]] == 0).all(axis=None)
    starts = month_ends(as_of, months)[:-1]
    owed = sum(float(aged(ledger, start)["owed"].sum()) for start in starts)
    assert rates["owed"].sum() == pytest.approx(owed, abs=0.01)


def test_the_loss_of_a_debt_is_the_chance_that_it_ever_gets_to_the_last_bucket(
    large: Books,
) -> None:
    import numpy as np

    rates: Any = roll_rates(*large, "2025-01-31")
    losses: Any = expected_loss(aged(large, "2025-01-31"), rates)
    for currency in ("CNY", "EUR", "USD"):
        # The chain followed for 2,000 months, with the last bucket kept shut.
        moves = rates.loc[currency, BUCKETS].to_numpy(copy=True)
        moves[-1] = [0, 0, 0, 0, 1]
        reached = np.linalg.matrix_power(moves, 2000)[:, -1]
        owed = aged(large, "2025-01-31").loc[currency, BUCKETS].to_numpy(dtype=float)
        assert losses.loc[currency, BUCKETS].tolist() == pytest.approx((owed * reached).tolist())
        assert 0 < losses.loc[currency, "rate"] < 1
    half = expected_loss(aged(large, "2025-01-31"), rates, loss_given_default=0.5)
    assert half["loss"].tolist() == pytest.approx((losses["loss"] / 2).tolist())


def test_losses_of_customers_add_up_to_those_of_the_portfolio(large: Books) -> None:
    rates: Any = roll_rates(*large, "2025-01-31")
    each: Any = expected_loss(aged(large, "2025-01-31", by=["customer"]), rates)
    whole: Any = expected_loss(aged(large, "2025-01-31"), rates)
    assert each.groupby("currency")["loss"].sum().tolist() == pytest.approx(whole["loss"].tolist())


@pytest.mark.parametrize("engine", [*OTHERS, "text"])
def test_all_engines_roll_alike(large: Books, engine: str) -> None:
    expected: Any = roll_rates(*large, "2025-01-31")
    found = roll_rates(*in_engine(large, engine), "2025-01-31")
    assert expected.notna().all(axis=None)
    pd.testing.assert_frame_equal(found, expected, check_index_type=False)


def test_losses_need_rates_of_the_same_buckets_and_currencies(large: Books) -> None:
    rates: Any = roll_rates(*large, "2025-01-31")
    with pytest.raises(ReceivablesError, match="61-90"):
        expected_loss(aged(large, "2025-01-31", bounds=[30, 60]), rates)
    with pytest.raises(ReceivablesError, match="EUR"):
        expected_loss(aged(large, "2025-01-31"), rates.loc[["CNY", "USD"]])
    with pytest.raises(ReceivablesError, match="0 "):
        expected_loss(aged(large, "2025-01-31"), rates, loss_given_default=40)


# Concentration


def test_concentration_tells_one_large_customer_from_many_that_owe_alike() -> None:
    alike: list[dict[str, Any]] = [{"customer": f"C{i}"} for i in range(20)]
    large_one = [{"customer": "C99", "amount": 6000.0, "currency": "EUR"},
                 *({**row, "currency": "EUR"} for row in alike)]  # fmt: skip
    table: Any = concentration(
        aged(books([*alike, *large_one]), "2024-03-01", by=["customer"]), top=5
    )
    assert table.loc["CNY"].tolist() == pytest.approx([2000, 20, 0.05, 0.25, 0.05, 20])
    assert table.loc["EUR"].tolist() == pytest.approx([8000, 21, 0.75, 0.8, 0.565625, 1 / 0.565625])


@given(ledgers(), days)
@settings(max_examples=30, deadline=None)
def test_concentration_stays_within_its_bounds(ledger: Books, as_of: date) -> None:
    table: Any = concentration(aged(ledger, as_of, by=["customer"]), top=2)
    assert (table["largest"] <= table["top"] + 1e-9).all()
    assert (table["herfindahl"] <= table["largest"] + 1e-9).all()
    assert (table["effective"] <= table["customers"] + 1e-6).all()
    assert table["owed"].sum() == pytest.approx(aged(ledger, as_of)["owed"].sum())


def test_concentration_needs_an_ageing_by_customer() -> None:
    with pytest.raises(ReceivablesError, match="customer"):
        concentration(aged(books([{}]), "2024-03-01"))


# What cannot be used is told


def test_bad_options_say_what_to_do() -> None:
    ledger = books([{}])
    for wrong in ([], [0, 30], [60, 30], [30, 30], [30.5]):
        with pytest.raises(ReceivablesError, match="30, 60, 90"):
            aged(ledger, "2024-03-01", bounds=wrong)
    with pytest.raises(ReceivablesError, match="2025-12-31"):
        aged(ledger, "1 March")
    with pytest.raises(ReceivablesError, match="branch"):
        aged(ledger, "2024-03-01", by=["branch"])
    for far in ("0001-01-01", "9999-12-31", date(1799, 12, 31), np.datetime64("2200-01-01")):
        with pytest.raises(ReceivablesError, match="from 1800-01-01 to 2199-12-31"):
            aged(ledger, far)
    for none in (pd.NaT, np.datetime64("NaT"), None, 20240301):
        with pytest.raises(ReceivablesError, match="is not a day"):
            aged(ledger, none)
    with pytest.raises(ReceivablesError, match="list"):
        aged(([1], ledger[1]), "2024-03-01")
    with pytest.raises(ReceivablesError, match="polars"):
        aged((ledger[0], in_engine(ledger, "polars")[1]), "2024-03-01")
    with pytest.raises(ReceivablesError, match="due"):
        aged((ledger[0].assign(due="soon"), ledger[1]), "2024-03-01")


FIGURES = [ageing, days_sales_outstanding, days_late, promises, roll_rates, warning_signs]


@pytest.mark.parametrize("figure", FIGURES)
def test_frames_of_two_engines_are_told_apart(figure: Any, large: Books) -> None:
    invoices, payments = large
    with pytest.raises(ReceivablesError, match="invoices: duckdb, payments: pandas"):
        figure(ENGINES["duckdb"](invoices), payments, "2024-12-31")
    mine, other = duckdb.connect(), duckdb.connect()
    with pytest.raises(ReceivablesError, match="different connections"):
        figure(mine.from_df(invoices), other.from_df(payments), "2024-12-31")
    eager, lazy = ENGINES["polars"](invoices), ENGINES["polars_lazy"](payments)
    assert len(figure(eager, lazy, "2024-12-31"))


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb"])
@pytest.mark.parametrize(
    "wrong", [{"due": None}, {"issued": None}, {"amount": None}, {"amount": -1.0}], ids=str
)
def test_an_invoice_that_cannot_be_aged_is_never_passed_over(engine: str, wrong: Row) -> None:
    with pytest.raises(ReceivablesError, match="1"):
        aged(in_engine(books([{}, wrong]), engine), "2024-03-01")


BOOK_FIGURES = [*FIGURES, disputes, open_invoices, receivables]


@pytest.mark.parametrize("engine", PLAIN_ENGINES)
@pytest.mark.parametrize("figure", BOOK_FIGURES)
@pytest.mark.parametrize("wrong", [-100.0, 0.0, float("nan"), float("inf"), None], ids=str)
def test_no_figure_passes_over_an_amount_that_is_none(
    engine: str, figure: Any, wrong: float | None
) -> None:
    sure = {"disputed_on": "2024-02-01", "promised_on": "2024-02-20"}
    if figure is not days_late:
        bad = in_engine(books([sure, {**sure, "amount": wrong}], [{}]), engine)
        with pytest.raises(ReceivablesError, match="invoices: 1 without an amount above 0: I2"):
            figure(*bad, "2024-03-31")
    bad = in_engine(books([sure], [{"amount": 60.0}, {"amount": wrong}]), engine)
    with pytest.raises(ReceivablesError, match="payments: 1 without an amount above 0: P2"):
        figure(*bad, "2024-03-31")


@pytest.mark.parametrize("engine", PLAIN_ENGINES)
@pytest.mark.parametrize("figure", BOOK_FIGURES)
def test_no_figure_passes_over_a_missing_day_or_currency(engine: str, figure: Any) -> None:
    sure = {"disputed_on": "2024-02-01", "promised_on": "2024-02-20"}
    bad = in_engine(books([sure], [{"amount": 60.0}, {"paid_on": None}]), engine)
    with pytest.raises(ReceivablesError, match="payments: 1 without its days: P2"):
        figure(*bad, "2024-03-31")
    bad = in_engine(books([sure, {**sure, "currency": None}], [{"invoice": "I2"}]), engine)
    with pytest.raises(ReceivablesError, match="invoices: 1 without currency: I2"):
        figure(*bad, "2024-03-31")
    lacking = "due" if figure in (days_late, open_invoices) else "issued"
    bad = in_engine(books([sure, {**sure, lacking: None}], [{"invoice": "I2"}]), engine)
    with pytest.raises(ReceivablesError, match="invoices: 1 without its days: I2"):
        figure(*bad, "2024-03-31")


@pytest.mark.parametrize("engine", PLAIN_ENGINES)
@pytest.mark.parametrize("figure", [days_late, promises, open_invoices, receivables, warning_signs])
def test_an_invoice_that_is_there_twice_takes_no_payment_twice(engine: str, figure: Any) -> None:
    twice = [{"promised_on": "2024-02-20"}, {"promised_on": "2024-02-20", "invoice": "I1"}]
    with pytest.raises(ReceivablesError, match="invoices: 1 with an id that is there already: I1"):
        figure(*in_engine(books(twice, [{"amount": 60.0}]), engine), "2024-03-31")


def test_problems_are_all_told_with_examples() -> None:
    bad: list[Row] = [{}, {"invoice": "I1"}, {"due": "2023-12-01"}, {"resolved_on": "2024-03-01"}]
    paid: list[Row] = [{"kind": "cash"}, {"invoice": "I9"}, {"customer": "C7"}, {"amount": 0}]
    found = problems(*books([*bad, {"amount": 0}], [*paid, {"paid_on": None}]))
    expected = (
        "there already: I1.", "above 0: I5.", "due before issued: I3.", "never raised: I4.",
        "without its days: P5.", "above 0: P4.", "nor credit_note: P1.", "does not exist: P2.",
        "not that of the invoice: P3.",
    )  # fmt: skip
    for problem, words in zip(found, expected, strict=True):
        assert words in problem.en


def test_sound_books_have_no_problems(large: Books) -> None:
    assert problems(*large) == []


def test_month_ends_lead_up_to_the_day() -> None:
    assert month_ends("2024-03-31", 2) == [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)]
    assert month_ends("2024-03-30", 1) == [date(2024, 1, 31), date(2024, 2, 29)]


@pytest.mark.parametrize(
    "given",
    [date(2024, 3, 30), datetime(2024, 3, 30, 14), pd.Timestamp("2024-03-30 14:00"),
     np.datetime64("2024-03-30"), np.datetime64("2024-03-30T14:00:00.000000000"), "2024-03-30"],
    ids=repr,
)  # fmt: skip
def test_a_day_is_read_from_whatever_holds_one(given: Day) -> None:
    assert day(given) == date(2024, 3, 30)


@pytest.mark.parametrize("edge", ["1900-01-01", "2199-12-31"])
def test_figures_can_be_reckoned_centuries_away(edge: str) -> None:
    for figure in FIGURES:
        counted: Any = figure
        counted(*books([{}]), edge)


def named_currencies() -> Books:
    """Invoices in dollars, with money that is on account or in another currency."""
    invoices, payments = books(
        [{"currency": "USD"}, {"currency": "USD", "customer": "C2"}],
        [{"invoice": "I1", "amount": 60.0}, {"invoice": "I1", "amount": 30.0},
         {"invoice": None, "amount": 7.0, "customer": "C2"}, {"invoice": "I2", "amount": 5.0}],
    )  # fmt: skip
    return invoices, payments.assign(currency=["CNY", "USD", "USD", None])


@pytest.mark.parametrize("engine", [name for name in ENGINES if name != "pyspark"])
def test_a_payment_in_another_currency_settles_nothing_and_is_unapplied_in_its_own(
    engine: str,
) -> None:
    invoices, payments = named_currencies()
    ledger: Books = ENGINES[engine](invoices), ENGINES[engine](payments)
    table = ageing(*ledger, "2024-12-31")
    assert table["owed"].to_dict() == {"CNY": 0.0, "USD": 70.0 + 95.0}
    assert table["unapplied"].to_dict() == {"CNY": 60.0, "USD": 7.0}
    each = ageing(*ledger, "2024-12-31", by=["customer"])["unapplied"]
    assert each.to_dict() == {("CNY", "C1"): 60.0, ("USD", "C1"): 0.0, ("USD", "C2"): 7.0}
    assert days_late(*ledger, "2024-12-31").loc["USD", "paid"] == 35.0


def test_currencies_of_payments_that_differ_from_their_invoices_are_told() -> None:
    invoices, payments = named_currencies()
    assert [p.en for p in problems(invoices, payments)] == [
        "payments: 1 in another currency than the invoice, and not applied: P1. "
        "Correct or remove these rows."
    ]
    told = problems(invoices, payments.assign(currency=None))
    assert "without an invoice and without a currency" in told[0].en


def test_figures_stand_where_a_currency_has_unapplied_money_only() -> None:
    invoices, payments = named_currencies()
    assert receivables(invoices, payments, "2024-12-31").loc["CNY", "unapplied"] == 60.0
    assert warning_signs(invoices, payments, "2024-12-31")["currency"].eq("USD").all()
    assert (
        concentration(ageing(invoices, payments, "2024-12-31", by=["customer"])).notna().any().any()
    )
