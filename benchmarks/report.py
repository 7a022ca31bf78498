"""A report of the sample data: time and peak memory, each run in a process of its own.

python benchmarks/report.py [FOLDER]
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

RUNS = 3
CODE = """
import resource, sys
from creditkit.cli import main
code = main(["report", sys.argv[1], "--lang", sys.argv[2], "--out", sys.argv[3]])
used = resource.getrusage(resource.RUSAGE_SELF)
print(code, used.ru_maxrss // 1024, used.ru_utime + used.ru_stime)
"""


def main() -> None:
    folder = sys.argv[1] if len(sys.argv) > 1 else str(Path(__file__).parents[1] / "data")
    with tempfile.TemporaryDirectory() as out:
        page = str(Path(out) / "report.html")
        for lang in ("zh", "en"):
            times, peaks, busy = [], [], []
            for _ in range(RUNS):
                begin = time.perf_counter()
                command = [sys.executable, "-c", CODE, folder, lang, page]
                told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
                times.append(time.perf_counter() - begin)
                code, peak, worked = told.split()[-3:]
                assert code == "0", told
                peaks.append(int(peak))
                busy.append(float(worked))
            size = Path(page).stat().st_size / 1e6
            print(
                f"creditkit report, {lang}: {median(times):.1f} s (median of {RUNS}; processors"
                f" {median(busy):.1f} s), peak {max(peaks)} MB, page {size:.1f} MB"
            )


if __name__ == "__main__":
    main()
