"""The sections on sources: how good each is beside the textbook, what to believe where they differ,
and which to pay for."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from creditkit.analysis.measuring import measure_sources
from creditkit.analysis.quality import SourceQuality
from creditkit.analysis.quality import say as say_quality
from creditkit.analysis.quality_grades import THRESHOLDS, grades
from creditkit.analysis.reconcile import Reconciliation
from creditkit.analysis.review import ESSENTIAL, source_title
from creditkit.analysis.sourcing import (
    MOST_SOURCES,
    SourcingError,
    SourcingPlan,
    along,
    plans_along,
    source_sets,
)
from creditkit.analysis.trust import calibration, held, shared_mistakes
from creditkit.content.library import comparison, fields
from creditkit.plots import quality as plots
from creditkit.plots import reconcile as trust_plots
from creditkit.plots import sourcing as plan_plots
from creditkit.reporting.folder import say
from creditkit.reporting.page import Section, bullets, heading, paragraph, picture, table
from creditkit.reporting.study import Study
from creditkit.text import Text, join

Card = tuple[object, object, object]
Part = tuple[Section, list[Card], list[Text]] | None
UNSURE, LISTED = 0.8, 20
# More sources than these that are alike are counted, not named.
NAMED = 3
# What a plan is asked to reach, or as much of it as can be reached.
COVERAGE, CONFIDENCE, POINTS = 0.9, 0.9, 5


def sources(study: Study) -> Part:
    """How good each source is in these data, beside the textbook; None without facts."""
    if study.facts is None or study.reference is None:
        return None
    known, true = study.reference
    people = study.frame("customers")
    measured = measure_sources(study.facts, known, study.as_of, customers=people)
    found = grades(measured)
    differ = found[found["compared"].isin(["better", "worse"])]
    body = [
        paragraph(say("against_truth" if true else "against_believed"), "" if true else "note"),
        _figures(measured),
        picture(plots.quality_picture(measured), plots.quality_text(measured),
                say("interval_caption")),
        heading(say("beside_textbook")),
        picture(plots.measured_grades_picture(found), plots.measured_grades_text(found),
                say("grades_caption")),
        bullets(plots.difference(row) for row in differ.to_dict("records")),
    ]  # fmt: skip
    by_field = measure_sources(study.facts, known, study.as_of, by=["field"], customers=people)
    biased = by_field.table[by_field.table["measure"] == "bias"]["value"]
    if biased.notna().any():
        body += [heading(say("bias")),
                 picture(plots.bias_picture(by_field), plots.bias_text(by_field))]  # fmt: skip
    return Section("sources", str(say("sources")), body), list(_truest(measured, true)), []


def reconciliation(study: Study) -> Part:
    """What to believe where sources differ, how far, and who repeats whom; None without facts."""
    found = study.reconciled
    if found is None or study.facts is None:
        return None
    values = found.values
    torn, unsure = float(values["conflict"].mean()), float((values["confidence"] < UNSURE).mean())
    told = say("reconciled", items=f"{len(values):,}", conflict=f"{torn:.0%}",
               confidence=f"{values['confidence'].mean():.0%}", unsure=f"{unsure:.1%}",
               limit=f"{UNSURE:.0%}")  # fmt: skip
    body = [paragraph(told)]
    if found.sources["accuracy"].notna().any():
        body += [heading(say("reliability")),
                 picture(trust_plots.reliability_picture(found.sources),
                         trust_plots.reliability_text(found.sources),
                         say("reliability_caption"))]  # fmt: skip
    if study.facts["source"].nunique() > 1:
        known, true = study.reference or (values, False)
        believed = held(known, study.as_of) if true else values
        shared = shared_mistakes(study.facts, believed)
        body += [heading(say("copying")), paragraph(trust_plots.copying_text(shared)),
                 picture(trust_plots.copying_picture(shared), trust_plots.copying_text(shared),
                         say("copying_caption"))]  # fmt: skip
    truth = study.frame("truth")
    if truth is not None:
        checked = calibration(values, truth, study.as_of)
        if len(checked):
            body += [heading(say("calibration")),
                     picture(trust_plots.calibration_picture(checked),
                             trust_plots.calibration_text(checked),
                             trust_plots.calibration_text(checked))]  # fmt: skip
    body += [heading(say("least_sure")), _least_sure(study, found)]
    card: Card = (say("card_conflict"), f"{torn:.0%}",
                  say("card_unsure", share=f"{unsure:.1%}", limit=f"{UNSURE:.0%}"))  # fmt: skip
    return Section("reconciliation", str(say("reconciliation")), body), [card], []


def plan(study: Study) -> Part:
    """Which sources to pay for; None without facts, their costs, or anything to hold them to."""
    facts = study.facts
    if facts is None or study.reference is None or facts["cost"].isna().all():
        return None
    known, true = study.reference
    counts = facts["source"].value_counts()
    chosen = sorted(str(name) for name in counts.index[:MOST_SOURCES])
    priced = facts.assign(cost=facts["cost"].fillna(0.0))
    people = study.frame("customers")
    sets = source_sets(
        priced, held(known, study.as_of) if true else known, sources=chosen,
        customers=None if people is None else len(people),
    )  # fmt: skip
    coverage = min(COVERAGE, _most(sets))
    try:
        plans = plans_along(sets, coverage=coverage, points=POINTS, through=CONFIDENCE)
    except SourcingError as error:
        return Section("plan", str(say("plan")), [paragraph(error.text, "note")]), [], []
    line = along(plans)
    reached = [plan for plan in plans if plan.confidence >= CONFIDENCE - 1e-6]
    found = reached[0] if reached else plans[-1]
    told = say("plan_found", coverage=f"{found.coverage:.0%}",
               confidence=f"{found.confidence:.1%}", cost=f"{found.cost:,.0f}")  # fmt: skip
    body = [paragraph(told)]
    if len(counts) > MOST_SOURCES:
        body.append(paragraph(say("plan_sources", count=MOST_SOURCES, all=len(counts)), "note"))
    if facts["cost"].isna().any():
        body.append(paragraph(say("plan_costs", count=f"{facts['cost'].isna().sum():,}"), "note"))
    body += [
        picture(plan_plots.plan_picture(found), plan_plots.plan_text(found)),
        heading(say("frontier")),
        paragraph(plan_plots.frontier_text(line)),
        picture(plan_plots.frontier_picture(line), plan_plots.frontier_text(line)),
        _frontier(line),
    ]
    card: Card = (say("card_plan", confidence=f"{found.confidence:.0%}"),
                  say("cny", amount=f"{found.cost:,.0f}"), _asked(found))  # fmt: skip
    return Section("plan", str(say("plan")), body), [card], []


def thresholds() -> Text:
    """Where each measured grade begins, in words."""
    book = comparison()
    told = []
    for criterion in book.criteria:
        scale = book.scales[criterion.scale]
        steps = [
            say("threshold", grade=grade.title, value=_edge(criterion.id, edge))
            for grade, edge in zip(scale[1:], THRESHOLDS[criterion.id], strict=True)
        ]
        told.append(say("thresholds_of", criterion=criterion.title, steps=join(steps, zh="，")))
    return join(told, zh="；", en="; ")


# Inside


def _truest(measured: SourceQuality, true: bool) -> Iterator[Card]:
    """Which sources are right most often, or agree most with what is believed. Shares that read
    alike are not ranked."""
    share = measured.wide()["authenticity"].dropna().sort_values(ascending=False, kind="stable")
    if share.empty:
        return
    read = share.map("{:.0%}".format)
    top, low = read.iloc[0], read.iloc[-1]
    kind = "true" if true else "agree"
    if top == low:
        remark = say("card_even") if len(read) > 1 else source_title(str(read.index[0]))
        yield say(f"card_{kind}"), top, remark
        return
    remark = say(f"card_{kind}_least", source=_together(read[read == low].index), share=low)
    yield say(f"card_{kind}_most", source=_together(read[read == top].index)), top, remark


def _together(names: Iterable[Any]) -> Text:
    """Sources by name, or how many they are."""
    titles = [source_title(str(name)) for name in names]
    return join(titles) if len(titles) <= NAMED else say("card_several", count=len(titles))


def _edge(criterion: str, edge: float) -> Text:
    """Where a grade begins; slant and cost count from above."""
    if criterion == "cost":
        return say("edge_cost", value=f"{abs(edge):.0f}")
    key = "edge_slant" if criterion == "objectivity" else "edge_share"
    return say(key, value=f"{abs(edge):.0%}")


def _most(sets: pd.DataFrame) -> float:
    """The coverage that all sources together reach, over the fields of which anything is judged."""
    rows = sets.dropna(subset=["confidence"])
    best = rows.groupby("field")["coverage"].max()
    return float(np.floor(best.mean() * 1000) / 1000) if len(best) else 0.0


def _figures(measured: SourceQuality) -> str:
    wide = measured.wide()
    gains = measured.gains()
    columns: dict[str, object] = {"source": say("source")}
    columns |= {m: say_quality(f"measure_{m}") for m in plots.SHOWN} | {"gains": say("gains")}
    rows = [
        {"source": source_title(name), "gains": say_quality(f"gains_{gains[name]}")}
        | {m: plots.figure_words(m, float(wide[m][name])) for m in plots.SHOWN}
        for name in plots.in_order(wide.index)
    ]
    return table(rows, columns, numbers=plots.SHOWN)


def _least_sure(study: Study, found: Reconciliation) -> str:
    """The values that sources leave least sure, with what each of them said."""
    grave = [field.id for field in fields().values() if field.item in ESSENTIAL]
    rows = found.values[found.values["conflict"]]
    order = rows.assign(other=~rows["field"].isin(grave))
    order = order.sort_values(["confidence", "other", "customer", "field"], kind="stable")
    shown: list[dict[str, object]] = []
    for row in order.head(LISTED).to_dict("records"):
        field = row["field"]
        said = [
            say("who_said", source=source_title(str(word["source"])),
                value=study.value(field, word["value"]))
            for word in found.explain(row["customer"], field).to_dict("records")
        ]  # fmt: skip
        shown.append({
            "customer": study.customer(row["customer"]), "field": trust_plots.field_title(field),
            "value": study.value(field, row["value"]), "confidence": f"{row['confidence']:.0%}",
            "said": join(said, zh="；", en="; "),
        })  # fmt: skip
    columns = {k: say(k) for k in ("customer", "field", "value", "confidence", "said")}
    return table(shown, columns, numbers=["confidence"])


def _frontier(line: pd.DataFrame) -> str:
    unit = plan_plots.UNIT
    rows = [
        {"confidence": f"{row['confidence']:.1%}", "cost": f"{row['cost']:,.0f}",
         "buys": "–" if np.isnan(row["buys"]) else f"{row['buys'] * unit:.2f}"}
        for row in line.to_dict("records")
    ]  # fmt: skip
    columns = {"confidence": say("confidence"), "cost": say("cost_a_customer"),
               "buys": say("buys", unit=unit)}  # fmt: skip
    return table(rows, columns, numbers=list(columns))


def _asked(found: SourcingPlan) -> Text:
    counts: dict[str, Any] = {}
    for chosen in found.choices["sources"]:
        for name in chosen:
            counts[name] = counts.get(name, 0) + 1
    return join(
        say("asked_for", source=source_title(name), count=counts[name])
        for name in plots.in_order(counts)
    )
