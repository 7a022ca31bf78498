"""A file of essays is marked by the command as on screen, and what the trainer rules is kept."""

import csv
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from creditkit.cli import main
from creditkit.content.library import essay_confidence, essays
from creditkit.teaching.attempts import Attempts
from creditkit.teaching.drafts import Drafts
from creditkit.teaching.essay.feedback import areas, pieces, stage
from creditkit.teaching.essay.marker import mark_essay
from creditkit.teaching.essay.rulings import RulingError, Rulings
from creditkit.text import set_language
from creditkit.widgets.essays import EssayView, essay

FAX = "客户可以发传真投诉。"


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")


def marked_file(folder: Path, content: bytes, *options: str, name: str = "answers.csv") -> Path:
    (folder / name).write_bytes(content)
    out = folder / "marked.csv"
    assert main(["mark", str(folder / name), "--out", str(out), *options]) == 0
    return out


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# The command


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_file_in_any_usual_encoding_is_marked(encoding: str, tmp_path: Path) -> None:
    text = f'学号,答案\n甲,"{FAX}"\n乙,"By fax,\nor online."\n'
    out = rows(marked_file(tmp_path, text.encode(encoding), "--question", "C"))
    assert [row["id"] for row in out] == ["甲", "乙"]
    assert [row["covered"] for row in out] == ["C1.3", "C1.3 C1.4"]
    assert out[0]["C1.3"] == "covered" and out[0]["C1.4"] == "missing"
    assert float(out[1]["share"]) == pytest.approx(2 / 22, abs=1e-3)


def test_what_a_spreadsheet_would_run_is_made_inert(tmp_path: Path) -> None:
    text = 'id,answer\n=1+1,"=cmd 这是一段别的什么话。"\n'
    out = marked_file(tmp_path, text.encode(), "--question", "essay_complaint")
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    assert rows(out)[0]["id"] == "'=1+1"


def test_the_command_and_the_page_share_one_path(tmp_path: Path) -> None:
    text = "信用经理接到投诉后做好记录，并感谢客户。传真也可以。"
    out = rows(marked_file(tmp_path, f'id,answer\n1,"{text}"\n'.encode(), "--question", "C"))[0]
    view = essay("C", student="one path")
    assert isinstance(view, EssayView)
    view._field.value = text
    view._submit.click()
    assert view._marked is not None
    assert view._marked.refs("covered") == out["covered"].split()


@pytest.mark.parametrize(
    ("content", "options", "told"),
    [
        (b"id,answer\n1,a\n", ["--question", "Z"], "no essay 'Z'"),
        (b"id,text2\n1,a\n", ["--question", "C"], "no column of answers"),
        (b"", ["--question", "C"], "empty"),
        (b"id,answer\n1,a\n", [], "--question"),
    ],
)
def test_what_is_wrong_is_told(
    content: bytes,
    options: list[str],
    told: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    out = str(tmp_path / "o.csv")
    assert main(["mark", str(tmp_path / "a.csv"), "--out", out, "--lang", "en", *options]) == 1
    assert told in capsys.readouterr().out


def test_marking_is_the_same_in_another_process(tmp_path: Path) -> None:
    text = "立即联系销售主管，问客户的态度，记录在案。Then ask the customer why it refused."
    code = (
        "from creditkit.teaching.essay.marker import mark_essay; import hashlib;"
        f"print(hashlib.sha256(repr(mark_essay('R', {text!r})).encode()).hexdigest())"
    )
    here = hashlib.sha256(repr(mark_essay("R", text)).encode()).hexdigest()
    for seed in ("0", "1"):
        run = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )  # fmt: skip
        assert run.stdout.strip() == here


# Rulings


def test_a_trainer_overrules_a_point_and_the_reason_is_kept(tmp_path: Path) -> None:
    mine = Rulings(tmp_path / "rulings.jsonl")
    text = "We take telexes, too."
    before = mark_essay("C", text)
    mine.rule("C", text, "C1.3", "covered", "A telex does as well.")
    after = Rulings(mine.path).applied(before, text)
    assert after.findings["C1.3"].state == "covered"
    assert after.findings["C1.3"].ruled == "A telex does as well."
    assert after.share > before.share
    assert mine.applied(before, "another answer") == before


