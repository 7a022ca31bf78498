"""Votes of a class: what counts, what does not, and that nothing in a folder can stop a count."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditkit.teaching.poll import (
    ALPHABET,
    FILE_BYTES,
    LAST,
    Ballot,
    PollError,
    Vote,
    code_of,
    mark_of,
    poll_in,
    put,
    tally,
    vote_of,
    words_in,
)

BALLOT = Ballot("monday", "judge_preliminary", tuple("abcdefgh"))
MARKS = st.text(ALPHABET, min_size=4, max_size=4)
VOTES = st.builds(Vote, MARKS, st.sampled_from(BALLOT.choices), st.integers(1, LAST))


@given(VOTES)
def test_a_code_gives_back_its_vote_however_it_is_typed(vote: Vote) -> None:
    code = code_of(BALLOT, vote)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    typed = code.replace("0", "o").replace("1", "l")
    for written in (code, code.lower(), code.replace("-", ""), wide, f" {typed} "):
        assert vote_of(BALLOT, written) == vote


@given(VOTES, st.integers(0, 9), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_found(vote: Vote, place: int, other: str) -> None:
    code = code_of(BALLOT, vote).replace("-", "")
    wrong = code[:place] + other + code[place + 1 :]
    if wrong != code:
        with pytest.raises(PollError):
            vote_of(BALLOT, wrong)


@given(VOTES, st.integers(0, 8))
def test_two_neighbours_exchanged_are_always_found(vote: Vote, place: int) -> None:
    code = code_of(BALLOT, vote).replace("-", "")
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if wrong != code:
        with pytest.raises(PollError):
            vote_of(BALLOT, wrong)


@given(st.text(max_size=40))
def test_no_text_is_a_code_by_mishap(text: str) -> None:
    try:
        vote = vote_of(BALLOT, text)
    except PollError:
        return
    assert vote is None or vote_of(BALLOT, code_of(BALLOT, vote)) == vote


@given(VOTES)
def test_a_code_of_another_poll_or_workshop_is_known_as_foreign(vote: Vote) -> None:
    for other in (
        Ballot("tuesday", BALLOT.step, BALLOT.choices),
        Ballot("monday", "decide_route", BALLOT.choices),
        Ballot("monday", BALLOT.step, BALLOT.choices[::-1]),
    ):
        assert other.number != BALLOT.number
        assert vote_of(BALLOT, code_of(other, vote)) is None


def test_codes_are_found_in_a_chat() -> None:
    votes = [Vote(mark_of(name), "b", 1) for name in ("王敏", "Li Lei")]
    first, second = (code_of(BALLOT, vote) for vote in votes)
    chat = f"王敏 10:42\n{first.lower()}，谢谢老师\nLi Lei：{second.replace('-', '')} (2026-07-01)"

    found = words_in(chat)

    assert [
        vote_of(BALLOT, word) for word in found if len(word) >= 10 and word[4:5] != "-"
    ] == votes


def test_one_name_is_one_voter_whatever_its_spacing_and_width() -> None:
    assert mark_of(" Wang  Min ") == mark_of("ｗａｎｇ min") != mark_of("Wang Mi")


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "---"])
def test_a_vote_needs_a_name(name: str) -> None:
    with pytest.raises(PollError):
        mark_of(name)


@given(st.lists(VOTES, max_size=40))
def test_each_voter_counts_once_with_the_last_vote(votes: list[Vote]) -> None:
    found = tally(BALLOT, by_code=votes)

    assert set(found.votes) == {vote.voter for vote in votes}
    for vote in votes:
        assert found.votes[vote.voter].nth >= vote.nth
    assert sum(found.counts(BALLOT.choices).values()) == len(found.votes)
    assert found.replaced == len(set(votes)) - len(found.votes)


def test_votes_from_two_machines_count_once_and_the_later_one_counts(tmp_path: Path) -> None:
    put(tmp_path, BALLOT, mark_of("ann"), "a", 1)
    put(tmp_path, BALLOT, mark_of("bob"), "b", 1)
    # A machine that knows nothing of the vote before.
    put(tmp_path, BALLOT, mark_of("Ann"), "c", 1)

    found = tally(BALLOT, tmp_path)

    assert {vote.choice for vote in found.votes.values()} == {"b", "c"}


def test_a_copy_that_a_synchronised_folder_made_counts_once(tmp_path: Path) -> None:
    mark = mark_of("ann")
    put(tmp_path, BALLOT, mark, "a", 1)
    old = next(tmp_path.glob("vote.*"))
    copy = old.with_name(old.stem + " (conflicted copy 2).json")
    copy.write_bytes(old.read_bytes())
    put(tmp_path, BALLOT, mark, "b", 2)

    found = tally(BALLOT, tmp_path)

    assert found.votes == {mark: Vote(mark, "b", 2)}
    assert found.replaced == 1


def test_a_vote_after_the_poll_was_closed_does_not_count(tmp_path: Path) -> None:
    put(tmp_path, BALLOT, mark_of("ann"), "a", 1)
    closed = tally(BALLOT, tmp_path).votes
    put(tmp_path, BALLOT, mark_of("ann"), "b", 2)
    put(tmp_path, BALLOT, mark_of("bob"), "b", 1)

    found = tally(BALLOT, tmp_path, closed=closed)

    assert found.counts(("a", "b")) == {"a": 1, "b": 0}
    assert found.late == 2


GOOD: dict[str, Any] = {
    "creditkit_vote": 1, "workshop": "monday", "step": BALLOT.step,
    "voter": "0000", "choice": "a", "nth": 1,
}  # fmt: skip
DAMAGED = [
    b"", b"{", b"[]", b"null", b"\xff\xfe\x00", b"[" * 100_000, b"x" * (FILE_BYTES * 4 + 1),
    *(json.dumps({**GOOD, key: bad}).encode() for key, bad in (
        ("creditkit_vote", 2), ("workshop", 1), ("step", None), ("voter", "../x"), ("voter", ["0"]),
        ("voter", "UUUU"), ("choice", {}), ("nth", "1"), ("nth", True), ("nth", -1), ("nth", 1e9),
    )),
]  # fmt: skip


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_file_costs_nothing_but_itself(tmp_path: Path, content: bytes) -> None:
    put(tmp_path, BALLOT, mark_of("ann"), "a", 1)
    (tmp_path / "vote.bad.json").write_bytes(content)

    found = tally(BALLOT, tmp_path)

    assert len(found.votes) == found.damaged == 1


@pytest.mark.parametrize("change", [{"workshop": "friday"}, {"choice": "zz"}])
def test_a_vote_of_something_else_is_told_apart(tmp_path: Path, change: dict[str, Any]) -> None:
    (tmp_path / "vote.x.json").write_text(json.dumps(GOOD | change), "utf-8")

    found = tally(BALLOT, tmp_path)

    assert (len(found.votes), found.foreign, found.damaged) == (0, 1, 0)


@pytest.mark.skipif(os.name != "posix", reason="pipes in a folder are a matter of POSIX")
def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "vote.pipe.json")
    (tmp_path / "vote.folder.json").mkdir()
    (tmp_path / "vote.gone.json").symlink_to(tmp_path / "nowhere")

    assert tally(BALLOT, tmp_path).damaged == 3


@given(st.binary(max_size=300))
def test_no_file_of_the_trainers_breaks_a_vote(content: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "poll.json").write_bytes(content)
        with pytest.raises(PollError):
            poll_in(Path(name), "monday")


OPEN: dict[str, Any] = {
    "creditkit_poll": 1, "workshop": "monday", "open": True, "step": "find",
    "title": {"zh": "题", "en": "title"}, "options": [{"id": "a", "zh": "甲", "en": "A"}],
}  # fmt: skip
MISSHAPEN = [
    ("creditkit_poll", 2), ("workshop", 1), ("workshop", "friday"), ("step", "../x"), ("step", 3),
    ("title", "x"), ("title", {"zh": 1, "en": 2}), ("options", []), ("options", ["x"]),
    ("options", 7), ("options", [{"id": "a"}]),
    ("options", [{"id": str(n), "zh": "甲", "en": "A"} for n in range(33)]),
]  # fmt: skip


@pytest.mark.parametrize(("key", "bad"), MISSHAPEN, ids=range(len(MISSHAPEN)))
def test_a_poll_of_the_wrong_shape_is_told(tmp_path: Path, key: str, bad: Any) -> None:
    (tmp_path / "poll.json").write_text(json.dumps(OPEN), "utf-8")
    assert poll_in(tmp_path, "monday") is not None

    (tmp_path / "poll.json").write_text(json.dumps(OPEN | {key: bad}), "utf-8")

    with pytest.raises(PollError):
        poll_in(tmp_path, "monday")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(PollError, match="nowhere"):
        tally(BALLOT, tmp_path / "nowhere")
    with pytest.raises(PollError, match="nowhere"):
        poll_in(tmp_path / "nowhere", "monday")
