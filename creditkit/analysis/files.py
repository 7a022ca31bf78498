"""Files of tables, read in pieces as they are: CSV, Excel and Parquet, and frames.

Nothing is understood here; each piece has the headings of the file, its cells as they stand there,
and as its index the row that a spreadsheet would show.
"""

import csv
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, islice
from os import PathLike
from pathlib import Path
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from creditkit.analysis.encodings import (
    CHINESE,
    TRADITIONAL,
    WESTERN,
    UnclearError,
    encoding_of,
)
from creditkit.text import BilingualError, Text, did_you_mean, phrases

# What files begin with, whatever they are called; the last is a workbook of old or one locked by a
# password.
BOOK, PARQUET, LOCKED = b"PK\3\4", b"PAR1", b"\xd0\xcf\x11\xe0"
SEPARATORS = ",;\t|"
# A cell larger than this comes of a quote that is never closed.
LARGEST_CELL = 1 << 20
# A workbook that unpacks to more than this is refused: 4 GB, or 400 times its size.
LARGEST_BOOK, LARGEST_RATIO = 4 << 30, 400
HEAD_ROWS = 12
# A piece holds no more cells than this, so that a wide table costs no more memory than a long one.
MOST_CELLS = 2_000_000
# The heading of cells that stand beyond the last heading, and how a file of rows set aside has it.
BEYOND = ("+", "'+")

Piece = pd.DataFrame
Row = list[Any]
# Whether a row has all headings that are needed, and how many that are known.
Merit = Callable[[Row], tuple[bool, int]]


def say(key: str, /, **slots: object) -> Text:
    return phrases("reading")(key, **slots)


class ReadingError(BilingualError):
    """A file or table that cannot be read at all; the message says what is wrong and what to do."""


@dataclass
class How:
    """How a file was read where that was not plain: `notes` for the reader to check, and `advice`
    for the case that the headings wanted are not there."""

    notes: list[Text] = field(default_factory=list)
    advice: list[Text] = field(default_factory=list)


def pieces(
    source: Any,
    known: set[str],
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    rows: int = 100_000,
    fits: Callable[[list[str]], bool] = lambda heads: False,
    how: How | None = None,
) -> Iterator[Piece]:
    """The rows of a file or frame, at most `rows` at a time.

    Args:
        source: path of a .csv, .txt, .tsv, .xlsx, .xlsm or .parquet file, or a frame of any engine
            narwhals knows. Workbooks and Parquet files are known by what they begin with, too.
        known: headings as `even` writes them; the first rows are searched for the one with most of
            them, as titles often stand above a table.
        sheet: of a workbook; if None the one whose headings fit, else the first.
        encoding: of a CSV file; if None told by what it holds.
        fits: whether a row has all the headings that are needed.
        how: where to note how the file was read, before its first piece.

    Raises:
        ReadingError: the file cannot be read.
    """
    if not isinstance(source, str | PathLike):
        yield from _of_frame(source, rows)
        return
    path, how = Path(source), how or How()

    def merit(row: Row) -> tuple[bool, int]:
        return fits(_heads(row)), _familiar(row, known)

    try:
        if path.is_dir():
            raise ReadingError(say("is_folder", path=path))
        if not path.is_file():
            raise ReadingError(say("no_file", path=path))
        with path.open("rb") as file:
            start = file.read(4)
        suffix = path.suffix.lower()
        if not start:
            raise ReadingError(say("empty_file", path=path.name))
        if start == LOCKED:
            raise ReadingError(say("locked_book", path=path.name))
        if start == BOOK:
            yield from _cut(_book_rows(path, sheet, merit, how), merit, path, rows, how)
        elif start == PARQUET:
            yield from _of_parquet(path, rows)
        elif suffix in {".csv", ".txt", ".tsv"}:
            yield from _cut(_csv_rows(path, encoding, known, how), merit, path, rows, how)
        elif suffix in {".xlsx", ".xlsm"}:
            raise ReadingError(say("bad_book", path=path.name))
        elif suffix == ".parquet":
            raise ReadingError(say("bad_parquet", path=path.name))
        else:
            raise ReadingError(say("unknown_file", path=path.name))
    except OSError as error:
        reason = error.strerror or str(error)
        raise ReadingError(say("unreadable", path=path.name, reason=reason)) from error


# Inside


