"""Polling a class without a server: small files in a shared folder, or short codes read aloud.

A vote says which poll it is for, who casts it, what is chosen, and which vote of this voter it is.
Of several votes of one voter the last counts, told by that number and not by a clock, since the
clocks of ten laptops differ. A voter is known by a mark made from the name: the same name gives the
same mark on every machine, so one person counts once, and no name leaves the voter's own machine.
The mark keeps votes apart, not secret from somebody who tries all names of a class.
"""

import hashlib
import json
import os
import re
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from creditkit.casework.store import file_name
from creditkit.content.schema import Option
from creditkit.text import BilingualError, Text, phrases, plain

FORMAT = 1
# No vote is near this long, and no class near this large.
FILE_BYTES, FILES = 4_096, 5_000
BALLOT, VOTES = "poll.json", "vote."
# Letters and digits that nobody mistakes for one another when they are read aloud.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MEANT = str.maketrans("ILO", "110")
# Ten characters of five bits: which poll, the choice, the voter, the number of the vote, a check.
_POLL, _CHOICE, _VOTER, _NTH, _CHECK = 10, 5, 20, 5, 10
LAST = 2**_NTH - 1
_DIVISOR = 0b11000110011
_CODE = re.compile(r"[0-9A-Z]{5}-?[0-9A-Z]{5}")


def say(key: str, /, **slots: object) -> Text:
    return phrases("workshop")(key, **slots)


class PollError(BilingualError):
    """A vote that cannot be cast, or a shared folder that cannot be read or written."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """What is voted on: a step of a workshop, with the ids of what can be chosen, in order.

    >>> ballot = Ballot("monday", "decide_route", ("A", "B", "C"))
    >>> ballot.choices[1]
    'B'
    """

    workshop: str
    step: str
    choices: tuple[str, ...]

    @property
    def number(self) -> int:
        """The poll as it stands in a code."""
        return _digest("poll", _folded(self.workshop), self.step, *self.choices, bits=_POLL)


@dataclass(frozen=True, slots=True)
class Vote:
    """One vote: the voter's mark, the choice, and which vote of this voter on the poll it is."""

    voter: str
    choice: str
    nth: int


@dataclass(frozen=True, slots=True)
class Tally:
    """The votes that count, one a voter, and how many of what was found does not.

    `replaced` are earlier votes of a voter who voted again, `late` those that came after the poll
    was closed, `foreign` those of another poll, `damaged` what cannot be read as a vote.
    """

    votes: dict[str, Vote]
    replaced: int = 0
    late: int = 0
    foreign: int = 0
    damaged: int = 0

    def counts(self, choices: Iterable[str]) -> dict[str, int]:
        """How many voted for each choice; those nobody chose included."""
        cast = Counter(vote.choice for vote in self.votes.values())
        return {choice: cast[choice] for choice in choices}


def mark_of(name: str) -> str:
    """The voter's mark: four characters made from the name, spacing, width and case apart.

    Raises:
        PollError: there is no letter or digit in the name.

    >>> mark_of("Wang Min") == mark_of(" ｗａｎｇ  min ")
    True
    """
    folded = _folded(name)
    if not any(c.isalnum() for c in folded):
        raise PollError(say("name_first"))
    return _written(_digest("voter", folded, bits=_VOTER), _VOTER)


# Codes


def code_of(ballot: Ballot, vote: Vote) -> str:
    """The vote as ten characters to read aloud, type or paste.

    A single wrong character, or two neighbours exchanged, never make another valid code.

    >>> ballot = Ballot("monday", "decide_route", ("A", "B", "C"))
    >>> code = code_of(ballot, Vote(mark_of("Wang Min"), "B", 1))
    >>> vote_of(ballot, code.lower()).choice
    'B'
    """
    bits = ballot.number
    for value, width in (
        (ballot.choices.index(vote.choice), _CHOICE),
        (_read(vote.voter), _VOTER),
        (min(vote.nth, LAST), _NTH),
    ):
        bits = bits << width | value
    whole = _written(bits << _CHECK | _remainder(bits), _CHECK + _POLL + _CHOICE + _VOTER + _NTH)
    return f"{whole[:5]}-{whole[5:]}"


