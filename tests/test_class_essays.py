"""Essays of a class: what the student gets back, and where the trainer overrules the marker."""

import csv
import os
import re
from pathlib import Path
from typing import Any

import pytest

from creditkit.analysis.class_results import class_results
from creditkit.cli import main
from creditkit.content.library import essays
from creditkit.teaching.class_marking import mark_class
from creditkit.teaching.essay import marker
from creditkit.teaching.essay.marker import say as essay_say
from creditkit.teaching.handout import say
from creditkit.teaching.marked import read_marked
from creditkit.teaching.submission import hand_in
from creditkit.text import set_language
from creditkit.widgets.assignment import (
    AnswerSheet,
    HandIn,
    assignment_questions,
    assignment_submit,
)
from creditkit.widgets.essays import EssayView, essay
from creditkit.widgets.questions import Exercises
from tests.handing_out import Class, a_class

Told = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch
ESSAY = (
    "assignment: week1\ntitle: {zh: 论述, en: essay}\nquestions: [C]\npoints: {questions: 100}\n"
)
FAX = "客户可以发传真投诉。接到投诉要做好记录，主要记客户名称、投诉时间和内容。"
ALL = (
    "assignment: week1\ntitle: {zh: 论述, en: essays}\nquestions: [R, C, D, I, S]\n"
    "points: {questions: 100}\n"
)


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")


