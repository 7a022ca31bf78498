"""From the assignment's file to the class's marks by the command line, and on the widgets."""

import json
from pathlib import Path
from typing import Any

import pytest

from creditkit.cli import main
from creditkit.content.check import PACKAGE
from creditkit.teaching.handout import Work, say
from creditkit.teaching.marked import MarkedError, read_marked
from creditkit.teaching.submission import SubmissionError, cleaned, make_submission
from creditkit.text import set_language
from creditkit.widgets.assignment import (
    AnswerSheet,
    HandIn,
    assignment_case,
    assignment_questions,
    assignment_submit,
)
from creditkit.widgets.questions import Exercises
from tests.handing_out import ASSIGNMENT, a_class, answer_all, handed_in, work_cases

Told = pytest.CaptureFixture[str]


def run(*words: object) -> int:
    return main([*map(str, words), "--lang", "en"])


# The command line


@pytest.mark.parametrize("build", ["practice", "assessment"])
def test_a_class_goes_from_the_file_to_the_marks(tmp_path: Path, capsys: Told, build: str) -> None:
    path, roster = tmp_path / "week1.yaml", tmp_path / "class.csv"
    path.write_text(ASSIGNMENT, "utf-8")
    roster.write_bytes("学号,姓名\n1,江远\n2,=cmd\n".encode("gb18030"))
    out, inbox = tmp_path / "out", tmp_path / "inbox"
    assert run("release", path, "--out", out, "--roster", roster, "--build", build) == 0
    told = capsys.readouterr().out
    assert "2, in" in told and "keep it to yourself" in told
    assert ("anyone can read the answers" in told) == (build == "assessment")

    assert run("submit", out / "students" / "1") == 1
    assert "nothing to hand in" in capsys.readouterr().out
    work = Work.on(out / "students" / "1")
    if build == "practice":
        x = work.attempts.exercise(work.handout.questions[0])
        work.attempts.answer(x, x.key)
    else:
        work.answer("q1", "a1")
    assert run("submit", out / "students" / "1") == 0
    assert "Receipt" in capsys.readouterr().out

    inbox.mkdir()
    (out / "students" / "1" / "week1_1.json").rename(inbox / "anything.json")
    (inbox / "notes.txt").write_text("hello")
    assert run("mark", inbox, "--pack", out, "--out", tmp_path / "marks") == 0
    told = capsys.readouterr().out
    assert "Marked 1 of 2" in told and "Files refused: 1" in told
    assert ("give it out when everybody" in told) == (build == "assessment")
    students = read_marked(tmp_path / "marks").tables["student"]
    assert [s["file"] for s in students] == ["anything.json", None]
    assert "'=cmd" in (tmp_path / "marks" / "marks.csv").read_text("utf-8-sig")


def test_a_release_of_another_build_into_the_folder_wants_replace(
    tmp_path: Path, capsys: Told
) -> None:
    a_class(tmp_path, roster=())
    again = ("release", tmp_path / "week1.yaml", "--out", tmp_path / "out", "--build", "practice")
    assert run(*again) == 1
    assert "add --replace" in capsys.readouterr().out
    assert run(*again, "--replace") == 0


@pytest.mark.parametrize("build", ["practice", "assessment"])
def test_the_receipt_tells_what_is_not_answered_begun_or_closed(
    tmp_path: Path, capsys: Told, build: Any
) -> None:
    desk = a_class(tmp_path, build=build)
    work = Work.on(desk.handout("001"))
    answer_all(desk, work, "001")
    case = work.case(2)
    case.note("begun")
    case.close_journal()
    assert run("submit", desk.handout("001")) == 0
    told = capsys.readouterr().out
    assert "Questions not answered" not in told
    assert "Cases not begun: 1." in told and "Cases not closed: 2;" in told
    assert "hand in again until the deadline" in told

    other = Work.on(desk.handout("002"))
    if build == "practice":
        x = other.attempts.exercise(other.handout.questions[1])
        other.attempts.answer(x, x.key)
    else:
        other.answer("q2", ["a1"])
    assert run("submit", desk.handout("002")) == 0
    told = capsys.readouterr().out
    assert "Questions not answered: 1, 3." in told and "Cases not begun: 1, 2." in told


