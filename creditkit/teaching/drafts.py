"""Drafts of essays: what is being typed, kept on disk from one moment to the next."""

import os
from pathlib import Path

from creditkit.casework.store import file_name, folder


class Drafts:
    """The drafts of one student, a file a question.

    Args:
        student: whose drafts; also the name of the folder.
        folder: where they are kept, by default `drafts` under `CREDITKIT_HOME`.

    Raises:
        BadName: the student's name cannot be a folder's.

    >>> import tempfile
    >>> mine = Drafts("ann", tempfile.mkdtemp())
    >>> mine.save("essay_refusal", "First of all")
    >>> mine.text("essay_refusal")
    'First of all'
    """

    def __init__(self, student: str = "me", folder: str | Path | None = None) -> None:
        self.folder = Path(folder or drafts_folder()) / file_name(student)

    def text(self, question: str) -> str:
        """The draft of an answer; empty when there is none."""
        path = self._path(question)
        return path.read_text("utf-8", errors="replace") if path.exists() else ""

    def save(self, question: str, text: str) -> None:
        """Keep a draft; a crash at any moment leaves either this or the one before.

        Raises:
            OSError: it cannot be written.
        """
        path = self._path(question)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".part")
        with beside.open("w", encoding="utf-8", errors="replace", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)

    def drop(self, question: str) -> None:
        """Take a draft away, as its answer was handed over."""
        self._path(question).unlink(missing_ok=True)

    def _path(self, question: str) -> Path:
        return self.folder / f"{file_name(question)}.txt"


def drafts_folder() -> Path:
    """Where drafts are kept."""
    return folder("drafts")
