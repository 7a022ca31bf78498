"""Working a scenario 10,000 times at random, debriefs included, on one process and on all.

python benchmarks/rehearse.py [SCENARIO] [COUNT]
"""

import resource
import sys
import time
from multiprocessing import cpu_count

from creditkit.casework.walking import random_walks
from creditkit.content.library import scenario


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else "pump_maker"
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    taken = {}
    for workers in (1, cpu_count()):
        start = time.perf_counter()
        found = random_walks(scenario(name), count, workers=workers)
        taken[workers] = time.perf_counter() - start
        print(f"{workers} processes: {count:,} walks in {taken[workers]:.2f} s", flush=True)
    print(f"ratio {taken[1] / taken[cpu_count()]:.2f}; endings {dict(found.endings)}")
    peaks = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    peak = max(resource.getrusage(who).ru_maxrss for who in peaks)
    print(f"peak {peak / 1024:.0f} MB a process")


if __name__ == "__main__":
    main()
