"""`creditkit sample`: write the sample data."""

import argparse
import sys
from pathlib import Path
from typing import Any

from creditkit.commands import word
from creditkit.commands.target import check_folder
from creditkit.text import phrases

NAME, HELP = "sample", "sample"


def arrange(parser: argparse.ArgumentParser, options: Any) -> None:
    options.add_argument("--customers", type=int, metavar="N", help=word("sample_customers"))
    options.add_argument("--seed", type=int, metavar="S", help=word("sample_seed"))
    options.add_argument(
        "--out", type=Path, required=True, metavar=word("folder"), help=word("sample_out")
    )
    options.add_argument("--only", metavar=word("tables"), help=word("sample_only"))


def run(args: argparse.Namespace) -> int:
    from creditkit.analysis.sample import CUSTOMERS, SEED, write_sample

    check_folder(args.out, "sample")
    rows = write_sample(
        args.out,
        customers=CUSTOMERS if args.customers is None else args.customers,
        seed=SEED if args.seed is None else args.seed,
        only=tuple(filter(None, (args.only or "").replace(" ", "").split(","))),
        progress=bar if sys.stderr.isatty() else None,
    )
    say = phrases("cli")
    for name, count in rows.items():
        print(f"{name:<12}{count:>12,}")
    print(say("sample_written", folder=args.out))
    return 0


def bar(done: int, of: int) -> None:
    """A progress bar on standard error."""
    filled = 30 * done // of
    end = "\n" if done == of else ""
    bar = f"\r[{'#' * filled}{'.' * (30 - filled)}] {done:,} / {of:,}"
    print(bar, end=end, file=sys.stderr, flush=True)
