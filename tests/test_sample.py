"""The sample data: made to the byte, as described, and with the habits they are said to have."""

import csv
import json
import math
import random
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from creditkit.analysis import sample_customers, sample_facts, sample_trade
from creditkit.analysis.open_items import problems
from creditkit.analysis.sample import CUSTOMERS, SEED, SampleError, sample, write_sample
from creditkit.analysis.sample_customers import generator
from creditkit.analysis.sample_days import working_day, working_days
from creditkit.analysis.sample_facts import SOURCES
from creditkit.analysis.sample_trade import CAP, CAUSES, CURRENCIES, RATES, ROUTES
from creditkit.analysis.sample_truth import ALPHABET
from creditkit.cli import main
from creditkit.content.library import fields, procedure, tables

DATA = Path(__file__).parents[1] / "data"
NAMES = list(tables())
UNIX = date(1970, 1, 1).toordinal()


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder)
    return folder


@pytest.mark.parametrize("file", [*(f"{name}.csv" for name in NAMES), "datapackage.json"])
def test_the_shipped_data_are_what_the_seed_makes_to_the_byte(again: Path, file: str) -> None:
    assert (again / file).read_bytes() == (DATA / file).read_bytes()


class _LastBit:
    """A generator on a machine whose mathematics differs in the last bit."""

    def __init__(self, rng: np.random.Generator, to: float) -> None:
        self.rng, self.to = rng, to

    def __getattr__(self, name: str) -> Any:
        draw = getattr(self.rng, name)
        if name not in ("standard_normal", "gamma", "uniform"):
            return draw
        return lambda *args, **options: np.nextafter(draw(*args, **options), self.to)


@pytest.mark.parametrize("to", [-np.inf, np.inf])
def test_no_byte_hangs_on_the_last_bit_of_the_machines_mathematics(
    again: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, to: float
) -> None:
    exp, spread = np.exp, random.Random.lognormvariate
    monkeypatch.setattr(np, "exp", lambda x: np.nextafter(exp(x), to))
    monkeypatch.setattr(
        random.Random, "lognormvariate", lambda *args: math.nextafter(spread(*args), to)
    )
    for module in (sample_customers, sample_facts, sample_trade):
        monkeypatch.setattr(module, "generator", lambda *args: _LastBit(generator(*args), to))
    write_sample(tmp_path)
    for file in again.iterdir():
        assert (tmp_path / file.name).read_bytes() == file.read_bytes(), file.name


def test_another_seed_makes_other_data(again: Path, tmp_path: Path) -> None:
    write_sample(tmp_path, seed=SEED + 1)
    for name in ("customers", "facts", "truth", "invoices", "payments", "refusals"):
        assert (tmp_path / f"{name}.csv").read_bytes() != (again / f"{name}.csv").read_bytes()


def test_a_larger_sample_begins_with_other_blocks_but_keeps_its_ids_apart(tmp_path: Path) -> None:
    rows = write_sample(tmp_path, customers=2100, only=("customers", "facts"))
    people = pd.read_csv(tmp_path / "customers.csv")
    assert rows["customers"] == len(people) == people["customer"].nunique() == 2100
    assert people["name_zh"].nunique() == 2100
    facts = pd.read_csv(tmp_path / "facts.csv")
    assert set(facts["customer"]) == set(people["customer"])
    assert not facts.duplicated(["customer", "field", "source"]).any()
    assert {f.name for f in tmp_path.iterdir()} == {
        "customers.csv", "facts.csv", "datapackage.json"
    }  # fmt: skip


def test_the_descriptor_is_valid_and_the_data_fit_it() -> None:
    from frictionless import Package

    report = Package(str(DATA / "datapackage.json")).validate()
    assert report.valid, report.flatten(["fieldName", "type", "note"])[:5]


def test_a_wrong_value_does_not_fit_the_descriptor(again: Path, tmp_path: Path) -> None:
    from frictionless import Package

    for file in again.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    text = (tmp_path / "payments.csv").read_text("utf-8")
    (tmp_path / "payments.csv").write_text(text.replace("payment\n", "cash\n", 1), "utf-8")
    assert not Package(str(tmp_path / "datapackage.json")).validate().valid


def test_the_dictionary_is_in_both_languages_and_every_column_is_in_it() -> None:
    package = json.loads((DATA / "datapackage.json").read_text("utf-8"))
    for resource in package["resources"]:
        with (DATA / resource["path"]).open(encoding="utf-8") as file:
            heads = next(csv.reader(file))
        assert heads == [f["name"] for f in resource["schema"]["fields"]]
        for column in resource["schema"]["fields"]:
            zh, en = column["title"].split(" · ")
            assert not zh.isascii()
            assert en.isascii()
    assert package["licenses"][0]["name"] == "CC0-1.0"


def test_the_sample_is_as_large_as_it_is_said_to_be() -> None:
    assert len(sample("customers")) == CUSTOMERS >= 400
    invoices: Any = sample("invoices")
    assert len(invoices) >= 50_000
    assert (invoices["issued"].min().year, invoices["issued"].max().year) == (2023, 2025)
    assert set(invoices["currency"]) == {"CNY", "USD", "EUR"}


