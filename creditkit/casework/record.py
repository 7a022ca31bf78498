"""The case record: what happened in a case, to read, print and export."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from creditkit.casework.case import Case
from creditkit.casework.export import MARK, csv_text, page, table
from creditkit.casework.journal import JournalError
from creditkit.casework.journal import say as case_say
from creditkit.content.schema import Item, Step
from creditkit.text import Text, join, language, phrases, plain

COLUMNS = ("n", "time", "step", "who", "what", "text", "ref")


def say(key: str, /, **slots: object) -> Text:
    return phrases("record")(key, **slots)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the record. `what` names the item or act, `text` is what was said or written."""

    n: int
    time: str
    step: Text
    step_id: str
    verb: str
    who: Text | None
    what: Text
    text: Text
    ref: tuple[str, ...]


class CaseRecord:
    """The record of a case as it stands; see `case_record`."""

    def __init__(self, case: Case) -> None:
        self.case = case

    @property
    def entries(self) -> list[Entry]:
        """The acts that count, in order; several items of one act are several entries."""
        return [entry for line in self.case.state.lines for entry in self._entries(line)]

    @property
    def open_points(self) -> list[tuple[Step, Item]]:
        """What the steps on the path ask for and nobody has asked, collected or done yet."""
        state = self.case.state
        return [
            (step, item)
            for step in (state.steps[s] for s in state.path)
            for item in step.items
            if item.is_needed(state.values) and item.id not in state.ever[step.id]
        ]

    def rows(self, lang: str | None = None) -> list[dict[str, str | int]]:
        """The entries as plain rows with the keys `COLUMNS`, in one language."""
        return [
            {
                "n": e.n,
                "time": e.time,
                "step": e.step.in_(lang),
                "who": e.who.in_(lang) if e.who else "",
                "what": e.what.in_(lang),
                "text": e.text.in_(lang),
                "ref": ", ".join(e.ref),
            }
            for e in self.entries
        ]

    def to_frame(self, lang: str | None = None) -> Any:
        """The record as a table.

        Returns:
            pandas.DataFrame with `n` (int64) and `time`, `step`, `who`, `what`, `text`, `ref`
            (str); `time` is UTC in ISO 8601.
        """
        import pandas as pd

        return pd.DataFrame(self.rows(lang), columns=list(COLUMNS))

    def to_csv(self, lang: str | None = None) -> str:
        """The record as CSV that a spreadsheet opens without running anything in it.

        A cell that would be taken for a formula gets an apostrophe in front.

        >>> case = Case.practice("pump_maker")
        >>> _ = case.note("=1+1")
        >>> "'=1+1" in case_record(case).to_csv("en")
        True
        """
        columns = {c: say(f"column_{c}").in_(lang) for c in COLUMNS}
        return csv_text(self.rows(lang), columns)

    def to_json(self) -> str:
        """The record as JSON, with both languages of everything that is not the user's own text."""

        def both(text: Text | None) -> dict[str, str] | None:
            return {"zh": text.zh, "en": text.en} if text else None

        case, state = self.case, self.case.state
        return json.dumps(
            {
                "name": case.name,
                "procedure": case.procedure.id,
                "customer": both(case.customer),
                "training": not case.real,
                "given": case.given,
                "closed": state.closed,
                "choices": {s: line["choice"] for s, line in state.choices.items()},
                "entries": [
                    {
                        "n": e.n,
                        "time": e.time,
                        "step": e.step_id,
                        "act": e.verb,
                        "who": both(e.who),
                        "what": both(e.what),
                        "text": both(e.text),
                        "ref": list(e.ref),
                    }
                    for e in self.entries
                ],
                "open_points": [item.id for _, item in self.open_points],
            },
            ensure_ascii=False,
            indent=2,
        )

    def to_html(self, lang: str | None = None) -> str:
        """The record as one self-contained page, ready to print."""
        lang = lang or language()
        case, state = self.case, self.case.state

        def words(text: Text) -> str:
            return escape(text.in_(lang))

        facts = [(say("customer"), case.customer), (say("procedure"), case.procedure.title)]
        for name, list_name in case.procedure.given.items():
            value = case.given.get(name)
            facts += [
                (say("kind"), o.title) for o in case.procedure.lists[list_name] if o.id == value
            ]
        end = state.steps[state.here].end
        status = say("status_closed", end=end) if state.closed and end else say("status_open")
        facts.append((say("status"), status))
        if not case.real:
            facts.append((say("training"), say("training_note")))
        head = "".join(f"<dt>{words(k)}</dt><dd>{words(v)}</dd>" for k, v in facts)
        columns = {c: say(f"column_{c}").in_(lang) for c in COLUMNS}
        missing = "".join(
            f"<li>{words(step.title)}: {words(item.title)} ({escape(', '.join(item.ref))})</li>"
            for step, item in self.open_points
        )
        missing = f"<h2>{words(say('open_points'))}</h2><ul>{missing}</ul>" if missing else ""
        sign = f"<p class='sign'>{words(say('signature'))}</p>"
        title = say("title", name=case.title).in_(lang)
        return page(
            title, [f"<dl>{head}</dl>", table(self.rows(lang), columns), missing, sign], lang
        )

    def save(self, folder: str | Path, lang: str | None = None) -> list[Path]:
        """Write the record as HTML, CSV and JSON into a folder; returns the three paths.

        Raises:
            JournalError: the folder cannot be written.
        """
        folder = Path(folder)
        name = self.case.name or "case"
        contents = {
            "html": self.to_html(lang),
            "csv": MARK + self.to_csv(lang),
            "json": self.to_json(),
        }
        paths = []
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for ending, content in contents.items():
                path = folder / f"{name}.{ending}"
                path.write_text(content, "utf-8", newline="")
                paths.append(path)
        except OSError as error:
            message = case_say("cannot_open", path=folder, problem=plain(str(error)))
            raise JournalError(message) from error
        return paths

    # Inside

    def _entries(self, line: dict[str, Any]) -> Iterator[Entry]:
        case = self.case
        n, time, verb = line["n"], line.get("t", ""), line["act"]
        text = plain(line.get("text", ""))
        if "refused" in line:
            return
        if verb in {"note", "close"}:
            yield Entry(n, time, say(verb), "", verb, None, say(verb), text, ())
            return
        step = case.state.steps[line["step"]]
        who = case.who(step)
        if (held_up := case.held_up(line)) is not None:
            yield Entry(
                n, time, step.title, step.id, "delay", None, say("delay"), held_up, step.ref
            )
        if verb in {"ask", "collect", "act", "fill"}:
            for item_id in line["items"]:
                item = case.item(item_id)
                said = case.answer(item_id, line)
                if "choice" in line and case.real:
                    chosen = self._choice(step, line["choice"])
                    said = say("opinion", choice=chosen, text=said)
                yield Entry(n, time, step.title, step.id, verb, who, item.title, said, item.ref)
            return
        if "choice" in line:
            because = line.get("because", [])
            what = self._choice(step, line["choice"])
            if because:
                grounds = join(case.item(i).title for i in because)
                reason = say("because", grounds=grounds)
                text = join([t for t in (reason, text) if t.zh], zh="\n", en="\n")
        else:
            what = join(case.item(i).title for i in line["items"])
        yield Entry(n, time, step.title, step.id, verb, who, what, text, step.ref)

    def _choice(self, step: Step, value: str) -> Text:
        return next(o.title for o in self.case.options(step) if o.id == value)


def case_record(case: Case) -> CaseRecord:
    """The record of a case as it stands, for export or print.

    >>> from creditkit.text import set_language; set_language("en")
    >>> case = Case.practice("pump_maker")
    >>> _ = case.ask("position")
    >>> case_record(case).rows()[0]["what"]
    'the position of the person who refused'
    """
    return CaseRecord(case)
