"""What a trainer sees of marked essays: how sure the marker is, and what to look at first."""

from creditkit.content.library import essay_confidence
from creditkit.plots.essays import confidence_picture, confidence_text
from creditkit.teaching.essay.answers import Answer
from creditkit.teaching.essay.doubts import doubts
from creditkit.teaching.essay.marker import say
from creditkit.text import Text
from creditkit.widgets import html
from creditkit.widgets.controls import live_picture
from creditkit.widgets.language import live


def confidence_view() -> live:
    """How many decisions are right when only the surest share is left to the marker, as a picture;
    a saved notebook keeps what it says in words."""
    return live_picture(confidence_picture, confidence_text)


def doubts_view(answers: list[Answer], most: int = 20) -> live:
    """The decisions a trainer should look at first, least sure first.

    Args:
        answers: as `marked_answers` gives them, as a list.
        most: how many rows to show.
    """

    def render() -> str:
        rows = [
            {
                "id": d.id,
                "ref": d.ref,
                "state": say(f"state_{d.state}"),
                "confidence": f"{d.confidence:.2f}",
                "words": d.words,
            }
            for d in doubts(answers, most)
        ]
        return html.table(rows, {c: say(f"column_{c}") for c in rows[0]} if rows else {})

    return live(render)


def measured_view() -> live:
    """What the marker is worth on the labelled answers: precision, recall and F1 by set."""

    def render() -> str:
        rows = [
            {
                "set": name,
                "answers": m.answers,
                "precision": f"{m.precision:.3f}",
                "recall": f"{m.recall:.3f}",
                "f1": f"{m.f1:.3f}",
            }
            for name, m in essay_confidence().measured.items()
        ]
        heads: dict[str, Text] = {c: say(f"column_{c}") for c in rows[0]}
        return html.table(rows, heads)

    return live(render)
