"""Marking a class: the right marks to the right student, whatever lies in the folder."""

import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from creditkit.casework.enact import enact
from creditkit.teaching.class_marking import ClassMarks, Graded, graded, mark_class
from creditkit.teaching.exercise import exercise
from creditkit.teaching.handout import Who
from creditkit.teaching.incoming import Found, examined
from creditkit.teaching.marked import read_marked
from creditkit.teaching.marks_out import write_marks
from creditkit.teaching.roster import Student
from creditkit.teaching.submission import LARGEST, SubmissionError, hand_in, parse, seal
from creditkit.teaching.workers import Workers
from tests import answering
from tests.handing_out import (
    ASSIGNMENT,
    CLASS,
    Class,
    a_class,
    altered,
    answer_all,
    handed_in,
    work_case,
    work_cases,
)
from tests.test_release import key_texts

Patch = pytest.MonkeyPatch
DRAWN = ", {variant: complaint, level: 2}"


def marks(desk: Class, **options: Any) -> ClassMarks:
    return mark_class(desk.inbox, desk.folder / "out", **options)


def student(found: ClassMarks, id: str) -> dict[str, Any]:
    return next(s for s in found.tables["student"] if s["student"] == id)


def file(found: ClassMarks, name: str) -> dict[str, Any]:
    return next(f for f in found.tables["file"] if f["file"] == name)


def token(desk: Class, id: str = "") -> str:
    return desk.issued(id).token


# What work is worth


@pytest.mark.parametrize("build", ["practice", "assessment"])
@pytest.mark.parametrize("seed", ["one", "student"])
def test_all_right_is_worth_all_and_all_wrong_nothing(
    tmp_path: Path, monkeypatch: Patch, build: Any, seed: str
) -> None:
    desk = a_class(tmp_path, ASSIGNMENT + f"seed: {seed}\n", build)
    handed_in(desk, "001", monkeypatch)
    handed_in(desk, "002", monkeypatch, "wrong", cases=False)
    found = marks(desk)
    assert student(found, "001")["points"] == 100
    assert student(found, "002")["points"] == 0
    assert student(found, "003") | {"name": ""} == {
        "student": "003", "name": "", "points": None, "out_of": 100, "file": None,
        "language": None, "written": None, "late": False, "flags": [], "seconds": None,
    }  # fmt: skip
    verdicts = {m["item"]: m["verdict"] for m in found.tables["mark"] if m["student"] == "002"}
    assert set(verdicts.values()) == {"wrong", "not_attempted"}


def test_partly_right_answers_earn_their_share(tmp_path: Path, monkeypatch: Patch) -> None:
    desk = a_class(tmp_path)
    handed_in(desk, "001", monkeypatch, "partly", cases=False)
    found = [m for m in marks(desk).tables["mark"] if m["kind"] == "question"]
    assert [m["share"] for m in found] == [0.3, 0.666667, 0.8]
    assert [m["points"] for m in found] == pytest.approx([3, 6.66667, 8], abs=1e-4)


def test_every_question_there_is_is_marked_alike_on_paper_and_in_class(
    tmp_path: Path, monkeypatch: Patch
) -> None:
    yaml = (
        "assignment: week1\ntitle: {zh: 全, en: all}\n"
        "questions: [refusal, complaint, collection, content, sources]\n"
        "points: {questions: 100}\nseed: student\n"
    )
    desk = a_class(tmp_path, yaml)
    for id, how in (("001", "right"), ("002", "wrong"), ("003", "partly")):
        handed_in(desk, id, monkeypatch, how)
    found = marks(desk)
    assert student(found, "001")["points"] == 100
    assert student(found, "002")["points"] == 0
    by_item = {m["item"]: m for m in found.tables["mark"] if m["student"] == "003"}
    for q in desk.pack.questions:
        x = exercise(q, desk.issued("003").seed)
        assert 0 < by_item[q.id]["share"] < 1, q.id
        assert by_item[q.id]["answer"] == json.loads(json.dumps(answering.partly(x)))


