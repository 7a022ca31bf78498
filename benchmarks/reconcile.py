"""Reconciling claims beside crowd-kit: precision against a truth, and time.

    python benchmarks/reconcile.py CLAIMS TRUTH [SIZE ...]

CLAIMS has the columns source, object, attribute, value; TRUTH has object, attribute, value (CSV,
may be gzipped). For each SIZE the claims are cut, or repeated under new names of objects, to about
so many. The peer is crowd-kit, whose methods need an older scikit-learn:
`pip install crowd-kit "scikit-learn<1.6"`.
"""

import resource
import statistics
import sys
import time
from collections.abc import Callable

import pandas as pd

from creditkit.analysis.reconcile import reconcile

RUNS = 3


def ours(claims: pd.DataFrame) -> pd.Series:
    found = reconcile(claims.rename(columns={"object": "customer", "attribute": "field"})).values
    return found.set_index(found["customer"] + "|" + found["field"])["value"]


def peer(name: str) -> Callable[[pd.DataFrame], pd.Series]:
    def answer(claims: pd.DataFrame) -> pd.Series:
        from crowdkit import aggregation

        asked = pd.DataFrame(
            {
                "task": claims["object"] + "|" + claims["attribute"],
                "worker": claims["source"],
                "label": claims["value"],
            }
        )
        return getattr(aggregation, name)().fit_predict(asked)

    return answer


def sized(claims: pd.DataFrame, size: int) -> pd.DataFrame:
    times = -(-size // len(claims))
    parts = [claims, *(claims.assign(object=claims["object"] + f"#{n}") for n in range(1, times))]
    return pd.concat(parts, ignore_index=True).iloc[:size]


def main() -> None:
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    claims, truth = (pd.read_csv(path, dtype=str, keep_default_na=False) for path in sys.argv[1:3])
    claims = claims.drop_duplicates(["source", "object", "attribute"], keep="last")
    known = truth.set_index(truth["object"] + "|" + truth["attribute"])["value"]
    methods = {"creditkit accuracy": ours}
    try:
        import crowdkit  # noqa: F401

        methods |= {f"crowd-kit {n}": peer(n) for n in ("MajorityVote", "Wawa", "ZeroBasedSkill")}
    except ImportError:
        print("crowd-kit is not installed: no peer in this run.")
    for size in [int(word) for word in sys.argv[3:]] or [len(claims)]:
        asked = sized(claims, size)
        print(f"{len(asked):,} claims; medians of {RUNS} runs")
        for name, method in methods.items():
            taken = []
            for _ in range(RUNS):
                start = time.perf_counter()
                answer = method(asked)
                taken.append(time.perf_counter() - start)
            right = (answer.reindex(known.index) == known).mean()
            print(
                f"  {name:28}{statistics.median(taken):9.3f} s   precision {right:.3f}", flush=True
            )
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
