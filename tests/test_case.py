"""A case: what it accepts, what it refuses and how it teaches, and what it keeps."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from creditkit.casework.case import Case, CaseError, CaseInUse, JournalError, Reply, cases_folder
from creditkit.casework.journal import Journal
from creditkit.casework.variants import VariantError, find_scenario, variant
from creditkit.content.check import PACKAGE
from creditkit.content.document import ContentError
from creditkit.content.library import scenario
from creditkit.text import set_language
from tests.playing import play

ROOT = Path(__file__).parents[1]
INSIDE = ("attitude", "position", "reason", "explanation", "assessment")


def training(until: str | None = None) -> Case:
    """The pump maker's case, a new customer that fears a leak, worked to before a step."""
    case = Case.practice("pump_maker")
    return play(case, until=until) if until else case


def real(**more: Any) -> Case:
    return Case.open(
        "real", procedure="refusal", customer="Jiangyuan", given={"customer": "new"}, **more
    )


def lines(case: Case) -> list[dict[str, Any]]:
    return [dict(line) for line in case.journal.lines]


def refused(reply: Reply, code: str, en: str, zh: str) -> None:
    assert (reply.accepted, reply.code) == (False, code)
    assert en in reply.text.in_("en")
    assert zh in reply.text.in_("zh")


# Order


def test_a_case_begins_with_the_inside_inquiry() -> None:
    assert training().state.open_steps() == ["ask_inside"]


def test_the_preliminary_judgement_is_refused_before_the_inside_record() -> None:
    case = training()
    case.ask("attitude")
    reply = case.judge("fraud")
    refused(
        reply,
        "not_yet",
        '"Preliminary judgement" comes after "Record the inside inquiry". What to do now: '
        "Put what you were told on record",
        "“初步判断”要在“记录内部询问”之后。现在该做的是：",
    )
    assert reply.ref == ("R1.6",)
    assert "judge_preliminary" not in case.state.values


def test_the_customer_is_not_asked_before_the_preliminary_judgement() -> None:
    case = training("judge_preliminary")
    refused(
        case.ask("trade_secret"),
        "not_yet",
        '"Verify with the customer" comes after "Preliminary judgement"',
        "“直接向客户核实”要在“初步判断”之后",
    )


def test_the_opinion_is_not_to_be_had_before_the_report() -> None:
    refused(
        training("report_manager").ask("opinion_given"),
        "not_yet",
        'comes after "Report to the credit manager"',
        "要在“向信用经理汇报”之后",
    )


@pytest.mark.parametrize("step", ["guide_customer", "full_collection", "drop_customer"])
def test_no_route_is_walked_before_the_route_is_decided(step: str) -> None:
    case = training("decide_route")
    reply = case.do(step, items=[case.procedure.step(step).items[0].id])
    refused(reply, "not_yet", 'comes after "Decide on the route"', "要在“选定处理路线”之后")


def test_the_credit_file_is_for_existing_customers() -> None:
    refused(
        training("collect_easy").collect("payment_history"),
        "other_way",
        '"Consult the credit file" is for this only: existing customer.',
        "“查阅客户的信用档案”只适用于老客户",
    )


def test_a_route_not_taken_is_refused_and_its_causes_named() -> None:
    refused(
        training("guide_customer").act("advise_drop"),
        "other_way",
        "is for this only: C: show sales the evidence",
        "只适用于丙",
    )


def test_a_step_behind_is_not_worked_again_in_training_but_can_be_gone_back_to() -> None:
    case = training("ask_customer")
    refused(case.ask("attitude"), "passed", "is behind you", "这一步已经过去了")
    case.back(1)
    assert case.ask("attitude").accepted


@pytest.mark.parametrize("until", ["ask_customer", "collect_easy"])
def test_a_judgement_is_made_once(until: str) -> None:
    case = training(until)
    step = list(case.state.choices)[-1]
    refused(case.do(step, choice="fraud"), "passed", "is done once, and it is done", "只做一次")
    assert case.state.values[step] == "fears_leak"