def test_every_field_has_facts_from_every_source_and_a_truth() -> None:
    facts: Any = sample("facts")
    assert set(zip(facts["field"], facts["source"], strict=True)) == {
        (field, source) for field in fields() for source in SOURCES
    }
    truth: Any = sample("truth")
    assert len(truth.drop_duplicates(["customer", "field"])) == CUSTOMERS * len(fields())


def test_true_values_are_possible_values() -> None:
    truth: Any = sample("truth")
    for field in fields().values():
        values = truth.loc[truth["field"] == field.id, "value"]
        if field.kind == "number":
            numbers = pd.to_numeric(values)
            assert field.low is None or (numbers >= field.low).all(), field.id
            assert field.high is None or (numbers <= field.high).all(), field.id
        elif field.kind == "category":
            assert set(values) == {o.id for o in field.options}
        elif field.kind == "date":
            pd.to_datetime(values, format="%Y-%m-%d")


def test_unified_codes_have_right_check_digits_and_belong_to_no_area() -> None:
    truth: Any = sample("truth")
    codes = truth.loc[truth["field"] == "unified_code", "value"]
    assert codes.str.fullmatch(rf"91000000[{ALPHABET}]{{10}}").all()
    for code in codes:
        total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17]))
        assert ALPHABET[(31 - total % 31) % 31] == code[17]


def test_the_sources_have_the_habits_of_the_coursework() -> None:
    facts: Any = sample("facts")
    truth: Any = sample("truth").drop_duplicates(["customer", "field"], keep="last")
    both = facts.merge(truth, on=["customer", "field"], suffixes=("", "_true"))
    revenue = both[both["field"] == "revenue"]
    off = pd.to_numeric(revenue["value"]) / pd.to_numeric(revenue["value_true"]) - 1
    bias = off.groupby(revenue["source"]).median()
    assert bias["customer"] > bias["business"] > abs(bias["credit"])
    right = (both["value"] == both["value_true"]).groupby(both["source"]).mean()
    assert right["credit"] > right["business"] > right["customer"]
    cost = facts.groupby("source")["cost"].median()
    assert cost["customer"] == 0 < cost["business"] < cost["credit"]
    age = (pd.Timestamp("2025-12-31") - facts["collected_on"]).dt.days
    spread = age.groupby(facts["source"]).std()
    assert spread["business"] == spread.max()


def test_the_agency_tells_what_was_true_before() -> None:
    facts: Any = sample("facts")
    truth: Any = sample("truth")
    facts = facts[facts["field"] == "employees"]
    known = truth[truth["field"] == "employees"].sort_values("since")
    facts = facts.sort_values("collected_on")
    on = pd.merge_asof(facts, known, left_on="collected_on", right_on="since", by="customer",
                       suffixes=("", "_then"))  # fmt: skip
    changed = on.merge(
        known.assign(before=known.groupby("customer")["value"].shift())[
            ["customer", "since", "before"]
        ],
        on=["customer", "since"],
    ).dropna(subset=["before"])
    stale = (changed["value"] == changed["before"]) & (changed["value"] != changed["value_then"])
    share = stale.groupby(changed["source"]).mean()
    assert share["agency"] > 0.2
    assert share.drop("agency").max() < 0.05


def test_sales_often_copy_the_customer() -> None:
    facts: Any = sample("facts")
    wide = facts.pivot(index=["customer", "field"], columns="source", values="value")
    truth: Any = sample("truth").drop_duplicates(["customer", "field"], keep="last")
    wide = wide.join(truth.set_index(["customer", "field"])["value"])
    wrong = wide[(wide["customer"] != wide["value"]) & wide["business"].notna()].dropna(
        subset=["customer"]
    )
    same = (wrong["customer"] == wrong["business"]).mean()
    by_credit = (wrong["customer"] == wrong["credit"])[wrong["credit"].notna()].mean()
    assert same > 3 * by_credit


def test_invoices_and_payments_are_in_order() -> None:
    invoices: Any = sample("invoices")
    payments: Any = sample("payments")
    assert problems(invoices, payments) == []
    issued = payments["invoice"].map(invoices.set_index("invoice")["issued"])
    assert (payments["paid_on"] >= issued).all()
    assert payments["paid_on"].max() <= pd.Timestamp("2025-12-31")
    assert set(payments["kind"]) == {"payment", "credit_note"}
    parts = payments[payments["kind"] == "payment"].groupby("invoice").size()
    assert (parts > 1).sum() > 500
    assert invoices["disputed_on"].notna().sum() > 500
    assert (invoices["disputed_on"].notna() & invoices["resolved_on"].isna()).sum() > 10
    assert invoices["promised_on"].notna().sum() > 500


def test_no_customer_buys_more_than_a_plausible_share_of_its_revenue() -> None:
    share = bought_of_revenue(sample("invoices"), sample("truth"))
    assert (share <= CAP).all(axis=None)
    # A small customer leans on us more than a large one, and hardly anyone is near the limit.
    size = sample("customers").set_index("customer")["size"]
    usual = share[2025].groupby(size).median()
    assert 0.1 > usual["small"] > usual["medium"] > usual["large"] > 0.005
    assert (share > 0.75 * CAP).mean(axis=None) < 0.01


