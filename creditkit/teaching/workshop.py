"""A workshop: a trainer leads a class through a case, stage by stage, and polls it on the way.

What happened is kept in a journal, a line an act, so that a workshop goes on where it stood after
any crash. Closing a poll writes down what counted; a vote that comes later changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from string import ascii_uppercase

from creditkit.casework.journal import Journal, JournalError, Line, held
from creditkit.casework.opening import source_of
from creditkit.casework.staging import Stage, stages
from creditkit.casework.store import file_name, folder
from creditkit.casework.variants import find_scenario
from creditkit.content.library import procedure
from creditkit.content.schema import Option, Scenario
from creditkit.teaching.poll import (
    Ballot,
    PollError,
    Tally,
    Vote,
    close_poll,
    code_of,
    mark_of,
    open_poll,
    put,
    say,
    tally,
    vote_of,
    words_in,
)
from creditkit.text import Text, join, plain


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of codes typed or pasted: votes new and known, codes of other polls, and words
    that are no codes."""

    new: int
    known: int
    foreign: tuple[str, ...]
    unreadable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cast:
    """A vote that was cast, its code, and what kept it from the shared folder, if anything did:
    then the code can be handed over instead."""

    vote: Vote
    code: str
    problem: Text | None = None


class Workshop:
    """One class led through one scenario; see `forward`, `back`, `take` and `tally`.

    Args:
        name: the workshop's, which the class gives with its votes; also the name of the file.
        scenario: an id, a variant such as `refusal/17/2`, or the path of a YAML file.
        shared: the folder the class votes in; without one the class votes by codes.
        folder: where workshops are kept, by default `workshops` under `CREDITKIT_HOME`.

    Raises:
        BadName: the name cannot be a file's.
        ContentError: there is no such scenario.
        PollError: a workshop of this name is about another scenario.
        JournalError: the file cannot be read or written.

    >>> import tempfile
    >>> class_ = Workshop("monday", "squid_plant", folder=tempfile.mkdtemp())
    >>> class_.forward().kind
    'asked'
    """

    def __init__(
        self,
        name: str,
        scenario: str | Path | Scenario,
        shared: str | Path | None = None,
        folder: str | Path | None = None,
    ) -> None:
        self.name = file_name(name)
        source = source_of(scenario)
        self.scenario = find_scenario(source)
        self.shared = Path(shared).expanduser() if shared is not None else None
        self.path = Path(folder or workshops_folder()) / f"{self.name}.jsonl"
        self._header = {"kind": "workshop", "name": self.name, "scenario": source, "t": _now()}
        with held(self.path, self._header) as journal:
            there = journal.header.get("scenario")
        if there != source:
            raise PollError(say("other_scenario", name=name, there=there, wanted=source))

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """All stages of the scenario."""
        return stages(self.scenario)

    @property
    def at(self) -> int:
        """The number of the present stage, from 0.

        Raises:
            JournalError: the file cannot be read.
        """
        return self._at(self._lines())

    @property
    def stage(self) -> Stage:
        return self.stages[self.at]

    @property
    def polls(self) -> list[str]:
        """The steps on which the class is polled, in order."""
        return [stage.step for stage in self.stages if stage.kind == "poll"]

    def forward(self) -> Stage:
        """Go on to the next stage; leaving a poll for the first time closes it.

        Raises:
            JournalError: it could not be written; the stage is the old one.
            PollError: the shared folder cannot be read or written.
        """
        at = self.at
        if self.stages[at].kind == "poll" and not self.closed(self.stages[at].step):
            self._close(self.stages[at])
        return self._show(min(at + 1, len(self.stages) - 1))

    def back(self) -> Stage:
        """Look at the stage before once more. A poll that was closed stays closed.

        Raises:
            JournalError: it could not be written.
        """
        return self._show(max(self.at - 1, 0))

    def announce(self) -> None:
        """Tell the shared folder, if there is one, which poll is open now, or that none is.

        Raises:
            PollError: the folder cannot be written.
        """
        if self.shared is None:
            return
        stage = self.stage
        if stage.kind == "poll" and not self.closed(stage.step):
            open_poll(self.shared, self.ballot(stage.step), stage.title, stage.options)
        else:
            close_poll(self.shared, self.name)

    def ballot(self, step: str) -> Ballot:
        """What is voted on at a step."""
        options = next(s.options for s in self.stages if s.step == step and s.kind == "poll")
        return Ballot(self.name, step, tuple(o.id for o in options))

    def closed(self, step: str) -> bool:
        """Whether the poll on a step is over."""
        return self._counted(self._lines(), step) is not None

    def take(self, pasted: str) -> Taken:
        """Take in codes typed or pasted, as many at once as there are, for the poll at hand.

        Raises:
            PollError: no poll is open.
            JournalError: they could not be written.
        """
        stage = self.stage
        if stage.kind != "poll" or self.closed(stage.step):
            raise PollError(say("no_poll_open"))
        ballot = self.ballot(stage.step)
        known = set(self._by_code(self._lines(), stage.step))
        new: dict[Vote, None] = {}
        repeated = 0
        foreign: list[str] = []
        unreadable: list[str] = []
        for word in words_in(pasted):
            try:
                vote = vote_of(ballot, word)
            except PollError:
                unreadable.append(word)
                continue
            if vote is None:
                foreign.append(word)
            elif vote in known or vote in new:
                repeated += 1
            else:
                new[vote] = None
        if new:
            with held(self.path, self._header) as journal:
                for vote in new:
                    journal.append({"act": "vote", "step": stage.step, **_kept(vote)})
        return Taken(len(new), repeated, tuple(foreign), tuple(unreadable))

    def tally(self, step: str) -> Tally:
        """The votes on a step as they stand, or as they stood when its poll was closed.

        Raises:
            PollError: the shared folder cannot be read.
            JournalError: the file cannot be read.
        """
        lines = self._lines()
        counted = self._counted(lines, step)
        shared = self.shared
        try:
            return tally(self.ballot(step), shared, self._by_code(lines, step), counted)
        except PollError:
            # What was counted is in the journal; a folder that is gone takes nothing from it.
            if counted is None:
                raise
            return Tally(counted)

    # Inside

    def _lines(self) -> list[Line]:
        return Journal.open(self.path, write=False).lines

    def _at(self, lines: list[Line]) -> int:
        shown = [line.get("stage") for line in lines if line["act"] == "show"]
        last = shown[-1] if shown else 0
        return min(max(last, 0), len(self.stages) - 1) if type(last) is int else 0

    def _show(self, at: int) -> Stage:
        with held(self.path, self._header) as journal:
            journal.append({"act": "show", "t": _now(), "stage": at})
        self.announce()
        return self.stages[at]

    def _close(self, stage: Stage) -> None:
        counted = self.tally(stage.step).votes.values()
        with held(self.path, self._header) as journal:
            votes = [_kept(vote) for vote in counted]
            journal.append({"act": "close", "t": _now(), "step": stage.step, "votes": votes})

    def _by_code(self, lines: list[Line], step: str) -> list[Vote]:
        found = (line for line in lines if line["act"] == "vote" and line.get("step") == step)
        return [vote for line in found if (vote := _vote(line)) is not None]

    def _counted(self, lines: list[Line], step: str) -> dict[str, Vote] | None:
        for line in lines:
            votes = line.get("votes")
            if line["act"] == "close" and line.get("step") == step and isinstance(votes, list):
                kept = (_vote(vote) for vote in votes if isinstance(vote, dict))
                return {vote.voter: vote for vote in kept if vote is not None}
        return None