def test_the_receipt_of_work_all_done_has_no_remark(tmp_path: Path, capsys: Told) -> None:
    desk = a_class(tmp_path)
    work = Work.on(desk.handout("001"))
    answer_all(desk, work, "001")
    work_cases(desk, work, "001")
    assert run("submit", desk.handout("001")) == 0
    assert len(capsys.readouterr().out.strip().splitlines()) == 1


def test_who_hands_in_is_asked_where_the_handout_does_not_say(tmp_path: Path, capsys: Told) -> None:
    desk = a_class(tmp_path, roster=())
    Work.on(desk.handout()).answer("q1", "a1")
    assert run("submit", desk.handout()) == 1
    assert "who you are" in capsys.readouterr().out
    assert run("submit", desk.handout(), "--student", "../x", "--name", "X") == 0
    (file,) = desk.handout().glob("week1_*.json")
    assert json.loads(file.read_text("utf-8"))["student"] == {"id": "../x", "name": "X"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["mark", "{}"], "--pack"),
        (["mark", "{}/gone"], "No such file or folder"),
        (["mark", "{}", "--pack", "{}/gone", "--out", "{}/o"], "There is no pack"),
        (["submit", "{}"], "There is no handout"),
        (["release", "{}/gone.yaml", "--out", "{}/o"], "no file or folder"),
        (["release", "{}/week1.yaml", "--out", "{}/o", "--roster", "{}/r.csv"], "r.csv"),
    ],
)
def test_what_is_missing_is_told_without_a_traceback(
    tmp_path: Path, capsys: Told, words: list[str], told: str
) -> None:
    (tmp_path / "week1.yaml").write_text(ASSIGNMENT, "utf-8")
    assert run(*(word.format(tmp_path) for word in words)) == 1
    assert told in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["release", "{}/own", "--out", "{}/o"], "own is a folder; give the path"),
        (["release", "{}/own/mine.yaml", "--out", "{}/o"], "mine.yaml:1: C002 This is a file of"),
        (["release", "{}/own/mine.yaml", "--out", "{}/o"], "'scenario'; one of kind 'assignment'"),
        (["release", "{}/gone.yaml", "--out", "{}/o"], "C801 There is no file or folder"),
        (["release", "{}/own/week1.yaml", "--out", "{}/o"], "week1.yaml:5: C801 There is no file"),
        (["export", "{}/own/mine.yaml", "--out", "{}/o"], "one of kind 'questions'"),
        (["preview", "nosuch"], "C201 There is nothing named 'nosuch'. For your own"),
        (["preview", "{}/gone.yaml"], "C001 There is no file or folder"),
    ],
)
def test_what_is_of_another_kind_or_not_there_is_told_once_and_with_no_invented_place(
    tmp_path: Path, capsys: Told, words: list[str], told: str
) -> None:
    (tmp_path / "own").mkdir()
    case = (PACKAGE / "scenarios/refusal/squid_plant.yaml").read_text("utf-8")
    (tmp_path / "own/mine.yaml").write_text(case.replace("refusal", "no_such"), "utf-8")
    yaml = ASSIGNMENT.replace("pump_maker", "gone.yaml")
    (tmp_path / "own/week1.yaml").write_text(yaml, "utf-8")
    assert run(*(word.format(tmp_path) for word in words)) == 1
    found = capsys.readouterr().out
    assert told in found
    assert found.count("gone") <= 1 and "scenarios:1" not in found