def test_a_later_judgement_may_differ_from_the_earlier_one() -> None:
    case = training()
    case.ask(*INSIDE)
    case.record()
    assert case.judge("fraud").accepted
    case.ask("knows_policy")
    case.record()
    assert case.judge("fears_leak").accepted
    assert case.state.values["judge_preliminary"] == "fraud"
    assert case.state.values["judge_further"] == "fears_leak"


def test_a_refused_act_is_in_the_journal_but_changes_nothing_else() -> None:
    case = training()
    case.judge("fraud")
    assert [(x["step"], x["refused"]) for x in lines(case)] == [("judge_preliminary", "not_yet")]
    assert [x["n"] for x in case.state.refused] == [1]
    assert case.state.done == {}
    assert case.state.values == {"customer": "new"}
    assert case.state.open_steps() == ["ask_inside"]


def test_the_guide_in_a_refusal_speaks_of_the_step_that_is_open() -> None:
    case = training("collect_easy")
    guide = case.procedure.step("collect_easy").guide
    assert guide.en in case.ask("opinion_given").text.in_("en")


# What is said


def test_an_item_is_answered_by_the_scenario() -> None:
    reply = training().ask("attitude", "position")
    assert reply.accepted
    assert list(reply.answers) == ["attitude", "position"]
    assert reply.answers["attitude"].en.startswith("Quite polite")
    assert reply.text.in_("zh").count("\n") == 1
    assert reply.ref == ("R1",)


def test_a_reply_changes_language_after_it_was_given() -> None:
    reply = training().ask("attitude")
    set_language("zh")
    assert str(reply).startswith("挺客气的")


def test_an_item_the_scenario_leaves_out_is_answered_by_the_procedure() -> None:
    reply = training("collect_easy").collect("credit_report")
    assert "ten working days" in reply.text.in_("en")


def test_the_manager_names_the_true_cause_whatever_was_judged() -> None:
    case = training()
    case.ask(*INSIDE)
    case.record()
    case.judge("fraud")
    case.ask("knows_policy")
    case.record()
    case.judge("fraud")
    case.collect("public_register")
    case.report()
    assert case.ask("opinion_given", choice="fraud").accepted
    assert case.state.values["opinion"] == "fears_leak"


def test_any_route_may_be_decided_on_and_leads_to_its_own_acts() -> None:
    for route, step in {
        "A": "guide_customer",
        "B": "full_collection",
        "C": "drop_customer",
    }.items():
        case = training("decide_route")
        assert case.decide(route).accepted
        assert case.state.open_steps() == [step]


def test_people_have_the_names_the_scenario_gives_them() -> None:
    case = training()
    who = case.who(case.procedure.step("ask_inside"))
    assert who and who.en == "Zhou Min, sales supervisor"
    sales = case.who(case.procedure.step("inform_sales"))
    assert sales and sales.en == "sales"


# Records, grounds and papers


def test_a_record_takes_everything_learnt_in_its_step_or_what_is_named() -> None:
    case = training()
    case.ask("attitude", "reason")
    assert case.record("reason").accepted
    assert list(case.state.done["record_inside"]) == ["reason"]
    assert case.record().accepted
    assert list(case.state.done["record_inside"]) == ["reason", "attitude"]


def test_what_was_not_learnt_is_not_recorded() -> None:
    case = training()
    case.ask("attitude")
    refused(
        case.record("attitude", "reason"),
        "not_learnt",
        '"the reason given" has not been learnt yet',
        "“对方说的理由”还没有了解到",
    )
    assert "record_inside" not in case.state.done


def test_what_was_not_learnt_is_no_ground() -> None:
    case = training()
    case.ask("attitude")
    case.record()
    before = lines(case)
    refused(case.judge("fraud", because=["reason"]), "not_learnt", "as a ground", "依据")
    assert lines(case) == before
    assert case.judge("fraud", because=["attitude", "attitude"]).accepted
    assert lines(case)[-1]["because"] == ["attitude"]