def test_of_a_practice_build_the_best_of_the_first_attempts_counts(
    tmp_path: Path, monkeypatch: Patch
) -> None:
    desk = a_class(tmp_path, ASSIGNMENT + "attempts: 2\n", "practice")
    one, two, three = desk.pack.questions
    with desk.at_home("001", monkeypatch) as work:
        book = work.attempts
        for q, acts in ((one, "prw"), (two, "wpr"), (three, "wsr")):
            for act in acts:
                x = book.exercise(q)
                if act == "s":
                    book.show(x)
                else:
                    how = {"r": x.key, "w": answering.wrong(x), "p": answering.partly(x)}
                    book.answer(x, how[act])
        hand_in(work, desk.inbox)
    found = {m["item"]: m for m in marks(desk).tables["mark"]}
    assert [found[q.id]["share"] for q in (one, two)] == pytest.approx([1, 0.666667])
    assert found[three.id]["share"] == 0, "what was answered after the key was shown"
    assert [found[q.id]["attempt"] for q in (one, two, three)] == [2, 2, 1]


def test_of_another_variant_than_the_one_handed_out_nothing_counts(
    tmp_path: Path, monkeypatch: Patch
) -> None:
    desk = a_class(tmp_path, build="practice")
    with desk.at_home("001", monkeypatch) as work:
        x = work.attempts.exercise(desk.pack.questions[0])
        other = work.attempts.another(x)
        work.attempts.answer(other, other.key)
        hand_in(work, desk.inbox)
    assert student(marks(desk), "001")["points"] == 0


def test_of_an_assessment_the_last_answer_counts(tmp_path: Path, monkeypatch: Patch) -> None:
    desk = a_class(tmp_path, ASSIGNMENT + "confidence: true\n")
    with desk.at_home("001", monkeypatch) as work:
        answer_all(desk, work, "001", "right")
        work.answer("q1", "a1", 0.75)
        hand_in(work, desk.inbox)
    first = next(m for m in marks(desk).tables["mark"] if m["item"] == "refusal_first_contact")
    assert first["attempts"] == first["attempt"] == 2
    assert first["confidence"] == 0.75
    assert first["answer"] == first["shown"][0]


def test_a_case_counts_up_to_its_first_closing(tmp_path: Path, monkeypatch: Patch) -> None:
    desk = a_class(tmp_path, build="practice")
    full = desk.pack.scenarios["pump_maker"]
    with desk.at_home("001", monkeypatch) as work:
        case = work.case(1)
        case.ask("attitude")
        case.record()
        case.judge("fraud")
        judged = case.state.choices["judge_preliminary"]["n"]
        work_case(case, full, desk.pack.procedures["refusal"])
        case.back(judged)
        work_case(case, full, desk.pack.procedures["refusal"])
        case.close_journal()
        hand_in(work, desk.inbox)
    found = marks(desk)
    case1 = next(m for m in found.tables["mark"] if m["item"] == "case1")
    assert case1["finished"] and 0.5 < case1["share"] < 0.95 and case1["attempts"] == 0
    acts = [a for a in found.tables["act"] if a["item"] == "case1"]
    assert acts[-1]["act"] == "close" and acts[2]["choice"] == "fraud"


def test_an_unfinished_case_earns_for_what_was_done(tmp_path: Path, monkeypatch: Patch) -> None:
    desk = a_class(tmp_path)
    with desk.at_home("001", monkeypatch) as work:
        case = work.case(1)
        work_case_until(desk, case)
        case.close_journal()
        hand_in(work, desk.inbox)
    case1 = next(m for m in marks(desk).tables["mark"] if m["item"] == "case1")
    assert not case1["finished"] and 0.3 < case1["share"] < 0.7


def work_case_until(desk: Class, case: Any) -> None:
    full = desk.pack.scenarios["pump_maker"]
    work_case(case, full, desk.pack.played["refusal"], until="ask_customer")


def test_a_case_worked_again_from_its_acts_is_the_same_case(
    tmp_path: Path, monkeypatch: Patch
) -> None:
    desk = a_class(tmp_path)
    with desk.at_home("001", monkeypatch) as work:
        case = work.case(1)
        assert not case.judge("fraud").accepted
        case.ask("attitude", "reason")
        case.note("客气")
        case.record()
        case.judge("fraud", because=["reason"], text="怕")
        case.back(case.state.choices["judge_preliminary"]["n"])
        work_case(case, desk.pack.scenarios["pump_maker"], desk.pack.played["refusal"])
        again = enact(
            case.journal.lines, desk.pack.scenarios["pump_maker"], desk.pack.played["refusal"]
        )
        assert again.case.journal.lines == case.journal.lines
        assert (again.foreign, again.after, again.back) == (0, 0, 1)


