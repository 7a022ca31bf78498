"""`creditkit report`: one page of a folder of tables, or of a class's marks."""

import argparse
from pathlib import Path
from typing import Any

from creditkit.commands import arguments, word
from creditkit.commands.target import check_file, check_folder
from creditkit.text import join, phrases, plain

NAME, HELP = "report", "report"


def arrange(parser: argparse.ArgumentParser, options: Any) -> None:
    arguments(parser).add_argument(
        "folder", type=Path, nargs="?", metavar=word("folder"), help=word("report_folder")
    )
    options.add_argument("--as-of", metavar=word("day"), help=word("report_as_of"))
    options.add_argument("--out", type=Path, metavar=word("file"), help=word("report_out"))
    options.add_argument("--names", action="store_true", help=word("report_names"))
    options.add_argument(
        "--class", dest="marks", type=Path, metavar=word("folder"), help=word("report_class")
    )
    options.add_argument("--pack", type=Path, metavar=word("folder"), help=word("report_pack"))
    options.add_argument(
        "--missing", choices=("zero", "left_out"), default="zero", help=word("report_missing")
    )
    options.add_argument("--tables", type=Path, metavar=word("folder"), help=word("report_tables"))


def run(args: argparse.Namespace) -> int:
    if (args.folder is None) == (args.marks is None):
        print(phrases("cli")("report_of_what"))
        return 1
    if args.out:
        check_file(args.out, "report")
    if args.tables:
        check_folder(args.tables, "class_tables")
    made, name = _of_class(args) if args.marks else _of_folder(args)
    out = args.out or Path(f"{name}-{made.as_of}.{made.lang}.html")
    check_file(out, "report")
    path = made.save(out)
    print(made.title)
    for line in made.told():
        print(f"  {line}")
    for text in made.problems:
        print(f"  ! {text}")
    print(phrases("cli")("report_written", path=path))
    return 0


def _of_folder(args: argparse.Namespace) -> tuple[Any, str]:
    from creditkit.reporting.build import report

    return report(args.folder, as_of=args.as_of, names=args.names), "report"


def _of_class(args: argparse.Namespace) -> tuple[Any, str]:
    from creditkit.analysis.class_results import class_results
    from creditkit.reporting.class_report import class_report
    from creditkit.teaching.gradebook import write_tables

    results = class_results(args.marks, pack=args.pack, missing=args.missing)
    made = class_report(results)
    if args.tables:
        files = join(plain(str(file)) for file in write_tables(results.marked, args.tables))
        print(phrases("cli")("report_tables_written", files=files))
    return made, f"class-{results.marked.assignment['assignment']}"
