"""The trainer's folders in use, beside the package's own content.

They are named in `CREDITKIT_CONTENT` (several with the separator of `PATH`) or with `use_content`.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from creditkit.content.document import ContentError, Diagnostic
from creditkit.text import phrases

F = TypeVar("F", bound=Callable[..., Any])
_own: tuple[Path, ...] | None = None
_kept: list[Any] = []


def remembered(function: F) -> F:
    """Remember what was found, until other folders are used."""
    kept = cache(function)
    _kept.append(kept)
    return kept  # type: ignore[return-value]


def content_folders() -> tuple[Path, ...]:
    """The trainer's folders in use, beside the package's own content."""
    if _own is not None:
        return _own
    named = os.environ.get("CREDITKIT_CONTENT", "")
    return tuple(Path(folder).expanduser() for folder in named.split(os.pathsep) if folder)


def use_content(*folders: str | Path) -> None:
    """Use the content in these folders beside the package's own; none goes back to
    `CREDITKIT_CONTENT`.

    Raises:
        ContentError: a folder does not exist.

    >>> use_content("no/such/folder")
    Traceback (most recent call last):
    ...
    creditkit.content.document.ContentError: C001 ...
    """
    global _own
    paths = tuple(Path(folder) for folder in folders)
    for path in paths:
        if not path.is_dir():
            message = phrases("content")("no_such_path", path=path)
            raise ContentError([Diagnostic("C001", "", 0, message)])
    _own = paths or None
    for kept in _kept:
        kept.cache_clear()


@contextmanager
def content_from(*folders: str | Path) -> Iterator[None]:
    """Use the content in these folders, if any, for as long as the block runs.

    Raises:
        ContentError: a folder does not exist.

    >>> with content_from(Path(__file__).parent / "templates"):
    ...     len(content_folders())
    1
    """
    before = _own or ()
    if folders:
        use_content(*folders)
    try:
        yield
    finally:
        use_content(*before)