def test_acts_written_by_hand_earn_nothing_the_rules_do_not_allow(
    tmp_path: Path, monkeypatch: Patch
) -> None:
    desk = a_class(tmp_path)
    path = handed_in(desk, "001", monkeypatch, cases=False)
    t = "2026-01-01T00:00:00+00:00"
    forged = [
        {"n": 1, "t": t, "act": "judge", "step": "judge_further", "choice": "fears_leak"},
        {"n": 2, "t": t, "act": "report", "step": "report_manager", "items": ["inside_record"]},
        {"n": 3, "t": t, "act": "judge", "step": "no_such_step", "choice": "fears_leak"},
        {"n": 4, "t": t, "act": "ask", "step": "ask_inside", "items": ["nothing"]},
        {"n": 5, "t": t, "act": "close"},
        {"n": 6, "t": t, "act": "judge", "step": "ask_inside", "refused": "made_up"},
        {"n": 7, "t": t, "act": "back", "to": 99},
        {"n": 8, "t": t, "act": "fill", "step": "ask_inside", "answers": {"attitude": [1]}},
    ]
    path.write_bytes(altered(path, token(desk, "001"), cases={"case1": forged}))
    found = marks(desk)
    assert "foreign_acts" in student(found, "001")["flags"]
    case1 = next(m for m in found.tables["mark"] if m["item"] == "case1")
    assert case1["share"] < 0.1 and not case1["finished"]


def test_time_is_counted_by_item_and_long_gaps_are_cut(tmp_path: Path, monkeypatch: Patch) -> None:
    desk = a_class(tmp_path)
    path = handed_in(desk, "001", monkeypatch, cases=False)
    body = json.loads(path.read_text("utf-8"))
    for act, minute in zip(body["answers"], ("00:00", "02:00", "59:00"), strict=True):
        act["t"] = f"2026-01-01T08:{minute}+00:00"
    path.write_bytes(altered(path, token(desk, "001"), answers=body["answers"]))
    found = marks(desk)
    seconds = {m["item"]: m["seconds"] for m in found.tables["mark"]}
    assert [seconds[q.id] for q in desk.pack.questions] == [0, 120, 600]
    assert student(found, "001")["seconds"] == 720


# Which file counts, and whose it is


def test_feedback_tells_the_time_handed_in_in_the_offset_of_the_deadline(
    tmp_path: Path, monkeypatch: Patch
) -> None:
    desk = a_class(tmp_path, ASSIGNMENT + "deadline: 2026-03-01T18:00:00+08:00\n")
    file = handed_in(desk, "001", monkeypatch, cases=False)
    token = desk.issued("001").token
    for written, told in [
        ("2026-03-01T10:30:00+00:00", "2026-03-01 18:30 (UTC+0800)"),
        ("0001-01-01T00:00:00+14:00", "01-01 00:00 (UTC+1400)"),
    ]:
        file.write_bytes(altered(file, token, written=written))
        (page,) = marks(desk).pages.values()
        assert told in page and "Deadline: 2026-03-01 18:00 (UTC+0800)" in page


def test_feedback_without_a_deadline_tells_the_time_of_the_trainers_machine(
    tmp_path: Path, monkeypatch: Patch
) -> None:
    desk = a_class(tmp_path)
    file = handed_in(desk, "001", monkeypatch, cases=False)
    token = desk.issued("001").token
    file.write_bytes(altered(file, token, written="2026-03-01T10:30:00+00:00"))
    local = datetime(2026, 3, 1, 10, 30, tzinfo=UTC).astimezone()
    (page,) = marks(desk).pages.values()
    assert local.strftime("%Y-%m-%d %H:%M (UTC%z)") in page and "Deadline" not in page


def test_the_latest_before_the_deadline_counts(tmp_path: Path, monkeypatch: Patch) -> None:
    desk = a_class(tmp_path, ASSIGNMENT + "deadline: 2026-03-01T18:00:00+08:00\n")
    good = handed_in(desk, "001", monkeypatch)
    with desk.at_home("001", monkeypatch) as work:
        answer_all(desk, work, "001", "wrong")
        later = hand_in(work, desk.folder)[0]
    mine = token(desk, "001")
    times = {"a": "2026-03-01T09:59:00+00:00", "b": "2026-03-01T18:00:01+08:00"}
    (desk.inbox / "1_early.json").write_bytes(
        altered(good, mine, written="2026-02-01T00:00:00+00:00")
    )
    (desk.inbox / "2_in_time.json").write_bytes(altered(good, mine, written=times["a"]))
    (desk.inbox / "3_late.json").write_bytes(altered(later, mine, written=times["b"]))
    good.unlink()
    found = marks(desk)
    one = student(found, "001")
    assert one["file"] == "2_in_time.json" and one["points"] == 100 and not one["late"]
    assert file(found, "1_early.json")["why"] == "superseded"
    assert file(found, "3_late.json")["why"] == "too_late"

    (desk.inbox / "1_early.json").unlink()
    (desk.inbox / "2_in_time.json").unlink()
    one = student(marks(desk), "001")
    assert one["file"] == "3_late.json" and one["late"] and "late" in one["flags"]
    assert one["points"] is not None


