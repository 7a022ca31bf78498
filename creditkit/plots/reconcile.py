"""Pictures of a reconciliation: whom it trusts, why it believes a value, whether it is as sure as
it should be, and which sources repeat one another."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from creditkit.analysis.reconcile import Reconciliation
from creditkit.analysis.review import shown, source_title
from creditkit.analysis.tolerance import say
from creditkit.content.library import fields
from creditkit.plots.figure import COLOURS, FAINT, INK, new
from creditkit.plots.quality import in_order
from creditkit.text import Text, in_full, join, plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def field_title(name: str) -> Text:
    """A field in words; its own name where the credit file has no such field."""
    known = fields()
    return known[name].title if name in known else plain(name)


def reliability_picture(sources: pd.DataFrame) -> "Figure":
    """How often each source is right where sources conflict, by field, as `reconcile` estimates it
    (`sources` of its result). Where it never spoke, or nothing is contested, there is a blank.

    >>> from creditkit.analysis.reconcile import reconcile
    >>> facts = pd.DataFrame({"customer": "C1", "field": "employees",
    ...     "value": ["120", "120", "85"], "source": ["customer", "business", "credit"]})
    >>> len(reliability_picture(reconcile(facts).sources).axes[0].texts)
    3
    """
    wide = sources.pivot(index="field", columns="source", values="accuracy")
    wide = wide[in_order(wide.columns)]
    wide = wide.loc[wide.mean(axis=1).sort_values(ascending=False, kind="stable").index]
    figure, axes = new(8.5, 1.2 + 0.27 * len(wide))
    values = wide.to_numpy(dtype=np.float64)
    axes.imshow(values, cmap="Blues", vmin=0, vmax=1.1, aspect="auto")
    for y, line in enumerate(values):
        for x, value in enumerate(line):
            if not np.isnan(value):
                ink = "white" if value > 0.6 else INK
                axes.text(x, y, f"{value:.0%}", ha="center", va="center", color=ink, fontsize=9)
    axes.set_yticks(range(len(wide)), [str(field_title(str(name))) for name in wide.index])
    axes.set_xticks(range(len(wide.columns)), [str(source_title(str(s))) for s in wide.columns])
    axes.xaxis.tick_top()
    axes.tick_params(length=0, labelsize=9.5)
    axes.spines[:].set_visible(False)
    return figure


def reliability_text(sources: pd.DataFrame) -> str:
    """What `reliability_picture` shows, in words: of each source the mean over its claims."""
    told = []
    for name in in_order(sources["source"]):
        own = sources[sources["source"] == name].dropna(subset=["accuracy"])
        if len(own):
            share = float(np.average(own["accuracy"], weights=own["claims"]))
            told.append(say("reliability_alt", source=source_title(name), share=f"{share:.0%}"))
    return str(join(told, zh="；", en="; ") if told else say("reliability_none"))


def explanation_picture(found: Reconciliation, customer: str, field: str) -> "Figure":
    """Who said what of one item and what each word weighs: a bar a source, those for the value
    that was chosen in one colour, those for others hatched in another.

    Raises:
        ReconcileError: nobody spoke of it.

    >>> from creditkit.analysis.reconcile import reconcile
    >>> facts = pd.DataFrame({"customer": "C1", "field": "employees",
    ...     "value": ["120", "120", "85"], "source": ["customer", "business", "credit"]})
    >>> len(explanation_picture(reconcile(facts), "C1", "employees").axes[0].patches)
    3
    """
    told = found.explain(customer, field)
    figure, axes = new(9.0, 1.5 + 0.55 * len(told))
    for y, row in enumerate(told.to_dict("records")):
        colour = COLOURS[0] if row["supports"] else COLOURS[1]
        axes.barh(y, row["weight"], color=colour, height=0.62,
                  hatch=None if row["supports"] else "///", edgecolor="white")  # fmt: skip
        axes.annotate(str(_word(field, row)), (max(float(row["weight"]), 0.0), y), (5, 0),
                      textcoords="offset points", va="center", fontsize=9.5)  # fmt: skip
    axes.set_yticks(range(len(told)), [str(source_title(str(s))) for s in told["source"]])
    axes.set_ylim(len(told) - 0.5, -0.5)
    axes.axvline(0, color=INK, lw=1)
    low, high = min(0.0, float(told["weight"].min())), max(0.0, float(told["weight"].max()))
    axes.set_xlim(low * 1.05, low + (high - low) * 1.75 if high > low else 1.0)
    axes.set_xlabel(str(say("weight_axis")))
    axes.set_title(str(_chosen(found, customer, field)), fontsize=10.5, loc="left")
    axes.tick_params(axis="y", length=0)
    return figure


def explanation_text(found: Reconciliation, customer: str, field: str) -> str:
    """What `explanation_picture` shows, in words.

    Raises:
        ReconcileError: nobody spoke of it.
    """
    told = [
        say("told_alt", source=source_title(row["source"]), word=_word(field, row),
            weight=f"{row['weight']:.1f}",
            side=say("for_it" if row["supports"] else "against_it"))
        for row in found.explain(customer, field).to_dict("records")
    ]  # fmt: skip
    parts = join(told, zh="；", en="; ")
    return str(say("explained", chosen=_chosen(found, customer, field), parts=parts))


def calibration_picture(table: pd.DataFrame) -> "Figure":
    """How often values of each confidence are right, with the interval; on the dotted line they are
    right as often as they claim. `table` is what `calibration` gives.

    >>> table = pd.DataFrame({"confidence": [0.6, 0.95], "right": [0.7, 0.9], "low": [0.6, 0.85],
    ...     "high": [0.8, 0.94], "values": [100, 300]})
    >>> len(calibration_picture(table).axes[0].lines) > 1
    True
    """
    figure, axes = new(7.0, 5.2)
    axes.plot([0, 1], [0, 1], color=FAINT, ls=":", lw=1.5)
    axes.vlines(table["confidence"], table["low"], table["high"], color=COLOURS[0], lw=4, alpha=0.4)
    size = 30 + 220 * np.sqrt(table["values"] / max(1, table["values"].max()))
    axes.scatter(table["confidence"], table["right"], s=size, color=COLOURS[0], zorder=3)
    axes.plot(table["confidence"], table["right"], color=COLOURS[0], lw=1)
    least = min([0.9, *table["confidence"], *table["low"]]) if len(table) else 0.0
    axes.set(xlim=(max(0.0, least - 0.05), 1.01), ylim=(max(0.0, least - 0.05), 1.01))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter("{x:.0%}")
    axes.set_xlabel(str(say("confidence_axis")))
    axes.set_ylabel(str(say("right_axis")))
    axes.grid(color="#e6e9ee")
    axes.set_axisbelow(True)
    return figure


def calibration_text(table: pd.DataFrame) -> str:
    """What `calibration_picture` shows, in words: the gap on average and where it is widest."""
    if table.empty:
        return str(say("calibration_none"))
    off = table["right"] - table["confidence"]
    at = int(off.abs().to_numpy().argmax())
    mean = float(np.average(off.abs(), weights=table["values"]))
    worst = table.iloc[at]
    return str(
        say("calibration_alt", count=f"{int(table['values'].sum()):,}", mean=f"{mean:.1%}",
            confidence=f"{worst['confidence']:.0%}", right=f"{worst['right']:.0%}")
    )  # fmt: skip


def copying_picture(shared: pd.DataFrame) -> "Figure":
    """Who repeats whom: of what two sources both got wrong, how often they said the very same, as
    `shared_mistakes` gives it; the number of such items below. The darker, the less of a second
    witness.

    >>> shared = pd.DataFrame({"source": ["business", "customer"],
    ...     "other": ["customer", "business"], "wrong": 90, "same": 0.5, "low": 0.4, "high": 0.6})
    >>> len(copying_picture(shared).axes[0].texts)
    2
    """
    names = in_order(shared["source"])
    share = shared.pivot(index="source", columns="other", values="same").reindex(
        index=names, columns=names
    )
    counts = {(row["source"], row["other"]): row["wrong"] for row in shared.to_dict("records")}
    figure, axes = new(1.8 + 1.5 * len(names), 1.0 + 0.85 * len(names))
    values = share.to_numpy(dtype=np.float64)
    axes.imshow(np.nan_to_num(values), cmap="Oranges", vmin=0, vmax=1, aspect="auto")
    for y in range(len(names)):
        for x in range(len(names)):
            if x == y:
                continue
            value = values[y, x]
            word = "–" if np.isnan(value) else f"{value:.0%}"
            count = int(counts.get((names[y], names[x]), 0))
            ink = "white" if value > 0.6 else INK
            axes.text(x, y, f"{word}\n({count:,})", ha="center", va="center", color=ink,
                      fontsize=9.5)  # fmt: skip
    titles = [str(source_title(name)) for name in names]
    axes.set_xticks(range(len(names)), titles)
    axes.set_yticks(range(len(names)), titles)
    axes.xaxis.tick_top()
    axes.tick_params(length=0, labelsize=9.5)
    axes.spines[:].set_visible(False)
    return figure


def copying_text(shared: pd.DataFrame) -> str:
    """What `copying_picture` shows, in words: the pairs that share most mistakes."""
    pairs = shared[shared["source"] < shared["other"]].dropna(subset=["same"])
    pairs = pairs.sort_values("same", ascending=False, kind="stable").head(3)
    if pairs.empty:
        return str(say("copying_none"))
    told = [
        say("copying_alt", source=source_title(row["source"]), other=source_title(row["other"]),
            wrong=f"{row['wrong']:,}", same=f"{row['same']:.0%}")
        for row in pairs.to_dict("records")
    ]  # fmt: skip
    return str(join(told, zh="；", en="; "))


# Inside


def _word(field: str, row: Any) -> Text:
    """What a source said, and as how much of a witness it counts."""
    known = fields()
    value = shown(known[field], str(row["value"])) if field in known else plain(str(row["value"]))
    if row["counts"] > 0.995:
        return value
    return say("part_witness", value=value, counts=in_full(float(f"{row['counts']:.2g}")))


def _chosen(found: Reconciliation, customer: str, field: str) -> Text:
    values = found.values
    row = values[(values["customer"] == customer) & (values["field"] == field)].iloc[0]
    known = fields()
    value = shown(known[field], str(row["value"])) if field in known else plain(str(row["value"]))
    return say("chosen", customer=customer, field=field_title(field), value=value,
               confidence=f"{row['confidence']:.1%}")  # fmt: skip
