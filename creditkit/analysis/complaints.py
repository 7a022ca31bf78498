"""The complaint register: what an analyst asks of many complaints.

A register has one row a complaint and the columns of `COLUMNS`. Names and telephone numbers are
personal data: everything that leaves a register masks them unless told otherwise. Masked is not
anonymous; see `creditkit.analysis.masking`.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from creditkit.analysis.complaint_rows import (
    COLUMNS,
    TIMES,
    RegisterError,
    codes,
    columns,
    day,
    in_words,
    read_rows,
    say,
    there,
    title,
)
from creditkit.analysis.estimates import kaplan_meier, time_until, wilson
from creditkit.analysis.masking import mask_name, mask_number, mask_words
from creditkit.casework.case import Case, cases_folder
from creditkit.casework.export import MARK, csv_text, page, table
from creditkit.casework.journal import Journal
from creditkit.text import BilingualError, language

By = Literal["channel", "department", "outcome", "month"]
Until = Literal["opinion_at", "told_at", "closed_at"]
FIGURES = (
    "count", "share", "open", "hours_to_opinion", "hours_to_opinion_90", "hours_to_close",
    "hours_to_close_90", "late", "late_low", "late_high", "explained",
)  # fmt: skip


@dataclass(frozen=True)
class ComplaintRegister:
    """Complaints, one row each; `frame` is whole, everything shown of it is masked.

    `as_of` is when it was last known which complaints are open. It stays when rows are filtered.

    >>> register = sample_register()
    >>> sorted(set(register.frame["channel"]))[:2]
    ['desk', 'fax']
    >>> register.shown().loc[0, "telephone"][:1]
    '*'
    """

    frame: pd.DataFrame
    as_of: pd.Timestamp

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
                there(value, codes(name))
                frame = frame[frame[name] == value]
        if late is not None:
            frame = frame[frame["late"].fillna(False).astype(bool) == late]
        if since is not None:
            frame = frame[frame["received"] >= day(since)]
        if until is not None:
            frame = frame[frame["received"] < day(until) + pd.Timedelta(days=1)]
        return replace(self, frame=frame.reset_index(drop=True))

    def shown(self, *, mask: bool = True) -> pd.DataFrame:
        """The register as a table, its names and numbers masked unless `mask` is False.

        A name keeps its first character, a telephone number its last two digits. In the id and in
        the words of the complaint the row's own names are masked, and in the words its number and
        every run of five digits or more.
        """
        if not mask:
            return self.frame.copy()
        frame = self.frame.copy()
        owners = list(zip(frame["customer"], frame["person"], strict=True))
        frame["id"] = [
            mask_words(id, names, digits=False)
            for id, names in zip(frame["id"], owners, strict=True)
        ]
        frame["content"] = [
            mask_words(words, names, [number])
            for words, names, number in zip(
                frame["content"], owners, frame["telephone"], strict=True
            )
        ]
        for name in ("customer", "person"):
            frame[name] = [mask_name(value) for value in frame[name]]
        frame["telephone"] = [mask_number(value) for value in frame["telephone"]]
        return frame

    def rows(self, lang: str | None = None, *, mask: bool = True) -> list[dict[str, str]]:
        """The register as plain rows in one language, ready to show or export."""
        return [in_words(row, lang) for row in self.shown(mask=mask).to_dict("records")]

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
        told = (say("waiting_note"), *((say("masked_note"),) if mask else ()))
        body += [f"<p>{escape(text.in_(lang))}</p>" for text in told]
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

    def waiting(self, until: Until = "closed_at") -> pd.Series:
        """The share of complaints still waiting, by hours since receipt, after Kaplan and Meier.

        Waiting for the opinion (`opinion_at`), to be told (`told_at`) or for the close
        (`closed_at`). A complaint that has not come so far counts as waiting until it was closed
        without, or else until `as_of`.

        Returns:
            Series of float64 (shares from 0 to 1), indexed by hours.
        """
        frame = self.frame
        last = frame[until].fillna(frame["closed_at"]).fillna(self.as_of)
        hours = (last - frame["received"]).dt.total_seconds() / 3600
        return kaplan_meier(hours, frame[until].notna())

    def figures(self, by: By = "channel") -> pd.DataFrame:
        """What a group of complaints comes to, a row a group, indexed by its code.

        Returns:
            DataFrame with `count` (int64), `share` of all, and `open` (int64); the hours in which
            half and in which nine tenths have an opinion (`hours_to_opinion`,
            `hours_to_opinion_90`) or are closed (`hours_to_close`, `hours_to_close_90`), both
            as in `waiting`, NaN where not so many have come so far; `late`, the share of those
            known to be late or in time that are late, with `late_low` and `late_high`, its 95 %
            interval after Wilson; and `explained`, the share of the late ones whose delay was
            explained, where that is known. Shares are float64 from 0 to 1.

        >>> figures = sample_register().figures("channel")
        >>> int(figures["count"].sum()) == len(sample_register())
        True
        """
        frame = self.frame
        group = frame["received"].dt.strftime("%Y-%m") if by == "month" else frame[by]
        found = {
            key: replace(self, frame=part)._figures(len(frame))
            for key, part in frame.groupby(group.rename(by))
        }
        order = sorted(found) if by == "month" else [c for c in codes(by) if c in found]
        figures = pd.DataFrame([found[key] for key in order], index=order, columns=list(FIGURES))
        figures.index.name = by
        return figures

    def _figures(self, whole: int) -> dict[str, float]:
        frame = self.frame
        late = frame["late"].dropna().astype(bool)
        explained = frame["explained"][frame["late"].fillna(False)].dropna().astype(bool)
        low, high = wilson(int(late.sum()), len(late))
        to_opinion, to_close = self.waiting("opinion_at"), self.waiting("closed_at")
        values = (
            len(frame), len(frame) / whole, int(frame["closed_at"].isna().sum()),
            time_until(to_opinion, 0.5), time_until(to_opinion, 0.9),
            time_until(to_close, 0.5), time_until(to_close, 0.9),
            float(late.mean()), low, high, float(explained.mean()),
        )  # fmt: skip
        return dict(zip(FIGURES, values, strict=True))


def load_register(
    source: str | Path | pd.DataFrame, *, as_of: datetime | None = None
) -> ComplaintRegister:
    """Read a register from a CSV file (UTF-8, or GB 18030) or a table with the columns of
    `COLUMNS`; other columns are left out.

    Times are written as 2026-03-04 09:30 and are all of one time zone, or have an offset and are
    brought to UTC; flags are `true` or `false`; what is not known is empty. `as_of` is when the
    register was drawn up, by default the latest time in it.

    Raises:
        RegisterError: columns are missing, or cells cannot be read or contradict one another; all
            problems at once, each with its row as a spreadsheet counts it.
        OSError: the file cannot be read.
    """
    frame = read_rows(source)
    latest = frame[list(TIMES)].max().max()
    known = latest if as_of is None else _in_utc(as_of)
    if known < latest:
        raise RegisterError([say("before_its_end", as_of=f"{known:%Y-%m-%d %H:%M}",
                                 latest=f"{latest:%Y-%m-%d %H:%M}")])  # fmt: skip
    return ComplaintRegister(frame, known)


def sample_register() -> ComplaintRegister:
    """The sample register in `data/complaints.csv`: synthetic, its people do not exist.

    Raises:
        FileNotFoundError: creditkit was installed without its sample data.
    """
    package = Path(__file__).parents[1]
    # In a checkout the data stand beside the package; a wheel carries them in its course.
    beside = package.parent / "data" / "complaints.csv"
    return load_register(beside if beside.exists() else package / "course/data/complaints.csv")


def register_from_cases(
    folder: str | Path | None = None, *, training: bool = False
) -> ComplaintRegister:
    """A register of the complaints worked in the case player, real ones unless `training`.

    Times are UTC, `id` is the name of the case. A case that cannot be read is passed over.

    Raises:
        RegisterError: what a case says contradicts itself.
    """
    rows = []
    for file in sorted(Path(folder or cases_folder()).glob("*.jsonl")):
        try:
            case = Case(Journal.open(file, write=False))
        except (BilingualError, OSError, KeyError):
            continue
        if case.procedure.id == "complaint" and case.real != training:
            rows.append(_case_row(case))
    return load_register(pd.DataFrame(rows, columns=list(COLUMNS)), as_of=datetime.now(UTC))


def figure_columns(by: str, lang: str | None = None) -> dict[str, str]:
    """The headings of the figures, by column."""
    keys = ("count", "share", "open", "hours_to_opinion", "hours_to_close", "late", "explained")
    return {"group": say(f"by_{by}").in_(lang)} | {k: say(f"figure_{k}").in_(lang) for k in keys}


def figure_rows(figures: pd.DataFrame, by: By, lang: str | None = None) -> list[dict[str, str]]:
    """Figures as plain rows, ready to show."""

    def hours(value: float) -> str:
        return "–" if pd.isna(value) else f"{value:.0f}"

    def both(row: "pd.Series[float]", name: str) -> str:
        return f"{hours(row[name])} / {hours(row[f'{name}_90'])}"

    def share(value: float) -> str:
        return "–" if pd.isna(value) else f"{value:.0%}"

    return [
        {
            "group": title(by, str(key)).in_(lang),
            "count": f"{row['count']:.0f}",
            "share": share(row["share"]),
            "open": f"{row['open']:.0f}",
            "hours_to_opinion": both(row, "hours_to_opinion"),
            "hours_to_close": both(row, "hours_to_close"),
            "late": f"{share(row['late'])} ({share(row['late_low'])}–{share(row['late_high'])})",
            "explained": share(row["explained"]),
        }
        for key, row in figures.iterrows()
    ]


# Inside


def _in_utc(time: datetime) -> pd.Timestamp:
    """As the times of a register are kept: without an offset, one that has it brought to UTC."""
    stamp = pd.Timestamp(time)
    return stamp if stamp.tzinfo is None else stamp.tz_convert("UTC").tz_localize(None)


def _case_row(case: Case) -> dict[str, Any]:
    state = case.state
    entries, values = state.entries, state.values
    began = case.journal.header.get("t", "")

    def time_of(step: str) -> str:
        lines = [line for line in state.lines if line.get("step") == step]
        return lines[0].get("t", "") if lines else ""

    # A note may follow the close.
    end = next((line.get("t", "") for line in state.lines if line["act"] == "close"), "")
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
