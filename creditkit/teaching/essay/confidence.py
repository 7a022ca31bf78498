"""How sure the marker is of a point: the share of such decisions that were right.

A logistic model of a few features of the decision (D. R. Cox, "The regression analysis of binary
sequences", Journal of the Royal Statistical Society B 20, 1958). Its coefficients are content, in
`content/essays/confidence.yaml`, with how they were fitted; `.ci/fit_essays.py` fits them anew on
the labelled answers.
"""

import math
from collections.abc import Mapping, Sequence

from creditkit.content.library import essay_confidence

FEATURES = (
    "one",
    "covered",
    "partly",
    "contradicted",
    "list_item",
    "hits",
    "near",
    "unread",
    "similar",
    "apart",
)
# Decisions less sure than this are doubtful when nothing was found, and when something was.
DOUBT_MISSING, DOUBT_COVERED = 0.75, 0.55


def features(
    state: str, list_item: bool, hits: int, near: float, unread: float, meaning: tuple[float, float]
) -> list[float]:
    """The features of a decision.

    Args:
        state: what the wording says of the point.
        list_item: whether naming it is enough.
        hits: in how many places the wording shows it.
        near: the largest share of a pattern found together, 0 to 1, when none is found whole.
        unread: the share of the answer's clauses that show no point.
        meaning: how similar the nearest unread clause is, and by how much more than to any other
            point; zeros when meaning is not compared.
    """
    missing = float(state == "missing")
    return [
        1.0,
        float(state == "covered"),
        float(state == "partly"),
        float(state == "contradicted"),
        float(list_item),
        math.log1p(hits),
        near,
        missing * unread,
        missing * meaning[0],
        missing * meaning[1],
    ]


def covered(values: Sequence[float], with_meaning: bool) -> float:
    """The probability that a careful reader would call the point covered.

    >>> likely = covered(features("covered", True, 2, 1.0, 0.2, (0.0, 0.0)), False)
    >>> unlikely = covered(features("missing", True, 0, 0.0, 0.2, (0.0, 0.0)), False)
    >>> likely > 0.8 > 0.3 > unlikely
    True
    """
    weights: Mapping[str, float] = essay_confidence().models[
        "meaning" if with_meaning else "wording"
    ]
    z = sum(weights[name] * value for name, value in zip(FEATURES, values, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))
