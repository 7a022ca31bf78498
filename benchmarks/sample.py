"""Sample data: facts a second, beside writing the same rows with csv.writer and with pandas, and
memory at two sizes.

Each run is a process of its own, so that its peak of memory is its own. The peers write rows that
are made already: they bound what any generator built on them could reach.

python benchmarks/sample.py [CUSTOMERS]
"""

import subprocess
import sys
import tempfile
from statistics import median

RUNS = 3
WANTED = 300_000
TABLES = ("customers", "facts", "truth")
MAKE = """
import resource, sys, time
from creditkit.analysis.sample import write_sample
folder, customers, only = sys.argv[1], int(sys.argv[2]), tuple(filter(None, sys.argv[3].split(",")))
begin = time.perf_counter()
rows = write_sample(folder, customers=customers, only=only)
took = time.perf_counter() - begin
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(rows.get("facts", 0), sum(rows.values()), took, peak)
"""
BY_CSV = """
import csv, resource, sys, time
folder, took, count = sys.argv[1], 0.0, [0, 0]
for name in sys.argv[3].split(","):
    with open(f"{folder}/{name}.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    begin = time.perf_counter()
    with open(f"{folder}/again.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\\n").writerows(rows)
    took += time.perf_counter() - begin
    count[1] += len(rows) - 1
    count[0] += (len(rows) - 1) * (name == "facts")
print(*count, took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
BY_PANDAS = """
import resource, sys, time
import pandas as pd
folder, took, count = sys.argv[1], 0.0, [0, 0]
for name in sys.argv[3].split(","):
    frame = pd.read_csv(f"{folder}/{name}.csv", dtype=str, keep_default_na=False)
    begin = time.perf_counter()
    frame.to_csv(f"{folder}/again.csv", index=False)
    took += time.perf_counter() - begin
    count[1] += len(frame)
    count[0] += len(frame) * (name == "facts")
print(*count, took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
WAYS = {
    "creditkit, made and written": MAKE,
    "csv.writer, written only": BY_CSV,
    "pandas.to_csv, written only": BY_PANDAS,
}


def run(code: str, folder: str, customers: int, tables: tuple[str, ...]) -> list[float]:
    """Facts, rows, seconds and the peak of memory in MB."""
    command = [sys.executable, "-c", code, folder, str(customers), ",".join(tables)]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [float(value) for value in out.split()]


def tell(name: str, runs: list[list[float]]) -> float:
    facts, rows = runs[0][:2]
    took, peak = median(r[2] for r in runs), max(r[3] for r in runs)
    print(f"{name:28} {took:6.2f} s {facts / took:11,.0f} facts/s"
          f" {rows / took:11,.0f} rows/s   peak {peak:6,.0f} MB")  # fmt: skip
    return facts / took


def main() -> None:
    customers = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as folder:
        found: dict[str, list[list[float]]] = {name: [] for name in WAYS}
        for _ in range(RUNS):
            for name, code in WAYS.items():
                found[name].append(run(code, folder, customers, TABLES))
        facts, rows = found["creditkit, made and written"][0][:2]
        print(f"{customers:,} customers, {facts:,.0f} facts, {rows:,.0f} rows; median of {RUNS}")
        rates = {name: tell(name, runs) for name, runs in found.items()}
        verdict = "reached" if next(iter(rates.values())) >= WANTED else "missed"
        print(f"the {WANTED:,} facts a second asked for: {verdict}")
        tell("a tenth of the customers", [run(MAKE, folder, customers // 10, TABLES)])
        tell("all tables", [run(MAKE, folder, customers, ())])


if __name__ == "__main__":
    main()
