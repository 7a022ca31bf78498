"""Checklists, the collection plan made of them, and the coverage of a credit file."""

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditkit.casework.store import BadName
from creditkit.checklists import (
    STATUSES,
    CollectionPlan,
    PlanError,
    conditions,
    coverage,
    who_gets,
)
from creditkit.content.check import PACKAGE, check_folder
from creditkit.content.library import checklist
from creditkit.text import set_language

FILE = checklist("credit_file")
ITEMS = [item.id for item in FILE.items]


def new_plan(folder: Path, **given: str) -> CollectionPlan:
    return CollectionPlan.open("江远 2026", customer="江远泵业", given=given, folder=folder)


def test_a_plan_asks_for_what_this_customer_needs(tmp_path: Path) -> None:
    plain = new_plan(tmp_path / "a", customer="new", industry="ordinary", purpose="review")
    wide = new_plan(tmp_path / "b", customer="existing", industry="special", purpose="raise")
    only_wide = set(wide.entries) - set(plain.entries)
    assert only_wide == {
        "special_qualification", "payment_record", "legal_record", "delivery_record",
        "service_record", "credit_visit", "agency_report",
    }  # fmt: skip
    assert set(plain.entries) < set(wide.entries)


def test_the_older_certificates_carry_the_note_on_the_merger() -> None:
    items = {item.id: item for item in checklist("collection").items}
    for id, ref in (("tax_registration", "D2.1b"), ("organisation_code", "D2.1c")):
        note = items[id].note
        assert items[id].ref == (ref,)
        assert note and "unified social credit code" in note.en and "不是教材内容" in note.zh


def test_what_was_put_down_is_there_after_opening_again(tmp_path: Path) -> None:
    plan = new_plan(tmp_path)
    plan.set("statements", status="asked", due="2026-03-01", channel="agency", note="催过一次")
    plan.set("statements", status="received", date="2026-03-02")
    again = CollectionPlan.open("江远 2026", folder=tmp_path)
    entry = again.entries["statements"]
    assert (again.customer, entry.status, entry.due, entry.date, entry.channel, entry.note) == (
        "江远泵业", "received", "2026-03-01", "2026-03-02", "agency", "催过一次",
    )  # fmt: skip
    assert again.progress()["finances"] == (1, 2)


