"""What a class's marks tell: figures that follow from the marks, and say how far they carry."""

import random
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from creditkit import class_results, set_language, simulated_class
from creditkit.analysis.class_results import FEWEST, ClassResults, ResultsError
from creditkit.analysis.class_tables import TABLES, word_table
from creditkit.analysis.mastery import credits
from creditkit.content.library import question_sets
from creditkit.teaching.exercise import exercise
from creditkit.teaching.marked import Marked, Record
from creditkit.teaching.simulated_class import HARDER_IN_ENGLISH, NEVER_TAKEN

QUESTIONS = {q.id: q for of in question_sets() for q in of.items}


@pytest.fixture(scope="module")
def simulated() -> Marked:
    return simulated_class(students=200, seed=1)


@pytest.fixture(scope="module")
def results(simulated: Marked) -> ClassResults:
    return class_results(simulated)


def item(id: str, **more: Any) -> Record:
    title = {"zh": id, "en": id}
    return {"item": id, "kind": "question", "type": "single", "title": title, "refs": ["R1"],
            "level": 1, "out_of": 2.0, **more}  # fmt: skip


def mark(student: str, id: str, share: float | None, **more: Any) -> Record:
    """A mark; a share of None is not attempted."""
    got = share or 0.0
    verdict = (
        "not_attempted" if share is None else "right" if got == 1 else "partly" if got else "wrong"
    )
    return {"student": student, "item": id, "kind": "question", "refs": ["R1"], "share": got,
            "points": 2 * got, "out_of": 2.0, "verdict": verdict, "seed": 1, "language": "en",
            "seconds": 30.0, "attempts": 1, "attempt": 1, "confidence": None, "answer": None,
            "shown": [], **more}  # fmt: skip


def marked(marks: list[Record], items: list[str] | None = None) -> Marked:
    """A class of which nothing is known but marks."""
    ids = items or list(dict.fromkeys(m["item"] for m in marks))
    students = list(dict.fromkeys(m["student"] for m in marks))
    about = {"format": 1, "assignment": "a", "title": {"zh": "甲", "en": "A"},
             "build": "practice", "deadline": None}  # fmt: skip
    who = [{"student": s, "name": s, "points": 0.0, "out_of": 4.0, "file": s, "late": False,
            "written": "2026-03-02T01:00:00+00:00", "flags": []} for s in students]  # fmt: skip
    return Marked({"assignment": [about], "item": [item(id) for id in ids], "student": who,
                   "mark": marks, "line": [], "act": [], "file": []})  # fmt: skip


# The marks


def test_a_mark_is_the_points_that_marking_gave(results: ClassResults, simulated: Marked) -> None:
    given = {
        s["student"]: s["points"] / s["out_of"] for s in simulated.tables["student"] if s["file"]
    }

    assert results.scores.to_dict() == pytest.approx(given, abs=1e-4)
    told = results.summary()
    assert told["students"] == len(given)
    assert told["students"] + told["absent"] == 200
    assert told["mean"] == pytest.approx(np.mean(list(given.values())), abs=1e-4)


def test_not_attempted_counts_as_nothing_or_not_at_all_as_one_chooses() -> None:
    marks = marked([mark("a", "q1", 1.0), mark("a", "q2", None), mark("b", "q1", 0.5),
                    mark("b", "q2", 0.5)])  # fmt: skip
    zero = class_results(marks)
    left_out = zero.but("left_out")

    assert zero.scores.tolist() == [0.5, 0.5]
    assert left_out.scores.tolist() == [1.0, 0.5]
    assert zero.items()["difficulty"].tolist() == [0.75, 0.25]
    assert left_out.items()["difficulty"].tolist() == [0.75, 0.5]
    assert left_out.items()["students"].tolist() == [2, 1]
    assert zero.items()["attempted"].tolist() == left_out.items()["attempted"].tolist() == [2, 1]
    assert left_out.reliability().students == 1
    assert any("left out" in str(text) for text in left_out.warnings())
    with pytest.raises(ResultsError):
        zero.but("ignored")  # type: ignore[arg-type]


