"""The complaint: its form, its deadline, its rounds of talks."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditkit.casework.case import Case
from creditkit.casework.debrief import debrief
from creditkit.casework.journal import Journal
from creditkit.casework.variants import VariantError, variant
from creditkit.content.library import procedure, scenarios
from creditkit.content.schema import Scenario
from creditkit.content.ways import entered, evidence
from tests.playing import model_steps, play, told, work

ALL = scenarios("complaint")
LATE = {"choose_messenger", "explain_delay"}
each = pytest.mark.parametrize("scenario", ALL, ids=lambda s: s.id)


def practice(scenario: str = "rude_call", until: str | None = None) -> Case:
    return play(Case.practice(scenario), until)


def test_the_scenarios_cover_channels_findings_patience_and_delay() -> None:
    assert len(ALL) >= 10
    lists = procedure("complaint").lists
    assert {s.given["channel"] for s in ALL} == {o.id for o in lists["channels"]}
    for name, list_name in procedure("complaint").hidden.items():
        assert {s.truth[name] for s in ALL} == {o.id for o in lists[list_name]}
    assert {s.answers["department"].accepts[0][0] for s in ALL} == {
        o.id for o in lists["departments"] if not o.open
    }
    late = [s for s in ALL if LATE & {step.id for step in model_steps(Case.practice(s))}]
    assert 4 <= len(late) < len(ALL)


@each
def test_worked_the_model_way_it_earns_every_point(scenario: Scenario) -> None:
    case = play(Case.practice(scenario))
    d = debrief(case)
    assert (d.points, case.state.refused, case.problems) == (d.out_of, [], [])
    assert case.state.path == [step.id for step in model_steps(case)]
    assert "{" not in told(case)


@each
def test_an_entry_in_either_language_fills_the_form(scenario: Scenario) -> None:
    for item in ("customer_name", "telephone", "time", "content", "person"):
        answer = scenario.answers[item]
        assert entered(answer, answer.zh) == entered(answer, answer.en) == 1, item


@each
def test_a_round_of_talks_more_comes_of_a_wrong_handling(scenario: Scenario) -> None:
    right = play(Case.practice(scenario)).state.rounds["negotiate"]
    case = play(Case.practice(scenario), until="handling")
    wrong = next(o.id for o in case.options(case.state.steps["handling"]) if not o.when) if (
        any(not o.when for o in case.options(case.state.steps["handling"]))
    ) else next(
        o.id for o in case.options(case.state.steps["handling"])
        if scenario.truth["finding"] not in o.when["find"]
    )  # fmt: skip
    case.decide(wrong)
    while not case.state.may_close():
        step = case.state.steps[case.state.open_steps()[-1]]
        assert work(case, step).accepted
    assert case.state.rounds["negotiate"] == right + 1
    case.close()
    handling = next(s for s in debrief(case).scores if s.id == "handling")
    assert handling.points == 0


def test_a_case_in_time_never_passes_through_the_late_branch() -> None:
    case = practice(until="tell_result")
    assert not LATE & set(case.state.path)
    reply = case.do("choose_messenger", choice="credit_officer")
    assert reply.code in {"other_way", "not_yet"}


def test_a_late_case_must_explain_before_it_goes_on() -> None:
    case = practice("frozen_limit", until="choose_messenger")
    assert case.state.late
    assert case.state.open_steps()[-1] == "choose_messenger"
    assert case.do("decide_scope", choice="in_scope").code == "not_yet"
    case.decide("customer_service")
    case.act("contact_now", "reason_of_delay")
    assert case.state.open_steps()[-1] == "decide_scope"
    assert case.state.values["lateness"] == "in_time"


@pytest.mark.parametrize("messenger", ["credit_officer", "customer_service"])
def test_a_credit_officer_and_customer_service_are_both_right(messenger: str) -> None:
    case = practice("frozen_limit", until="choose_messenger")
    case.decide(messenger)
    line = next(x for s in debrief(case).scores for x in s.lines if x.step == "choose_messenger")
    assert line.verdict == "right"


def test_the_manager_later_and_the_person_complained_about_are_wrong() -> None:
    for messenger in ("manager_later", "complained_about"):
        case = practice("frozen_limit", until="choose_messenger")
        case.decide(messenger)
        lines = [x for s in debrief(case).scores for x in s.lines if x.step == "choose_messenger"]
        assert [line.verdict for line in lines] == ["missed"]


def test_what_holds_a_step_up_is_told() -> None:
    case = practice("frozen_limit", until="ask_people")
    assert "trade fair" in case.ask("papers").text.en
    assert "trade fair" not in case.ask("person_account").text.en


def test_talking_to_bystanders_costs() -> None:
    case = practice("frozen_limit", until="decide_scope")
    full = debrief(play(Case.practice("frozen_limit"))).points
    case = practice("frozen_limit", until="ask_people")
    case.ask("person_account", "superior_account", "papers", "bystander")
    assert debrief(play(case)).points == round(full - 5 * 0.25, 1)


def test_a_form_is_filled_field_by_field_and_mended() -> None:
    case = Case.practice("rude_call")
    assert case.fill().code == "empty"
    assert case.fill(telephone=" ").code == "empty"
    assert case.fill(department="purchasing").code == "bad_field"
    assert case.fill(telephone="1").accepted
    assert case.fill(telephone="000-5550211", department="finance").accepted
    assert case.state.entries == {"telephone": "000-5550211", "department": "finance"}
    lines = {x.ref[0]: x.verdict for s in debrief(case).scores for x in s.lines if s.id == "form"}
    assert lines == {
        "C2.1": "missed", "C2.2": "right", "C2.3": "missed", "C2.4": "missed", "C2.5": "missed",
        "C2.6": "right",
    }  # fmt: skip


def test_half_the_content_earns_half_and_the_whole_message_nothing() -> None:
    case = Case.practice("rude_call")
    case.fill(content="They swore at her", telephone=str(case.scenario and case.scenario.opening))
    lines = {x.ref[0]: x for s in debrief(case).scores for x in s.lines if s.id == "form"}
    assert lines["C2.4"].verdict == "partly"
    assert lines["C2.2"].points == 0


def test_each_round_of_talks_is_heard_anew() -> None:
    case = practice("reference_leak", until="negotiate")
    first = case.act("what_troubles").text.en
    case.do("hear_reaction", items=["reaction_heard"])
    second = case.act("what_troubles").text.en
    assert first != second
    assert case.state.rounds["negotiate"] == 2
    assert case.do("hear_reaction", items=["reaction_heard"]).text.en == "the customer accepts"


@each
def test_it_resumes_from_disk_at_every_act(scenario: Scenario, tmp_path: Path) -> None:
    case = Case.open("c", scenario=scenario.id, folder=tmp_path)
    while not case.state.closed:
        step = case.state.steps[case.state.open_steps()[-1]] if case.state.open_steps() else None
        if case.state.may_close():
            case.close()
        elif step:
            assert work(case, step).accepted
        values, path = dict(case.state.values), list(case.state.path)
        case.close_journal()
        case = Case.open("c", folder=tmp_path)
        assert (case.state.values, case.state.path) == (values, path)
    assert debrief(case).points == debrief(case).out_of


class Clock:
    """A clock the test can set."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> str:
        return self.time.isoformat(timespec="seconds")


