"""An analyst's own tables, read into the columns and types that the analyses take.

Every problem is found and named at once, by row and column as a spreadsheet shows them; rows with
problems are set aside whole, never lost and never half used. What the tables are stands in
`creditkit/content/tables.yaml`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from creditkit.analysis import cells, headings
from creditkit.analysis.fact_values import even_values
from creditkit.analysis.files import BEYOND, How, ReadingError, pieces, say
from creditkit.analysis.labels import labelled
from creditkit.analysis.ledgers import Day
from creditkit.analysis.manner import DAYS, NUMBERS, Manner, field_ids, parts
from creditkit.analysis.monies import currency_codes
from creditkit.analysis.row_rules import money_of, settle
from creditkit.analysis.seen import Seen
from creditkit.analysis.source_names import source_ids
from creditkit.analysis.today import the_day
from creditkit.casework.export import MARK, inert
from creditkit.content.library import tables
from creditkit.content.schema_fields import Column, Table
from creditkit.text import Text, did_you_mean, join

PROBLEMS = ("row", "column", "value", "code")
SHOWN = 20


@dataclass(frozen=True)
class Reading:
    """What was read.

    `frame` has the table's columns in their types: text as str, numbers float64, days datetime64
    (NaT where blank). `problems` has a row a problem: `row` (int64, as a spreadsheet counts, the
    headings being row 1), `column`, `value` and `code` (str). `set_aside` holds the rows with
    problems as they were, with `row` and `problem` in front. `today` is the day that was held
    for today; `rows` has for each row of `frame` its row in the file, `notes` what was
    not plain in reading it, such as the sheet that was taken. `money_aside` is what the rows set
    aside amount to, by currency ("" where it is not known) and whatever their sign, without totals;
    `unread_aside` counts those whose amount could not be read.
    """

    table: Table
    frame: pd.DataFrame
    problems: pd.DataFrame
    set_aside: pd.DataFrame
    headings: Mapping[str, str]
    today: date
    rows: NDArray[np.int64]
    notes: tuple[Text, ...] = ()
    money_aside: Mapping[str, float] = field(default_factory=dict)
    unread_aside: int = 0

    def told(self, most: int = SHOWN) -> list[Text]:
        """In words: the notes, the first `most` problems, and how many problems there are more."""
        found = [
            _told(self.table, row, self.today)
            for row in self.problems.head(most).to_dict("records")
        ]
        found = [*self.notes, *found]
        if len(self.problems) > most:
            found.append(say("and_more", count=len(self.problems) - most))
        return found

    def summary(self) -> Text:
        """How many rows were read and set aside, and what those come to."""
        rows = say("summary", table=self.table.title, count=len(self.frame),
                   aside=len(self.set_aside), problems=len(self.problems))  # fmt: skip
        money = self.money_told()
        return rows if money is None else join([rows, money], zh="", en=" ")

    def money_told(self) -> Text | None:
        """What the rows set aside come to, in words; None where there are none with amounts."""
        parts = [
            say("money_named", currency=code, amount=f"{total:,.2f}")
            if code
            else say("money_unnamed", amount=f"{total:,.2f}")
            for code, total in sorted(self.money_aside.items(), key=lambda pair: pair[0] or "~")
        ]
        if self.unread_aside:
            parts.append(say("money_unread", count=self.unread_aside))
        return say("money_aside", amounts=join(parts, zh="，", en=", ")) if parts else None

    def save_aside(self, path: str | Path) -> Path:
        """Write the rows set aside as CSV for a spreadsheet; no cell runs as a formula there.

        Raises:
            ReadingError: the file cannot be written.
        """
        path = Path(path)
        try:
            _write(self.set_aside, path, "w")
        except OSError as error:
            reason = error.strerror or str(error)
            raise ReadingError(say("unwritable", path=path, reason=reason)) from error
        return path


def read_table(
    name: str,
    source: Any,
    *,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    aside: str | Path | None = None,
    today: Day | None = None,
    decimal: cells.Decimal | None = None,
    day_first: bool | None = None,
) -> Reading:
    """Read a table of one's own.

    Headings are found by the table's own names, in Chinese or English, and by common other ones;
    rows above them are passed over. Amounts may have thousand separators, full-width digits, 万 and
    亿; days may be 2025-12-31, 2025/12/31 or 2025年12月31日; codes, currencies and the
    coursework's sources may be in words. Where a cell may be two numbers (12.500) or two days
    (03/04/2025), the others of its column tell which; where they do not, it is set aside.

    An amount whose sign of a currency contradicts its row is set aside. A credit note may be below
    zero. A payment without an invoice is money on account where its currency is given.

    Args:
        name: which table: customers, facts, truth, invoices, payments, refusals.
        source: a CSV (UTF-8, UTF-16, GB 18030), Excel or Parquet file, or a frame of any engine
            narwhals knows, which is brought here as pandas.
        columns: for columns of other headings: the table's column and the heading it has here.
        sheet: of a workbook; if None the one sheet that has the headings needed, which is noted.
        encoding: of a CSV file, if what is read is garbled; Western European and Big5 are guessed
            and noted.
        aside: where to write the rows that were set aside, if there are any.
        today: the day after which nothing can have been issued, paid or collected; the computer's
            if None. Due days and promises may lie ahead.
        decimal: the decimal sign of all numbers that are written as text, "." or ","; by default
            each column tells.
        day_first: whether the day stands before the month where the year stands last; by default
            each column tells.

    Raises:
        ReadingError: there is no such table or decimal sign, the file cannot be read, or needed
            columns are missing; all that is wrong with the headings is told at once.
        ReceivablesError: `today` is no day.

    >>> own = pd.DataFrame({"流水号": ["P1", "P2"], "发票号": ["I1", "I2"], "客户编号": "C1",
    ...     "收款日期": "2025年3月4日", "金额": ["1.2万", "abc"], "类别": "收款"})
    >>> found = read_table("payments", own)
    >>> found.frame[["payment", "amount"]].values.tolist(), len(found.set_aside)
    ([['P1', 12000.0]], 1)
    """
    how: dict[str, Any] = {"columns": columns, "sheet": sheet, "encoding": encoding, "today": today,
                           "decimal": decimal, "day_first": day_first}  # fmt: skip
    parts = list(read_pieces(name, source, **how))
    problems, left = (
        pd.concat([f for f in frames if len(f)] or [frames[0]], ignore_index=True)
        for frames in zip(*((p.problems, p.set_aside) for p in parts), strict=True)
    )
    frames = [p.frame for p in parts if len(p.frame)] or [parts[0].frame]
    # One column after another, so that no more than one is held twice.
    whole = {c: pd.concat([f.pop(c) for f in frames], ignore_index=True) for c in [*frames[0]]}
    found = replace(
        parts[0], frame=pd.DataFrame(whole), problems=problems, set_aside=left,
        rows=np.concatenate([p.rows for p in parts]),
        money_aside=dict(sum((Counter(p.money_aside) for p in parts), Counter())),
        unread_aside=sum(p.unread_aside for p in parts),
    )  # fmt: skip
    if aside is not None and len(left):
        found.save_aside(aside)
    return found


def read_pieces(
    name: str,
    source: Any,
    *,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    rows: int = 100_000,
    today: Day | None = None,
    decimal: cells.Decimal | None = None,
    day_first: bool | None = None,
) -> Iterator[Reading]:
    """Like `read_table`, piece by piece, for files larger than memory.

    Only the ids that have to be unique are remembered from piece to piece, in eight bytes each. A
    file in which a cell may be two numbers or two days is gone through once more, for what the
    whole column tells.

    Raises:
        ReadingError: as for `read_table`.
    """
    known = tables()
    if name not in known:
        hint = did_you_mean(name, list(known))
        raise ReadingError(say("no_table", name=name, names=", ".join(known), hint=hint))
    table = known[name]
    ways = {way for column in table.columns for way in headings.ways(column)}
    ways |= {cells.even(head) for head in (columns or {}).values()}
    if decimal not in (None, ".", ","):
        raise ReadingError(say("no_decimal", value=decimal))
    manner = Manner(decimal, day_first)
    end = the_day(today)
    seen = {column.id: Seen() for column in table.columns if column.unique}
    chosen: dict[str, str] | None = None
    given, how = columns or {}, How()
    form: dict[str, Any] = {"sheet": sheet, "encoding": encoding, "rows": rows,
                            "fits": partial(headings.fits, table, given=given)}  # fmt: skip
    for piece in pieces(source, ways, how=how, **form):
        heads = [str(c) for c in piece.columns]
        if chosen is None:
            chosen = headings.find(table, heads, given, how.advice)
        named = piece.set_axis(headings.numbered(heads), axis=1)
        if not manner.marks and manner.open_in(parts(table, named, chosen)):
            for other in pieces(source, ways, how=How(), **form):
                whole = other.set_axis(headings.numbered([*other.columns]), axis=1)
                manner = manner.with_marks(parts(table, whole, chosen))
        found = _read(table, named, chosen, seen, end, manner)
        yield replace(found, notes=tuple(how.notes))


# Inside


def _read(
    table: Table,
    piece: pd.DataFrame,
    chosen: Mapping[str, str],
    seen: Mapping[str, Seen],
    today: date,
    manner: Manner,
) -> Reading:
    wrong: list[pd.DataFrame] = []
    unfit: dict[str, pd.Series[bool]] = {}
    read: dict[str, pd.Series[Any]] = {}

    def note(column: str, raw: "pd.Series[Any]", why: "pd.Series[str]") -> None:
        bad = why != ""
        if bad.any():
            said = raw[bad].map(lambda cell: "" if pd.isna(cell) else str(cell)[:60])
            part = {"row": said.index, "value": said.to_numpy(), "code": why[bad].to_numpy()}
            wrong.append(pd.DataFrame(part).assign(column=column))

    raw = {c.id: piece[chosen[c.id]] for c in table.columns if c.id in chosen}
    why: dict[str, pd.Series[Any]] = {}
    for column in table.columns:
        if column.id in raw:
            read[column.id], why[column.id] = _values(column, raw[column.id], manner)
        else:
            read[column.id] = pd.Series([None] * len(piece), piece.index, dtype=object)
    settle(table, raw, read, why)
    for column in table.columns:
        if column.id in raw:
            read[column.id], problem = _checked(column, read, why[column.id], today)
            note(column.id, raw[column.id], problem)
            if column.required:
                unfit[column.id] = problem != ""
        read[column.id] = _typed(read[column.id], column)
    frame = pd.DataFrame(read, index=piece.index)
    for extra in [c for c in piece.columns if c in BEYOND]:
        wide = ~cells.blank(piece[extra])
        note("", piece[extra], wide.map({True: "too_wide", False: ""}).astype("str"))
    if {"field", "value"} <= set(chosen):
        note("value", raw["value"], even_values(frame, raw["value"], manner))
    labels = labelled(_own(piece), chosen, unfit)
    if len(labels):
        # What such a row lacks is not worth telling.
        wrong = [part[~part["row"].isin(labels.index)] for part in wrong]
        note("", labels["value"], labels["code"])
    bad = set().union(*(set(part["row"]) for part in wrong)) if wrong else set()
    for name, known in seen.items():
        ids = frame.loc[~frame.index.isin(list(bad)), name].dropna()
        again = known.again(ids)
        note(name, ids, again.map({True: "twice", False: ""}).astype("str"))
        bad |= set(ids.index[again])
    problems = (
        pd.concat(wrong, ignore_index=True) if wrong else pd.DataFrame(columns=list(PROBLEMS))
    )
    problems = problems.sort_values("row", kind="stable", ignore_index=True)
    sound = frame[~frame.index.isin(list(bad))]
    money, unread = money_of(frame[frame.index.isin(list(bad - {*labels.index}))])
    return Reading(
        table,
        sound.reset_index(drop=True),
        problems.astype({"row": "int64", "column": "str", "value": "str", "code": "str"}),
        _aside(table, piece, problems, bad, today),
        chosen,
        today,
        sound.index.to_numpy(dtype="int64"),
        money_aside=money,
        unread_aside=unread,
    )


def _checked(
    column: Column, read: Mapping[str, "pd.Series[Any]"], why: "pd.Series[str]", today: date
) -> cells.Read:
    """A column with what is amiss in cells that could be read."""
    values = read[column.id]
    if column.id == "source":
        values = source_ids(values)
    if column.unique or column.to:
        values = cells.even_ids(values)
    if column.required:
        empty = values.isna() & (why == "")
        if column.instead:
            why = why.mask(empty & read[column.instead].isna(), "on_account")
        else:
            why = why.mask(empty, "blank")
    if column.minimum is not None:
        why = why.mask((values < column.minimum) & (why == ""), "too_small")
    if column.past:
        why = why.mask((values > pd.Timestamp(today)) & (why == ""), "ahead")
    if column.pattern and column.type == "string":
        values, shaped = cells.shaped(values, column.pattern)
        why = why.mask(~shaped & (why == ""), "wrong_form")
    return values, why


def _values(column: Column, raw: "pd.Series[Any]", manner: Manner) -> cells.Read:
    if column.type in NUMBERS:
        return manner.numbers(column.id, raw)
    if column.type in DAYS:
        return manner.days(column.id, raw)
    if column.options:
        ways = {
            cells.even(way): option.id
            for option in column.options
            for way in (option.id, option.title.zh, option.title.en)
        }
        return cells.codes(raw, ways)
    if column.id == "field":
        return field_ids(raw)
    values, why = cells.texts(raw)
    return (currency_codes(values) if column.id == "currency" else values), why


def _typed(values: "pd.Series[Any]", column: Column) -> "pd.Series[Any]":
    if column.type in NUMBERS:
        return values.astype("float64")
    if column.type in DAYS:
        return values.astype("datetime64[us]")
    return values.astype("str")


def _aside(
    table: Table, piece: pd.DataFrame, problems: pd.DataFrame, bad: set[Any], today: date
) -> pd.DataFrame:
    left = _own(piece[piece.index.isin(list(bad))]).astype(object)
    left.columns = pd.Index(headings.numbered(["row", "problem", *left.columns])[2:])
    told: dict[Any, list[str]] = {}
    for row in problems.to_dict("records"):
        text = _told(table, row, today)
        told.setdefault(row["row"], []).append(f"{text.zh} {text.en}")
    why = pd.Series([" ".join(told.get(row, [])) for row in left.index], left.index, dtype=object)
    where = pd.Series(left.index, left.index)
    front = pd.DataFrame({"row": where, "problem": why})
    return pd.concat([front, left], axis=1).reset_index(drop=True)


def _own(piece: pd.DataFrame) -> pd.DataFrame:
    """A piece without the columns that a file of rows once set aside has in front."""
    return piece.iloc[:, 2:] if [*piece.columns[:2]] == ["row", "problem"] else piece


def _told(table: Table, row: Mapping[Any, Any], today: date) -> Text:
    if row["column"] == "":
        return say(row["code"], row=row["row"], value=row["value"])
    column = table.column(row["column"])
    options = join(option.title for option in column.options)
    text = say(row["code"], value=row["value"], least=column.minimum, options=options,
               today=today, form=say(f"form_{column.id}") if column.pattern else "")  # fmt: skip
    return say("at", row=row["row"], column=column.title, why=text)


def _write(left: pd.DataFrame, path: Path, mode: str) -> None:
    safe = left.map(lambda cell: inert(cell) if isinstance(cell, str) else cell)
    safe.columns = [str(inert(str(c))) for c in safe.columns]
    text = safe.to_csv(index=False, lineterminator="\r\n", date_format="%Y-%m-%d")
    with path.open(mode, encoding="utf-8", newline="") as file:
        file.write(MARK + text)
