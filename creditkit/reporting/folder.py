"""The tables of a folder, read for a report: what is there, what is not, and what is wrong."""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from creditkit.analysis import cells
from creditkit.analysis.complaint_rows import COLUMNS, TIMES, RegisterError
from creditkit.analysis.complaints import ComplaintRegister, load_register
from creditkit.analysis.files import How, ReadingError, pieces
from creditkit.analysis.files import say as say_reading
from creditkit.analysis.headings import fits
from creditkit.analysis.labels import labelled
from creditkit.analysis.ledgers import Day
from creditkit.analysis.masking import mask_words
from creditkit.analysis.reading import Reading, read_table
from creditkit.analysis.references import References, dangling
from creditkit.analysis.today import the_day
from creditkit.content.library import tables
from creditkit.content.schema_fields import Table
from creditkit.text import BilingualError, Text, phrases

SUFFIXES = (".csv", ".xlsx", ".xlsm", ".parquet", ".txt", ".tsv")
TABLES = ("customers", "facts", "truth", "invoices", "payments", "complaints", "refusals")
# Days after which the data are told to end: the latest of these.
DAYS = {"facts": "collected_on", "invoices": "issued", "payments": "paid_on",
        "refusals": "refused_on"}  # fmt: skip
SHOWN = 12
# No source has a longer name; what is longer is a slip and would fill a picture.
LONGEST = 40


def say(key: str, /, **slots: object) -> Text:
    return phrases("report")(key, **slots)


class ReportError(BilingualError):
    """A report that cannot be made or written; the message says what to do."""


@dataclass(frozen=True)
class Read:
    """What came of one file: `rows` read, rows set `aside` and their `money`, the `problems` and
    the `notes` on how it was read, in words."""

    table: str
    file: str
    rows: int = 0
    aside: int = 0
    count: int = 0
    problems: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
    failed: bool = False
    money: Text | None = None


@dataclass(frozen=True)
class Folder:
    """The tables of a folder: `frames` by name with the columns of `content/tables.yaml`, the
    `register` of complaints, what was `read` file by file, the `ignored` files, and the
    `references` from table to table that lead nowhere."""

    name: str
    frames: dict[str, pd.DataFrame]
    register: ComplaintRegister | None = None
    read: tuple[Read, ...] = ()
    ignored: tuple[str, ...] = ()
    references: References | None = None
    last: pd.Timestamp | None = field(default=None)

    def frame(self, name: str) -> pd.DataFrame | None:
        """A table; None where it is not there or has no row."""
        found = self.frames.get(name)
        return None if found is None or found.empty else found