def test_a_file_goes_to_whose_handout_sealed_it_whatever_it_is_called(
    tmp_path: Path, monkeypatch: Patch
) -> None:
    desk = a_class(tmp_path)
    handed_in(desk, "001", monkeypatch).rename(desk.inbox / "002.json")
    found = marks(desk)
    assert student(found, "001")["points"] == 100
    assert student(found, "001")["flags"] == ["other_name"]
    assert student(found, "002")["points"] is None


def test_anothers_name_on_ones_own_work_is_refused(tmp_path: Path, monkeypatch: Patch) -> None:
    desk = a_class(tmp_path)
    path = handed_in(desk, "001", monkeypatch)
    body = json.loads(path.read_text("utf-8"))
    mine, other = token(desk, "001"), desk.issued("002").handout
    forged: dict[str, dict[str, Any]] = {
        "id": {"student": {"id": "002", "name": "x"}},
        "handout": {"student": {"id": "002", "name": "x"}, "handout": other},
        "unknown": {"student": {"id": "009", "name": "x"}},
        "nobody": {"student": {"id": "", "name": "x"}},
    }
    for name, changes in forged.items():
        (desk.inbox / f"{name}.json").write_bytes(altered(path, mine, **changes))
    found = marks(desk)
    assert student(found, "001")["points"] == 100
    assert student(found, "002")["points"] is None and student(found, "003")["points"] is None
    why = {f["file"]: f["why"] for f in found.tables["file"] if f["status"] == "refused"}
    assert why == {
        "id.json": "other_handout", "handout.json": "broken_seal",
        "unknown.json": "unknown_student", "nobody.json": "unknown_student",
    }  # fmt: skip
    assert body["student"]["id"] == "001"


def test_a_change_without_the_token_breaks_the_seal(tmp_path: Path, monkeypatch: Patch) -> None:
    desk = a_class(tmp_path)
    path = handed_in(desk, "001", monkeypatch, "wrong")
    body = json.loads(path.read_text("utf-8"))
    body["answers"][0]["answer"] = "a2"
    path.write_text(json.dumps(body), "utf-8")
    found = marks(desk)
    assert student(found, "001")["points"] is None
    assert file(found, path.name)["why"] == "broken_seal"


def test_spacing_and_order_of_keys_do_not_break_it(tmp_path: Path, monkeypatch: Patch) -> None:
    desk = a_class(tmp_path)
    path = handed_in(desk, "001", monkeypatch)
    body = json.loads(path.read_text("utf-8"))
    turned = json.dumps(dict(reversed(body.items())), indent=7).replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + turned.encode())
    assert student(marks(desk), "001")["points"] == 100


def test_copies_rewritten_work_and_shared_work_are_flagged(
    tmp_path: Path, monkeypatch: Patch
) -> None:
    desk = a_class(tmp_path)
    first = handed_in(desk, "001", monkeypatch)
    body = json.loads(first.read_text("utf-8"))
    for n, line in enumerate(body["cases"]["case1"]):
        line["t"] = f"2026-01-01T08:{n:02}:00+00:00"
    first.write_bytes(altered(first, token(desk, "001"), cases=body["cases"]))
    second = {
        "written": "2031-01-01T00:00:00+00:00",
        "cases": {"case1": body["cases"]["case1"][3:]},
    }
    (desk.inbox / "again.json").write_bytes(altered(first, token(desk, "001"), **second))
    (desk.inbox / "copy.json").write_bytes(first.read_bytes())
    theirs = handed_in(desk, "002", monkeypatch, cases=False)
    theirs.write_bytes(altered(theirs, token(desk, "002"), cases=body["cases"]))
    found = marks(desk)
    assert set(student(found, "001")["flags"]) >= {"several", "rewritten", "same_work"}
    assert "same_work" in student(found, "002")["flags"]
    assert file(found, first.name)["why"] == "duplicate" or found.count("duplicate") == 1


