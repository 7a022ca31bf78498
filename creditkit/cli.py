"""The `creditkit` command."""

import argparse
import os
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from creditkit import __version__
from creditkit.commands import (
    Command,
    check,
    check_content,
    export,
    import_,
    lab,
    mark,
    new,
    preview,
    rehearse,
    release,
    report,
    sample,
    submit,
)
from creditkit.text import (
    LANGUAGES,
    BilingualError,
    Text,
    did_you_mean,
    phrases,
    plain,
    set_language,
)

COMMANDS: tuple[Command, ...] = (
    lab,
    check,
    check_content,
    new,
    preview,
    rehearse,
    sample,
    report,
    release,
    submit,
    mark,
    export,
    import_,
)


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


# What argparse says of a wrong use, and the word for it in `interface/cli.yaml`.
_WRONG = {
    "bad_choice": r"invalid choice: (?P<value>.+) \(choose from (?P<choices>.*)\)",
    "needs_value": r"expected (?:one|at least one|\d+) arguments?",
    "takes_no_value": r"ignored explicit argument (?P<value>.+)",
    "bad_number": r"invalid int value: (?P<value>.+)",
    "missing_arguments": r"the following arguments are required: (?P<names>.*)",
}


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in the current language, and which name was probably meant."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            # Here and not at the end, for a command knows its own options.
            names = " ".join(unknown)
            hint = did_you_mean(unknown[0].partition("=")[0], self._option_string_actions)
            self._refuse(phrases("cli")("unknown_arguments", names=names, hint=hint))
        return found, unknown

    def error(self, message: str) -> NoReturn:
        say = phrases("cli")
        named = re.fullmatch(r"argument (?P<argument>[^:]+): (?P<rest>.*)", message, re.DOTALL)
        argument, rest = (named["argument"], named["rest"]) if named else ("", message)
        for key, pattern in _WRONG.items():
            if found := re.fullmatch(pattern, rest, re.DOTALL):
                told = {"argument": argument, **found.groupdict()}
                if "value" in told:
                    told["value"] = told["value"].strip("'\"")
                if key == "bad_choice":
                    known = [one.strip("'") for one in told["choices"].split(", ")]
                    hint = did_you_mean(told["value"], known)
                    self._refuse(say(key, **{**told, "choices": ", ".join(known), "hint": hint}))
                self._refuse(say(key, **told))
        self._refuse(say("wrong_of", argument=argument, problem=rest) if named else plain(message))

    def _refuse(self, problem: Text) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, f"{phrases('cli')('wrong_use', prog=self.prog, problem=problem)}\n")


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
    parser = _Parser("creditkit", description=str(say("about")), **common)
    _options(parser).add_argument(
        "--version", action="version", version=f"creditkit {__version__}", help=str(say("version"))
    )
    commands = parser.add_subparsers(
        title=str(say("commands")), dest="command", metavar=str(say("command"))
    )
    for module in COMMANDS:
        text = str(say(module.HELP))
        sub = commands.add_parser(module.NAME, help=text, description=text, **common)
        module.arrange(sub, _options(sub))
    return parser


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
        for module in COMMANDS:
            if args.command == module.NAME:
                return module.run(args)
        _parser().print_help()
        return 0
    except BrokenPipeError:
        # Whoever read along has closed, as `head` does: nothing is written there any more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (BilingualError, ValueError) as error:
        print(error)
        return 1
    except ModuleNotFoundError as error:
        # The wording is content too, and reading it may need the very package that is missing.
        print(f"缺少软件包 {error.name}，请重新安装 creditkit。")
        print(f"The package {error.name} is missing: install creditkit again.")
        return 1
