"""What is wrong in a content file, in our own words: its YAML, and the shape of its values.

PyYAML and pydantic say it in English alone and do not know what an author should write. What is
known here by their kind of error is worded in `interface/faults.yaml`; the rest keeps their words.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import yaml

from creditkit.text import Text, in_full, phrases

# How much of a value is quoted in a message.
QUOTED = 40
_ID_PATTERN = r"^\w[\w-]*$"
_WIDE_COLON = re.compile(r"^\s*(?:- +)?([\w-]+)\s*：")
_TIGHT_COLON = re.compile(r"^\s*(?:- +)?([A-Za-z_][\w-]*):[^\s/]")
_KEY_COLUMN = re.compile(r"^ *(?:- +)*")

# By a piece of what libyaml or PyYAML says.
_SYNTAX = {
    "tab character": "tab",
    "mapping values are not allowed": "second_colon",
    "could not find expected ':'": "no_colon",
    "unknown escape": "escape",
    "',' or ']'": "open_list",
    "',' or '}'": "open_map",
    "sequence entries are not allowed": "dash",
    "another document": "two_documents",
    "expected node content": "unfinished",
    "comment or line break": "after_block",
    "undefined alias": "alias",
    "expected key": "indent",
    "'-' indicator": "indent",
    "<block end>": "indent",
    "constructor for the tag": "tag",
}

_SHAPES = {
    "int_type": "whole_number", "int_parsing": "whole_number", "int_from_float": "whole_number",
    "int_parsing_size": "whole_number",
    "float_type": "number", "float_parsing": "number", "finite_number": "finite",
    "string_type": "words", "string_too_short": "no_words",
    "bool_type": "yes_or_no", "bool_parsing": "yes_or_no",
    "tuple_type": "list", "list_type": "list",
    "dict_type": "map", "model_type": "map", "model_attributes_type": "map",
    "dataclass_type": "both_languages",
    "timezone_aware": "time_zone",
    "datetime_type": "time", "datetime_parsing": "time", "datetime_from_date_parsing": "time",
    "date_type": "day", "date_parsing": "day", "date_from_datetime_parsing": "day",
    "greater_than_equal": "at_least", "greater_than": "above",
    "less_than_equal": "at_most", "less_than": "below",
    "too_short": "too_few", "too_long": "too_many",
}  # fmt: skip
_BOUNDS = {"ge": "bound", "gt": "bound", "le": "bound", "lt": "bound", "min_length": "least",
           "max_length": "most", "actual_length": "found", "pattern": "pattern"}  # fmt: skip


def say(key: str, /, **slots: object) -> Text:
    return phrases("faults")(key, **slots)


def quoted(value: object) -> str:
    """A value as a message shows it: as it is written in YAML, and not at length.

    >>> quoted(True), quoted(1234567.0), quoted("a" * 50)[-3:]
    ('true', '1234567', 'aa…')
    """
    if isinstance(value, bool):
        words = str(value).lower()
    elif isinstance(value, int | float):
        words = in_full(value)
    elif isinstance(value, Mapping):
        words = "{" + ", ".join(map(str, value)) + "}"
    else:
        words = str(value)
    return words if len(words) <= QUOTED else words[:QUOTED] + "…"


def misfit(problem: Mapping[str, Any]) -> Text | None:
    """What one of pydantic's errors says of a value; None of a kind that is not known here.

    >>> misfit({"type": "int_parsing", "input": "two"}).en
    "it must be a whole number such as 2, not 'two'"
    """
    told = {_BOUNDS[k]: v for k, v in problem.get("ctx", {}).items() if k in _BOUNDS}
    told = {k: in_full(v) if isinstance(v, int | float) else v for k, v in told.items()}
    value = quoted(problem.get("input"))
    if problem["type"] == "string_pattern_mismatch":
        key = "bad_id" if told.get("pattern") == _ID_PATTERN else "bad_pattern"
        return say(key, value=value, pattern=told.get("pattern", ""))
    if problem["type"] not in _SHAPES:
        return None
    return say(_SHAPES[problem["type"]], **{"value": value, **told})


def wide_colon(key: str) -> str | None:
    """The name that a full-width colon hides in a key, if one does.

    >>> wide_colon("truth：{cause")
    'truth'
    """
    found = _WIDE_COLON.match(key)
    return found[1] if found else None


def unreadable(error: UnicodeDecodeError | yaml.YAMLError, text: str) -> tuple[int, Text | None]:
    """The line of a character that cannot be read, and what it is; None of an error not known."""
    if isinstance(error, UnicodeDecodeError):
        return error.object[: error.start].count(b"\n") + 1, say("encoding")
    if isinstance(error, yaml.reader.ReaderError):
        code = error.character if isinstance(error.character, int) else ord(error.character[0])
        at = text.find(chr(code))
        return text.count("\n", 0, max(at, 0)) + 1, say("character", code=f"{code:04X}")
    return 1, None


def unscalar(node: yaml.Node) -> Text:
    """Why a single value cannot be read, such as the day 2030-13-30."""
    if node.tag.startswith("tag:yaml.org,2002:python/") or node.tag.startswith("!"):
        return say("tag", tag=node.tag.replace("tag:yaml.org,2002:", "!!"))
    key = "date" if node.tag.endswith(":timestamp") else "scalar"
    return say(key, value=quoted(node.value))


def syntax(error: yaml.MarkedYAMLError, text: str, loader: Any) -> tuple[int, Text | None]:
    """Where the mistake behind a syntax error is, and what it is; None of an error not known."""
    lines = text.splitlines()
    mark, context = error.problem_mark or error.context_mark, error.context_mark
    at = min(mark.line if mark else 0, max(len(lines) - 1, 0))
    opened = context.line if context else at
    problem = error.problem or ""
    if "quoted scalar" in (error.context or "") and "escape" not in problem:
        return opened + 1, say("open_quote")
    if "cannot start any token" in problem:
        sign = lines[at][mark.column : mark.column + 1] if mark and lines else ""
        return at + 1, say("tab") if sign == "\t" else say("sign", sign=sign)
    key = next((key for piece, key in _SYNTAX.items() if piece in problem), None)
    if key in {"second_colon", "no_colon", "indent", "open_list", "open_map"}:
        for n in dict.fromkeys((at, opened, max(at - 1, 0))):
            if found := _WIDE_COLON.match(lines[n]):
                return n + 1, say("wide_colon", key=found[1])
        for n in dict.fromkeys((opened, max(at - 1, 0))):
            if key in {"second_colon", "no_colon"} and (found := _TIGHT_COLON.match(lines[n])):
                return n + 1, say("tight_colon", key=found[1])
        if quote := _quote_before(text, at, loader):
            first, last = quote
            if first < last:
                return first + 1, say("quote_too_far", line=last + 1)
            if key == "indent" or key.startswith("open"):
                return at + 1, say("after_quote")
    if key == "indent" and (left := _too_far_left(lines, opened, at)) is not None:
        return left + 1, say("indent_left", line=at + 1)
    if key is None:
        return at + 1, None
    name = re.search(r"[\w-]+", lines[at][mark.column + 1 :]) if mark and lines else None
    return at + 1, say(key, line=opened + 1, name=name[0] if name else "", tag=problem)


def _quote_before(text: str, at: int, loader: Any) -> tuple[int, int] | None:
    """The lines, from 0, of a quotation that ends in the line `at`: its first and its last."""
    found = None
    try:
        for token in yaml.scan(text, Loader=loader):
            if token.start_mark.line > at:
                break
            if isinstance(token, yaml.ScalarToken) and token.style in {"'", '"'}:
                found = token
    except yaml.YAMLError:
        pass
    if found is None or found.end_mark.line != at:
        return None
    return found.start_mark.line, at


def _too_far_left(lines: list[str], opened: int, at: int) -> int | None:
    """The line, from 0, that broke off the group which the line `at` belongs to, if one did.

    It is the last line further left, where the group stood open until then, or where fewer lines
    of the file stand as far left. The group that went wrong was opened in the line `opened`.
    """

    def columns(n: int) -> set[int]:
        found = _KEY_COLUMN.match(lines[n])
        return {len(lines[n]) - len(lines[n].lstrip()), found.end() if found else 0}

    before = [n for n in range(at) if lines[n].strip() and not lines[n].lstrip().startswith("#")]
    here = min(columns(at))
    further = [n for n in before if max(columns(n)) < here]
    if not further or further[-1] < opened:
        return None
    left = further[-1]
    for n in reversed([n for n in before if n < left]):
        if here in columns(n):
            return left
        if min(columns(n)) < here:
            break
    usual = Counter(column for n, line in enumerate(lines) if line.strip() for column in columns(n))
    return left if left == opened and usual[here] > usual[min(columns(left))] else None
