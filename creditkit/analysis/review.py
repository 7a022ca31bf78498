"""Review of credit files (审核): what is missing, stale, unconfirmed, in conflict or impossible,
and who should do what about it.

What makes a finding grave is this product's rule, stated in `SEVERITY`; the coursework says what a
credit file holds (I1 to I9), how sources compare (S) and who collects (D).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from creditkit.analysis.claims import read_claims
from creditkit.analysis.ledgers import Day, day
from creditkit.analysis.values import (
    impossible,
    say,
    tolerances,
    unit_title,
    why_impossible,
    worth,
)
from creditkit.checklists import who_gets
from creditkit.content.library import checklist, comparison, fields
from creditkit.content.schema_checklists import Group
from creditkit.content.schema_fields import Field
from creditkit.text import BilingualError, Text, did_you_mean, join, plain

Kind = Literal["missing", "impossible", "conflict", "only_customer", "stale"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Severity = Literal["high", "medium", "low"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
# The items without which no credit decision stands: who it is, what it owns and owes, how it pays.
ESSENTIAL = ("identity", "statements", "payment_history", "character", "guarantees")
# By kind: how grave a finding is in an essential item, and in any other.
SEVERITY: dict[Kind, tuple[Severity, Severity]] = {
    "missing": ("high", "medium"),
    "impossible": ("high", "high"),
    "conflict": ("medium", "low"),
    "only_customer": ("medium", "low"),
    "stale": ("medium", "low"),
}
OWN = "customer"
# Between source and value, and between the words of a conflict; no value holds these signs.
SAYS, TOLD_BY = "\x1f", "\x1e"
COLUMNS = ("customer", "field", "kind", "severity", "item", "source", "value", "days", "problem")


class ReviewError(BilingualError):
    """Facts that cannot be reviewed; nothing was found or written."""


@dataclass(frozen=True)
class Review:
    """What a review found, the gravest first.

    `findings` has a row a finding: `customer`, `field`, `kind`, `severity`, `item` (of the
    credit_file checklist), `source` (whose fact it is; empty where none or several), `value` (what
    was said, for a conflict by whom), `days` (int64: age of a stale fact, else 0) and `problem`
    (what is impossible, `flattering` where the customer's own word is the better one, `category`
    where nothing at all is known of the category of a missing fact); all str but `days`.
    """

    findings: pd.DataFrame
    as_of: str
    customers: tuple[str, ...]

    def of(self, customer: str) -> "Review":
        """The findings on one customer.

        Raises:
            ReviewError: it was not reviewed.
        """
        if customer not in self.customers:
            hint = did_you_mean(customer, self.customers)
            raise ReviewError(say("no_customer", name=customer, hint=hint))
        own = self.findings[self.findings["customer"] == customer].reset_index(drop=True)
        return Review(own, self.as_of, (customer,))

    def counts(self) -> pd.DataFrame:
        """How many findings: int64, a row a kind, a column a severity."""
        table = pd.crosstab(self.findings["kind"], self.findings["severity"])
        return table.reindex(index=list(KINDS), columns=list(SEVERITIES), fill_value=0)

    def by_customer(self) -> pd.DataFrame:
        """How many findings: int64, a row a customer (those without any too), a column a severity;
        those with most grave ones first."""
        own = self.findings
        table = pd.crosstab(own["customer"], own["severity"]).reindex(
            index=pd.Index(self.customers, name="customer"), columns=list(SEVERITIES), fill_value=0
        )
        return table.sort_values(list(SEVERITIES), ascending=False, kind="stable")

    def explained(self) -> Iterator[tuple[Severity, Text, Text]]:
        """Each finding in words: its severity, the reason, and what to do next."""
        for row in self._rows():
            yield row["severity"], reason(row), action(row)

    def to_frame(self, lang: str | None = None) -> pd.DataFrame:
        """The findings in words, for reading: customer, severity, item, reason, action (str)."""
        items = {item.id: item.title for item in checklist("credit_file").items}
        rows = [
            {
                "customer": row["customer"],
                "severity": say(row["severity"]).in_(lang),
                "item": items[row["item"]].in_(lang),
                "reason": reason(row).in_(lang),
                "action": action(row).in_(lang),
            }
            for row in self._rows()
        ]
        names = ("customer", "severity", "item", "reason", "action")
        table = pd.DataFrame(rows, columns=list(names))
        return table.rename(columns={name: say(f"head_{name}").in_(lang) for name in names})

    def _rows(self) -> list[dict[str, Any]]:
        return [{str(k): v for k, v in row.items()} for row in self.findings.to_dict("records")]


def review(facts: pd.DataFrame, as_of: Day, *, customers: pd.DataFrame | None = None) -> Review:
    """Review the credit files of all customers at once.

    Args:
        facts: customer, field, value (text), source, collected_on. Of several facts of one source
            on one field the latest counts; later than `as_of`, or without a value, none does.
        as_of: the day of the review.
        customers: frame with customer, so that one without any fact is found too.

    Raises:
        ReviewError: columns are missing, a field is unknown, a day cannot be read, or a fact that
            counts has no customer, field or source.

    >>> facts = pd.DataFrame({"customer": "C1", "field": ["employees", "employees", "revenue"],
    ...     "value": ["120", "85", "9000000"], "source": ["customer", "credit", "customer"],
    ...     "collected_on": "2025-11-03"})
    >>> found = review(facts, "2025-12-31").findings
    >>> found.loc[found["field"].isin(["employees", "revenue"]), ["field", "kind"]].values.tolist()
    [['employees', 'conflict'], ['revenue', 'only_customer']]
    """
    end = pd.Timestamp(day(as_of))
    rows = _read(facts, end)
    names = [rows["customer"]] + ([] if customers is None else [customers["customer"]])
    people = sorted({str(name) for part in names for name in part})
    known = fields()
    rows = rows.assign(problem=_problems(rows, known))
    sound = rows[rows["problem"] == ""]
    found = [
        _missing(sound, people, known),
        rows[rows["problem"] != ""].assign(kind="impossible"),
        *_of_sound(sound, end, known),
    ]
    found = [part.reindex(columns=list(COLUMNS)).astype(object) for part in found if len(part)]
    none = pd.DataFrame(columns=list(COLUMNS), dtype=object)
    findings = pd.concat([none, *found], ignore_index=True)
    findings["item"] = findings["field"].map({f.id: f.item for f in known.values()})
    findings["severity"] = _severities(findings, known)
    findings["days"] = pd.to_numeric(findings["days"]).fillna(0).astype(np.int64)
    texts = [c for c in COLUMNS if c != "days"]
    findings[texts] = findings[texts].fillna("").astype("str")
    order = pd.DataFrame(
        {
            "customer": findings["customer"],
            "severity": findings["severity"].map(SEVERITIES.index),
            "kind": findings["kind"].map(KINDS.index),
            "field": findings["field"].map(list(known).index),
            "source": findings["source"],
        }
    ).sort_values(["customer", "severity", "kind", "field", "source"], kind="stable")
    return Review(findings.loc[order.index].reset_index(drop=True), str(end.date()), tuple(people))


def latest_by_source(facts: pd.DataFrame, as_of: Day) -> pd.DataFrame:
    """What counts of the facts on a day: of each customer, field and source the latest.

    Returns:
        DataFrame with customer, field, value, source (str) and collected_on (datetime64), sorted
        by the first two and the source.

    Raises:
        ReviewError: as for `review`.
    """
    return _read(facts, pd.Timestamp(day(as_of)))


def ages(facts: pd.DataFrame, as_of: Day) -> pd.DataFrame:
    """How old the latest fact of each customer and field is on a day.

    Args:
        facts, as_of: as for `review`; values that are impossible are facts of no age.

    Returns:
        DataFrame with `customer`, `field` (str), `days` (int64) and `term` (int64: the days after
        which a fact of the field is stale).

    Raises:
        ReviewError: as for `review`.

    >>> facts = pd.DataFrame({"customer": "C1", "field": "employees", "value": ["120", "85"],
    ...     "source": ["customer", "credit"], "collected_on": ["2025-11-01", "2025-12-01"]})
    >>> ages(facts, "2025-12-31")[["field", "days", "term"]].values.tolist()
    [['employees', 30, 730]]
    """
    end = pd.Timestamp(day(as_of))
    rows = _read(facts, end)
    known = fields()
    return _ages(rows[_problems(rows, known) == ""], end, known)


def reason(row: dict[str, Any]) -> Text:
    """Why a finding is one; `row` is a row of `Review.findings`."""
    field = fields()[row["field"]]
    if row["kind"] == "impossible":
        why = why_impossible(field, row["problem"], row["value"])
        return say("why_impossible", field=field.title, source=source_title(row["source"]), why=why)
    key = f"why_{row['kind']}"
    if row["problem"] == "flattering":
        key = "why_flattering"
    if row["problem"] == "category":
        return say("why_category", field=field.title, category=_category(field.item).title)
    words = [_word(field, word) for word in row["value"].split(TOLD_BY)]
    said = join(words, zh="；", en="; ")
    return say(key, field=field.title, said=said, days=row["days"], limit=field.stale_after)


def action(row: dict[str, Any]) -> Text:
    """What to do about a finding: who gets the fact, and through which channels."""
    source = checklist("credit_file")
    item = next(item for item in source.items if item.id == row["item"])
    # Whoever is doubted is not asked again.
    doubted = [OWN] if row["kind"] in ("only_customer", "conflict") else []
    return say(f"do_{row['kind']}", who=who_gets(item, source, but=doubted))


def source_title(source: str) -> Text:
    """A source in a word or two; its own name where the coursework's table does not have it."""
    known = {row.id for row in comparison().rows}
    return say(f"source_{source}") if source in known else plain(source)


