"""Items of other platforms as a question file of creditkit's, for a trainer to complete.

What a platform does not know (the other language, refs, hints, reasons) is left empty or out, and
`creditkit check-content` lists each place with its line. Nothing is made up.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from creditkit.teaching.exchange.items import Answer, Item, say
from creditkit.text import Language, Text

EXACT = 1e-4
Data = dict[str, Any]


def draft(
    items: Sequence[Item],
    name: str,
    *,
    refs: Sequence[str] = (),
    lang: Language | None = None,
    file: str = "",
) -> tuple[str, list[Text]]:
    """A question file in YAML, and what of the items could not be brought over.

    Args:
        items: as read by `from_moodle` or `from_gift`.
        name: the id of the set.
        refs: the facts of the coursework that questions without refs of their own are about.
        lang: the language of the items; the other is left empty. None: words that stand in both.
        file: where they come from, named in the first line.

    >>> from creditkit.text import plain
    >>> item = Item("sum", "figure", plain("1 + 1?"), answers=(Answer(plain("2"), 1),))
    >>> text, problems = draft([item], "mine", refs=["R0"], lang="en")
    >>> print("\\n".join(text.splitlines()[1:7]))
    questions: mine
    ref:
    - R0
    title:
      zh: ''
      en: mine
    """
    problems: list[Text] = []
    made: list[Data] = []
    taken: Counter[str] = Counter()
    for table, group in groupby(items, key=lambda item: item.tagged("table")[:1]):
        together = list(group)
        found = [_table(together)] if table else [_question(item, problems) for item in together]
        for question in filter(None, found):
            question["ref"] = question["ref"] or list(refs)
            question["id"] = _id(question["id"], taken)
            made.append(_spoken(question, lang))
    title = {"zh": "" if lang == "en" else name, "en": "" if lang == "zh" else name}
    data = {"questions": name, "ref": list(refs), "title": title, "items": made}
    head = f"# {say('draft', file=Path(file).name)}\n"
    body = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100)
    return head + body, problems


# Inside


def _id(wanted: str, taken: "Counter[str]") -> str:
    id = re.sub(r"[^a-z0-9]+", "_", wanted.lower()).strip("_")
    if not id or not id[0].isalpha():
        id = f"question_{id}".strip("_")
    taken[id] += 1
    return id if taken[id] == 1 else _id(f"{id}_{taken[id]}", taken)


def _spoken(value: Any, lang: Language | None) -> Any:
    """Texts as `zh` and `en`; that of a language which the file is not in stays empty."""
    if isinstance(value, Text):
        return {"zh": "" if lang == "en" else value.zh, "en": "" if lang == "zh" else value.en}
    if isinstance(value, dict):
        out: Data = {}
        for key, inner in value.items():
            # A phrase has its words beside its other keys.
            out |= _spoken(inner, lang) if key == "text" else {key: _spoken(inner, lang)}
        return out
    if isinstance(value, list):
        return [_spoken(inner, lang) for inner in value]
    return value


def _common(item: Item, type: str) -> Data:
    level = item.tagged("level")
    common: Data = {"id": item.id, "type": type, "ref": item.tagged("ref")}
    if level and level[0] in {"2", "3"}:
        common["level"] = int(level[0])
    common |= {"prompt": item.prompt, "hints": list(item.hints), "why": item.why or Text("", "")}
    if item.points != 1 and item.points == int(item.points):
        common["points"] = int(item.points)
    return common


def _question(item: Item, problems: list[Text]) -> Data | None:
    where, name = item.id, item.prompt.in_().splitlines()[0][:40]
    match item.kind:
        case "choice":
            return _choice(item, where, name, problems)
        case "ordering":
            return _order(item, [(a.text, n) for n, a in enumerate(item.answers, start=1)])
        case "matching":
            if item.tagged("type") == ["order"] and all(to.en.isdecimal() for _, to in item.pairs):
                return _order(item, [(left, int(to.en)) for left, to in item.pairs])
            return _matching(item, where, name, problems)
        case "figure":
            return _figure(item, where, name, problems)


def _choice(item: Item, where: str, name: str, problems: list[Text]) -> Data | None:
    if len(item.answers) < 2:
        problems.append(say("too_few", where=where, name=name))
        return None
    if item.one:
        best = [answer for answer in item.answers if answer.share >= 1 - EXACT]
        if len(best) > 1:
            problems.append(say("more_right", where=where, name=name))
        right, others = best[:1], {id(answer) for answer in best[1:]}
    else:
        right, others = [answer for answer in item.answers if answer.share > 0], set()
    if not right:
        problems.append(say("no_right", where=where, name=name))
        return None
    options = []
    for n, answer in enumerate(item.answers, start=1):
        worth = 1 if answer in right and id(answer) not in others else 0
        if item.one and not worth and 0 < answer.share < 1 - EXACT:
            worth = round(answer.share, 4)  # type: ignore[assignment]
        option: Data = {"id": f"option_{n}", "text": answer.text}
        if worth:
            option["worth"] = worth
        options.append({**option, "why": answer.why or Text("", "")})
    return {**_common(item, "single" if item.one else "multiple"), "options": options}


def _order(item: Item, staged: Iterable[tuple[Text, int]]) -> Data:
    stages = [
        {"id": f"step_{n}", "text": text, "place": place}
        for n, (text, place) in enumerate(staged, start=1)
    ]
    return {**_common(item, "order"), "items": stages}


def _targets(item: Item) -> dict[Text, str]:
    texts = dict.fromkeys([right for _, right in item.pairs] + list(item.spare))
    return {text: f"target_{n}" for n, text in enumerate(texts, start=1)}


def _matching(item: Item, where: str, name: str, problems: list[Text]) -> Data | None:
    targets = _targets(item)
    if len(targets) < 2 or not item.pairs:
        problems.append(say("too_few", where=where, name=name))
        return None
    placed = [
        {"id": f"item_{n}", "text": left, "to": targets[right]}
        for n, (left, right) in enumerate(item.pairs, start=1)
    ]
    alone = len({one["to"] for one in placed}) == len(placed)
    type = "match" if alone and item.tagged("type") != ["classify"] else "classify"
    listed = [{"id": id, "text": text} for text, id in targets.items()]
    return {**_common(item, type), "targets": listed, "items": placed}


def _table(columns: list[Item]) -> Data:
    first = columns[0]
    common = _common(first, "table")
    common["id"] = first.tagged("table")[0]
    common["prompt"] = Text(*(first.prompt.in_(code).rpartition("\n")[0] for code in ("zh", "en")))
    common.pop("points", None)
    points = sum(column.points for column in columns)
    if points > 1:
        common["points"] = round(points)
    rows = {left: f"row_{n}" for n, (left, _) in enumerate(first.pairs, start=1)}
    lists: Data = {}
    titles: list[Data] = []
    cells: Data = {id: {} for id in rows.values()}
    for n, column in enumerate(columns, start=1):
        id, targets = f"column_{n}", _targets(column)
        lists[f"list_{n}"] = [{"id": target, "text": text} for text, target in targets.items()]
        words = (column.prompt.in_(code).rpartition("\n")[2] for code in ("zh", "en"))
        titles.append({"id": id, "of": f"list_{n}", "text": Text(*words)})
        for left, right in column.pairs:
            if left in rows:
                cells[rows[left]][id] = {"value": targets[right]}
    listed = [{"id": id, "text": text} for text, id in rows.items()]
    return {**common, "lists": lists, "columns": titles, "rows": listed, "cells": cells}


def _figure(item: Item, where: str, name: str, problems: list[Text]) -> Data | None:
    for answer in item.answers:
        try:
            float(answer.text.en)
        except ValueError:
            said = answer.text
            problems.append(say("no_figure", where=where, answer=said, name=name))
            return None
    right = [answer for answer in item.answers if answer.share >= 1 - EXACT]
    if not right:
        problems.append(say("no_right", where=where, name=name))
        return None
    found = {**_common(item, "number"), "answer": right[0].text.en}
    if item.tolerance:
        found["tolerance"] = item.tolerance
    if near := [_near(a) for a in item.answers if a is not right[0] and a.share < 1 - EXACT]:
        found["near"] = near
    return found


def _near(answer: Answer) -> Data:
    near: Data = {"answer": answer.text.en}
    if answer.share > 0:
        near["worth"] = round(answer.share, 4)
    return {**near, "why": answer.why or Text("", "")}