def test_the_limit_holds_where_few_invoices_make_a_year_swing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample_trade, "MEDIAN", 4.0)
    write_sample(tmp_path, customers=400, only=("invoices", "truth"))
    invoices = pd.read_csv(tmp_path / "invoices.csv", parse_dates=["issued"])
    truth = pd.read_csv(tmp_path / "truth.csv", parse_dates=["since"])
    share = bought_of_revenue(invoices, truth)
    assert (share <= CAP).all(axis=None)
    assert (share > 0.999 * CAP).sum(axis=None) >= 3


def bought_of_revenue(invoices: Any, truth: Any) -> Any:
    """What each customer bought in each year as a share of its revenue."""
    worth = invoices["amount"] * invoices["currency"].map(dict(zip(CURRENCIES, RATES, strict=True)))
    bought = worth.groupby([invoices["customer"], invoices["issued"].dt.year]).sum().unstack()
    figures = truth[truth["field"] == "revenue"].assign(year=truth["since"].dt.year)
    revenue = figures.pivot(index="customer", columns="year", values="value").astype(float)
    return bought.fillna(0) / revenue.ffill(axis=1).loc[bought.index, bought.columns]


def test_what_is_booked_is_booked_on_working_days() -> None:
    invoices: Any = sample("invoices")
    payments: Any = sample("payments")
    booked = [invoices["issued"], payments["paid_on"], invoices["disputed_on"],
              invoices["resolved_on"], invoices["promised_on"]]  # fmt: skip
    for days in booked:
        weekday = days.dropna().dt.day_of_week
        assert weekday.max() <= 4, days.name
        # No day of the week gets what was taken from Saturday and Sunday alone.
        assert weekday.value_counts(normalize=True).between(0.12, 0.28).all(), days.name
    assert set(invoices["due"].dt.day_of_week) == set(range(7))


@pytest.mark.parametrize("kind", [int, np.array])
def test_working_days_are_counted_and_found_again(kind: Any) -> None:
    days = range(19_000, 19_100)
    working = [d for d in days if date.fromordinal(UNIX + d).weekday() < 5]
    first = working_days(days[0])
    for n, day in enumerate(working):
        assert working_days(kind(day)) == first + n
        assert working_day(kind(first + n)) == day


def test_sound_customers_pay_earlier() -> None:
    truth: Any = sample("truth").drop_duplicates(["customer", "field"], keep="last")
    days = truth[truth["field"] == "days_to_pay_others"].set_index("customer")["value"]
    invoices: Any = sample("invoices").set_index("invoice")
    payments: Any = sample("payments")
    paid = payments[payments["kind"] == "payment"]
    late = (paid["paid_on"] - paid["invoice"].map(invoices["due"])).dt.days
    mean = late.groupby(paid["customer"]).mean()
    assert np.corrcoef(pd.to_numeric(days)[mean.index], mean)[0, 1] > 0.4


def test_refusals_follow_the_procedure() -> None:
    refusal = procedure("refusal")
    assert set(CAUSES) <= {o.id for options in refusal.lists.values() for o in options}
    frame: Any = sample("refusals")
    assert (frame["cause"].map(dict(zip(CAUSES, ROUTES, strict=True))) == frame["route"]).all()
    assert (frame.loc[frame["route"] == "C", "outcome"].isin(["dropped", "open"])).all()


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"customers": 0}, "customers"),
        ({"customers": 2.5}, "customers"),
        ({"seed": -1}, "seed"),
        ({"only": ("fact",)}, "did you mean 'facts'"),
    ],
)
def test_what_cannot_be_made_is_refused_before_anything_is_written(
    tmp_path: Path, options: dict[str, Any], word: str
) -> None:
    with pytest.raises(SampleError) as error:
        write_sample(tmp_path / "out", **options)
    assert word in error.value.text.en
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_a_file_is_told(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "out").write_text("x")
    assert main(["sample", "--out", str(tmp_path / "out"), "--lang", "en"]) == 1
    assert "is a file; give the name of a folder" in capsys.readouterr().out


def test_an_interrupted_run_leaves_old_files_as_they_were(tmp_path: Path) -> None:
    write_sample(tmp_path, customers=5)
    before = (tmp_path / "facts.csv").read_bytes()

    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_sample(tmp_path, customers=9, progress=stop)
    assert (tmp_path / "facts.csv").read_bytes() == before
    assert not list(tmp_path.glob("*.new"))


def test_the_command_tells_what_it_wrote(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "creditkit", "sample", "--customers", "3", "--seed", "4",
               "--out", str(tmp_path), "--only", "customers,truth", "--lang", "zh"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    assert "已写入" in done.stdout
    assert len((tmp_path / "customers.csv").read_text("utf-8").splitlines()) == 4
    assert done.stderr == ""


def test_a_table_that_does_not_exist_is_told_with_its_neighbour() -> None:
    with pytest.raises(SampleError, match="invoices"):
        sample("invoice")
