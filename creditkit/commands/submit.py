"""`creditkit submit`: write the file that a student hands in."""

import argparse
from pathlib import Path
from typing import Any

from creditkit.commands import arguments, word

NAME, HELP = "submit", "submit"


def arrange(parser: argparse.ArgumentParser, options: Any) -> None:
    arguments(parser).add_argument(
        "folder", nargs="?", type=Path, default=Path(), metavar=word("folder"),
        help=word("submit_folder"),
    )  # fmt: skip
    options.add_argument("--student", metavar=word("student"), help=word("submit_student"))
    options.add_argument("--name", default="", metavar=word("name"), help=word("submit_name"))


def run(args: argparse.Namespace) -> int:
    from creditkit.teaching.handout import Who, Work
    from creditkit.teaching.handout import say as handout_say
    from creditkit.teaching.submission import hand_in, left_undone, say

    work = Work.on(args.folder)
    folder = args.folder if args.folder.is_dir() else args.folder.parent
    told = Who(id=args.student, name=args.name) if args.student else None
    path, body = hand_in(work, folder, told)
    print(say("handed_in", path=path, receipt=body["receipt"]))
    for remark in left_undone(work):
        print(remark)
    if left := work.unsaved:
        print(handout_say("drafts_left", count=len(left)))
    return 0
