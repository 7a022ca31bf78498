"""What a student answers is kept, survives, and adds up to progress."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditkit.casework.case import Case
from creditkit.casework.journal import Journal, JournalError
from creditkit.casework.store import BadName
from creditkit.content.library import questions, refs
from creditkit.teaching.attempts import Attempts
from creditkit.teaching.marking import mark
from creditkit.teaching.progress import progress, taught
from tests import answering
from tests.playing import play

SET = questions("refusal").items
FIRST = next(q for q in SET if q.id == "refusal_first_contact")
ORDER = next(q for q in SET if q.id == "refusal_order")


def status(attempts: Attempts, ref: str) -> str:
    return next(fact.status for fact in progress(attempts) if fact.ref == ref)


def test_nothing_is_on_disk_before_the_first_answer(tmp_path: Path) -> None:
    mine = Attempts("ann", tmp_path)
    assert mine.work(FIRST.id).standing == "not_attempted"
    assert mine.works() == {}
    assert list(tmp_path.iterdir()) == []


def test_an_answer_is_there_after_a_restart(tmp_path: Path) -> None:
    code = (
        "import sys; from creditkit.teaching.attempts import Attempts;"
        "from creditkit.content.library import questions;"
        "mine = Attempts('ann', sys.argv[1]); q = questions('refusal').items[0];"
        "mine.answer(mine.exercise(q), 'customer')"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
    work = Attempts("ann", tmp_path).work(FIRST.id)
    assert (work.last, work.standing, work.shares) == ("customer", "partly", [0.3])


def test_blank_and_invalid_answers_are_told_and_not_kept(tmp_path: Path) -> None:
    mine = Attempts("ann", tmp_path)
    x = mine.exercise(FIRST)
    assert mine.answer(x, None).verdict == "not_attempted"
    assert mine.answer(x, answering.invalid(x)).verdict == "invalid"
    assert mine.works() == {}


def test_the_best_answer_counts(tmp_path: Path) -> None:
    mine = Attempts("ann", tmp_path)
    x = mine.exercise(FIRST)
    for answer in ("refuse", "customer", "supervisor", "refuse"):
        mine.answer(x, answer)
    assert mine.work(FIRST.id).standing == "right"
    assert mine.work(FIRST.id).last == "refuse"


def test_an_answer_given_after_the_key_was_shown_does_not_count(tmp_path: Path) -> None:
    mine = Attempts("ann", tmp_path)
    x = mine.exercise(FIRST)
    mine.show(x)
    assert mine.answer(x, x.key).verdict == "right"
    assert mine.work(FIRST.id).standing == "shown"
    again = mine.another(x)
    mine.answer(again, again.key)
    assert mine.work(FIRST.id).standing == "right"


def test_hints_are_counted_up_to_the_last(tmp_path: Path) -> None:
    mine = Attempts("ann", tmp_path)
    x = mine.exercise(FIRST)
    assert [mine.hint(x) for _ in range(4)] == [1, 2, 2, 2]
    mine.another(x)
    assert mine.work(FIRST.id).hints == 0


def test_a_reset_begins_anew_and_loses_nothing(tmp_path: Path) -> None:
    mine = Attempts("ann", tmp_path)
    for question in (FIRST, ORDER):
        x = mine.exercise(question)
        mine.answer(x, x.key)
    mine.reset(FIRST.id)
    assert mine.work(FIRST.id).standing == "not_attempted"
    assert mine.work(ORDER.id).standing == "right"
    mine.reset()
    assert mine.works() == {}
    assert len(Journal.open(mine.path, write=False).lines) == 4


def test_two_notebooks_write_side_by_side(tmp_path: Path) -> None:
    code = (
        "import sys; from creditkit.teaching.attempts import Attempts;"
        "from creditkit.content.library import questions;"
        "mine = Attempts('ann', sys.argv[1]); q = questions('refusal').items[0];\n"
        "for _ in range(40): mine.answer(mine.exercise(q), 'refuse')"
    )
    runs = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) for _ in range(3)]
    assert [run.wait() for run in runs] == [0, 0, 0]
    assert len(Attempts("ann", tmp_path).work(FIRST.id).shares) == 120
    assert Journal.open(tmp_path / "ann.jsonl", write=False).problems == []


def test_a_damaged_line_costs_that_line_and_nothing_else(tmp_path: Path) -> None:
    mine = Attempts("ann", tmp_path)
    x = mine.exercise(FIRST)
    mine.answer(x, "refuse")
    mine.answer(x, x.key)
    rows = mine.path.read_bytes().split(b"\n")
    rows[1] = b'{"n":1,"act":"answer","question":["x"],"seed":{},"share":"all"}'
    mine.path.write_bytes(b"\n".join(rows))
    assert Attempts("ann", tmp_path).work(FIRST.id).shares == [1.0]


def test_a_file_that_is_none_of_ours_is_told(tmp_path: Path) -> None:
    (tmp_path / "ann.jsonl").write_text("hello\n", "utf-8")
    with pytest.raises(JournalError):
        Attempts("ann", tmp_path).works()


def test_a_name_that_cannot_be_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadName):
        Attempts("../ann", tmp_path)


def test_a_right_answer_masters_what_the_question_teaches(tmp_path: Path) -> None:
    mine = Attempts("ann", tmp_path)
    assert {fact.status for fact in progress(mine)} == {"open"}
    x = mine.exercise(ORDER)
    mine.answer(x, answering.wrong(x))
    assert status(mine, "R2") == "begun"
    mine.answer(x, x.key)
    assert {ref for ref in refs() if status(mine, ref) == "mastered"} == taught(ORDER)


def test_progress_lists_every_fact_of_a_section_in_order(tmp_path: Path) -> None:
    facts = [fact.ref for fact in progress(Attempts("ann", tmp_path), "S")]
    assert facts == [ref for ref in refs() if ref.startswith("S")]


def test_a_closed_case_counts_towards_progress(tmp_path: Path) -> None:
    mine = Attempts("ann", tmp_path)
    play(Case.open("drawings", scenario="pump_maker")).close_journal()
    assert status(mine, "R1.1") == "mastered"
    assert status(mine, "R2.1") == "mastered"
    fact = next(fact for fact in progress(mine) if fact.ref == "R1.1")
    assert fact.right == ("drawings",)


# Every act waits for the disk.
@settings(deadline=None)
@given(
    acts=st.lists(
        st.tuples(st.sampled_from(["right", "wrong", "show", "another", "hint", "reset"])),
        max_size=12,
    )
)
def test_what_is_read_back_is_what_was_done(acts: list[tuple[str]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        mine = Attempts("ann", folder)
        shares: list[float] = []
        shown = False
        for (act,) in acts:
            x = mine.exercise(FIRST)
            if act in {"right", "wrong"}:
                answer = x.key if act == "right" else answering.wrong(x)
                mine.answer(x, answer)
                shares += [] if shown else [mark(x, answer).share]
            elif act == "show":
                mine.show(x)
                shown = True
            elif act == "another":
                mine.another(x)
                shown = False
            elif act == "hint":
                mine.hint(x)
            else:
                mine.reset()
                shares, shown = [], False
        work = Attempts("ann", folder).work(FIRST.id)
        assert work.shares == shares
        assert work.shown == shown
