"""Marks for other programs: what is written is read back, and runs nothing in a spreadsheet."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from creditkit import set_language, simulated_class
from creditkit.casework.export import FORMULA
from creditkit.cli import main
from creditkit.teaching.gradebook import NBGRADER, nbgrader_csv, results_csv, write_tables
from creditkit.teaching.marked import Marked, MarkedError

HOSTILE = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1+1",
           'a"b', "a,b", "第一\n第二", "'quoted", ""]  # fmt: skip


@pytest.fixture(scope="module")
def marked() -> Marked:
    return simulated_class(students=len(HOSTILE) + 8, seed=4)


def renamed(marked: Marked) -> Marked:
    """The same marks of students with names that a spreadsheet might run."""
    students = [
        {**student, "name": HOSTILE[n % len(HOSTILE)]}
        for n, student in enumerate(marked.tables["student"])
    ]
    return Marked({**marked.tables, "student": students})


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_results_are_read_back_row_by_row(marked: Marked, lang: str) -> None:
    set_language(lang)
    text = results_csv(marked)
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    frame = pd.read_csv(io.BytesIO(text.encode()), dtype={0: str})

    absent = [s for s in marked.tables["student"] if s["file"] is None]
    assert len(absent) == 1
    assert len(rows) - 1 == len(frame) == len(marked.tables["mark"]) + len(absent)
    assert frame.columns[0] == {"zh": "学号", "en": "Student"}[lang]
    points = frame.groupby(frame.columns[0])[frame.columns[5]].sum()
    for student in marked.tables["student"]:
        assert points[student["student"]] == pytest.approx(student["points"] or 0, abs=0.01)


@pytest.mark.parametrize(("lang", "yes"), [("zh", "是"), ("en", "yes")])
def test_who_was_late_is_told(marked: Marked, lang: str, yes: str) -> None:
    set_language(lang)
    first, *others = marked.tables["student"]
    late = Marked({**marked.tables, "student": [{**first, "late": True}, *others]})
    rows = list(csv.reader(io.StringIO(results_csv(late).removeprefix("\ufeff"))))
    column = {"zh": "迟交", "en": "Late"}[lang]
    at = rows[0].index(column)
    assert {row[at] for row in rows[1:] if row[0] == first["student"]} == {yes}
    assert {row[at] for row in rows[1:] if row[0] != first["student"]} == {""}


def test_spreadsheets_see_utf_8_and_every_cell_is_quoted(marked: Marked) -> None:
    text = results_csv(renamed(marked))

    assert text.startswith("\ufeff")
    back = io.StringIO()
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    csv.writer(back, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    assert back.getvalue() == text.removeprefix("\ufeff")


@pytest.mark.parametrize("write", [results_csv, nbgrader_csv])
def test_no_cell_is_a_formula_and_no_name_breaks_the_table(
    marked: Marked, write: Callable[[Marked], str]
) -> None:
    rows = list(csv.reader(io.StringIO(write(renamed(marked)).removeprefix("\ufeff"), newline="")))

    assert {len(row) for row in rows} == {len(rows[0])}
    for row in rows:
        assert not [cell for cell in row if cell.lstrip(" ").startswith(FORMULA)]
    names = {cell for row in rows for cell in row}
    assert {"'=1+1", "'@SUM(A1)", "第一\n第二", 'a"b'} <= names


def test_the_gradebook_has_nbgraders_columns_and_the_marks(marked: Marked) -> None:
    text = nbgrader_csv(marked)
    frame = pd.read_csv(io.StringIO(text), dtype={"student_id": str})
    rows = list(csv.DictReader(io.StringIO(text)))

    assert tuple(frame.columns) == tuple(rows[0]) == NBGRADER
    assert len(frame) == len(rows) == len(marked.tables["student"])
    for row, student in zip(rows, marked.tables["student"], strict=True):
        assert row["student_id"] == student["student"]
        assert float(row["score"]) == float(row["raw_score"]) == (student["points"] or 0)
        assert row["max_score"] == "100.0"
        assert bool(row["timestamp"]) == (student["file"] is not None)
    times = pd.to_datetime(frame["timestamp"].dropna())
    assert times.dt.tz is None
    assert times.min().year == 2026


def test_a_deadline_is_told_in_utc_as_nbgrader_has_it(marked: Marked) -> None:
    about = {**marked.assignment, "deadline": "2026-03-02T18:00:00+08:00"}
    text = nbgrader_csv(Marked({**marked.tables, "assignment": [about]}))

    assert {row["duedate"] for row in csv.DictReader(io.StringIO(text))} == {"2026-03-02 10:00:00"}


def test_the_command_writes_the_report_and_both_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    simulated_class(students=10, seed=4, folder=tmp_path / "class")
    marks, page, out = (str(tmp_path / part) for part in ("class/marks", "page.html", "out"))
    arguments = ["report", "--class", marks, "--out", page, "--tables", out, "--lang", "en"]

    assert main(arguments) == 0
    told = capsys.readouterr().out
    assert "Class report: Final assessment" in told
    assert "too few for reliability" in told
    assert (tmp_path / "page.html").read_text("utf-8").startswith("<!doctype html>")
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        "grades.csv",
        "results.csv",
    ]


def test_the_command_says_what_it_wants(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--lang", "en"]) == 1
    assert "--class" in capsys.readouterr().out
    assert main(["report", "--class", str(tmp_path), "--lang", "en"]) == 1
    assert "creditkit mark" in capsys.readouterr().out


def test_a_folder_that_cannot_be_written_is_said(marked: Marked, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(MarkedError, match="cannot be written"):
        write_tables(marked, tmp_path / "file")


def test_the_command_speaks_chinese_with_chinese_punctuation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    simulated_class(students=10, seed=4, folder=tmp_path / "class")
    marks, page, out = (str(tmp_path / part) for part in ("class/marks", "page.html", "out"))
    main(["report", "--class", marks, "--out", page, "--tables", out, "--lang", "zh"])
    told = capsys.readouterr().out
    assert f"已写入 {out}/results.csv、{out}/grades.csv。" in told
    assert "  平均得分率：" in told
    assert "未掌握的要点：" in told and "（共 " in told
