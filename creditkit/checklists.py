"""Working a checklist: a collection plan for one customer, and what its credit file covers."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from creditkit.casework.export import MARK, csv_text, page, table
from creditkit.casework.journal import Journal, JournalError, Line, held
from creditkit.casework.store import file_name, folder
from creditkit.content.library import checklist
from creditkit.content.schema import holds
from creditkit.content.schema_checklists import Checklist, ChecklistItem
from creditkit.text import BilingualError, Text, did_you_mean, join, language, phrases, plain

if TYPE_CHECKING:
    import pandas as pd

Status = Literal["to_do", "asked", "received", "checked", "unavailable", "not_needed"]
STATUSES: tuple[Status, ...] = get_args(Status)
HAVE = frozenset({"received", "checked"})
SETTLED = frozenset({"received", "checked", "unavailable", "not_needed"})
# A plan asks for the documents and channels of the one and the contents of the other.
PLANNED = ("collection", "credit_file")
COLUMNS = ("section", "item", "collector", "channel", "status", "due", "date", "note", "ref")
NOTE_LIMIT = 2_000


def say(key: str, /, **slots: object) -> Text:
    return phrases("checklists")(key, **slots)


class PlanError(BilingualError):
    """A call that names something that is not there, or a value that makes no sense; nothing was
    written."""


@dataclass(frozen=True, slots=True)
class Entry:
    """How one item of a plan stands. Dates are ISO days or empty; `channel` and `collector` are
    ids of the checklist's lists."""

    item: ChecklistItem
    list: str
    section: Text
    status: Status
    collector: str
    channel: str
    due: str = ""
    date: str = ""
    note: str = ""

    @property
    def have(self) -> bool:
        return self.status in HAVE


