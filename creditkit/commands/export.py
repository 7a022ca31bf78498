"""`creditkit export`: questions for other learning platforms."""

import argparse
from pathlib import Path
from typing import Any

from creditkit.commands import arguments, word
from creditkit.commands.target import check_file, write

NAME, HELP = "export", "export"
FORMATS = {"moodle": ".xml", "gift": ".gift", "qti": ".zip"}


def arrange(parser: argparse.ArgumentParser, options: Any) -> None:
    arguments(parser).add_argument(
        "questions", nargs="+", metavar=word("questions"), help=word("export_questions")
    )
    options.add_argument("--to", choices=FORMATS, default="moodle", help=word("export_to"))
    options.add_argument(
        "--out", type=Path, required=True, metavar=word("file"), help=word("export_out")
    )
    options.add_argument("--both", action="store_true", help=word("export_both"))
    options.add_argument("--seed", type=int, default=0, metavar="S", help=word("export_seed"))


def run(args: argparse.Namespace) -> int:
    from creditkit.content.library import questions
    from creditkit.teaching.exchange import gift, moodle, qti
    from creditkit.teaching.exchange.items import items, left_out, say
    from creditkit.text import language

    paths = [Path(name) for name in args.questions]
    check_file(args.out, args.to, [path for path in paths if path.suffix in {".yaml", ".yml"}])
    sets = [questions(name) for name in args.questions]
    found = [item for one in sets for item in items(one.items, args.seed)]
    for question in (question for one in sets for question in one.items):
        if why := left_out(question):
            print(f"{question.id}: {why}")
    if not found:
        raise moodle.ExchangeError(say("nothing_to_export", path=args.out))
    lang = None if args.both else language()
    data: str | bytes
    if args.to == "moodle":
        data, losses = moodle.to_moodle(found, lang), moodle.losses
    elif args.to == "gift":
        data, losses = gift.to_gift(found, lang), gift.losses
    else:
        title = ", ".join(one.title.in_(lang) for one in sets)
        data, losses = qti.to_qti(found, title, lang), qti.losses
    for item in found:
        for loss in [*item.lost, *losses(item)]:
            print(f"{item.id}: {loss}")
    write(args.out, data)
    print(say("exported", path=args.out, count=len(found)))
    return 0
