"""A customer's credit file (信用档案): facts entered (录入), reviewed and signed off, with a trail.

Every act is a line of a journal on disk, only ever added to. Whoever entered a fact cannot sign the
file off, and a file with grave findings cannot be accepted unless each was waived with a reason.
"""

import json
import re
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal
from unicodedata import normalize

import pandas as pd

from creditkit.analysis.cells import a_day, number
from creditkit.analysis.fact_values import even_values
from creditkit.analysis.ledgers import Day, ReceivablesError, day
from creditkit.analysis.review import KINDS, Review, ReviewError, review, shown, source_title
from creditkit.analysis.values import check_entry, say
from creditkit.casework.journal import Journal, Line, held
from creditkit.casework.store import BadName, file_name, folder
from creditkit.content.library import fields
from creditkit.text import Text, did_you_mean, phrases, plain

FACTS = ("customer", "field", "value", "source", "collected_on", "collector", "cost")
Verdict = Literal["accepted", "returned"]
State = Literal["empty", "open", "accepted", "returned", "changed"]
LIMIT = 2_000
# What can be read, but in more than one way, or not in this field.
UNCLEAR = {
    "unclear_point": "two_numbers",
    "unclear_comma": "two_numbers",
    "unclear_none": "none_or_unknown",
    "unclear_day": "no_one_day",
    "unclear_year": "no_one_day",
    "serial_day": "no_one_day",
    "other_currency": "other_currency",
}
SLOTS = ("collected_on", "of", "reason", "note", "as_of", "findings")