def test_an_answer_that_cannot_be_marked_was_attempted_and_is_worth_nothing() -> None:
    marks = marked([mark("a", "q1", 0.0, verdict="invalid"), mark("b", "q1", 1.0)])

    assert class_results(marks, missing="left_out").items().loc["q1", "difficulty"] == 0.5


def test_nothing_handed_in_is_said_and_nothing_breaks() -> None:
    empty = class_results(marked([], ["q1", "q2"]))

    assert [str(text) for text in empty.warnings()] == [
        "Nothing handed in yet that could be counted."
    ]
    assert np.isnan(empty.summary()["mean"])
    assert empty.items()["difficulty"].isna().all()
    for which in set(TABLES) - {"left"}:
        word_table(empty, which)
    with pytest.raises(ResultsError):
        empty.required()


def test_the_order_of_the_file_changes_no_figure(simulated: Marked, results: ClassResults) -> None:
    marks = list(simulated.tables["mark"])
    random.Random(1).shuffle(marks)
    other = class_results(Marked({**simulated.tables, "mark": marks}))

    pd.testing.assert_frame_equal(other.items(), results.items())
    pd.testing.assert_frame_equal(other.refs(), results.refs())
    assert other.reliability().alpha == pytest.approx(results.reliability().alpha)


# Small classes


@pytest.mark.parametrize("students", [1, 2, 5, 12])
def test_a_small_class_gets_its_figures_and_is_warned(students: int) -> None:
    found = class_results(simulated_class(students=students, seed=3))

    told = "\n".join(map(str, found.warnings()))
    assert "reliability" in told and "discrimination" in told
    for which in TABLES:
        for row in word_table(found, which).rows:
            assert not re.search(r"\bnan\b", " ".join(str(cell) for cell in row.values()))


def test_a_class_large_enough_is_not_warned(results: ClassResults) -> None:
    assert results.warnings() == []
    assert len(results.students) >= max(FEWEST["discrimination"], FEWEST["reliability"])


def test_warnings_are_in_both_languages_with_numbers() -> None:
    found = class_results(simulated_class(students=6, seed=3))

    for text in found.warnings():
        assert text.zh != text.en
        assert any(c.isdigit() for c in text.zh) and any(c.isdigit() for c in text.en)


# What was put into the simulated class is found


def test_the_question_made_harder_in_english_is_the_one_that_differs(results: ClassResults) -> None:
    found = results.fairness()

    assert found.loc[HARDER_IN_ENGLISH, "size"] == "large"
    assert found["difference"][HARDER_IN_ENGLISH] < -0.1
    assert not found["size"].drop(HARDER_IN_ENGLISH).isin(["large", "moderate"]).any()


def test_the_option_that_fools_nobody_is_pointed_out(results: ClassResults) -> None:
    found = results.options()
    looked = found[found["look"] != ""]

    assert list(zip(looked["item"], looked["option"], looked["look"], strict=True)) == [
        (*NEVER_TAKEN, "nobody")
    ]


def test_students_surer_than_right_are_found_out(results: ClassResults) -> None:
    told = results.overconfidence()

    assert told["low"] > 0
    answers = results.confident
    brier = np.mean((answers["confidence"] - answers["right"].astype(float)) ** 2)
    assert told["brier"] == pytest.approx(brier)
    assert results.calibration()["answers"].sum() == len(answers)


# Options


def taken(marks: list[Record]) -> pd.DataFrame:
    found = class_results(marked(marks)).options()
    return found.set_index("option")


def test_everybody_and_nobody_are_said_from_20_answers_on() -> None:
    def answers(count: int) -> list[Record]:
        return [
            mark(f"s{n}", "refusal_first_contact", 1.0, answer="supervisor") for n in range(count)
        ]

    few, enough = taken(answers(19)), taken(answers(20))

    assert (few["look"] == "").all()
    assert enough.loc["supervisor", "look"] == "everybody"
    assert (enough["look"].drop("supervisor") == "nobody").all()
    assert [enough[name]["supervisor"] for name in ("shown", "taken", "share")] == [20, 20, 1.0]


