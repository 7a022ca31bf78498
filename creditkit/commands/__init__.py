"""The commands of `creditkit`, a module each.

A module holds `NAME`, `HELP` (a key of the wording in `content/interface/cli.yaml`), `arrange`,
which adds its options and arguments, and `run`, which does the work and returns the exit code.
What is heavy is imported within `run`, so that `creditkit --help` stays quick.
"""

from argparse import ArgumentParser, Namespace
from typing import Any, Protocol

from creditkit.text import phrases


class Command(Protocol):
    """What the module of a command holds."""

    NAME: str
    HELP: str

    def arrange(self, parser: ArgumentParser, options: Any) -> None: ...

    def run(self, args: Namespace) -> int: ...


def arguments(parser: ArgumentParser) -> Any:
    """The group of positional arguments, under a heading in the current language."""
    return parser.add_argument_group(str(phrases("cli")("arguments")))


def word(key: str) -> str:
    """A phrase of the command line in the current language."""
    return str(phrases("cli")(key))