def test_an_honest_second_submission_is_not_called_rewritten(
    tmp_path: Path, monkeypatch: Patch
) -> None:
    desk = a_class(tmp_path)
    with desk.at_home("001", monkeypatch) as work:
        answer_all(desk, work, "001", "wrong")
        first = hand_in(work, desk.inbox)[0]
        early = altered(first, token(desk, "001"), written="2020-01-01T00:00:00+00:00")
        (desk.inbox / "first.json").write_bytes(early)
        answer_all(desk, work, "001")
        work_cases(desk, work, "001")
        hand_in(work, desk.inbox)
    one = student(marks(desk), "001")
    assert one["points"] == 100 and one["flags"] == ["several"]


def test_without_a_roster_the_name_is_what_the_student_says(
    tmp_path: Path, monkeypatch: Patch
) -> None:
    desk = a_class(tmp_path, roster=())
    for id in ("Ann", "=HYPERLINK(1)", "../../etc"):
        with desk.at_home("h" + id.replace("/", "_"), monkeypatch) as work:
            answer_all(desk, work, "")
            hand_in(work, desk.inbox, Who(id=id, name="<i>"))
    found = marks(desk)
    assert {s["student"] for s in found.tables["student"]} == {"Ann", "=HYPERLINK(1)", "../../etc"}
    assert all(s["points"] == 30 and "claimed" in s["flags"] for s in found.tables["student"])
    out = write_marks(found, tmp_path / "marks")
    assert {p.parent for p in out.rglob("*.html")} == {out / "feedback"}
    assert "'=HYPERLINK(1)" in (out / "marks.csv").read_text("utf-8-sig")


# Whatever lies in the folder


Spoil = Callable[[bytes], bytes]


def _values() -> dict[str, Any]:
    return {
        "null": None, "true": True, "minus": -1, "zero": 0, "float": 1.5, "big": 1e308,
        "bigint": 2**62, "empty": "", "long": "x" * 5000, "surrogate": "\ud800", "nul": "a\0b",
        "path": "../../../etc/passwd", "markup": "<script>alert(1)</script>", "formula": "=1+1",
        "rtl": "\u202e\u2066", "list": [], "nested": [[[[[[]]]]]], "map": {}, "odd map": {"": None},
        "mixed": [1, "a", None, {"n": 1}], "ids": ["a1", "a1"], "name": "supervisor",
    }  # fmt: skip


