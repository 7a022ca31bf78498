"""Many terms found in one pass: their choices and gaps as one machine, made as it is needed.

Terms with choices stand for thousands of plain ones, so they are kept as a nondeterministic machine
whose sets of states are turned into states of a deterministic one on first use (the construction
of Rabin and Scott, "Finite automata and their decision problems", IBM Journal 3, 1959).
"""

from collections.abc import Callable, Iterator
from itertools import pairwise

from creditkit.content.essay_language import GAP_PART, Parts, TermError, parse

# How many tokens a `…` may stand for.
GAP = 6
STOPS = frozenset(",:;.!?。…\n|")


class _State:
    """A state of the deterministic machine: what ends here, and where each token leads."""

    __slots__ = ("ends", "nodes", "step")

    def __init__(self, nodes: frozenset[int], ends: tuple[str, ...]) -> None:
        self.nodes = nodes
        self.ends = ends
        self.step: dict[str, _State | None] = {}


class Automaton:
    """Finds terms in lists of tokens.

    Args:
        cut: turns words into tokens.
    """

    def __init__(self, cut: Callable[[str], list[str]]) -> None:
        self._cut = cut
        # Nodes are numbers; most of them have only one of these.
        self._nodes = 1
        self._next: dict[int, dict[str, int]] = {}
        self._free: dict[int, list[int]] = {}
        self._any: dict[int, int] = {}
        self._ends: dict[int, str] = {}
        self._made: dict[frozenset[int], _State] = {}
        self._root: _State | None = None
        self._known: dict[str, list[str]] = {}
        self.words: set[str] = set()
        self.pairs: set[str] = set()
        self.plain: set[str] = set()

    def add(self, name: str, term: str) -> None:
        """Let `term` be found as `name`.

        Raises:
            TermError: its brackets do not match.
        """
        end = self._build(parse(term), 0)
        if end == 0:
            raise TermError(term)
        last = self._node()
        self._link(end, last)
        self._ends[last] = name

    def _node(self) -> int:
        self._nodes += 1
        return self._nodes - 1

    def _link(self, start: int, end: int) -> None:
        """Let one node lead to another without a token."""
        self._free.setdefault(start, []).append(end)

    def _keys(self, words: str) -> list[str]:
        """Words as tokens, which are noted the first time, with their pairs and as a whole."""
        keys = self._known.get(words)
        if keys is None:
            keys = self._known[words] = self._cut(words)
            self.words.update(keys)
            self.pairs.update(a + b for a, b in pairwise(keys))
            self.plain.add("".join(keys))
        return keys

    def _build(self, parts: Parts, at: int) -> int:
        for part in parts:
            if part is GAP_PART:
                after = self._node()
                for _ in range(GAP):
                    self._link(at, after)
                    beyond = self._node()
                    # A node of its own, for other terms may go on from the one before.
                    hop = self._node()
                    self._link(at, hop)
                    self._any[hop] = beyond
                    at = beyond
                self._link(at, after)
                at = after
            elif isinstance(part, str):
                for key in self._keys(part):
                    # Terms that begin alike share their beginning.
                    ways = self._next.setdefault(at, {})
                    if key not in ways:
                        ways[key] = self._node()
                    at = ways[key]
            else:
                after = self._node()
                for choice in part:
                    self._link(self._build(choice, at), after)
                at = after
        return at

    def find(self, keys: list[str]) -> Iterator[tuple[str, int, int]]:
        """Every term in a list of tokens: its name, its first token and the one after its last."""
        if self._root is None:
            self._root = self._state({0})
        root = self._root
        for start, first in enumerate(keys):
            state = root.step[first] if first in root.step else self._follow(root, first)
            n = start + 1
            while state is not None:
                for name in state.ends:
                    yield name, start, n
                if n == len(keys):
                    break
                key = keys[n]
                n += 1
                state = state.step[key] if key in state.step else self._follow(state, key)

    def _follow(self, state: _State, key: str) -> _State | None:
        reached: set[int] = set()
        passes = key not in STOPS
        for node in state.nodes:
            ways = self._next.get(node)
            if ways is not None and key in ways:
                reached.add(ways[key])
            if passes and node in self._any:
                reached.add(self._any[node])
        made = self._state(reached) if reached else None
        # Words of no term all lead to the same place; their number has no bound.
        if len(state.step) < 20_000:
            state.step[key] = made
        return made

    def _state(self, nodes: set[int]) -> _State:
        todo = list(nodes)
        while todo:
            for node in self._free.get(todo.pop(), ()):
                if node not in nodes:
                    nodes.add(node)
                    todo.append(node)
        kept = frozenset(nodes)
        made = self._made.get(kept)
        if made is None:
            ends = tuple(sorted({self._ends[n] for n in kept if n in self._ends}))
            made = self._made[kept] = _State(kept, ends)
        return made
