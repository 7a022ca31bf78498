"""`creditkit new`: a commented file to begin a piece of content with."""

import argparse
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
    following = "next_assignment" if args.kind == "assignment" else "next_steps"
    print(say(following, folder=args.out, path=paths[-1]))
    return 0
