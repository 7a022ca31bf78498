"""Where a trainer overrules the marker: one point of one answer, with the reason, kept on disk."""

import csv
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from creditkit.casework.export import MARK, csv_text
from creditkit.casework.journal import Journal, held
from creditkit.casework.store import folder
from creditkit.content.schema_questions import Essay
from creditkit.teaching.essay.marker import (
    Finding,
    Marked,
    State,
    marker,
    say,
    share_of,
)
from creditkit.text import BilingualError

COLUMNS = ("question", "answer", "ref", "state", "reason", "t")
# A trainer decides; only the marker doubts.
STATES: tuple[State, ...] = ("covered", "partly", "missing", "contradicted")


class RulingError(BilingualError):
    """A ruling that names no point or state, or gives no reason."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """One point of one answer overruled; `answer` is the answer's fingerprint."""

    question: str
    answer: str
    ref: str
    state: State
    reason: str
    t: str


def fingerprint(text: str) -> str:
    """What names an answer in the rulings: the same words, the same name; no word can be read off.

    >>> fingerprint("a b") == fingerprint(" a  b ")
    True
    """
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


def checked(question: Essay, ref: str, state: str, reason: str) -> tuple[State, str]:
    """The state and the reason of a ruling that fits the question.

    Raises:
        RulingError: the question has no such point, there is no such state, or no reason is given.
    """
    refs = [p.id for p in question.key]
    if ref not in refs:
        raise RulingError(say("ruling_ref", ref=ref, refs=", ".join(refs)))
    known = next((s for s in STATES if s == state), None)
    if known is None:
        raise RulingError(say("ruling_state", state=state, states=", ".join(STATES)))
    if not reason.strip():
        raise RulingError(say("ruling_reason"))
    return known, reason.strip()


def overruled(question: Essay, marked: Marked, text: str, rulings: Sequence[Ruling]) -> Marked:
    """What the marker found in a text, with the rulings on it in its place; the last one holds."""
    name = fingerprint(text) if rulings else ""
    mine = [r for r in rulings if r.question == question.id and r.answer == name]
    if not mine:
        return marked
    findings = dict(marked.findings)
    for r in mine:
        if r.ref in findings:
            evidence = findings[r.ref].evidence
            findings[r.ref] = Finding(r.ref, r.state, evidence, 1.0, ruled=r.reason)
    return replace(marked, findings=findings, share=share_of(question, findings))


class Rulings:
    """The rulings of one trainer; see `rule`, `applied`, `export` and `take_in`.

    Args:
        path: the file; by default `rulings/essays.jsonl` under `CREDITKIT_HOME`.

    >>> import tempfile
    >>> from creditkit.teaching.essay.marker import mark_essay
    >>> mine = Rulings(Path(tempfile.mkdtemp()) / "r.jsonl")
    >>> text = "We also take telexes."
    >>> _ = mine.rule("C", text, "C1.3", "covered", "A telex is as good as a fax.")
    >>> mine.applied(mark_essay("C", text), text).findings["C1.3"].state
    'covered'
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self.path = Path(path) if path is not None else folder("rulings") / "essays.jsonl"

    def all(self) -> list[Ruling]:
        """Every ruling in the order in which they were made; of two on one point, the last holds.

        Raises:
            JournalError: the file cannot be read.
        """
        if not self.path.exists():
            return []
        lines = Journal.open(self.path, write=False).lines
        return [
            Ruling(*(line[c] for c in COLUMNS))
            for line in lines
            if line.get("act") == "rule" and all(isinstance(line.get(c), str) for c in COLUMNS)
        ]

    def rule(self, question: str, text: str, ref: str, state: str, reason: str) -> Ruling:
        """Overrule the marker on one point of an answer.

        Raises:
            NoSuchEssay: there is no such question.
            RulingError: it has no such point, there is no such state, or no reason is given.
            JournalError: it could not be written.
        """
        essay = marker(question).question
        return self._keep(essay.id, fingerprint(text), ref, state, reason)

    def _keep(self, question: str, answer: str, ref: str, state: str, reason: str) -> Ruling:
        known, why = checked(marker(question).question, ref, state, reason)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        ruling = Ruling(question, answer, ref, known, why, now)
        with held(self.path, {"kind": "rulings", "t": now}) as journal:
            journal.append({"act": "rule", **{c: getattr(ruling, c) for c in COLUMNS}})
        return ruling

    def applied(self, marked: Marked, text: str, rulings: Iterable[Ruling] | None = None) -> Marked:
        """What the marker found, with the rulings on this answer in its place."""
        known = self.all() if rulings is None else list(rulings)
        return overruled(marker(marked.question).question, marked, text, known)

    def export(self, path: str | Path) -> int:
        """Write all rulings to a CSV file, for another trainer; returns how many."""
        rows = [{c: getattr(r, c) for c in COLUMNS} for r in self.all()]
        text = MARK + csv_text(rows, dict(zip(COLUMNS, COLUMNS, strict=True)))
        Path(path).write_text(text, "utf-8", newline="")
        return len(rows)

    def take_in(self, path: str | Path) -> int:
        """Take in rulings from a CSV file that `export` wrote; those known already are passed over.

        Returns:
            how many were new.

        Raises:
            RulingError: the file is not one of rulings, or one of them does not fit.
        """
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        if rows and not set(COLUMNS) <= set(rows[0]):
            raise RulingError(say("ruling_file", path=path, columns=", ".join(COLUMNS)))
        known = {(r.question, r.answer, r.ref, r.state, r.reason) for r in self.all()}
        new = 0
        for row in rows:
            # A cell that looked like a formula came with an apostrophe in front.
            key = tuple(row[c].removeprefix("'") for c in COLUMNS[:-1])
            if key not in known:
                self._keep(*key)
                new += 1
        return new