def essays_of(marks: Path) -> list[dict[str, str]]:
    with (marks / "essays.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def essays_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A class of three that answered an essay, two of them in the same words; where it is."""
    desk = a_class(tmp_path, ESSAY)
    texts = {"001": FAX, "002": FAX + " 也可以网上提交。", "003": FAX}
    for id, text in texts.items():
        with desk.at_home(id, monkeypatch) as work:
            work.answer("q1", text)
            hand_in(work, desk.inbox)
    return tmp_path


def mark_again(folder: Path, lang: str = "en") -> int:
    words = ["mark", folder / "inbox", "--pack", folder / "out", "--out", folder / "marks"]
    return main([*map(str, words), "--lang", lang])


def ruled(folder: Path, student: str, ref: str, ruling: str, reason: str, encoding: str) -> None:
    """Enter a ruling as a trainer does, in a spreadsheet that saves as it likes."""
    rows = essays_of(folder / "marks")
    for row in rows:
        if (row["Student"], row["Ref"]) == (student, ref):
            row["Ruling"], row["Reason"] = ruling, reason
    with (folder / "marks" / "essays.csv").open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_doubtful_points_of_a_class_come_first_in_the_trainers_list(
    essays_in: Path, capsys: Told
) -> None:
    assert mark_again(essays_in) == 0
    rows = essays_of(essays_in / "marks")
    assert len(rows) == 3 * 22
    doubtful = [row["Result"] == "doubtful" for row in rows]
    assert any(doubtful) and doubtful == sorted(doubtful, reverse=True)
    for group in (True, False):
        sure = [float(r["Confidence"]) for r, d in zip(rows, doubtful, strict=True) if d == group]
        assert sure == sorted(sure)
    assert f"the {sum(doubtful)} doubtful ones (of {len(rows)}) first" in capsys.readouterr().out


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_trainers_ruling_holds_when_the_class_is_marked_again(
    essays_in: Path, capsys: Told, encoding: str
) -> None:
    mark_again(essays_in)
    before = read_marked(essays_in / "marks").tables["student"]
    ruled(essays_in, "001", "C4.4", "covered", "=谢过客户了", encoding)
    assert mark_again(essays_in) == 0
    # The same words of another student get the same ruling.
    assert "your ruling holds: 2" in capsys.readouterr().out
    found = read_marked(essays_in / "marks")
    points = {p["student"]: p for p in found.tables["point"] if p["ref"] == "C4.4"}
    assert [points[id]["ruled"] for id in ("001", "002", "003")] == [
        "=谢过客户了",
        None,
        "=谢过客户了",
    ]
    gained = [
        b["points"] - a["points"] for a, b in zip(before, found.tables["student"], strict=True)
    ]
    assert gained == pytest.approx([100 / 22, 0, 100 / 22], abs=0.01)
    page = (essays_in / "marks" / "feedback" / "001.html").read_text("utf-8")
    assert "老师改判：=谢过客户了" in page
    row = next(r for r in essays_of(essays_in / "marks") if r["Reason"])
    assert (row["Ruling"], row["Reason"]) == ("covered", "'=谢过客户了")

    first = bytes_of(essays_in / "marks")
    assert mark_again(essays_in) == 0
    assert bytes_of(essays_in / "marks") == first
    assert mark_again(essays_in, "zh") == 0
    assert mark_again(essays_in) == 0
    assert bytes_of(essays_in / "marks") == first


def test_a_ruling_waits_while_the_student_has_another_answer(
    essays_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark_again(essays_in)
    ruled(essays_in, "002", "C4.4", "in part", "hinted at", "utf-8")
    handed = essays_in / "inbox" / "week1_002.json"
    kept = handed.read_bytes()
    handed.unlink()
    mark_again(essays_in)
    last = essays_of(essays_in / "marks")[-1]
    assert (last["Student"], last["Ruling"], last["Reason"]) == ("", "in part", "hinted at")
    handed.write_bytes(kept)
    mark_again(essays_in)
    points = read_marked(essays_in / "marks").tables["point"]
    assert [p["state"] for p in points if p["ruled"]] == ["partly"]


def test_a_ruling_taken_out_of_the_list_no_longer_holds(essays_in: Path) -> None:
    mark_again(essays_in)
    first = bytes_of(essays_in / "marks")
    ruled(essays_in, "002", "C4.4", "covered", "so it is", "utf-8")
    mark_again(essays_in)
    assert bytes_of(essays_in / "marks") != first
    ruled(essays_in, "002", "C4.4", "", "", "utf-8")
    mark_again(essays_in)
    assert bytes_of(essays_in / "marks") == first


@pytest.mark.parametrize(
    ("ruling", "reason", "told"),
    [
        ("covred", "x", "'covred' is no state. There are: covered, in part, missing"),
        ("covered", " ", "needs its reason"),
        ("doubtful", "x", "no state"),
    ],
)
def test_a_ruling_that_does_not_fit_is_told_with_its_row_and_nothing_is_written(
    essays_in: Path, capsys: Told, ruling: str, reason: str, told: str
) -> None:
    mark_again(essays_in)
    ruled(essays_in, "002", "C4.4", ruling, reason, "utf-8")
    row = 2 + next(n for n, r in enumerate(essays_of_semicolons(essays_in)) if r["Ruling"])
    before = bytes_of(essays_in / "marks")
    assert mark_again(essays_in) == 1
    shown = capsys.readouterr().out
    assert f"Row {row}: " in shown and told in shown
    assert bytes_of(essays_in / "marks") == before


def essays_of_semicolons(folder: Path) -> list[dict[str, str]]:
    with (folder / "marks" / "essays.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_a_list_saved_as_a_workbook_is_not_passed_over_in_silence(
    essays_in: Path, capsys: Told
) -> None:
    mark_again(essays_in)
    book = essays_in / "marks" / "essays.xlsx"
    book.write_bytes(b"PK")
    os.utime(book, (2e9, 2e9))
    assert mark_again(essays_in) == 1
    assert "Save it as CSV" in capsys.readouterr().out
    book.unlink()
    assert mark_again(essays_in) == 0


def test_two_rulings_on_the_same_words_must_agree(essays_in: Path, capsys: Told) -> None:
    mark_again(essays_in)
    rows = essays_of(essays_in / "marks")
    for row in rows:
        if row["Ref"] == "C4.4" and row["Student"] != "002":
            row["Ruling"], row["Reason"] = {"001": "covered", "003": "missing"}[row["Student"]], "x"
    with (essays_in / "marks" / "essays.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    assert mark_again(essays_in) == 1
    assert "are the same point of the same answer" in capsys.readouterr().out


def test_the_class_report_counts_a_ruling(essays_in: Path) -> None:
    mark_again(essays_in)
    before = class_results(essays_in / "marks", pack=essays_in / "out").refs()["share"]["C4.4"]
    ruled(essays_in, "001", "C4.4", "covered", "so it is", "utf-8")
    mark_again(essays_in)
    results = class_results(essays_in / "marks", pack=essays_in / "out")
    assert results.refs()["share"]["C4.4"] == pytest.approx(before + 2 / 3)


def test_the_class_report_tells_of_points_that_wait_for_the_trainer(essays_in: Path) -> None:
    mark_again(essays_in)
    doubtful = [row for row in essays_of(essays_in / "marks") if row["Result"] == "doubtful"]
    waits = f"earn nothing yet: {len(doubtful)}, of 3 students"
    assert any(waits in str(text) for text in class_results(essays_in / "marks").warnings())
    # The same words get the same ruling, so that the third student has the first one's.
    for row in doubtful:
        if row["Student"] != "003":
            ruled(essays_in, row["Student"], row["Ref"], "missing", "not said", "utf-8")
            mark_again(essays_in)
    assert not any(
        "earn nothing" in str(text) for text in class_results(essays_in / "marks").warnings()
    )


def test_rulings_reach_every_process_that_marks(essays_in: Path) -> None:
    mark_again(essays_in)
    ruled(essays_in, "001", "C4.4", "covered", "so it is", "utf-8")
    one, two = (
        mark_class(essays_in / "inbox", essays_in / "out", out=essays_in / "marks", jobs=jobs)
        for jobs in (1, 2)
    )
    assert sum(p["ruled"] is not None for p in two.tables["point"]) == 2
    assert (one.tables, one.pages) == (two.tables, two.pages)


# What the student gets back


def points_told(page: str) -> list[tuple[str, str]]:
    """The points of the first essay on a page and what became of them, in English."""
    rows = re.findall(r"<tr class='(\w+)'><th scope='row'>.*?<td class='ref'>(\S+?)<", page)
    return [(ref, state) for state, ref in rows]


def test_feedback_on_an_essay_says_what_was_covered_doubtful_and_missing_and_where(
    essays_in: Path,
) -> None:
    page = mark_class(essays_in / "inbox", essays_in / "out").pages["002.html"]
    states = dict(points_told(page))
    assert len(states) == 22
    assert states["C1.3"] == "right" and states["C4.4"] == "missed"
    doubtful = list(states.values()).count("doubtful")
    assert page.count(">doubtful</span>") == doubtful > 0 and "the trainer decides" in page
    assert "<mark>传真<sup>C1.3</sup></mark>" in page
    for point in next(e for e in essays() if e.letter == "C").key:
        assert page.count(f">{point.en.replace(chr(39), '&#x27;')}<") == 1, "told once, not twice"


def test_nothing_a_student_wrote_in_an_essay_becomes_markup(
    tmp_path: Path, monkeypatch: Patch
) -> None:
    desk = a_class(tmp_path, ESSAY)
    with desk.at_home("001", monkeypatch) as work:
        work.answer("q1", "<script>alert(1)</script> By <b>fax</b>.")
        hand_in(work, desk.inbox)
    page = mark_class(desk.inbox, desk.folder / "out").pages["001.html"]
    assert "<script" not in page and "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_an_essay_left_out_comes_back_with_its_key_points(
    tmp_path: Path, monkeypatch: Patch
) -> None:
    desk = a_class(tmp_path, ALL)
    with desk.at_home("001", monkeypatch) as work:
        work.answer("q2", FAX)
        hand_in(work, desk.inbox)
    page = mark_class(desk.inbox, desk.folder / "out").pages["001.html"]
    for question in essays():
        for point in question.key:
            assert point.zh in page


def test_neither_a_handout_nor_feedback_of_marks_alone_holds_a_point_of_an_essay(
    tmp_path: Path, monkeypatch: Patch
) -> None:
    desk = a_class(tmp_path, ALL)
    with desk.at_home("001", monkeypatch) as work:
        for n in range(1, 6):
            work.answer(f"q{n}", FAX)
        hand_in(work, desk.inbox)
    pages = mark_class(desk.inbox, desk.folder / "out", kind="marks").pages
    given = [p.read_text("utf-8") for p in desk.handout("001").iterdir()]
    told = [*pages.values(), *given]
    assert len(told) == 3
    full = mark_class(desk.inbox, desk.folder / "out").pages["001.html"]
    points = [p for question in essays() for p in question.key]
    for words in [words for p in points for words in (p.zh, p.en) if len(words) > 4]:
        assert not any(words in text for text in told), words
        assert words.replace("'", "&#x27;") in full


# Writing one


@pytest.fixture
def desk(tmp_path: Path) -> Class:
    return a_class(tmp_path, ALL)


def sheet(desk: Class) -> AnswerSheet:
    view = assignment_questions(desk.handout("001"))
    assert isinstance(view, AnswerSheet)
    return view


def test_an_essay_in_an_assessment_is_kept_while_it_is_typed(desk: Class) -> None:
    sheet(desk).form.children[0].value = "客户可以发传"
    view = sheet(desk)
    assert view.form.answer == "客户可以发传"
    assert "not saved yet" in view._result.value
    view._choice.value = "q2"
    assert view.form.answer == "" and "not saved" not in view._result.value
    view._choice.value = "q1"
    assert view.form.answer == "客户可以发传"
    view._submit.click()
    assert "not saved" not in view._result.value
    assert view.work.answered()["q1"]["answer"] == "客户可以发传"
    assert view.work.unsaved == []


def test_whoever_hands_in_is_told_of_drafts_that_are_not_saved(desk: Class, capsys: Told) -> None:
    view = sheet(desk)
    view.form.children[0].value = "一"
    view._submit.click()
    view._choice.value = "q2"
    view.form.children[0].value = "二"
    left = str(say("drafts_left", count=1))
    button = assignment_submit(desk.handout("001"))
    assert isinstance(button, HandIn)
    button._submit.click()
    assert left in button._result.value
    assert main(["submit", str(desk.handout("001")), "--lang", "en"]) == 0
    assert left in capsys.readouterr().out
    view._submit.click()
    button._submit.click()
    assert left not in button._result.value


def test_an_essay_of_a_practice_build_is_answered_as_in_its_own_form(tmp_path: Path) -> None:
    desk = a_class(tmp_path, ESSAY, "practice")
    view = assignment_questions(desk.handout("001"))
    assert isinstance(view, Exercises)
    view.form.children[0].value = FAX
    again = assignment_questions(desk.handout("001"))
    assert isinstance(again, Exercises) and again.form.answer == FAX
    view._submit.click()
    shown, key = view._result.value, next(e for e in essays() if e.letter == "C").key
    assert str(essay_say("areas_areas")) in shown and "<mark title='C1.3'>传真" in shown
    assert not any(p.en in shown for p in key if p.id in {"C4.4", "C5.2"})
    view._show.click()
    assert all(p.en.replace("'", "&#x27;") in view._result.value for p in key)


def test_a_text_is_marked_once(monkeypatch: Patch) -> None:
    texts: list[str] = []
    mark = marker.Marker.mark

    def counted(self: Any, text: str) -> Any:
        texts.append(text)
        return mark(self, text)

    monkeypatch.setattr(marker.Marker, "mark", counted)
    view = essay("C", student="once")
    assert isinstance(view, EssayView)
    view._field.value = FAX
    view._submit.click()
    assert texts == [FAX]
