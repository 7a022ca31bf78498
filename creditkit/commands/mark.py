"""`creditkit mark`: mark a file of essays."""

import argparse
from pathlib import Path
from typing import Any

from creditkit.commands import arguments, word
from creditkit.text import phrases

NAME, HELP = "mark", "mark"


def arrange(parser: argparse.ArgumentParser, options: Any) -> None:
    arguments(parser).add_argument(
        "answers", type=Path, metavar=word("mark_file"), help=word("mark_answers")
    )
    options.add_argument("--question", metavar="Q", help=word("mark_question"))
    options.add_argument("--out", type=Path, metavar=word("mark_file"), help=word("mark_out"))


def run(args: argparse.Namespace) -> int:
    return _mark_file(args)


def _mark_file(args: argparse.Namespace) -> int:
    say = phrases("cli")
    if not args.question or not args.out:
        print(say("mark_needs"))
        return 1
    from creditkit.teaching.essay.answers import marked_answers, write_marks

    answers = list(marked_answers(args.answers, args.question))
    try:
        count = write_marks(iter(answers), args.question, args.out)
    except OSError as error:
        print(say("mark_unwritable", path=args.out, reason=error.strerror or error))
        return 1
    findings = [f for a in answers for f in a.marked.findings.values()]
    doubtful = sum(f.state == "doubtful" for f in findings)
    mean = sum(a.marked.share for a in answers) / count if count else 0.0
    print(say("mark_done", count=count, path=args.out, mean=f"{100 * mean:.0f}"))
    if doubtful:
        unsure = sum(
            any(f.state == "doubtful" for f in a.marked.findings.values()) for a in answers
        )
        print(say("mark_doubtful", points=doubtful, of=len(findings), answers=unsure))
    return 0
