"""Pictures of the comparison of sources."""

from typing import TYPE_CHECKING

from creditkit.analysis.acceptability import Acceptability, say
from creditkit.analysis.sources import SourceTable
from creditkit.plots.figure import COLOURS, FAINT, INK, new
from creditkit.text import join

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

# From worst to best; dark enough apart to be told in grey.
_SHADES = ("#f6d7b0", "#e9e4c9", "#b9d8c6", "#6fb08f")
_HATCH = {"uncertain": "..", "not_in_source": "//"}


def grades_picture(table: SourceTable) -> "Figure":
    """The table as a heat map: a shade for each grade, dots where it is uncertain, strokes where
    the coursework is cut off, a bold frame where the user assumes a grade.

    >>> from creditkit.analysis.sources import source_table
    >>> len(grades_picture(source_table()).axes[0].patches)
    20
    """
    from matplotlib.patches import Rectangle

    criteria, ids = table.criteria, table.ids
    figure, axes = new(9.5, 1.3 + 0.75 * len(ids))
    for i, source in enumerate(ids):
        for j, criterion in enumerate(criteria):
            kind, grade = table.kind(source, criterion), table.grade(source, criterion)
            scale = table.scale(criterion)
            # The best grade of each scale has the darkest shade, the worst the lightest.
            place = 0.0 if grade is None else scale.index(grade) / (len(scale) - 1)
            shade = "white" if grade is None else _SHADES[round(place * (len(_SHADES) - 1))]
            frame = {"edgecolor": INK, "lw": 2.5} if kind == "assumed" else {"edgecolor": FAINT}
            hatch = _HATCH.get(kind)
            axes.add_patch(
                Rectangle((j + 0.02, i + 0.04), 0.96, 0.92, facecolor=shade, hatch=hatch, **frame)
            )
            background = {"facecolor": "white", "edgecolor": "none", "pad": 1.5} if hatch else None
            words = _wrapped(str(table.words(source, criterion)), 18)
            axes.text(j + 0.5, i + 0.5, words, ha="center", va="center", fontsize=10,
                      bbox=background)  # fmt: skip
    titles = {row.id: str(row.title) for row in table.content.rows}
    axes.set(xlim=(0, len(criteria)), ylim=(len(ids), 0))
    axes.set_xticks([j + 0.5 for j in range(len(criteria))])
    axes.set_xticklabels([str(c.title) for c in table.content.criteria], fontsize=11)
    axes.set_yticks([i + 0.5 for i in range(len(ids))])
    axes.set_yticklabels([_wrapped(titles[id]) for id in ids], fontsize=10.5)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure


def grades_text(table: SourceTable) -> str:
    """What `grades_picture` shows, in words."""
    kinds = [table.kind(s, c) for s in table.ids for c in table.criteria]
    counts = {k: kinds.count(k) for k in ("grade", "assumed", "uncertain", "not_in_source")}
    return str(say("grades_alt", **counts))


def quality_cost_picture(table: SourceTable) -> "Figure":
    """Quality against cost: for each source its grades on the four criteria of quality, from the
    lowest to the highest as a bar with a mark for each, at the grade of its cost.

    The steps of both axes are ranks, not distances. A source whose cost is not known stands across
    all of them.

    >>> from creditkit.analysis.sources import source_table
    >>> len(quality_cost_picture(source_table()).axes[0].get_legend().get_texts())
    4
    """
    figure, axes = new(9.5, 5.0)
    cost = table.criteria.index("cost")
    quality = [j for j in range(len(table.criteria)) if j != cost]
    low, high = table.reach
    grades = table.content.scales[table.content.criteria[quality[0]].scale]
    costs = table.content.scales[table.content.criteria[cost].scale]
    titles = {row.id: str(row.title) for row in table.content.rows}
    marks = "osD^vP"
    for i, source in enumerate(table.ids):
        colour = COLOURS[i % len(COLOURS)]
        # From free to dear, left to right; sources at the same cost stand side by side.
        right = len(costs) - 1 - low[i, cost]
        left = len(costs) - 1 - high[i, cost]
        beside = (i - (len(table.ids) - 1) / 2) * 0.09
        x = (left + right) / 2 + beside
        if left != right:
            axes.plot([left - 0.2, right + 0.2], [-0.42 + 0.06 * i] * 2, color=colour, lw=3, ls=":")
        bottom, top = low[i, quality].min(), high[i, quality].max()
        axes.plot([x, x], [bottom, top], color=colour, lw=7, alpha=0.28, solid_capstyle="round")
        known = [j for j in quality if low[i, j] == high[i, j]]
        level = [low[i, j] for j in known]
        axes.scatter([x] * len(level), level, s=[60 + 45 * level.count(v) for v in level],
                     color=colour, marker=marks[i % len(marks)], zorder=3)  # fmt: skip
        blank = len(quality) - len(known)
        label = titles[source] if not blank else str(say("blank", title=titles[source], n=blank))
        axes.plot([], [], color=colour, marker=marks[i % len(marks)], lw=6, alpha=0.6, label=label)
    axes.set_xticks(range(len(costs)), [str(g.title) for g in reversed(costs)])
    axes.set_yticks(range(len(grades)), [str(g.title) for g in grades])
    axes.set(xlim=(-0.5, len(costs) - 0.5), ylim=(-0.5, len(grades) - 0.5))
    axes.set_xlabel(str(say("cost_axis")))
    axes.set_ylabel(str(say("quality_axis")))
    axes.grid(color="#e6e9ee", zorder=0)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=2, frameon=False, fontsize=9)
    return figure


