"""How fast a journal is read and replayed, and a long case opened."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from creditkit import Case
from creditkit.casework.journal import Line

ACTS = 200_000
LONG_CASE = 10_000
ITEMS = ("attitude", "position", "reason", "explanation", "assessment")
COLD = "import sys; from creditkit import Case; Case.open('long', folder=sys.argv[1]).state"


def write_case(folder: Path, name: str, acts: int, backs: bool = False) -> Path:
    """A case of many acts: questions, refused acts, notes and, if asked for, going back."""
    case = Case.open(name, scenario="pump_maker", folder=folder)
    case.close_journal()
    path = folder / f"{name}.jsonl"
    with path.open("a", encoding="ascii") as file:
        for n in range(1, acts + 1):
            line: Line = {"n": n, "t": "2026-01-01T00:00:00+00:00"}
            if n % 7 == 0:
                line |= {"act": "note", "text": "asked again, no change"}
            elif n % 5 == 0:
                line |= {"act": "judge", "step": "judge_preliminary", "refused": "not_yet"}
            elif backs and n % 3 == 0:
                line |= {"act": "back", "to": n - 1}
            else:
                line |= {"act": "ask", "step": "ask_inside", "items": [ITEMS[n % 5]]}
            file.write(json.dumps(line, separators=(",", ":")) + "\n")
    return path


def seconds_to_open(folder: Path, name: str) -> float:
    start = time.perf_counter()
    case = Case.open(name, folder=folder)
    assert case.state.lines
    elapsed = time.perf_counter() - start
    case.close_journal()
    return elapsed


def seconds_to_parse(path: Path) -> float:
    start = time.perf_counter()
    for row in path.read_bytes().splitlines():
        json.loads(row)
    return time.perf_counter() - start


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        path = write_case(folder, "plain", ACTS)
        write_case(folder, "backs", ACTS, backs=True)
        write_case(folder, "long", LONG_CASE)
        plain, backs, peer = [], [], []
        for _ in range(5):
            plain.append(seconds_to_open(folder, "plain"))
            backs.append(seconds_to_open(folder, "backs"))
            peer.append(seconds_to_parse(path))
        print(f"journal of {ACTS:,} acts read, parsed and replayed; median of 5")
        parse = statistics.median(peer)
        for name, values in (("creditkit", plain), ("with going back", backs)):
            median = statistics.median(values)
            print(f"{name:18} {ACTS / median:12,.0f} acts/s   {median / parse:5.2f} x json.loads")
        print(f"{'json.loads alone':18} {ACTS / parse:12,.0f} lines/s")

        warm = statistics.median(seconds_to_open(folder, "long") for _ in range(15))
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", COLD, home], check=True)
        cold = time.perf_counter() - start
        print(f"case of {LONG_CASE:,} acts opened in {warm * 1000:.0f} ms;")
        print(f"in a new process, start of Python and imports included, {cold * 1000:.0f} ms")


if __name__ == "__main__":
    main()
