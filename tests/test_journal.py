"""The journal: what was confirmed is on the disk, and what is on the disk is read."""

import errno
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from creditkit.casework.journal import CaseInUse, Journal, JournalError
from creditkit.text import set_language

ROOT = Path(__file__).parents[1]
HEADER = {"procedure": "refusal", "given": {"customer": "new"}}


def note(text: str) -> dict[str, Any]:
    return {"act": "note", "text": text}


def written(path: Path, *texts: str) -> Path:
    """A closed journal with one note for each text."""
    journal = Journal.open(path, HEADER)
    for text in texts:
        journal.append(note(text))
    journal.close()
    return path


def texts(journal: Journal) -> list[str]:
    return [line["text"] for line in journal.lines]


def read(path: Path) -> Journal:
    return Journal.open(path, write=False)


def in_english(journal: Journal) -> list[str]:
    return [problem.in_("en") for problem in journal.problems]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ann.jsonl"


def python(code: str, *args: object, **more: Any) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, args)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        **more,
    )


# Writing


def test_an_act_is_on_the_disk_when_append_returns(path: Path) -> None:
    journal = Journal.open(path, HEADER)
    line = journal.append(note("first"))
    assert line == {"n": 1, "act": "note", "text": "first"}
    assert json.loads(path.read_bytes().splitlines()[-1]) == line


def test_an_act_is_flushed_before_it_counts(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal.open(path, HEADER)
    counted_at_flush: list[int] = []
    real = os.fsync

    def fsync(fd: int) -> None:
        counted_at_flush.append(len(journal.lines))
        real(fd)

    monkeypatch.setattr(os, "fsync", fsync)
    journal.append(note("first"))
    assert counted_at_flush == [0]


def test_watchers_are_told_after_the_act_is_on_the_disk(path: Path) -> None:
    journal = Journal.open(path, HEADER)
    on_disk: list[int] = []
    stop = journal.watch(lambda: on_disk.append(len(path.read_bytes().splitlines())))
    journal.append(note("first"))
    journal.append(note("second"))
    stop()
    stop()
    journal.append(note("third"))
    assert on_disk == [2, 3]


def test_acts_are_numbered_on_through_a_new_opening(path: Path) -> None:
    written(path, "first", "second")
    journal = Journal.open(path)
    assert journal.append(note("third"))["n"] == 3
    assert texts(journal) == ["first", "second", "third"]


def test_what_is_in_the_file_is_never_rewritten(path: Path) -> None:
    before = written(path, "first").read_bytes()
    written(path, "second")
    assert path.read_bytes().startswith(before)


def test_the_journal_can_be_read_by_its_owner_only(path: Path) -> None:
    assert written(path).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "text",
    [
        "x" * 100_000,
        "👩‍💼📉 𠮷野家",
        "\u202eمرحبا\u202c שלום",
        "one\ntwo\r\nthree\u2028four\u0085five",
        "\0\x01\x7f",
        '<script>alert("1")</script>',
        '=1+1\t"\\',
        "\ud800 alone",
    ],
    ids=["long", "emoji", "rtl", "line-ends", "control", "script", "formula", "surrogate"],
)
def test_any_text_takes_one_line_and_comes_back_as_it_was(path: Path, text: str) -> None:
    written(path, text, "after")
    assert path.read_bytes().count(b"\n") == 3
    journal = read(path)
    assert texts(journal) == [text, "after"]
    assert journal.problems == []


def test_a_journal_in_memory_writes_no_file(tmp_path: Path) -> None:
    journal = Journal(None, HEADER)
    journal.append(note("first"))
    assert texts(journal) == ["first"]
    assert list(tmp_path.iterdir()) == []


# Opening


def test_opening_creates_the_folders_above_the_journal(tmp_path: Path) -> None:
    assert written(tmp_path / "a" / "b" / "ann.jsonl").is_file()


def test_a_journal_that_is_not_there_is_not_created_without_a_header(path: Path) -> None:
    for write in (True, False):
        with pytest.raises(JournalError, match=r"no case journal at .*ann\.jsonl"):
            Journal.open(path, write=write)
    assert not path.exists()


