"""`creditkit check`: examine the installation."""

import argparse
from typing import Any

NAME, HELP = "check", "check"


def arrange(parser: argparse.ArgumentParser, options: Any) -> None:
    """It takes none but the common options."""


def run(args: argparse.Namespace) -> int:
    from creditkit.installation import examine, lines, verdict

    findings = []
    for finding in examine():
        findings.append(finding)
        print(*lines(finding), sep="\n", flush=True)
    print(verdict(findings))
    return int(any(f.state == "fail" for f in findings))