class CollectionPlan:
    """What to collect on one customer, by whom, from where, and how far it has come.

    Kept on disk, a line a change; open it by its name to go on. See `CollectionPlan.open`.

    >>> import tempfile
    >>> plan = CollectionPlan.open("jiangyuan", customer="江远泵业", given={"customer": "new"},
    ...     folder=tempfile.mkdtemp())
    >>> plan.set("business_licence", status="received", date="2026-03-02")
    >>> plan.progress()["documents"]
    (1, 3)
    """

    def __init__(self, path: Path, header: Line) -> None:
        self.path = path
        self.header = header
        self.name: str = header.get("name", path.stem)
        self.customer: str = header.get("customer", "")
        self.given: dict[str, str] = dict(header.get("given", {}))

    @classmethod
    def open(
        cls,
        name: str,
        *,
        customer: str = "",
        given: Mapping[str, str] | None = None,
        folder: str | Path | None = None,
    ) -> "CollectionPlan":
        """Open the plan `name`, or begin it.

        Args:
            customer: the customer's name, for a new plan.
            given: what is known of it: `customer` (new, existing), `industry` (ordinary, special)
                and `purpose` (first_credit, raise, review). What is not named is the first of its
                list.

        Raises:
            PlanError: a condition or its value does not exist.
            BadName: the name cannot be a file's.
            JournalError: the plan cannot be read or written.
        """
        path = Path(folder or plans_folder()) / f"{file_name(name)}.jsonl"
        if not path.exists():
            known = conditions()
            for key, value in (given or {}).items():
                _there(key, known)
                _there(value, known[key])
            chosen = {key: (given or {}).get(key, values[0]) for key, values in known.items()}
            header = {"kind": "plan", "name": name, "customer": customer, "given": chosen}
            with held(path, {**header, "t": _now()}) as journal:
                return cls(path, journal.header)
        return cls(path, Journal.open(path, write=False).header)

    @property
    def entries(self) -> dict[str, Entry]:
        """Every item this customer needs, by id, in the checklists' order, as it stands.

        Raises:
            JournalError: the plan cannot be read.
        """
        entries: dict[str, Entry] = {}
        for name in PLANNED:
            source = checklist(name)
            sections = {group.id: group.title for group in source.groups}
            for item in source.items:
                if holds(item.needed, self.given):
                    entries[item.id] = Entry(
                        item, name, sections[item.group], "to_do", item.collector, item.channels[0]
                    )
        for line in Journal.open(self.path, write=False).lines:
            entry = entries.get(str(line.get("item")))
            if entry is not None and isinstance(values := line.get("values"), dict):
                known = {k: str(v) for k, v in values.items() if _makes_sense(entry, k, v)}
                entries[entry.item.id] = replace(entry, **known)  # type: ignore[arg-type]
        return entries

    def set(self, item: str, **values: str) -> None:
        """Put down how an item stands: `status`, `date`, `due`, `collector`, `channel`, `note`.

        Raises:
            PlanError: the item or a field does not exist, a status, collector or channel is none
                of its list, or a date is no day.
            JournalError: it could not be written.
        """
        entries = self.entries
        _there(item, entries)
        source = checklist(entries[item].list)
        for key, value in values.items():
            _there(key, _FIELDS)
            if key == "status":
                _there(value, STATUSES)
            elif key in {"collector", "channel"}:
                _there(value, [o.id for o in source.lists[f"{key}s"]])
            elif key in {"date", "due"} and value:
                _day(value)
            elif key == "note" and len(value) > NOTE_LIMIT:
                raise PlanError(say("long_note", n=len(value), limit=NOTE_LIMIT))
        if values:
            with held(self.path, self.header) as journal:
                journal.append({"act": "set", "t": _now(), "item": item, "values": dict(values)})

    def progress(self) -> dict[str, tuple[int, int]]:
        """By section: how many items are at hand, of how many that are needed."""
        counts: dict[str, tuple[int, int]] = {}
        for entry in self.entries.values():
            have, all_ = counts.get(entry.item.group, (0, 0))
            if entry.status != "not_needed":
                counts[entry.item.group] = (have + entry.have, all_ + 1)
            else:
                counts.setdefault(entry.item.group, (have, all_))
        return counts

    def overdue(self, today: date | None = None) -> list[Entry]:
        """The items not settled whose due day has gone by."""
        day = (today or date.today()).isoformat()
        return [
            e for e in self.entries.values() if e.due and e.due < day and e.status not in SETTLED
        ]

    def rows(self, lang: str | None = None) -> list[dict[str, str]]:
        """The plan as plain rows with the keys `COLUMNS`, in one language."""
        rows = []
        for entry in self.entries.values():
            source = checklist(entry.list)
            rows.append(
                {
                    "section": entry.section.in_(lang),
                    "item": entry.item.title.in_(lang),
                    "collector": source.option("collectors", entry.collector).title.in_(lang),
                    "channel": source.option("channels", entry.channel).title.in_(lang),
                    "status": say(f"status_{entry.status}").in_(lang),
                    "due": entry.due,
                    "date": entry.date,
                    "note": entry.note,
                    "ref": ", ".join(entry.item.ref),
                }
            )
        return rows

    def to_frame(self, lang: str | None = None) -> "pd.DataFrame":
        """The plan as a table with the columns `COLUMNS` (all str)."""
        import pandas as pd

        return pd.DataFrame(self.rows(lang), columns=list(COLUMNS))

    def to_csv(self, lang: str | None = None) -> str:
        """The plan as CSV that a spreadsheet opens without running anything in it."""
        return csv_text(self.rows(lang), _columns(lang))

    def to_json(self) -> str:
        """The plan as JSON, by ids."""
        return json.dumps(
            {
                "name": self.name,
                "customer": self.customer,
                "given": self.given,
                "items": [
                    {"item": e.item.id, "list": e.list} | {f: getattr(e, f) for f in _FIELDS}
                    for e in self.entries.values()
                ],
            },
            ensure_ascii=False,
            indent=2,
        )

    def to_html(self, lang: str | None = None) -> str:
        """The plan as one self-contained page, ready to print."""
        lang = lang or language()
        have = sum(h for h, _ in self.progress().values())
        needed = sum(n for _, n in self.progress().values())
        facts = [(say("customer"), plain(self.customer))]
        collection = checklist("collection")
        for key, list_name in collection.given.items():
            facts.append((say(f"given_{key}"), collection.option(list_name, self.given[key]).title))
        facts.append((say("progress"), say("have_of", have=have, needed=needed)))
        head = "".join(
            f"<dt>{escape(k.in_(lang))}</dt><dd>{escape(v.in_(lang))}</dd>" for k, v in facts
        )
        notes = dict.fromkeys(e.item.note for e in self.entries.values() if e.item.note)
        told = "".join(f"<p>{escape(note.in_(lang))}</p>" for note in notes)
        title = say("plan_title", name=self.name).in_(lang)
        return page(title, [f"<dl>{head}</dl>", table(self.rows(lang), _columns(lang)), told], lang)

    def save(self, folder: str | Path, lang: str | None = None) -> list[Path]:
        """Write the plan as HTML, CSV and JSON into a folder; returns the three paths.

        Raises:
            JournalError: the folder cannot be written.
        """
        contents = {
            "html": self.to_html(lang),
            "csv": MARK + self.to_csv(lang),
            "json": self.to_json(),
        }
        paths = [Path(folder) / f"{self.name}.{ending}" for ending in contents]
        try:
            Path(folder).mkdir(parents=True, exist_ok=True)
            for path, content in zip(paths, contents.values(), strict=True):
                path.write_text(content, "utf-8", newline="")
        except OSError as error:
            message = phrases("case")("cannot_open", path=folder, problem=plain(str(error)))
            raise JournalError(message) from error
        return paths


