"""`creditkit rehearse`: play scripts, and scenarios and questions at random."""

import argparse
import sys
from pathlib import Path
from typing import Any

from creditkit.commands import arguments, word
from creditkit.text import phrases

NAME, HELP = "rehearse", "rehearse"
WALKS = 10_000


def arrange(parser: argparse.ArgumentParser, options: Any) -> None:
    arguments(parser).add_argument(
        "paths", nargs="+", type=Path, metavar=word("path"), help=word("rehearse_paths")
    )
    options.add_argument(
        "--walks", type=int, default=WALKS, metavar="N", help=word("rehearse_walks")
    )
    options.add_argument("--seed", type=int, default=1, metavar="S", help=word("sample_seed_only"))


def run(args: argparse.Namespace) -> int:
    from creditkit.content.folders import content_from

    missing = [path for path in args.paths if not path.exists()]
    if missing:
        print(phrases("cli")("no_such_path", path=missing[0]))
        return 1
    if args.walks < 1:
        print(phrases("rehearsal")("bad_walks", count=args.walks))
        return 1
    with content_from(*(path for path in args.paths if path.is_dir())):
        problems = sum(_rehearsed(path, args.walks, args.seed) for path in args.paths)
    return int(bool(problems))


def _rehearsed(path: Path, walks: int, seed: int) -> int:
    """Play everything and tell what comes of it; returns how many problems there were."""
    from creditkit.content.document import yaml_files

    if path.suffix == ".play" and path.is_file():
        return _played(path)
    scripts = sorted(path.rglob("*.play"))
    problems = sum(_played(script) for script in scripts)
    found = [_worked(file, walks, seed, path.is_dir()) for file in yaml_files(path)]
    if not scripts and all(one is None for one in found):
        print(phrases("rehearsal")("nothing_to_rehearse", folder=path))
        return 1
    return problems + sum(one or 0 for one in found)


def _played(script: Path) -> int:
    from creditkit.casework.script import rehearse

    say = phrases("rehearsal")
    found = rehearse(script)
    for diagnostic in found:
        print(diagnostic)
    if any(diagnostic.code == "C901" for diagnostic in found):
        print(say("script_not_played", script=script.name))
    else:
        print(say("script_played", script=script.name, count=len(found)))
    return len(found)


def _worked(file: Path, walks: int, seed: int, among_others: bool) -> int | None:
    """How many problems a content file has; None if it lies among others and is of a kind that is
    not rehearsed."""
    from creditkit.content.check import KINDS, kind_of
    from creditkit.content.document import ContentError, read
    from creditkit.content.library import questions, scenario
    from creditkit.teaching.rehearsal import of_questions, of_scenario

    say = phrases("rehearsal")
    doc = read(file)
    kind = kind_of(doc.data)
    try:
        if kind == "scenario":
            remarks = of_scenario(scenario(file), walks, seed)
        elif kind == "questions":
            remarks = of_questions(questions(file))
        elif kind is not None:
            if among_others:
                return None
            print(say("not_rehearsed", file=file.name, kind=kind))
            return 1
        else:
            if not doc.problems:
                unknown = phrases("content")("unknown_kind", kinds=", ".join(KINDS))
                doc.report("C002", (), unknown)
            raise ContentError(doc.problems)
    except ContentError as error:
        print(error, file=sys.stderr)
        return len(error.diagnostics)
    print(say("rehearsed", file=file.name))
    for remark in remarks:
        print(f"  {remark.text}")
    return sum(remark.problem for remark in remarks)
