"""`creditkit import`: questions from other learning platforms, as a file to complete."""

import argparse
from pathlib import Path
from typing import Any

from creditkit.commands import arguments, word
from creditkit.commands.target import write
from creditkit.text import LANGUAGES, phrases

NAME, HELP = "import", "import"


def arrange(parser: argparse.ArgumentParser, options: Any) -> None:
    arguments(parser).add_argument(
        "file", type=Path, metavar=word("file"), help=word("import_file")
    )
    options.add_argument(
        "--out", type=Path, required=True, metavar=word("file"), help=word("import_out")
    )
    options.add_argument("--of", choices=LANGUAGES, help=word("import_of"))
    options.add_argument("--ref", action="append", default=[], help=word("import_ref"))


def run(args: argparse.Namespace) -> int:
    from creditkit.content.check import check_folder
    from creditkit.teaching.exchange.draft import draft
    from creditkit.teaching.exchange.gift import from_gift
    from creditkit.teaching.exchange.moodle import ExchangeError, from_moodle

    say = phrases("exchange")
    if args.out.exists():
        raise ExchangeError(say("already_there", path=args.out))
    read = from_moodle if args.file.suffix.lower() == ".xml" else from_gift
    items, problems = read(args.file)
    name = args.out.stem.replace("-", "_").replace(" ", "_")
    text, more = draft(items, name, refs=args.ref, lang=args.of, file=args.file.name)
    for problem in [*problems, *more]:
        print(problem)
    if not items:
        raise ExchangeError(say("nothing_found", path=args.file.name))
    write(args.out, text)
    still_open = len(check_folder(args.out))
    print(say("imported", path=args.out, count=text.count("\n- id: "), open=still_open))
    return 0
