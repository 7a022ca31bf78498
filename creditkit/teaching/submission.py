"""A submission: one JSON file with a student's work on a handout. Data only, no code.

It holds the answers and the acts of the cases as the journals have them, who handed in what and
when, and the versions it was made with. Its `seal` is an HMAC-SHA256 over all of that, keyed with
the token of the student's own handout, and its `receipt` a short digest that the student sees.

What the seal proves: the file was made with that student's handout and was not changed since, be
it by damage, by a slip in an editor or by somebody who has not got the handout. The receipt lets
student and trainer see that they speak of the same file.

What it does not prove: who sat at the keyboard, that the student had no help, or that the times
are true. The token lies on the student's machine, so a student who reads this module can write a
file by hand and seal it. He gains nothing by it in a case, as marking plays the acts again by the
rules; and a later submission that does not carry on from an earlier one is flagged.
"""

import hashlib
import hmac
import json
import math
import platform
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from creditkit.casework.export import write_whole
from creditkit.casework.journal import Line, is_act
from creditkit.casework.opening import clean, now
from creditkit.casework.order import TEXT_LIMIT
from creditkit.content.schema import Part
from creditkit.teaching.handout import Build, Who, Work, canonical
from creditkit.text import BilingualError, Text, join, language, phrases, plain

FORMAT = 1
# A case of 200 acts with long texts and 100 answers is below 1 MB.
LARGEST = 4 << 20
DEEPEST = 12
MOST_ACTS = 20_000
# Beyond this a whole number is no longer exact in other programs.
LARGEST_NUMBER = 2**63
# Names that Windows keeps for itself.
RESERVED = {"con", "prn", "aux", "nul", *(f"{of}{n}" for of in ("com", "lpt") for n in range(10))}


def say(key: str, /, **slots: object) -> Text:
    return phrases("submission")(key, **slots)


class SubmissionError(BilingualError):
    """Work that cannot be handed in, or a file that cannot be taken: `code` says why in short."""

    def __init__(self, code: str, **slots: object) -> None:
        super().__init__(say(code, **slots))
        self.code = code


class Submission(Part):
    """A submission of the right shape. Nothing in it is believed before its seal is checked."""

    creditkit_submission: Literal[1]
    assignment: str = Field(max_length=200)
    build: Build
    handout: str = Field(max_length=64)
    student: Who
    language: Literal["zh", "en"]
    written: str = Field(max_length=40)
    versions: dict[str, str]
    answers: tuple[Line, ...]
    cases: dict[str, tuple[Line, ...]]
    receipt: str = Field(max_length=64)
    seal: str = Field(max_length=64)


def seal(body: dict[str, Any], token: str) -> dict[str, str]:
    """The receipt and seal of a submission's body.

    >>> seal({"answers": []}, "00")["receipt"]
    '5a52-da6f-8f1a-906d'
    """
    content = canonical({k: v for k, v in body.items() if k not in {"receipt", "seal"}})
    found = hashlib.sha256(content).hexdigest()[:16]
    return {
        "receipt": "-".join(found[i : i + 4] for i in range(0, 16, 4)),
        "seal": hmac.new(token.encode(), content, hashlib.sha256).hexdigest(),
    }


def unbroken(body: dict[str, Any], token: str) -> bool:
    """Whether a body is as it was when it was sealed with this token."""
    made = seal(body, token)["seal"]
    return hmac.compare_digest(made.encode(), str(body.get("seal")).encode("utf-8", "replace"))


def make_submission(work: Work, student: Who | None = None) -> dict[str, Any]:
    """The student's work so far, sealed.

    Args:
        student: who hands it in, where the handout does not say so.

    Raises:
        SubmissionError: nobody is named, nothing was done yet, or the work is too large.
        JournalError: a journal cannot be read.
    """
    from creditkit import __version__

    h = work.handout
    who = h.student or student or work.student
    if who is None or not who.id:
        raise SubmissionError("who_are_you")
    answers, cases = work.acts(), work.case_acts()
    if not answers and not any(cases.values()):
        raise SubmissionError("nothing_done")
    body = cleaned(
        {
            "creditkit_submission": FORMAT,
            "assignment": h.assignment,
            "build": h.build,
            "handout": work.digest,
            "student": {"id": who.id, "name": who.name},
            "language": language(),
            "written": now(),
            "versions": {"creditkit": __version__, "python": platform.python_version()},
            "answers": answers,
            "cases": cases,
        }
    )
    return {**body, **seal(body, h.token)}


