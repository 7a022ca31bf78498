"""`creditkit mark`: mark a folder of submissions, or a file of essays."""

import argparse
import sys
from pathlib import Path
from typing import Any

from creditkit.commands import arguments, word
from creditkit.commands.sample import bar
from creditkit.commands.target import check_file, check_folder
from creditkit.text import phrases

NAME, HELP = "mark", "mark"


def arrange(parser: argparse.ArgumentParser, options: Any) -> None:
    arguments(parser).add_argument("path", type=Path, metavar=word("path"), help=word("mark_path"))
    options.add_argument("--out", type=Path, metavar=word("path"), help=word("mark_out"))
    options.add_argument("--question", metavar="Q", help=word("mark_question"))
    options.add_argument("--meaning", action="store_true", help=word("mark_meaning"))
    options.add_argument("--pack", type=Path, metavar=word("folder"), help=word("mark_pack"))
    options.add_argument(
        "--feedback", choices=("full", "marks"), default="full", help=word("mark_feedback")
    )
    options.add_argument("--jobs", type=_jobs, metavar="N", help=word("mark_jobs"))


def run(args: argparse.Namespace) -> int:
    if args.path.is_dir():
        return mark_folder(args)
    if args.path.exists() or args.question:
        return mark_file(args)
    print(phrases("cli")("no_such_path", path=args.path))
    return 1


def mark_folder(args: argparse.Namespace) -> int:
    """Mark a class: every submission under a folder, against the pack of the release."""
    from creditkit.teaching.class_marking import mark_class
    from creditkit.teaching.essay.review import NAME as REVIEW
    from creditkit.teaching.incoming import say
    from creditkit.teaching.marks_out import write_marks

    if args.pack is None or args.out is None:
        print(say("needs_pack"))
        return 1
    check_folder(args.out, "class_marks", [args.path])
    marks = mark_class(
        args.path,
        args.pack,
        out=args.out,
        kind=args.feedback,
        jobs=args.jobs,
        progress=bar if sys.stderr.isatty() else None,
    )
    write_marks(marks, args.out)
    students = marks.tables["student"]
    marked = [student for student in students if student["file"] is not None]
    print(say("class_marked", count=len(marked), all=len(students), out=args.out))
    for key in ("superseded", "duplicate", "refused"):
        if count := sum(file["status"] == key for file in marks.tables["file"]):
            print(say(f"class_{key}", count=count))
    if flagged := sum(bool(student["flags"]) for student in marked):
        print(say("class_flagged", count=flagged))
    if points := marks.tables["point"]:
        doubtful = sum(point["state"] == "doubtful" for point in points)
        file = args.out / REVIEW
        print(say("class_essays", file=file, doubtful=doubtful, points=len(points)))
        if ruled := sum(point["ruled"] is not None for point in points):
            print(say("class_ruled", count=ruled))
    if args.feedback == "full" and marks.tables["assignment"][0]["build"] == "assessment":
        print(say("class_key"))
    return 0


def mark_file(args: argparse.Namespace) -> int:
    """Mark a file of answers to one essay question."""
    say = phrases("cli")
    if not args.question or not args.out:
        print(say("mark_needs"))
        return 1
    from creditkit.teaching.essay.answers import marked_answers, write_marks

    check_file(args.out, "marks", [args.path])
    answers = list(marked_answers(args.path, args.question, meaning=args.meaning))
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


def _jobs(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 256:
        return int(text)
    raise argparse.ArgumentTypeError(str(phrases("class_marking")("bad_jobs", jobs=text)))