def real(clock: Clock) -> Case:
    header = {
        "name": "real", "procedure": "complaint", "scenario": None, "customer": "A",
        "given": {"channel": "fax"}, "t": clock(),
    }  # fmt: skip
    return Case(Journal(None, header), clock=clock)


def test_for_a_real_complaint_the_clock_is_the_wall_clock() -> None:
    clock = Clock()
    case = real(clock)
    case.fill(customer_name="A", department="sales")
    case.ask("papers", answer="seen")
    assert case.state.open_steps()[-1] == "decide_scope"
    clock.time += timedelta(hours=49)
    assert case.state.open_steps()[-1] == "choose_messenger"
    assert case.judge("in_scope").code == "not_yet"
    case.decide("customer_service")
    case.act("contact_now", answer="called at ten")
    assert case.judge("in_scope").accepted
    assert case.state.late
    assert case.journal.lines[-1]["hours"] == 49


def test_a_real_complaint_in_time_is_not_late_years_after_its_close() -> None:
    clock = Clock()
    case = real(clock)
    case.fill(customer_name="A")
    case.ask("papers", answer="seen")
    case.judge("in_scope")
    case.judge("founded")
    case.decide("put_right")
    case.act("result", answer="told")
    case.do("hear_reaction", items=["reaction_heard"], choice="accepts",
            answers={"reaction_heard": "fine"})  # fmt: skip
    case.act("thanks", answer="thanked")
    case.close()
    clock.time += timedelta(days=900)
    assert not case.state.late


def test_a_real_complaint_can_end_without_agreement() -> None:
    case = real(Clock())
    case.fill(customer_name="A")
    case.ask("papers", answer="seen")
    assert case.judge("in_scope").accepted
    assert case.judge("unfounded").accepted
    case.decide("stand_by")
    case.act("result", answer="told")
    case.do("hear_reaction", items=["reaction_heard"], choice="no_agreement",
            answers={"reaction_heard": "no"})  # fmt: skip
    assert case.act("positions", answer="both noted").accepted
    assert case.close().accepted


@settings(deadline=None)
@given(seed=st.integers(-(10**9), 10**9), level=st.sampled_from([1, 2, 3]))
def test_any_seed_gives_a_case_that_can_be_worked_to_full_marks(seed: int, level: int) -> None:
    scenario = variant(seed, level, of="complaint")
    assert scenario == variant(seed, level, of="complaint")
    assert scenario.level == level
    case = play(Case.practice(scenario))
    d = debrief(case)
    assert d.points == d.out_of
    base = {s.answers["telephone"].zh for s in ALL}
    assert not any(number in told(case) for number in base)
    for hidden, judged in (("scope", "scopes"), ("finding", "findings")):
        values = [o.id for o in case.procedure.lists[judged]]
        totals = evidence(scenario.answers.values(), among=values)
        truth = scenario.truth[hidden]
        assert all(totals[truth] > n for value, n in totals.items() if value != truth)


def test_seeds_differ_in_story_name_delay_and_patience() -> None:
    cases = [variant(seed, 2, of="complaint") for seed in range(60)]
    assert len({s.customer.name.en for s in cases}) > 20
    assert len({s.truth["patience"] for s in cases}) == 3
    assert {bool(s.delays) for s in cases} == {True, False}
    assert len({s.title.en for s in cases}) > 3


def test_a_variant_is_found_by_its_name_and_takes_no_truth() -> None:
    assert Case.practice("complaint/17/2").scenario == variant(17, 2, of="complaint")
    with pytest.raises(VariantError):
        variant(17, 2, of="complaint", truth="founded")