def _places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in a submission: every key, and the first two of every list."""
    if at:
        yield at
    if isinstance(value, dict):
        for key in value:
            yield from _places(value[key], (*at, key))
    elif isinstance(value, list):
        for n in range(min(2, len(value))):
            yield from _places(value[n], (*at, n))


def _put(body: Any, at: tuple[Any, ...], value: Any) -> Any:
    body = json.loads(json.dumps(body))
    here = body
    for step in at[:-1]:
        here = here[step]
    here[at[-1]] = value
    return body


RAW: dict[str, Spoil] = {
    "empty": lambda d: b"",
    "blank": lambda d: b" \n\t",
    "nul bytes": lambda d: b"\0" * 1000,
    "noise": lambda d: bytes(range(256)) * 20,
    "null": lambda d: b"null",
    "number": lambda d: b"1",
    "string": lambda d: b'"x"',
    "list": lambda d: b"[]",
    "map": lambda d: b"{}",
    "nan": lambda d: d.replace(b'"answer": "a', b'"answer": NaN, "x": "a', 1),
    "infinity": lambda d: b'{"creditkit_submission": Infinity}',
    "huge number": lambda d: b'{"creditkit_submission": 1' + b"0" * 5000 + b"}",
    "overflow": lambda d: b'{"creditkit_submission": 1e999}',
    "deep lists": lambda d: b"[" * 200_000,
    "deep maps": lambda d: b'{"a":' * 200_000,
    "deep and closed": lambda d: b"[" * 50_000 + b"]" * 50_000,
    "deep inside": lambda d: d.replace(b'"answers": [', b'"answers": [' + b"[" * 900, 1),
    "too large": lambda d: d + b" " * LARGEST,
    "one large text": lambda d: b'{"creditkit_submission": 1, "x": "' + b"y" * 300_000 + b'"}',
    "two in one": lambda d: d + d,
    "key twice": lambda d: d.replace(b"{", b'{"student": {"id": "002", "name": ""}, ', 1),
    "utf-16": lambda d: d.decode().encode("utf-16"),
    "gb18030": lambda d: d.decode().replace("001", "学号").encode("gb18030"),
    "latin-1": lambda d: b'{"creditkit_submission": "\xe9"}',
    "broken utf-8": lambda d: d[:50] + b"\xff\xfe" + d[50:],
    "overlong utf-8": lambda d: d[:50] + b"\xc0\xaf" + d[50:],
    "single quotes": lambda d: d.replace(b'"', b"'"),
    "comments": lambda d: b"// hello\n" + d,
    "trailing comma": lambda d: d.rstrip()[:-1] + b",}",
    "html": lambda d: b"<html><body>" + d,
    "pickle": lambda d: b"\x80\x04\x95cposix\nsystem\n(S'touch /tmp/owned'\ntR.",
    "zip": lambda d: b"PK\x03\x04" + d,
    "gzip": lambda d: b"\x1f\x8b\x08" + d,
    "png": lambda d: b"\x89PNG\r\n\x1a\n" + d,
    "yaml tag": lambda d: b"!!python/object/apply:os.system ['touch /tmp/owned']",
    "python": lambda d: b"__import__('os').system('touch /tmp/owned')",
    "notebook": lambda d: b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
    "future": lambda d: d.replace(b'"creditkit_submission": 1', b'"creditkit_submission": 2'),
    "text format": lambda d: d.replace(b'"creditkit_submission": 1', b'"creditkit_submission":"1"'),
    **{f"cut at {n}": (lambda d, n=n: d[: len(d) * n // 12]) for n in range(1, 12)},  # type: ignore[misc]
    **{
        f"flip at {n}": (lambda d, n=n: _flipped(d, len(d) * n // 20))  # type: ignore[misc]
        for n in range(1, 20)
    },
}


def _flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :]


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Class]:
    """A class of three of which all have handed in; 001 sends everything that is odd."""
    with pytest.MonkeyPatch.context() as patch:
        desk = a_class(tmp_path_factory.mktemp("school"), ASSIGNMENT.replace(DRAWN, ""))
        for id, how in (("001", "partly"), ("002", "right"), ("003", "wrong")):
            handed_in(desk, id, patch, how, cases=id != "003")
        yield desk


def one_file(desk: Class, data: bytes) -> tuple[Found, Found | Graded | None]:
    """What becomes of one file's content, examined and marked."""
    path = desk.folder / "odd.json"
    path.write_bytes(data)
    found = examined(desk.pack, "full", ("odd.json", str(path)))
    result = graded(desk.pack, "full", found) if found.status == "marked" else None
    return found, result


def fit(desk: Class, data: bytes) -> str:
    """Assert what must hold for any content that comes from 001; says what became of it."""
    found, result = one_file(desk, data)
    assert found.code != "failed" and (result is None or isinstance(result, Graded)), found
    if found.status == "refused":
        assert found.student is None and found.told is not None and found.told.zh
        return str(found.code)
    assert isinstance(result, Graded)
    assert found.student == result.student == "001"
    assert {m["student"] for m in (*result.marks, *result.lines, *result.acts)} <= {"001"}
    assert 0 <= result.points <= 100
    assert all(0 <= m["share"] <= 1 for m in result.marks)
    result.page.encode("utf-8")
    assert "<script" not in result.page
    return "marked"


@pytest.mark.parametrize("kind", RAW)
def test_no_damaged_file_is_marked_or_stops_anything(school: Class, kind: str) -> None:
    path = next(school.inbox.glob("*001.json"))
    assert fit(school, RAW[kind](path.read_bytes())) != "marked"


def test_no_value_in_any_place_stops_the_marking_even_when_it_is_sealed(school: Class) -> None:
    body = json.loads(next(school.inbox.glob("*001.json")).read_text("utf-8"))
    outcomes: dict[str, int] = {}
    tried = 0
    for at in _places(body):
        for value in _values().values():
            changed = _put(body, at, value)
            if not isinstance(changed, dict) or at[0] in {"seal", "receipt"}:
                continue
            changed |= seal(changed, token(school, "001"))
            outcome = fit(school, json.dumps(changed).encode())
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
            tried += 1
    assert tried > 1000
    # Some values fit where they stand and are marked for what they are; the others are refused.
    assert {"marked", "bad_shape", "bad_act", "unknown_student", "other_handout"} <= set(outcomes)