def test_more_may_be_asked_until_the_judgement_and_then_be_recorded() -> None:
    case = training()
    case.ask("attitude")
    case.record()
    assert case.ask("reason").code == "passed"
    assert case.state.open_steps() == ["record_inside", "judge_preliminary"]


def test_without_items_the_report_hands_over_all_papers() -> None:
    case = training("report_manager")
    reply = case.report()
    assert len(case.state.done["report_manager"]) == 5
    assert "Handed to the credit manager: the record of the inside inquiry" in str(reply)


def test_the_same_item_asked_twice_counts_from_the_first_time() -> None:
    case = training()
    case.ask("attitude")
    case.ask("reason", "attitude", "attitude")
    assert case.state.done["ask_inside"] == {"attitude": 1, "reason": 2}


# Acts that lack something


@pytest.mark.parametrize(
    ("until", "act", "en"),
    [
        (None, lambda case: case.ask(), "Choose at least one item"),
        ("record_inside", lambda case: case.do("record_inside"), "Choose at least one item"),
        ("judge_preliminary", lambda case: case.do("judge_preliminary"), "No conclusion"),
        ("decide_route", lambda case: case.do("decide_route"), "No conclusion"),
        (None, lambda case: case.note("  \n"), "The note is empty"),
    ],
)
def test_an_empty_act_is_refused_and_not_written(
    until: str | None, act: Callable[[Case], Reply], en: str
) -> None:
    case = training(until)
    before = lines(case)
    reply = act(case)
    assert (reply.accepted, reply.code) == (False, "empty")
    assert en in reply.text.in_("en")
    assert lines(case) == before


@pytest.mark.parametrize(
    ("call", "en"),
    [
        (lambda case: case.ask("atitude"), r"no item 'atitude' \(did you mean 'attitude'\?\)"),
        (lambda case: case.ask("attitude", "knows_policy"), "knows_policy"),
        (lambda case: case.collect("attitude"), "'attitude' is worked with ask, not with collect"),
        (lambda case: case.judge("greed"), "greed"),
        (lambda case: case.judge("fraud", because=["atitude"]), "atitude"),
        (lambda case: case.do("ask_insid", items=["attitude"]), "did you mean 'ask_inside'"),
        (lambda case: case.ask("attitude", choice="fraud"), "fraud"),
        (lambda case: case.back(1), "no act 1 to go back to"),
    ],
)
def test_a_name_that_does_not_exist_is_an_error_that_helps(
    call: Callable[[Case], Reply], en: str
) -> None:
    case = training()
    with pytest.raises(CaseError, match=en):
        call(case)
    assert lines(case) == []


# Closing and going back


def test_a_case_is_closed_at_the_end_of_its_way_and_then_nothing_more_is_done() -> None:
    case = training("guide_customer")
    refused(case.close(), "not_at_end", "cannot be closed yet. What to do now: Make", "还不能结案")
    play(case)
    assert case.state.open_steps() == []
    refused(case.close(), "closed", "This case is closed", "已经结案")
    before = lines(case)
    refused(case.act("explain"), "closed", "go back to an earlier act", "回到先前的某一步")
    assert lines(case) == before
    assert case.note("an afterthought").accepted


def test_going_back_takes_the_later_acts_out_of_account_but_keeps_them_in_the_journal() -> None:
    case = training("ask_customer")
    judged = case.state.choices["judge_preliminary"]["n"]
    assert case.back(judged).accepted
    assert case.state.open_steps() == ["record_inside", "judge_preliminary"]
    assert "judge_preliminary" not in case.state.values
    assert case.judge("misunderstands_form").accepted
    assert case.state.values["judge_preliminary"] == "misunderstands_form"
    assert [x["act"] for x in lines(case)] == ["ask", "record", "judge", "back", "judge"]


