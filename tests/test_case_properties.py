"""Whatever a student does, in whatever order: the journal is valid and gives the case again."""

import itertools
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from creditkit.casework.case import Case, CaseError, Reply
from creditkit.casework.journal import Journal, Line
from creditkit.casework.state import State, effective
from creditkit.content.library import procedure
from creditkit.content.ways import model_path, right_value
from creditkit.text import set_language
from tests.playing import model_steps, work

REFUSAL = procedure("refusal")
STEPS = {step.id: step for step in REFUSAL.steps}
ITEMS = [item.id for step in REFUSAL.steps for item in step.items]
CAUSES = ["misunderstands_form", "no_value", "fraud"]
CHOICES = [option.id for options in REFUSAL.lists.values() for option in options]
WORDS = st.text(max_size=20) | st.sampled_from(["\ud800", "\0", "a\nb", "👩‍💼", "\u202eש", "=1+1"])
OUT_OF_ORDER = {"not_yet", "passed", "other_way"}
INCOMPLETE = {"not_learnt", "empty", "closed", "not_at_end"}


def contents(state: State) -> dict[str, Any]:
    """Everything a state holds, to compare two of them."""
    return {name: getattr(state, name) for name in State.__slots__}


class Desk(RuleBasedStateMachine):
    """A student at a case kept on disk, who tries anything at any time."""

    @initialize(
        real=st.booleans(),
        customer=st.sampled_from(["new", "existing"]),
        cause=st.sampled_from(CAUSES),
        head_start=st.integers(min_value=0, max_value=14),
    )
    def begin(self, real: bool, customer: str, cause: str, head_start: int) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.file = self.folder / "ann.jsonl"
        start: dict[str, Any] = (
            {"procedure": "refusal", "given": {"customer": customer}}
            if real
            else {"scenario": f"refusal/17/2/{cause}/{customer}"}
        )
        self.case = Case.open("ann", folder=self.folder, **start)
        # Chance alone seldom gets to the end of a procedure.
        path = model_path(REFUSAL, {"customer": customer}, {"cause": cause})
        for step in path[:head_start]:
            items = [item.id for item in step.items] or self.case.recordable(step)
            assert self.case.do(
                step.id,
                items=[] if step.choose else items,
                choice=right_value(REFUSAL, step, {"cause": cause}, self.case.state.values),
                answers=dict.fromkeys(items, "learnt"),
            ).accepted
        if head_start > len(path):
            assert self.case.close().accepted

    def teardown(self) -> None:
        set_language("en")
        if hasattr(self, "case"):
            self.case.close_journal()
            shutil.rmtree(self.folder)

    # What the student tries

    def attempt(self, step_id: str, **act: Any) -> None:
        """Work a step; what must hold of every act, accepted or not."""
        state = self.case.state
        opened, done, before = state.open_steps(), set(state.done), self.standing()
        written = len(self.case.journal.lines)
        try:
            reply = self.case.do(step_id, **act)
        except CaseError:
            assert len(self.case.journal.lines) == written
            assert self.standing() == before
            return
        new = self.case.journal.lines[written:]
        assert reply.accepted == (reply.code == "")
        if reply.accepted:
            # For a real customer more can always be learnt later.
            assert step_id in opened or (self.case.real and step_id in done)
            assert [line.get("step") for line in new] == [step_id]
            assert "refused" not in new[0]
        else:
            assert str(reply.text).strip()
            assert reply.code in OUT_OF_ORDER | INCOMPLETE
            assert [line["refused"] for line in new] == [reply.code] * (reply.code in OUT_OF_ORDER)
            assert (step_id in opened) <= (reply.code in INCOMPLETE)
            assert self.standing() == before

    def standing(self) -> dict[str, Any]:
        """What a refused act must leave as it was."""
        state = self.case.state
        return {
            "done": {step: dict(items) for step, items in state.done.items()},
            "values": dict(state.values),
            "path": list(state.path),
            "closed": state.closed,
            "open": state.open_steps(),
        }

    @rule(
        step=st.sampled_from(list(STEPS)),
        items=st.lists(st.sampled_from(ITEMS), max_size=4),
        choice=st.none() | st.sampled_from(CHOICES),
        because=st.lists(st.sampled_from(ITEMS), max_size=3),
        text=WORDS,
    )
    def anything(self, step: str, items: list[str], choice: str | None, **more: Any) -> None:
        answers = dict.fromkeys(items, more["text"])
        self.attempt(step, items=items, choice=choice, answers=answers, **more)

    @rule(data=st.data(), step=st.sampled_from(list(STEPS)), text=WORDS)
    def something_that_belongs_to_a_step(self, data: st.DataObject, step: str, text: str) -> None:
        self.fitting(data, step, text)

    @rule(data=st.data(), text=WORDS)
    def something_that_is_open(self, data: st.DataObject, text: str) -> None:
        if opened := self.case.state.open_steps():
            self.fitting(data, data.draw(st.sampled_from(opened)), text)

    def fitting(self, data: st.DataObject, step_id: str, text: str) -> None:
        step = STEPS[step_id]
        known = [item.id for item in step.items] or self.case.recordable(step)
        items = data.draw(st.lists(st.sampled_from(known), max_size=5)) if known else []
        options = [option.id for option in self.case.options(step)]
        choice = data.draw(st.sampled_from(options)) if options else None
        self.attempt(
            step_id,
            items=[] if step.choose else items,
            choice=choice,
            text=text,
            answers=dict.fromkeys(items, text or "learnt"),
        )

    @precondition(lambda self: not self.case.real and not self.case.state.closed)
    @rule()
    def what_the_procedure_asks(self) -> None:
        path = model_steps(self.case)
        opened = self.case.state.open_steps()
        if step := next((s for s in reversed(path) if s.id in opened), None):
            reply = work(self.case, step)
            assert reply.accepted or reply.code in INCOMPLETE

    @rule(text=WORDS)
    def a_note(self, text: str) -> None:
        before = self.standing()
        written = len(self.case.journal.lines)
        reply = self.case.note(text)
        assert reply.accepted == bool(text.replace("\0", "").strip())
        assert len(self.case.journal.lines) == written + reply.accepted
        assert self.standing() == before

    @rule(data=st.data())
    def back(self, data: st.DataObject) -> None:
        numbers = [line["n"] for line in self.case.state.lines]
        if not numbers:
            with pytest.raises(CaseError):
                self.case.back(1)
            return
        n = data.draw(st.sampled_from(numbers))
        assert self.case.back(n).accepted
        assert [line["n"] for line in self.case.state.lines] == [m for m in numbers if m < n]
        # A note made after the closing can be taken back without opening the case.
        closing = [line["n"] for line in self.case.state.lines if line["act"] == "close"]
        assert self.case.state.closed == bool(closing)

    @rule()
    def close(self) -> None:
        possible = self.case.state.may_close()
        reply: Reply = self.case.close()
        assert reply.accepted == possible
        assert self.case.state.closed == (possible or reply.code == "closed")

    @rule()
    def leave_and_come_back(self) -> None:
        before = contents(self.case.state)
        self.case.close_journal()
        self.case = Case.open("ann", folder=self.folder)
        assert contents(self.case.state) == before

    @rule(lang=st.sampled_from(["zh", "en"]))
    def switch_language(self, lang: str) -> None:
        before = self.standing()
        set_language(lang)
        assert self.standing() == before

    # What always holds

    @invariant()
    def the_journal_on_disk_is_valid_and_is_what_the_case_holds(self) -> None:
        header, *acts = self.file.read_bytes().decode("ascii").splitlines()
        assert json.loads(header)["procedure"] == "refusal"
        assert [json.loads(line) for line in acts] == self.case.journal.lines
        assert [line["n"] for line in self.case.journal.lines] == list(range(1, len(acts) + 1))
        assert self.file.read_bytes().endswith(b"\n")

    @invariant()
    def replay_equals_the_live_case(self) -> None:
        replayed = Case(Journal.open(self.file, write=False))
        assert replayed.problems == []
        assert contents(replayed.state) == contents(self.case.state)

    @invariant()
    def the_way_taken_is_a_way_of_the_procedure(self) -> None:
        path = self.case.state.path
        assert path[:1] in ([], [REFUSAL.start])
        for here, after in itertools.pairwise(path):
            assert after in [branch.to for branch in STEPS[here].next]
            assert self.case.state.satisfied(here)

    @invariant()
    def a_case_is_never_stuck(self) -> None:
        state = self.case.state
        assert state.closed or state.open_steps() or state.may_close()

    @invariant()
    def what_is_on_record_was_learnt(self) -> None:
        state = self.case.state
        for step_id, items in state.done.items():
            if STEPS[step_id].verb == "record":
                assert set(items) <= set(self.case.recordable(STEPS[step_id]))


TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)


@given(
    st.lists(
        st.one_of(
            st.just(0),
            st.integers(min_value=1, max_value=30),
        ),
        max_size=30,
    )
)
def test_what_counts_is_what_was_not_gone_back_behind(moves: list[int]) -> None:
    """Each move is an act (0) or going back to an act; a slow, plain reading gives the same."""
    lines: list[Line] = []
    counting: set[int] = set()
    for n, to in enumerate(moves, start=1):
        lines.append({"n": n, "act": "back", "to": to} if to else {"n": n, "act": "note"})
        counting = {m for m in counting if m < to} if to else counting | {n}
    assert [line["n"] for line in effective(lines)] == sorted(counting)
