"""`creditkit check-content`: check a trainer's files, or those of the package."""

import argparse
from pathlib import Path
from typing import Any

from creditkit.commands import arguments, word
from creditkit.text import phrases

NAME, HELP = "check-content", "content"


def arrange(parser: argparse.ArgumentParser, options: Any) -> None:
    arguments(parser).add_argument(
        "path", nargs="?", type=Path, metavar=word("path"), help=word("content_path")
    )


def run(args: argparse.Namespace) -> int:
    from creditkit.content.check import PACKAGE, examine

    say = phrases("cli")
    path = args.path or PACKAGE
    if not path.exists():
        print(say("no_such_path", path=path))
        return 1
    diagnostics, remarks = examine(path)
    for diagnostic in [*diagnostics, *remarks]:
        print(diagnostic)
    print(say("content_problems", count=len(diagnostics)) if diagnostics else say("content_ok"))
    return int(bool(diagnostics))
