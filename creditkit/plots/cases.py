"""Pictures of cases."""

from typing import TYPE_CHECKING

from creditkit.casework.debrief import Debrief
from creditkit.casework.debrief_parts import say
from creditkit.fonts import use_chinese_font

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Told apart by shape as well, so that they can be read without seeing colour.
_MARKS = {
    "right": ("#1a7f4b", "o"),
    "partly": ("#c77700", "D"),
    "missed": ("#8a8f98", "o"),
    "wrong": ("#c62828", "X"),
}
_LINE = "#5b6b7f"


def path_picture(debrief: Debrief) -> "Figure":
    """The path taken beside the model path.

    Left the model's steps from top to bottom, right the acts as they came; a line joins the two
    where a step was taken. Green circles earned all their points, amber diamonds some, hollow
    circles none; red crosses are acts that were refused or off the model path.

    >>> from creditkit.casework.case import Case
    >>> from creditkit.casework.debrief import debrief
    >>> case = Case.practice("pump_maker")
    >>> _ = case.ask("reason")
    >>> path_picture(debrief(case)).axes[0].get_title() != ""
    True
    """
    from matplotlib.figure import Figure

    use_chinese_font()
    state = debrief.state
    model = [step.id for step in debrief.model_path]
    verdicts = _verdicts(debrief)
    taken = _taken(debrief)
    rows = max(len(model), len(taken), 2)
    figure = Figure(figsize=(10, 0.42 * rows + 1.4), dpi=110, facecolor="white")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set(xlim=(-1.35, 2.3), ylim=(rows + 0.7, -2.2))
    axes.axis("off")
    axes.set_title(str(say("picture_title")), fontsize=13, y=1.0, pad=-20)
    axes.text(0, -0.8, str(say("picture_model")), ha="center", color=_LINE, fontsize=11)
    axes.text(1, -0.8, str(say("picture_yours")), ha="center", color=_LINE, fontsize=11)
    _legend(axes)

    axes.plot([0] * len(model), range(len(model)), color=_LINE, lw=2, zorder=1)
    axes.plot([1] * len(taken), range(len(taken)), color=_LINE, lw=2, zorder=1)
    for y, step_id in enumerate(model):
        color, marker = _MARKS[verdicts[step_id]]
        hollow = step_id not in state.done
        axes.scatter(
            0, y, s=110, marker=marker, zorder=3, lw=2, edgecolors=color,
            facecolors="white" if hollow else color,
        )  # fmt: skip
        title = str(state.steps[step_id].title)
        axes.text(-0.08, y, f"{title}  {y + 1}", ha="right", va="center", fontsize=10.5,
                  color=_MARKS["missed"][0] if hollow else "black")  # fmt: skip
    for y, (n, step_id, refused) in enumerate(taken):
        on_model = step_id in model and not refused
        color, marker = _MARKS[verdicts[step_id] if on_model else "wrong"]
        axes.scatter(1, y, s=110, marker=marker, color=color, zorder=3)
        title = str(state.steps[step_id].title)
        note = f" ({say('picture_refused')})" if refused else ""
        axes.text(1.08, y, f"{n}  {title}{note}", va="center", fontsize=10.5,
                  color="black" if on_model else color)  # fmt: skip
        if on_model:
            axes.plot([0, 1], [model.index(step_id), y], color=color, lw=1.2, alpha=0.55, zorder=0)
    return figure


def _legend(axes: "Axes") -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D(
            [],
            [],
            ls="",
            marker=marker,
            markersize=9,
            color=color,
            markerfacecolor="white" if key == "missed" else color,
        )
        for key, (color, marker) in _MARKS.items()
    ]
    labels = [str(say(f"picture_{key}")) for key in _MARKS]
    axes.legend(handles, labels, loc="lower center", ncols=4, frameon=False, fontsize=10)


def picture_text(debrief: Debrief) -> str:
    """What `path_picture` shows, in a sentence for those who cannot see it."""
    model = [step.id for step in debrief.model_path]
    done = sum(step_id in debrief.state.done for step_id in model)
    refused = len(debrief.state.refused)
    return str(say("picture_alt", model=len(model), taken=done, refused=refused))


def _verdicts(debrief: Debrief) -> dict[str, str]:
    """How well each model step was done, over all its lines."""
    earned: dict[str, list[float]] = {step.id: [0.0, 0.0] for step in debrief.model_path}
    for score in debrief.scores:
        for line in score.lines:
            if line.step in earned and line.out_of:
                earned[line.step][0] += line.points
                earned[line.step][1] += line.out_of
    return {
        step_id: "right" if got >= of - 1e-9 and of else "partly" if got else "missed"
        for step_id, (got, of) in earned.items()
    }


def _taken(debrief: Debrief) -> list[tuple[int, str, bool]]:
    """Number, step and refusal of each act, several acts in a row at one step taken together."""
    acts: list[tuple[int, str, bool]] = []
    for line in debrief.state.lines:
        if "step" in line:
            act = (line["n"], line["step"], "refused" in line)
            if not acts or act[1:] != acts[-1][1:]:
                acts.append(act)
    return acts
