"""Every training case can be played to its end the model way, through the student's verbs."""

import pytest

from creditkit.casework.case import Case
from creditkit.casework.variants import variant
from creditkit.content.library import procedure, scenarios
from creditkit.content.schema import Scenario
from tests.playing import model_steps, play, told, work

HAND_WRITTEN = scenarios("refusal")
CAUSES = [option.id for option in procedure("refusal").lists["causes"]]
LAST_STEP = {"A": "guide_customer", "B": "report_again", "C": "drop_customer"}


def check_played(case: Case, scenario: Scenario) -> None:
    state = case.state
    assert state.closed
    assert state.refused == []
    assert state.unknown == []
    assert case.problems == []
    assert state.path == [step.id for step in model_steps(case)]
    cause = scenario.truth["cause"]
    for step in ("judge_preliminary", "judge_further", "opinion"):
        assert state.values[step] == cause
    assert state.path[-1] == LAST_STEP[state.values["decide_route"]]
    collected = {"new": "collect_easy", "existing": "consult_file"}
    for customer, step in collected.items():
        assert (step in state.path) == (scenario.given["customer"] == customer)


@pytest.mark.parametrize("scenario", HAND_WRITTEN, ids=lambda s: s.id)
def test_a_hand_written_case_is_played_to_its_end(scenario: Scenario) -> None:
    case = play(Case.practice(scenario))
    check_played(case, scenario)
    assert "{" not in told(case)


@pytest.mark.parametrize("scenario", HAND_WRITTEN, ids=lambda s: s.id)
def test_every_answer_of_a_hand_written_case_can_be_heard(scenario: Scenario) -> None:
    case = Case.practice(scenario)
    heard: set[str] = set()
    for step in model_steps(case):
        if step.verb not in {"ask", "collect", "act"}:
            assert work(case, step).accepted
            continue
        reply = case.do(step.id, items=[item.id for item in step.items])
        assert all(answer.zh and answer.en for answer in reply.answers.values())
        heard |= set(reply.answers)
    assert set(scenario.answers) <= heard


@pytest.mark.parametrize("customer", ["new", "existing"])
@pytest.mark.parametrize("truth", sorted(set(CAUSES) - {"other_guidable"}))
@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_variant_of_each_cause_is_played_to_its_end(
    truth: str, customer: str, level: int
) -> None:
    for seed in range(3):
        scenario = variant(seed, level, truth=truth, customer=customer)
        case = play(Case.practice(scenario))
        check_played(case, scenario)
        assert "{" not in told(case)


@pytest.mark.parametrize("seed", range(20))
def test_a_case_on_disk_is_played_resumed_at_each_step_and_closed(seed: int) -> None:
    name = f"student {seed}"
    case = Case.open(name, scenario=f"refusal/{seed}/2")
    for step in model_steps(case)[1:]:
        play(case, until=step.id)
        case.close_journal()
        case = Case.open(name)
        assert step.id in case.state.open_steps()
    play(case)
    case.close_journal()
    resumed = Case.open(name)
    assert resumed.scenario is not None
    check_played(resumed, resumed.scenario)