def test_an_empty_file_becomes_a_journal(path: Path) -> None:
    path.touch()
    written(path, "first")
    assert texts(read(path)) == ["first"]


def test_two_notebooks_of_one_process_share_one_journal(path: Path) -> None:
    one, other = Journal.open(path, HEADER), Journal.open(path)
    one.append(note("first"))
    other.append(note("second"))
    assert texts(one) == texts(other) == ["first", "second"]
    assert texts(read(path)) == ["first", "second"]


def test_a_reader_cannot_write_even_where_the_case_is_open_for_writing(path: Path) -> None:
    writer = Journal.open(path, HEADER)
    before = path.read_bytes()
    reader = read(path)
    assert not reader.writable
    with pytest.raises(JournalError, match="open for reading only"):
        reader.append(note("no"))
    assert path.read_bytes() == before
    assert writer.writable


def test_a_closed_journal_can_be_read_but_not_written(path: Path) -> None:
    journal = Journal.open(path, HEADER)
    journal.append(note("first"))
    journal.close()
    journal.close()
    with pytest.raises(JournalError, match="reading only"):
        journal.append(note("second"))
    assert texts(journal) == texts(read(path)) == ["first"]


def test_a_journal_nobody_holds_any_more_is_free(path: Path) -> None:
    Journal.open(path, HEADER)
    with python(HOLD, path) as child:
        assert child.stdout and child.stdout.readline() == "open\n"
        child.communicate("\n")


HOLD = """
import sys
from pathlib import Path
from creditkit.casework.journal import Journal
journal = Journal.open(Path(sys.argv[1]), {"procedure": "refusal"})
print("open", flush=True)
sys.stdin.readline()
journal.append({"act": "note", "text": "from the other process"})
"""


def test_a_second_process_is_told_that_the_case_is_in_use(path: Path) -> None:
    with python(HOLD, path) as child:
        assert child.stdout and child.stdout.readline() == "open\n"
        before = path.read_bytes()
        with pytest.raises(CaseInUse) as refused:
            Journal.open(path)
        assert "'ann' is open in another notebook" in refused.value.text.in_("en")
        assert "'ann' 正在另一个笔记本或程序里打开" in refused.value.text.in_("zh")
        assert texts(read(path)) == []
        assert path.read_bytes() == before
        child.communicate("\n")
    assert child.returncode == 0
    assert texts(Journal.open(path)) == ["from the other process"]


def test_a_case_is_free_again_when_the_process_that_held_it_was_killed(path: Path) -> None:
    with python(HOLD, path) as child:
        assert child.stdout and child.stdout.readline() == "open\n"
        child.kill()
    Journal.open(path).append(note("mine"))
    assert texts(read(path)) == ["mine"]


# Kills

WRITE_ON = """
import sys
from pathlib import Path
from creditkit.casework.journal import Journal
journal = Journal.open(Path(sys.argv[1]), {"procedure": "refusal"})
while True:
    line = journal.append({"act": "note", "text": "x" * 500})
    print(line["n"], flush=True)
"""


@pytest.mark.parametrize("kill_after", [1, 2, 7, 40, 150])
def test_a_kill_loses_no_act_that_was_confirmed(path: Path, kill_after: int) -> None:
    with python(WRITE_ON, path) as child:
        assert child.stdout
        seen = [int(child.stdout.readline()) for _ in range(kill_after)]
        child.send_signal(signal.SIGKILL)
        # What was confirmed but still in the pipe when the kill struck counts as well.
        seen += [int(n) for n in child.stdout.read().split()]
    assert child.returncode == -signal.SIGKILL
    journal = Journal.open(path)
    assert len(journal.lines) >= seen[-1] >= kill_after
    assert [line["n"] for line in journal.lines] == list(range(1, len(journal.lines) + 1))
    assert all(line["text"] == "x" * 500 for line in journal.lines)
    assert journal.append(note("after the kill"))["n"] == journal.lines[-1]["n"]


# Full and read-only disks

