"""What the guides show is what happens: their files, commands and Python are worked in turn."""

import argparse
import doctest
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import creditkit as ck
from creditkit import cli
from creditkit.text import language

ROOT = Path(__file__).parents[1]
GUIDES = [
    *sorted((ROOT / "docs").glob("*.md")),
    *(ROOT / n for n in ("README.md", "CONTRIBUTING.md")),
]
BLOCK = re.compile(
    r"^```(?:\{code-block\} )?(\w+)\n(?::caption: ([^\n]+)\n\n)?(.*?)^```$", re.M | re.S
)
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
CHECKER = doctest.OutputChecker()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder, and a home of its own beside it."""
    desk, before = tmp_path / "desk", language()
    desk.mkdir()
    monkeypatch.chdir(desk)
    for name, value in (("HOME", tmp_path / "home"), ("LANG", "en"), ("CONTENT", "")):
        monkeypatch.setenv(f"CREDITKIT_{name}", str(value))
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    ck.set_language("en")
    yield desk
    ck.use_content()
    ck.set_language(before)


def run(command: str, want: str) -> None:
    """Run a command; a last line such as `[1]` is its exit code."""
    words = shlex.split(command)
    assert words[0] == "creditkit", command
    told = subprocess.run(
        [sys.executable, "-m", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    got = told.stdout + (f"[{told.returncode}]\n" if told.returncode else "")
    assert CHECKER.check_output(want, got, OPTIONS), f"$ {command}\n{got}"


@pytest.mark.parametrize("name", ["howto.md", "tutorials.md"])
def test_a_guide_does_what_it_says(desk: Path, name: str) -> None:
    text = (ROOT / "docs" / name).read_text("utf-8")
    names: dict[str, object] = {}
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    for block in BLOCK.finditer(text):
        kind, caption, body = block.groups()
        if caption:
            path = desk / caption
            path.parent.mkdir(exist_ok=True)
            path.write_text(body, "utf-8")
        elif kind == "console":
            for command, want in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", body, re.M):
                run(command, want)
        elif kind == "pycon":
            line = text[: block.start()].count("\n")
            test = doctest.DocTestParser().get_doctest(body, names, name, name, line)
            told: list[str] = []
            runner.run(test, out=told.append, clear_globs=False)
            names = test.globs
            assert not told, "".join(told)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_commands_named_in_a_guide_exist_with_their_options(guide: Path) -> None:
    text = guide.read_text("utf-8")
    (commands,) = [a for a in cli._parser()._actions if isinstance(a, argparse._SubParsersAction)]
    found = re.findall(r"(?:^\$ |`|^)(creditkit [^`\n]*)", text, re.M)
    for words in (line.split() for line in found):
        name, options = words[1], {w for w in words[2:] if w.startswith("--")}
        assert name in commands.choices, " ".join(words)
        known = commands.choices[name]._option_string_actions
        assert options <= set(known), " ".join(words)
    targets = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"(?:`|^)make (\w+)", text, re.M):
        assert re.search(rf"^{target}:", targets, re.M), target
