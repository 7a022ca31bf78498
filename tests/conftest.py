"""What every test starts from: English, and no cases of anybody's."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from creditkit.text import set_language


@pytest.fixture(autouse=True)
def fresh_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("CREDITKIT_HOME", str(tmp_path))
    monkeypatch.delenv("CREDITKIT_LANG", raising=False)
    set_language("en")
    yield
    set_language("en")
