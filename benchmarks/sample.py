"""Sample data: facts a second, beside pandas.to_csv of the same facts, and memory at two sizes.

python benchmarks/sample.py [CUSTOMERS]
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

RUNS = 3
CODE = """
import resource, sys, time
from creditkit.analysis.sample import write_sample
out, customers, only = sys.argv[1], int(sys.argv[2]), tuple(filter(None, sys.argv[3].split(",")))
begin = time.perf_counter()
rows = write_sample(out, customers=customers, only=only)
took = time.perf_counter() - begin
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(rows.get("facts", 0), sum(rows.values()), took, peak)
"""


def run(folder: str, customers: int, only: str) -> tuple[int, int, float, int]:
    command = [sys.executable, "-c", CODE, folder, str(customers), only]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return int(out[0]), int(out[1]), float(out[2]), int(out[3])


def main() -> None:
    customers = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as folder:
        for only in ("customers,facts,truth", ""):
            runs = [run(folder, customers, only) for _ in range(RUNS)]
            facts, rows, _, peak = runs[0]
            took = median(r[2] for r in runs)
            print(
                f"{only or 'all tables'}: {facts:,} facts, {rows:,} rows in {took:.2f} s:"
                f" {facts / took:,.0f} facts/s, {rows / took:,.0f} rows/s, peak {peak} MB"
            )
        small = run(folder, customers // 10, "")
        print(f"a tenth of the customers: peak {small[3]} MB")
        import pandas as pd

        run(folder, customers, "facts")
        frame = pd.read_csv(Path(folder) / "facts.csv", dtype=str, keep_default_na=False)
        took = []
        for _ in range(RUNS):
            begin = time.perf_counter()
            frame.to_csv(Path(folder) / "again.csv", index=False)
            took.append(time.perf_counter() - begin)
        print(f"pandas.to_csv alone, facts already made: {len(frame) / median(took):,.0f} facts/s")
        print(f"(this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB)")


if __name__ == "__main__":
    main()
