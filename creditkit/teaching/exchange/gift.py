"""GIFT, written and read (docs.moodle.org, "GIFT format").

Ids and tags stand in the comment before a question, where Moodle reads them: `[id:..] [tag:..]`.
GIFT has no orderings (each item is matched to its place) and no hints.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from creditkit.teaching.exchange.items import Answer, Item, places, say
from creditkit.teaching.exchange.moodle import (
    ExchangeError,
    content_of,
    marked_up,
    percent,
    read_text,
)
from creditkit.teaching.exchange.moodle import losses as moodle_losses
from creditkit.text import Language, Text, in_full, plain

SPECIAL = "~=#{}:"
# While a text is taken apart, an escaped character stands in the private area of Unicode.
_HIDDEN = {char: chr(0xE000 + n) for n, char in enumerate(SPECIAL + "\\n")}
_SHOWN = {hidden: "\n" if char == "n" else char for char, hidden in _HIDDEN.items()}
_ESCAPE = re.compile(r"\\([~=#{}:\\n])")
_TITLE = re.compile(r"::(.*?)::", re.DOTALL)
_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
_ANSWER = re.compile(r"([=~])\s*(?:%(-?[\d.]+)%)?([^=~]*)")
_TAG = re.compile(r"\[(id|tag):([^\]]*)\]")
_DECIMAL = r"([+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,2})?)"
_RANGE = re.compile(rf"{_DECIMAL}\s*\.\.\s*{_DECIMAL}")
_MARKUP = re.compile(r"<[a-zA-Z/][^>]*>|&[a-z#0-9]+;")


def to_gift(items: Iterable[Item], lang: Language | None = None) -> str:
    """Items as one GIFT text, in one language or, if None, in both.

    >>> from creditkit.text import plain
    >>> two = Answer(plain("2"), 1)
    >>> print(to_gift([Item("sum", "figure", plain("1 + 1"), answers=(two,))]))
    // [id:sum]
    ::sum::[html]1 + 1 {#
    =%100%2:0
    }
    <BLANKLINE>
    """
    return "\n".join(_written(item, lang) for item in items)


def losses(item: Item) -> list[Text]:
    """What of an item GIFT has no place for."""
    found = moodle_losses(item)
    if item.kind == "ordering":
        found.append(say("order_as_places"))
    return [*found, *([say("hints_lost")] if item.hints else [])]


def from_gift(path: str | Path) -> tuple[list[Item], list[Text]]:
    """The questions in a GIFT file, and what could not be brought over.

    Raises:
        ExchangeError: it is no UTF-8 text, or too big.
    """
    path = Path(path)
    try:
        text = content_of(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ExchangeError(say("not_text", path=path.name)) from None
    found: list[Item] = []
    problems: list[Text] = []
    for block in _blocks(text):
        item = _read(block, f"{path.name}:{block.line}", problems)
        if item is not None:
            found.append(item)
    return found, problems


# Writing


def _escaped(words: str) -> str:
    words = re.sub(r"\\", r"\\\\", words)
    return re.sub(f"([{re.escape(SPECIAL)}])", r"\\\1", words).replace("\n", "<br>")


def _written(item: Item, lang: Language | None) -> str:
    def put(text: Text) -> str:
        return _escaped(marked_up(text, lang))

    def remark(why: Text | None) -> str:
        return f"#{put(why)}" if why else ""

    if item.kind == "ordering":
        item = places(item)
    tags = [*item.tags, *([f"points:{in_full(item.points)}"] if item.points != 1 else [])]
    lines = [" ".join([f"// [id:{item.id}]", *(f"[tag:{tag}]" for tag in tags)])]
    opening = "{#" if item.kind == "figure" else "{"
    lines.append(f"::{_escaped(item.id)}::[html]{put(item.prompt)} {opening}")
    for answer in item.answers:
        share = percent(answer.share)
        if item.kind == "figure":
            figure = f"{answer.text.en}:{in_full(item.tolerance)}"
            lines.append(f"=%{share}%{figure}{remark(answer.why)}")
        elif item.one and share == "100":
            lines.append(f"={put(answer.text)}{remark(answer.why)}")
        else:
            worth = "" if share == "0" else f"%{share}%"
            lines.append(f"~{worth}{put(answer.text)}{remark(answer.why)}")
    lines += [f"={put(left)} -> {put(right)}" for left, right in item.pairs]
    lines += [f"= -> {put(spare)}" for spare in item.spare]
    if item.why:
        lines.append(f"####{put(item.why)}")
    return "\n".join([*lines, "}", ""])


# Reading


@dataclass(frozen=True, slots=True)
class _Block:
    line: int
    words: str
    id: str
    tags: tuple[str, ...]


def _blocks(text: str) -> Iterator[_Block]:
    """Questions are kept apart by empty lines, but not within braces."""
    lines: list[str] = []
    marks: list[tuple[str, str]] = []
    start = 1
    for n, line in enumerate([*text.splitlines(), ""], start=1):
        bare = line.strip()
        if bare.startswith("//"):
            if not lines:
                marks += _TAG.findall(bare)
            continue
        if bare.startswith("$CATEGORY"):
            continue
        if not bare and lines:
            so_far = _hidden("\n".join(lines))
            if so_far.count("{") > so_far.count("}") and n <= len(text.splitlines()):
                continue
            ids = [value for name, value in marks if name == "id"]
            tags = tuple(value for name, value in marks if name == "tag")
            yield _Block(start, so_far, ids[-1] if ids else "", tags)
            lines, marks = [], []
        elif bare:
            if not lines:
                start = n
            lines.append(line)


def _hidden(words: str) -> str:
    return _ESCAPE.sub(lambda found: _HIDDEN[found[1]], words)


def _shown(words: str) -> str:
    return "".join(_SHOWN.get(char, char) for char in words).strip()


def _text(words: str, form: str = "moodle") -> Text:
    shown = _shown(words)
    return read_text(shown) if form != "plain" and _MARKUP.search(shown) else plain(shown)


def _read(block: _Block, where: str, problems: list[Text]) -> Item | None:
    words = block.words.strip()
    name = ""
    if title := _TITLE.match(words):
        name, words = _shown(title[1]), words[title.end() :].strip()
    form = "moodle"
    if found := _FORMAT.match(words):
        form, words = found[1], words[found.end() :]
    opening, closing = words.find("{"), words.find("}")
    name = name or _shown(words[: max(opening, 0) or 30])[:40] or "–"
    if opening < 0 and closing < 0:
        problems.append(say("not_carried", where=where, type="description", name=name))
        return None
    if opening < 0 or closing < opening:
        problems.append(say("unclosed", where=where))
        return None
    before, after = words[:opening], words[closing + 1 :]
    body = words[opening + 1 : closing].strip()
    prompt = _text(f"{before.strip()} _____ {after.strip()}" if after.strip() else before, form)
    if not prompt.zh:
        problems.append(say("no_prompt", where=where, name=name))
        return None
    body, _, general = body.partition("####")
    points = [tag[7:] for tag in block.tags if tag.startswith("points:")]
    item = Item(
        block.id or name,
        "choice",
        prompt,
        _text(general, form) if general.strip() else None,
        tags=tuple(tag for tag in block.tags if not tag.startswith("points:")),
        points=float(points[0]) if points and re.fullmatch(r"[\d.]+", points[0]) else 1.0,
    )
    return _answered(item, body.strip(), form, where, problems)


def _answered(item: Item, body: str, form: str, where: str, problems: list[Text]) -> Item | None:
    if body.startswith("#"):
        return _figures(item, body[1:].strip(), form)
    truth, *remarks = body.split("#")
    if truth.strip().upper() in {"T", "TRUE", "F", "FALSE"}:
        true = truth.strip().upper().startswith("T")
        # The first remark is for a wrong answer, the second for a right one.
        said = [_text(r, form) if r.strip() else None for r in [*remarks, "", ""][:2]]
        options = tuple(
            Answer(say(key), float(value == true), said[1 if value == true else 0])
            for key, value in (("true", True), ("false", False))
        )
        return replace(item, answers=options)
    parts = _ANSWER.findall(body)
    if parts and all(mark == "=" and "->" in words for mark, _, words in parts):
        pairs, spare = [], []
        for _, _, words in parts:
            left, right = (_text(side, form) for side in words.split("->", 1))
            if left.zh:
                pairs.append((left, right))
            else:
                spare.append(right)
        return replace(item, kind="matching", pairs=tuple(pairs), spare=tuple(spare))
    if not any(mark == "~" for mark, _, _ in parts):
        type = "shortanswer" if parts else "essay"
        problems.append(say("not_carried", where=where, type=type, name=item.id))
        return None
    one = any(mark == "=" for mark, _, _ in parts)
    answers = [_answer(mark, share, words, form) for mark, share, words in parts]
    return replace(item, one=one, answers=tuple(answers))


def _answer(mark: str, share: str, words: str, form: str) -> Answer:
    said, _, why = words.partition("#")
    worth = _number(share) / 100 if share else float(mark == "=")
    return Answer(_text(said, form), worth, _text(why, form) if why.strip() else None)


def _number(words: str) -> float:
    try:
        return float(words)
    except ValueError:
        return 0.0


def _figures(item: Item, body: str, form: str) -> Item:
    answers: list[Answer] = []
    tolerance = 0.0
    for _, share, words in _ANSWER.findall(body if body.startswith("=") else f"={body}"):
        said, _, why = words.partition("#")
        said = said.strip()
        if between := _RANGE.fullmatch(said):
            # Decimal, for the middle of 0.1 and 0.2 is 0.15 and not a hair beside it.
            low, high = Decimal(between[1]), Decimal(between[2])
            figure, within = f"{(low + high) / 2:f}", float(abs(high - low) / 2)
        else:
            figure, _, margin = said.partition(":")
            within = abs(_number(margin.strip() or "0"))
        if not answers:
            tolerance = within
        worth = _number(share) / 100 if share else 1.0
        answers.append(
            Answer(_text(figure, form), worth, _text(why, form) if why.strip() else None)
        )
    return replace(item, kind="figure", answers=tuple(answers), tolerance=tolerance)