FULL = """
import os, resource, sys
from pathlib import Path
from creditkit.casework.journal import Journal, JournalError
from creditkit.text import set_language
set_language("en")
path = Path(sys.argv[1])
journal = Journal.open(path, {"procedure": "refusal"})
journal.append({"act": "note", "text": "before"})
before = path.read_bytes()
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + int(sys.argv[2]), hard))
act = {"act": "note", "text": "the text of the caller" * 20}
told = 0
try:
    journal.append(act)
except JournalError as error:
    told = 1
    print(error)
assert told
assert path.read_bytes() == before
assert [l["text"] for l in journal.lines] == ["before"]
assert act == {"act": "note", "text": "the text of the caller" * 20}
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
assert journal.append(act)["n"] == 2
"""


@pytest.mark.parametrize("room", [0, 1, 20, 100])
def test_on_a_full_disk_the_act_is_refused_and_works_once_there_is_room(
    path: Path, room: int
) -> None:
    with python(FULL, path, room) as child:
        out, _ = child.communicate()
    assert child.returncode == 0
    assert "the disk is full" in out
    assert "This act did not happen, all earlier ones are safe" in out
    journal = read(path)
    assert texts(journal) == ["before", "the text of the caller" * 20]
    assert journal.problems == []


def test_half_a_line_that_cannot_be_taken_back_does_not_spoil_the_next_act(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal.open(path, HEADER)
    journal.append(note("before"))
    write = os.write

    def half(fd: int, data: bytes) -> int:
        return write(fd, data[: len(data) // 2])

    def fail(fd: int, size: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as broken:
        broken.setattr(os, "write", half)
        broken.setattr(os, "ftruncate", fail)
        with pytest.raises(JournalError):
            journal.append(note("half"))
    journal.append(note("after"))
    again = read(path)
    assert texts(again) == texts(journal) == ["before", "after"]
    assert in_english(again) == [
        "Line 3 of the journal is not a line of this case and was passed over; all else is there."
    ]


def test_a_flush_that_fails_takes_the_act_back(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = written(path, "before").read_bytes()
    journal = Journal.open(path)

    def fail(fd: int) -> None:
        raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fail)
        with pytest.raises(JournalError, match="the disk is full"):
            journal.append(note("lost"))
    assert path.read_bytes() == before
    assert texts(journal) == ["before"]


def refuse_to_open(monkeypatch: pytest.MonkeyPatch, suffix: str, code: int) -> None:
    real: Callable[..., int] = os.open

    def os_open(path: Any, *args: Any, **more: Any) -> int:
        if str(path).endswith(suffix):
            raise OSError(code, os.strerror(code), str(path))
        return real(path, *args, **more)

    monkeypatch.setattr(os, "open", os_open)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.EROFS, "the disk is read-only"),
        (errno.EACCES, "there is no permission to write there"),
        (errno.ENOSPC, "the disk is full"),
    ],
)
@pytest.mark.parametrize("suffix", [".jsonl", ".lock"])
def test_a_disk_that_cannot_be_written_is_named_and_the_case_can_still_be_read(
    path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, code: int, reason: str
) -> None:
    before = written(path, "before").read_bytes()
    with monkeypatch.context() as broken:
        refuse_to_open(broken, suffix, code)
        with pytest.raises(JournalError) as refused:
            Journal.open(path)
        assert reason in refused.value.text.in_("en")
        assert str(path) in refused.value.text.in_("zh")
        assert texts(read(path)) == ["before"]
    assert path.read_bytes() == before
    assert Journal.open(path).append(note("after"))["n"] == 2


@pytest.mark.parametrize("where", ["a file", "/proc/creditkit"])
def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, where: str) -> None:
    (tmp_path / "a file").write_text("kept", "utf-8")
    path = tmp_path / where / "cases" / "ann.jsonl"
    with pytest.raises(JournalError, match="cannot be opened") as refused:
        Journal.open(path, HEADER)
    assert str(path) in str(refused.value)
    assert (tmp_path / "a file").read_text("utf-8") == "kept"


@pytest.mark.parametrize("write", [True, False])
def test_a_folder_in_the_place_of_the_journal_is_an_error_that_names_it(
    path: Path, write: bool
) -> None:
    (path / "inside").mkdir(parents=True)
    with pytest.raises(JournalError, match=r"ann\.jsonl cannot be opened"):
        Journal.open(path, HEADER, write=write)


