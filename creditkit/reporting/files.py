"""The section on the review of credit files: what is wrong in them and what to do next."""

from typing import Any

import pandas as pd

from creditkit.analysis.review import SEVERITIES, Review, action, reason, review
from creditkit.analysis.review import ages as ages_of
from creditkit.analysis.values import say as say_review
from creditkit.plots import review as plots
from creditkit.reporting.folder import say
from creditkit.reporting.page import Section, heading, paragraph, picture, table
from creditkit.reporting.study import NAMED, Study
from creditkit.text import Text

WORST, ACTIONS = 15, 25


def credit_files(
    study: Study,
) -> tuple[Section, list[tuple[object, object, object]], list[Text]] | None:
    """The section, its headline figures, and what to attend to; None without facts."""
    if study.facts is None:
        return None
    found = review(study.facts, study.as_of, customers=study.frame("customers"))
    by_customer = found.by_customer()
    grave = int((by_customer["high"] > 0).sum())
    count = say("files_count", customers=len(by_customer), findings=f"{len(found.findings):,}",
                grave=grave)  # fmt: skip
    ages = ages_of(study.facts, study.as_of)
    body = [
        paragraph(count),
        _counts(found),
        picture(plots.kinds_picture(found), plots.kinds_text(found)),
        heading(say("worst_files")),
        picture(plots.severity_picture(found), plots.severity_text(found)),
        _worst(study, by_customer),
        heading(say("next_actions")),
        paragraph(say("next_actions_note", count=ACTIONS), "quiet"),
        _actions(study, found, by_customer),
    ]
    if len(ages):
        body += [heading(say("staleness")),
                 picture(plots.staleness_picture(ages), plots.staleness_text(ages))]  # fmt: skip
    share = f"{grave / len(by_customer):.0%}" if len(by_customer) else "–"
    card = (say("card_files"), f"{grave:,}", say("card_files_of", all=f"{len(by_customer):,}",
                                                share=share))  # fmt: skip
    told = []
    if grave:
        first = by_customer.index[0]
        told.append(say("attend_file", customer=study.customer(first),
                        count=int(by_customer["high"].iloc[0])))  # fmt: skip
    return Section("files", str(say("files")), body), [card], told


def masked(row: dict[str, Any], study: Study) -> dict[str, Any]:
    """A row of `Review.findings` whose values are shown as the report may show them."""
    if not study.mask or row["field"] not in NAMED or not row["value"]:
        return row
    from creditkit.analysis.masking import mask_name
    from creditkit.analysis.review import SAYS, TOLD_BY

    words = []
    for word in row["value"].split(TOLD_BY):
        source, said, value = word.rpartition(SAYS)
        words.append(f"{source}{said}{mask_name(value)}")
    return {**row, "value": TOLD_BY.join(words)}


# Inside


def _counts(found: Review) -> str:
    counts = found.counts()
    columns: dict[str, object] = {"kind": say("finding")}
    columns |= {s: say_review(s) for s in SEVERITIES} | {"all": say("all")}
    rows = [
        {"kind": say_review(f"kind_{kind}"), "all": f"{row.sum():,}"}
        | {s: f"{row[s]:,}" for s in SEVERITIES}
        for kind, row in counts.iterrows()
    ]
    return table(rows, columns, numbers=[*SEVERITIES, "all"])


def _worst(study: Study, by_customer: pd.DataFrame) -> str:
    columns: dict[str, object] = {"customer": say("customer")}
    columns |= {s: say_review(s) for s in SEVERITIES}
    rows = [
        {"customer": study.customer(key)} | {s: f"{row[s]:,}" for s in SEVERITIES}
        for key, row in by_customer.head(WORST).iterrows()
    ]
    return table(rows, columns, numbers=SEVERITIES)


def _actions(study: Study, found: Review, by_customer: pd.DataFrame) -> str:
    """The grave findings of the worst customers, with what to do."""
    findings = found.findings
    grave = findings[findings["severity"] == "high"]
    order = {key: at for at, key in enumerate(by_customer.index)}
    grave = grave.iloc[grave["customer"].map(order).argsort(kind="stable")].head(ACTIONS)
    rows = []
    for record in grave.to_dict("records"):
        row = masked({str(k): v for k, v in record.items()}, study)
        rows.append({"customer": study.customer(row["customer"]), "reason": reason(row),
                     "action": action(row)})  # fmt: skip
    columns = {k: say_review(f"head_{k}") for k in ("customer", "reason", "action")}
    return table(rows, columns)
