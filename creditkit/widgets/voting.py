"""The vote of one of the class in a workshop."""

from pathlib import Path

import ipywidgets as w

from creditkit.teaching.poll import Ballot, poll_in, say
from creditkit.teaching.workshop import Voter
from creditkit.text import BilingualError, Text, language
from creditkit.widgets import html
from creditkit.widgets.controls import View, relabel
from creditkit.widgets.forms import LETTERS, SHORT
from creditkit.widgets.keyboard import Keyboard, Submit
from creditkit.widgets.style import STYLE

BLANK = ""


class VoteView(View):
    """A vote to cast; see `vote`."""

    def __init__(self, voter: Voter) -> None:
        self.voter = voter
        self.call = f"vote({voter.workshop!r})"
        self._message: tuple[Text, bool] | None = None
        self._code = ""
        self._head, self._listed, self._result = (w.HTML() for _ in range(3))
        self._name = w.Text(value=voter.name, continuous_update=False)
        self._step, self._choice = w.Dropdown(), w.Dropdown()
        self._keyboard = Keyboard()
        self._submit = Submit(self._keyboard)
        self._look = w.Button()
        buttons = w.HBox([self._submit, self._look])
        buttons.add_class("ck-buttons")
        self._form = w.VBox([self._name, self._step, self._listed, self._choice])
        self._form.add_class("ck-form")
        super().__init__([self._keyboard, self._head, self._form, buttons, self._result])
        self.add_class("ck-exercises")
        by_code = voter.shared is None
        self._step.layout.display = None if by_code else "none"
        self._look.layout.display = "none" if by_code else None
        self._open: tuple[Ballot, Text, dict[str, Text]] | None = None
        self._step.observe(lambda _: self._stepped(), "value")
        self._submit.on_click(lambda _: self._vote())
        self._look.on_click(lambda _: self._look_again())
        self._look_again()

    # Drawing

    def redraw(self) -> None:
        """Draw everything again in the current language, keeping what is filled in."""
        voter = self.voter
        self._name.description = str(say("your_name"))
        self._submit.description, self._look.description = str(say("vote")), str(say("look_again"))
        if voter.shared is None:
            steps = [(str(voter.procedure.step(s).title), s) for s in voter.polls]
            relabel(self._step, say("which_poll"), steps)
            self._open = self._by_code()
        title = f"<h3>{html.words(say('vote_title', workshop=voter.workshop))}</h3>"
        # Only a shared folder tells which poll is open; by code one says which step is voted on.
        if voter.shared is None:
            told = ""
        elif self._open:
            told = str(say("poll_open", title=self._open[1]))
        else:
            told = str(say("no_poll_yet"))
        self._head.value = html.page("ck-head", f"{title}<p>{html.words(told)}</p>")
        self._form.layout.display = None if self._open else "none"
        self._submit.disabled = self._open is None
        self._draw_options()
        self._draw_result()

    def _draw_options(self) -> None:
        options = self._open[2] if self._open else {}
        rows = "".join(f"<li>{html.words(text)}</li>" for text in options.values())
        self._listed.value = html.page("ck-options", f"<ol type='A'>{rows}</ol>")
        lettered = [
            (f"{letter}  {_short(text)}", id)
            for letter, (id, text) in zip(LETTERS, options.items(), strict=False)
        ]
        relabel(self._choice, say("your_choice"), [(str(say("choose")), BLANK), *lettered])

    def _draw_result(self) -> None:
        if self._message is None:
            self._result.value = ""
            return
        text, good = self._message
        code = html.page("", f"<p class='ck-code'>{self._code}</p>") if self._code else ""
        self._result.value = html.result(text, good, more=code)

    def _by_code(self) -> tuple[Ballot, Text, dict[str, Text]]:
        step, voter = self._step.value, self.voter
        options = {o.id: o.title for o in voter.options(step)}
        return voter.ballot(step), voter.procedure.step(step).title, options

    # Acts

    def _stepped(self) -> None:
        # While the dropdown changes its words there is no step for a moment.
        if self._step.value and self.voter.shared is None and self._open:
            self._open = self._by_code()
            self._message, self._code = None, ""
            self.redraw()

    def _look_again(self) -> None:
        before = self._open[0] if self._open else None
        try:
            shared = self.voter.shared
            if shared is not None:
                self._open = poll_in(shared, self.voter.workshop)
                if before != (self._open[0] if self._open else None):
                    self._message, self._code = None, ""
                    self._choice.value = None
            if self._message is not None and not self._message[1]:
                self._message = None
        except BilingualError as error:
            self._open, self._message, self._code = None, (error.text, False), ""
        self.redraw()

    def _vote(self) -> None:
        try:
            self._message = self._cast()
        except Exception as error:
            self._message, self._code = (html.trouble(error, say, "unexpected"), False), ""
        self._keyboard.say(f"{self._message[0]} {self._code}", language())
        self.redraw()

    def _cast(self) -> tuple[Text, bool]:
        voter = self.voter
        assert self._open is not None
        ballot, _, options = self._open
        if voter.shared is not None:
            found = poll_in(voter.shared, voter.workshop)
            if found is None or found[0] != ballot:
                self._open, self._code = found, ""
                return say("poll_gone"), False
        name, choice = self._name.value.strip(), self._choice.value or BLANK
        cast = voter.vote(ballot, name, choice)
        option = options[cast.vote.choice]
        self._code = cast.code if voter.shared is None or cast.problem else ""
        if cast.problem:
            return say("voted_not_written", problem=cast.problem, code=cast.code), False
        if voter.shared is not None:
            return say("voted_folder", name=name, option=option), True
        return say("voted_code", name=name, option=option, code=cast.code), True


def vote(
    workshop: str,
    *,
    shared: str | Path | None = None,
    of: str = "refusal",
    folder: str | Path | None = None,
) -> w.Widget:
    """Vote in a workshop.

    Args:
        workshop: its name, as the trainer gives it.
        shared: the folder the class votes in; without one the vote is a code to hand over.
        of: the procedure the workshop's case follows; with a shared folder it is found there.

    What is wrong is told in the place of the vote.
    """
    try:
        return VoteView(Voter(workshop, shared, folder, of))
    except BilingualError as error:
        return w.HTML(STYLE + html.result(error, False))


def _short(text: Text) -> str:
    words = str(text)
    return words if len(words) <= SHORT else words[: SHORT - 1] + "…"
