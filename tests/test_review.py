"""Review of credit files, and the file in which facts are entered, reviewed and signed off."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditkit.analysis.credit_file import CreditFile
from creditkit.analysis.review import KINDS, ReviewError, ages, review
from creditkit.analysis.sample import sample
from creditkit.analysis.values import SIGNS, check_entry, impossible
from creditkit.casework.journal import JournalError
from creditkit.casework.store import BadName
from creditkit.content.library import checklist, fields
from creditkit.text import set_language

DAY = "2025-12-31"
CODE = "91000000MA01234567"
ENTRY: Any = {"source": "credit", "collected_on": "2025-11-03", "by": "credit_02"}


def facts(*rows: tuple[str, str, str, str]) -> Any:
    """Field, value, source and day of collection of customer C1."""
    frame = pd.DataFrame(rows, columns=["field", "value", "source", "collected_on"])
    return frame.assign(customer="C1", collector="x", cost=0.0)


def found(*rows: tuple[str, str, str, str], kind: str) -> list[tuple[str, str]]:
    table: Any = review(facts(*rows), DAY).findings
    part = table[table["kind"] == kind]
    return list(zip(part["field"], part["severity"], strict=True))


def test_every_field_nobody_speaks_of_is_missing_and_essential_ones_are_grave() -> None:
    missing = dict(found(("revenue", "1000", "credit", "2025-12-01"), kind="missing"))
    assert set(missing) == set(fields()) - {"revenue"}
    assert missing["unified_code"] == missing["debt_ratio"] == "high"
    assert missing["patents"] == "medium"


def test_what_is_not_known_is_not_told_as_if_there_were_none() -> None:
    result = review(facts(("revenue", "1000", "credit", "2025-12-01")), DAY)
    told = set(result.to_frame("zh")["理由"])
    assert {"缺少“净利润”的信息", "缺少“欠别家的逾期款”的信息"} <= told
    assert any(reason.startswith("缺少“对外担保”的信息：") for reason in told)
    for title in (field.title.zh for field in fields().values()):
        assert not any(f"没有{title}" in reason for reason in told)


def test_a_customer_without_any_fact_is_found_too() -> None:
    people = pd.DataFrame({"customer": ["C1", "C2"]})
    result = review(facts(("revenue", "1000", "credit", "2025-12-01")), DAY, customers=people)
    assert len(result.of("C2").findings) == len(fields())


def test_a_fact_is_stale_the_day_after_its_term_and_graver_at_twice_the_term() -> None:
    term = fields()["employees"].stale_after
    for age, expected in ((term, []), (term + 1, ["low"]), (2 * term + 1, ["medium"])):
        day = (pd.Timestamp(DAY) - pd.Timedelta(days=age)).strftime("%Y-%m-%d")
        stale = found(("employees", "80", "credit", day), kind="stale")
        assert [severity for _, severity in stale] == expected


def test_a_newer_fact_of_any_source_makes_a_field_fresh() -> None:
    assert not found(
        ("employees", "80", "credit", "2020-01-01"),
        ("employees", "80", "customer", "2025-12-01"),
        kind="stale",
    )


def test_what_only_the_customer_says_wants_confirming() -> None:
    own = ("employees", "80", "customer", "2025-12-01")
    assert found(own, kind="only_customer") == [("employees", "low")]
    assert not found(own, ("employees", "80", "agency", "2025-12-01"), kind="only_customer")


def test_an_impossible_word_of_another_source_confirms_nothing() -> None:
    own = ("employees", "80", "customer", "2025-12-01")
    other = ("employees", "-80", "business", "2025-12-01")
    assert found(own, other, kind="only_customer") == [("employees", "low")]
    assert found(own, other, kind="impossible") == [("employees", "high")]
    assert not found(own, other, kind="conflict")


def test_values_within_tolerance_are_no_conflict() -> None:
    one = ("employees", "100", "agency", "2025-12-01")
    assert not found(one, ("employees", "109", "credit", "2025-12-01"), kind="conflict")
    assert found(one, ("employees", "112", "credit", "2025-12-01"), kind="conflict") == [
        ("employees", "low")
    ]


def test_a_customer_that_alone_paints_it_better_is_graver() -> None:
    assert found(
        ("debt_ratio", "40", "customer", "2025-12-01"),
        ("debt_ratio", "70", "credit", "2025-12-01"),
        kind="conflict",
    ) == [("debt_ratio", "high")]
    assert found(
        ("debt_ratio", "90", "customer", "2025-12-01"),
        ("debt_ratio", "70", "credit", "2025-12-01"),
        kind="conflict",
    ) == [("debt_ratio", "medium")]


def test_of_several_facts_of_one_source_the_latest_counts() -> None:
    assert not found(
        ("employees", "500", "credit", "2023-12-01"),
        ("employees", "80", "credit", "2025-12-01"),
        ("employees", "80", "agency", "2025-12-01"),
        kind="conflict",
    )


def test_facts_after_the_day_of_review_are_not_known_yet() -> None:
    assert ("revenue", "high") in found(
        ("revenue", "5", "credit", "2026-01-01"), ("patents", "5", "credit", "2025-01-01"),
        kind="missing",
    )  # fmt: skip


def good_code() -> str:
    total = sum(SIGNS.index(c) * pow(3, i, 31) for i, c in enumerate(CODE[:17]))
    return CODE[:17] + SIGNS[(31 - total % 31) % 31]


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("employees", "many", "not_number"),
        ("employees", "1e9999", "not_number"),
        ("employees", "nan", "not_number"),
        ("employees", "-3", "too_low"),
        ("capacity_use", "131", "too_high"),
        ("capacity_use", "130", ""),
        ("net_profit", "-5", ""),
        ("premises", "borrowed", "no_option"),
        ("premises", "owned", ""),
        ("established", "2001-02-30", "no_day"),
        ("established", "1849-12-31", "too_low"),
        ("established", "2025-12-02", "in_future"),
        ("established", "2001-02-28", ""),
        ("unified_code", good_code(), ""),
        ("unified_code", good_code()[:17] + ("0" if good_code()[17] != "0" else "1"), "bad_code"),
        ("unified_code", good_code()[1:], "bad_code"),
        ("unified_code", good_code().replace("A", "I"), "bad_code"),
        ("legal_representative", "赵甲子", ""),
    ],
)
def test_impossible_values_are_told_from_possible_ones(
    field: str, value: str, problem: str
) -> None:
    on = pd.Series([pd.Timestamp("2025-12-01")])
    assert impossible(fields()[field], pd.Series([value]), on).tolist() == [problem]
    told = check_entry(fields()[field], value, pd.Timestamp("2025-12-01").date())
    assert bool(told) == bool(problem)


@given(at=st.integers(0, 17), to=st.sampled_from(SIGNS))
@settings(deadline=None)
def test_any_single_wrong_sign_of_a_unified_code_is_found(at: int, to: str) -> None:
    right = good_code()
    wrong = right[:at] + to + right[at + 1 :]
    on = pd.Series([pd.Timestamp(DAY)])
    problem = impossible(fields()["unified_code"], pd.Series([wrong]), on)[0]
    assert (problem == "") == (wrong == right)


def test_each_finding_of_the_sample_has_a_reason_and_a_next_action_in_both_languages() -> None:
    f: Any = sample("facts")
    result = review(f[f["customer"] <= "C00040"], DAY)
    assert set(result.findings["kind"]) == set(KINDS)
    assert not result.findings.duplicated(["customer", "field", "kind", "source"]).any()
    for _, why, what in result.explained():
        for text in (why, what):
            assert "{" not in text.zh + text.en
            assert "\x1f" not in text.zh + text.en
        assert not why.zh.isascii()
    assert len(result.to_frame("en")) == len(result.findings)
    assert result.counts().to_numpy().sum() == len(result.findings)


def test_the_next_action_names_who_collects_it_and_where() -> None:
    result = review(facts(("revenue", "5", "credit", "2025-12-01")), DAY)
    told = dict(zip(result.findings["field"], result.explained(), strict=True))
    assert "the credit department" in told["debt_ratio"][2].en
    assert "site survey" in told["premises"][2].en


def test_a_category_of_which_nothing_is_known_is_named() -> None:
    result = review(facts(("revenue", "5", "credit", "2025-12-01")), DAY)
    told = dict(zip(result.findings["field"], result.explained(), strict=True))
    assert told["plan"][1].en.endswith("there is nothing at all on 'Strategy and business policy'")
    # Of the finances one figure is known.
    assert told["debt_ratio"][1].en == "debt ratio is not known"


def test_who_is_doubted_is_not_asked_to_confirm_itself() -> None:
    result = review(
        facts(("revenue", "5", "customer", "2025-12-01"), ("use_of_funds", "stock", "customer",
                                                           "2025-12-01")), DAY,
    )  # fmt: skip
    rows = result.findings["kind"] == "only_customer"
    told = [what.en for (_, _, what), row in zip(result.explained(), rows, strict=True) if row]
    assert len(told) == 2
    assert "directly from the customer" not in "".join(told)
    assert "a credit investigation company" in told[0] + told[1]


def test_customers_are_counted_whether_or_not_anything_was_found() -> None:
    people = pd.DataFrame({"customer": ["C1", "C2"]})
    result = review(facts(("revenue", "1000", "credit", "2025-12-01")), DAY, customers=people)
    table = result.by_customer()
    assert table.sum(axis=1).to_dict() == {"C2": len(fields()), "C1": len(fields()) - 1}
    assert list(table.index) == ["C2", "C1"]


def test_ages_are_of_the_latest_possible_fact() -> None:
    table = ages(
        facts(("employees", "80", "credit", "2025-12-01"), ("employees", "-1", "agency",
                                                            "2025-12-30"),
              ("employees", "70", "customer", "2025-11-01")), DAY,
    )  # fmt: skip
    assert table[["field", "days"]].to_numpy().tolist() == [["employees", 30]]
    assert ages(facts(), DAY).empty


@given(order=st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=10)
def test_the_order_of_facts_does_not_matter(order: Any) -> None:
    f: Any = sample("facts")
    f = f[f["customer"] <= "C00004"]
    places = list(range(len(f)))
    order.shuffle(places)
    pd.testing.assert_frame_equal(review(f.iloc[places], DAY).findings, review(f, DAY).findings)


def test_more_facts_never_make_a_known_field_missing() -> None:
    f: Any = sample("facts")
    f = f[f["customer"] <= "C00010"]
    few = review(f[f["source"] == "credit"], DAY).findings
    many = review(f, DAY).findings
    pairs = [set(zip(t["customer"], t["field"], strict=True)) for t in
             (part[part["kind"] == "missing"] for part in (many, few))]  # fmt: skip
    assert pairs[0] <= pairs[1]


@pytest.mark.parametrize(
    ("frame", "word"),
    [
        (facts().drop(columns="source"), "lack these columns: source"),
        (facts(("revenu", "5", "credit", DAY)), "did you mean 'revenue'"),
        (facts(("revenue", "5", "credit", "soon")), "1 facts have no day"),
        (
            facts(("revenue", "5", "credit", DAY)).assign(source=None),
            "1 facts have no source, the first in row 0",
        ),
        (facts(("revenue", "5", "credit", DAY)).assign(customer=" "), "1 facts have no customer"),
    ],
)
def test_facts_that_cannot_be_reviewed_are_told(frame: Any, word: str) -> None:
    with pytest.raises(ReviewError) as error:
        review(frame, DAY)
    assert word in error.value.text.en


def test_no_facts_at_all_are_no_error() -> None:
    assert review(facts(), DAY).findings.empty


def test_an_unknown_customer_is_told_with_its_neighbour() -> None:
    known: Any = sample("facts").head(500)
    with pytest.raises(ReviewError) as error:
        review(known, DAY).of("C0002")
    assert "did you mean 'C0000" in error.value.text.en


# The file


@pytest.fixture
def file(tmp_path: Path) -> CreditFile:
    return CreditFile.open("C1", folder=tmp_path)


def fill(file: CreditFile, by: str = "credit_02") -> None:
    true: Any = sample("truth").drop_duplicates(["customer", "field"], keep="last")
    own = true[true["customer"] == "C00001"]
    for field, value in zip(own["field"], own["value"], strict=True):
        file.enter(field, value, source="credit", collected_on="2025-11-03", by=by)


def test_a_file_is_empty_then_open_then_accepted(file: CreditFile) -> None:
    assert str(file.state) == "empty"
    fill(file)
    assert str(file.state) == "open"
    file.sign_off("accepted", by="manager", as_of=DAY)
    assert str(file.state) == "accepted"


def test_a_later_entry_shows_as_changed_since_the_signature(file: CreditFile) -> None:
    fill(file)
    file.sign_off("accepted", by="manager", as_of=DAY)
    number = file.enter(
        "employees", "9", source="agency", collected_on="2025-12-01", by="credit_02"
    )
    assert str(file.state) == "changed"
    file.withdraw(number, by="credit_02", because="typed the wrong number")
    assert str(file.state) == "accepted"


def test_what_is_on_disk_is_there_after_a_restart(file: CreditFile) -> None:
    fill(file)
    again = CreditFile.open("C1", folder=file.path.parent)
    pd.testing.assert_frame_equal(again.facts(), file.facts())
    assert len(again.trail()) == len(fields())


def test_a_value_typed_in_is_kept_as_it_is_meant_or_refused_with_what_to_write(
    file: CreditFile,
) -> None:
    def enter(field: str, value: str) -> int:
        return file.enter(field, value, source="agency", collected_on="2025-11-03", by="甲")

    enter("guarantees_given", "无")
    enter("revenue", "RMB 1.234.567,50")
    assert file.facts()["value"].tolist() == ["0", "1234567.5"]
    for field, value, told in [
        ("debt_ratio", "12.500", "write it as 12.5 or 12500"), ("employees", "无", "write 0"),
        ("established", "24年3月5日", "several days"), ("revenue", "US$5", "not in CNY"),
    ]:  # fmt: skip
        with pytest.raises(ReviewError) as error:
            enter(field, value)
        assert told in error.value.text.en


def test_who_entered_facts_cannot_sign(file: CreditFile) -> None:
    fill(file)
    with pytest.raises(ReviewError, match=r"credit_02"):
        file.sign_off("accepted", by="credit_02", as_of=DAY)
    assert str(file.state) == "open"


def test_grave_findings_stand_in_the_way_of_acceptance_until_waived_with_a_reason(
    file: CreditFile,
) -> None:
    fill(file)
    code = file.facts().query("field == 'unified_code'").index[0] + 1
    file.withdraw(int(code), by="credit_02", because="copied from another file")
    with pytest.raises(ReviewError) as error:
        file.sign_off("accepted", by="manager", as_of=DAY)
    assert "unified_code (missing)" in error.value.text.en
    file.sign_off("returned", by="manager", as_of=DAY, note="no code")
    assert str(file.state) == "returned"
    file.waive("unified_code", "missing", by="manager", because="a foreign firm has none")
    assert "unified_code" not in set(file.open_findings(DAY)["field"])
    file.sign_off("accepted", by="manager", as_of=DAY)
    assert str(file.state) == "accepted"


def test_a_new_fact_undoes_the_waiver_of_its_field(file: CreditFile) -> None:
    file.waive("employees", "missing", by="manager", because="one man")
    assert "employees" not in set(file.open_findings(DAY)["field"])
    number = file.enter("employees", "1", source="credit", collected_on="2025-11-03", by="x")
    file.withdraw(number, by="x", because="not so")
    assert "employees" in set(file.open_findings(DAY)["field"])


def test_facts_from_elsewhere_are_reviewed_with_those_entered(tmp_path: Path) -> None:
    given_facts = facts(("employees", "80", "customer", "2025-12-01"))
    file = CreditFile.open("C1", facts=given_facts, folder=tmp_path)
    assert set(file.review(DAY).findings.query("kind == 'only_customer'")["field"]) == {"employees"}
    file.enter("employees", "80", source="credit", collected_on="2025-12-02", by="credit_02")
    assert "only_customer" not in set(file.review(DAY).findings["kind"])


def test_a_waiver_holds_only_for_the_facts_it_was_given_for(tmp_path: Path) -> None:
    torn = facts(("employees", "80", "customer", "2025-12-01"), ("employees", "120", "credit",
                                                                "2025-12-01"))  # fmt: skip
    file = CreditFile.open("C1", facts=torn, folder=tmp_path)
    file.waive("employees", "conflict", by="manager", because="seasonal hands")
    assert "conflict" not in set(file.open_findings(DAY)["kind"])
    assert file.waivers() == {("employees", "conflict"): "manager"}
    other = CreditFile.open("C1", facts=torn.replace("120", "900"), folder=tmp_path)
    assert "conflict" in set(other.open_findings(DAY)["kind"])
    assert other.waivers() == {}


def test_to_look_at_a_file_leaves_nothing_on_disk(file: CreditFile) -> None:
    assert file.review(DAY).findings["kind"].eq("missing").all()
    assert file.trail().empty
    assert not file.path.exists()
    file.enter("employees", "80", **ENTRY)
    assert CreditFile.open("C1", folder=file.path.parent).header["customer"] == "C1"


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("revenue", "1.2 亿", "120000000"),
        ("debt_ratio", "６５％", "65"),
        ("established", "2001年2月8日", "2001-02-08"),
        ("premises", "自有", "owned"),
        ("premises", "Rented", "rented"),
        ("legal_representative", "赵 甲子", "赵 甲子"),
    ],
)
def test_a_value_may_be_typed_as_people_write_it(
    file: CreditFile, field: str, typed: str, kept: str
) -> None:
    file.enter(field, typed, **ENTRY)
    assert file.facts()["value"].tolist() == [kept]


@pytest.mark.parametrize("id", ["甲公司（北京）", "A/B", "CON", "..", "x" * 300, "=1+1", "a:b?"])
def test_any_id_of_a_customer_has_a_file_of_its_own(tmp_path: Path, id: str) -> None:
    file = CreditFile.open(id, folder=tmp_path)
    file.enter("employees", "80", **ENTRY)
    other = CreditFile.open(f"{id} ", folder=tmp_path)
    assert other.facts().empty
    assert CreditFile.open(id, folder=tmp_path).facts()["customer"].tolist() == [id]
    assert file.path.parent == tmp_path


def test_a_blank_id_has_none(tmp_path: Path) -> None:
    with pytest.raises(BadName):
        CreditFile.open(" ", folder=tmp_path)


def test_another_way_of_writing_a_name_is_no_second_person(file: CreditFile) -> None:
    fill(file, by="Li Wei")
    with pytest.raises(ReviewError, match="ｌi wei entered"):
        file.sign_off("accepted", by=" ｌi wei", as_of=DAY)


def test_the_day_and_the_cost_of_a_fact_are_read_as_people_write_them(file: CreditFile) -> None:
    file.enter("employees", "80", **{**ENTRY, "collected_on": "2025年1月1日"}, cost="1,200 元")
    file.enter("revenue", "9000000", **{**ENTRY, "collected_on": pd.Timestamp("2025-01-01 09:30")})
    facts: Any = file.facts()
    assert facts["collected_on"].eq(pd.Timestamp("2025-01-01")).all()
    assert facts["cost"].tolist() == [1200.0, 0.0]


@pytest.mark.parametrize(
    ("act", "word"),
    [
        (lambda f: f.enter("employes", "5", **ENTRY), "did you mean 'employees'"),
        (lambda f: f.enter("employees", "many", **ENTRY), "'many' is no number"),
        (lambda f: f.enter("employees", " ", **ENTRY), "has no value"),
        (lambda f: f.enter("employees", "5", **{**ENTRY, "by": " "}), "Give who did it"),
        (lambda f: f.enter("employees", "5", **{**ENTRY, "source": ""}), "Give the source"),
        (lambda f: f.enter("employees", "5", **{**ENTRY, "collected_on": "2199-01-01"}), "come"),
        (lambda f: f.enter("employees", "5", **{**ENTRY, "collected_on": "2999-01-01"}), "no such"),
        (lambda f: f.enter("employees", "5", **{**ENTRY, "collected_on": "3/4/25"}), "several"),
        (lambda f: f.enter("employees", "5", **{**ENTRY, "collected_on": pd.NaT}), "is not a day"),
        (lambda f: f.enter("employees", "5", cost="dear", **ENTRY), "not dear"),
        (lambda f: f.enter("employees", "5", cost=None, **ENTRY), "0 or more"),
        (lambda f: f.enter("employees", "5", cost=-1, **ENTRY), "0 or more"),
        (lambda f: f.enter("legal_representative", "x" * 5000, **ENTRY), "5000 characters"),
        (lambda f: f.withdraw(9, by="x", because="y"), "no entry 9"),
        (lambda f: f.waive("employees", "missin", by="x", because="y"), "did you mean 'missing'"),
        (lambda f: f.waive("employees", "missing", by="x", because=""), "Give a reason"),
        (lambda f: f.sign_off("fine", by="x", as_of=DAY), "no verdict"),
        (lambda f: f.sign_off("accepted", by="x", as_of=DAY), "still empty"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_not_written(
    file: CreditFile, act: Callable[[CreditFile], object], word: str
) -> None:
    file.waive("patents", "missing", by="manager", because="none")
    before = file.path.read_bytes()
    with pytest.raises(ReviewError) as error:
        act(file)
    assert word in error.value.text.en
    assert file.path.read_bytes() == before


def test_a_damaged_line_costs_that_line_only(file: CreditFile) -> None:
    file.enter("employees", "80", **ENTRY)
    with file.path.open("a", encoding="utf-8") as out:
        out.write('{"n": 2, "act": "enter", "t": "x", "by": "x", "field": "nonsense"}\n')
        out.write(json.dumps({"n": 3, "act": "waive", "t": "x", "by": "x", "field": "employees",
                              "kind": "unheard", "reason": "z"}) + "\n")  # fmt: skip
        out.write("{half a li\n")
    again = CreditFile.open("C1", folder=file.path.parent)
    assert again.facts()["value"].tolist() == ["80"]
    assert len(again.trail()) == 1


def test_a_file_that_is_no_credit_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "C1.jsonl").write_bytes(b"\0\1\2")
    with pytest.raises(JournalError):
        CreditFile.open("C1", folder=tmp_path).facts()


def test_the_trail_tells_every_act_in_the_current_language(file: CreditFile) -> None:
    file.enter("premises", "owned", **ENTRY)
    file.waive("revenue", "missing", by="manager", because="审计中")
    file.sign_off("returned", by="manager", as_of=DAY, note="")
    set_language("en")
    assert file.trail()["what"][0] == (
        "entered premises: owned (the credit department, collected on 2025-11-03)"
    )
    set_language("zh")
    assert file.trail()["what"].tolist()[1:] == [
        "放行年营业收入的“缺失”：审计中", f"按 {DAY} 审核：退回（27 个问题）。"
    ]  # fmt: skip
    assert file.trail()["by"].tolist() == ["credit_02", "manager", "manager"]


def test_every_field_belongs_to_an_item_of_the_checklist_and_every_item_has_fields() -> None:
    items = {item.id: item for item in checklist("credit_file").items}
    assert {field.item for field in fields().values()} == set(items)
    for field in fields().values():
        assert field.ref == items[field.item].ref
