"""Measured quality in the words of the coursework's grades, beside the coursework's own table."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from creditkit.analysis.quality import SHARES, QualityError, SourceQuality, say
from creditkit.content.library import comparison
from creditkit.content.schema_sources import GradeCell

# The grades of the coursework's scales as ranges of measured values: where each grade begins, from
# the worst on. Ours; the coursework grades in words only.
THRESHOLDS: Mapping[str, tuple[float, ...]] = {
    # By how far a source is from even-handed, with the sign reversed: -0.2 is worse than -0.1.
    "objectivity": (-0.20, -0.10, -0.03),
    "authenticity": (0.70, 0.80, 0.93),
    "completeness": (0.40, 0.75, 0.90),
    "timeliness": (0.40, 0.70, 0.93),
    # CNY a fact, with the sign reversed: up to 50 is low, nothing is none.
    "cost": (-50.0, 0.0),
}
# A share that differs this much (standard deviation) from customer to customer is no property of
# the source: its grade is `uncertain`.
UNCERTAIN = 0.28


def grades(
    quality: SourceQuality, thresholds: Mapping[str, tuple[float, ...]] = THRESHOLDS
) -> pd.DataFrame:
    """Measured quality in the words of the coursework, beside its table.

    The grade of a measured value is the highest whose threshold it reaches; it is `sure` when the
    whole interval lies within that grade, and never without one, as
    of a single customer. A share that differs much from customer to customer
    (`spread` above 0.28) is graded `uncertain`, as the coursework does.

    Args:
        quality: as `measure_sources` gives it.
        thresholds: by criterion, where each grade but the worst begins; see `THRESHOLDS`.

    Returns:
        DataFrame with `source`, the columns of `quality.by`, `criterion`, `value`, `low`, `high`
        (float64), `measured` (grade id, `uncertain`, or `not_measured` where nothing can be said),
        `sure` (bool), `textbook` (grade id, `uncertain`, or `not_in_source` where the coursework's
        table is cut off or has no such source), `ref` (str) and `compared`: `same`, `better`,
        `worse`, or `open` where one of the two names no grade. Cost is better when lower.

    Raises:
        QualityError: a threshold is missing.
    """
    book = comparison()
    cells = {row.id: row.cells for row in book.rows}
    keys = ["source", *quality.by]
    measured = quality.table.set_index([*keys, "measure"]).sort_index()
    scales = {c.id: [grade.id for grade in book.scales[c.scale]] for c in book.criteria}
    edges = {criterion: _edges(thresholds, criterion, scale) for criterion, scale in scales.items()}
    rows = [
        {
            **dict(zip(keys, key, strict=True)),
            "criterion": criterion,
            **_graded(
                criterion,
                scale,
                edges[criterion],
                measured.loc[(*key, criterion)],
                cells.get(str(key[0]), {}).get(criterion),
            ),
        }
        for key in quality.table[keys].drop_duplicates().itertuples(index=False, name=None)
        for criterion, scale in scales.items()
    ]
    return pd.DataFrame(rows)


def _edges(
    thresholds: Mapping[str, tuple[float, ...]], criterion: str, scale: list[str]
) -> tuple[float, ...]:
    edges = thresholds.get(criterion, ())
    if len(edges) != len(scale) - 1 or list(edges) != sorted(edges):
        raise QualityError(say("bad_thresholds", criterion=criterion, count=len(scale) - 1))
    return edges


def _graded(
    criterion: str,
    scale: list[str],
    edges: tuple[float, ...],
    found: "pd.Series[Any]",
    cell: GradeCell | None,
) -> dict[str, Any]:
    """A measured value and its grade beside those of the coursework's cell, if there is one."""
    value, ends = _as_merit(criterion, found)
    at = [int(np.searchsorted(edges, v + 1e-12, side="right")) for v in (value, *ends)]
    grade = scale[at[0]]
    if np.isnan(value):
        grade = "not_measured"
    elif criterion in SHARES and found["spread"] > UNCERTAIN:
        grade = "uncertain"
    said = cell.grade if cell else "not_in_source"
    return {
        "value": found["value"],
        "low": found["low"],
        "high": found["high"],
        "measured": grade,
        "sure": bool(np.isfinite(ends).all()) and at[1] == at[2] and grade in scale,
        "textbook": said,
        "ref": ", ".join(cell.ref) if cell else "",
        "compared": _compared(scale, grade, said),
    }


def _as_merit(criterion: str, found: "pd.Series[Any]") -> tuple[float, tuple[float, float]]:
    """Value and interval on a scale where more is better."""
    value, low, high = float(found["value"]), float(found["low"]), float(found["high"])
    if criterion == "objectivity":
        ends = sorted((-abs(low), -abs(high)))
        top = 0.0 if low <= 0 <= high else ends[1]
        return -abs(value), (ends[0], top)
    if criterion == "cost":
        return -value, (-high, -low)
    return value, (low, high)


def _compared(scale: list[str], measured: str, textbook: str) -> str:
    if measured == textbook:
        return "same"
    if measured not in scale or textbook not in scale:
        return "open"
    return "better" if scale.index(measured) > scale.index(textbook) else "worse"