def test_an_act_taken_back_cannot_be_gone_back_to() -> None:
    case = training("ask_customer")
    case.back(2)
    with pytest.raises(CaseError, match="no act 3 to go back to; there are 1"):
        case.back(3)


def test_a_closed_case_is_opened_by_going_back() -> None:
    case = play(training())
    close = case.state.lines[-1]["n"]
    case.back(close)
    assert not case.state.closed
    assert case.close().accepted


def test_going_back_to_the_first_act_begins_the_case_anew() -> None:
    case = play(training())
    case.back(1)
    assert case.state.lines == []
    assert case.state.values == {"customer": "new"}
    play(case)
    assert case.state.closed


def test_a_refused_attempt_can_be_taken_back_too() -> None:
    case = training()
    case.judge("fraud")
    case.back(1)
    assert case.state.refused == []


# A real customer


def test_for_a_real_customer_the_user_types_what_was_learnt() -> None:
    case = real()
    reply = case.ask("attitude", answer="Polite.")
    assert reply.answers["attitude"].in_("zh") == "Polite."
    assert case.ask(
        "reason", "position", answers={"reason": "secrets", "position": "clerk"}
    ).accepted
    assert lines(case)[-1]["answers"] == {"reason": "secrets", "position": "clerk"}
    assert case.real and case.title.in_("zh") == "Jiangyuan"


@pytest.mark.parametrize("answer", ["", "  \n\t"])
def test_for_a_real_customer_an_answer_is_needed(answer: str) -> None:
    case = real()
    refused(
        case.ask("attitude", answer=answer),
        "empty",
        'Write down what was learnt about "the customer\'s attitude"',
        "请写下“客户的态度”了解到的情况",
    )
    assert lines(case) == []


def test_for_a_real_customer_more_can_be_learnt_later() -> None:
    case = real()
    case.ask("attitude", answer="Polite.")
    case.record()
    case.judge("fraud")
    assert case.ask("reason", answer="None given.").accepted
    assert case.record("reason").accepted
    assert case.state.here == "judge_preliminary"
    assert case.do("judge_preliminary", choice="fears_leak").code == "passed"


def test_for_a_real_customer_the_user_says_which_cause_the_manager_named() -> None:
    case = real()
    case.ask("attitude", answer="a")
    case.record()
    case.judge("fraud")
    case.ask("knows_policy", answer="b")
    case.record()
    case.judge("fraud")
    case.collect("public_register", answer="c")
    case.report()
    refused(
        case.ask("opinion_given", answer="d"), "empty", "No conclusion is chosen", "还没有选结论"
    )
    assert case.ask("opinion_given", answer="d", choice="no_value").accepted
    case.report()
    case.decide("B")
    assert case.state.open_steps() == ["full_collection"]


@pytest.mark.parametrize("given", [None, {}, {"customer": "newish"}, {"kind": "new"}])
def test_a_real_case_must_say_what_kind_of_customer_it_is(given: dict[str, str] | None) -> None:
    with pytest.raises(CaseError, match="'customer', one of new, existing"):
        Case.open("real", procedure="refusal", customer="x", given=given)
    assert not cases_folder().exists()


# Text of any kind

