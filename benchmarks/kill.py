"""Processes killed at random moments while they write acts: is anything lost?"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from creditkit import Case, JournalError

# Says the number of each act only after `note` has returned, which is when a view may show it.
WRITER = """
import sys
from creditkit import Case
case = Case.open("victim", scenario="pump_maker", folder=sys.argv[1])
while True:
    case.note("written before it is shown")
    print(case.journal.lines[-1]["n"], flush=True)
"""


@dataclass
class Result:
    kills: int = 0
    confirmed: int = 0
    lost: int = 0
    unreadable: int = 0


def kill_writers(folder: Path, kills: int, seed: int = 1) -> Result:
    """Start a writer, kill it, open the journal, and start the next on the same case."""
    rng = random.Random(seed)
    result = Result()
    for _ in range(kills):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(rng.uniform(0, 0.05))
        writer.send_signal(signal.SIGKILL)
        said = [first, *writer.stdout.read().splitlines()]
        writer.wait()
        # The last number may itself be cut off; a number counts when its line is whole.
        whole = {int(number) for number in said[:-1] if number.strip()} or {int(first)}
        result.kills += 1
        result.confirmed += len(whole)
        try:
            case = Case.open("victim", folder=folder)
        except JournalError:
            result.unreadable += 1
            continue
        result.lost += len(whole - {line["n"] for line in case.journal.lines})
        case.close_journal()
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        result = kill_writers(Path(home), arguments.kills)
    print(f"kills                {result.kills}")
    print(f"acts confirmed       {result.confirmed}")
    print(f"acts lost            {result.lost}")
    print(f"journals unreadable  {result.unreadable}")


if __name__ == "__main__":
    main()
