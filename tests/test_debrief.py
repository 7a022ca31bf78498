"""The debrief: partial credit by dimension, every line with its ref, going back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditkit import Case, CaseError, debrief, refs, scenarios, variant
from creditkit.casework.debrief_parts import Line, Score
from creditkit.content.schema import Scenario
from tests.playing import play

INSIDE = ("attitude", "position", "reason", "explanation", "assessment")


def score(case: Case, dimension: str) -> Score:
    return next(s for s in debrief(case).scores if s.id == dimension)


def line(case: Case, dimension: str, step: str) -> Line:
    return next(x for x in score(case, dimension).lines if x.step == step)


def at_preliminary(scenario: str = "pump_maker") -> Case:
    case = Case.practice(scenario)
    case.ask(*INSIDE)
    case.record()
    return case


@pytest.mark.parametrize("scenario", [*scenarios(), *(variant(n, 3) for n in range(8))],
                         ids=lambda s: s.id)  # fmt: skip
def test_a_case_worked_the_model_way_earns_every_point(scenario: Scenario) -> None:
    case = Case.practice(scenario)
    play(case)

    result = debrief(case)

    assert result.finished
    assert (result.points, result.out_of) == (100.0, 100)
    assert all(x.verdict == "right" for s in result.scores for x in s.lines)


def test_an_item_left_out_costs_its_share_of_the_inquiry() -> None:
    case = Case.practice("pump_maker")
    case.ask("attitude", "reason")

    verdicts = {str(x.title): x.verdict for x in score(case, "inquiry").lines[:5]}

    assert list(verdicts.values()) == ["right", "missed", "right", "missed", "missed"]
    assert score(case, "inquiry").points == pytest.approx(25 * 2 / 12)


def test_a_record_counts_by_the_share_of_what_was_learnt() -> None:
    case = Case.practice("pump_maker")
    case.ask("attitude", "position", "reason", "assessment")
    case.record("attitude")

    found = line(case, "records", "record_inside")

    assert found.points == pytest.approx(5 * 1 / 4)
    assert found.verdict == "partly"
    assert str(found.did) == "On record: 1 of 4 things learnt."


@pytest.mark.parametrize(
    ("scenario", "choice", "share", "says"),
    [
        ("pump_maker", "fears_leak", 1, "which is the truth"),
        ("pump_maker", "internal_disorder", 0.5, "Both lead the same way"),
        ("pump_maker", "fraud", 0, 'the truth is "fears that trade secrets leak"'),
        # Inside, this case looks like fraud: a fair judgement at that time.
        ("furniture_showroom", "fraud", 1, "did point that way"),
    ],
)
def test_a_judgement_is_right_fair_near_or_wrong(
    scenario: str, choice: str, share: float, says: str
) -> None:
    case = at_preliminary(scenario)
    case.judge(choice)

    found = line(case, "preliminary", "judge_preliminary")

    assert found.points == pytest.approx(7 * share)
    assert says in str(found.did)


@pytest.mark.parametrize(
    ("because", "share"),
    [
        ((), 0),
        (("explanation",), 0.5),
        (("explanation", "reason"), 1),
        (("explanation", "reason", "attitude"), 1),
    ],
)
def test_grounds_count_by_how_many_speak_for_the_judgement(
    because: tuple[str, ...], share: float
) -> None:
    case = at_preliminary()
    case.judge("fears_leak", because=because)

    grounds = score(case, "preliminary").lines[1]

    assert grounds.points == pytest.approx(3 * share)


def test_grounds_that_point_elsewhere_take_away_from_the_others() -> None:
    case = at_preliminary("furniture_showroom")
    case.judge("internal_disorder", because=["explanation", "attitude", "reason"])

    grounds = score(case, "preliminary").lines[1]

    assert grounds.points == pytest.approx(3 * 2 / 3)
    assert "does not" in str(grounds.did)


def test_each_refused_act_costs_a_fifth_of_the_order_down_to_nothing() -> None:
    case = Case.practice("pump_maker")
    play(case)
    closed = debrief(case).decisions[0].n
    case.back(closed)
    for _ in range(7):
        case.decide("A")

    found = score(case, "order")

    assert found.points == 0
    assert [x.points for x in found.lines] == [-2.0] * 7
    assert {x.verdict for x in found.lines} == {"wrong"}


def test_needless_cost_is_taken_from_economy_and_says_why() -> None:
    case = Case.practice("pump_maker")
    play(case)
    n = next(x["n"] for x in case.state.lines if x.get("step") == "report_manager")
    case.back(n)
    case.collect("site_survey")

    found = score(case, "economy")

    assert [str(x.title) for x in found.lines] == ["a special on-site visit"]
    assert found.lines[0].points == -2.0
    assert "special trip costs more" in str(found.lines[0].why)


def test_a_wrong_route_loses_route_and_closing() -> None:
    case = Case.practice("pump_maker")
    play(case)
    decision = next(d for d in debrief(case).decisions if d.step == "decide_route")
    case.back(decision.n)
    case.decide("C")
    case.act("strong_evidence", "advise_drop")
    case.close()

    result = debrief(case)

    assert score(case, "route").points == score(case, "closing").points == 0
    assert "competitor's most reliable customer" in str(result.outcome)
    assert result.points == pytest.approx(85)


def test_going_back_keeps_the_first_result_beside_the_new_one() -> None:
    case = at_preliminary()
    case.judge("fraud")
    first = debrief(case).points
    assert debrief(case).first_points is None

    case.back(debrief(case).decisions[0].n)
    case.judge("fears_leak", because=["explanation", "reason"])

    assert debrief(case).first_points == first
    assert debrief(case).points > first


def test_a_case_barely_begun_earns_little_for_order_and_thrift() -> None:
    case = Case.practice("pump_maker")
    assert debrief(case).points == 0

    case.ask("reason")

    assert not debrief(case).finished
    assert score(case, "order").points == pytest.approx(10 / 12)


def test_every_line_cites_the_coursework() -> None:
    known = refs()
    for scenario in scenarios():
        case = Case.practice(scenario)
        case.ask("reason")
        for result in debrief(case).scores:
            for found in result.lines:
                assert found.ref and set(found.ref) <= set(known)
                assert all(str(t) for t in (found.did, found.asked, found.why))


def test_misleading_answers_are_explained_whether_heard_or_not() -> None:
    case = Case.practice("furniture_showroom")
    case.ask("reason")

    found = {str(m.item): m.heard for m in debrief(case).misleading}

    assert found == {
        "the reason given": True,
        "the supervisor's assessment and what it rests on": False,
    }


def test_a_real_customer_is_not_scored() -> None:
    header = {"procedure": "refusal", "given": {"customer": "new"}, "customer": "A"}
    from creditkit.casework.journal import Journal

    with pytest.raises(CaseError, match="no known truth"):
        debrief(Case(Journal(None, header)))


STEPS = [s.id for s in Case.practice("pump_maker").procedure.steps]


@given(
    st.lists(
        st.tuples(st.sampled_from(STEPS), st.integers(1, 5), st.sampled_from("ABC")), max_size=30
    )
)
@settings(max_examples=60, deadline=None)
def test_points_stay_within_bounds_whatever_was_done(acts: list[tuple[str, int, str]]) -> None:
    case = Case.practice("pump_maker")
    for step_id, count, letter in acts:
        step = case.state.steps[step_id]
        items = case.recordable(step) if step.verb == "record" else [i.id for i in step.items]
        options = [o.id for o in case.options(step)]
        choice = None if step.names or not options else options["ABC".index(letter)]
        case.do(step_id, items=items[:count], choice=choice)

    result = debrief(case)

    for found in result.scores:
        assert -1e-9 <= found.points <= found.out_of + 1e-9
        if found.id not in {"order", "economy"}:
            assert sum(x.points for x in found.lines) == pytest.approx(found.points)
    assert 0 <= result.points <= 100
