"""Reconciling claims beside crowd-kit and truthdiscovery: precision against a truth, time, memory.

    python benchmarks/reconcile.py CLAIMS TRUTH [--sizes 100000 1000000 5000000] [--peers PYTHON]
        [--limit SECONDS] [--runs N]

CLAIMS has the columns source, object, attribute, value; TRUTH has object, attribute, value (CSV,
may be gzipped). For each size the claims are cut, or repeated under new names of objects, to about
so many. Every method runs in a process of its own, so that the peak of memory is its own; time is
the median of the runs, from the frame of strings to one value an item, in seconds on the clock and
of the processor. A method that takes longer than the limit (300 s, all runs together) is left out
of the larger sizes.

The peers want other versions of their dependencies than creditkit, so PYTHON is the Python of an
environment of their own: `pip install crowd-kit "scikit-learn<1.6" bidict imageio` and
`pip install --no-deps truthdiscovery`.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

OURS = ("accuracy", "accuracy, categories", "weighted", "majority")
CROWD_KIT = ("MajorityVote", "Wawa", "ZeroBasedSkill", "DawidSkene")
TRUTH_DISCOVERY = (
    "MajorityVoting", "Sums", "AverageLog", "Investment", "PooledInvestment", "TruthFinder",
)  # fmt: skip
# Items by values by sources in one dense table: no machine has the memory from here on.
DENSE = {"crowd-kit DawidSkene": 20_000}
# Timings of peers as precise as this much below ours count as equally precise.
EQUAL = 0.005


def ours(claims: pd.DataFrame, name: str) -> Callable[[], pd.DataFrame]:
    from creditkit.analysis.reconcile import reconcile

    asked = claims.rename(columns={"object": "customer", "attribute": "field"})
    if "categories" in name:
        asked = asked.astype("category")
    method: Any = name.split(",")[0]

    copying = None if method == "majority" else 0.995
    return lambda: reconcile(asked, method=method, copying=copying).values


def crowd_kit(claims: pd.DataFrame, name: str) -> Callable[[], pd.Series]:
    from crowdkit import aggregation

    task = claims["object"] + "|" + claims["attribute"]
    asked = pd.DataFrame({"task": task, "worker": claims["source"], "label": claims["value"]})
    return lambda: getattr(aggregation, name)().fit_predict(asked)


def truth_discovery(claims: pd.DataFrame, name: str) -> Callable[[], pd.Series]:
    # Only its pictures need cairo, but it is imported with the package.
    sys.modules.setdefault("cairo", types.ModuleType("cairo"))
    import truthdiscovery

    task = claims["object"] + "|" + claims["attribute"]
    rows = list(zip(claims["source"], task, claims["value"], strict=True))

    def answer() -> pd.Series:
        found = getattr(truthdiscovery, name)().run(truthdiscovery.Dataset(rows))
        return pd.Series({item: max(said, key=said.get) for item, said in found.belief.items()})

    return answer


LIBRARIES: dict[str, Callable[..., Callable[[], Any]]] = {
    "creditkit": ours,
    "crowd-kit": crowd_kit,
    "truthdiscovery": truth_discovery,
}


def sized(claims: pd.DataFrame, size: int) -> pd.DataFrame:
    times = -(-size // len(claims))
    parts = [claims, *(claims.assign(object=claims["object"] + f"#{n}") for n in range(1, times))]
    return pd.concat(parts, ignore_index=True).iloc[:size]


def read(path: str) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(name: str, claims_path: str, truth_path: str, size: int, runs: int) -> None:
    """One method, in this process; prints what was found as JSON."""
    library, method = name.split(" ", 1)
    claims = read(claims_path).drop_duplicates(["source", "object", "attribute"], keep="last")
    claims = sized(claims, size)
    answer = LIBRARIES[library](claims, method)
    before = peak()
    clock, processor = [], []
    for _ in range(runs):
        found = None
        start, used = time.perf_counter(), time.process_time()
        found = answer()
        clock.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
    highest = peak()
    if isinstance(found, pd.DataFrame):
        item = found["customer"].astype(str) + "|" + found["field"].astype(str)
        found = pd.Series(found["value"].to_numpy(), item)
    truth = read(truth_path).drop_duplicates(["object", "attribute"])
    known = pd.Series(truth["value"].to_numpy(), truth["object"] + "|" + truth["attribute"])
    known = known[known.index.isin(claims["object"] + "|" + claims["attribute"])]
    print(json.dumps({
        "clock": statistics.median(clock),
        "processor": statistics.median(processor),
        "precision": float((found.reindex(known.index).astype(str) == known).mean()),
        "before": before,
        "peak": highest,
    }))  # fmt: skip


def run(name: str, python: str, asked: argparse.Namespace, size: int) -> dict[str, float] | None:
    order = [python, __file__, asked.claims, asked.truth, "--one", name, "--sizes", str(size)]
    root = str(Path(__file__).parents[1])
    try:
        done = subprocess.run(
            [*order, "--runs", str(asked.runs)], capture_output=True, text=True, check=True,
            timeout=asked.limit, env={**os.environ, "PYTHONPATH": root},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        print(f"  {name:36} left out: over {asked.limit:.0f} s", flush=True)
        return None
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or ["no memory left"])[-1]
        print(f"  {name:36} failed: {last}", flush=True)
        return None
    return json.loads(done.stdout.strip().splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("claims")
    parser.add_argument("truth")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000])
    parser.add_argument("--peers", help="the Python that has crowd-kit and truthdiscovery")
    parser.add_argument("--limit", type=float, default=300.0)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        measure(asked.one, asked.claims, asked.truth, asked.sizes[0], asked.runs)
        return
    methods = {f"creditkit {name}": sys.executable for name in OURS}
    if asked.peers:
        methods |= {f"crowd-kit {name}": asked.peers for name in CROWD_KIT}
        methods |= {f"truthdiscovery {name}": asked.peers for name in TRUTH_DISCOVERY}
    else:
        print("No --peers given: no peer in this run.")
    for size in sorted(asked.sizes):
        print(f"{size:,} claims; medians of {asked.runs} runs; load {os.getloadavg()[0]:.1f}")
        print(f"  {'':36}{'clock s':>9}{'proc. s':>9}{'precision':>11}{'peak MB':>9}{'added':>7}")
        found = {}
        for name, python in list(methods.items()):
            if size > DENSE.get(name, size):
                print(f"  {name:36} left out: wants a dense table of items by values")
                continue
            one = run(name, python, asked, size)
            if one is None:
                del methods[name]
                continue
            found[name] = one
            print(
                f"  {name:36}{one['clock']:9.3f}{one['processor']:9.3f}{one['precision']:11.4f}"
                f"{one['peak']:9.0f}{one['peak'] - one['before']:7.0f}", flush=True,
            )  # fmt: skip
        compare(found)


def compare(found: dict[str, dict[str, float]]) -> None:
    """Say how much faster ours is than each peer that matters."""
    own = found.get("creditkit accuracy")
    peers = {name: one for name, one in found.items() if not name.startswith("creditkit")}
    if not own or not peers:
        return
    equal = [n for n, one in peers.items() if one["precision"] >= own["precision"] - EQUAL]
    best = max(one["precision"] for one in peers.values())
    precise = [n for n, one in peers.items() if one["precision"] >= best - EQUAL]
    groups = {
        "fastest peer as precise as ours": equal,
        "fastest of the most precise peers": precise,
        "fastest peer of all": list(peers),
    }
    for what, names in groups.items():
        if not names:
            print(f"  {what}: none")
            continue
        name = min(names, key=lambda n: peers[n]["clock"])
        ratios = " and ".join(
            f"{peers[name][of] / own[of]:.1f} times by {of}" for of in ("clock", "processor")
        )
        print(f"  {what}: {name}; ours is faster {ratios}", flush=True)


if __name__ == "__main__":
    main()