def _of_frame(source: Any, rows: int) -> Iterator[Piece]:
    if not isinstance(source, pd.DataFrame):
        try:
            source = nw.from_native(source).lazy().collect("pandas").to_native()
        except TypeError:
            raise ReadingError(say("no_source", type=type(source).__name__)) from None
    frame = source.set_axis(range(2, len(source) + 2))
    frame.columns = [str(c) for c in frame.columns]
    rows = max(1, min(rows, MOST_CELLS // max(1, len(frame.columns))))
    for start in range(0, max(len(frame), 1), rows):
        yield _plain(frame.iloc[start : start + rows])


def _plain(piece: Piece) -> Piece:
    """Columns of the many kinds that pandas has as the few that are read."""
    kept = []
    for (_, column), dtype in zip(piece.items(), piece.dtypes, strict=True):
        if isinstance(dtype, pd.StringDtype):
            kept.append(column.astype(object))
        elif isinstance(dtype, np.dtype) and dtype.kind in "biufM":
            kept.append(column)
        else:
            kept.append(column.astype(object).map(_sound, na_action="ignore").astype(object))
    return pd.concat(kept, axis=1).set_axis(piece.columns, axis=1) if kept else piece


def _sound(cell: Any) -> Any:
    """A cell of a frame with bytes, broken text and nested values as text."""
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    if isinstance(cell, str):
        return cell.encode("utf-8", "replace").decode()
    return str(cell) if isinstance(cell, list | dict | set | tuple | np.ndarray) else cell


def _cut(rows: Iterator[Row], merit: Merit, path: Path, most: int, how: How) -> Iterator[Piece]:
    """Rows put under the headings; what stands beyond them in a row is kept in one cell."""
    first = list(islice(rows, HEAD_ROWS))
    if not first:
        raise ReadingError(say("empty_file", path=path.name))
    scores = [merit(row) for row in first]
    at = scores.index(max(scores))
    if any(any(row) for row in first[:at]):
        how.notes.append(say("heads_at", path=path.name, row=at + 1))
    heads = _heads(first[at])
    while heads and not heads[-1]:
        heads.pop()
    if not heads:
        raise ReadingError(say("no_headings", path=path.name))
    width = len(heads)
    most = max(1, min(most, MOST_CELLS // width))
    rest = chain(first[at + 1 :], rows)
    number, empty = at + 2, True
    while block := list(islice(rest, most)):
        # A cell of a workbook may be a zero.
        kept = [
            (place, row)
            for place, row in enumerate(block, number)
            if any(row) or any(cell == 0 for cell in row)
        ]
        number += len(block)
        index = [place for place, _ in kept]
        beyond = [_joined(row[width:]) if len(row) > width else "" for _, row in kept]
        cells = [
            row if len(row) == width else [*row[:width], *[None] * (width - len(row))]
            for _, row in kept
        ]
        names = heads
        if any(more.strip(", ") for more in beyond):
            names = [*heads, BEYOND[0]]
            cells = [[*row, more] for row, more in zip(cells, beyond, strict=True)]
        array = np.array(cells, dtype=object).reshape(len(cells), len(names))
        yield pd.DataFrame(array, index, names, dtype=object)
        empty = False
    if empty:
        yield pd.DataFrame(columns=heads, dtype=object)


def _heads(row: Row) -> list[str]:
    return [str(cell or "").strip().lstrip("\ufeff") for cell in row]


def _joined(cells: Row) -> str:
    return ",".join(str(cell) for cell in cells if cell is not None)


def _familiar(row: Row, known: set[str]) -> int:
    """How many of the cells are known headings."""
    from creditkit.analysis.cells import even

    return sum(even(cell) in known for cell in row if cell is not None)


def _csv_rows(path: Path, encoding: str | None, known: set[str], how: How) -> Iterator[Row]:
    encoding = encoding or _encoding(path, known, how)
    csv.field_size_limit(LARGEST_CELL)
    row = 0
    try:
        with path.open(encoding=encoding, newline="") as file:
            separator = _separator(file.read(65536), known)
            file.seek(0)
            for row, cells in enumerate(csv.reader(file, delimiter=separator), start=1):  # noqa: B007
                yield cells
    except csv.Error as error:
        raise ReadingError(say("bad_csv", path=path.name, row=row + 1)) from error
    except (UnicodeError, LookupError) as error:
        reason = getattr(error, "reason", None) or str(error)
        raise ReadingError(say("bad_encoding", path=path.name, reason=reason)) from error


def _separator(start: str, known: set[str]) -> str:
    """What parts the cells: that which gives most headings, else that which is there most."""
    lines = start.splitlines()[:HEAD_ROWS]

    def merit(sign: str) -> tuple[int, int]:
        return _most_familiar(lines, sign, known), sum(line.count(sign) for line in lines)

    return max(SEPARATORS, key=merit)


def _most_familiar(lines: list[str], sign: str, known: set[str]) -> int:
    return max((_familiar(line.split(sign), known) for line in lines), default=0)


def _encoding(path: Path, known: set[str], how: How) -> str:
    def headings(start: str) -> int:
        lines = start.splitlines()[:HEAD_ROWS]
        return max(_most_familiar(lines, sign, known) for sign in SEPARATORS)

    try:
        found = encoding_of(path, headings)
    except UnclearError as error:
        key = "mixed_encoding" if error.mixed else "unclear_encoding"
        raise ReadingError(say(key, path=path.name, row=error.row)) from None
    if found in (WESTERN, TRADITIONAL, CHINESE):
        told = say(f"read_as_{found}", path=path.name)
        how.advice.append(told)
        # GB 18030 is what spreadsheets in Chinese write; only a guess is worth a word.
        how.notes += [told] if found != CHINESE else []
    return found


def _book_rows(path: Path, sheet: str | None, merit: Merit, how: How) -> Iterator[Row]:
    try:
        from openpyxl import load_workbook
    except ModuleNotFoundError:
        raise ReadingError(say("no_package", name="openpyxl")) from None
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(part.file_size for part in archive.infolist())
        if size > LARGEST_BOOK or size > LARGEST_RATIO * max(path.stat().st_size, 1 << 16):
            raise ReadingError(say("too_large", path=path.name, size=f"{size / 2**30:.1f}"))
        # Given the open file, openpyxl does not mind what it is called.
        with (
            path.open("rb") as file,
            closing(load_workbook(file, read_only=True, data_only=True)) as book,
        ):
            if sheet is not None and sheet not in book.sheetnames:
                hint = did_you_mean(sheet, book.sheetnames)
                names = ", ".join(book.sheetnames)
                raise ReadingError(say("no_sheet", name=sheet, names=names, hint=hint))
            for page in book.worksheets:
                # Some programs write a wrong extent, and cells outside it would be passed over.
                page.reset_dimensions()
            page = book[sheet] if sheet else _sheet(book, path, merit, how)
            for cells in page.iter_rows():
                yield [_as_shown(cell) for cell in cells]
    except ReadingError:
        raise
    # The parsers of workbooks raise whatever damage leads them to.
    except Exception as error:
        raise ReadingError(say("bad_book", path=path.name)) from error


def _sheet(book: Any, path: Path, merit: Merit, how: How) -> Any:
    """The one sheet of a workbook whose headings fit best; the first where none fits."""
    pages = [page for page in book.worksheets if page.sheet_state == "visible"] or book.worksheets
    if len(pages) == 1:
        return pages[0]
    names = ", ".join(page.title for page in pages)
    merits = [
        max((merit(list(row)) for row in page.iter_rows(max_row=HEAD_ROWS, values_only=True)),
            default=(False, 0))
        for page in pages
    ]  # fmt: skip
    best = [page for page, found in zip(pages, merits, strict=True) if found == max(merits)]
    if not max(merits)[0]:
        how.advice.append(say("no_sheet_fits", path=path.name, name=pages[0].title, names=names))
        return pages[0]
    if len(best) > 1:
        alike = ", ".join(page.title for page in best)
        raise ReadingError(say("sheets_alike", path=path.name, names=alike, name=best[0].title))
    if best[0] is not pages[0]:
        how.notes.append(say("took_sheet", path=path.name, name=best[0].title, names=names))
    return best[0]


def _as_shown(cell: Any) -> Any:
    """What a cell of a workbook holds; of one that shows percent, as the sheet shows it: it holds
    0.65 for 65%."""
    value = cell.value
    if type(value) in (int, float) and _percent(str(cell.number_format)):
        return f"{value * 100:.15g}%"
    return value


@cache
def _percent(form: str) -> bool:
    """Whether a format multiplies by a hundred; a percent sign in quotes is but written there."""
    return "%" in re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", form)


def _of_parquet(path: Path, rows: int) -> Iterator[Piece]:
    try:
        import pyarrow.parquet as parquet
        from pyarrow import ArrowException
    except ModuleNotFoundError:
        raise ReadingError(say("no_package", name="pyarrow")) from None
    start = 2
    try:
        with parquet.ParquetFile(path) as file:
            if not file.metadata.num_rows:
                yield file.schema_arrow.empty_table().to_pandas()
            rows = max(1, min(rows, MOST_CELLS // max(1, file.metadata.num_columns)))
            for batch in file.iter_batches(batch_size=rows):
                piece = batch.to_pandas()
                yield _plain(piece.set_axis(range(start, start + len(piece))))
                start += len(piece)
    except (ArrowException, ValueError, OSError) as error:
        raise ReadingError(say("bad_parquet", path=path.name)) from error
