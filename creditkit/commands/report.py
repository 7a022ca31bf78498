"""`creditkit report`: one page of a folder of tables."""

import argparse
from pathlib import Path
from typing import Any

from creditkit.commands import arguments, word
from creditkit.text import phrases

NAME, HELP = "report", "report"


def arrange(parser: argparse.ArgumentParser, options: Any) -> None:
    arguments(parser).add_argument(
        "folder", type=Path, metavar=word("folder"), help=word("report_folder")
    )
    options.add_argument("--as-of", metavar=word("day"), help=word("report_as_of"))
    options.add_argument("--out", type=Path, metavar=word("file"), help=word("report_out"))
    options.add_argument("--names", action="store_true", help=word("report_names"))


def run(args: argparse.Namespace) -> int:
    from creditkit.reporting.build import report

    made = report(args.folder, as_of=args.as_of, names=args.names)
    path = made.save(args.out or Path(f"report-{made.as_of}.{made.lang}.html"))
    print(made.title)
    for what, figure, remark in made.headlines:
        print(f"  {what}: {figure} ({remark})")
    for text in made.problems:
        print(f"  ! {text}")
    print(phrases("cli")("report_written", path=path))
    return 0
