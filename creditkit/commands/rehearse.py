"""`creditkit rehearse`: play scripts, and scenarios and questions at random."""

import argparse
import sys
from collections.abc import Iterator
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
    with content_from(*(path for path in args.paths if path.is_dir())):
        return int(bool(_rehearsed(args.paths, args.walks, args.seed)))


def _rehearsed(paths: list[Path], walks: int, seed: int) -> int:
    """Play everything and tell what comes of it; returns how many problems there were."""
    from creditkit.casework.script import rehearse
    from creditkit.content.document import ContentError
    from creditkit.content.library import questions, scenario
    from creditkit.teaching.rehearsal import of_questions, of_scenario

    say = phrases("rehearsal")
    problems = 0
    for path in _scripts(paths):
        found = rehearse(path)
        for diagnostic in found:
            print(diagnostic)
        problems += len(found)
        print(say("script_played", script=path.name, count=len(found)))
    for path, kind in _contents(paths):
        try:
            if kind == "scenario":
                remarks = of_scenario(scenario(path), walks, seed)
            else:
                remarks = of_questions(questions(path))
        except ContentError as error:
            print(error, file=sys.stderr)
            problems += 1
            continue
        print(say("rehearsed", file=path.name))
        for remark in remarks:
            print(f"  {remark.text}")
            problems += remark.problem
    return problems


def _scripts(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.rglob("*.play"))
        elif path.suffix == ".play":
            yield path


def _contents(paths: list[Path]) -> Iterator[tuple[Path, str]]:
    from creditkit.content.check import kind_of
    from creditkit.content.document import read, yaml_files

    for path in paths:
        if path.suffix == ".play":
            continue
        for file in yaml_files(path):
            kind = kind_of(read(file).data)
            if kind in {"scenario", "questions"}:
                yield file, kind