def quality_cost_text(table: SourceTable) -> str:
    """What `quality_cost_picture` shows, in words."""
    titles = {row.id: row.title for row in table.content.rows}
    rows = []
    for source in table.ids:
        quality = [table.words(source, c) for c in table.criteria if c != "cost"]
        cost = table.words(source, "cost")
        rows.append(say("source_alt", title=titles[source], quality=join(quality), cost=cost))
    return str(join(rows, zh="；", en="; "))


def ranks_picture(table: SourceTable, found: Acceptability) -> "Figure":
    """The share of samples in which each source takes each rank, the best rank first.

    >>> from creditkit.analysis.sources import source_table
    >>> table = source_table()
    >>> len(ranks_picture(table, table.acceptability(samples=1000)).axes[0].patches)
    16
    """
    figure, axes = new(9.5, 1.6 + 0.6 * len(table.ids))
    titles = {row.id: str(row.title) for row in table.content.rows}
    order = list(found.best.sort_values(ascending=False, kind="stable").index)
    tones = ("#0b57a4", "#5d94c9", "#b3cde6", "#e4edf6")
    left = dict.fromkeys(order, 0.0)
    for rank in range(1, len(order) + 1):
        tone = tones[min(rank - 1, len(tones) - 1)]
        for y, source in enumerate(order):
            share = float(found.ranks.loc[source, rank])
            axes.barh(y, share, left=left[source], color=tone, edgecolor="white", height=0.7)
            if share >= 0.06:
                light = "white" if rank == 1 else INK
                x = left[source] + share / 2
                axes.text(x, y, f"{share:.0%}", ha="center", va="center", color=light, fontsize=9.5)
            left[source] += share
        axes.plot([], [], color=tone, lw=8, label=str(say("rank", n=rank)))
    axes.set_yticks(range(len(order)), [_wrapped(titles[id]) for id in order])
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter("{x:.0%}")
    axes.set_xlabel(str(say("share_axis")))
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=4, frameon=False)
    return figure


def ranks_text(table: SourceTable, found: Acceptability) -> str:
    """What `ranks_picture` shows, in words."""
    titles = {row.id: row.title for row in table.content.rows}
    best = found.best.sort_values(ascending=False, kind="stable")
    shares = [
        say("best_alt", title=titles[str(id)], share=f"{share:.0%}") for id, share in best.items()
    ]
    return str(join(shares, zh="；", en="; "))


def along_picture(table: SourceTable, shares: "pd.DataFrame", criterion: str) -> "Figure":
    """How the share in which each source is best changes with the weight of one criterion.

    >>> from creditkit.analysis.sources import source_table
    >>> table = source_table()
    >>> shares = table.along("cost", steps=3, samples=500)
    >>> len(along_picture(table, shares, "cost").axes[0].lines)
    4
    """
    figure, axes = new(9.5, 4.6)
    titles = {row.id: str(row.title) for row in table.content.rows}
    name = next(str(c.title) for c in table.content.criteria if c.id == criterion)
    for i, source in enumerate(shares.columns):
        axes.plot(shares.index, shares[source], color=COLOURS[i % len(COLOURS)], lw=2,
                  ls=("-", "--", "-.", ":")[i % 4], label=titles[source])  # fmt: skip
    axes.set(xlim=(0, 1), ylim=(0, 1.02))
    axes.xaxis.set_major_formatter("{x:.0%}")
    axes.yaxis.set_major_formatter("{x:.0%}")
    axes.set_xlabel(str(say("weight_axis", criterion=name)))
    axes.set_ylabel(str(say("best_axis")))
    axes.grid(color="#e6e9ee")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2, frameon=False, fontsize=9)
    return figure


def along_text(table: SourceTable, shares: "pd.DataFrame", criterion: str) -> str:
    """What `along_picture` shows, in words: which source is best most often, and where."""
    titles = {row.id: row.title for row in table.content.rows}
    leader = shares.idxmax(axis=1)
    runs: list[tuple[str, float, float]] = []
    for weight, source in zip(shares.index.to_numpy(dtype=float), leader.astype(str), strict=True):
        first = runs.pop()[1] if runs and runs[-1][0] == source else weight
        runs.append((source, first, weight))
    told = [
        say("along_alt", title=titles[id], first=f"{a:.0%}", last=f"{b:.0%}") for id, a, b in runs
    ]
    return str(join(told, zh="；", en="; "))


def _wrapped(words: str, width: int = 22) -> str:
    """A long title in two lines, broken at a space where there is one."""
    if len(words) <= width or " " not in words:
        return words
    middle = len(words) // 2
    gaps = [i for i, c in enumerate(words) if c == " "]
    gap = min(gaps, key=lambda i: abs(i - middle))
    return words[:gap] + "\n" + words[gap + 1 :]
