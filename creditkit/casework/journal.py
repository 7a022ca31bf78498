"""The case journal: JSON Lines on disk, only ever appended to.

The first line is the header, each later line one act, numbered by `n`. An act counts as done once
its line has been written and flushed to the disk; only then may a view show it. What is found in
the file is never rewritten, so a damaged line costs that line and nothing else.
"""

import errno
import json
import os
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import Any

from filelock import BaseFileLock, FileLock, Timeout

from creditkit.text import BilingualError, Text, phrases

FORMAT = 1
# Another notebook holds a file for milliseconds; longer means that something is wrong.
PATIENCE = 5.0
Line = dict[str, Any]


def say(key: str, /, **slots: object) -> Text:
    return phrases("case")(key, **slots)


class JournalError(BilingualError):
    """The journal cannot be read or written; the act that was to be written is not done."""


class CaseInUse(JournalError):  # noqa: N818 - the name says what is the case
    """Another program or notebook has the case open for writing."""


class Journal:
    """One case's journal. Writers of one process share one object per file.

    With `path=None` the journal is kept in memory only.

    >>> journal = Journal(None, {"procedure": "refusal"})
    >>> journal.append({"act": "note", "text": "hello"})["n"]
    1
    """

    def __init__(self, path: Path | None, header: Line) -> None:
        self.path = path
        self.header = header
        self.lines: list[Line] = []
        self.problems: list[Text] = []
        self._fd: int | None = None
        self._torn = False
        self._release: weakref.finalize[..., Any] | None = None
        self._watchers: list[Callable[[], object]] = []

    @property
    def writable(self) -> bool:
        return self.path is None or self._fd is not None

    @classmethod
    def open(cls, path: Path, header: Line | None = None, *, write: bool = True) -> "Journal":
        """Open the journal at `path`; with `header` create it when it is not there.

        Raises:
            CaseInUse: another process has it open for writing.
            JournalError: the file is missing, cannot be read or written, or has lost its header.
        """
        path = path.absolute()
        shared = _open_journals.get(path)
        # A reader gets the file as it stands, never an object it could write through.
        if write and shared is not None and shared._fd is not None:
            return shared
        journal = cls(path, {})
        lock = _take_lock(path) if write else None
        journal._release = weakref.finalize(journal, _release, None, lock)
        try:
            exists = path.exists() and path.stat().st_size > 0
            if not exists and header is None:
                raise JournalError(say("no_journal", path=path))
            if write:
                journal._fd = os.open(path, _WRITE_FLAGS, 0o600)
                journal._release.detach()
                journal._release = weakref.finalize(journal, _release, journal._fd, lock)
            if exists:
                journal._read(path.read_bytes())
            else:
                journal.header = {"creditkit": FORMAT, **(header or {})}
                journal._write(journal.header)
                _sync_folder(path.parent)
        except OSError as error:
            journal.close()
            raise JournalError(say("cannot_open", path=path, problem=_reason(error))) from error
        except JournalError:
            journal.close()
            raise
        if write:
            _open_journals[path] = journal
        return journal

    def append(self, act: Line) -> Line:
        """Write an act and flush it to the disk, then return it with its number `n`.

        Raises:
            JournalError: it could not be written; the journal is as it was before.
        """
        if not self.writable:
            raise JournalError(say("read_only"))
        line = {"n": self.lines[-1]["n"] + 1 if self.lines else 1, **act}
        if self.path is not None:
            self._write(line)
        self.lines.append(line)
        for watcher in list(self._watchers):
            watcher()
        return line

    def watch(self, watcher: Callable[[], object]) -> Callable[[], None]:
        """Call `watcher()` after every act; returns a function that stops it."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher) if watcher in self._watchers else None

    def close(self) -> None:
        """Give the case free for other programs. Reading stays possible."""
        if self.path is not None and _open_journals.get(self.path) is self:
            del _open_journals[self.path]
        if self._release is not None:
            self._release()
        self._fd = None

    def _write(self, line: Line) -> None:
        assert self._fd is not None
        data = (json.dumps(line, separators=(",", ":")) + "\n").encode("ascii")
        if self._torn:
            data = b"\n" + data
        size = os.fstat(self._fd).st_size
        try:
            if os.write(self._fd, data) < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(self._fd)
        except OSError as error:
            # Half a line must not stand between the acts already done and the next one.
            try:
                os.ftruncate(self._fd, size)
            except OSError:
                self._torn = True
            raise JournalError(
                say("cannot_write", path=self.path, problem=_reason(error))
            ) from error
        self._torn = False

    def _read(self, data: bytes) -> None:
        rows = data.split(b"\n")
        tail = rows.pop()
        if tail:
            # A whole act whose line end alone was lost is an act; half an act never was one.
            rows.append(tail)
            self._torn = True
        header = _parse(rows[0])
        if header is None or "creditkit" not in header:
            raise JournalError(say("no_header", path=self.path))
        if header["creditkit"] != FORMAT:
            raise JournalError(say("newer_format", path=self.path, format=header["creditkit"]))
        if not _is_header(header):
            raise JournalError(say("no_header", path=self.path))
        self.header = header
        found = [_parse(row) for row in rows]
        acts = {i: line for i, line in enumerate(found) if i and line and is_act(line)}
        last_place = {line["n"]: i for i, line in acts.items()}
        last = 0
        for i, row in enumerate(rows[1:], start=1):
            line = acts.get(i)
            n = line["n"] if line else 0
            # A line that runs ahead while the next act is still to come belongs elsewhere.
            ahead = n > last + 1 and last_place.get(last + 1, i) > i
            if line is None or n <= last or ahead:
                if row.strip():
                    cut = i == len(rows) - 1 and bool(tail)
                    self.problems.append(say("cut_line" if cut else "foreign_line", line=i + 1))
                continue
            if n > last + 1:
                self.problems.append(say("gap", first=last + 1, last=n - 1))
            last = n
            self.lines.append(line)


@contextmanager
def held(path: Path, header: Line) -> Iterator[Journal]:
    """A journal held for the moment of writing, so that several notebooks can write in turn.

    Raises:
        CaseInUse: another program keeps hold of it.
        JournalError: see `Journal.open`.
    """
    until = time.monotonic() + PATIENCE
    while True:
        try:
            journal = Journal.open(path, header)
            break
        except CaseInUse:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
    try:
        yield journal
    finally:
        journal.close()


_open_journals: "weakref.WeakValueDictionary[Path, Journal]" = weakref.WeakValueDictionary()
_WRITE_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)


def _take_lock(path: Path) -> BaseFileLock:
    # Not a singleton: a second Journal of this process must not share the first one's lock.
    lock = FileLock(f"{path}.lock", timeout=0, thread_local=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise CaseInUse(say("in_use", name=path.stem)) from None
    except OSError as error:
        raise JournalError(say("cannot_open", path=path, problem=_reason(error))) from error
    return lock


def _release(fd: int | None, lock: BaseFileLock | None) -> None:
    if fd is not None:
        os.close(fd)
    if lock is not None:
        lock.release()


def _parse(row: bytes) -> Line | None:
    try:
        line = json.loads(row)
    except (ValueError, RecursionError):
        return None
    return line if isinstance(line, dict) else None


def _is_header(line: Line) -> bool:
    about = line.get("procedure", line.get("kind"))
    return isinstance(about, str) and isinstance(line.get("given", {}), dict)


def is_act(line: Line) -> bool:
    """Whether a line has the shape of an act, so that a replay can take it into account."""
    if type(line.get("n")) is not int or type(line.get("act")) is not str:
        return False
    if line["act"] == "back" and type(line.get("to")) is not int:
        return False
    words = all(type(line.get(key, "")) is str for key in ("step", "choice", "text"))
    lists = (line.get(key, []) for key in ("items", "because"))
    hours = line.get("hours", 0.0)
    return (
        words
        and type(line.get("round", 1)) is int
        and type(hours) in (int, float)
        and isfinite(hours)
        and all(type(x) is list and all(type(i) is str for i in x) for x in lists)
        and type(line.get("answers", {})) is dict
    )


def _reason(error: OSError) -> Text:
    reasons = {
        errno.ENOSPC: "disk_full",
        getattr(errno, "EDQUOT", -1): "disk_full",
        errno.EFBIG: "disk_full",
        errno.EROFS: "disk_read_only",
        errno.EACCES: "no_permission",
        errno.EPERM: "no_permission",
    }
    key = reasons.get(error.errno or 0)
    return say(key) if key else Text(str(error), str(error))


def _sync_folder(folder: Path) -> None:
    """Make a new file's name itself outlive a power cut (POSIX only)."""
    if os.name != "posix":
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