def plans_folder() -> Path:
    """Where collection plans are kept."""
    return folder("plans")


def conditions() -> dict[str, list[str]]:
    """What a plan has to know of its customer, each with the values it can have.

    >>> conditions()["customer"]
    ['new', 'existing']
    """
    source = checklist("collection")
    return {key: [o.id for o in source.lists[of]] for key, of in source.given.items()}


@dataclass(frozen=True, slots=True)
class Coverage:
    """What of one category (I1 to I9) a credit file holds, and what is missing."""

    category: Text
    ref: tuple[str, ...]
    have: tuple[ChecklistItem, ...]
    missing: tuple[ChecklistItem, ...]

    @property
    def share(self) -> float:
        return len(self.have) / (len(self.have) + len(self.missing))


def coverage(have: "CollectionPlan | pd.DataFrame | Iterable[str]") -> list[Coverage]:
    """What a customer's credit file covers, category by category.

    Args:
        have: a plan (what is received or checked counts), a table of facts with a column `item`,
            or the ids of the items at hand. Ids that the checklist does not know are passed over.

    Raises:
        PlanError: the table has no column `item`.

    >>> [round(c.share, 2) for c in coverage(["statements", "strategy"])][:3]
    [0.5, 0.0, 1.0]
    """
    if isinstance(have, CollectionPlan):
        ids = {id for id, entry in have.entries.items() if entry.have}
    elif hasattr(have, "columns"):
        if "item" not in have.columns:
            raise PlanError(say("no_item_column"))
        ids = set(have["item"].dropna().astype(str))  # type: ignore[index]
    else:
        ids = set(have)
    source = checklist("credit_file")
    found = []
    for group in source.groups:
        parts = [item for item in source.items if item.group == group.id]
        found.append(
            Coverage(
                group.title,
                group.ref,
                tuple(i for i in parts if i.id in ids),
                tuple(i for i in parts if i.id not in ids),
            )
        )
    return found


def who_gets(item: ChecklistItem, source: Checklist, but: Iterable[str] = ()) -> Text:
    """Who collects an item, and through which channels; those named in `but` are left out where
    others remain."""
    others = [c for c in item.channels if c not in set(but)] or item.channels
    channels = join(source.option("channels", c).title for c in others)
    collector = source.option("collectors", item.collector).title
    return say("who_gets", collector=collector, channels=channels)


_FIELDS = ("status", "collector", "channel", "due", "date", "note")


def _makes_sense(entry: Entry, field: str, value: object) -> bool:
    """Whether a line of the file can be taken up; one written by hand may hold anything."""
    known: Iterable[str] = STATUSES
    if field in {"collector", "channel"}:
        known = [o.id for o in checklist(entry.list).lists[f"{field}s"]]
    elif field != "status":
        return field in _FIELDS
    return value in list(known)


def _columns(lang: str | None) -> dict[str, str]:
    return {key: say(f"column_{key}").in_(lang) for key in COLUMNS}


def _there(name: str, known: Iterable[str]) -> None:
    known = list(known)
    if name not in known:
        hint = did_you_mean(name, known)
        raise PlanError(say("unknown", name=name, hint=hint, names=", ".join(known)))


def _day(value: str) -> None:
    try:
        date.fromisoformat(value)
    except ValueError:
        raise PlanError(say("bad_date", value=value)) from None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