def test_a_report_on_own_content_without_its_pack_says_to_give_it(
    tmp_path: Path, capsys: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = (PACKAGE / "scenarios/refusal/squid_plant.yaml").read_text("utf-8")
    own = case.replace("scenario: squid_plant", "scenario: my_case")
    (tmp_path / "my_case.yaml").write_text(own, "utf-8")
    desk = a_class(tmp_path, ASSIGNMENT.replace("pump_maker", "my_case.yaml"))
    handed_in(desk, "001", monkeypatch)
    out, marks = tmp_path / "out", tmp_path / "marks"
    assert run("mark", desk.inbox, "--pack", out, "--out", marks, "--jobs", "1") == 0
    page = tmp_path / "class.html"
    assert run("report", "--class", marks, "--out", page) == 1
    assert "my_case. Give the folder of the release: --pack" in capsys.readouterr().out
    assert run("report", "--class", marks, "--pack", out, "--out", page) == 0


@pytest.mark.parametrize("content", ["", "{}", "null\n", '{"table": "mark"}\n', "\xff"])
def test_what_holds_no_marks_is_told_in_words(tmp_path: Path, content: str) -> None:
    (tmp_path / "marked.jsonl").write_text(content, "latin-1")
    with pytest.raises(MarkedError, match="marks"):
        read_marked(tmp_path)
    with pytest.raises(MarkedError):
        read_marked(tmp_path / "gone")


# The submission


def test_a_submission_can_be_read_by_people_and_holds_no_code(tmp_path: Path) -> None:
    desk = a_class(tmp_path)
    work = Work.on(desk.handout("001"))
    answer_all(desk, work, "001")
    case = work.case(1)
    case.note("客户说：“太细了”\ud800\0")
    case.close_journal()
    body = make_submission(work)
    assert body["student"] == {"id": "001", "name": "江远"}
    assert set(body["versions"]) == {"creditkit", "python"}
    assert body["cases"]["case1"][0]["text"] == "客户说：“太细了”?"
    assert cleaned(body) == body


def test_work_is_found_again_after_the_kernel_is_gone(tmp_path: Path) -> None:
    desk = a_class(tmp_path)
    Work.on(desk.handout("001")).answer("q1", "a2")
    assert Work.on(desk.handout("001")).answered()["q1"]["answer"] == "a2"
    assert Work.on(desk.handout("002")).answered() == {}


def test_a_text_too_long_to_hand_in_is_told(tmp_path: Path) -> None:
    desk = a_class(tmp_path)
    work = Work.on(desk.handout("001"))
    work.answer("q1", "x" * 300_000)
    with pytest.raises(SubmissionError, match="200000"):
        make_submission(work)


# The widgets, without a browser


def press(button: Any) -> None:
    button._click_handlers(button)


@pytest.fixture
def exam(tmp_path: Path) -> Path:
    return a_class(tmp_path, ASSIGNMENT + "confidence: true\n").handout("001")


def test_an_answer_is_saved_with_how_sure_the_student_is(exam: Path) -> None:
    view = assignment_questions(exam)
    assert isinstance(view, AnswerSheet)
    view.form.children[1].value = "a2"
    press(view._submit)
    assert str(say("say_how_sure")) in view._result.value
    assert view.work.answered() == {}
    view._sure.value = "0.75"
    press(view._submit)
    assert view.work.answered()["q1"] | {"t": ""} == {
        "n": 1, "act": "answer", "t": "", "lang": "en", "question": "q1", "answer": "a2",
        "confidence": 0.75,
    }  # fmt: skip
    again = assignment_questions(exam)
    assert again.form.answer == "a2" and again._sure.value == "0.75"


def test_a_sheet_keeps_what_is_filled_in_when_the_language_changes(exam: Path) -> None:
    view = assignment_questions(exam)
    view.form.children[1].value = "a3"
    view._sure.value = "0.5"
    set_language("zh")
    assert view.form.answer == "a3" and view._sure.value == "0.5"
    assert "保存答案" in view._submit.description
    assert view._choice.label.startswith("1  ·")


def test_hints_are_shown_where_they_are_allowed_and_only_there(tmp_path: Path) -> None:
    for n, hints in enumerate(("true", "false")):
        (tmp_path / str(n)).mkdir()
        for build in ("practice", "assessment"):
            (tmp_path / str(n) / build).mkdir()
            yaml = ASSIGNMENT + f"hints: {hints}\n"
            desk = a_class(tmp_path / str(n) / build, yaml, build)
            view = assignment_questions(desk.handout("001"))
            assert isinstance(view, Exercises if build == "practice" else AnswerSheet)
            assert (view._hint.layout.display == "none") == (hints == "false")


def test_the_button_tells_how_far_one_is_and_writes_beside_the_notebook(exam: Path) -> None:
    view = assignment_submit(exam / "handout.json")
    assert isinstance(view, HandIn)
    assert "0 of 3" in view._head.value
    press(view._submit)
    assert "nothing to hand in" in view._result.value
    Work.on(exam).answer("q1", "a1")
    press(view._submit)
    assert (exam / "week1_001.json").exists()
    assert "Receipt" in view._result.value and "1 of 3" in view._head.value
    assert "Questions not answered: 2, 3." in view._result.value


def test_what_is_not_there_is_told_in_its_place(exam: Path) -> None:
    first = assignment_case(1, exam)
    assert "assignment_case(1)" in repr(first)
    for view in (assignment_case(9, exam), assignment_case(1, exam / "gone")):
        assert "ck-refused" in view.value