def test_a_header_that_finds_no_room_leaves_a_file_that_can_be_begun_again(path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    code = """
import resource, sys
from pathlib import Path
from creditkit.casework.journal import Journal, JournalError
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
try:
    Journal.open(Path(sys.argv[1]), {"procedure": "refusal"})
except JournalError:
    sys.exit(7)
"""
    with python(code, path) as child:
        child.communicate()
    assert child.returncode == 7
    assert resource.getrlimit(resource.RLIMIT_FSIZE) == limits
    assert texts(read(written(path, "first"))) == ["first"]


# Damage


def damage(path: Path, change: Callable[[list[bytes]], list[bytes]]) -> Path:
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))
    return path


FOREIGN = (
    "Line {} of the journal is not a line of this case and was passed over; all else is there."
)


def test_half_an_act_at_the_end_is_passed_over_and_the_next_act_stands_on_a_line_of_its_own(
    path: Path,
) -> None:
    written(path, "one", "two", "three")
    path.write_bytes(path.read_bytes()[:-9])
    journal = Journal.open(path)
    assert texts(journal) == ["one", "two"]
    assert in_english(journal) == [
        "The last line of the journal (line 4) is incomplete and was passed over; "
        "all else is there."
    ]
    journal.append(note("three again"))
    journal.append(note("four"))
    journal.close()
    again = read(path)
    assert texts(again) == ["one", "two", "three again", "four"]
    assert in_english(again) == [FOREIGN.format(4)]


def test_wherever_the_last_line_is_cut_the_acts_before_it_are_there(path: Path) -> None:
    whole = written(path, "one", "two").read_bytes()
    first_two = whole.index(b"\n", whole.index(b'"one"')) + 1
    for size in range(first_two, len(whole) - 1):
        path.write_bytes(whole[:size])
        assert texts(read(path)) == ["one"], size
        assert len(read(path).problems) == (size > first_two)


def test_an_act_that_lost_only_its_line_end_is_kept(path: Path) -> None:
    written(path, "one", "two")
    path.write_bytes(path.read_bytes()[:-1])
    journal = Journal.open(path)
    assert texts(journal) == ["one", "two"]
    journal.append(note("three"))
    journal.close()
    assert texts(read(path)) == ["one", "two", "three"]
    assert read(path).problems == []


STRANGE = {
    "words": b"what is this?\n",
    "not UTF-8": b'{"n":2,"act":"\xff\xfe"}\n',
    "bytes": bytes(range(128, 256)) + b"\n",
    "NULs": b"\0" * 64 + b"\n",
    "a list": b"[1,2]\n",
    "a number": b"7\n",
    "no number": b'{"act":"note","text":"x"}\n',
    "no act": b'{"n":2,"text":"x"}\n',
    "number as text": b'{"n":"2","act":"note","text":"x"}\n',
    "number as truth": b'{"n":true,"act":"note","text":"x"}\n',
    "act as list": b'{"n":2,"act":["note"]}\n',
    "step as list": b'{"n":2,"act":"ask","step":["ask_inside"]}\n',
    "items as number": b'{"n":2,"act":"ask","step":"ask_inside","items":5}\n',
    "items as lists": b'{"n":2,"act":"ask","step":"ask_inside","items":[[]]}\n',
    "choice as map": b'{"n":2,"act":"judge","step":"judge_further","choice":{}}\n',
    "answers as list": b'{"n":2,"act":"ask","step":"ask_inside","answers":[]}\n',
    "back to nowhere": b'{"n":2,"act":"back"}\n',
    "deep": b"[" * 100_000 + b"\n",
    "a number of a thousand digits": b'{"n":' + b"9" * 5000 + b',"act":"note"}\n',
    "a line from far ahead": b'{"n":900,"act":"note","text":"x"}\n',
}


@pytest.mark.parametrize("line", STRANGE.values(), ids=STRANGE)
def test_a_foreign_line_costs_that_line_and_nothing_else(path: Path, line: bytes) -> None:
    written(path, "one", "two", "three")
    before = damage(path, lambda lines: [*lines[:2], line, *lines[2:]]).read_bytes()
    journal = Journal.open(path)
    assert texts(journal) == ["one", "two", "three"]
    assert in_english(journal) == [FOREIGN.format(3)]
    assert path.read_bytes() == before
    journal.append(note("four"))
    assert texts(read(path)) == ["one", "two", "three", "four"]


