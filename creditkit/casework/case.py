"""A case: one customer's way through a procedure.

The verbs are `ask`, `collect` and `act` (work items), `record`, `report`, `judge`, `decide`, and
beside the procedure `note`, `back` and `close`. Each writes one line to the journal and returns a
`Reply`. What is out of order is refused with a message that teaches.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from creditkit.casework.journal import CaseInUse, Journal, JournalError, Line, say
from creditkit.casework.naming import (
    check_choice,
    check_items,
    next_step,
    step_named,
    step_of,
    step_to_record,
)
from creditkit.casework.opening import (
    CaseError,
    case_path,
    cases_folder,
    clean,
    hours_between,
    new_header,
    now,
    open_journal,
    real_header,
    training_header,
)
from creditkit.casework.order import Reply, accepted, guide, incomplete, refusal, too_long
from creditkit.casework.state import State, effective
from creditkit.casework.variants import find_scenario
from creditkit.content.library import procedure as load_procedure
from creditkit.content.schema import Item, Option, Procedure, Scenario, Step
from creditkit.content.ways import hours_of, right_value
from creditkit.text import Text, join, plain


class Case:
    """One customer's way through a procedure, in training (with a scenario) or for real.

    >>> from creditkit.text import set_language; set_language("en")
    >>> case = Case.practice("pump_maker")
    >>> case.judge("fraud").code
    'not_yet'
    >>> print(case.ask("position"))
    The head of finance himself, a Mr Lu, and he checked with the owner before saying no.
    """

    def __init__(
        self,
        journal: Journal,
        clock: Callable[[], str] = now,
        scenario: Scenario | None = None,
        procedure: Procedure | None = None,
    ) -> None:
        header = journal.header
        if scenario is None and header.get("scenario"):
            scenario = find_scenario(header["scenario"])
        self.journal = journal
        self.name: str = header.get("name", "")
        self.scenario = scenario
        self.procedure: Procedure = procedure or load_procedure(header["procedure"])
        self.given: dict[str, str] = dict(header.get("given", {}))
        self._customer: str = header.get("customer") or ""
        self._clock = clock
        self._began: str = header.get("t", "")
        self._seen = 0
        self._state = self.fresh_state()

    # Opening

    @classmethod
    def practice(cls, scenario: str | Path | Scenario) -> "Case":
        """A training case kept in memory only.

        Raises:
            ContentError: there is no such scenario, or it is not in order.
        """
        found = scenario if isinstance(scenario, Scenario) else find_scenario(str(scenario))
        header = new_header("", found.id, found.procedure, found.given)
        return cls(Journal(None, header), scenario=found)

    @classmethod
    def open(
        cls,
        name: str,
        *,
        scenario: str | Path | Scenario | None = None,
        procedure: str | None = None,
        customer: str = "",
        given: Mapping[str, str] | None = None,
        began: datetime | None = None,
        folder: Path | str | None = None,
        read_only: bool = False,
    ) -> "Case":
        """Open the case `name`: resume it where it stands, or begin it when it is new.

        A new training case needs a `scenario` (an id, a variant such as `refusal/17/2`, or the
        path of a YAML file); a real one `procedure`, `customer` and `given`, what is known from
        the start, such as `{"customer": "new"}`. A real one's clock runs from `began`, by default
        from now.

        Raises:
            CaseInUse: another notebook or program has the case open.
            JournalError: the journal cannot be read or written.
            CaseError: the name cannot be a file name, the case does not exist and too little is
                given to begin it, or it exists and is about something else.
            ContentError: there is no such scenario.

        >>> import tempfile
        >>> home = tempfile.mkdtemp()
        >>> case = Case.open("ann", scenario="pump_maker", folder=home)
        >>> _ = case.ask("reason"); case.close_journal()
        >>> list(Case.open("ann", folder=home).state.learnt())
        ['reason']
        """
        path = case_path(name, folder)
        header: Line | None = None
        if scenario is not None:
            header = training_header(name, scenario)
        elif procedure is not None:
            header = real_header(name, procedure, customer, given or {}, began)
        return cls(open_journal(path, name, header, write=not read_only))

    def fresh_state(self) -> State:
        """The state of a case in which nothing has happened yet."""
        deadline = self.scenario.deadline if self.scenario else None
        return State(self.procedure, self.given, deadline)

    @property
    def state(self) -> State:
        """Where the case stands, with everything that is in the journal by now."""
        lines = self.journal.lines
        if self._seen < len(lines):
            new = lines[self._seen :]
            if self._seen and not any(line["act"] == "back" for line in new):
                todo = new
            else:
                self._state = self.fresh_state()
                todo = effective(lines)
            for line in todo:
                self._state.apply(line)
            self._seen = len(lines)
        if self.real:
            self._state.tick(hours_between(self._began, self._clock()))
        return self._state

    @property
    def real(self) -> bool:
        """Whether this is a real customer: the user types what was learnt."""
        return self.scenario is None

    @property
    def sealed(self) -> bool:
        """Whether this is a case of an assessment, which knows no truth (`casework.sealed`)."""
        return self.scenario is not None and not self.scenario.truth

    @property
    def title(self) -> Text:
        return self.scenario.title if self.scenario else plain(self._customer or self.name)

    @property
    def customer(self) -> Text:
        return self.scenario.customer.name if self.scenario else plain(self._customer)

    @property
    def problems(self) -> list[Text]:
        """What was wrong with the journal when it was read; empty as a rule."""
        gone = [say("unknown_act", n=n) for n in self.state.unknown]
        return [*self.journal.problems, *gone]

    def close_journal(self) -> None:
        """Give the case free for other notebooks and programs."""
        self.journal.close()

    # Verbs

    def ask(
        self,
        *items: str,
        answer: str = "",
        answers: Mapping[str, str] | None = None,
        choice: str | None = None,
    ) -> Reply:
        """Ask about items, all of one step. For a real customer give what was learnt: `answer` for
        a single item, else `answers` by item; `choice` where the answer names a value."""
        return self._items("ask", items, answer, answers, choice)

    def collect(
        self, *items: str, answer: str = "", answers: Mapping[str, str] | None = None
    ) -> Reply:
        """Collect information items, all of one step."""
        return self._items("collect", items, answer, answers)

    def act(self, *items: str, answer: str = "", answers: Mapping[str, str] | None = None) -> Reply:
        """Do what the chosen route asks for, item by item."""
        return self._items("act", items, answer, answers)

    def fill(self, **entries: str) -> Reply:
        """Fill in fields of a form, by item: `case.fill(telephone="021-5550")`. An entry made again
        takes the place of the earlier one."""
        if not entries:
            return self.do(self._step("fill").id)
        step = step_of(self.procedure, next(iter(entries)))
        return self.do(step.id, items=entries, answers=entries)

    def record(self, *items: str, text: str = "") -> Reply:
        """Put learnt items on record; without items, everything learnt in the step's sources."""
        step = step_to_record(self.state, items)
        items = items or tuple(i for s in step.of for i in self.state.done.get(s, {}))
        return self.do(step.id, items=items, text=text)

    def report(self, *items: str, text: str = "") -> Reply:
        """Hand over papers; without items, all that the step asks for."""
        step = self._step("report", items)
        return self.do(step.id, items=items or tuple(i.id for i in step.items), text=text)

    def judge(self, choice: str, because: Iterable[str] = (), text: str = "") -> Reply:
        """Judge the case; `because` are learnt items given as grounds."""
        return self.do(self._step("judge").id, choice=choice, because=because, text=text)

    def decide(self, choice: str, because: Iterable[str] = (), text: str = "") -> Reply:
        """Decide how to go on."""
        return self.do(self._step("decide").id, choice=choice, because=because, text=text)

    def note(self, text: str) -> Reply:
        """Add a note of one's own; always possible."""
        if refused := too_long(text):
            return refused
        text = clean(text)
        if not text.strip():
            return Reply(False, say("empty_note"), "empty")
        self._write({"act": "note", "text": text})
        return Reply(True, say("noted"))

    def back(self, n: int) -> Reply:
        """Go back to before act `n`; the acts from there on stay in the journal but do not count.

        Raises:
            CaseError: no act that counts has this number.
        """
        numbers = [line["n"] for line in self.state.lines]
        if n not in numbers:
            acts = ", ".join(map(str, numbers)) or "-"
            raise CaseError(say("no_such_act", n=n, acts=acts))
        self._write({"act": "back", "to": n})
        return Reply(True, say("went_back", n=n))

    def close(self) -> Reply:
        """Close the case at the end of its way."""
        state = self.state
        if state.closed:
            return Reply(False, say("closed"), "closed")
        if not state.may_close():
            return Reply(False, say("not_at_end", guide=guide(state)), "not_at_end")
        self._write({"act": "close"})
        end = state.steps[state.here].end
        assert end is not None
        return Reply(True, say("case_closed", end=end), ref=state.steps[state.here].ref)

    def do(
        self,
        step_id: str,
        *,
        items: Iterable[str] = (),
        choice: str | None = None,
        because: Iterable[str] = (),
        text: str = "",
        answers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Work a step, whatever its verb; the verbs above and the player come down to this.

        Raises:
            CaseError: the step, an item or the choice does not exist; nothing was written.
            JournalError: the act could not be written; it did not happen.
        """
        state = self.state
        step = step_named(state, step_id)
        items, because = list(dict.fromkeys(items)), list(dict.fromkeys(because))
        check_items(self.procedure, items, step)
        check_items(self.procedure, because)
        check_choice(self.options(step), choice)
        line: Line = {"act": step.verb, "step": step_id}
        if items:
            line["items"] = items
        if (nth := state.rounds[step_id] + state.reenters(step_id)) > 1:
            line["round"] = nth
        if state.closed:
            return Reply(False, say("closed"), "closed", step.ref)
        if refused := refusal(state, step, real=self.real):
            self._write({**line, "refused": refused.code})
            return refused
        answers = {i: clean(a) for i, a in (answers or {}).items()}
        if step.names and self.scenario:
            choice = right_value(
                self.procedure, step, self.scenario.truth, state.values, state.rounds
            )
        if problem := incomplete(self, step, items, choice, because, text, answers):
            return problem
        if choice is not None:
            line["choice"] = choice
        if because:
            line["because"] = because
        if text.strip():
            line["text"] = clean(text)
        if answers and (self.real or step.verb == "fill"):
            line["answers"] = {i: answers[i] for i in items if i in answers}
        told = self._let_time_pass(step, line)
        self._write(line)
        reply = accepted(self, step, items, choice, line)
        return replace(reply, text=join((told, reply.text), zh="\n", en="\n")) if told else reply

    # What a view needs

    def item(self, item_id: str) -> Item:
        """An item of the procedure by its id."""
        return next(i for s in self.procedure.steps for i in s.items if i.id == item_id)

    def options(self, step: Step) -> tuple[Option, ...]:
        """What a step lets one choose from; empty for steps that choose nothing."""
        list_name = step.choose or step.names
        return self.procedure.lists[list_name] if list_name else ()

    def title_of(self, step: Step, value: str) -> Text:
        """What a step's option is called."""
        return next(o.title for o in self.options(step) if o.id == value)

    def recordable(self, step: Step) -> list[str]:
        """The items learnt so far that a step may record, or a judgement name as grounds."""
        done = self.state.done
        if step.verb == "decide":
            return list(self.state.learnt())
        return [i for s in step.of for i in done.get(s, {})]

    def who(self, step: Step) -> Text | None:
        """The person a step turns to: the scenario's name for it, else the procedure's."""
        if step.who is None:
            return None
        named = self.scenario.people.get(step.who) if self.scenario else None
        return named or self.procedure.people[step.who]

    def answer(self, item_id: str, line: Line) -> Text:
        """What was learnt about an item: told by the scenario, or typed by the user."""
        if self.scenario is None or line.get("act") == "fill":
            return self.entry(item_id, line.get("answers", {}).get(item_id, ""))
        step = step_of(self.procedure, item_id)
        if step.reaction and "choice" in line:
            return self.procedure.option(step.names or "", line["choice"]).title
        found = self.scenario.answers.get(item_id)
        if found is not None:
            rounds = (found.text, *found.again)
            nth: int = line.get("round", 1)
            return rounds[min(nth, len(rounds)) - 1]
        return self.item(item_id).default or plain("")

    def entry(self, item_id: str, typed: str) -> Text:
        """What was typed into a field; for one that takes listed values, the value's title."""
        of = self.item(item_id).of
        options = self.procedure.lists[of] if of else ()
        return next((o.title for o in options if o.id == typed), plain(typed))

    def held_up(self, line: Line) -> Text | None:
        """What held an act up, when something did."""
        if self.scenario is None or not line.get("delayed"):
            return None
        delay = self.scenario.delays.get(line.get("step", ""))
        return delay.text if delay else None

    # Inside

    def _items(
        self,
        verb: str,
        items: tuple[str, ...],
        answer: str,
        answers: Mapping[str, str] | None,
        choice: str | None = None,
    ) -> Reply:
        step = self._step(verb, items)
        if step.verb != verb:
            raise CaseError(say("wrong_verb", name=items[0], right=step.verb, verb=verb))
        if answer and len(items) == 1:
            answers = {items[0]: answer}
        return self.do(step.id, items=items, answers=answers, choice=choice)

    def _step(self, verb: str, items: tuple[str, ...] = ()) -> Step:
        return step_of(self.procedure, items[0]) if items else next_step(self.state, verb)

    def _let_time_pass(self, step: Step, line: Line) -> Text | None:
        """Put on the act's line how late it is by then, and tell what held it up, if anything."""
        if self.procedure.clock is None:
            return None
        if self.scenario is None:
            line["hours"] = hours_between(self._began, self._clock())
            return None
        hours = self.state.hours + hours_of(step, line.get("items", ()))
        delay = self.scenario.delays.get(step.id) if step.id not in self.state.ever else None
        line["hours"] = round(hours + (delay.hours if delay else 0.0), 2)
        if delay:
            line["delayed"] = True
        return self.held_up(line)

    def _write(self, line: Line) -> None:
        self.journal.append({"t": self._clock(), **line})


__all__ = ["Case", "CaseError", "CaseInUse", "JournalError", "Reply", "cases_folder"]
