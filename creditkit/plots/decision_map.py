"""The picture of a class's ways through a case."""

from typing import TYPE_CHECKING

from creditkit.analysis.class_results import say
from creditkit.analysis.class_tables import left_words
from creditkit.analysis.decision_map import DecisionMap
from creditkit.plots.figure import COLOURS, FAINT, INK, new
from creditkit.text import Text, join, plain, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Where things stand from left to right: the boxes of steps, the bar of choices, the words on them.
_BOX, _BAR, _WORDS = 3.9, 4.4, 6.6
_MODEL, _OTHER, _RIGHT, _WRONG = COLOURS[0], "#9aa3ad", COLOURS[2], COLOURS[1]


def decision_picture(found: DecisionMap) -> "Figure":
    """How many took each way through a case.

    Steps stand from top to bottom with how many worked them, those of the model path in blue; lines
    between them are as thick as many students went on so. Beside a step stand the choices made at
    it, in green what counted as right, and how many acted out of turn or stopped there.

    >>> from creditkit.teaching.simulated_class import simulated_class
    >>> from creditkit.analysis.class_results import class_results
    >>> found = class_results(simulated_class(students=12, seed=1))
    >>> decision_picture(found.decisions("case2")).axes[0].get_title("left") != ""
    True
    """
    steps = list(found.steps.index)
    figure, axes = new(12.0, 1.5 + 0.8 * max(2, len(steps)))
    axes.set(xlim=(-1.1, 12.6), ylim=(max(2, len(steps)) - 0.4, -1.0))
    axes.axis("off")
    axes.set_title(str(_title(found)), fontsize=12.5, loc="left")
    most = max(1, found.students)
    _moves(axes, found, steps, most)
    for y, step in enumerate(steps):
        _step(axes, found, step, y, most)
    axes.text(0, -0.7, str(say("map_steps")), color=FAINT, fontsize=10.5)
    axes.text(_BAR, -0.7, str(say("map_choices")), color=FAINT, fontsize=10.5)
    _legend(axes)
    return figure


def _title(found: DecisionMap) -> Text:
    return say("map_title", n=found.students, finished=found.finished, kept=found.kept)


def _moves(axes: "Axes", found: DecisionMap, steps: list[str], most: int) -> None:
    from matplotlib.patches import FancyArrowPatch

    for before, after, students, model in found.moves.itertuples(index=False):
        start, end = steps.index(before), steps.index(after)
        colour = _MODEL if model else _OTHER
        width = 1 + 7 * students / most
        if end == start + 1:
            axes.plot([_BOX / 2] * 2, [start + 0.24, end - 0.24], color=colour, lw=width,
                      alpha=0.55, solid_capstyle="butt", zorder=1)  # fmt: skip
            continue
        # A way that passes over steps, or leads back, runs round them on the left.
        bend = 0.35 if end > start else -0.35
        axes.add_patch(
            FancyArrowPatch((0, start), (0, end), arrowstyle="-|>", mutation_scale=10,
                            connectionstyle=f"arc3,rad={bend}", color=colour, lw=width * 0.5,
                            alpha=0.6, zorder=1)
        )  # fmt: skip
        far = -0.12 - 0.175 * abs(end - start)
        axes.text(max(-1.05, far), (start + end) / 2, str(students), fontsize=9, color=colour,
                  ha="center", va="center", bbox=_PLAIN)  # fmt: skip


_PLAIN = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}


def _step(axes: "Axes", found: DecisionMap, step: str, y: int, most: int) -> None:
    from matplotlib.patches import FancyBboxPatch, Rectangle

    row = found.steps.loc[step]
    on_model = bool(row["model"])
    axes.add_patch(
        FancyBboxPatch((0.1, y - 0.2), _BOX - 0.2, 0.4, boxstyle="round,pad=0.06",
                       facecolor="#eaf2fb" if on_model else "#f4f5f7", zorder=2,
                       edgecolor=_MODEL if on_model else _OTHER, lw=1.6 if on_model else 1,
                       ls="-" if on_model else "--")
    )  # fmt: skip
    axes.text(0.2, y, short(str(found.step_title(step)), 42), va="center", fontsize=10, zorder=3)
    axes.text(_BOX - 0.18, y, str(row["worked"]), va="center", ha="right", fontsize=10.5,
              fontweight="bold", zorder=3)  # fmt: skip
    told: list[Text] = []
    x = _BAR
    here = found.choices[found.choices["step"] == step].sort_values(
        ["right", "students"], ascending=False, kind="stable"
    )
    for _, choice, students, right in here.itertuples(index=False):
        wide = (_WORDS - 0.2 - _BAR) * students / most
        for counted, colour in ((right, _RIGHT), (students - right, _WRONG)):
            part = wide * counted / students
            axes.add_patch(Rectangle((x, y - 0.2), part, 0.4, facecolor=colour, edgecolor="white",
                                     zorder=2))  # fmt: skip
            x += part
        told.append(join((found.choice_title(step, choice), plain(str(students))), " ", " "))
    axes.text(_WORDS, y - 0.06, _lines([str(one) for one in told]), va="center", fontsize=9,
              color=INK, linespacing=1.15)  # fmt: skip
    notes = [(row["refused"], "map_out_of_turn", COLOURS[5]),
             (found.stopped.get(step, 0), "map_stopped", FAINT)]  # fmt: skip
    x = _BAR
    for count, key, colour in notes:
        if count:
            axes.text(x, y + (0.37 if len(here) else 0), str(say(key, n=count)), va="center",
                      fontsize=9, color=colour)  # fmt: skip
            x += 2.5


def _lines(words: list[str], most: int = 74) -> str:
    """What was chosen, in up to three lines."""
    lines = [""]
    for one in words:
        joined = f"{lines[-1]} · {one}" if lines[-1] else one
        if short(joined, most) == joined:
            lines[-1] = joined
        elif len(lines) < 3:
            lines.append(one)
        else:
            lines[-1] = short(joined + "…", most)
            break
    return "\n".join(lines)


def _legend(axes: "Axes") -> None:
    from matplotlib.patches import Patch

    colours = {"model": _MODEL, "other": _OTHER, "right": _RIGHT, "wrong": _WRONG}
    handles = [Patch(color=c, label=str(say(f"map_{name}"))) for name, c in colours.items()]
    axes.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.5, -0.09), ncols=4,
                frameon=False, fontsize=10)  # fmt: skip


def decision_text(found: DecisionMap) -> str:
    """What `decision_picture` shows, in words."""
    told = [
        say("left_alt", step=found.step_title(step), how=left_words(found, step, how, what), n=n)
        for step, how, what, n in found.left.head(3).itertuples(index=False)
    ]
    left = join(told, zh="；", en="; ") if told else say("nowhere")
    return str(say("map_alt", title=_title(found), left=left))
