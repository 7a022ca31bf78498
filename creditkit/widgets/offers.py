"""What the player offers in a case as it stands: acts, choices, items, and the words for them."""

import random

from creditkit.casework.case import Case
from creditkit.casework.debrief import debrief
from creditkit.casework.record import CaseRecord
from creditkit.content.schema import Step
from creditkit.text import Text, join
from creditkit.widgets.html import say

# What stands for an act that is no step of the procedure.
BLANK, NOTE, BACK, CLOSE = "", "+note", "+back", "+close"
# Verbs that learn something; of a real customer the user types what was learnt.
LEARNING = frozenset({"ask", "collect", "act"})
# An option of a dropdown: its words and its value.
Choice = tuple[str, str]


class Offers:
    """What can be chosen in a case.

    Args:
        case: the case.
        guided: offer only what can be done now; else every act of the procedure.

    >>> from creditkit.text import set_language; set_language("en")
    >>> offers = Offers(Case.practice("pump_maker"), guided=True)
    >>> [value for _, value in offers.acts()], offers.suggested()
    (['', 'ask_inside', '+note'], 'ask_inside')
    """

    def __init__(self, case: Case, guided: bool) -> None:
        self.case = case
        self.guided = guided

    # Acts

    def acts(self) -> list[Choice]:
        """Every act on offer; the first one is none."""
        case, state = self.case, self.case.state
        offers = [(str(say("choose_action")), BLANK)]
        if not state.closed:
            offers += [(str(state.steps[s].title), s) for s in self._steps()]
        if state.may_close():
            offers.append((str(say("act_close")), CLOSE))
        if state.choices and not case.real and not case.sealed:
            offers.append((str(say("act_back")), BACK))
        if not state.closed:
            offers.append((str(say("act_note")), NOTE))
        return offers

    def _steps(self) -> list[str]:
        state, p = self.case.state, self.case.procedure
        opened = state.open_steps()
        if self.case.real:
            late = [s for s in state.path if state.steps[s].verb in {"ask", "collect", "record"}]
            return opened + [s for s in late if s not in opened and not state.steps[s].names]
        if self.guided:
            return opened
        steps = [s.id for s in p.steps]
        # In the procedure's order the list would give the answer away.
        random.Random(p.id).shuffle(steps)
        return steps

    def suggested(self) -> str:
        """In a guided case: the present step while it has something left, else the next one."""
        state = self.case.state
        opened = state.open_steps()
        if not self.guided or not opened:
            return BLANK
        left = self._left(state.steps[opened[0]])
        if left or len(opened) == 1:
            return opened[0] if left or not state.may_close() else CLOSE
        return opened[-1]

    def _left(self, step: Step) -> list[str]:
        """What can still be chosen in a step: items not yet done, or facts not yet on record."""
        if step.verb == "record":
            return self._undone(step, self.case.recordable(step))
        if step.choose:
            return [] if step.id in self.case.state.choices else [step.choose]
        needed = [i.id for i in step.items if i.needed is not False]
        return self._undone(step, needed) or (
            self._undone(step, [i.id for i in step.items]) if not self.guided else []
        )

    def _undone(self, step: Step, items: list[str]) -> list[str]:
        done = self.case.state.done.get(step.id, {})
        return [i for i in items if i not in done]

    def hint(self, step: Step) -> Text | None:
        """In a guided case: what a step is for."""
        return join((step.guide, step.why), zh="", en=" ") if self.guided else None

    def left_open(self) -> Text | None:
        """In a guided case: what the steps gone through would have asked for."""
        state = self.case.state
        if not self.guided or self.case.real or state.closed:
            return None
        opened = state.open_steps()
        items = [i for s, i in CaseRecord(self.case).open_points if s.id not in opened]
        return say("left_open", items=join(i.title for i in items)) if items else None

    # What an act lets one choose

    def choices(self, act: str, step: Step | None) -> list[Choice]:
        """The options of an act that chooses one: a value, an item, or where to go back to."""
        case = self.case
        if act == BACK and not case.real:
            return [
                (str(say("back_option", n=d.n, step=d.title, choice=d.choice)), str(d.n))
                for d in debrief(case).decisions
            ]
        if step is None:
            return []
        if step.choose or (step.names and case.real):
            return [(str(o.title), o.id) for o in case.options(step)]
        if case.real and step.verb in LEARNING:
            done = case.state.done.get(step.id, {})
            items = sorted(step.items, key=lambda i: i.id in done)
            return [(str(i.ask or i.title), i.id) for i in items]
        return []

    def choices_label(self, act: str, step: Step | None) -> Text:
        if act == BACK:
            return say("choose_back")
        one_item = step is not None and not step.choose and not step.names
        return say("one_item" if one_item else "choose_choice")

    def items(self, step: Step | None) -> list[str]:
        """The items to tick."""
        if step is None or step.verb in {"decide", "fill"}:
            return []
        if step.verb == "judge":
            return self.case.recordable(step)
        if step.verb == "record":
            return self._undone(step, self.case.recordable(step))
        if self.case.real and step.verb != "report":
            return []
        return self._undone(step, [i.id for i in step.items])

    def items_label(self, step: Step | None) -> Text | None:
        if step is None:
            return None
        if self.items(step):
            return say("choose_because" if step.verb == "judge" else f"choose_items_{step.verb}")
        return say("nothing_to_record") if step.verb == "record" else None

    def item_label(self, step: Step | None, item_id: str) -> Text:
        """An item in words: what to ask, or what it is called where it is not asked."""
        item = self.case.item(item_id)
        verb = step.verb if step is not None else "report"
        title = item.title if verb in {"report", "record", "judge"} else item.ask or item.title
        if item.cost and verb == "collect":
            return say("cost_item", title=title, cost=item.cost)
        return title

    # What an act lets one write

    def takes_text(self, step: Step) -> bool:
        return step.verb in {"record", "judge", "decide"} or (
            self.case.real and step.verb in LEARNING
        )

    def text_label(self, act: str, step: Step | None) -> Text | None:
        """What to write beside an act; None where it takes no words."""
        if act == NOTE:
            return say("note_words")
        if step is None or not self.takes_text(step):
            return None
        told = self.case.real and step.verb in LEARNING
        return say("learnt_words" if told else "your_words")
