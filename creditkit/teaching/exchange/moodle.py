"""Moodle XML, written and read (docs.moodle.org, "Moodle XML format").

In both languages each text holds Moodle's multilang spans, which its multi-language content filter
shows in the reader's language; in one language it is that language's words alone.
"""

import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

from creditkit.teaching.exchange.items import Answer, Item, say
from creditkit.text import BilingualError, Language, Text, in_full, plain

# The shares Moodle takes, in percent; anything else is refused on import there.
SHARES = (100, 90, 83.33333, 80, 75, 70, 66.66667, 60, 50, 40, 33.33333, 30, 25, 20, 16.66667,
          14.28571, 12.5, 11.11111, 10, 5, 0)  # fmt: skip
# As many decimals of a grade Moodle keeps.
GRADE_DECIMALS = 7
MOST_BYTES = 64 * 2**20
TYPES = {"choice": "multichoice", "matching": "matching", "ordering": "ordering",
         "figure": "numerical"}  # fmt: skip
SPAN = re.compile(r'<span[^>]*\blang="(zh|en)[^"]*"[^>]*>(.*?)</span>', re.DOTALL)


class ExchangeError(BilingualError):
    """A file that cannot be read as what it is said to be; nothing was brought over."""


def to_moodle(items: Iterable[Item], lang: Language | None = None) -> str:
    """Items as one Moodle XML document, in one language or, if None, in both.

    >>> from creditkit.content.library import questions
    >>> from creditkit.teaching.exchange.items import items
    >>> ET.fromstring(to_moodle(items(questions("refusal").items))).tag
    'quiz'
    """
    quiz = ET.Element("quiz")
    for item in items:
        _written(ET.SubElement(quiz, "question", type=TYPES[item.kind]), item, lang)
    ET.indent(quiz)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(quiz, "unicode") + "\n"


def nearest_share(share: float) -> float:
    """The share Moodle takes that is nearest, in percent and with its sign.

    >>> nearest_share(1 / 3), nearest_share(-0.07)
    (33.33333, -5)
    """
    best = min(SHARES, key=lambda known: abs(known - abs(share) * 100))
    return -best if share < 0 else best


def percent(share: float) -> str:
    """The share Moodle takes that is nearest, as Moodle writes it: no other digits do.

    >>> percent(1 / 3), percent(0.5)
    ('33.33333', '50')
    """
    return f"{nearest_share(share):.5f}".rstrip("0").rstrip(".")


def losses(item: Item) -> list[Text]:
    """What of an item Moodle has no place for."""
    found = []
    for answer in item.answers if item.kind != "ordering" else ():
        nearest = nearest_share(answer.share)
        if abs(nearest - answer.share * 100) > 0.01:
            found.append(say("nearest_share", share=f"{answer.share:.0%}", nearest=f"{nearest:g}%"))
    return found


def marked_up(text: Text, lang: Language | None) -> str:
    """A text as HTML, with multilang spans where both languages are asked for."""
    if lang is not None:
        return _html(text.in_(lang))
    if text.zh == text.en:
        return _html(text.zh)
    return "".join(
        f'<span lang="{code}" class="multilang">{_html(text.in_(code))}</span>'
        for code in ("zh", "en")
    )


def read_text(markup: str) -> Text:
    """HTML as plain text; multilang spans fill each its own language, other words both.

    >>> read_text('<p><b>a</b> &lt; b</p>').en
    'a < b'
    """
    found: dict[str, str] = {"zh": "", "en": ""}
    last = 0
    for span in SPAN.finditer(markup):
        between = markup[last : span.start()]
        found["zh"] += between
        found["en"] += between
        found[span[1]] += span[2]
        last = span.end()
    return Text(*(_stripped(found[code] + markup[last:]) for code in ("zh", "en")))


def from_moodle(path: str | Path) -> tuple[list[Item], list[Text]]:
    """The questions in a Moodle XML file, and what could not be brought over.

    Raises:
        ExchangeError: it is no Moodle XML.
    """
    path = Path(path)
    root = _parsed(path)
    found: list[Item] = []
    problems: list[Text] = []
    for n, question in enumerate(root.iter("question"), start=1):
        if question.get("type") == "category":
            continue
        where = f"{path.name}, {n}"
        item = _read(question, where, problems)
        if item is not None:
            found.append(item)
    return found, problems


# Writing


def _html(words: str) -> str:
    # XML has no place for control characters.
    words = "".join(char for char in words if char >= " " or char in "\n\t")
    return html.escape(words, quote=False).replace("\n", "<br>")


def _put(parent: ET.Element, tag: str, text: Text | str, lang: Language | None) -> ET.Element:
    child = ET.SubElement(parent, tag, format="html")
    markup = marked_up(text, lang) if isinstance(text, Text) else text
    ET.SubElement(child, "text").text = markup
    return child


