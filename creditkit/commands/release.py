"""`creditkit release`: write the students' notebooks of an assignment, and the trainer's pack."""

import argparse
from pathlib import Path
from typing import Any

from creditkit.commands import arguments, word

NAME, HELP = "release", "release"


def arrange(parser: argparse.ArgumentParser, options: Any) -> None:
    arguments(parser).add_argument(
        "assignment", type=Path, metavar=word("assignment"), help=word("release_assignment")
    )
    options.add_argument(
        "--out", type=Path, required=True, metavar=word("folder"), help=word("release_out")
    )
    options.add_argument("--roster", type=Path, metavar=word("file"), help=word("release_roster"))
    options.add_argument(
        "--build",
        choices=("practice", "assessment"),
        default="practice",
        help=word("release_build"),
    )
    options.add_argument("--secret", metavar=word("words"), help=word("release_secret"))
    options.add_argument("--replace", action="store_true", help=word("release_replace"))


def run(args: argparse.Namespace) -> int:
    from creditkit.teaching.handout import say
    from creditkit.teaching.release import release
    from creditkit.teaching.roster import read_roster

    roster = read_roster(args.roster) if args.roster else ()
    done = release(args.assignment, args.out, roster, args.build, args.secret, replace=args.replace)
    print(say(f"released_{args.build}", folder=done.students, count=done.count))
    print(say("released_pack", pack=done.pack))
    for warning in done.warnings:
        print(warning)
    return 0
