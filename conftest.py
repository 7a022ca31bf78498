"""Doctests and notebooks, too, keep their cases in a folder of their own and start in Chinese."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from creditkit import text

_HOME = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    # Set before any kernel starts, so that notebooks inherit it.
    config.stash[_HOME] = Path(tempfile.mkdtemp(prefix="creditkit-tests-"))
    os.environ["CREDITKIT_HOME"] = str(config.stash[_HOME])
    os.environ.pop("CREDITKIT_LANG", None)


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(config.stash[_HOME], ignore_errors=True)


@pytest.fixture(autouse=True)
def nothing_left_on_screen() -> Iterator[None]:
    """A view made in one test would otherwise be drawn again in all that follow."""
    yield
    text._watchers.clear()
    text.set_language(None)
