"""The trainer's pack: all that marking needs, keys included, as it was when it was released.

Seeds and tokens come from the pack's secret by HMAC-SHA256, so that a release repeated with the
same secret is the same to the byte, and nobody without it can tell who got which variant.
"""

import hashlib
import hmac
import json
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from creditkit.casework.sealed import cut_short
from creditkit.content.schema import Part, Procedure, Scenario
from creditkit.content.schema_assignments import Assignment
from creditkit.content.schema_questions import AnyQuestion, Essay
from creditkit.teaching.essay.rulings import Ruling
from creditkit.teaching.handout import Build, HandoutError, say
from creditkit.teaching.marked import Record
from creditkit.teaching.progress import taught
from creditkit.teaching.roster import key

FORMAT = 1
NAME = "pack.json"


class Issued(Part):
    """What one student was given; without a roster there is one of these, for all."""

    id: str = ""
    name: str = ""
    folder: str
    seed: int
    token: str
    handout: str
    scenarios: tuple[str, ...] = ()


class Pack(Part):
    """One release of an assignment; `rulings` are those of the trainer when it is marked."""

    creditkit_pack: Literal[1]
    creditkit: str
    build: Build
    secret: str
    assignment: Assignment
    roster: bool
    issued: tuple[Issued, ...]
    questions: tuple[AnyQuestion, ...] = ()
    scenarios: dict[str, Scenario]
    procedures: dict[str, Procedure]
    rulings: tuple[Ruling, ...] = ()

    @property
    def essays(self) -> dict[str, Essay]:
        """The essay questions, by id."""
        return {q.id: q for q in self.questions if isinstance(q, Essay)}

    @cached_property
    def by_id(self) -> dict[str, Issued]:
        """What was given to whom, by the id as it is compared."""
        return {key(one.id): one for one in self.issued}

    @cached_property
    def played(self) -> dict[str, Procedure]:
        """The procedures by which cases were played: in an assessment, cut short."""
        if self.build == "practice":
            return self.procedures
        return {id: cut_short(p) for id, p in self.procedures.items()}

    @property
    def out_of(self) -> float:
        """The points of the whole assignment."""
        points = self.assignment.points
        return round(points.questions + points.scenarios, 4)

    @cached_property
    def items(self) -> list[Record]:
        """What is marked, as the table `item` of `marked.jsonl` has it, `out_of` not rounded."""
        a = self.assignment
        whole = sum(q.points for q in self.questions) or 1
        found: list[Record] = [
            {
                "item": q.id,
                "kind": "question",
                "type": q.type,
                "title": {"zh": q.prompt.zh, "en": q.prompt.en},
                "refs": sorted(taught(q)),
                "level": q.level,
                "out_of": a.points.questions * q.points / whole,
            }
            for q in self.questions
        ]
        first = self.issued[0]
        for n, name in enumerate(first.scenarios, start=1):
            scenario = self.scenarios[name]
            alike = len({one.scenarios[n - 1] for one in self.issued}) == 1
            title = scenario.title if alike else self.procedures[scenario.procedure].title
            found.append(
                {
                    "item": f"case{n}",
                    "kind": "scenario",
                    "type": scenario.procedure,
                    "title": {"zh": title.zh, "en": title.en},
                    "refs": list(scenario.ref) if alike else [],
                    "level": scenario.level,
                    "out_of": a.points.scenarios / len(first.scenarios),
                }
            )
        return found


def drawn(secret: str, purpose: str, student: str, build: Build) -> int:
    """A student's seed. In an assessment nobody can try them all: it has 53 bits.

    >>> 0 <= drawn("s", "seed", "001", "practice") < 1_000_000
    True
    """
    value = int.from_bytes(_mac(secret, purpose, student)[:8], "big")
    return value % 1_000_000 if build == "practice" else value >> 11


def token(secret: str, purpose: str, student: str) -> str:
    """What a student's submission is sealed with."""
    return _mac(secret, purpose, student).hex()[:32]


def _mac(secret: str, purpose: str, student: str) -> bytes:
    message = json.dumps([purpose, student]).encode("ascii")
    return hmac.new(secret.encode(), message, hashlib.sha256).digest()


def load_pack(path: str | Path) -> Pack:
    """The pack in a file, or in the folder it is in.

    Raises:
        HandoutError: there is none, or it is not in order.
    """
    file = Path(path)
    for part in ("trainer", NAME):
        if file.is_dir() and (file / part).exists():
            file = file / part
    try:
        return Pack.model_validate_json(file.read_text("utf-8"))
    except OSError as error:
        raise HandoutError(say("no_pack", path=file)) from error
    except (ValidationError, ValueError) as error:
        raise HandoutError(say("bad_pack", path=file)) from error
