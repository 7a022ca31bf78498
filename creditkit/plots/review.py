"""Pictures of the review of credit files."""

from typing import TYPE_CHECKING

import pandas as pd

from creditkit.analysis.review import KINDS, SEVERITIES, Review
from creditkit.analysis.values import say
from creditkit.content.library import fields
from creditkit.plots.figure import COLOURS, FAINT, INK, new
from creditkit.text import join

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# From grave to slight; dark enough apart to be told in grey.
_TONES = dict(zip(SEVERITIES, ("#8c2d19", "#e6a45c", "#e3e6ea"), strict=True))
# Customers listed in a picture; the table has all of them.
LISTED = 20


def severity_picture(found: Review, most: int = LISTED) -> "Figure":
    """How many findings of each severity each customer has, those with most grave ones first.

    >>> facts = pd.DataFrame({"customer": ["C1", "C2"], "field": "employees", "value": "120",
    ...     "source": "customer", "collected_on": "2025-11-03"})
    >>> from creditkit.analysis.review import review
    >>> len(severity_picture(review(facts, "2025-12-31")).axes[0].patches)
    6
    """
    table = found.by_customer().head(most)
    figure, axes = new(9.5, 1.7 + 0.3 * max(1, len(table)))
    _stacked(figure, axes, table, list(table.index))
    axes.set_xlabel(str(say("findings_axis")))
    return figure


def severity_text(found: Review, most: int = LISTED) -> str:
    """What `severity_picture` shows, in words."""
    table = found.by_customer()
    told = say(
        "severity_alt", customers=len(table), grave=int((table["high"] > 0).sum()),
        shown=min(most, len(table)),
        worst="–" if table.empty else table.index[0],
        count=0 if table.empty else int(table["high"].iloc[0]),
    )  # fmt: skip
    return str(told)


def kinds_picture(found: Review) -> "Figure":
    """How many findings there are of each kind, by severity.

    >>> facts = pd.DataFrame({"customer": ["C1"], "field": "employees", "value": "120",
    ...     "source": "customer", "collected_on": "2025-11-03"})
    >>> from creditkit.analysis.review import review
    >>> len(kinds_picture(review(facts, "2025-12-31")).axes[0].get_yticklabels())
    5
    """
    table = found.counts()
    figure, axes = new(9.5, 3.4)
    _stacked(figure, axes, table, [str(say(f"kind_{kind}")) for kind in table.index])
    axes.set_xlabel(str(say("findings_axis")))
    return figure


def kinds_text(found: Review) -> str:
    """What `kinds_picture` shows, in words."""
    counts = found.counts()
    told = [
        say("kind_alt", kind=say(f"kind_{kind}"), count=all, grave=grave)
        for kind, all, grave in zip(KINDS, counts.sum(axis=1), counts["high"], strict=True)
    ]
    return str(join(told, zh="；", en="; "))


def staleness_picture(ages: pd.DataFrame) -> "Figure":
    """How old the latest fact of each field is, as `ages` gives it, held against the field's term:
    a point for the middle customer, a bar for the middle eight in ten; beyond the line is stale.
    The share of customers beyond it stands at the right.

    >>> ages = pd.DataFrame({"customer": ["C1", "C2"], "field": "employees", "days": [73, 1460],
    ...     "term": 730})
    >>> [text.get_text() for text in staleness_picture(ages).axes[0].texts]
    ['50%']
    """
    shares = _shares(ages)
    figure, axes = new(9.5, 1.5 + 0.28 * max(1, len(shares)))
    places = range(len(shares))
    stale = [COLOURS[5] if share > 0 else COLOURS[0] for share in shares["stale"]]
    axes.hlines(places, shares["low"], shares["high"], color=stale, lw=5, alpha=0.35)
    axes.scatter(shares["middle"], places, color=stale, s=42, zorder=3)
    axes.axvline(1, color=INK, lw=1.3)
    right = max(1.5, float(shares["high"].max()) if len(shares) else 0.0) * 1.03
    for y, share in zip(places, shares["stale"], strict=True):
        axes.text(right, y, _share(share), va="center", fontsize=9.5,
                  color=COLOURS[5] if share else FAINT)  # fmt: skip
    titles = {field.id: str(field.title) for field in fields().values()}
    axes.set_yticks(places, [titles[str(name)] for name in shares.index])
    axes.set(xlim=(0, right))
    axes.invert_yaxis()
    axes.xaxis.set_major_formatter("{x:.0%}")
    axes.set_xlabel(str(say("age_axis")))
    axes.grid(axis="x", color="#e6e9ee")
    axes.tick_params(axis="y", length=0)
    axes.set_axisbelow(True)
    return figure


def staleness_text(ages: pd.DataFrame) -> str:
    """What `staleness_picture` shows, in words."""
    shares = _shares(ages)
    titles = {field.id: field.title for field in fields().values()}
    over = [
        say("stale_part", field=titles[str(name)], share=_share(share))
        for name, share in shares["stale"].items()
        if share > 0
    ]
    if not over:
        return str(say("nothing_stale", count=len(shares)))
    return str(say("stale_alt", parts=join(over[:6]), count=len(over), of=len(shares)))


# Inside


def _stacked(figure: "Figure", axes: "Axes", table: pd.DataFrame, labels: list[str]) -> None:
    """Bars of findings, a part for each severity."""
    from matplotlib.ticker import MaxNLocator

    left = pd.Series(0, table.index)
    places = range(len(table))
    for severity in SEVERITIES:
        counts = table[severity]
        axes.barh(places, counts, left=left, color=_TONES[severity], edgecolor="white",
                  height=0.72, label=str(say(severity)))  # fmt: skip
        left = left + counts
    for y, (grave, total) in enumerate(zip(table["high"], left, strict=True)):
        axes.text(total, y, f" {grave} / {total}", va="center", fontsize=9)
    axes.set_yticks(places, labels)
    axes.invert_yaxis()
    axes.margins(x=0.08)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="#e6e9ee")
    axes.set_axisbelow(True)
    figure.legend(loc="outside lower center", ncols=3, frameon=False)


def _shares(ages: pd.DataFrame) -> pd.DataFrame:
    """By field, the ages as shares of its term, the stalest first."""
    share = ages["days"] / ages["term"]
    groups = share.groupby(ages["field"])
    table = pd.DataFrame(
        {"low": groups.quantile(0.1), "middle": groups.median(), "high": groups.quantile(0.9)}
    )
    table["stale"] = (ages["days"] > ages["term"]).groupby(ages["field"]).mean()
    return table.sort_values(["stale", "middle"], ascending=False, kind="stable")


def _share(share: float) -> str:
    return f"{share:.1%}" if 0 < share < 0.01 else f"{share:.0%}"
