"""The `creditkit` command."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from creditkit import __version__
from creditkit.text import LANGUAGES, BilingualError, phrases, set_language


class _Help(argparse.HelpFormatter):
    def __init__(self, prog: str, **options: Any) -> None:
        super().__init__(prog, **{"max_help_position": 30, **options})

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        say = phrases("cli")
        super().add_usage(usage, actions, groups, str(say("usage")) if prefix is None else prefix)


def _options(parser: argparse.ArgumentParser) -> Any:
    """The options every command has, under a heading in the current language."""
    say = phrases("cli")
    group = parser.add_argument_group(str(say("options")))
    group.add_argument("-h", "--help", action="help", help=str(say("help")))
    group.add_argument("--lang", choices=LANGUAGES, help=str(say("lang")))
    return group


def _parser() -> argparse.ArgumentParser:
    say = phrases("cli")
    common: dict[str, Any] = {"add_help": False, "formatter_class": _Help, "allow_abbrev": False}
    parser = argparse.ArgumentParser("creditkit", description=str(say("about")), **common)
    _options(parser).add_argument(
        "--version", action="version", version=f"creditkit {__version__}", help=str(say("version"))
    )
    commands = parser.add_subparsers(
        title=str(say("commands")), dest="command", metavar=str(say("command"))
    )

    def command(name: str, key: str) -> tuple[argparse.ArgumentParser, Any]:
        text = str(say(key))
        sub = commands.add_parser(name, help=text, description=text, **common)
        return sub, _options(sub)

    lab, options = command("lab", "lab")
    arguments = lab.add_argument_group(str(say("arguments")))
    arguments.add_argument(
        "folder", nargs="?", type=Path, metavar=str(say("folder")), help=str(say("lab_folder"))
    )
    options.add_argument("--port", type=_port, help=str(say("lab_port")))
    options.add_argument("--no-browser", action="store_true", help=str(say("lab_no_browser")))
    command("check", "check")
    content, _ = command("check-content", "content")
    arguments = content.add_argument_group(str(say("arguments")))
    arguments.add_argument(
        "path", nargs="?", type=Path, metavar=str(say("path")), help=str(say("content_path"))
    )
    _, options = command("sample", "sample")
    options.add_argument("--customers", type=int, metavar="N", help=str(say("sample_customers")))
    options.add_argument("--seed", type=int, metavar="S", help=str(say("sample_seed")))
    options.add_argument("--out", type=Path, required=True, metavar=str(say("folder")),
                         help=str(say("sample_out")))  # fmt: skip
    options.add_argument("--only", metavar=str(say("tables")), help=str(say("sample_only")))
    return parser


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(str(phrases("cli")("bad_port", port=text)))


def _lang(argv: Sequence[str]) -> str | None:
    """The language asked for: help and errors are already written in it."""
    before = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    before.add_argument("--lang", choices=LANGUAGES)
    try:
        lang: str | None = before.parse_known_args(argv)[0].lang
    except argparse.ArgumentError:
        return None
    return lang


def main(argv: Sequence[str] | None = None) -> int:
    """Run `creditkit` with the arguments `argv`; returns the exit code.

    >>> main(["check-content", "no/such/folder", "--lang", "en"])
    No such file or folder: no/such/folder
    1
    """
    # A console of another encoding shows a substitute, it does not stop the command.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    argv = sys.argv[1:] if argv is None else list(argv)
    try:
        if lang := _lang(argv):
            set_language(lang)
        args = _parser().parse_args(argv)
        if args.command == "lab":
            return _lab(args)
        if args.command == "check":
            return _check()
        if args.command == "check-content":
            return _check_content(args.path)
        if args.command == "sample":
            return _sample(args)
        _parser().print_help()
        return 0
    except (BilingualError, ValueError) as error:
        print(error)
        return 1
    except ModuleNotFoundError as error:
        # The wording is content too, and reading it may need the very package that is missing.
        print(f"缺少软件包 {error.name}，请重新安装 creditkit。")
        print(f"The package {error.name} is missing: install creditkit again.")
        return 1


def _lab(args: argparse.Namespace) -> int:
    from creditkit.lab import prepare, serve

    serve(prepare(args.folder), port=args.port, browser=not args.no_browser)
    return 0


def _check() -> int:
    from creditkit.installation import examine, lines, verdict

    findings = []
    for finding in examine():
        findings.append(finding)
        print(*lines(finding), sep="\n", flush=True)
    print(verdict(findings))
    return int(any(f.state == "fail" for f in findings))


def _check_content(path: Path | None) -> int:
    from creditkit.content.check import check_folder

    say = phrases("cli")
    path = path or Path(__file__).parent / "content"
    if not path.exists():
        print(say("no_such_path", path=path))
        return 1
    diagnostics = check_folder(path)
    for diagnostic in diagnostics:
        print(diagnostic)
    print(say("content_problems", count=len(diagnostics)) if diagnostics else say("content_ok"))
    return int(bool(diagnostics))


def _sample(args: argparse.Namespace) -> int:
    from creditkit.analysis.sample import CUSTOMERS, SEED, write_sample

    rows = write_sample(
        args.out,
        customers=CUSTOMERS if args.customers is None else args.customers,
        seed=SEED if args.seed is None else args.seed,
        only=tuple(filter(None, (args.only or "").replace(" ", "").split(","))),
        progress=_bar if sys.stderr.isatty() else None,
    )
    say = phrases("cli")
    for name, count in rows.items():
        print(f"{name:<12}{count:>12,}")
    print(say("sample_written", folder=args.out))
    return 0


def _bar(done: int, of: int) -> None:
    filled = 30 * done // of
    end = "\n" if done == of else ""
    bar = f"\r[{'#' * filled}{'.' * (30 - filled)}] {done:,} / {of:,}"
    print(bar, end=end, file=sys.stderr, flush=True)