def test_nothing_taken_out_or_put_in_stops_the_marking_either(school: Class) -> None:
    body = json.loads(next(school.inbox.glob("*001.json")).read_text("utf-8"))
    for at in _places(body):
        changed = json.loads(json.dumps(body))
        here = changed
        for step in at[:-1]:
            here = here[step]
        if isinstance(here, dict):
            more = {**here, "__proto__": {"id": "002"}, "constructor": 1}
        del here[at[-1]]
        fit(school, json.dumps({**changed, **seal(changed, token(school, "001"))}).encode())
        if isinstance(here, dict):
            here.update(more)
        fit(school, json.dumps({**changed, **seal(changed, token(school, "001"))}).encode())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)
FEW = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@FEW
@given(data=st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_parsed_or_refused_in_words(data: bytes) -> None:
    with pytest.raises(SubmissionError) as told:
        parse(data)
    assert told.value.text.zh and told.value.text.en and told.value.code


@FEW
@given(answers=st.lists(JSON, max_size=3), case=JSON)
def test_any_answers_under_a_good_seal_are_marked_or_refused(
    school: Class, answers: list[Any], case: Any
) -> None:
    path = next(school.inbox.glob("*001.json"))
    t = "2026-01-01T00:00:00+00:00"
    acts = [
        {"n": n, "act": "answer", "t": t, "question": f"q{n}", "answer": answer}
        for n, answer in enumerate(answers, start=1)
    ]
    lines = [{"n": 1, "t": t, "act": "ask", "step": "ask_inside", "items": case}]
    fit(school, altered(path, token(school, "001"), answers=acts, cases={"case1": lines}))


def test_a_class_is_marked_through_everything_at_once(school: Class, tmp_path: Path) -> None:
    before = marks(school)
    odd = school.inbox / "odd"
    odd.mkdir()
    mine = next(school.inbox.glob("*001.json"))
    for n, spoil in enumerate(RAW.values()):
        (odd / f"{n}.json").write_bytes(spoil(mine.read_bytes()))
    (odd / "link.json").symlink_to(next(school.inbox.glob("*002.json")))
    (odd / "loop").symlink_to(school.inbox, target_is_directory=True)
    (odd / "dangling.json").symlink_to("nowhere")
    (odd / "folder.json").mkdir()
    os.mkfifo(odd / "pipe.json")
    (odd / "=cmd|'x'!A1.json").write_bytes(b"{}")
    (odd / "<script>.json").write_bytes(b"{}")
    (odd / "two\nlines.json").write_bytes(b"{}")
    for raw in (b"\xff.json", b"\xfe.json"):
        (Path(os.fsdecode(os.fsencode(odd) + b"/" + raw))).write_bytes(b"{}")
    (odd / ".hidden.json").write_bytes(mine.read_bytes())
    (odd / "noexec.py").write_text("raise SystemExit('run')")

    found = marks(school)
    for id in ("001", "002", "003"):
        assert student(found, id) == student(before, id)
    assert found.pages == before.pages
    assert found.tables["mark"] == before.tables["mark"]
    assert not [f for f in found.tables["file"] if f["why"] == "failed"]
    refused = [f for f in found.tables["file"] if f["status"] == "refused"]
    assert len(refused) >= len(RAW) + 8
    assert all(f["told"]["zh"] and f["told"]["en"] for f in refused)
    write_marks(found, tmp_path / "out")
    assert len(read_marked(tmp_path / "out").tables["file"]) == len(found.tables["file"])


# The same again


def test_the_same_class_gives_the_same_bytes_with_one_process_or_three(
    school: Class, tmp_path: Path
) -> None:
    written = []
    for n, jobs in enumerate((1, 1, 3)):
        out = write_marks(marks(school, jobs=jobs), tmp_path / str(n))
        written.append(
            {p.relative_to(out).as_posix(): p.read_bytes() for p in sorted(out.rglob("*.*"))}
        )
    assert written[0] == written[1] == written[2]
    assert {"marked.jsonl", "marks.csv", "files.csv", "feedback/001.html"} <= set(written[0])


def test_marks_written_into_the_folder_of_submissions_do_not_disturb_the_next_marking(
    tmp_path: Path, monkeypatch: Patch
) -> None:
    desk = a_class(tmp_path)
    handed_in(desk, "001", monkeypatch)
    out = desk.inbox / "marks"
    first = marks(desk, out=out)
    write_marks(first, out)
    assert marks(desk, out=out) == first


def test_a_page_that_no_longer_holds_is_taken_away(tmp_path: Path, monkeypatch: Patch) -> None:
    desk = a_class(tmp_path)
    path = handed_in(desk, "001", monkeypatch)
    write_marks(marks(desk), tmp_path / "marks")
    assert (tmp_path / "marks" / "feedback" / "001.html").exists()
    path.unlink()
    write_marks(marks(desk), tmp_path / "marks")
    assert not (tmp_path / "marks" / "feedback" / "001.html").exists()


# What comes back


def test_feedback_says_what_was_right_missed_and_why_in_both_languages(
    tmp_path: Path, monkeypatch: Patch
) -> None:
    desk = a_class(tmp_path, roster=(*CLASS[:1], Student("003", "<b>Bo</b>")))
    for id in ("001", "003"):
        handed_in(desk, id, monkeypatch, "partly")
    pages = marks(desk).pages
    page = pages["003.html"]
    q = desk.pack.questions[0]
    full = desk.pack.scenarios["pump_maker"]
    for text in (q.why, full.lesson, q.options[0].why):  # type: ignore[union-attr]
        for words in (text.zh, text.en):
            assert words.replace("'", "&#x27;") in page
    assert "&lt;b&gt;Bo" in page and "<b>Bo" not in page
    assert not re.search(r"(src|href)=|<script|https?://(?!www\.w3)", page)


def test_feedback_of_marks_alone_holds_no_word_of_the_key(
    tmp_path: Path, monkeypatch: Patch
) -> None:
    desk = a_class(tmp_path)
    for id, how in (("001", "right"), ("002", "partly"), ("003", "wrong")):
        handed_in(desk, id, monkeypatch, how)
    pages = marks(desk, kind="marks").pages
    texts = [text for text in key_texts() if len(text) > 3]
    for page in pages.values():
        shown = page.replace("&#x27;", "'").replace("&quot;", '"')
        assert not [text for text in texts if text in shown]
        assert not [q.id for q in desk.pack.questions if q.id in page]
        for q in desk.pack.questions:
            for option in getattr(q, "options", ()) or getattr(q, "items", ()):
                assert option.zh not in shown and option.en not in shown
        assert not re.search(r"\b[RCDIS]\d\.", page.split("</style>")[1])
    assert "100" in pages["001.html"]


def test_feedback_is_out_of_the_points_of_the_assignment_however_they_divide(
    tmp_path: Path, monkeypatch: Patch
) -> None:
    seven = ASSIGNMENT.replace("[refusal_first", "[R, S, refusal_first")
    desk = a_class(tmp_path, seven, roster=CLASS[:1])
    handed_in(desk, "001", monkeypatch, "partly")
    (page,) = marks(desk).pages.values()
    assert re.search(r"[\d.]+ of 100 points<", page)


def test_marks_are_read_back_as_tables(tmp_path: Path, monkeypatch: Patch) -> None:
    desk = a_class(tmp_path)
    handed_in(desk, "001", monkeypatch)
    handed_in(desk, "002", monkeypatch, "wrong")
    kept = read_marked(write_marks(marks(desk), tmp_path / "marks"))
    frame = kept.frame("mark")
    assert list(frame.groupby("student").points.sum().round(2)) == [100, 70]
    assert kept.assignment["roster"] == 3 and kept.assignment["submissions"] == 2
    assert [item["item"] for item in kept.tables["item"]] == [
        *(q.id for q in desk.pack.questions), "case1", "case2",
    ]  # fmt: skip


def _ends_its_process(pack: Any, kind: Any, file: tuple[str, str]) -> str:
    if file[0] in {"13", "77"}:
        os._exit(9)
    return file[0]


def test_a_file_that_ends_its_process_is_reported_and_the_others_are_done(school: Class) -> None:
    files = [(str(n), f"/{n}") for n in range(100)]
    with Workers(school.folder / "out", "full", 2, len(files)) as workers:
        found = list(workers.each(_ends_its_process, files))
        again = list(workers.each(_ends_its_process, files[:10]))
    lost = [one for one in found if isinstance(one, Found)]
    assert [one.file for one in lost] == ["13", "77"]
    assert {one.code for one in lost} == {"failed"}
    assert [one for one in found if isinstance(one, str)] == [
        name for name, _ in files if name not in {"13", "77"}
    ]
    assert again == [name for name, _ in files[:10]]