def test_an_option_that_draws_the_strong_to_the_wrong_answer_is_pointed_out() -> None:
    marks = []
    for n in range(40):
        strong = n % 2 == 0
        took = "customer" if strong else "supervisor"
        marks.append(mark(f"s{n:02}", "refusal_first_contact", float(not strong), answer=took))
        marks.append(mark(f"s{n:02}", "q2", 1.0 if strong else (n % 4) / 8))
    found = taken(marks)

    assert found.loc["customer", "look"] == "tempting"
    assert found.loc["supervisor", "look"] == "shunned"


def test_an_option_counts_only_for_those_it_was_shown_to(results: ClassResults) -> None:
    found = results.options()
    shown = {
        (m["student"], option)
        for m in results.marked.tables["mark"]
        if m["item"] == "collection_documents" and m["verdict"] not in {"not_attempted", "invalid"}
        for option in m["shown"]
    }
    for _, row in found[found["item"] == "collection_documents"].iterrows():
        assert row["shown"] == sum(option == row["option"] for _, option in shown)


# Facts


@pytest.mark.parametrize("id", sorted(QUESTIONS))
def test_a_right_answer_shows_every_fact_of_its_question_and_a_blank_one_none(id: str) -> None:
    question = QUESTIONS[id]
    x = exercise(question, 1)

    assert set(credits(question, 1, x.key).values()) == {1.0}
    assert set(credits(question, 1, None).values()) == {0.0}


def test_a_fact_is_known_by_the_part_of_the_answer_it_hangs_on() -> None:
    routes = QUESTIONS["refusal_routes"]
    x = exercise(routes, 1)
    found = credits(routes, 1, x.key | {"fraud": "B"})

    assert (found["R5.6"], found["R5.7"], found["R6.C"]) == (1.0, 0.0, 0.5)


def test_mastered_and_not_are_said_only_where_the_interval_bears_it_out(
    results: ClassResults,
) -> None:
    found = results.refs()

    assert (found.loc[found["status"] == "mastered", "low"] >= 0.7).all()
    assert (found.loc[found["status"] == "not_mastered", "high"] < 0.7).all()
    assert set(found["status"]) == {"mastered", "not_mastered", "open"}
    few = class_results(simulated_class(students=5, seed=1)).refs()
    assert (few["status"] == "open").mean() > (found["status"] == "open").mean()


# Time


def test_time_is_not_told_of_what_was_done_first() -> None:
    marks = marked([mark("a", "q1", 1.0, seconds=0.0), mark("a", "q2", 1.0, seconds=120.0)])
    found = class_results(marks).time()

    assert np.isnan(found["median"]["q1"])
    assert (found["students"]["q2"], found["median"]["q2"]) == (1, 2.0)


# Reading


def test_marks_are_read_from_the_folder_that_marking_wrote(tmp_path: Path) -> None:
    made = simulated_class(students=8, seed=2, folder=tmp_path)
    plain = class_results(tmp_path / "marks")
    packed = class_results(tmp_path / "marks", pack=tmp_path / "release")

    assert plain.scores.to_dict() == class_results(made).scores.to_dict()
    pd.testing.assert_frame_equal(plain.options(), packed.options())
    for case in plain.cases:
        pd.testing.assert_frame_equal(plain.decisions(case).moves, packed.decisions(case).moves)


def test_the_simulated_class_is_the_same_each_time_and_another_by_another_seed() -> None:
    assert simulated_class(8, 5).tables == simulated_class(8, 5).tables
    assert simulated_class(8, 5).tables["mark"] != simulated_class(8, 6).tables["mark"]


@pytest.mark.parametrize("which", sorted(TABLES))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_table_is_in_words_of_the_language(
    results: ClassResults, which: str, lang: str
) -> None:
    set_language(lang)
    found = word_table(results, which)

    assert found.rows
    heads = " ".join(str(head) for head in found.columns.values())
    assert any("\u4e00" <= c <= "\u9fff" for c in heads) == (lang == "zh")
    assert all(set(row) == set(found.columns) for row in found.rows)


def test_a_table_or_case_that_is_not_there_is_named_with_those_that_are(
    results: ClassResults,
) -> None:
    with pytest.raises(ResultsError, match="fairness"):
        word_table(results, "fairnes")
    with pytest.raises(ResultsError, match="case1, case2"):
        results.decisions("case3")
