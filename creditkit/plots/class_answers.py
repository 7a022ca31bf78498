"""Pictures of a class's answers: the options taken, the languages, the confidence."""

from typing import TYPE_CHECKING

import pandas as pd

from creditkit.analysis.class_results import ClassResults, ResultsError, say
from creditkit.analysis.class_tables import percent
from creditkit.analysis.language_fairness import LARGE, NEGLIGIBLE
from creditkit.analysis.options_taken import option_text, option_words
from creditkit.plots.class_results import GRID, intervals, rows_only
from creditkit.plots.figure import COLOURS, FAINT, INK, new
from creditkit.text import join, short

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIZES = {
    "large": (COLOURS[5], "X"),
    "moderate": (COLOURS[1], "D"),
    "open": (COLOURS[4], "o"),
    "negligible": (COLOURS[2], "s"),
}


def _offered(results: ClassResults, item: str) -> pd.DataFrame:
    table = results.options()
    found = table[table["item"] == item]
    if not len(found):
        items = ", ".join(dict.fromkeys(table["item"])) or "-"
        raise ResultsError(say("no_options", item=item, items=items))
    return found


def options_picture(results: ClassResults, item: str) -> "Figure":
    """The share of students who took each option, the right ones in green, with intervals. Of a
    question with parts, a shade for each part and option; the right one is framed.

    Raises:
        ResultsError: the question offers no options, or nobody answered it.

    >>> from creditkit.teaching.simulated_class import simulated_class
    >>> from creditkit.analysis.class_results import class_results
    >>> found = class_results(simulated_class(students=12, seed=1))
    >>> len(options_picture(found, "refusal_first_contact").axes[0].patches)
    4
    """
    found = _offered(results, item)
    if (found["part"] != "").any():
        return _parts_picture(results, item, found)
    figure, axes = new(10.0, 1.5 + 0.42 * len(found))
    question = results.questions[item]
    for right, colour, hatch in ((True, COLOURS[2], ""), (False, "#d8b26e", "//")):
        places = [y for y, one in enumerate(found["right"]) if one == right]
        rows = found.iloc[places]
        spread = [(rows["share"] - rows["low"]).clip(lower=0),
                  (rows["high"] - rows["share"]).clip(lower=0)]  # fmt: skip
        axes.barh(places, rows["share"], xerr=spread, color=colour, hatch=hatch, edgecolor="white",
                  height=0.66, ecolor=INK, capsize=3,
                  label=str(say("right_option" if right else "wrong_option")))  # fmt: skip
    for y, (share, look) in enumerate(zip(found["high"], found["look"], strict=True)):
        if look:
            axes.text(share + 0.015, y, str(say(f"look_{look}")), va="center", fontsize=9.5,
                      color=COLOURS[5])  # fmt: skip
    words = [short(str(option_text(question, "", option)), 60) for option in found["option"]]
    axes.set_yticks(range(len(found)), words)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.05)
    axes.xaxis.set_major_formatter("{x:.0%}")
    axes.set_xlabel(str(say("options_axis")))
    rows_only(axes)
    axes.legend(loc="lower center", bbox_to_anchor=(0.3, 1.0), ncols=2, frameon=False)
    return figure


def _parts_picture(results: ClassResults, item: str, found: pd.DataFrame) -> "Figure":
    from matplotlib.patches import Rectangle

    question = results.questions[item]
    words = {
        (part, option): tuple(map(str, option_words(question, part, option)))
        for part, option in zip(found["part"], found["option"], strict=True)
    }
    parts = list(dict.fromkeys(found["part"]))
    columns = list(dict.fromkeys(option for _, option in words.values()))
    figure, axes = new(10.5, 1.8 + 0.38 * len(parts))
    of = found[["part", "option", "share", "right"]].itertuples(index=False)
    for part, option, share, right in of:
        x, y = columns.index(words[part, option][1]), parts.index(part)
        dark = 1 - 0.75 * share
        edge, line = (COLOURS[2], 2.5) if right else ("white", 1.0)
        axes.add_patch(Rectangle((x + 0.03, y + 0.05), 0.94, 0.9, zorder=3 if right else 2,
                                 facecolor=(dark, dark * 0.4 + 0.6, 1.0), edgecolor=edge,
                                 lw=line))  # fmt: skip
        axes.text(
            x + 0.5, y + 0.5, percent(share), ha="center", va="center", fontsize=9.5, zorder=4
        )
    heads = [next(w[0] for (p, _), w in words.items() if p == part) for part in parts]
    axes.set(xlim=(0, len(columns)), ylim=(len(parts), 0))
    axes.set_xticks([x + 0.5 for x in range(len(columns))], [_wrapped(c) for c in columns])
    axes.set_yticks([y + 0.5 for y in range(len(parts))], [short(head, 44) for head in heads])
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure


