"""A case worked again from its acts: what the rules would not have let happen does not count.

A journal that comes from elsewhere is not believed. Each act is done anew through the case, so that
one written by hand is refused where it would have been refused on screen.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from creditkit.casework.case import Case, CaseError, Reply
from creditkit.casework.journal import Journal, Line
from creditkit.casework.opening import new_header
from creditkit.content.schema import Procedure, Scenario


@dataclass(frozen=True, slots=True)
class Enacted:
    """A case worked again up to its first closing: `after` acts came later and do not count,
    `foreign` ones cannot have happened as they are told, and `back` is how often one went back."""

    case: Case
    after: int
    foreign: int
    back: int


def enact(lines: Iterable[Line], scenario: Scenario, procedure: Procedure) -> Enacted:
    """Work a training case again from the lines of its journal.

    >>> from creditkit.content.library import procedure, scenario
    >>> first = Case.practice("pump_maker")
    >>> _ = first.ask("attitude"), first.judge("fraud")
    >>> again = enact(first.journal.lines, scenario("pump_maker"), procedure("refusal"))
    >>> again.case.journal.lines == first.journal.lines, again.foreign
    (True, 0)
    """
    at = ""
    header = new_header("", None, procedure.id, scenario.given)
    case = Case(Journal(None, header), clock=lambda: at, scenario=scenario, procedure=procedure)
    numbers: dict[int, int] = {}
    after = foreign = back = 0
    for line in lines:
        if case.state.closed:
            after += 1
            continue
        at = line["t"]
        before = len(case.journal.lines)
        try:
            reply = _again(case, line, numbers)
        except (CaseError, KeyError, TypeError, AttributeError):
            reply = None
        if len(case.journal.lines) > before:
            numbers[line["n"]] = case.journal.lines[-1]["n"]
        if reply is None or reply.accepted == ("refused" in line):
            foreign += 1
        elif line["act"] == "back":
            back += 1
    return Enacted(case, after, foreign, back)


def _again(case: Case, line: Line, numbers: dict[int, int]) -> Reply:
    match line["act"]:
        case "note":
            return case.note(line["text"])
        case "back":
            return case.back(numbers[line["to"]])
        case "close":
            return case.close()
    return case.do(
        line["step"],
        items=line.get("items", ()),
        choice=line.get("choice"),
        because=line.get("because", ()),
        text=line.get("text", ""),
        answers=line.get("answers"),
    )