def _written(question: ET.Element, item: Item, lang: Language | None) -> None:
    name = ET.SubElement(question, "name")
    ET.SubElement(name, "text").text = item.id
    _put(question, "questiontext", item.prompt, lang)
    if item.why:
        _put(question, "generalfeedback", item.why, lang)
    ET.SubElement(question, "defaultgrade").text = in_full(round(item.points, GRADE_DECIMALS))
    ET.SubElement(question, "penalty").text = "0"
    ET.SubElement(question, "idnumber").text = item.id
    match item.kind:
        case "choice":
            ET.SubElement(question, "single").text = str(item.one).lower()
            ET.SubElement(question, "shuffleanswers").text = "true"
            ET.SubElement(question, "answernumbering").text = "abc"
            for answer in item.answers:
                _answer(question, answer, lang)
        case "matching":
            ET.SubElement(question, "shuffleanswers").text = "true"
            for left, right in [*item.pairs, *((None, spare) for spare in item.spare)]:
                pair = _put(question, "subquestion", left or "", lang)
                target = ET.SubElement(pair, "answer")
                ET.SubElement(target, "text").text = marked_up(right, lang)
        case "ordering":
            ET.SubElement(question, "layouttype").text = "VERTICAL"
            ET.SubElement(question, "selecttype").text = "ALL"
            ET.SubElement(question, "gradingtype").text = "RELATIVE_NEXT_EXCLUDE_LAST"
            for n, answer in enumerate(item.answers, start=1):
                _put(question, "answer", answer.text, lang).set("fraction", str(n))
        case "figure":
            for answer in item.answers:
                child = _answer(question, answer, None)
                ET.SubElement(child, "tolerance").text = in_full(item.tolerance)
    for hint in item.hints:
        _put(question, "hint", hint, lang)
    tags = ET.SubElement(question, "tags")
    for tag in item.tags:
        ET.SubElement(ET.SubElement(tags, "tag"), "text").text = tag


def _answer(question: ET.Element, answer: Answer, lang: Language | None) -> ET.Element:
    child = _put(question, "answer", answer.text, lang)
    child.set("fraction", percent(answer.share))
    if answer.why:
        _put(child, "feedback", answer.why, lang)
    return child


# Reading


def content_of(path: Path) -> bytes:
    """What is in a file that is to be brought over.

    Raises:
        ExchangeError: it is not there, or too big.
    """
    if not path.is_file():
        raise ExchangeError(say("no_such_file", path=path))
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise ExchangeError(say("too_big", path=path.name, size=size >> 20, most=MOST_BYTES >> 20))
    return path.read_bytes()


def _parsed(path: Path) -> ET.Element:
    data = content_of(path)
    # Entities can blow up a small file or read another; no export of Moodle declares any.
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ExchangeError(say("no_doctype", path=path.name))
    try:
        root = ET.fromstring(data)
    except (ET.ParseError, ValueError, LookupError) as error:
        line = getattr(error, "position", (1, 0))[0]
        raise ExchangeError(say("not_xml", path=path.name, line=line, problem=error)) from None
    if root.tag != "quiz":
        raise ExchangeError(say("not_moodle", path=path.name, tag=root.tag))
    return root


class _Plain(HTMLParser):
    """Collects the words of HTML; breaks and paragraphs become line breaks."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in {"br", "p", "li", "tr", "div"}:
            self.words.append("\n")


def _stripped(markup: str) -> str:
    parser = _Plain()
    parser.feed(markup)
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.words).split("\n"))
    return "\n".join(line for line in lines if line)


def _text(parent: ET.Element, tag: str) -> Text | None:
    child = parent.find(tag)
    return None if child is None else _own(child)


def _own(element: ET.Element) -> Text | None:
    markup = element.findtext("text") or ""
    # Words of one language alone are no reason to lose the other's place.
    text = read_text(markup) if element.get("format") != "plain_text" else plain(markup.strip())
    return text if text.zh or text.en else None


def _texts(parent: ET.Element, tag: str) -> Iterator[Text]:
    for child in parent.findall(tag):
        if (text := _own(child)) is not None:
            yield text


def _fraction(element: ET.Element) -> float:
    try:
        return float(element.get("fraction", "0")) / 100
    except ValueError:
        return 0.0


def _read(question: ET.Element, where: str, problems: list[Text]) -> Item | None:
    name = (question.findtext("name/text") or "").strip() or "–"
    kind = question.get("type", "")
    prompt = _text(question, "questiontext")
    if prompt is None:
        problems.append(say("no_prompt", where=where, name=name))
        return None
    if question.find(".//file") is not None or "@@PLUGINFILE@@" in ET.tostring(question, "unicode"):
        problems.append(say("picture_lost", where=where, name=name))
    try:
        points = float(question.findtext("defaultgrade") or 1)
    except ValueError:
        points = 1.0
    tags = tuple(filter(None, ((t.text or "").strip() for t in question.iterfind("tags/tag/text"))))
    id = (question.findtext("idnumber") or "").strip() or name
    answers = tuple(
        Answer(text, _fraction(element), _text(element, "feedback"))
        for element in question.findall("answer")
        if (text := _own(element)) is not None
    )
    why, hints = _text(question, "generalfeedback"), tuple(_texts(question, "hint"))
    match kind:
        case "multichoice" | "truefalse":
            one = (question.findtext("single") or "true").strip() not in {"false", "0"}
            return Item(id, "choice", prompt, why, hints, tags, points, one, answers)
        case "matching":
            pairs, spare = _pairs(question)
            return Item(id, "matching", prompt, why, hints, tags, points, pairs=pairs, spare=spare)
        case "ordering":
            ordered = tuple(sorted(answers, key=lambda answer: answer.share))
            return Item(id, "ordering", prompt, why, hints, tags, points, answers=ordered)
        case "numerical":
            tolerance = question.findtext("answer/tolerance") or "0"
            try:
                within = abs(float(tolerance))
            except ValueError:
                within = 0.0
            return Item(
                id, "figure", prompt, why, hints, tags, points, answers=answers, tolerance=within
            )
    problems.append(say("not_carried", where=where, type=kind, name=name))
    return None


def _pairs(question: ET.Element) -> tuple[tuple[tuple[Text, Text], ...], tuple[Text, ...]]:
    pairs, spare = [], []
    for sub in question.findall("subquestion"):
        right = _text(sub, "answer")
        if right is None:
            continue
        left = _own(sub)
        if left is None:
            spare.append(right)
        else:
            pairs.append((left, right))
    return tuple(pairs), tuple(spare)