@pytest.mark.parametrize(
    ("item", "values", "says"),
    [
        ("statments", {"status": "asked"}, "did you mean 'statements'"),
        ("statements", {"status": "aksed"}, "did you mean 'asked'"),
        ("statements", {"channel": "agenci"}, "did you mean 'agency'"),
        ("statements", {"collector": "boss"}, "There are: sales, credit"),
        ("statements", {"dat": "2026-01-01"}, "did you mean 'date'"),
        ("statements", {"date": "2026-02-30"}, "is not a date"),
        ("statements", {"note": "x" * 3000}, "3000 characters"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_written(
    tmp_path: Path, item: str, values: dict[str, str], says: str
) -> None:
    set_language("en")
    plan = new_plan(tmp_path)
    before = plan.path.read_bytes()
    with pytest.raises(PlanError, match=says):
        plan.set(item, **values)
    assert plan.path.read_bytes() == before


def test_a_plan_with_a_bad_name_or_condition_is_not_begun(tmp_path: Path) -> None:
    with pytest.raises(BadName):
        CollectionPlan.open("a/b", folder=tmp_path)
    with pytest.raises(PlanError):
        CollectionPlan.open("a", given={"customer": "old"}, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_needed_leaves_the_count_and_what_is_late_is_named(tmp_path: Path) -> None:
    plan = new_plan(tmp_path)
    assert plan.progress()["documents"] == (0, 3)
    plan.set("tax_registration", status="not_needed")
    assert plan.progress()["documents"] == (0, 2)
    plan.set("business_licence", status="asked", due="2026-03-01")
    plan.set("organisation_code", status="unavailable", due="2026-03-01")
    assert [e.item.id for e in plan.overdue(date(2026, 3, 2))] == ["business_licence"]
    assert plan.overdue(date(2026, 3, 1)) == []


def test_exports_hold_everything_and_run_nothing(tmp_path: Path) -> None:
    plan = new_plan(tmp_path)
    plan.set("statements", note="=HYPERLINK(1)<script>")
    html, csv, js = plan.save(tmp_path / "out", "en")
    assert csv.read_bytes().startswith(b"\xef\xbb\xbf")
    assert "'=HYPERLINK" in csv.read_text("utf-8-sig")
    assert "<script>" not in html.read_text("utf-8")
    assert "unified social credit code" in html.read_text("utf-8")
    items = json.loads(js.read_text("utf-8"))["items"]
    assert [i["item"] for i in items] == list(plan.entries)
    assert "section" in plan.to_frame("zh").columns


def test_a_foreign_line_in_a_plan_is_passed_over(tmp_path: Path) -> None:
    plan = new_plan(tmp_path)
    with plan.path.open("a") as file:
        file.write('{"n":1,"act":"set","item":["x"],"values":3}\n')
        file.write('{"n":2,"act":"set","item":"gone","values":{"status":"asked"}}\n')
        file.write('{"n":3,"act":"set","item":"statements","values":{"status":"lost"}}\n')
    assert all(e.status == "to_do" for e in plan.entries.values())


@settings(deadline=None)
@given(
    changes=st.lists(
        st.tuples(st.sampled_from(ITEMS), st.sampled_from(STATUSES)), min_size=1, max_size=8
    )
)
def test_the_last_word_on_an_item_counts(changes: list[tuple[str, str]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        plan = CollectionPlan.open("p", folder=folder)
        for item, status in changes:
            plan.set(item, status=status)
        last = dict(changes)
        assert {i: e.status for i, e in plan.entries.items() if i in last} == last
        have = sum(h for h, _ in plan.progress().values())
        assert have == sum(s in {"received", "checked"} for s in last.values())


@given(have=st.sets(st.sampled_from(ITEMS)))
def test_coverage_parts_each_category_into_what_is_there_and_what_is_not(have: set[str]) -> None:
    found = coverage(have)
    assert [c.ref[0] for c in found] == [f"I{n}" for n in range(1, 10)]
    assert {i.id for c in found for i in c.have} == have
    assert {i.id for c in found for i in c.missing} == set(ITEMS) - have
    assert all(0 <= c.share <= 1 for c in found)


def test_coverage_reads_a_plan_and_a_table_of_facts(tmp_path: Path) -> None:
    plan = new_plan(tmp_path)
    plan.set("statements", status="checked")
    plan.set("identity", status="asked")
    facts = pd.DataFrame({"item": ["statements", None, "unknown"], "value": [1, 2, 3]})
    for have in (plan, facts):
        assert [i.id for c in coverage(have) for i in c.have] == ["statements"]
    with pytest.raises(PlanError, match="item"):
        coverage(pd.DataFrame({"fact": ["statements"]}))


def test_every_missing_part_names_who_would_get_it_in_both_languages() -> None:
    for item in FILE.items:
        assert item.ours
        who = who_gets(item, FILE)
        assert who.zh and who.en


def test_a_plan_asks_for_every_condition_of_its_checklist() -> None:
    assert conditions() == {
        "customer": ["new", "existing"],
        "industry": ["ordinary", "special"],
        "purpose": ["first_credit", "raise", "review"],
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    group: survey\n", "    group: surveys\n"),
        ("    channels: site_survey\n", "    channels: site_surveys\n"),
        ("    collector: sales\n", "    collector: seller\n"),
        ("needed: {industry: special}", "needed: {industry: specials}"),
        ("needed: {industry: special}", "needed: {trade: special}"),
        ("who: sales, title: {zh: 再急", "who: seller, title: {zh: 再急"),
    ],
)
def test_a_checklist_that_points_nowhere_is_told(tmp_path: Path, old: str, new: str) -> None:
    text = (PACKAGE / "checklists" / "collection.yaml").read_text("utf-8")
    assert old in text
    (tmp_path / "collection.yaml").write_text(text.replace(old, new, 1), "utf-8")
    found = [d for d in check_folder(tmp_path) if d.code == "C501"]
    line = text[: text.index(old)].count("\n") + 1
    assert [d.line for d in found] == [line]