TEXTS = {
    "long": "字" * 100_000,
    "emoji": "👩‍💼📉",
    "right to left": "\u202eمرحبا שלום",
    "html": '<img src=x onerror=alert(1)>&amp;"',
    "formula": '=1+1\n+cmd|" /C calc"!A0\n@x\n-2',
    "braces": "{customer} {0} {{",
    "line ends": "a\r\nb\u2028c",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_was_typed_comes_back_to_the_letter_after_resuming(text: str) -> None:
    case = real()
    assert case.ask("attitude", answer=text).accepted
    assert case.record("attitude", text=text).accepted
    assert case.note(text).accepted
    case.close_journal()
    asked, recorded, noted = Case.open("real").state.lines
    assert asked["answers"] == {"attitude": text}
    assert recorded["text"] == noted["text"] == text


def test_a_lone_surrogate_and_a_nul_are_cleaned_so_that_every_export_can_be_written() -> None:
    case = real()
    case.note("a\ud800b\0c")
    case.ask("attitude", answer="\udfff\0!")
    case.close_journal()
    noted, asked = Case.open("real").state.lines
    assert noted["text"] == "a?bc"
    assert asked["answers"]["attitude"] == "?!"


@pytest.mark.parametrize("extra", [0, 1])
def test_text_beyond_the_limit_is_refused_and_left_with_the_caller(extra: int) -> None:
    case = real()
    text = "x" * (200_000 + extra)
    replies = [case.ask("attitude", answer=text), case.note(text)]
    assert [r.accepted for r in replies] == [not extra] * 2
    assert len(lines(case)) == (0 if extra else 2)
    if extra:
        refused(replies[0], "too_long", "200001 characters; 200000 is the most", "200001 个字符")
        refused(replies[1], "too_long", "what you wrote is still in the box", "原文还在输入框里")


# On disk


def test_cases_are_kept_under_the_home_of_creditkit(tmp_path: Path) -> None:
    Case.open("ann", scenario="pump_maker").ask("attitude")
    assert (tmp_path / "cases" / "ann.jsonl").is_file()


def test_a_case_is_resumed_where_it_stands() -> None:
    case = play(Case.open("ann", scenario="pump_maker"), until="collect_easy")
    before = lines(case)
    case.close_journal()
    resumed = Case.open("ann")
    assert lines(resumed) == before
    assert resumed.state.open_steps() == case.state.open_steps()
    assert resumed.scenario == scenario("pump_maker")
    play(resumed)


def test_naming_the_same_scenario_again_resumes_the_case() -> None:
    Case.open("ann", scenario="pump_maker").ask("attitude")
    assert list(Case.open("ann", scenario="pump_maker").state.learnt()) == ["attitude"]


def test_a_case_about_something_else_is_not_taken_over() -> None:
    Case.open("ann", scenario="pump_maker").ask("attitude")
    before = (cases_folder() / "ann.jsonl").read_bytes()
    with pytest.raises(CaseError, match="exists and uses pump_maker, not refusal/17/2"):
        Case.open("ann", scenario="refusal/17/2")
    with pytest.raises(CaseError, match="exists and uses pump_maker"):
        Case.open("ann", procedure="refusal", given={"customer": "new"})
    assert (cases_folder() / "ann.jsonl").read_bytes() == before


def test_a_case_that_does_not_exist_is_not_begun_by_mistake() -> None:
    with pytest.raises(CaseError, match="There is no case 'ann' yet"):
        Case.open("ann")
    assert not cases_folder().exists()


@pytest.mark.parametrize(
    "name",
    ["", " ", ".", "..", "a/b", "a\\b", "../ann", "a.b", " ann", "ann ", "a\nb", "a:b", "CON",
     "lpt1", "x" * 81, "𠮷" * 80, "a\0", "*"],
)  # fmt: skip
def test_a_name_that_cannot_be_a_file_name_is_refused(name: str, tmp_path: Path) -> None:
    for start in ("pump_maker", None):
        with pytest.raises(CaseError, match="cannot be a file name"):
            Case.open(name, scenario=start)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a", "江远 泵业", "ann-2_b", "字" * 80, "7", "console"])
def test_a_name_in_any_script_is_a_case(name: str) -> None:
    Case.open(name, scenario="pump_maker").ask("attitude")
    assert list(Case.open(name).state.learnt()) == ["attitude"]


def test_two_notebooks_of_one_kernel_see_each_others_acts() -> None:
    one = Case.open("ann", scenario="pump_maker")
    other = Case.open("ann")
    one.ask("attitude")
    other.ask("reason")
    assert list(one.state.learnt()) == list(other.state.learnt()) == ["attitude", "reason"]
    one.back(2)
    assert list(other.state.learnt()) == ["attitude"]


WORK = """
import sys
from creditkit.casework.case import Case
case = Case.open("ann", scenario="pump_maker")
case.ask("attitude")
print("asked", flush=True)
sys.stdin.readline()
"""


def other_notebook() -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", WORK],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_second_notebook_is_told_that_the_case_is_open_and_may_read_it() -> None:
    with other_notebook() as child:
        assert child.stdout and child.stdout.readline() == "asked\n"
        with pytest.raises(CaseInUse, match="'ann' is open in another notebook"):
            Case.open("ann")
        reader = Case.open("ann", read_only=True)
        assert list(reader.state.learnt()) == ["attitude"]
        with pytest.raises(JournalError, match="reading only"):
            reader.ask("reason")
        assert list(reader.state.learnt()) == ["attitude"]
        child.communicate("\n")
    assert Case.open("ann").ask("reason").accepted


def test_a_killed_kernel_loses_nothing() -> None:
    with other_notebook() as child:
        assert child.stdout and child.stdout.readline() == "asked\n"
        child.kill()
    case = Case.open("ann")
    assert list(case.state.learnt()) == ["attitude"]
    assert case.problems == []
    play(case)


def test_an_act_that_cannot_be_written_did_not_happen(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case.open("ann", scenario="pump_maker")
    case.ask("attitude")

    def full(self: Journal, line: object) -> None:
        raise JournalError(case.title)

    with monkeypatch.context() as broken:
        broken.setattr(Journal, "_write", full)
        with pytest.raises(JournalError):
            case.ask("reason")
    assert list(case.state.learnt()) == ["attitude"]
    assert case.ask("reason").accepted
    assert [x["n"] for x in lines(case)] == [1, 2]


def test_acts_the_procedure_no_longer_has_are_passed_over_and_named() -> None:
    case = Case.open("ann", scenario="pump_maker")
    case.ask("attitude")
    case.close_journal()
    path = cases_folder() / "ann.jsonl"
    strange = [
        {"n": 2, "act": "ask", "step": "ask_moon", "items": ["attitude"]},
        {"n": 3, "act": "ask", "step": "ask_inside", "items": ["weather"]},
        {"n": 4, "act": "judge", "step": "judge_preliminary", "choice": "greed"},
        {"n": 5, "act": "dance"},
        {"n": 6, "act": "ask", "step": "ask_inside", "items": ["reason"]},
    ]
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in strange)
    resumed = Case.open("ann")
    assert list(resumed.state.learnt()) == ["attitude", "reason"]
    assert [p.in_("en") for p in resumed.problems] == [
        f"Act {n} speaks of something the procedure no longer has and was passed over."
        for n in (2, 3, 4, 5)
    ]
    play(resumed)


def test_a_journal_of_a_scenario_that_is_gone_is_named_and_kept() -> None:
    case = Case.open("ann", scenario="pump_maker")
    case.ask("attitude")
    case.close_journal()
    path = cases_folder() / "ann.jsonl"
    path.write_text(path.read_text("utf-8").replace("pump_maker", "pump_makers"), "utf-8")
    before = path.read_bytes()
    with pytest.raises(ContentError, match=r"nothing named 'pump_makers' \(did you mean"):
        Case.open("ann")
    assert path.read_bytes() == before


# Which training case


def own_scenario(tmp_path: Path) -> Path:
    own = tmp_path / "my_case.yaml"
    text = (PACKAGE / "scenarios/refusal/pump_maker.yaml").read_text("utf-8")
    own.write_text(text.replace("scenario: pump_maker", "scenario: my_case"), "utf-8")
    return own


def test_a_trainers_own_scenario_is_practised_by_its_path(tmp_path: Path) -> None:
    case = Case.practice(own_scenario(tmp_path))
    assert case.scenario and case.scenario.id == "my_case"
    play(case)


def test_a_case_on_a_trainers_own_scenario_is_resumed_from_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_scenario(tmp_path)
    monkeypatch.chdir(tmp_path)
    Case.open("ann", scenario="my_case.yaml").ask("attitude")
    monkeypatch.chdir("/")
    case = Case.open("ann", scenario=tmp_path / "my_case.yaml")
    assert list(case.state.learnt()) == ["attitude"]
    play(case)


def test_no_journal_is_begun_on_a_scenario_that_could_not_be_found_again(tmp_path: Path) -> None:
    loaded = scenario(own_scenario(tmp_path))
    with pytest.raises(ContentError, match="nothing named 'my_case'"):
        Case.open("ann", scenario=loaded)
    assert not cases_folder().exists()


@pytest.mark.parametrize("name", ["pump_makers", "refusal/abc/2", "refusal/1/9", "refusal/1.5/2"])
def test_a_training_case_that_does_not_exist_is_named(name: str) -> None:
    with pytest.raises(ContentError, match=name):
        Case.practice(name)
    with pytest.raises(ContentError, match=name):
        Case.open("ann", scenario=name)
    assert not cases_folder().exists()


# Variants


@pytest.mark.parametrize("seed", ["abc", "17", 1.5, 17.0, True, None, [17], float("nan")])
def test_a_seed_that_is_no_whole_number_is_refused(seed: Any) -> None:
    with pytest.raises(VariantError) as refusal:
        variant(seed)
    assert f"'{seed}' is not a whole number" in refusal.value.text.in_("en")
    assert f"'{seed}' 不是整数" in refusal.value.text.in_("zh")


@pytest.mark.parametrize("level", [0, 4, "2", 2.0, True, None, [1]])
def test_a_level_that_does_not_exist_is_refused(level: Any) -> None:
    with pytest.raises(VariantError, match="is not 1, 2 or 3"):
        variant(17, level)


@pytest.mark.parametrize("fixed", [{"truth": "greed"}, {"customer": "newish"}])
def test_a_truth_or_customer_that_does_not_exist_is_refused(fixed: dict[str, str]) -> None:
    with pytest.raises(VariantError, match=r"'(greed|newish)'"):
        variant(17, truth=fixed.get("truth"), customer=fixed.get("customer"))


@pytest.mark.parametrize("seed", [0, -1, 17, 10**30])
def test_any_whole_number_is_a_seed_and_gives_the_same_case_each_time(seed: int) -> None:
    assert variant(seed) == variant(seed)
    assert find_scenario(variant(seed).id) == variant(seed)


def test_a_seed_from_a_table_is_a_whole_number() -> None:
    assert variant(np.int64(17)) == variant(17)  # type: ignore[arg-type]


def test_the_case_of_a_seed_is_the_same_in_every_process_and_language() -> None:
    code = "from creditkit.casework.variants import variant; print(variant(17).model_dump_json())"
    done = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "CREDITKIT_LANG": lang, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed, lang in (("1", "zh"), ("2", "en"))
    ]
    assert done[0] == done[1]
    assert json.loads(done[0]) == json.loads(variant(17).model_dump_json())


@pytest.mark.parametrize("customer", [None, "new", "existing"])
@pytest.mark.parametrize("truth", [None, "fraud", "no_value"])
def test_a_case_on_a_variant_is_resumed_as_the_same_variant(
    truth: str | None, customer: str | None
) -> None:
    drawn = variant(5, 3, truth=truth, customer=customer)
    case = Case.open("ann", scenario=drawn)
    case.ask("attitude")
    case.close_journal()
    resumed = Case.open("ann")
    assert resumed.scenario == drawn
    assert (truth or drawn.truth["cause"]) == drawn.truth["cause"]
    assert (customer or drawn.given["customer"]) == drawn.given["customer"]