def test_the_note_on_a_foreign_line_is_in_chinese_too(path: Path) -> None:
    written(path, "one")
    damage(path, lambda lines: [lines[0], b"?\n", *lines[1:]])
    set_language("zh")
    assert [str(p) for p in read(path).problems] == ["日志第 2 行不是案例记录，已略过；其余都在。"]


def test_blank_lines_are_no_problem(path: Path) -> None:
    written(path, "one", "two")
    damage(path, lambda lines: [lines[0], b"\n", lines[1], b"   \n", b"\r\n", lines[2], b"\n"])
    journal = read(path)
    assert texts(journal) == ["one", "two"]
    assert journal.problems == []


def test_line_ends_of_windows_are_no_problem(path: Path) -> None:
    written(path, "one", "two")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert texts(read(path)) == ["one", "two"]
    assert read(path).problems == []


def test_a_line_that_is_there_twice_counts_once(path: Path) -> None:
    written(path, "one", "two", "three")
    damage(path, lambda lines: [*lines[:3], lines[2], *lines[3:]])
    journal = read(path)
    assert texts(journal) == ["one", "two", "three"]
    assert in_english(journal) == [FOREIGN.format(4)]


def test_a_missing_act_is_named_and_later_acts_keep_their_numbers(path: Path) -> None:
    written(path, "one", "two", "three", "four")
    damage(path, lambda lines: [*lines[:2], *lines[4:]])
    journal = Journal.open(path)
    assert [line["n"] for line in journal.lines] == [1, 4]
    assert in_english(journal) == ["Acts 2 to 3 are missing from the journal."]
    assert journal.append(note("five"))["n"] == 5


def test_a_whole_journal_pasted_behind_another_adds_nothing(path: Path, tmp_path: Path) -> None:
    written(path, "one", "two")
    other = written(tmp_path / "bob.jsonl", "his one", "his two").read_bytes()
    path.write_bytes(path.read_bytes() + other)
    journal = read(path)
    assert texts(journal) == ["one", "two"]
    assert in_english(journal) == [FOREIGN.format(n) for n in (4, 5, 6)]


@pytest.mark.parametrize(
    "header",
    [
        b"\n",
        b"{\n",
        b"\xff\xfe\n",
        b'"creditkit"\n',
        b'{"n":1,"act":"note"}\n',
        b'{"creditkit":1}\n',
        b'{"creditkit":1,"procedure":["refusal"]}\n',
        b'{"creditkit":1,"procedure":"refusal","given":"new"}\n',
        b"",
    ],
    ids=["blank", "cut", "bytes", "a string", "an act", "bare", "list", "given", "gone"],
)
def test_a_damaged_header_is_named_and_the_file_left_alone(path: Path, header: bytes) -> None:
    written(path, "one")
    before = damage(path, lambda lines: [header, *lines[1:]]).read_bytes()
    for write in (True, False):
        with pytest.raises(JournalError) as refused:
            Journal.open(path, HEADER, write=write)
        assert f"The first line of {path} is damaged" in refused.value.text.in_("en")
        assert "第一行已损坏" in refused.value.text.in_("zh")
    assert path.read_bytes() == before


def test_after_a_damaged_header_the_journal_is_free_to_be_repaired_and_opened(path: Path) -> None:
    whole = written(path, "one").read_bytes()
    path.write_bytes(b"?" + whole)
    with pytest.raises(JournalError):
        Journal.open(path)
    path.write_bytes(whole)
    with python(HOLD, path) as child:
        assert child.stdout and child.stdout.readline() == "open\n"
        child.communicate("\n")
    assert texts(read(path)) == ["one", "from the other process"]


@pytest.mark.parametrize("newer", ["2", '"1.5"', "null"])
def test_a_newer_format_asks_for_a_newer_creditkit(path: Path, newer: str) -> None:
    path.write_text(f'{{"creditkit":{newer},"procedure":"refusal"}}\n', "utf-8")
    before = path.read_bytes()
    with pytest.raises(JournalError, match="which this version cannot read"):
        Journal.open(path)
    assert path.read_bytes() == before