def vote_of(ballot: Ballot, code: str) -> Vote | None:
    """The vote a code stands for; `None` when it is one of another poll.

    Raises:
        PollError: it is no code, or was mistyped.
    """
    word = unicodedata.normalize("NFKC", code).strip().upper()
    if not _CODE.fullmatch(word) or "U" in word:
        raise PollError(say("no_code", code=code[:40]))
    bits = _read(word.replace("-", "").translate(_MEANT))
    bits, check = bits >> _CHECK, bits & (1 << _CHECK) - 1
    if _remainder(bits) != check:
        raise PollError(say("no_code", code=code[:40]))
    bits, nth = bits >> _NTH, bits & LAST
    bits, voter = bits >> _VOTER, bits & (1 << _VOTER) - 1
    poll, choice = bits >> _CHOICE, bits & (1 << _CHOICE) - 1
    if poll != ballot.number or choice >= len(ballot.choices):
        return None
    return Vote(_written(voter, _VOTER), ballot.choices[choice], nth)


def words_in(pasted: str) -> list[str]:
    """What may be codes in text typed or pasted, a chat with names and times included.

    >>> words_in("王敏：k7qf2-m8r3d, 10:42 and thanks")
    ['K7QF2-M8R3D']
    """
    text = unicodedata.normalize("NFKC", pasted[:200_000]).upper()
    words = re.findall(r"[0-9A-Z][0-9A-Z-]*[0-9A-Z]", text)
    # A date has two hyphens; a code one or none.
    return [word for word in words if 8 <= len(word) <= 13 and word.count("-") < 2]


# The shared folder


def open_poll(folder: Path, ballot: Ballot, title: Text, options: Sequence[Option]) -> None:
    """Tell the class in the shared folder what is voted on now.

    Raises:
        PollError: the folder cannot be written.
    """
    about = {
        "creditkit_poll": FORMAT,
        "workshop": ballot.workshop,
        "step": ballot.step,
        "open": True,
        "title": _both(title),
        "options": [{"id": o.id, **_both(o.title)} for o in options],
    }
    _put(folder, BALLOT, about)


def close_poll(folder: Path, workshop: str) -> None:
    """Tell the class that no poll is open.

    Raises:
        PollError: the folder cannot be written.
    """
    _put(folder, BALLOT, {"creditkit_poll": FORMAT, "workshop": workshop, "open": False})


def poll_in(folder: Path, workshop: str) -> tuple[Ballot, Text, dict[str, Text]] | None:
    """The poll open in a shared folder: what is voted on, its title, its options by id.

    Raises:
        PollError: the folder or what is in it cannot be read, or belongs to another workshop.
    """
    path = folder / BALLOT
    if not folder.is_dir():
        raise PollError(say("no_folder", folder=folder))
    if not path.exists():
        return None
    about = _load(path)
    try:
        assert about is not None and about["creditkit_poll"] == FORMAT
        there = about["workshop"]
        assert isinstance(there, str)
        if _folded(there) != _folded(workshop):
            raise PollError(say("other_workshop", folder=folder, there=there, wanted=workshop))
        if about["open"] is not True:
            return None
        options = {str(o["id"]): _text(o) for o in about["options"]}
        assert 0 < len(options) <= 2**_CHOICE
        ballot = Ballot(there, file_name(about["step"]), tuple(options))
        return ballot, _text(about["title"]), options
    except (AssertionError, KeyError, TypeError, BilingualError) as error:
        if isinstance(error, PollError):
            raise
        raise PollError(say("bad_poll", path=path)) from None


def put(folder: Path, ballot: Ballot, voter: str, choice: str, nth: int) -> Vote:
    """Put a vote into the shared folder; returns it, with the number it got there.

    The number goes on from the voter's votes already there, from another machine as well.

    Raises:
        PollError: the folder cannot be written.
    """
    there = _votes_in(folder, ballot)[0]
    nth = max([nth, *(vote.nth + 1 for vote in there if vote.voter == voter)])
    about = {
        "creditkit_vote": FORMAT,
        "workshop": ballot.workshop,
        "step": ballot.step,
        "voter": voter,
        "choice": choice,
        "nth": nth,
    }
    _put(folder, f"{VOTES}{ballot.step}.{voter}.json", about)
    return Vote(voter, choice, nth)


