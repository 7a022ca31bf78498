"""The map of decisions counts what students did, and where they left the model path."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from creditkit.analysis.decision_map import DecisionMap, decision_map
from creditkit.casework.case import Case
from creditkit.casework.debrief import debrief
from creditkit.casework.enact import Enacted
from creditkit.content.library import procedure, scenario
from creditkit.teaching.work_marking import MarkedCase, case_acts, case_lines
from tests.playing import model_steps, play

Player = Callable[[Case], Any]


def mapped(name: str, *players: Player) -> DecisionMap:
    """The map of a class in which each student plays as one player does."""
    marks: list[Any] = []
    acts: list[Any] = []
    lines: list[Any] = []
    for n, player in enumerate(players):
        case = Case.practice(name)
        player(case)
        told = debrief(case)
        begun = bool(case.journal.lines)
        record = {"student": f"s{n}", "item": "case1", "scenario": name,
                  "finished": told.finished,
                  "verdict": "partly" if begun else "not_attempted"}  # fmt: skip
        marked = MarkedCase(told, Enacted(case, 0, 0, 0), record)
        marks.append(record)
        acts += case_acts("case1", marked)
        lines += case_lines("case1", marked)
    p = procedure(scenario(name).procedure)
    of_acts = pd.DataFrame(acts, columns=list(acts[0]) if acts else ["student", "item"])
    return decision_map(
        "case1", p, {name: scenario(name)}, pd.DataFrame(marks), of_acts, pd.DataFrame(lines)
    )


def out_of_turn(case: Case) -> None:
    case.judge("fraud")
    play(case)


def misjudged(case: Case) -> None:
    play(case, until="judge_preliminary")
    case.judge("fraud", because=["reason"])
    play(case)


def stopped(case: Case) -> None:
    play(case, until="ask_customer")


def untouched(case: Case) -> None:
    """Never begun."""


def left(found: DecisionMap) -> list[tuple[str, str, str, int]]:
    return list(found.left.itertuples(index=False, name=None))


def test_whoever_plays_the_model_way_never_leaves_it() -> None:
    found = mapped("pump_maker", play, play)
    model = [step.id for step in model_steps(Case.practice("pump_maker"))]

    assert (found.students, found.finished, found.kept) == (2, 2, 2)
    assert list(found.steps.index) == model
    assert (found.steps["worked"] == 2).all() and (found.steps["model"] == 2).all()
    assert found.moves["model"].all()
    assert (found.moves["students"] == 2).all()
    assert left(found) == []


def test_an_act_out_of_turn_is_told_where_the_student_stood() -> None:
    found = mapped("pump_maker", out_of_turn, play)

    assert left(found) == [("ask_inside", "refused", "judge_preliminary", 1)]
    assert found.steps.loc["judge_preliminary", "refused"] == 1
    assert (found.kept, found.finished) == (1, 2)


def test_a_wrong_choice_is_told_and_counts_as_the_debrief_counts_it() -> None:
    found = mapped("pump_maker", misjudged, play, play)
    choices = found.choices.set_index(["step", "choice"])

    assert left(found) == [("judge_preliminary", "choice", "fraud", 1)]
    assert choices.loc[[("judge_preliminary", "fraud")]].to_numpy().tolist() == [[1, 0]]
    right = choices.loc["judge_preliminary"].drop("fraud")
    assert right["students"].tolist() == right["right"].tolist() == [2]


def test_whoever_stops_is_told_at_the_step_of_the_last_act() -> None:
    found = mapped("pump_maker", stopped, play)

    assert left(found) == [("judge_preliminary", "stopped", "", 1)]
    assert found.stopped == {"judge_preliminary": 1}
    assert found.finished == 1


def test_only_the_first_leaving_counts_and_each_student_is_told_once() -> None:
    def both(case: Case) -> None:
        case.judge("fraud")
        stopped(case)

    found = mapped("pump_maker", both)

    assert left(found) == [("ask_inside", "refused", "judge_preliminary", 1)]
    assert found.stopped == {"judge_preliminary": 1}


def test_a_case_nobody_began_is_an_empty_map() -> None:
    found = mapped("pump_maker", untouched)

    assert (found.students, found.finished, found.kept) == (0, 0, 0)
    assert not len(found.steps) and not len(found.moves) and not len(found.left)


def test_rounds_of_talks_are_moves_there_and_back() -> None:
    found = mapped("frozen_limit", play)
    moves = set(found.moves[["before", "after"]].itertuples(index=False, name=None))

    assert ("hear_reaction", "negotiate") in moves
    assert ("negotiate", "hear_reaction") in moves
    assert found.kept == 1
