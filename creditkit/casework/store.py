"""Where a user's work is kept, and what names its files can have."""

import os
import re
from pathlib import Path

from creditkit.casework.journal import say
from creditkit.text import BilingualError

# File systems allow 255 bytes, of which `.jsonl.lock` takes some.
NAME_BYTES = 240


class BadName(BilingualError):  # noqa: N818 - the name says what is the case
    """A name that cannot be the name of a file on every system."""


def folder(kind: str) -> Path:
    """The folder for one kind of work, such as `cases`, under `CREDITKIT_HOME`, by default
    `~/creditkit`. It need not exist yet.

    >>> folder("cases").name
    'cases'
    """
    home = os.environ.get("CREDITKIT_HOME")
    return (Path(home).expanduser() if home else Path.home() / "creditkit") / kind


def file_name(name: str) -> str:
    """The name itself, when it can be a file's.

    Raises:
        BadName: it is too long, reserved on Windows, or holds more than letters, digits, spaces,
            hyphens and underscores.

    >>> file_name("江远 2026")
    '江远 2026'
    """
    if (
        not re.fullmatch(r"\w(?:[\w \-]{0,78}[\w\-])?", name)
        or re.fullmatch(r"(?i)con|prn|aux|nul|com\d|lpt\d", name)
        or len(name.encode()) > NAME_BYTES
    ):
        raise BadName(say("bad_name", name=name))
    return name
