"""The files a trainer collected: which are submissions, and whose; nothing in them is trusted."""

import hashlib
import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from creditkit.teaching.feedback import Kind
from creditkit.teaching.handout import canonical
from creditkit.teaching.marked import Record
from creditkit.teaching.pack import Issued, Pack
from creditkit.teaching.roster import key
from creditkit.teaching.submission import (
    LARGEST,
    Submission,
    SubmissionError,
    parse,
    unbroken,
)
from creditkit.text import Text, phrases

# Fewer acts than these, or quicker ones, two students may well have the same by chance.
TELLING, TELLING_SECONDS = 5, 60
_FLAGS = os.O_RDONLY
for _name in ("O_NONBLOCK", "O_NOFOLLOW", "O_BINARY"):
    _FLAGS |= getattr(os, _name, 0)

Status = Literal["marked", "superseded", "duplicate", "refused"]


def say(key: str, /, **slots: object) -> Text:
    return phrases("class_marking")(key, **slots)


@dataclass(frozen=True, slots=True)
class Found:
    """One file: whose it is and what became of it. `path` tells it from all others; two names may
    look the same as `file` shows them."""

    file: str
    path: str
    status: Status = "marked"
    code: str | None = None
    told: Text | None = None
    student: str | None = None
    name: str = ""
    written: str = ""
    digest: str = ""
    works: tuple[str, ...] = ()
    version: str = ""


def files_under(root: Path, out: Path | None) -> tuple[list[tuple[str, str]], list[Found]]:
    """The files to examine as (name within the folder, path), and what is no file to be read."""
    files: list[tuple[str, str]] = []
    unread: list[Found] = []

    def unreadable(error: OSError) -> None:
        path = str(error.filename)
        unread.append(refused(shown_name(os.path.relpath(path, root)), path, "unreadable"))

    for place, folders, names in os.walk(root, onerror=unreadable):
        here = Path(place)
        folders[:] = sorted(
            f for f in folders if not f.startswith(".") and (here / f).resolve() != out
        )
        linked = [f for f in folders if (here / f).is_symlink()]
        for name in sorted([*names, *linked]):
            if name.startswith("."):
                continue
            path = here / name
            shown = shown_name(str(path.relative_to(root).as_posix()))
            try:
                mode = path.lstat().st_mode
            except OSError:
                mode = 0
            if stat.S_ISLNK(mode):
                # It may lead anywhere, to a file of another student or out of the folder.
                unread.append(refused(shown, str(path), "link"))
            elif not stat.S_ISREG(mode):
                unread.append(refused(shown, str(path), "unreadable"))
            else:
                files.append((shown, str(path)))
    return files, unread


def shown_name(name: str) -> str:
    """A file's name fit to be written: not every system's names are text."""
    text = os.fsencode(name).decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "�" for c in text)


def refused(file: str, path: str, code: str, told: Text | None = None, **more: Any) -> Found:
    return Found(file, path, "refused", code, told or say(f"file_{code}"), **more)


def read(path: str) -> bytes:
    # Never waits, should the file have become a pipe; never reads more than can be taken.
    with os.fdopen(os.open(path, _FLAGS), "rb") as file:
        return file.read(LARGEST + 1)


def examined(pack: Pack, kind: Kind, file: tuple[str, str]) -> Found:
    """What a file is: whose submission, or why none. Whatever it holds, this returns."""
    shown, path = file
    try:
        data = read(path)
        submission, body = parse(data)
        issued = owner(pack, submission, body)
    except SubmissionError as error:
        return refused(shown, path, error.code, error.text)
    except OSError:
        return refused(shown, path, "unreadable")
    except Exception as error:  # one file must not stop the class
        return refused(shown, path, "failed", say("file_failed", problem=type(error).__name__))
    acts = [submission.answers, *submission.cases.values()]
    return Found(
        shown,
        path,
        student=issued.id or submission.student.id,
        name=issued.name or submission.student.name,
        written=submission.written,
        digest=hashlib.sha256(data).hexdigest(),
        works=tuple(_work(lines) for lines in acts if _telling(lines)),
        version=submission.versions.get("creditkit", ""),
    )


def _telling(lines: Sequence[Record]) -> bool:
    if len(lines) < TELLING:
        return False
    first, last = (datetime.fromisoformat(line["t"]) for line in (lines[0], lines[-1]))
    return (last - first).total_seconds() >= TELLING_SECONDS


def _work(lines: Iterable[Record]) -> str:
    return hashlib.sha256(canonical([dict(line) for line in lines])).hexdigest()


def owner(pack: Pack, submission: Submission, body: dict[str, Any]) -> Issued:
    """Whose handout the file was made with; nobody else's can have sealed it."""
    if submission.assignment != pack.assignment.id or submission.build != pack.build:
        raise _not_ours("other_assignment", there=submission.assignment)
    id = key(submission.student.id)
    issued = pack.by_id.get(id if pack.roster else "")
    if issued is None:
        raise _not_ours("unknown_student", id=submission.student.id)
    if not pack.roster and not id:
        raise _not_ours("unknown_student", id="")
    if submission.handout != issued.handout:
        raise _not_ours("other_handout")
    if not unbroken(body, issued.token):
        raise _not_ours("broken_seal")
    return issued


def _not_ours(code: str, **slots: object) -> SubmissionError:
    error = SubmissionError("no_submission")
    error.code, error.text = code, say(f"file_{code}", **slots)
    return error
