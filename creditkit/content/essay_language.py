"""How the content of essays is written: terms with choices and gaps, and patterns of concepts."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

_PIECE = re.compile(r"[()|]|…|[^()|…]+")
# A parsed term: its parts in order, each words, a gap or a list of choices.
Parts = list[Any]
GAP_PART = object()


class TermError(ValueError):
    """A term whose brackets do not match."""


def parse(term: str) -> Parts:
    """The parts of a term.

    >>> parse("a(b|c)")
    ['a', [['b'], ['c']]]
    """
    pieces = _PIECE.findall(term)
    parts, n = _parsed(pieces, 0, False)
    if n != len(pieces):
        raise TermError(term)
    return parts


def _parsed(pieces: list[str], n: int, within: bool) -> tuple[Parts, int]:
    choices: list[Parts] = [[]]
    while n < len(pieces):
        piece = pieces[n]
        n += 1
        if piece == "(":
            inner, n = _parsed(pieces, n, True)
            choices[-1].append(inner)
        elif piece == ")":
            if not within:
                raise TermError(piece)
            return choices, n
        elif piece == "|":
            if not within:
                raise TermError(piece)
            choices.append([])
        else:
            choices[-1].append(GAP_PART if piece == "…" else piece)
    if within:
        raise TermError("(")
    return choices[0], n


@dataclass(frozen=True, slots=True)
class Pattern:
    """Groups of concepts of which each must have one at hand, and concepts that must be absent.

    The first group must stand in the clause itself; so must every group but those that carry.
    `scope` is how far the groups after the first may stand: in the clause, in its sentence or
    anywhere in the text. `stages`, when given, says where in the answer the clause must stand.
    """

    groups: tuple[tuple[str, ...], ...]
    without: tuple[str, ...]
    scope: Literal["clause", "sentence", "text"]
    stages: tuple[str, ...] | None


@cache
def pattern(text: str) -> Pattern:
    """A pattern from how it is written.

    >>> p = pattern("~ contact|ask boss !customer @inside")
    >>> p.groups, p.without, p.scope, p.stages
    ((('contact', 'ask'), ('boss',)), ('customer',), 'sentence', ('inside',))
    """
    scope: Literal["clause", "sentence", "text"] = "clause"
    if text.startswith("~"):
        scope = "sentence"
    elif text.startswith("*"):
        scope = "text"
    groups, without = [], []
    stages: tuple[str, ...] | None = None
    for word in text.lstrip("~*").split():
        if word.startswith("!"):
            without.append(word[1:])
        elif word.startswith("@"):
            stages = tuple("" if s == "start" else s for s in word[1:].split("|"))
            if stages == ("any",):
                stages = None
        else:
            groups.append(tuple(word.split("|")))
    return Pattern(tuple(groups), tuple(without), scope, stages)
