"""`creditkit lab`: open the course in JupyterLab."""

import argparse
from pathlib import Path
from typing import Any

from creditkit.commands import arguments, word
from creditkit.text import phrases

NAME, HELP = "lab", "lab"


def arrange(parser: argparse.ArgumentParser, options: Any) -> None:
    arguments(parser).add_argument(
        "folder", nargs="?", type=Path, metavar=word("folder"), help=word("lab_folder")
    )
    options.add_argument("--port", type=_port, help=word("lab_port"))
    options.add_argument("--no-browser", action="store_true", help=word("lab_no_browser"))


def run(args: argparse.Namespace) -> int:
    from creditkit.lab import prepare, serve

    serve(prepare(args.folder), port=args.port, browser=not args.no_browser)
    return 0


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(str(phrases("cli")("bad_port", port=text)))
