"""Where a case stands: computed from its journal lines, live and on replay alike."""

from collections import Counter
from collections.abc import Iterable, Mapping

from creditkit.casework.journal import Line
from creditkit.content.schema import LATE, LATENESS, Procedure, Step, holds
from creditkit.content.ways import lateness

# Verbs that choose one value; such a step is done once.
CHOOSING = frozenset({"judge", "decide"})
ONCE = frozenset({"judge", "decide", "report"})


def effective(lines: Iterable[Line]) -> list[Line]:
    """The lines that count: going back to act n takes n and all after it out of account.

    >>> [l["n"] for l in effective([{"n": 1, "act": "note"}, {"n": 2, "act": "note"},
    ...     {"n": 3, "act": "back", "to": 2}, {"n": 4, "act": "note"}])]
    [1, 4]
    """
    kept: list[Line] = []
    for line in lines:
        if line["act"] == "back":
            while kept and kept[-1]["n"] >= line["to"]:
                kept.pop()
        else:
            kept.append(line)
    return kept


class State:
    """What the acts so far add up to.

    `values` are what conditions may test; `done` maps step to item to the number of the act that
    did it first; `choices` maps step to the line that chose; `refused` are acts out of order.
    A step worked again in a later round starts anew in `done`; `ever` keeps what any round did,
    `rounds` how often each step was entered. `entries` holds the latest entry of each form field.
    `hours` is the time gone by since the beginning, `late` whether the deadline was ever missed.
    """

    __slots__ = (
        "choices",
        "closed",
        "deadline",
        "done",
        "entries",
        "ever",
        "hours",
        "items",
        "late",
        "lines",
        "options",
        "path",
        "procedure",
        "refused",
        "rounds",
        "steps",
        "unknown",
        "values",
    )

    def __init__(
        self, procedure: Procedure, given: Mapping[str, str], deadline: float | None = None
    ) -> None:
        self.procedure = procedure
        self.steps: dict[str, Step] = {s.id: s for s in procedure.steps}
        self.items = frozenset(i.id for s in procedure.steps for i in s.items)
        self.options = {
            s.id: frozenset(o.id for o in procedure.lists[list_name])
            for s in procedure.steps
            if (list_name := s.choose or s.names)
        }
        self.values = dict(given)
        self.path: list[str] = []
        self.done: dict[str, dict[str, int]] = {}
        self.choices: dict[str, Line] = {}
        self.refused: list[Line] = []
        self.lines: list[Line] = []
        self.closed = False
        self.unknown: list[int] = []
        self.rounds: Counter[str] = Counter()
        self.ever: dict[str, dict[str, int]] = {}
        self.entries: dict[str, str] = {}
        self.deadline = deadline
        self.hours = 0.0
        self.late = False
        self.tick(0.0)

    def apply(self, line: Line) -> None:
        """Take one effective line into account; one the procedure does not know is kept aside."""
        if "refused" in line:
            self.refused.append(line)
        elif (act := line["act"]) == "close":
            self.closed = True
        elif act != "note":
            step_id = line.get("step")
            if step_id not in self.steps or not self._knows(step_id, line):
                self.unknown.append(line["n"])
                return
            self.tick(line.get("hours", self.hours))
            if step_id not in self.done or self.reenters(step_id):
                self.path.append(step_id)
                self.done[step_id] = {}
                self.rounds[step_id] += 1
            done, ever = self.done[step_id], self.ever.setdefault(step_id, {})
            for item in line.get("items", ()):
                done.setdefault(item, line["n"])
                ever.setdefault(item, line["n"])
            if self.steps[step_id].verb == "fill":
                typed = line.get("answers", {})
                self.entries.update({i: str(typed[i]) for i in line["items"] if i in typed})
            if "choice" in line:
                self.choices[step_id] = line
                self.values[step_id] = line["choice"]
            self.tick(self.hours)
        self.lines.append(line)

    def tick(self, hours: float) -> None:
        """Let the clock run on to `hours` after the beginning; it never runs back."""
        if self.procedure.clock is None or self.closed:
            return
        self.hours = max(self.hours, hours)
        now = lateness(self.procedure, self.hours, self.done, self.deadline)
        self.values[LATENESS] = now
        self.late = self.late or now == LATE

    def reenters(self, step_id: str) -> bool:
        """Whether a step done before is entered once more, as its way leads back to it."""
        here = self.here
        if step_id not in self.done or step_id == here:
            return False
        return self.satisfied(here) and step_id == self.successor(here)

    def _knows(self, step_id: str, line: Line) -> bool:
        items = line.get("items", ())
        choice = line.get("choice")
        return self.items.issuperset(items) and (
            choice is None or choice in self.options.get(step_id, ())
        )

    @property
    def here(self) -> str:
        """The step last worked, or the first one."""
        return self.path[-1] if self.path else self.procedure.start

    def successor(self, step_id: str) -> str | None:
        branches = self.steps[step_id].next
        return next((b.to for b in branches if holds(b.when, self.values)), None)

    def satisfied(self, step_id: str) -> bool:
        """Whether enough was done for the next step to open: one item, or the choice."""
        if step_id not in self.done:
            return False
        return self.steps[step_id].choose is None or step_id in self.choices

    def open_steps(self) -> list[str]:
        """The steps that may be worked now: the present one until it is done, and its successor."""
        if self.closed:
            return []
        here = self.here
        if not self.satisfied(here):
            return [here]
        step = self.steps[here]
        once = step.verb in ONCE or step.names is not None
        after = self.successor(here)
        return ([] if once else [here]) + ([after] if after else [])

    def may_close(self) -> bool:
        here = self.here
        return not self.closed and self.steps[here].end is not None and self.satisfied(here)

    def learnt(self) -> dict[str, int]:
        """Every item answered so far, with the number of the act that brought it."""
        return {
            item: n
            for step_id, items in self.ever.items()
            if self.steps[step_id].verb in {"ask", "collect", "act"}
            for item, n in items.items()
        }