class CreditFile:
    """One customer's credit file, kept on disk; open it by the customer's id to go on.

    >>> import tempfile
    >>> file = CreditFile.open("C1", folder=tempfile.mkdtemp())
    >>> file.enter("employees", "85", source="credit", collected_on="2025-11-03", by="credit_02")
    1
    >>> file.state, file.facts()[["field", "value"]].values.tolist()
    ('open', [['employees', '85']])
    """

    def __init__(self, path: Path, header: Line, given: pd.DataFrame | None) -> None:
        self.path = path
        self.header = header
        self.customer: str = header.get("customer", path.stem)
        self._given = given

    @classmethod
    def open(
        cls,
        customer: str,
        *,
        facts: pd.DataFrame | None = None,
        folder: str | Path | None = None,
    ) -> "CreditFile":
        """Open the file of a customer, or begin it.

        Args:
            customer: its id, which names the file; signs that no file name can have are evened
                out there.
            facts: what is known from elsewhere, with the columns of facts; it is reviewed together
                with what is entered here and not copied.
            folder: where files are kept; by default the user's own.

        Raises:
            BadName: the id is blank.
            JournalError: the file cannot be read or written.
        """
        path = Path(folder or files_folder()) / f"{_stem(customer)}.jsonl"
        given = None if facts is None else facts[facts["customer"] == customer]
        if not path.exists():
            # To look at a file leaves nothing on disk; the first act begins it.
            return cls(path, {"kind": "credit_file", "customer": customer, "t": _now()}, given)
        return cls(path, Journal.open(path, write=False).header, given)

    def enter(
        self,
        field: str,
        value: str,
        *,
        source: str,
        collected_on: Day,
        by: str,
        cost: float | str = 0.0,
    ) -> int:
        """Enter a fact; returns its number. A later fact of the same source takes its place.

        The value is written as people write it (1.2 亿, 2025年3月4日, an option in words) and kept
        as facts have it; so are the day and the cost.

        Raises:
            ReviewError: an unknown field, an impossible value, or no source, day or name. Nothing
                is written.
            JournalError: it could not be written.
        """
        known = fields()
        if field not in known:
            raise ReviewError(say("no_field", name=field, hint=did_you_mean(field, list(known))))
        on, spent = _day(collected_on), _cost(cost)
        value = _evened(field, str(value).strip())
        if problem := check_entry(known[field], value, on):
            raise ReviewError(say("not_entered", field=known[field].title, why=problem))
        if on > date.today():
            raise ReviewError(say("collected_in_future", day=on))
        return self._append(
            "enter", by, field=field, value=_short(value), source=_said(source, "source"),
            collected_on=str(on), cost=spent,
        )  # fmt: skip

    def withdraw(self, number: int, *, by: str, because: str) -> int:
        """Take an entered fact out again; it stays in the trail with the reason.

        Raises:
            ReviewError: there is no such fact, or no reason.
        """
        if number not in {line["n"] for line in self._entries()}:
            raise ReviewError(say("no_entry", number=number))
        return self._append("withdraw", by, of=number, reason=_said(because, "because"))

    def waive(self, field: str, kind: str, *, by: str, because: str) -> int:
        """Accept a finding as it is, with a reason; any change in the facts of the field undoes it.

        Raises:
            ReviewError: there is no such field or kind of finding, or no reason.
        """
        for name, known in ((field, list(fields())), (kind, list(KINDS))):
            if name not in known:
                raise ReviewError(say("no_field", name=name, hint=did_you_mean(name, known)))
        return self._append(
            "waive", by, field=field, kind=kind, reason=_said(because, "because"),
            facts=self._digest(field),
        )  # fmt: skip

    def sign_off(self, verdict: Verdict, *, by: str, as_of: Day, note: str = "") -> int:
        """Accept the file or return it for more work.

        Raises:
            ReviewError: another verdict; the file is empty; who signs also entered facts; or, to
                accept it, a grave finding is neither mended nor waived.
        """
        if verdict not in ("accepted", "returned"):
            raise ReviewError(say("bad_verdict", verdict=verdict))
        if self.facts().empty:
            raise ReviewError(say("empty_file", customer=self.customer))
        if _person(by) in {_person(line["by"]) for line in self._entries()}:
            raise ReviewError(say("four_eyes", by=by.strip()))
        found = self.review(as_of)
        grave = [f for f in self._open(found) if f[2] == "high"]
        if verdict == "accepted" and grave:
            names = ", ".join(f"{field} ({kind})" for field, kind, _ in grave[:8])
            raise ReviewError(say("grave_left", count=len(grave), names=names))
        return self._append(
            "sign_off", by, verdict=verdict, as_of=found.as_of, note=_short(note),
            findings=len(found.findings), facts=self._digest(),
        )  # fmt: skip

    @property
    def state(self) -> State:
        """How the file stands: `changed` means that facts are not those that were signed."""
        signed = [line for line in self._lines() if line.get("act") == "sign_off"]
        if not signed:
            return "empty" if self.facts().empty else "open"
        if signed[-1].get("facts") != self._digest():
            return "changed"
        verdict: State = signed[-1]["verdict"]
        return verdict

    def facts(self) -> pd.DataFrame:
        """All facts of the customer: given and entered, with the columns of facts."""
        entered = pd.DataFrame(
            [
                {"customer": self.customer, **{k: line[k] for k in FACTS if k in line},
                 "collector": line["by"]}
                for line in self._entries()
            ],
            columns=list(FACTS),
        )  # fmt: skip
        entered["collected_on"] = pd.to_datetime(entered["collected_on"])
        parts = [entered] if self._given is None else [self._given.reindex(columns=list(FACTS)),
                                                       entered]  # fmt: skip
        parts = [part for part in parts if len(part)] or [entered]
        return pd.concat(parts, ignore_index=True)

    def entries(self) -> list[int]:
        """The numbers of the facts entered here and not withdrawn."""
        return [line["n"] for line in self._entries()]

    def review(self, as_of: Day) -> Review:
        """What a review of the file finds on a day."""
        alone = pd.DataFrame({"customer": [self.customer]})
        return review(self.facts(), as_of, customers=alone)

    def open_findings(self, as_of: Day) -> pd.DataFrame:
        """The findings that are neither mended nor waived, as `Review.findings`."""
        found = self.review(as_of)
        left = {(field, kind) for field, kind, _ in self._open(found)}
        keep = [pair in left for pair in zip(found.findings["field"], found.findings["kind"],
                                             strict=True)]  # fmt: skip
        return found.findings[keep].reset_index(drop=True)

    def waivers(self) -> dict[tuple[str, str], str]:
        """Who accepted which findings as they are: field and kind, and the name."""
        found: dict[tuple[str, str], str] = {}
        for line in self._lines():
            if line["act"] == "waive" and line.get("facts") == self._digest(line["field"]):
                found[line["field"], line["kind"]] = line["by"]
            elif line["act"] == "enter":
                found = {key: by for key, by in found.items() if key[0] != line["field"]}
        return found

    def trail(self) -> pd.DataFrame:
        """Every act: `n` (int64), `time` (UTC), `act`, `by` and `what` (str, in the current
        language)."""
        rows = [
            {"n": line["n"], "time": line["t"], "act": line["act"], "by": line["by"],
             "what": str(_told(line))}
            for line in self._lines()
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=["n", "time", "act", "by", "what"])

    def told(self, number: int) -> Text:
        """One act of the trail, by its number, in both languages.

        Raises:
            ReviewError: there is no such act.
        """
        for line in self._lines():
            if line["n"] == number:
                return _told(line)
        raise ReviewError(say("no_entry", number=number))

    # Inside

    def _lines(self) -> list[Line]:
        lines = Journal.open(self.path, write=False).lines if self.path.exists() else []
        return [line for line in lines if _makes_sense(line)]

    def _entries(self) -> list[Line]:
        lines = self._lines()
        gone = {line["of"] for line in lines if line["act"] == "withdraw"}
        return [line for line in lines if line["act"] == "enter" and line["n"] not in gone]

    def _open(self, found: Review) -> list[tuple[str, str, str]]:
        waived = self.waivers()
        rows = found.findings[["field", "kind", "severity"]].drop_duplicates()
        return [row for row in rows.itertuples(index=False, name=None) if row[:2] not in waived]

    def _digest(self, field: str | None = None) -> str:
        facts = self.facts()
        facts = facts if field is None else facts[facts["field"] == field]
        rows = facts[list(FACTS[1:5])].astype("str").to_numpy().tolist()
        return sha256(json.dumps(sorted(rows)).encode()).hexdigest()[:16]

    def _append(self, act: str, by: str, **values: Any) -> int:
        line = {"act": act, "t": _now(), "by": _said(by, "by"), **values}
        with held(self.path, self.header) as journal:
            number: int = journal.append(line)["n"]
        return number


