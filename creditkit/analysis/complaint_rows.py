"""The rows of a complaint register: its columns, what they may hold, and how they are read."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from creditkit.content.library import procedure
from creditkit.text import BilingualError, Text, did_you_mean, join, phrases, plain

COLUMNS = (
    "id", "received", "channel", "customer", "telephone", "content", "person", "department",
    "in_scope", "opinion_at", "told_at", "closed_at", "late", "explained", "outcome", "rounds",
)  # fmt: skip
TIMES = ("received", "opinion_at", "told_at", "closed_at")
FLAGS = ("in_scope", "late", "explained")
FLAG = {"true": True, "false": False}
CODED = ("channel", "department", "outcome")
OUTCOMES = ("accepted", "negotiated", "unsettled", "open")
# A spreadsheet in Chinese saves CSV in GB 18030 unless told otherwise.
ENCODINGS = ("utf-8-sig", "gb18030")
# 2026/3/4 9:30, as a spreadsheet writes a time it has been shown.
LOOSE_TIME = r"^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T]+(\d{1,2})(:.*))?$"


def say(key: str, /, **slots: object) -> Text:
    return phrases("complaints")(key, **slots)


class RegisterError(BilingualError):
    """A register that cannot be used; `problems` names row, column and what to do, all at once."""

    def __init__(self, problems: list[Text]) -> None:
        self.problems = problems
        super().__init__(join(problems, zh="\n", en="\n"))


def codes(name: str) -> list[str]:
    """The codes a column can hold, in order."""
    if name == "outcome":
        return list(OUTCOMES)
    lists = procedure("complaint").lists
    return [o.id for o in lists[f"{name}s"]]


def title(name: str, code: str) -> Text:
    """A code in words."""
    if name == "month":
        return plain(code)
    if name == "outcome":
        return say(f"outcome_{code}")
    return procedure("complaint").option(f"{name}s", code).title


def columns(lang: str | None = None) -> dict[str, str]:
    """The headings of a register, by column."""
    return {c: say(f"column_{c}").in_(lang) for c in COLUMNS}


def in_words(row: Mapping[Any, Any], lang: str | None) -> dict[str, str]:
    """A row of a register as text, codes and flags in words."""
    words: dict[str, str] = {}
    for name in COLUMNS:
        value = row[name]
        if pd.isna(value):
            words[name] = ""
        elif name in TIMES:
            words[name] = f"{value:%Y-%m-%d %H:%M}"
        elif name in FLAGS:
            words[name] = say("yes" if value else "no_").in_(lang)
        elif name in CODED:
            words[name] = title(name, value).in_(lang)
        else:
            words[name] = str(value)
    return words


def read_rows(source: str | Path | pd.DataFrame) -> pd.DataFrame:
    """The rows of a CSV file or table with the columns of `COLUMNS` in their types; other columns
    are left out.

    Raises:
        RegisterError: columns are missing, or cells cannot be read or contradict one another.
        OSError: the file cannot be read.
    """
    raw = source if isinstance(source, pd.DataFrame) else _read_csv(Path(source))
    raw = raw.reset_index(drop=True)
    missing = [c for c in COLUMNS if c not in raw.columns]
    if missing:
        found = ", ".join(map(str, raw.columns))
        raise RegisterError([say("no_columns", missing=", ".join(missing), found=found)])
    problems: list[Text] = []
    frame = pd.DataFrame({name: _read(raw[name], name, problems) for name in COLUMNS})
    _check_rows(frame, ~_blank(raw["closed_at"]), problems)
    if problems:
        raise RegisterError(problems)
    return frame


def _read_csv(path: Path) -> pd.DataFrame:
    for encoding in ENCODINGS:
        try:
            return pd.read_csv(path, dtype="str", keep_default_na=False, encoding=encoding)
        except UnicodeDecodeError:
            continue
        except pd.errors.EmptyDataError:
            raise RegisterError([say("empty_file", path=path.name)]) from None
        except pd.errors.ParserError as error:
            problem = str(error).strip()
            raise RegisterError([say("no_table", path=path.name, problem=problem)]) from None
    raise RegisterError([say("bad_encoding", path=path.name)])


def _check_rows(frame: pd.DataFrame, closed: "pd.Series[bool]", problems: list[Text]) -> None:
    for later in TIMES[1:]:
        for row in frame.index[(frame[later] < frame["received"]).fillna(False)]:
            problems.append(say("runs_back", row=_row(row), earlier="received", later=later))
    is_open = frame["outcome"] == "open"
    problems += [say("open_but_closed", row=_row(r)) for r in frame.index[closed & is_open]]
    ended = frame["outcome"].isin(OUTCOMES) & ~is_open & ~closed
    problems += [say("ended_but_open", row=_row(r)) for r in frame.index[ended]]
    twice = frame["id"][frame["id"].duplicated() & (frame["id"] != "")]
    problems += [say("twice", row=_row(row), id=id) for row, id in twice.items()]


def _read(cells: "pd.Series[Any]", name: str, problems: list[Text]) -> "pd.Series[Any]":
    if name in TIMES:
        blank = _blank(cells)
        words = cells.astype("str").str.strip().str.replace(LOOSE_TIME, _padded, regex=True)
        words = words.mask(blank)
        read = pd.to_datetime(words, errors="coerce", format="ISO8601", utc=True)
        for row in cells.index[read.isna() & ~blank]:
            problems.append(say("bad_time", row=_row(row), column=name, value=str(cells[row])))
        if name == "received":
            problems += [say("no_received", row=_row(row)) for row in cells.index[blank]]
        return read.dt.tz_localize(None)
    if name in FLAGS:
        words = cells.mask(_blank(cells)).astype("str").str.strip().str.lower()
        for row in cells.index[~words.isin(list(FLAG)) & ~_blank(cells)]:
            problems.append(say("bad_flag", row=_row(row), column=name, value=str(cells[row])))
        return words.map(FLAG).astype("boolean")
    if name == "rounds":
        words = cells.astype("str").str.strip().mask(_blank(cells), "0")
        whole = words.str.fullmatch(r"\d{1,6}(\.0)?")
        for row in cells.index[~whole]:
            problems.append(say("bad_rounds", row=_row(row), value=str(cells[row])))
        return words.where(whole, "0").astype("float64").astype("int64")
    words = cells.fillna("").astype(str)
    if name in CODED:
        known_codes = codes(name)
        for row in words.index[~words.isin(known_codes)]:
            hint = did_you_mean(words[row], known_codes)
            values = ", ".join(known_codes)
            problems.append(
                say("bad_code", row=_row(row), column=name, value=words[row], values=values,
                    hint=hint)
            )  # fmt: skip
    return words


def _blank(cells: "pd.Series[Any]") -> "pd.Series[bool]":
    return cells.isna() | (cells.astype("str").str.strip() == "")


def _padded(found: Any) -> str:
    year, month, day, hour, rest = found.groups()
    date = f"{year}-{month:0>2}-{day:0>2}"
    return f"{date} {hour:0>2}{rest}" if hour else date


def _row(index: Any) -> int:
    """The row as a spreadsheet counts it: below a heading, from 2."""
    return int(index) + 2


def there(name: str, known: list[str]) -> None:
    """Whether a code exists.

    Raises:
        RegisterError: it does not; the message lists those that do.
    """
    if name not in known:
        hint = did_you_mean(name, known)
        raise RegisterError([say("unknown", name=name, names=", ".join(known), hint=hint)])


def day(value: str) -> pd.Timestamp:
    """The beginning of a day written as 2026-03-04.

    Raises:
        RegisterError: it is not written so.
    """
    try:
        return pd.Timestamp(date.fromisoformat(value))
    except ValueError:
        raise RegisterError([say("bad_day", value=value)]) from None
