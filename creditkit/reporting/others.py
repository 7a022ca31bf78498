"""The short sections: complaints, and refusals of the application form."""

import pandas as pd

from creditkit.analysis.complaints import By, figure_columns, figure_rows
from creditkit.content.library import tables
from creditkit.plots.complaints import groups_picture, groups_text, waiting_picture, waiting_text
from creditkit.reporting.folder import say
from creditkit.reporting.page import Section, heading, paragraph, picture, table
from creditkit.reporting.study import Study
from creditkit.text import Text

GROUPS: tuple[By, ...] = ("channel", "department")


def complaints(
    study: Study,
) -> tuple[Section, list[tuple[object, object, object]], list[Text]] | None:
    """How complaints come, wait and end; None without a register."""
    register = study.folder.register
    if register is None or not len(register):
        return None
    frame = register.frame
    late = frame["late"].dropna().astype(bool)
    waiting = int(frame["closed_at"].isna().sum())
    share = f"{late.mean():.0%}" if len(late) else "–"
    body = [paragraph(say("complaints_count", count=f"{len(frame):,}", late=share, open=waiting))]
    for by in GROUPS:
        heads = figure_columns(by)
        rows = figure_rows(register.figures(by), by)
        body += [heading(heads["group"]), table(rows, heads)]
    body += [
        picture(groups_picture(register, "department"), groups_text(register, "department")),
        picture(waiting_picture(register), waiting_text(register)),
    ]
    card = (say("complaints"), f"{len(frame):,}", say("card_complaints", late=share, open=waiting))
    return Section("complaints", str(say("complaints")), body), [card], []


def refusals(
    study: Study,
) -> tuple[Section, list[tuple[object, object, object]], list[Text]] | None:
    """Why customers refused the application form, and what came of it; None without any."""
    frame = study.frame("refusals")
    if frame is None:
        return None
    counted = pd.crosstab(frame["cause"], frame["outcome"])
    causes, outcomes = (tables()["refusals"].column(name) for name in ("cause", "outcome"))
    columns: dict[str, object] = {"cause": causes.title}
    columns |= {o.id: o.title for o in outcomes.options} | {"all": say("all")}
    rows = []
    for cause in causes.options:
        if cause.id in counted.index:
            own = counted.loc[cause.id]
            row: dict[str, object] = {"cause": cause.title, "all": f"{own.sum():,}"}
            rows.append(row | {o.id: f"{own.get(o.id, 0):,}" for o in outcomes.options})
    body = [paragraph(say("refusals_count", count=f"{len(frame):,}")),
            table(rows, columns, numbers=[c for c in columns if c != "cause"])]  # fmt: skip
    return Section("refusals", str(say("refusals")), body), [], []
