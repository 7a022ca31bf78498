"""Where a command writes: never over what it reads, nor over a file of another kind."""

import re
from collections.abc import Iterable
from pathlib import Path

from creditkit.casework.export import write_whole
from creditkit.text import BilingualError, phrases

# How a file of each kind begins; what it is called is `kind_…` in `content/interface/cli.yaml`.
KINDS = {
    "marks": re.compile(rb"\xef\xbb\xbfid,share,"),
    "report": re.compile(
        rb"<!doctype html><html lang='[\w-]+'><head><meta charset='utf-8'>"
        rb"<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; img-src data:"
    ),
    "moodle": re.compile(rb"\s*<\?xml[^>]*>\s*<quiz\b"),
    "gift": re.compile(rb"// \[id:"),
    "qti": re.compile(rb"(?s)PK\x03\x04.{26}imsmanifest\.xml"),
}
# Folders: the file by which a command knows its own, how that begins, and what it writes besides.
FOLDERS = {
    "class_marks": (
        "marked.jsonl",
        re.compile(rb'\{"table":"assignment","format":'),
        ("marks.csv", "files.csv", "feedback/*.html"),
    ),
    "class_tables": ("grades.csv", re.compile(rb'"assignment","duedate",'), ("results.csv",)),
    "sample": (
        "datapackage.json",
        re.compile(rb'\s*\{\s*"name": "creditkit-sample"'),
        ("customers.csv", "facts.csv", "truth.csv", "invoices.csv", "payments.csv",
         "complaints.csv", "refusals.csv"),
    ),
}  # fmt: skip
HEAD = 1 << 16
SHOWN = 5


class TargetError(BilingualError):
    """A place that a command will not write to, or cannot; nothing was written."""

    def __init__(self, key: str, **slots: object) -> None:
        super().__init__(phrases("cli")(key, **slots))


def check_file(out: Path, kind: str, read: Iterable[Path] = ()) -> None:
    """See that a file may be written: it is not there yet, or of the same kind.

    Args:
        kind: one of `KINDS`.
        read: the files and folders that the command reads.

    Raises:
        TargetError: it is one of those, a folder, or a file of another kind.
    """
    _check_not_read(out, read)
    if out.is_dir():
        raise TargetError("target_folder", path=out)
    if out.exists() and not _begins(out, KINDS[kind]):
        raise TargetError("target_other", path=out, kind=phrases("cli")(f"kind_{kind}"))


def check_folder(out: Path, kind: str, read: Iterable[Path] = ()) -> None:
    """See that a folder may be written to: nothing in it would be replaced, or the command itself
    wrote it.

    Args:
        kind: one of `FOLDERS`.
        read: the files and folders that the command reads.

    Raises:
        TargetError: it is one of those, a file, or holds files that are not the command's.
    """
    _check_not_read(out, read)
    if out.exists() and not out.is_dir():
        raise TargetError("target_file", path=out)
    name, sign, more = FOLDERS[kind]
    if _begins(out / name, sign):
        return
    there = [str(path.relative_to(out)) for ways in (name, *more) for path in out.glob(ways)]
    if there:
        names = ", ".join(sorted(there)[:SHOWN]) + (" …" if len(there) > SHOWN else "")
        told = phrases("cli")(f"kind_{kind}")
        raise TargetError("target_not_ours", path=out, files=names, kind=told)


def write(out: Path, data: str | bytes) -> None:
    """Write a file whole, or not at all.

    Raises:
        TargetError: it cannot be written.
    """
    try:
        write_whole(out, data)
    except OSError as error:
        raise TargetError(
            "target_unwritable", path=out, reason=error.strerror or str(error)
        ) from error


def _check_not_read(out: Path, read: Iterable[Path]) -> None:
    # By the file itself: a name may be written in several ways, or be a link to it.
    if out.exists() and any(path.exists() and out.samefile(path) for path in read):
        raise TargetError("target_read", path=out)


def _begins(path: Path, sign: re.Pattern[bytes]) -> bool:
    """Whether a file is of the kind that begins so, or holds nothing that could be lost."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError:
        return False
    return not head or bool(sign.match(head))
