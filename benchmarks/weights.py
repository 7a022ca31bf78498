"""Under how many of a million weights each of 10 sources is best, beside pymcdm in a loop.

pymcdm answers one weight a call, so it is given fewer and its time is stated a weight; both work
on the same numbers, and the shares they find are compared.
"""

import resource
import statistics
import sys
import time

import numpy as np

from creditkit.analysis.acceptability import best_shares
from creditkit.analysis.sources import source_table

SOURCES, CRITERIA = 10, 5
SAMPLES, PEER_SAMPLES, RUNS = 1_000_000, 20_000, 5


def peer_shares(values: np.ndarray, samples: int) -> np.ndarray:
    from pymcdm.methods import WSM

    # The numbers are comparable as they are.
    method = WSM(normalization_function=lambda column, cost=False: column)
    types = np.ones(values.shape[1])
    weights = np.random.default_rng(1).dirichlet(np.ones(values.shape[1]), samples)
    wins = np.zeros(len(values))
    for w in weights:
        wins[np.argmax(method(values, w, types))] += 1
    return wins / samples


def main() -> None:
    try:
        import pymcdm  # noqa: F401
    except ImportError:
        sys.exit("This compares with pymcdm, which `make bench` installs: pip install pymcdm")
    values = np.random.default_rng(7).random((SOURCES, CRITERIA))
    ours, ordinal, peer = [], [], []
    for _ in range(RUNS):
        start = time.perf_counter()
        shares = best_shares(values, SAMPLES)
        ours.append(time.perf_counter() - start)
        start = time.perf_counter()
        source_table().acceptability(samples=SAMPLES)
        ordinal.append(time.perf_counter() - start)
        start = time.perf_counter()
        theirs = peer_shares(values, PEER_SAMPLES)
        peer.append(time.perf_counter() - start)
    each, their_each = statistics.median(ours) / SAMPLES, statistics.median(peer) / PEER_SAMPLES
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{SOURCES} sources, {CRITERIA} criteria; medians of {RUNS} runs; peak {memory:.0f} MB")
    print(f"creditkit, {SAMPLES:,} weights        {statistics.median(ours):8.3f} s")
    print(f"pymcdm WSM in a loop, {PEER_SAMPLES:,} weights {statistics.median(peer):6.3f} s")
    print(f"a weight: {each * 1e6:.3f} us beside {their_each * 1e6:.1f} us")
    print(f"pymcdm in a loop takes {their_each / each:.0f} times as long")
    print(f"largest difference of a share: {abs(shares - theirs).max():.4f}")
    print(f"SMAA-O on the coursework's table, as many {statistics.median(ordinal):.3f} s")


if __name__ == "__main__":
    main()