def tally(
    ballot: Ballot,
    folder: Path | None = None,
    by_code: Iterable[Vote] = (),
    closed: dict[str, Vote] | None = None,
) -> Tally:
    """Count the votes on a poll, those in the shared folder and those that came as codes.

    Args:
        closed: what counted when the poll was closed; only that counts from then on.

    Raises:
        PollError: the folder cannot be read.
    """
    found, foreign, damaged = ([], 0, 0) if folder is None else _votes_in(folder, ballot)
    last: dict[str, Vote] = {}
    every = dict.fromkeys([*by_code, *found])
    for vote in every:
        if vote.voter not in last or vote.nth >= last[vote.voter].nth:
            last[vote.voter] = vote
    if closed is None:
        return Tally(last, len(every) - len(last), 0, foreign, damaged)
    late = sum(vote != closed.get(voter) for voter, vote in last.items())
    return Tally(dict(closed), max(0, len(every) - len(last)), late, foreign, damaged)


# Inside


def _votes_in(folder: Path, ballot: Ballot) -> tuple[list[Vote], int, int]:
    """The votes on a poll in a folder; how many files are of others, and how many damaged."""
    votes: list[Vote] = []
    foreign = damaged = 0
    if not folder.is_dir():
        raise PollError(say("no_folder", folder=folder))
    try:
        # What a synchronised folder makes of two versions of a file begins and ends like them.
        files = sorted(folder.glob(f"{VOTES}*.json"))
    except OSError as error:
        raise PollError(say("unreadable", folder=folder, problem=plain(str(error)))) from error
    for path in files[:FILES]:
        about = _load(path)
        vote = None if about is None else _vote(about, ballot)
        if about is None or vote is None:
            damaged += 1
        elif _folded(str(about["workshop"])) != _folded(ballot.workshop):
            foreign += 1
        elif about["step"] != ballot.step:
            # The votes on the polls before this one stay in the folder; they are nobody's fault.
            continue
        elif vote.choice not in ballot.choices:
            foreign += 1
        else:
            votes.append(vote)
    return votes, foreign, damaged


def _vote(about: dict[str, Any], ballot: Ballot) -> Vote | None:
    voter, choice, nth = about.get("voter"), about.get("choice"), about.get("nth")
    known = isinstance(voter, str) and len(voter) == 4 and set(voter) <= set(ALPHABET)
    words = all(isinstance(about.get(key), str) for key in ("workshop", "step"))
    if about.get("creditkit_vote") != FORMAT or not known or not words:
        return None
    if not isinstance(choice, str) or type(nth) is not int or not 0 <= nth < 1_000_000:
        return None
    return Vote(str(voter), choice, nth)


def _load(path: Path) -> dict[str, Any] | None:
    """A small JSON file; `None` when it is none, or not readable now."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            data = file.read(FILE_BYTES * 4 + 1)
        about = json.loads(data) if len(data) <= FILE_BYTES * 4 else None
    except (OSError, ValueError, RecursionError):
        return None
    return about if isinstance(about, dict) else None


def _put(folder: Path, name: str, about: dict[str, Any]) -> None:
    """Write a small file whole or not at all; a reader never sees half of it."""
    scratch = ""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fd, scratch = tempfile.mkstemp(prefix=".", suffix=".part", dir=folder)
        with os.fdopen(fd, "w", encoding="ascii") as file:
            json.dump(about, file)
        # Others of the class write here too: what is made by one must be readable to all.
        Path(scratch).chmod(0o644)
        Path(scratch).replace(folder / name)
    except OSError as error:
        if scratch:
            Path(scratch).unlink(missing_ok=True)
        raise PollError(say("unwritable", folder=folder, problem=plain(str(error)))) from error


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _text(about: Any) -> Text:
    zh, en = about["zh"], about["en"]
    assert isinstance(zh, str) and isinstance(en, str)
    return Text(zh, en)


def _folded(words: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


def _digest(*parts: str, bits: int) -> int:
    whole = hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).digest()
    return int.from_bytes(whole[:8], "big") >> (64 - bits)


def _written(number: int, bits: int) -> str:
    return "".join(ALPHABET[number >> shift & 31] for shift in range(bits - 5, -1, -5))


def _read(word: str) -> int:
    number = 0
    for letter in word:
        number = number << 5 | ALPHABET.index(letter)
    return number


def _remainder(bits: int) -> int:
    """The check of a code: the remainder of a division of polynomials. One of ten bits finds
    every error that lies within ten neighbouring bits, which is two characters."""
    bits <<= _CHECK
    for place in range(bits.bit_length() - 1, _CHECK - 1, -1):
        if bits >> place & 1:
            bits ^= _DIVISOR << (place - _CHECK)
    return bits
