"""`creditkit new`: a commented file to begin a piece of content with."""

import argparse
import os
import shlex
import subprocess
from pathlib import Path
from typing import Any

from creditkit.commands import arguments, word
from creditkit.text import phrases

NAME, HELP = "new", "new"


def arrange(parser: argparse.ArgumentParser, options: Any) -> None:
    group = arguments(parser)
    group.add_argument("kind", metavar=word("kind"), help=word("new_kind"))
    group.add_argument("name", metavar=word("name"), help=word("new_name"))
    options.add_argument("--like", metavar=word("name"), help=word("new_like"))
    options.add_argument(
        "--out", type=Path, default=Path(), metavar=word("folder"), help=word("new_out")
    )


def run(args: argparse.Namespace) -> int:
    from creditkit.content.writing import write_new

    say = phrases("writing")
    paths = write_new(args.kind, args.name, args.out, args.like)
    for path in paths:
        print(say("made", path=path))
    # Of a procedure it is the scenario that can be played.
    following = args.kind if args.kind in {"assignment", "checklist"} else "preview"
    print(say(f"next_{following}", folder=_quoted(args.out), path=_quoted(paths[-1])))
    return 0


def _quoted(path: Path) -> str:
    """A path as a shell takes it for one word."""
    return shlex.quote(str(path)) if os.name == "posix" else subprocess.list2cmdline([str(path)])
