"""Labelled answers to the essay questions."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ANSWERS = Path(__file__).parent / "answers"
LETTERS = "RCDIS"


@dataclass
class Coverage:
    """How often the marker and the reader agree that a point is covered."""

    hit: int = 0
    false: int = 0
    missed: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.hit / max(1, self.hit + self.false)

    @property
    def recall(self) -> float:
        return self.hit / max(1, self.hit + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.hit / max(1, 2 * self.hit + self.false + self.missed)


@cache
def _read(file: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load(file.read_text("utf-8"))["answers"])


def sets() -> list[str]:
    """The labelled sets there are."""
    return sorted(folder.name for folder in ANSWERS.iterdir() if folder.is_dir())


def labelled(letter: str, names: str = "") -> Iterator[dict[str, Any]]:
    """The labelled answers to a question, of all sets or of those named."""
    for folder in sorted(ANSWERS.iterdir()):
        file = folder / f"{letter}.yaml"
        if file.exists() and folder.name in (names or folder.name):
            yield from _read(file)
