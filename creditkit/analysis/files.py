"""Files of tables, read in pieces as they are: CSV, Excel and Parquet, and frames.

Nothing is understood here; each piece has the headings of the file, its cells as they stand there,
and as its index the row that a spreadsheet would show.
"""

import codecs
import csv
import zipfile
from collections.abc import Iterator
from contextlib import closing
from itertools import chain, islice
from os import PathLike
from pathlib import Path
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from creditkit.text import BilingualError, Text, did_you_mean, phrases

# A spreadsheet in Chinese saves CSV in GB 18030 unless told otherwise.
ENCODINGS = ("utf-8-sig", "gb18030")
BOMS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
# What files begin with, whatever they are called; the last is a workbook of old or one locked by a
# password.
BOOK, PARQUET, LOCKED = b"PK\3\4", b"PAR1", b"\xd0\xcf\x11\xe0"
SEPARATORS = ",;\t|"
LOOK_AT = 1 << 22
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


def say(key: str, /, **slots: object) -> Text:
    return phrases("reading")(key, **slots)


class ReadingError(BilingualError):
    """A file or table that cannot be read at all; the message says what is wrong and what to do."""


def pieces(
    source: Any,
    known: set[str],
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    rows: int = 100_000,
) -> Iterator[Piece]:
    """The rows of a file or frame, at most `rows` at a time.

    Args:
        source: path of a .csv, .txt, .tsv, .xlsx, .xlsm or .parquet file, or a frame of any engine
            narwhals knows. Workbooks and Parquet files are known by what they begin with, too.
        known: headings as `even` writes them; the first rows are searched for the one with most of
            them, as titles often stand above a table.
        sheet: of a workbook; the first if None.
        encoding: of a CSV file; UTF-8 or GB 18030 by what it holds if None.

    Raises:
        ReadingError: the file cannot be read.
    """
    if not isinstance(source, str | PathLike):
        yield from _of_frame(source, rows)
        return
    path = Path(source)
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
            yield from _cut(_book_rows(path, sheet), known, path, rows)
        elif start == PARQUET:
            yield from _of_parquet(path, rows)
        elif suffix in {".csv", ".txt", ".tsv"}:
            yield from _cut(_csv_rows(path, encoding, known), known, path, rows)
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


def _cut(rows: Iterator[Row], known: set[str], path: Path, most: int) -> Iterator[Piece]:
    """Rows put under the headings; what stands beyond them in a row is kept in one cell."""
    first = list(islice(rows, HEAD_ROWS))
    if not first:
        raise ReadingError(say("empty_file", path=path.name))
    scores = [_familiar(row, known) for row in first]
    at = scores.index(max(scores))
    heads = [str(cell or "").strip().lstrip("\ufeff") for cell in first[at]]
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


def _joined(cells: Row) -> str:
    return ",".join(str(cell) for cell in cells if cell is not None)


def _familiar(row: Row, known: set[str]) -> int:
    """How many of the cells are known headings."""
    from creditkit.analysis.cells import even

    return sum(even(cell) in known for cell in row if cell is not None)


def _csv_rows(path: Path, encoding: str | None, known: set[str]) -> Iterator[Row]:
    encoding = encoding or _encoding(path)
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
        familiar = max((_familiar(line.split(sign), known) for line in lines), default=0)
        return familiar, sum(line.count(sign) for line in lines)

    return max(SEPARATORS, key=merit)


def _encoding(path: Path) -> str:
    """The first encoding in which the whole file makes sense."""
    with path.open("rb") as file:
        start = file.read(4)
    for mark, name in BOMS.items():
        if start.startswith(mark):
            return name
    wrong = 0
    for name in ENCODINGS[:1] if start.startswith(codecs.BOM_UTF8) else ENCODINGS:
        line = 1
        decoder = codecs.getincrementaldecoder(name)()
        with path.open("rb") as file:
            try:
                while part := file.read(LOOK_AT):
                    decoder.decode(part)
                    line += part.count(b"\n")
                decoder.decode(b"", final=True)
                return name
            except UnicodeDecodeError as error:
                wrong = wrong or line + part[: error.start].count(b"\n")
    raise ReadingError(say("mixed_encoding", path=path.name, row=wrong))


def _book_rows(path: Path, sheet: str | None) -> Iterator[Row]:
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
            page = book[sheet] if sheet else book.worksheets[0]
            # Some programs write a wrong extent, and cells outside it would be passed over.
            page.reset_dimensions()
            for cells in page.iter_rows(values_only=True):
                yield list(cells)
    except ReadingError:
        raise
    # The parsers of workbooks raise whatever damage leads them to.
    except Exception as error:
        raise ReadingError(say("bad_book", path=path.name)) from error


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