def write_submission(body: dict[str, Any], path: Path) -> Path:
    """Write a submission for people to read as well: whole, or not at all.

    Raises:
        SubmissionError: it is too large, or cannot be written.
    """
    data = (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()
    if len(data) > LARGEST:
        raise SubmissionError("too_large", size=f"{len(data) / 2**20:.1f}", limit=LARGEST >> 20)
    try:
        write_whole(path, data)
    except OSError as error:
        raise SubmissionError("unwritable", path=path, problem=error.strerror) from error
    return path


def hand_in(work: Work, folder: Path, student: Who | None = None) -> tuple[Path, dict[str, Any]]:
    """Make a submission and write it to a folder, named by assignment and student.

    Raises:
        SubmissionError, JournalError: see `make_submission` and `write_submission`.
    """
    body = make_submission(work, student)
    name = f"{work.handout.assignment}_{safe_name(body['student']['id'])}.json"
    return write_submission(body, folder / name), body


def left_undone(work: Work) -> list[Text]:
    """What of the handout is not answered, begun or closed, for the student to see beside the
    receipt; empty when all is done.

    Raises:
        JournalError: a journal cannot be read.
    """
    h = work.handout
    answered = {act.get("question") for act in work.acts() if act["act"] == "answer"}
    ids = [question.id for question in h.questions or h.sheets]
    cases = [work.case_acts().get(given.case, []) for given in h.cases]
    missing = {
        "not_answered": [id not in answered for id in ids],
        "not_begun": [not acts for acts in cases],
        "not_closed": [
            bool(acts) and not any(act["act"] == "close" for act in acts) for acts in cases
        ],
    }
    told = [
        say(key, numbers=join([plain(str(n)) for n, holds in enumerate(of, start=1) if holds]))
        for key, of in missing.items()
        if any(of)
    ]
    return [*told, say("may_complete")] if told else []


def safe_name(id: str) -> str:
    """An id as part of a file's name on every system: one for each id, and never a path.

    >>> safe_name("S001"), safe_name("../x") == safe_name("..-x")
    ('S001', False)
    """
    kept = "".join(c if c.isalnum() or c in "-_" else "_" for c in id)
    reserved = kept.casefold() in RESERVED
    if kept and kept == id and not reserved and len(kept.encode()) <= 100:
        return kept
    # Two ids may differ only in what a file's name cannot hold.
    mark = hashlib.sha256(id.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{kept.strip('_')[:30]}_{mark}"


# Reading what comes in


def parse(data: bytes) -> tuple[Submission, dict[str, Any]]:
    """A submission and its plain body, of the bytes of a file that may be anything.

    Raises:
        SubmissionError: it is too large, no JSON, too deep, of another shape, or holds numbers and
            acts that no student's work can hold.
    """
    if len(data) > LARGEST:
        raise SubmissionError("too_large", size=f"{len(data) / 2**20:.1f}", limit=LARGEST >> 20)
    try:
        body = json.loads(
            data.decode("utf-8-sig"),
            parse_constant=_refused,
            parse_float=_finite,
            parse_int=_whole,
            object_pairs_hook=_once,
        )
        if not isinstance(body, dict) or "creditkit_submission" not in body:
            raise SubmissionError("no_submission")
        if body["creditkit_submission"] != FORMAT:
            raise SubmissionError("other_format")
        found = Submission.model_validate(cleaned(body))
    except RecursionError:
        raise SubmissionError("too_deep") from None
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors(include_url=False)[0]["loc"][:4])
        raise SubmissionError("bad_shape", where=clean(where)[:80]) from None
    except UnicodeDecodeError:
        raise SubmissionError("no_text") from None
    except ValueError:
        raise SubmissionError("no_json") from None
    for lines in (found.answers, *found.cases.values()):
        last = 0
        for line in lines:
            if not is_act(line) or line["n"] <= last or not _is_time(line.get("t")):
                raise SubmissionError("bad_act", n=last + 1)
            last = line["n"]
    if len(found.answers) + sum(map(len, found.cases.values())) > MOST_ACTS:
        raise SubmissionError("too_many_acts", limit=MOST_ACTS)
    if not _is_time(found.written):
        raise SubmissionError("bad_shape", where="written")
    return found, body


def cleaned(value: Any, depth: int = 0) -> Any:
    """Plain data without what no text file can hold: lone surrogates and NUL.

    Raises:
        SubmissionError: it is nested too deep, or one text in it is too long.
    """
    if depth > DEEPEST:
        raise SubmissionError("too_deep")
    if isinstance(value, str):
        if len(value) > TEXT_LIMIT:
            raise SubmissionError("text_too_long", limit=TEXT_LIMIT)
        return value if value.isascii() and "\0" not in value else clean(value)
    if isinstance(value, dict):
        return {clean(key): cleaned(one, depth + 1) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(one, depth + 1) for one in value]
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key twice: which one counts?")
    return found


def _refused(word: str) -> Any:
    raise ValueError(word)


def _finite(word: str) -> float:
    value = float(word)
    if not math.isfinite(value):
        raise ValueError(word)
    return value


def _whole(word: str) -> int:
    value = int(word) if len(word) < 25 else LARGEST_NUMBER
    if abs(value) >= LARGEST_NUMBER:
        raise ValueError(word[:40])
    return value


def _is_time(t: object) -> bool:
    if not isinstance(t, str) or len(t) > 40:
        return False
    try:
        return datetime.fromisoformat(t).tzinfo is not None
    except ValueError:
        return False
