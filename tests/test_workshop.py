"""A class led through a case: the stages, the polls, and that a workshop goes on after a crash."""

from html import escape
from itertools import pairwise
from pathlib import Path

import pytest

import creditkit as ck
from creditkit.casework.staging import stages
from creditkit.content.library import scenario, scenarios
from creditkit.teaching.poll import PollError, poll_in
from creditkit.teaching.workshop import Voter, Workshop
from creditkit.text import LANGUAGES

EVERY = [s.id for of in ("refusal", "complaint") for s in scenarios(of)]


def at_first_poll(shared: Path | None = None, name: str = "monday") -> Workshop:
    workshop = Workshop(name, "squid_plant", shared)
    while workshop.stage.kind != "poll":
        workshop.forward()
    return workshop


@pytest.mark.parametrize("name", EVERY)
def test_a_scenario_is_told_whole_and_nothing_before_its_time(name: str) -> None:
    found = scenario(name)
    told = stages(found)

    assert [told[0].kind, told[-1].kind] == ["situation", "end"]
    for before, stage in pairwise(told):
        if before.kind == "poll":
            assert stage.kind == "judgement" and stage.step == before.step
        if stage.kind == "judgement":
            assert set(stage.right) <= {o.id for o in stage.options} and stage.right
        if stage.kind != "judgement" and before.kind != "poll":
            assert not stage.right
    polled = [stage.step for stage in told if stage.kind == "poll"]
    assert polled and len(set(polled)) == len(polled)
    assert told[-1].why == found.lesson
    for stage in told[:-1]:
        assert found.lesson not in (stage.said, stage.why)


def test_what_the_informants_say_is_what_the_case_says() -> None:
    found = scenario("squid_plant")
    said = {stage.said for stage in stages(found) if stage.kind == "answer"}

    assert {a.text for a in found.answers.values()} <= said


def test_an_early_judgement_is_told_by_the_evidence_and_does_not_give_the_end_away() -> None:
    told = {s.step: s for s in stages(scenario("squid_plant")) if s.kind == "judgement"}

    assert told["judge_preliminary"].right == ("bad_credit",)
    assert told["judge_further"].right == ("fears_leak",)
    assert told["decide_route"].right == ("A",)


def test_a_workshop_goes_on_where_it_stood() -> None:
    first = Workshop("monday", "squid_plant")
    for _ in range(4):
        first.forward()
    first.back()

    assert Workshop("monday", "squid_plant").at == 3


def test_a_workshop_neither_runs_over_its_end_nor_before_its_beginning() -> None:
    workshop = Workshop("monday", "pump_maker")
    workshop.back()
    assert workshop.at == 0
    for _ in range(len(workshop.stages) + 3):
        workshop.forward()
    assert workshop.stage.kind == "end"


def test_a_name_taken_by_another_case_is_told() -> None:
    Workshop("monday", "squid_plant")

    with pytest.raises(PollError, match="squid_plant"):
        Workshop("monday", "pump_maker")


