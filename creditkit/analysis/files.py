"""Files of tables, read in pieces as they are: CSV, Excel and Parquet, and frames.

Nothing is understood here; each piece has the headings of the file, its cells as they stand there,
and as its index the row that a spreadsheet would show.
"""

import codecs
import csv
import zipfile
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pandas as pd

from creditkit.text import BilingualError, Text, did_you_mean, phrases

# A spreadsheet in Chinese saves CSV in GB 18030 unless told otherwise.
ENCODINGS = ("utf-8-sig", "gb18030")
BOMS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
SEPARATORS = ",;\t|"
LOOK_AT = 1 << 22
# A cell larger than this comes of a quote that is never closed.
LARGEST_CELL = 1 << 20
# A workbook that unpacks to more than this is refused: 4 GB, or 400 times its size.
LARGEST_BOOK, LARGEST_RATIO = 4 << 30, 400
HEAD_ROWS = 12

Piece = pd.DataFrame
Head = tuple[list[str], int]


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
    rows: int = 200_000,
) -> Iterator[Piece]:
    """The rows of a file or frame, at most `rows` at a time.

    Args:
        source: path of a .csv, .txt, .tsv, .xlsx, .xlsm or .parquet file, or a pandas frame.
        known: headings as `even` writes them; the first rows are searched for the one with most of
            them, as titles often stand above a table.
        sheet: of a workbook; the first if None.
        encoding: of a CSV file; UTF-8 or GB 18030 by what it holds if None.

    Raises:
        ReadingError: the file cannot be read.
    """
    if isinstance(source, pd.DataFrame):
        yield from _of_frame(source, rows)
        return
    path = Path(source)
    if not path.is_file():
        raise ReadingError(say("no_file", path=path))
    try:
        if path.stat().st_size == 0:
            raise ReadingError(say("empty_file", path=path.name))
        suffix = path.suffix.lower()
        if suffix in {".xlsx", ".xlsm"}:
            yield from _cut(_book_rows(path, sheet), known, path, rows)
        elif suffix == ".parquet":
            yield from _of_parquet(path, rows)
        elif suffix in {".csv", ".txt", ".tsv"}:
            yield from _cut(_csv_rows(path, encoding), known, path, rows)
        else:
            raise ReadingError(say("unknown_file", path=path.name))
    except OSError as error:
        reason = error.strerror or str(error)
        raise ReadingError(say("unreadable", path=path.name, reason=reason)) from error


# Inside


def _of_frame(frame: pd.DataFrame, rows: int) -> Iterator[Piece]:
    frame = frame.set_axis(range(2, len(frame) + 2))
    frame.columns = [str(c) for c in frame.columns]
    for start in range(0, max(len(frame), 1), rows):
        yield frame.iloc[start : start + rows]


def _cut(
    numbered: Iterator[tuple[int, list[Any]]], known: set[str], path: Path, rows: int
) -> Iterator[Piece]:
    """Rows put under the headings; a row with more cells than headings keeps them under `+1`…"""
    from creditkit.analysis.cells import even

    first = list(islice(numbered, HEAD_ROWS))
    scores = [sum(even(cell) in known for cell in row if cell is not None) for _, row in first]
    if not first:
        raise ReadingError(say("empty_file", path=path.name))
    at = scores.index(max(scores))
    heads = [str(cell or "").strip().lstrip("\ufeff") for cell in first[at][1]]
    while heads and not heads[-1]:
        heads.pop()
    if not heads:
        raise ReadingError(say("no_headings", path=path.name))
    width = len(heads)
    rest = chain(first[at + 1 :], numbered)
    empty = True
    while block := list(islice(rest, rows)):
        block = [(n, row) for n, row in block if any(row) or any(c == 0 for c in row)]
        widest = max((len(row) for _, row in block), default=width)
        names = [*heads, *(f"+{n}" for n in range(1, widest - width + 1))]
        cells = [[*row, *[None] * (len(names) - len(row))] for _, row in block]
        yield pd.DataFrame(cells, index=[n for n, _ in block], columns=names, dtype=object)
        empty = False
    if empty:
        yield pd.DataFrame(columns=heads, dtype=object)


def _csv_rows(path: Path, encoding: str | None) -> Iterator[tuple[int, list[Any]]]:
    encoding = encoding or _encoding(path)
    try:
        with path.open(encoding=encoding, newline="") as file:
            sample = file.read(65536).splitlines()[:HEAD_ROWS]
            file.seek(0)
            separator = max(SEPARATORS, key=lambda s: sum(line.count(s) for line in sample))
            csv.field_size_limit(LARGEST_CELL)
            reader = csv.reader(file, delimiter=separator)
            row = 0
            try:
                for row, cells in enumerate(reader, start=1):
                    yield row, cells
            except csv.Error as error:
                raise ReadingError(say("bad_csv", path=path.name, row=row + 1)) from error
    except (UnicodeDecodeError, LookupError) as error:
        reason = getattr(error, "reason", None) or str(error)
        raise ReadingError(say("bad_encoding", path=path.name, reason=reason)) from error


def _encoding(path: Path) -> str:
    """The first encoding in which the whole file makes sense."""
    with path.open("rb") as file:
        start = file.read(4)
    for mark, name in BOMS.items():
        if start.startswith(mark):
            return name
    wrong = 0
    for name in ENCODINGS:
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


def _book_rows(path: Path, sheet: str | None) -> Iterator[tuple[int, list[Any]]]:
    try:
        from openpyxl import load_workbook
        from openpyxl.utils.exceptions import InvalidFileException
    except ModuleNotFoundError:
        raise ReadingError(say("no_package", name="openpyxl")) from None
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(part.file_size for part in archive.infolist())
        if size > LARGEST_BOOK or size > LARGEST_RATIO * max(path.stat().st_size, 1 << 16):
            raise ReadingError(say("too_large", path=path.name, size=f"{size / 2**30:.1f}"))
        book = load_workbook(path, read_only=True, data_only=True)
        if sheet is not None and sheet not in book.sheetnames:
            hint = did_you_mean(sheet, book.sheetnames)
            names = ", ".join(book.sheetnames)
            raise ReadingError(say("no_sheet", name=sheet, names=names, hint=hint))
        page = book[sheet] if sheet else book.worksheets[0]
        for row, cells in enumerate(page.iter_rows(values_only=True), start=1):
            yield row, list(cells)
        book.close()
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError) as error:
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
            for batch in file.iter_batches(batch_size=rows):
                piece = batch.to_pandas()
                yield piece.set_axis(range(start, start + len(piece)))
                start += len(piece)
    except ArrowException as error:
        raise ReadingError(say("bad_parquet", path=path.name)) from error
