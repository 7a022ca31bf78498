"""Scripted play-throughs: a short text file of acts and of what is expected of them.

    scenario: pump_maker
    # The supervisor is asked, and the record made.
    ask attitude, position
    > three weeks ago            words the reply must hold, in either language
    judge fraud
    ! not_yet                    the act before must be refused, with this code
    record
    judge fears_leak because reason, explanation
    model                        the model way from here to the end
    score >= 90
    closed

An act is a verb of the case with its words: `ask`, `collect`, `act`, `record`, `report` (items, or
none for all), `judge` and `decide` (a choice, and grounds after `because`), `fill` (item = entry),
`note` (text), `back` (number of an act), `close`, and `model`, alone or with `until` a step. What
is expected stands below its act: `>`, `!`, `score` (with = >= or <=, in percent), `closed`, and
`open` (a step that may be worked now). `#` begins a comment.
"""

import re
from collections.abc import Callable
from pathlib import Path

from creditkit.casework.case import Case, CaseError, Reply
from creditkit.casework.debrief import debrief
from creditkit.casework.journal import say as case_say
from creditkit.casework.variants import VariantError, find_scenario
from creditkit.casework.walking import model_steps, walk
from creditkit.content.document import ContentError, Diagnostic
from creditkit.content.library import scenario as load_scenario
from creditkit.text import Text, did_you_mean, phrases

SCORE = re.compile(r"(=|>=|<=)?\s*(\d+(?:\.\d+)?)\s*%?")
LISTED = re.compile(r"[,，、\s]+")


def say(key: str, /, **slots: object) -> Text:
    return phrases("rehearsal")(key, **slots)


class _Stop(Exception):  # noqa: N818 - it ends a script, it is no error
    """What is wrong with a line of a script."""

    def __init__(self, code: str, message: Text) -> None:
        self.diagnostic = (code, message)


def rehearse(path: str | Path) -> list[Diagnostic]:
    """Play a script; what did not go as it says, with the line. Nothing is written to disk.

    C901 the script cannot be read   C903 an act was refused, or a refusal did not come
    C902 a reply without the words   C904 score, closing or open step not as expected

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "short.play"
    >>> _ = file.write_text("scenario: pump_maker\\nask attitude\\n> sorry\\n", "utf-8")
    >>> print(rehearse(file)[0].in_("en"))
    short.play:3: C902 The reply does not hold 'sorry'. It says: Quite polite. They kept ...
    """
    path = Path(path)
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        return [Diagnostic("C901", path.name, 1, say("unreadable", problem=error))]
    script = _Script(path)
    problems: list[Diagnostic] = []
    for n, line in enumerate(lines, start=1):
        words = line.split("#", 1)[0].strip() if not line.lstrip().startswith(">") else line.strip()
        if not words:
            continue
        if not words.startswith("!"):
            script.settle(problems)
        try:
            script.line(words, n)
        except _Stop as stop:
            code, message = stop.diagnostic
            problems.append(Diagnostic(code, path.name, n, message))
            if script.case is None:
                return problems
    script.settle(problems)
    if script.case is None:
        return [Diagnostic("C901", path.name, 1, say("no_scenario"))]
    return sorted(problems, key=lambda problem: problem.line)