def _wrapped(words: str) -> str:
    from textwrap import wrap

    return "\n".join(wrap(words, 18 if words.isascii() else 9)[:3])


def options_text(results: ClassResults, item: str) -> str:
    """What `options_picture` shows, in words."""
    found, question = _offered(results, item), results.questions[item]
    told = [
        say("option_alt", option=option_text(question, part, option), share=percent(share))
        for part, option, share in found[["part", "option", "share"]].itertuples(index=False)
    ]
    return str(say("options_alt", options=join(told, zh="；", en="; ")))


def fairness_picture(results: ClassResults) -> "Figure":
    """For each item, how much more students of English get than students of Chinese of like
    ability, with its interval; the grey band is negligible, beyond the dotted lines it is large.

    Raises:
        ResultsError: all answered in one language.

    >>> from creditkit.teaching.simulated_class import simulated_class
    >>> from creditkit.analysis.class_results import class_results
    >>> found = class_results(simulated_class(students=40, seed=1))
    >>> len(fairness_picture(found).axes[0].get_yticklabels())
    18
    """
    table = results.fairness()
    if not table["difference"].notna().any():
        raise ResultsError(say("one_language"))
    figure, axes = new(10.5, 1.3 + 0.3 * len(table))
    axes.axvspan(-NEGLIGIBLE, NEGLIGIBLE, color="#e4e8ee", lw=0)
    axes.axvline(0, color=FAINT, lw=1)
    for bound in (-LARGE, LARGE):
        axes.axvline(bound, color=FAINT, lw=1, ls=":")
    intervals(axes, table, "difference", "size", SIZES)
    axes.set_yticks(range(len(table)), [str(results.label(item)) for item in table.index])
    axes.invert_yaxis()
    axes.xaxis.set_major_formatter("{x:+.0%}")
    axes.set_xlabel(str(say("fairness_axis")))
    rows_only(axes)
    axes.legend(loc="lower center", bbox_to_anchor=(0.3, 1.0), ncols=4, frameon=False)
    return figure


def fairness_text(results: ClassResults) -> str:
    """What `fairness_picture` shows, in words."""
    table = results.fairness()
    known = table["difference"].dropna()
    if not len(known):
        return str(say("one_language"))
    counts = {size: int((table["size"] == size).sum()) for size in SIZES}
    worst = str(known.abs().idxmax())
    told = say("worst_item", item=results.label(worst), difference=f"{known[worst]:+.0%}")
    return str(say("fairness_alt", n=len(table), worst=told, **counts))


def calibration_picture(results: ClassResults) -> "Figure":
    """The share wholly right of the answers given with each confidence, with its interval; on the
    dotted line students are as right as they are sure. Larger points are more answers.

    Raises:
        ResultsError: confidence was not asked.

    >>> from creditkit.teaching.simulated_class import simulated_class
    >>> from creditkit.analysis.class_results import class_results
    >>> found = class_results(simulated_class(students=12, seed=1))
    >>> len(calibration_picture(found).axes[0].texts)
    4
    """
    table = results.calibration()
    if not len(table):
        raise ResultsError(say("no_confidence"))
    figure, axes = new(6.4, 5.4)
    axes.plot([0, 1], [0, 1], color=FAINT, ls=":", label=str(say("perfect_line")))
    spread = [(table["share"] - table["low"]).clip(lower=0),
              (table["high"] - table["share"]).clip(lower=0)]  # fmt: skip
    axes.errorbar(table.index, table["share"], yerr=spread, color=COLOURS[0], capsize=4, lw=1.8)
    sizes = 40 + 260 * table["answers"] / table["answers"].max()
    axes.scatter(table.index, table["share"], s=sizes, color=COLOURS[0], zorder=3)
    for level, row in table.iterrows():
        axes.annotate(f"{int(row['right'])} / {int(row['answers'])}", (level, row["share"]),
                      xytext=(0, -22), textcoords="offset points", ha="center",
                      fontsize=9.5)  # fmt: skip
    axes.set(xlim=(0, 1.06), ylim=(0, 1.02))
    axes.xaxis.set_major_formatter("{x:.0%}")
    axes.yaxis.set_major_formatter("{x:.0%}")
    axes.set_xlabel(str(say("confidence_axis")))
    axes.set_ylabel(str(say("right_axis")))
    axes.grid(color=GRID)
    axes.set_axisbelow(True)
    axes.legend(frameon=False, loc="upper left")
    return figure


def calibration_text(results: ClassResults) -> str:
    """What `calibration_picture` shows, in words."""
    told = results.overconfidence()
    if not told["answers"]:
        return str(say("no_confidence"))
    points = {name: f"{told[name]:+.0%}" for name in ("excess", "low", "high")}
    brier = f"{told['brier']:.2f}"
    return str(say("calibration_alt", answers=int(told["answers"]), brier=brier, **points))