def test_votes_by_folder_and_by_code_are_one_vote_a_person(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    workshop = at_first_poll(shared)
    found = poll_in(shared, "monday")
    assert found is not None
    ballot = found[0]
    ann = Voter("monday", shared, folder=tmp_path / "ann")
    bob = Voter("monday", folder=tmp_path / "bob")
    ann.vote(ballot, "Ann", "fraud")
    late = ann.vote(ballot, "Ann", "bad_credit")
    cast = bob.vote(bob.ballot(ballot.step), "Bob", "fears_leak")

    taken = workshop.take(f"{cast.code} {late.code} {cast.code} nonsense1")

    assert (taken.new, taken.known, taken.unreadable) == (2, 1, ("NONSENSE1",))
    votes = workshop.tally(ballot.step).votes.values()
    assert sorted(v.choice for v in votes) == ["bad_credit", "fears_leak"]


def test_a_poll_that_was_closed_stays_as_it_was(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    workshop = at_first_poll(shared)
    step = workshop.stage.step
    ann = Voter("monday", shared, folder=tmp_path / "ann")
    ann.vote(ann.ballot(step), "Ann", "fraud")
    workshop.forward()
    assert poll_in(shared, "monday") is None

    late = ann.vote(ann.ballot(step), "Ann", "no_value")
    workshop.back()
    again = Workshop("monday", "squid_plant", shared)

    assert [v.choice for v in again.tally(step).votes.values()] == ["fraud"]
    assert again.tally(step).late == 1
    with pytest.raises(PollError):
        again.take(late.code)
    for file in shared.iterdir():
        file.unlink()
    shared.rmdir()
    assert [v.choice for v in again.tally(step).votes.values()] == ["fraud"]


def test_votes_taken_by_code_survive_a_restart() -> None:
    workshop = at_first_poll()
    step = workshop.stage.step
    voter = Voter("monday")
    workshop.take(voter.vote(voter.ballot(step), "Ann", "fraud").code)

    assert len(Workshop("monday", "squid_plant").tally(step).votes) == 1


def test_a_voter_is_known_again_and_the_next_vote_counts() -> None:
    ballot = Voter("monday").ballot("decide_route")
    Voter("monday").vote(ballot, "Ann", "A")
    cast = Voter("monday").vote(ballot, "Ann", "B")

    assert Voter("monday").name == "Ann"
    assert cast.vote.nth == 2


def test_where_the_folder_cannot_be_written_the_code_remains(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    voter = Voter("monday", blocked / "x")

    cast = voter.vote(voter.ballot("decide_route"), "Ann", "A")

    assert cast.problem is not None
    assert at_first_poll().ballot("decide_route") == voter.ballot("decide_route")
    assert len(cast.code) == 11


def test_both_sides_of_a_code_agree_for_every_poll_of_every_scenario() -> None:
    for name in EVERY:
        workshop = Workshop(f"class {name}", name)
        voter = Voter(f"class {name}", of=workshop.scenario.procedure)
        for step in workshop.polls:
            assert workshop.ballot(step) == voter.ballot(step)


# On screen, without a browser


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_stage_of_every_scenario_is_shown_in_both_languages(lang: str) -> None:
    ck.set_language(lang)
    for name in ("squid_plant", "interest_claim"):
        view = ck.workshop(f"all {name}", scenario=name)
        for stage in view.workshop.stages:
            assert escape(str(stage.title)) in view._stage.value
            if stage.said is not None:
                assert escape(str(stage.said)) in view._stage.value
            view._next.click()
        assert view._next.disabled


def test_a_vote_on_screen_gives_a_code_that_the_screen_takes() -> None:
    screen = ck.workshop("monday", scenario="squid_plant")
    while screen.workshop.stage.kind != "poll":
        screen._next.click()
    voter = ck.vote("monday")
    voter._submit.click()
    assert "Give your name" in voter._result.value
    voter._name.value, voter._choice.value = "Ann", "fraud"
    voter._submit.click()
    assert voter._code in voter._result.value

    screen._codes.value = voter._code
    screen._take.click()

    assert "Votes so far: 1" in screen._votes.value
    assert screen._codes.value == ""
    screen._next.click()
    assert "closed with 1 votes" in screen._votes.value


def test_a_vote_on_screen_follows_the_poll_in_the_folder(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    voter = ck.vote("monday", shared=shared)
    assert "is not there" in voter._result.value
    workshop = at_first_poll(shared)
    voter._look.click()
    voter._name.value, voter._choice.value = "Ann", "fraud"
    voter._submit.click()
    assert "vote is in" in voter._result.value
    step = workshop.stage.step
    workshop.forward()
    voter._choice.value = "no_value"
    voter._submit.click()

    assert "was not cast" in voter._result.value
    assert [v.choice for v in workshop.tally(step).votes.values()] == ["fraud"]


def test_what_is_wrong_is_told_in_the_place_of_the_screen(tmp_path: Path) -> None:
    assert "../x" in ck.workshop("../x", scenario="pump_maker").value
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert (
        "cannot be written"
        in ck.workshop("friday", scenario="pump_maker", shared=blocked / "x")._result.value
    )