class _Script:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.case: Case | None = None
        self.reply = Reply(True, Text("", ""))
        # The refusal of the last act and its line, until the next line has said whether it was to
        # be refused.
        self.unmet: tuple[int, Text] | None = None

    def settle(self, problems: list[Diagnostic]) -> None:
        """A refusal that nothing expected is a problem."""
        if self.unmet is not None:
            n, message = self.unmet
            problems.append(Diagnostic("C903", self.path.name, n, message))
        self.unmet = None

    def line(self, words: str, n: int) -> None:
        if self.case is None:
            self._begin(words)
            return
        verb, _, rest = words.partition(" ")
        rest = rest.strip()
        if words.startswith(">"):
            self._says(words[1:].strip())
        elif words.startswith("!"):
            self._refused(words[1:].strip())
        elif verb == "score":
            self._score(rest)
        elif verb == "closed":
            self._expect(self.case.state.closed, say("not_closed"))
        elif verb == "open":
            opened = self.case.state.open_steps()
            self._expect(rest in opened, say("not_open", step=rest, open=", ".join(opened) or "–"))
        else:
            self._act(verb, rest, n)

    def _begin(self, words: str) -> None:
        key, _, name = words.partition(":")
        if key.strip() != "scenario" or not name.strip():
            raise _Stop("C901", say("no_scenario"))
        name = name.strip()
        try:
            if name.endswith((".yaml", ".yml")):
                self.case = Case.practice(load_scenario(self.path.parent / name))
            else:
                self.case = Case.practice(find_scenario(name))
        except (ContentError, VariantError) as error:
            raise _Stop("C901", error.text) from None

    def _act(self, verb: str, rest: str, n: int) -> None:
        assert self.case is not None
        case = self.case
        listed = [word for word in LISTED.split(rest) if word]
        acts: dict[str, Callable[[], Reply]] = {
            "ask": lambda: case.ask(*listed),
            "collect": lambda: case.collect(*listed),
            "act": lambda: case.act(*listed),
            "record": lambda: case.record(*listed),
            "report": lambda: case.report(*listed),
            "judge": lambda: case.judge(*self._choice(rest)),
            "decide": lambda: case.decide(*self._choice(rest)),
            "fill": lambda: case.fill(**self._entry(rest)),
            "note": lambda: case.note(rest),
            "back": lambda: case.back(int(rest)),
            "close": case.close,
            "model": lambda: self._model(listed),
        }
        if verb not in acts:
            names = [*acts, "score", "closed", "open"]
            hint = did_you_mean(verb, names)
            raise _Stop("C901", say("unknown_act", act=verb, acts=", ".join(names), hint=hint))
        try:
            self.reply = acts[verb]()
        except CaseError as error:
            raise _Stop("C901", error.text) from None
        except ValueError:
            raise _Stop("C901", case_say("no_such_act", n=rest, acts="1, 2, 3 …")) from None
        if not self.reply.accepted:
            self.unmet = n, say("was_refused", code=self.reply.code, text=self.reply.text)

    def _model(self, listed: list[str]) -> Reply:
        assert self.case is not None
        until = None
        if listed:
            if listed[0] != "until" or len(listed) != 2:
                raise _Stop("C901", say("bad_model", words=" ".join(listed)))
            until = listed[1]
            steps = [step.id for step in model_steps(self.case)]
            if until not in steps:
                hint = did_you_mean(until, steps)
                known = ", ".join(steps)
                raise _Stop("C901", say("not_on_the_way", step=until, steps=known, hint=hint))
        replies = [self.reply]
        walk(self.case, until, lambda step, reply: replies.append(reply))
        return replies[-1]

    @staticmethod
    def _choice(rest: str) -> tuple[str, list[str]]:
        choice, _, because = rest.partition(" because ")
        return choice.strip(), [word for word in LISTED.split(because) if word]

    @staticmethod
    def _entry(rest: str) -> dict[str, str]:
        item, _, entry = rest.partition("=")
        return {item.strip(): entry.strip()}

    def _says(self, words: str) -> None:
        texts = (self.reply.text.zh, self.reply.text.en)
        held = any(_even(words) in _even(text) for text in texts)
        self._expect(held, say("not_said", words=words, text=self.reply.text), "C902")

    def _refused(self, code: str) -> None:
        unmet, self.unmet = self.unmet, None
        if unmet is None:
            raise _Stop("C903", say("not_refused"))
        if code and code != self.reply.code:
            raise _Stop("C903", say("other_code", wanted=code, code=self.reply.code))

    def _score(self, rest: str) -> None:
        assert self.case is not None
        found = SCORE.fullmatch(rest)
        if found is None:
            raise _Stop("C901", say("bad_score"))
        result = debrief(self.case)
        share, wanted = 100 * result.points / result.out_of, float(found[2])
        holds = {"=": abs(share - wanted) < 0.05, ">=": share >= wanted - 0.05,
                 "<=": share <= wanted + 0.05}[found[1] or "="]  # fmt: skip
        self._expect(holds, say("other_score", wanted=rest, score=f"{share:.1f}"))

    def _expect(self, holds: bool, otherwise: Text, code: str = "C904") -> None:
        if not holds:
            raise _Stop(code, otherwise)


def _even(words: str) -> str:
    return "".join(words.split()).casefold()