def test_rulings_travel_to_another_trainer(tmp_path: Path) -> None:
    mine, theirs = Rulings(tmp_path / "a.jsonl"), Rulings(tmp_path / "b.jsonl")
    mine.rule("C", FAX, "C1.3", "missing", "=not this way, he said")
    assert mine.export(tmp_path / "r.csv") == 1
    assert theirs.take_in(tmp_path / "r.csv") == 1
    assert theirs.take_in(tmp_path / "r.csv") == 0
    assert theirs.all()[0].reason == "=not this way, he said"
    assert FAX not in (tmp_path / "r.csv").read_text("utf-8-sig")


@pytest.mark.parametrize(
    ("ref", "state", "reason", "told"),
    [
        ("R1", "covered", "x", "no point R1"),
        ("C1.3", "doubtful", "x", "no state"),
        ("C1.3", "covered", " ", "its reason"),
    ],
)
def test_a_ruling_that_does_not_fit_is_refused(
    ref: str, state: str, reason: str, told: str, tmp_path: Path
) -> None:
    with pytest.raises(RulingError, match=told):
        Rulings(tmp_path / "r.jsonl").rule("C", FAX, ref, state, reason)


# The page


def opened(student: str = "me") -> EssayView:
    view = essay("C", student=student)
    assert isinstance(view, EssayView)
    return view


def test_a_draft_outlives_the_kernel() -> None:
    opened("ann")._field.value = "客户可以发传"
    assert opened("ann")._field.value == "客户可以发传"
    assert opened("bob")._field.value == ""


def test_a_draft_half_written_leaves_the_one_before(tmp_path: Path) -> None:
    mine = Drafts("ann", tmp_path)
    mine.save("essay_complaint", "first")
    (tmp_path / "ann" / "essay_complaint.part").write_bytes(b"\xff torn")
    assert Drafts("ann", tmp_path).text("essay_complaint") == "first"


def test_help_comes_in_stages_and_the_key_last() -> None:
    view = opened()
    key = next(p for p in view.question.key if p.id == "C3.2").text.en
    view._field.value = "By fax."
    view._submit.click()
    assert "Are all the channels there?" in view._result.value
    assert key not in view._result.value
    view._submit.click()
    assert "What is missing, as questions" in view._result.value
    assert key not in view._result.value
    view._show.click()
    assert key in view._result.value


def test_evidence_is_marked_in_the_text_and_nothing_typed_is_markup() -> None:
    view = opened()
    view._field.value = "<script>alert(1)</script> We take a fax."
    view._submit.click()
    assert "<script>" not in view._result.value
    assert "<mark title='C1.3'>fax" in view._result.value


def test_an_empty_answer_is_told_and_not_kept() -> None:
    view = opened()
    view._submit.click()
    assert "Nothing is written yet" in view._result.value
    assert Attempts("me").works() == {}


def test_the_pieces_of_an_answer_are_the_answer() -> None:
    for text in ("", FAX, "By fax, or online; there is no need to record it."):
        assert "".join(p.text for p in pieces(text, mark_essay("C", text))) == text


def test_areas_count_the_points_of_each_group() -> None:
    question = next(e for e in essays() if e.letter == "C")
    told = areas(question, mark_essay("C", FAX))
    assert [(a.group.id, a.have, a.of) for a in told][:2] == [("channels", 1, 4), ("record", 0, 7)]
    assert [stage(n, False) for n in (0, 1, 2)] == ["areas", "areas", "questions"]


# What was measured


def test_the_surest_decisions_are_right_more_often() -> None:
    for curve in essay_confidence().curves.values():
        assert [p.share for p in curve] == sorted(p.share for p in curve)
        assert curve[0].right > curve[-1].right
