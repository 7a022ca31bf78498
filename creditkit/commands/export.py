"""`creditkit export`: questions for other learning platforms."""

import argparse
from pathlib import Path
from typing import Any

from creditkit.commands import arguments, word
from creditkit.text import phrases

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
    from creditkit.teaching.exchange.items import items
    from creditkit.text import language

    sets = [questions(name) for name in args.questions]
    found = [item for one in sets for item in items(one.items, args.seed)]
    lang = None if args.both else language()
    losses = {item.id: list(item.lost) for item in found}
    if args.to == "moodle":
        args.out.write_text(moodle.to_moodle(found, lang), "utf-8", newline="\n")
        for item in found:
            losses[item.id] += moodle.losses(item)
    elif args.to == "gift":
        args.out.write_text(gift.to_gift(found, lang), "utf-8", newline="\n")
        for item in found:
            losses[item.id] += gift.losses(item)
    else:
        title = ", ".join(one.title.in_(lang) for one in sets)
        args.out.write_bytes(qti.to_qti(found, title, lang))
        for item in found:
            losses[item.id] += qti.losses(item)
    for id, said in losses.items():
        for loss in said:
            print(f"{id}: {loss}")
    print(phrases("exchange")("exported", path=args.out, count=len(found)))
    return 0