def shown(field: Field, value: str) -> Text:
    """A value as people read it: options in words, numbers with separators and their unit.

    >>> shown(fields()["revenue"], "9000000").zh, shown(fields()["debt_ratio"], "71.9").en
    ('9,000,000 元', '71.9 %')
    """
    for option in field.options:
        if option.id == value:
            return option.title
    if field.kind != "number":
        return plain(value)
    number = f"{float(value):,.0f}" if re.fullmatch(r"-?[0-9]{4,}(\.[0-9]*)?", value) else value
    return say("with_unit", value=number, unit=unit_title(field)) if field.unit else plain(number)


# Inside


def _word(field: Field, word: str) -> Text:
    """One word of a conflict, as `source SAYS value`."""
    source, said, value = word.partition(SAYS)
    if not said:
        return shown(field, word)
    return say("told", source=source_title(source), value=shown(field, value))


def _read(facts: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    needed = ["customer", "field", "value", "source", "collected_on"]
    missing = [name for name in needed if name not in facts.columns]
    if missing:
        raise ReviewError(say("no_columns", missing=", ".join(missing)))
    rows = facts[needed].reset_index(drop=True)
    rows["collected_on"] = pd.to_datetime(rows["collected_on"], errors="coerce")
    unknown = sorted(set(rows["field"].dropna()) - set(fields()))
    if unknown:
        hint = did_you_mean(str(unknown[0]), list(fields()))
        raise ReviewError(say("no_field", name=", ".join(map(str, unknown[:5])), hint=hint))
    if rows["collected_on"].isna().any():
        at = int(rows["collected_on"].isna().to_numpy().argmax())
        raise ReviewError(say("no_date", count=int(rows["collected_on"].isna().sum()), row=at))
    rows = rows[_told(rows["value"]) & (rows["collected_on"] <= end)]
    for name in ("customer", "field", "source"):
        nameless = rows.index[~_told(rows[name])]
        if len(nameless):
            what = say(f"what_{name}")
            raise ReviewError(say("no_name", count=len(nameless), what=what, row=nameless[0]))
    rows = rows.sort_values("collected_on", kind="stable")
    rows = rows.drop_duplicates(["customer", "field", "source"], keep="last")
    return rows.sort_values(["customer", "field", "source"]).reset_index(drop=True)


def _told(column: "pd.Series[Any]") -> "pd.Series[bool]":
    return column.notna() & (column.astype("str").str.strip() != "")


def _problems(rows: pd.DataFrame, known: dict[str, Field]) -> "pd.Series[str]":
    found = pd.Series("", index=rows.index, dtype="str")
    for name, part in rows.groupby("field"):
        found.loc[part.index] = impossible(known[str(name)], part["value"], part["collected_on"])
    return found


def _missing(rows: pd.DataFrame, people: list[str], known: dict[str, Field]) -> pd.DataFrame:
    every = pd.MultiIndex.from_product([people, list(known)], names=["customer", "field"])
    have = pd.MultiIndex.from_frame(rows[["customer", "field"]])
    missing: pd.DataFrame = every.difference(have).to_frame(index=False).assign(kind="missing")
    groups = {f.id: _category(f.item).id for f in known.values()}
    of = rows["field"].map(groups)
    covered = pd.MultiIndex.from_arrays([rows["customer"], of])
    wanted = pd.MultiIndex.from_arrays([missing["customer"], missing["field"].map(groups)])
    return missing.assign(problem=np.where(wanted.isin(covered), "", "category"))


def _of_sound(
    rows: pd.DataFrame, end: pd.Timestamp, known: dict[str, Field]
) -> Iterator[pd.DataFrame]:
    """Findings of facts that can be: stale ones, conflicts, and what only the customer says."""
    if rows.empty:
        return
    rows = rows.drop(columns="problem")
    keys = ["customer", "field"]
    latest = _ages(rows, end, known)
    yield latest[latest["days"] > latest["term"]].assign(kind="stale")

    claims = read_claims(rows, tolerances())
    torn = claims.candidates[claims.item] > 1
    told = rows.iloc[claims.row[torn]]
    if len(told):
        yield _conflicts(told, known)
    others = rows[rows["source"] != OWN].set_index(keys).index
    alone = rows[~rows.set_index(keys).index.isin(others)]
    yield alone.assign(kind="only_customer")


def _category(item: str) -> Group:
    """The category of the coursework (I1 to I9) that an item of the checklist belongs to."""
    source = checklist("credit_file")
    group = next(i.group for i in source.items if i.id == item)
    return next(g for g in source.groups if g.id == group)


def _ages(rows: pd.DataFrame, end: pd.Timestamp, known: dict[str, Field]) -> pd.DataFrame:
    latest = rows.groupby(["customer", "field"], as_index=False)["collected_on"].max()
    terms = {f.id: f.stale_after for f in known.values()}
    days = (end - latest["collected_on"]).dt.days
    table = latest[["customer", "field"]].assign(days=days, term=latest["field"].map(terms))
    typed: pd.DataFrame = table.astype({"days": "int64", "term": "int64"})
    return typed


def _conflicts(told: Any, known: dict[str, Field]) -> pd.DataFrame:
    """Items on which sources differ, with who said what, and whether the customer's own word is
    better than all others'."""
    told = told.assign(worth=np.nan, own=told["source"] == OWN)
    for name, part in told.groupby("field"):
        told.loc[part.index, "worth"] = worth(known[str(name)], part["value"])
    told["told"] = told["source"] + SAYS + told["value"].astype("str")
    keys = ["customer", "field"]
    found: pd.DataFrame = told.groupby(keys, as_index=False)["told"].agg(TOLD_BY.join)
    best = told[~told["own"]].groupby(keys)["worth"].max()
    own = told[told["own"]].groupby(keys)["worth"].max()
    flattering = (own > best.reindex(own.index)).rename("flattering").reset_index()
    found = found.merge(flattering, on=keys, how="left")
    better = found["flattering"].eq(True)
    return found.assign(
        kind="conflict", value=found["told"], problem=np.where(better, "flattering", "")
    )


def _severities(findings: pd.DataFrame, known: dict[str, Field]) -> "pd.Series[str]":
    essential = findings["item"].isin(ESSENTIAL)
    levels = [
        SEVERITY[kind][0 if grave else 1]
        for kind, grave in zip(findings["kind"], essential, strict=True)
    ]
    found = pd.Series(levels, index=findings.index, dtype="str")
    # Twice too old, or the customer alone in painting it better: one step graver.
    terms = findings["field"].map({f.id: f.stale_after for f in known.values()})
    worse = (findings["days"] > 2 * terms) | (findings["problem"] == "flattering")
    up = {"low": "medium", "medium": "high", "high": "high"}
    return pd.Series(np.where(worse, found.map(up), found), index=findings.index, dtype="str")
