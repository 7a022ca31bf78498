"""The `creditkit` command and the folder that `creditkit lab` opens."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from creditkit import lab
from creditkit.casework.case import cases_folder
from creditkit.cli import main
from creditkit.content.check import PACKAGE
from creditkit.lab import CourseError, copy_course, prepare
from creditkit.text import set_language


@pytest.fixture(autouse=True)
def language_restored(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("CREDITKIT_LANG", raising=False)
    set_language(None)
    yield
    set_language(None)


def output(capsys: pytest.CaptureFixture[str], *argv: str, code: int = 0) -> str:
    try:
        found = main(argv)
    except SystemExit as leaving:
        found = leaving.code if isinstance(leaving.code, int) else 1
    out, err = capsys.readouterr()
    assert found == code, out + err
    return out + err


def test_help_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    assert "打开课程" in output(capsys, "--help")
    assert "open the course" in output(capsys, "--help", "--lang", "en")
    assert "usage: creditkit lab" in output(capsys, "--lang=en", "lab", "-h")
    assert "用法：" in output(capsys, "lab", "--help", "--lang", "zh")


def test_no_command_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert "check-content" in output(capsys)


@pytest.mark.parametrize("argv", [["--lang", "fr"], ["lab", "--lang"], ["nonsense"]])
def test_wrong_usage(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert "creditkit" in output(capsys, *argv, code=2)


@pytest.mark.parametrize(
    ("argv", "en", "zh"),
    [
        (["release", "a.yaml", "--out", "b", "--build", "practise"],
         "creditkit release: --build cannot be 'practise' (did you mean 'practice'?); it is one of",
         "creditkit release：--build 不能是“practise”（是不是 'practice'？），可选的有："),
        (["relase"], "COMMAND cannot be 'relase' (did you mean 'release'?)",
         "命令 不能是“relase”（是不是 'release'？）"),
        (["release"], "Still missing: ASSIGNMENT, --out.", "还缺少：作业文件, --out。"),
        (["lab", "--prot", "8"], "creditkit lab: --prot is not known here (did you mean '--port'?)",
         "creditkit lab：不认识 --prot（是不是 '--port'？），请改正或删去"),
        (["preview", "a", "b"], "creditkit preview: b is not known here; ", "不认识 b，请"),
        (["lab", "--port"], "missing after --port", "--port 后面缺少内容"),
        (["lab", "--no-browser=3"], "--no-browser takes nothing after it; remove '3'",
         "--no-browser 后面不能写内容"),
        (["rehearse", "a", "--walks", "x"], "--walks must be a whole number, not 'x'",
         "--walks 应为整数，而不是“x”"),
        (["lab", "--port", "x"], "--port: A port is a whole number", "--port：端口号应为"),
    ],
)  # fmt: skip
def test_wrong_usage_is_told_in_both_languages_with_what_was_probably_meant(
    argv: list[str], en: str, zh: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = output(capsys, *argv, "--lang", "en", code=2)
    assert en in said and "--help)" in said
    said = output(capsys, *argv, "--lang", "zh", code=2)
    assert zh in said
    assert not re.search(r"error|argument|invalid|expected", said)


@pytest.mark.parametrize("port", ["70000", "-1", "x", "8８88", "1.5"])
def test_wrong_port(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = output(capsys, "lab", f"--port={port}", "--lang", "en", code=2)
    assert "A port is a whole number from 0 to 65535" in said


def test_unknown_language_in_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CREDITKIT_LANG", "fr")
    assert "CREDITKIT_LANG: 'fr'" in output(capsys, "check", code=1)


def test_content_that_comes_with_creditkit_is_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert output(capsys, "check-content", "--lang", "en") == "No problems found.\n"


def test_faulty_content_is_named_by_file_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("id: bad\nsteps: [a\n", "utf-8")
    said = output(capsys, "check-content", str(tmp_path), code=1)
    assert re.search(r"bad\.yaml:\d+: C\d{3} ", said)
    assert "共 1 处问题。" in said


def test_missing_package_is_named_in_both_languages() -> None:
    code = "import sys; sys.modules['yaml'] = None; import creditkit.cli as c; sys.exit(c.main([]))"
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert run.returncode == 1
    assert "缺少软件包 yaml" in run.stdout
    assert "The package yaml is missing" in run.stdout


def test_a_console_that_cannot_show_chinese_is_no_error() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "creditkit", "--help"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "CREDITKIT_LANG": "zh"},
    )
    assert run.returncode == 0, run.stderr


@pytest.fixture
def edition(tmp_path: Path) -> dict[str, Path]:
    notebooks = tmp_path / "course" / "notebooks"
    (notebooks / "pictures").mkdir(parents=True)
    (notebooks / ".ipynb_checkpoints").mkdir()
    (notebooks / ".ipynb_checkpoints" / "00.ipynb").write_text("old", "utf-8")
    (notebooks / "00.ipynb").write_text("first", "utf-8")
    (notebooks / "pictures" / "a.svg").write_text("<svg/>", "utf-8")
    return {"notebooks": notebooks, "data": tmp_path / "course" / "data"}


def test_course_is_copied_whole_without_litter(edition: dict[str, Path], tmp_path: Path) -> None:
    target = tmp_path / "mine"
    assert copy_course(edition, target) == []
    files = {p.relative_to(target).as_posix() for p in target.rglob("*") if p.is_file()}
    assert files == {"notebooks/00.ipynb", "notebooks/pictures/a.svg", lab.DELIVERED}


def test_unchanged_files_follow_a_new_edition(edition: dict[str, Path], tmp_path: Path) -> None:
    target = tmp_path / "mine"
    copy_course(edition, target)
    (edition["notebooks"] / "00.ipynb").write_text("second", "utf-8")
    assert copy_course(edition, target) == []
    assert (target / "notebooks" / "00.ipynb").read_text("utf-8") == "second"


def test_changed_files_are_never_overwritten(edition: dict[str, Path], tmp_path: Path) -> None:
    target = tmp_path / "mine"
    copy_course(edition, target)
    mine = target / "notebooks" / "00.ipynb"
    mine.write_text("my work", "utf-8")
    assert copy_course(edition, target) == []
    (edition["notebooks"] / "00.ipynb").write_text("second", "utf-8")
    for _ in range(2):
        assert copy_course(edition, target) == ["notebooks/00.ipynb"]
        assert mine.read_text("utf-8") == "my work"


@pytest.mark.parametrize("record", ["", "{", "[]", "\0"])
def test_a_lost_record_keeps_what_is_there(
    record: str, edition: dict[str, Path], tmp_path: Path
) -> None:
    target = tmp_path / "mine"
    copy_course(edition, target)
    (target / lab.DELIVERED).write_text(record, "utf-8")
    (edition["notebooks"] / "00.ipynb").write_text("second", "utf-8")
    assert copy_course(edition, target) == ["notebooks/00.ipynb"]
    assert (target / "notebooks" / "00.ipynb").read_text("utf-8") == "first"


def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    set_language("en")
    with pytest.raises(CourseError, match=r"Cannot write to .* Name another folder"):
        prepare(tmp_path / "file" / "course")


def test_checkout_opens_its_own_notebooks() -> None:
    root = lab.checkout()
    if root is None:
        pytest.skip("not a source checkout")
    assert prepare().notebooks == root / "notebooks"


def test_course_and_cases_share_one_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert cases_folder() == lab.home() / "cases"
    monkeypatch.setenv("CREDITKIT_HOME", str(tmp_path))
    assert cases_folder() == lab.home() / "cases" == tmp_path / "cases"


def test_root_is_let_in_and_the_token_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    course = lab.Course(Path("notebooks"))
    for user, allowed in ((0, True), (1000, False)):
        monkeypatch.setattr(os, "geteuid", lambda user=user: user, raising=False)
        args = lab.arguments(course, browser=False)
        assert ("--allow-root" in args) is allowed
        assert not [a for a in args if "token" in a or "password" in a]


def test_lab_prints_its_address_and_wants_the_token(tmp_path: Path) -> None:
    course = tmp_path / "course" / "notebooks"
    course.mkdir(parents=True)
    blank = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (course / lab.FIRST_NOTEBOOK).write_text(json.dumps(blank), "utf-8")
    env = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    env |= {"HOME": str(tmp_path), "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
    log = tmp_path / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "creditkit", "lab", str(tmp_path / "course"), "--port", "0"],
            env=env,
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    try:
        found = None
        for _ in range(300):
            found = re.search(
                r"(http://localhost:\d+)(/lab/tree/\S+)\?token=(\w+)", log.read_text("utf-8")
            )
            if found or process.poll() is not None:
                break
            time.sleep(0.1)
        assert found, log.read_text("utf-8")
        address, path, token = found.groups()
        assert path == f"/lab/tree/{lab.FIRST_NOTEBOOK}"
        assert "请在浏览器中打开下面的地址" in log.read_text("utf-8")
        api = f"{address}/api/contents/{lab.FIRST_NOTEBOOK}"
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(api, timeout=10)
        with urllib.request.urlopen(f"{api}?token={token}", timeout=10) as reply:
            assert json.load(reply)["name"] == lab.FIRST_NOTEBOOK
        # What the page is told about the news prompt: settled, so it does not ask.
        settings = "@jupyterlab/apputils-extension:notification"
        page = f"{address}/lab/api/settings/{settings}?token={token}"
        with urllib.request.urlopen(page, timeout=10) as reply:
            defaults = json.load(reply)["schema"]["properties"]
        assert defaults["fetchNews"]["default"] == "false"
        assert defaults["checkForUpdates"]["default"] is False
    finally:
        process.terminate()
        process.wait(20)


def test_a_reader_that_closes_early_ends_a_command_quietly() -> None:
    command = f"{sys.executable} -m creditkit preview pump_maker --model --lang en"
    done = subprocess.run(
        ["sh", "-c", f"{command} | head -n 1"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() and done.stderr == ""


# Where commands write


QUESTION_SET = ["export", "{}/own.yaml", "--out"]


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["mark", "{}/ans.csv", "--question", "C", "--out", "{}/ans.csv"], "is what is to be read"),
        (["mark", "{}/ans.csv", "--question", "C", "--out", "{}/link"], "is what is to be read"),
        (
            ["mark", "{}/ans.csv", "--question", "C", "--out", "{}/own/invoices.csv"],
            "is no file of",
        ),
        (["mark", "{}/ans.csv", "--question", "C", "--out", "{}/own"], "is a folder"),
        (["mark", "{}/own", "--pack", "{}", "--out", "{}/own"], "is what is to be read"),
        (
            ["mark", "{}/own", "--pack", "{}", "--out", "{}/kept"],
            "holds feedback/a.html, marks.csv",
        ),
        (["mark", "{}/own", "--pack", "{}", "--out", "{}/ans.csv"], "is a file"),
        ([*QUESTION_SET, "{}/own.yaml", "--to", "gift"], "is what is to be read"),
        ([*QUESTION_SET, "{}/ans.csv", "--to", "gift"], "is no GIFT file"),
        ([*QUESTION_SET, "{}/ans.csv", "--to", "moodle"], "is no Moodle XML"),
        ([*QUESTION_SET, "{}/book.zip", "--to", "qti"], "is no QTI package"),
        ([*QUESTION_SET, "{}/gone/q.gift", "--to", "gift"], "cannot be written"),
        (["report", "{}/own", "--out", "{}/own/invoices.csv"], "is no report"),
        (["report", "{}/own", "--out", "{}/kept/feedback/a.html"], "is no report"),
        (["report", "--class", "{}/kept", "--out", "{}/kept/marks.csv"], "is no report"),
        (["report", "--class", "{}/kept", "--tables", "{}/own"], "holds results.csv"),
        (["sample", "--customers", "3", "--out", "{}/own"], "holds invoices.csv"),
        (["import", "{}/own.yaml", "--out", "{}/own.yaml"], "is there already"),
    ],
)
def test_no_command_writes_over_what_it_reads_or_over_a_file_of_another_kind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], argv: list[str], told: str
) -> None:
    kept = {
        "ans.csv": "id,answer\na,By fax.\n",
        "own/invoices.csv": "invoice,customer\n",
        "own/results.csv": "x\n",
        "kept/marks.csv": "my own list\n",
        "kept/feedback/a.html": "<!doctype html><html lang='en'><head></head></html>",
        "book.zip": "PK\x03\x04 a workbook",
        "own.yaml": (PACKAGE / "questions" / "refusal.yaml").read_text("utf-8"),
    }
    for name, text in kept.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "ans.csv")
    files = {path for path in tmp_path.rglob("*") if path.is_file()}
    found = output(capsys, *(word.format(tmp_path) for word in argv), "--lang", "en", code=1)
    assert told in found
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == files
    assert {name: (tmp_path / name).read_text("utf-8") for name in kept} == kept


@pytest.mark.parametrize(
    "argv",
    [
        ["mark", "{}/ans.csv", "--question", "C", "--out", "{}/out"],
        ["export", "refusal", "--to", "gift", "--out", "{}/out"],
        ["export", "refusal", "--to", "moodle", "--out", "{}/out"],
        ["export", "refusal", "--to", "qti", "--out", "{}/out"],
        ["report", "{}", "--out", "{}/out"],
        ["sample", "--customers", "3", "--only", "customers", "--out", "{}/folder"],
    ],
)
def test_what_a_command_wrote_it_writes_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], argv: list[str]
) -> None:
    (tmp_path / "ans.csv").write_text("id,answer\na,By fax.\n", "utf-8")
    table = (PACKAGE.parents[1] / "data" / "refusals.csv").read_text("utf-8")
    (tmp_path / "refusals.csv").write_text("".join(table.splitlines(True)[:5]), "utf-8")
    (tmp_path / "out").touch()
    for _ in range(2):
        output(capsys, *(word.format(tmp_path) for word in argv))
