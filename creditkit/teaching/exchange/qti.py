"""QTI 1.2, as Canvas and others import it, built by text2qti.

text2qti knows choices and figures: of a matching each item becomes a single choice of its own.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from creditkit.teaching.exchange.items import Answer, Item, places, say
from creditkit.teaching.exchange.moodle import ExchangeError
from creditkit.text import Language, Text, in_full, join

EXACT = 1e-9
# text2qti takes no figure whose bounds come nearer to 0.
LEAST = 1e-4
# The day every part of a zip is dated, so that the same questions give the same bytes.
DATED = (1980, 1, 1, 0, 0, 0)
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~^:])")


def to_qti(items: Iterable[Item], title: str, lang: Language | None = None) -> bytes:
    """Items as a QTI 1.2 package (a zip), in one language or, if None, in both. Figures too small
    for text2qti are left out; `losses` names them.

    Raises:
        ExchangeError: text2qti, of the extra `exchange`, is not installed; or QTI takes none of
            the items.
    """
    try:
        from text2qti.config import Config
        from text2qti.qti import QTI
        from text2qti.quiz import Quiz
    except ModuleNotFoundError:
        raise ExchangeError(say("no_text2qti")) from None
    items = [item for item in items if not _too_small(item)]
    if not items:
        raise ExchangeError(say("none_for_qti"))
    quiz = Quiz(quiz_text(items, title, lang), config=Config(), source_name="creditkit")
    for question in quiz.questions_and_delims:
        for bound in ("min", "exact", "max"):
            # Of itself text2qti writes four decimals, and long figures with an exponent.
            if (figure := getattr(question, f"numerical_{bound}", None)) is not None:
                setattr(question, f"numerical_{bound}_html_xml", in_full(figure))
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(QTI(quiz).zip_bytes())) as found,
        zipfile.ZipFile(made, "w") as written,
    ):
        for part in found.infolist():
            dated = zipfile.ZipInfo(part.filename, DATED)
            written.writestr(dated, found.read(part), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def parts(item: Item) -> Iterator[Item]:
    """An item as the choices and figures that QTI has here.

    >>> from creditkit.text import plain
    >>> pairs = ((plain("cat"), plain("animal")), (plain("oak"), plain("plant")))
    >>> [one.prompt.en for one in parts(Item("m", "matching", plain("What is it?"), pairs=pairs))]
    ['What is it?\\ncat', 'What is it?\\noak']
    """
    if item.kind == "ordering":
        item = places(item)
    if item.kind != "matching":
        yield item
        return
    targets = list(dict.fromkeys([*(right for _, right in item.pairs), *item.spare]))
    for n, (left, right) in enumerate(item.pairs, start=1):
        yield replace(
            item,
            id=f"{item.id}.{n}",
            kind="choice",
            prompt=join((item.prompt, left), zh="\n", en="\n"),
            points=round(item.points / len(item.pairs), 2),
            answers=tuple(Answer(target, float(target == right)) for target in targets),
        )


def losses(item: Item) -> list[Text]:
    """What of an item QTI has no place for."""
    found = []
    if item.kind in {"matching", "ordering"}:
        found.append(say("placed_apart"))
    if _too_small(item):
        found.append(say("too_small", least=in_full(LEAST)))
    if any(EXACT < answer.share < 1 - EXACT for answer in item.answers) and item.one:
        found.append(say("near_lost" if item.kind == "figure" else "share_lost"))
    return found


def quiz_text(items: Iterable[Item], title: str, lang: Language | None = None) -> str:
    """Items in text2qti's own notation."""

    def put(text: Text) -> str:
        words = [text.zh, text.en] if lang is None and text.zh != text.en else [text.in_(lang)]
        return "<br>".join(_escaped(one) for one in words)

    lines = [f"Quiz title: {' '.join(title.split())}"]
    single = (part for whole in items for part in parts(whole))
    for n, item in enumerate(single, start=1):
        lines += ["", f"Title: {' '.join(item.id.split())}"]
        # text2qti counts in halves.
        lines += [
            f"Points: {in_full(max(1, round(2 * item.points)) / 2)}",
            f"{n}.  {put(item.prompt)}",
        ]
        if item.why:
            lines.append(f"... {put(item.why)}")
        if item.kind == "figure":
            lines.append(f"=   {_right(item).text.en} +- {in_full(item.tolerance)}")
            continue
        lines += _options(item, put)
    return "\n".join(lines) + "\n"


def _right(item: Item) -> Answer:
    return next(answer for answer in item.answers if answer.share >= 1 - EXACT)


def _too_small(item: Item) -> bool:
    if item.kind != "figure":
        return False
    right = float(_right(item).text.en)
    return any(abs(right + end) < LEAST for end in (-item.tolerance, item.tolerance))


def _options(item: Item, put: Callable[[Text], str]) -> Iterator[str]:
    for n, answer in enumerate(item.answers):
        right = answer.share >= 1 - EXACT if item.one else answer.share > 0
        if item.one:
            # text2qti wants letters in order, and knows no more than one.
            yield f"{'*' if right else ''}{chr(ord('a') + n % 26)})  {put(answer.text)}"
        else:
            yield f"[{'*' if right else ' '}] {put(answer.text)}"
        if answer.why:
            yield f"... {put(answer.why)}"


def _escaped(words: str) -> str:
    words = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    words = _MARKDOWN.sub(r"\\\1", words)
    # A dollar would begin a formula.
    return words.replace("$", "&#36;").replace("\n", "<br>")