def read_folder(path: str | Path, *, today: Day | None = None) -> Folder:
    """Read what tables there are: files named as the tables are, in either language.

    A file that cannot be read is told, not raised; rows with problems are set aside and counted.
    So are rows of a day after `today` (the computer's if None): one mistyped year would move the
    whole report.

    Raises:
        ReportError: there is no such folder, or no table in it can be read.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise ReportError(say("no_folder", path=path))
    files, ignored = _files(folder)
    readings: dict[str, Reading] = {}
    register = None
    told = []
    for name, file in files.items():
        if name == "complaints":
            register, read = _register(file, the_day(today))
        else:
            table, read = _table(name, file, the_day(today))
            if table is not None:
                readings[name] = table
        told.append(read)
    frames = {name: table.frame for name, table in readings.items()}
    if not frames and register is None:
        why = [text for read in told for text in read.problems]
        names = ", ".join(f"{name}.csv" for name in TABLES)
        raise ReportError(_nothing(folder, names, why))
    if "facts" in frames:
        frames["facts"] = frames["facts"].assign(source=frames["facts"]["source"].str[:LONGEST])
    days = [frames[name][column].max() for name, column in DAYS.items() if name in frames]
    if register is not None and len(register):
        days.append(register.frame["received"].max())
    last = max((pd.Timestamp(d) for d in days if not pd.isna(d)), default=None)
    return Folder(folder.resolve().name, frames, register, tuple(told), tuple(ignored),
                  dangling(readings), last)  # fmt: skip


# Inside


def _nothing(folder: Path, names: str, why: list[Text]) -> Text:
    told = say("no_tables", path=folder, names=names)
    more = [told, *why]
    return Text("\n".join(t.zh for t in more), "\n".join(t.en for t in more))


def _files(folder: Path) -> tuple[dict[str, Path], list[str]]:
    """The file of each table, and the names of files that are none."""
    ways = {
        cells.even(way): name
        for name in TABLES
        for way in (name, tables()[name].title.zh, tables()[name].title.en, *_short(name))
    }
    found: dict[str, Path] = {}
    ignored = []
    for file in sorted(folder.iterdir()):
        if not file.is_file() or file.name.startswith((".", "~$")):
            continue
        name = ways.get(cells.even(file.stem))
        if name is None or file.suffix.lower() not in SUFFIXES or name in found:
            if file.suffix.lower() in SUFFIXES:
                ignored.append(file.name)
        else:
            found[name] = file
    return {name: found[name] for name in TABLES if name in found}, ignored


def _short(name: str) -> tuple[str, ...]:
    """What people call the files in Chinese, beside the titles of the tables."""
    return tuple(say(f"file_{name}").zh.split("、"))


def _table(name: str, file: Path, today: date) -> tuple[Reading | None, Read]:
    try:
        found = read_table(name, file, today=today)
    except BilingualError as error:
        return None, Read(name, file.name, problems=(error.text,), count=1, failed=True)
    # A cell beyond the headings may be anything, such as a telephone number, and a note may name
    # who wrote it.
    code, value = found.problems["code"], found.problems["value"]
    safe = value.mask(code == "too_wide", value.map(mask_words))
    safe = safe.mask(code == "note_row", value.map(_before_colon))
    found = replace(found, problems=found.problems.assign(value=safe))
    told = Read(name, file.name, len(found.frame), len(found.set_aside), len(found.problems),
                tuple(replace(found, notes=()).told(SHOWN)), found.notes,
                money=found.money_told())  # fmt: skip
    return found, told


def _register(file: Path, today: date) -> tuple[ComplaintRegister | None, Read]:
    table = tables()["complaints"]
    try:
        ways = {cells.even(way) for column in table.columns for way in _ways(column)}
        how = How()
        parts = list(pieces(file, ways, fits=partial(fits, table, given={}), how=how))
        raw = pd.concat(parts)
        labels = _labels(table, raw)
        told = [say_reading(label["code"], row=row, value=_before_colon(label["value"]))
                for row, label in labels.iterrows()]  # fmt: skip
        raw = raw[~raw.index.isin(labels.index)]
        rows, raw = raw.index, raw.reset_index(drop=True)
        register = load_register(_in_codes(table, raw))
    except RegisterError as error:
        problems = tuple(error.problems[:SHOWN])
        return None, Read("complaints", file.name, problems=problems, count=len(error.problems),
                          failed=True)  # fmt: skip
    except ReadingError as error:
        return None, Read("complaints", file.name, problems=(error.text,), count=1, failed=True)
    late = pd.Series(False, register.frame.index)
    for name in TIMES:
        times = register.frame[name]
        ahead = times >= pd.Timestamp(today) + pd.Timedelta(days=1)
        told += [
            say("time_ahead", row=row, column=table.column(name).title, day=f"{time:%Y-%m-%d}",
                today=today)
            for row, time in zip(rows[ahead], times[ahead], strict=True)
        ]  # fmt: skip
        late |= ahead
    if late.any():
        register = load_register(_in_codes(table, raw[~late]))
    return register, Read("complaints", file.name, len(register), len(labels) + int(late.sum()),
                          len(told), tuple(told[:SHOWN]), tuple(how.notes))  # fmt: skip


def _before_colon(note: str) -> str:
    return re.split("[:：]", note, maxsplit=1)[0]


def _labels(table: Table, raw: pd.DataFrame) -> pd.DataFrame:
    """The rows of a register that are totals or notes."""
    heads = {cells.even(way): c.id for c in table.columns if c.required for way in _ways(c)}
    chosen = {heads[cells.even(head)]: str(head) for head in raw.columns[::-1]
              if cells.even(head) in heads}  # fmt: skip
    plain = raw.loc[:, ~raw.columns.duplicated()]
    unfit = {name: cells.blank(plain[head]) for name, head in chosen.items()}
    return labelled(plain, chosen, unfit)


def _ways(column: Any) -> tuple[str, ...]:
    return (column.id, column.title.zh, column.title.en, *column.also)


def _in_codes(table: Table, raw: pd.DataFrame) -> pd.DataFrame:
    """A register under its own headings, what stands in words there as codes."""
    heads = {cells.even(way): c.id for c in table.columns for way in _ways(c)}
    named = {head: heads[cells.even(head)] for head in raw.columns if cells.even(head) in heads}
    frame = raw.rename(columns=named)
    frame = frame.loc[:, ~frame.columns.duplicated()]
    for column in table.columns:
        if column.options and column.id in frame.columns:
            codes = {cells.even(w): o.id for o in column.options
                     for w in (o.id, o.title.zh, o.title.en)}  # fmt: skip
            frame[column.id] = [codes.get(cells.even(v), v) for v in frame[column.id]]
        if column.type == "boolean" and column.id in frame.columns:
            flags = {"是": "true", "否": "false", "yes": "true", "no": "false"}
            frame[column.id] = [flags.get(cells.even(v), v) for v in frame[column.id]]
    return frame[[c for c in COLUMNS if c in frame.columns]]
