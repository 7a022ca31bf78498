"""How much `import creditkit` adds to the start of Python."""

import statistics
import subprocess
import sys
import time

RUNS = 25
PROGRAMS = {
    "python -c pass": "pass",
    "import creditkit": "import creditkit",
    "import pandas": "import pandas",
}


def milliseconds(program: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)
    return (time.perf_counter() - start) * 1000


def main() -> None:
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for _ in range(RUNS):
        # Interleaved, so that a slow moment of the machine falls on all of them.
        for name, program in PROGRAMS.items():
            times[name].append(milliseconds(program))
    medians = {name: statistics.median(values) for name, values in times.items()}
    bare = medians["python -c pass"]
    print(f"median of {RUNS} runs, ms")
    for name, median in medians.items():
        print(f"{name:18} {median:8.1f}   above bare Python {median - bare:8.1f}")
    ours, peer = medians["import creditkit"] - bare, medians["import pandas"] - bare
    print(f"creditkit adds {ours / peer:.3f} of what pandas adds")


if __name__ == "__main__":
    main()
