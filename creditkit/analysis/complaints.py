"""The complaint register: what an analyst asks of many complaints.

A register has one row a complaint and the columns of `COLUMNS`. Names and telephone numbers are
personal data: everything that leaves a register masks them unless told otherwise.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from creditkit.casework.case import Case, cases_folder
from creditkit.casework.export import MARK, csv_text, page, table
from creditkit.casework.journal import Journal
from creditkit.content.library import procedure
from creditkit.text import BilingualError, Text, did_you_mean, join, language, phrases, plain

TEXTS = ("id", "channel", "customer", "telephone", "content", "person", "department", "outcome")
TIMES = ("received", "opinion_at", "told_at", "closed_at")
FLAGS = ("in_scope", "late", "explained")
COLUMNS = (
    "id", "received", "channel", "customer", "telephone", "content", "person", "department",
    "in_scope", "opinion_at", "told_at", "closed_at", "late", "explained", "outcome", "rounds",
)  # fmt: skip
OUTCOMES = ("accepted", "negotiated", "unsettled", "open")
By = Literal["channel", "department", "outcome", "month"]
# Runs of this many digits in a complaint's words are taken for a number to mask.
DIGITS = 5


def say(key: str, /, **slots: object) -> Text:
    return phrases("complaints")(key, **slots)


class RegisterError(BilingualError):
    """A register that cannot be used; `problems` names row, column and what to do, all at once."""

    def __init__(self, problems: list[Text]) -> None:
        self.problems = problems
        super().__init__(join(problems, zh="\n", en="\n"))


@dataclass(frozen=True)
class ComplaintRegister:
    """Complaints, one row each; `frame` is whole, everything shown of it is masked.

    >>> register = sample_register()
    >>> sorted(set(register.frame["channel"]))[:2]
    ['desk', 'fax']
    >>> register.shown().loc[0, "telephone"][:1]
    '*'
    """

    frame: pd.DataFrame

    def __len__(self) -> int:
        return len(self.frame)

    def filter(
        self,
        *,
        channel: str | None = None,
        department: str | None = None,
        outcome: str | None = None,
        late: bool | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> "ComplaintRegister":
        """Only the complaints that fit; `since` and `until` are days of receipt, both included.

        Raises:
            RegisterError: a code or a day does not exist.
        """
        frame = self.frame
        for name, value in (("channel", channel), ("department", department), ("outcome", outcome)):
            if value is not None:
                _there(value, codes(name))
                frame = frame[frame[name] == value]
        if late is not None:
            frame = frame[frame["late"].fillna(False).astype(bool) == late]
        if since is not None:
            frame = frame[frame["received"] >= _day(since)]
        if until is not None:
            frame = frame[frame["received"] < _day(until) + pd.Timedelta(days=1)]
        return ComplaintRegister(frame.reset_index(drop=True))

    def shown(self, *, mask: bool = True) -> pd.DataFrame:
        """The register as a table, its names and numbers masked unless `mask` is False.

        A name keeps its first character, a telephone number its last two digits. In the words of
        the complaint the row's own names are masked, and every run of five digits or more.
        """
        if not mask:
            return self.frame.copy()
        frame = self.frame.copy()
        frame["content"] = [_masked_content(row) for row in self.frame.to_dict("records")]
        for name in ("customer", "person"):
            frame[name] = [_masked_name(value) for value in frame[name]]
        frame["telephone"] = [_masked_number(value) for value in frame["telephone"]]
        return frame

    def rows(self, lang: str | None = None, *, mask: bool = True) -> list[dict[str, str]]:
        """The register as plain rows in one language, ready to show or export."""
        return [_in_words(row, lang) for row in self.shown(mask=mask).to_dict("records")]

    def to_csv(self, lang: str | None = None, *, mask: bool = True) -> str:
        """The register as CSV that a spreadsheet opens without running anything in it."""
        return csv_text(self.rows(lang, mask=mask), columns(lang))

    def to_html(self, lang: str | None = None, *, mask: bool = True) -> str:
        """The register with its figures as one self-contained page, ready to print."""
        lang = lang or language()
        body = []
        for by in ("channel", "department", "outcome"):
            title = say(f"by_{by}").in_(lang)
            rows = figure_rows(self.figures(by), by, lang)
            body += [f"<h2>{title}</h2>", table(rows, figure_columns(by, lang))]
        body.append(table(self.rows(lang, mask=mask), columns(lang)))
        return page(say("register").in_(lang), body, lang)

    def save(
        self, folder: str | Path, lang: str | None = None, *, mask: bool = True
    ) -> tuple[Path, Path]:
        """Write `complaints.csv` and `complaints.html` into a folder; returns their paths.

        Raises:
            OSError: the folder cannot be written.
        """
        Path(folder).mkdir(parents=True, exist_ok=True)
        csv, html = Path(folder) / "complaints.csv", Path(folder) / "complaints.html"
        csv.write_text(MARK + self.to_csv(lang, mask=mask), "utf-8", newline="")
        html.write_text(self.to_html(lang, mask=mask), "utf-8")
        return csv, html

    def figures(self, by: By = "channel") -> pd.DataFrame:
        """What a group of complaints comes to, a row a group, indexed by its code.

        Returns:
            DataFrame with `count` (int64), `share` of all (float64), `open` (int64),
            `hours_to_opinion`: the median of those that have an opinion, `hours_to_close`: the
            median by Kaplan and Meier, in which open complaints count as not yet closed (NaN where
            fewer than half have been closed), `late`: the share late with `late_low` and
            `late_high`, its 95 % interval after Wilson, and `explained`: the share of the late ones
            whose delay was explained (all float64; hours are hours, shares run from 0 to 1).

        Sources: E. L. Kaplan, P. Meier, "Nonparametric estimation from incomplete observations",
        JASA 53 (1958); E. B. Wilson, "Probable inference, the law of succession, and statistical
        inference", JASA 22 (1927).

        >>> figures = sample_register().figures("channel")
        >>> int(figures["count"].sum()) == len(sample_register())
        True
        """
        frame = self.frame
        group = frame["received"].dt.strftime("%Y-%m") if by == "month" else frame[by]
        found = {key: _figures(part, len(frame)) for key, part in frame.groupby(group.rename(by))}
        order = sorted(found) if by == "month" else [c for c in codes(by) if c in found]
        names = ["count", "share", "open", "hours_to_opinion", "hours_to_close", "late",
                 "late_low", "late_high", "explained"]  # fmt: skip
        figures = pd.DataFrame([found[key] for key in order], index=order, columns=names)
        figures.index.name = by
        return figures


def load_register(source: str | Path | pd.DataFrame) -> ComplaintRegister:
    """Read a register from a CSV file (UTF-8) or a table with the columns of `COLUMNS`.

    Times are ISO 8601, one with an offset is brought to UTC; flags are `true` or `false`; what is
    not known is empty.

    Raises:
        RegisterError: columns are missing, or cells cannot be read; all problems at once.
        OSError: the file cannot be read.
    """
    if isinstance(source, pd.DataFrame):
        raw = source.copy()
    else:
        raw = pd.read_csv(source, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    missing = [c for c in COLUMNS if c not in raw.columns]
    if missing:
        found = ", ".join(map(str, raw.columns))
        raise RegisterError([say("no_columns", missing=", ".join(missing), found=found)])
    problems: list[Text] = []
    frame = pd.DataFrame(index=raw.index)
    for name in COLUMNS:
        frame[name] = _read(raw[name], name, problems)
    for earlier, later in (("received", "opinion_at"), ("received", "closed_at")):
        for row in frame.index[(frame[later] < frame[earlier]).fillna(False)]:
            problems.append(say("runs_back", row=_row(row), earlier=earlier, later=later))
    twice = frame["id"][frame["id"].duplicated() & (frame["id"] != "")]
    problems += [say("twice", row=_row(row), id=id) for row, id in twice.items()]
    if problems:
        raise RegisterError(problems)
    return ComplaintRegister(frame.reset_index(drop=True))


def sample_register() -> ComplaintRegister:
    """The sample register in `data/complaints.csv`: synthetic, its people do not exist.

    Raises:
        FileNotFoundError: creditkit was installed without its sample data.
    """
    package = Path(__file__).parents[1]
    # In a checkout the data stand beside the package; a wheel carries them in its course.
    beside = package.parent / "data" / "complaints.csv"
    return load_register(beside if beside.exists() else package / "course/data/complaints.csv")


def register_from_cases(folder: str | Path | None = None, *, training: bool = False) -> Any:
    """A register of the complaints worked in the case player, real ones unless `training`.

    Returns:
        ComplaintRegister; a case that cannot be read is passed over.
    """
    rows = []
    for file in sorted(Path(folder or cases_folder()).glob("*.jsonl")):
        try:
            case = Case(Journal.open(file, write=False))
        except (BilingualError, OSError, KeyError):
            continue
        if case.procedure.id == "complaint" and case.real != training:
            rows.append(_case_row(case))
    return load_register(pd.DataFrame(rows, columns=list(COLUMNS)))


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


def figure_columns(by: str, lang: str | None = None) -> dict[str, str]:
    """The headings of the figures, by column."""
    keys = ("count", "share", "open", "hours_to_opinion", "hours_to_close", "late", "explained")
    return {"group": say(f"by_{by}").in_(lang)} | {k: say(f"figure_{k}").in_(lang) for k in keys}


def figure_rows(figures: pd.DataFrame, by: By, lang: str | None = None) -> list[dict[str, str]]:
    """Figures as plain rows, ready to show."""

    def hours(value: float) -> str:
        return "–" if pd.isna(value) else f"{value:.1f}"

    def share(value: float) -> str:
        return "–" if pd.isna(value) else f"{value:.0%}"

    return [
        {
            "group": title(by, str(key)).in_(lang),
            "count": f"{row['count']:.0f}",
            "share": share(row["share"]),
            "open": f"{row['open']:.0f}",
            "hours_to_opinion": hours(row["hours_to_opinion"]),
            "hours_to_close": hours(row["hours_to_close"]),
            "late": f"{share(row['late'])} ({share(row['late_low'])}–{share(row['late_high'])})",
            "explained": share(row["explained"]),
        }
        for key, row in figures.iterrows()
    ]


def kaplan_meier(hours: Iterable[float], closed: Iterable[bool]) -> pd.Series:
    """The share not yet closed after so many hours, by Kaplan and Meier.

    Args:
        hours: from receipt to the close, or to now for those still open.
        closed: whether each has been closed.

    Returns:
        Series of float64, indexed by the hours at which any was closed.

    >>> kaplan_meier([1, 2, 3], [True, False, True]).round(3).to_dict()
    {1.0: 0.667, 3.0: 0.0}
    """
    table_ = pd.DataFrame({"hours": list(hours), "closed": list(closed)}, dtype="float64")
    counts = table_.groupby("hours")["closed"].agg(["sum", "count"])
    at_risk = counts["count"][::-1].cumsum()[::-1]
    survived = (1 - counts["sum"] / at_risk).cumprod()
    return survived[counts["sum"] > 0].rename("open")


def wilson(count: float, of: float) -> tuple[float, float]:
    """The 95 % interval of a share after Wilson; (nan, nan) of nothing.

    >>> tuple(round(x, 3) for x in wilson(5, 10))
    (0.237, 0.763)
    """
    if not of:
        return float("nan"), float("nan")
    z, p = 1.959964, count / of
    middle, half = p + z * z / (2 * of), z * sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    whole = 1 + z * z / of
    return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)


# Inside


def _figures(part: pd.DataFrame, whole: int) -> list[float]:
    late = part["late"].fillna(False).astype(bool)
    to_opinion = _hours(part["received"], part["opinion_at"]).dropna()
    closed = part["closed_at"].notna()
    # What is still open has been open until the last thing known of any complaint.
    now = part[list(TIMES)].max().max()
    curve = kaplan_meier(_hours(part["received"], part["closed_at"].fillna(now)), closed)
    median = curve[curve <= 0.5]
    low, high = wilson(float(late.sum()), len(part))
    explained = part["explained"][late].fillna(False).astype(bool)
    return [
        len(part),
        len(part) / whole,
        int((~closed).sum()),
        float(to_opinion.median()) if len(to_opinion) else float("nan"),
        float(median.index[0]) if len(median) else float("nan"),
        float(late.mean()),
        low,
        high,
        float(explained.mean()) if len(explained) else float("nan"),
    ]


def _hours(start: "pd.Series[Any]", end: "pd.Series[Any]") -> "pd.Series[Any]":
    return (end - start).dt.total_seconds() / 3600


def _read(cells: "pd.Series[Any]", name: str, problems: list[Text]) -> "pd.Series[Any]":
    if name in TIMES:
        read = pd.to_datetime(cells.replace("", None), errors="coerce", format="ISO8601", utc=True)
        read = read.dt.tz_localize(None)
        for row in cells.index[read.isna() & cells.notna() & (cells.astype(str) != "")]:
            problems.append(say("bad_time", row=_row(row), column=name, value=str(cells[row])))
        if name == "received":
            problems += [say("no_received", row=_row(r)) for r in cells.index[cells.isna()]]
            problems += [say("no_received", row=_row(r)) for r in cells.index[cells.eq("")]]
        return read
    if name in FLAGS:
        known = {"true": True, "false": False} | dict.fromkeys(("", "nan", "none", "<na>"), pd.NA)
        words = cells.astype(str).str.strip().str.lower()
        for row in cells.index[~words.isin(list(known))]:
            problems.append(say("bad_flag", row=_row(row), column=name, value=str(cells[row])))
        return words.map(known).astype("boolean")
    if name == "rounds":
        words = cells.astype(str).str.strip().replace({"": "0", "nan": "0"})
        whole = words.str.fullmatch(r"\d{1,6}(\.0)?")
        for row in cells.index[~whole]:
            problems.append(say("bad_rounds", row=_row(row), value=str(cells[row])))
        return words.where(whole, "0").astype("float64").astype("int64")
    words = cells.fillna("").astype(str)
    if name in {"channel", "department", "outcome"}:
        known_codes = codes(name)
        for row in words.index[~words.isin(known_codes)]:
            hint = did_you_mean(words[row], known_codes)
            values = ", ".join(known_codes)
            problems.append(
                say("bad_code", row=_row(row), column=name, value=words[row], values=values,
                    hint=hint)
            )  # fmt: skip
    return words


def _row(index: Any) -> int:
    """The row as a spreadsheet counts it: below a heading, from 2."""
    return int(index) + 2


def _in_words(row: Mapping[Any, Any], lang: str | None) -> dict[str, str]:
    words: dict[str, str] = {}
    for name in COLUMNS:
        value = row[name]
        if pd.isna(value):
            words[name] = ""
        elif name in TIMES:
            words[name] = f"{value:%Y-%m-%d %H:%M}"
        elif name in FLAGS:
            words[name] = say("yes" if value else "no_").in_(lang)
        elif name in {"channel", "department", "outcome"}:
            words[name] = title(name, value).in_(lang)
        else:
            words[name] = str(value)
    return words


def _masked_name(value: str) -> str:
    return f"{value[:1]}**" if value else ""


def _masked_number(value: str) -> str:
    digits = [c for c in value if c.isdigit()]
    return f"****{''.join(digits[-2:])}" if len(digits) > 2 else "****" if value else ""


def _masked_content(row: Mapping[Any, Any]) -> str:
    words = str(row["content"])
    names = sorted({str(row[n]) for n in ("customer", "person") if row[n]}, key=len, reverse=True)
    for name in names:
        words = words.replace(name, _masked_name(name))
    return re.sub(rf"\d(?:[\s-]?\d){{{DIGITS - 1},}}", "****", words)


def _case_row(case: Case) -> dict[str, Any]:
    state = case.state
    entries, values = state.entries, state.values
    began = case.journal.header.get("t", "")

    def time_of(step: str) -> str:
        lines = [line for line in state.lines if line.get("step") == step]
        return lines[0].get("t", "") if lines else ""

    end = state.lines[-1].get("t", "") if state.closed else ""
    reaction = values.get("hear_reaction")
    outcome = "open"
    if state.closed:
        outcome = "negotiated" if state.rounds["negotiate"] else "accepted"
        outcome = "unsettled" if reaction == "no_agreement" else outcome
    return {
        "id": case.name,
        "received": began,
        "channel": case.given.get("channel", "other"),
        "customer": entries.get("customer_name", "") or case.customer.zh,
        "telephone": entries.get("telephone", ""),
        "content": entries.get("content", ""),
        "person": entries.get("person", ""),
        "department": entries.get("department", "other"),
        "in_scope": {"in_scope": "true", "out_of_scope": "false"}.get(
            values.get("decide_scope", ""), ""
        ),
        "opinion_at": time_of("handling"),
        "told_at": time_of("tell_result"),
        "closed_at": end,
        "late": str(state.late).lower(),
        "explained": str("explain_delay" in state.ever).lower() if state.late else "",
        "outcome": outcome,
        "rounds": str(state.rounds["negotiate"]),
    }


def _there(name: str, known: list[str]) -> None:
    if name not in known:
        hint = did_you_mean(name, known)
        raise RegisterError([say("unknown", name=name, names=", ".join(known), hint=hint)])


def _day(value: str) -> pd.Timestamp:
    try:
        return pd.Timestamp(datetime.fromisoformat(value))
    except ValueError:
        raise RegisterError([say("bad_day", value=value)]) from None