def files_folder() -> Path:
    """Where credit files are kept."""
    return folder("credit_files")


# Inside


def _evened(field: str, value: str) -> str:
    """A value as facts have it; one that is none at all stays as it is, for the check to tell."""
    frame = pd.DataFrame({"field": [field], "value": [value]}, dtype=object)
    problem = even_values(frame)[0]
    if problem in UNCLEAR:
        why = say(UNCLEAR[problem], value=value, unit=fields()[field].unit)
        raise ReviewError(say("not_entered", field=fields()[field].title, why=why))
    read = frame["value"][0]
    return value if problem or pd.isna(read) else str(read)


def _day(given: Day) -> date:
    try:
        return a_day(given) if isinstance(given, str) else day(given)
    except ReceivablesError as error:
        raise ReviewError(error.text) from None
    except ValueError as error:
        why = str(error)
        told = (
            say(UNCLEAR[why], value=given)
            if why in UNCLEAR
            else phrases("reading")(why, value=given)
        )
        raise ReviewError(told) from None


def _cost(given: float | str) -> float:
    try:
        cost = number(given) if isinstance(given, str) else float(given)
        if 0 <= cost < float("inf"):
            return cost
    except (TypeError, ValueError):
        pass
    raise ReviewError(say("bad_cost", value=given))


def _stem(customer: str) -> str:
    """A file's name for a customer; ids that are no such name get one that is theirs alone."""
    try:
        return file_name(customer)
    except BadName:
        if not customer.strip():
            raise
        plainer = re.sub(r"\W+", "_", customer).strip("_")[:40]
        return file_name(f"c_{plainer}_{sha256(customer.encode()).hexdigest()[:12]}")


def _told(line: Line) -> Text:
    slots: dict[str, Any] = {key: line.get(key, "") for key in SLOTS}
    field = fields().get(str(line.get("field")))
    slots["field"] = field.title if field else plain("")
    if field and line["act"] == "enter":
        slots["value"] = shown(field, str(line["value"]))
        slots["source"] = source_title(str(line["source"]))
    if line["act"] == "waive":
        slots["kind"] = say(f"kind_{line['kind']}")
    if line["act"] == "sign_off":
        slots["verdict"] = say(line["verdict"])
    return say(f"act_{line['act']}", **slots)


def _person(name: str) -> str:
    """A name for comparing: neither capitals nor width nor spaces make another person."""
    return normalize("NFKC", name).casefold().replace(" ", "")


_NEEDED = {
    "enter": ("field", "value", "source", "collected_on"),
    "withdraw": ("of",),
    "waive": ("field", "kind", "reason"),
    "sign_off": ("verdict", "as_of"),
}


def _makes_sense(line: Line) -> bool:
    """Whether a line of the file can be taken up; one written by hand may hold anything."""
    needed = _NEEDED.get(str(line.get("act")))
    if needed is None or not all(isinstance(line.get(k), str | int) for k in ("t", "by", *needed)):
        return False
    if line["act"] == "enter":
        try:
            date.fromisoformat(line["collected_on"])
        except (TypeError, ValueError):
            return False
    known = {"waive": ("kind", KINDS), "sign_off": ("verdict", ("accepted", "returned"))}
    key, values = known.get(line["act"], ("act", (line["act"],)))
    return line[key] in values and line.get("field", "revenue") in fields()


def _said(text: str, name: str) -> str:
    text = _short(str(text).strip())
    if not text:
        what: Text = say(f"name_{name}")
        raise ReviewError(say("left_empty", what=what))
    return text


def _short(text: str) -> str:
    if len(text) > LIMIT:
        raise ReviewError(say("too_long", count=len(text), limit=LIMIT))
    return text


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