class Voter:
    """One of the class: casts votes and remembers them.

    Args:
        workshop: the name of the workshop, as the trainer gives it.
        shared: the folder the class votes in; without one a vote is a code to hand over.
        folder: where one's own votes are kept, by default `votes` under `CREDITKIT_HOME`.

    >>> import tempfile
    >>> me = Voter("monday", folder=tempfile.mkdtemp())
    >>> ballot = me.ballot("decide_route")
    >>> cast = me.vote(ballot, "Wang Min", "B")
    >>> cast.vote.nth, len(cast.code)
    (1, 11)
    """

    def __init__(
        self,
        workshop: str,
        shared: str | Path | None = None,
        folder: str | Path | None = None,
        of: str = "refusal",
    ) -> None:
        self.workshop = file_name(workshop)
        self.shared = Path(shared).expanduser() if shared is not None else None
        self.procedure = procedure(of)
        self.path = Path(folder or votes_folder()) / f"{self.workshop}.jsonl"

    @property
    def polls(self) -> list[str]:
        """The steps of the procedure on which a class can be polled."""
        return [step.id for step in self.procedure.steps if step.choose]

    def options(self, step: str) -> tuple[Option, ...]:
        return self.procedure.lists[self.procedure.step(step).choose or ""]

    def ballot(self, step: str) -> Ballot:
        return Ballot(self.workshop, step, tuple(o.id for o in self.options(step)))

    @property
    def name(self) -> str:
        """The name last voted under; empty before the first vote."""
        return next((str(line.get("name", "")) for line in reversed(self._lines())), "")

    def cast(self, step: str) -> Vote | None:
        """One's vote on a step, as last cast."""
        found = [line for line in self._lines() if line.get("step") == step]
        return _vote(found[-1]) if found else None

    def vote(self, ballot: Ballot, name: str, choice: str) -> Cast:
        """Vote, or vote again: the last vote counts.

        Raises:
            PollError: the name or the choice is missing.
            JournalError: the vote could not be remembered.
        """
        voter = mark_of(name)
        if choice not in ballot.choices:
            raise PollError(say("choose_first"))
        mine = (line for line in self._lines() if line.get("step") == ballot.step)
        earlier = [v.nth for line in mine if (v := _vote(line)) is not None and v.voter == voter]
        vote = Vote(voter, choice, max(earlier, default=0) + 1)
        problem = None
        if self.shared is not None:
            try:
                vote = put(self.shared, ballot, voter, choice, vote.nth)
            except PollError as error:
                problem = error.text
        header = {"kind": "votes", "name": self.workshop, "t": _now()}
        with held(self.path, header) as journal:
            kept = _kept(vote)
            journal.append({"act": "vote", "t": _now(), "name": name, "step": ballot.step, **kept})
        return Cast(vote, code_of(ballot, vote), problem)

    def _lines(self) -> list[Line]:
        try:
            lines = Journal.open(self.path, write=False).lines if self.path.exists() else []
        except JournalError:
            return []
        return [line for line in lines if line["act"] == "vote"]


def workshops_folder() -> Path:
    """Where workshops are kept."""
    return folder("workshops")


def votes_folder() -> Path:
    """Where one's own votes are kept."""
    return folder("votes")


def lettered(options: Iterable[Option]) -> dict[str, Text]:
    """Options by id, each with its letter: what the trainer reads out and the class chooses.

    >>> from creditkit.content.library import procedure
    >>> lettered(procedure("refusal").lists["routes"])["B"].en[:8]
    'B  B: go'
    """
    letters = (plain(f"{letter}  ") for letter in ascii_uppercase)
    return {
        o.id: join([at, o.title], zh="", en="") for at, o in zip(letters, options, strict=False)
    }


def _kept(vote: Vote) -> Line:
    return {"voter": vote.voter, "choice": vote.choice, "nth": vote.nth}


def _vote(line: Line) -> Vote | None:
    voter, choice, nth = line.get("voter"), line.get("choice"), line.get("nth")
    if not isinstance(voter, str) or not isinstance(choice, str) or type(nth) is not int:
        return None
    return Vote(voter, choice, nth)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
