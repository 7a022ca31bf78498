"""creditkit: training and analysis for customer credit management (客户资信管理).

Names are loaded on first use, so `import creditkit` costs next to nothing.

>>> import creditkit
>>> creditkit.set_language("en")
>>> case = creditkit.Case.practice("pump_maker")
>>> print(case.ask("attitude").text)
Quite polite. They kept apologising; they just would not fill in the form.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from creditkit.analysis.ageing import ageing
    from creditkit.analysis.class_results import class_results
    from creditkit.analysis.complaints import (
        load_register,
        register_from_cases,
        sample_register,
    )
    from creditkit.analysis.concentration import concentration
    from creditkit.analysis.credit_file import CreditFile
    from creditkit.analysis.days_sales import (
        days_late,
        days_sales_by_month,
        days_sales_outstanding,
    )
    from creditkit.analysis.disputes import disputes
    from creditkit.analysis.measuring import measure_sources
    from creditkit.analysis.open_items import problems
    from creditkit.analysis.promises import promises
    from creditkit.analysis.quality_grades import grades
    from creditkit.analysis.reading import read_table
    from creditkit.analysis.receivables import open_invoices, receivables
    from creditkit.analysis.reconcile import reconcile
    from creditkit.analysis.references import dangling
    from creditkit.analysis.review import ages, review
    from creditkit.analysis.roll_rates import expected_loss, roll_rates
    from creditkit.analysis.sample import sample
    from creditkit.analysis.sources import source_table
    from creditkit.analysis.sourcing import frontier, source_sets, sourcing_plan
    from creditkit.analysis.trust import calibration, shared_mistakes
    from creditkit.analysis.values import tolerances
    from creditkit.analysis.warnings import warning_signs
    from creditkit.casework.case import Case, CaseError
    from creditkit.casework.debrief import debrief
    from creditkit.casework.journal import CaseInUse, JournalError
    from creditkit.casework.record import case_record
    from creditkit.casework.variants import variant
    from creditkit.checklists import CollectionPlan, coverage
    from creditkit.content.folders import use_content
    from creditkit.content.library import (
        checklist,
        glossary,
        procedure,
        questions,
        refs,
        scenario,
        scenarios,
    )
    from creditkit.reporting.build import report
    from creditkit.reporting.class_report import class_report
    from creditkit.teaching.attempts import Attempts
    from creditkit.teaching.essay.answers import marked_answers
    from creditkit.teaching.essay.marker import mark_essay
    from creditkit.teaching.essay.rulings import Rulings
    from creditkit.teaching.exercise import exercise
    from creditkit.teaching.marked import read_marked
    from creditkit.teaching.marking import mark
    from creditkit.teaching.progress import progress
    from creditkit.teaching.simulated_class import simulated_class
    from creditkit.text import Text, language, set_language
    from creditkit.widgets.assignment import (
        assignment_case,
        assignment_questions,
        assignment_submit,
    )
    from creditkit.widgets.checklists import (
        cautions_view,
        channels_view,
        checklist_view,
        coverage_view,
        plan,
    )
    from creditkit.widgets.class_results import class_picture, class_table, class_warnings
    from creditkit.widgets.complaints import register_view
    from creditkit.widgets.essay_views import confidence_view, doubts_view, measured_view
    from creditkit.widgets.essays import essay
    from creditkit.widgets.language import language_switch, live
    from creditkit.widgets.player import Player, play
    from creditkit.widgets.progress import mastery_view, progress_view
    from creditkit.widgets.questions import exercises
    from creditkit.widgets.receivables import (
        receivables_picture,
        receivables_view,
    )
    from creditkit.widgets.reconcile import measured_picture, value_explorer
    from creditkit.widgets.review import (
        facts_view,
        findings_view,
        review_picture,
        review_view,
    )
    from creditkit.widgets.sources import source_explorer, source_picture, sources_view
    from creditkit.widgets.views import (
        cases_view,
        debrief_view,
        glossary_view,
        procedure_view,
        refs_view,
        routes_view,
        scenarios_view,
        show,
    )
    from creditkit.widgets.voting import vote
    from creditkit.widgets.workshop import workshop

__version__ = "0.1.0"

__all__ = [
    "Attempts",
    "Case",
    "CaseError",
    "CaseInUse",
    "CollectionPlan",
    "CreditFile",
    "JournalError",
    "Player",
    "Rulings",
    "Text",
    "ageing",
    "ages",
    "assignment_case",
    "assignment_questions",
    "assignment_submit",
    "calibration",
    "case_record",
    "cases_view",
    "cautions_view",
    "channels_view",
    "checklist",
    "checklist_view",
    "class_picture",
    "class_report",
    "class_results",
    "class_table",
    "class_warnings",
    "concentration",
    "confidence_view",
    "coverage",
    "coverage_view",
    "dangling",
    "days_late",
    "days_sales_by_month",
    "days_sales_outstanding",
    "debrief",
    "debrief_view",
    "disputes",
    "doubts_view",
    "essay",
    "exercise",
    "exercises",
    "expected_loss",
    "facts_view",
    "findings_view",
    "frontier",
    "glossary",
    "glossary_view",
    "grades",
    "language",
    "language_switch",
    "live",
    "load_register",
    "mark",
    "mark_essay",
    "marked_answers",
    "mastery_view",
    "measure_sources",
    "measured_picture",
    "measured_view",
    "open_invoices",
    "plan",
    "play",
    "problems",
    "procedure",
    "procedure_view",
    "progress",
    "progress_view",
    "promises",
    "questions",
    "read_marked",
    "read_table",
    "receivables",
    "receivables_picture",
    "receivables_view",
    "reconcile",
    "refs",
    "refs_view",
    "register_from_cases",
    "register_view",
    "report",
    "review",
    "review_picture",
    "review_view",
    "roll_rates",
    "routes_view",
    "sample",
    "sample_register",
    "scenario",
    "scenarios",
    "scenarios_view",
    "set_language",
    "shared_mistakes",
    "show",
    "simulated_class",
    "source_explorer",
    "source_picture",
    "source_sets",
    "source_table",
    "sources_view",
    "sourcing_plan",
    "tolerances",
    "use_content",
    "value_explorer",
    "variant",
    "vote",
    "warning_signs",
    "workshop",
]
# Where each public name lives, below `creditkit.`
_HOME = {
    "class_results": "analysis.class_results",
    "simulated_class": "teaching.simulated_class",
    "class_picture": "widgets.class_results",
    "class_table": "widgets.class_results",
    "class_warnings": "widgets.class_results",
    "class_report": "reporting.class_report",
    "Case": "casework.case",
    "CaseError": "casework.case",
    "CaseInUse": "casework.journal",
    "JournalError": "casework.journal",
    "debrief": "casework.debrief",
    "case_record": "casework.record",
    "variant": "casework.variants",
    "CollectionPlan": "checklists",
    "coverage": "checklists",
    "checklist": "content.library",
    "glossary": "content.library",
    "procedure": "content.library",
    "questions": "content.library",
    "refs": "content.library",
    "scenario": "content.library",
    "scenarios": "content.library",
    "assignment_case": "widgets.assignment",
    "assignment_questions": "widgets.assignment",
    "assignment_submit": "widgets.assignment",
    "read_marked": "teaching.marked",
    "use_content": "content.folders",
    "Attempts": "teaching.attempts",
    "exercise": "teaching.exercise",
    "mark": "teaching.marking",
    "progress": "teaching.progress",
    "mark_essay": "teaching.essay.marker",
    "marked_answers": "teaching.essay.answers",
    "Rulings": "teaching.essay.rulings",
    "essay": "widgets.essays",
    "confidence_view": "widgets.essay_views",
    "doubts_view": "widgets.essay_views",
    "measured_view": "widgets.essay_views",
    "Text": "text",
    "language": "text",
    "set_language": "text",
    "language_switch": "widgets.language",
    "live": "widgets.language",
    "Player": "widgets.player",
    "play": "widgets.player",
    "CreditFile": "analysis.credit_file",
    "ageing": "analysis.ageing",
    "dangling": "analysis.references",
    "ages": "analysis.review",
    "concentration": "analysis.concentration",
    "days_late": "analysis.days_sales",
    "days_sales_by_month": "analysis.days_sales",
    "days_sales_outstanding": "analysis.days_sales",
    "disputes": "analysis.disputes",
    "expected_loss": "analysis.roll_rates",
    "open_invoices": "analysis.receivables",
    "problems": "analysis.open_items",
    "promises": "analysis.promises",
    "read_table": "analysis.reading",
    "receivables": "analysis.receivables",
    "review": "analysis.review",
    "roll_rates": "analysis.roll_rates",
    "sample": "analysis.sample",
    "warning_signs": "analysis.warnings",
    "facts_view": "widgets.review",
    "findings_view": "widgets.review",
    "review_picture": "widgets.review",
    "review_view": "widgets.review",
    "receivables_picture": "widgets.receivables",
    "receivables_view": "widgets.receivables",
    "calibration": "analysis.trust",
    "shared_mistakes": "analysis.trust",
    "measure_sources": "analysis.measuring",
    "grades": "analysis.quality_grades",
    "reconcile": "analysis.reconcile",
    "tolerances": "analysis.values",
    "frontier": "analysis.sourcing",
    "source_sets": "analysis.sourcing",
    "sourcing_plan": "analysis.sourcing",
    "report": "reporting.build",
    "measured_picture": "widgets.reconcile",
    "value_explorer": "widgets.reconcile",
    "load_register": "analysis.complaints",
    "register_from_cases": "analysis.complaints",
    "sample_register": "analysis.complaints",
    "register_view": "widgets.complaints",
    "source_table": "analysis.sources",
    "source_explorer": "widgets.sources",
    "source_picture": "widgets.sources",
    "sources_view": "widgets.sources",
    "cautions_view": "widgets.checklists",
    "channels_view": "widgets.checklists",
    "checklist_view": "widgets.checklists",
    "coverage_view": "widgets.checklists",
    "plan": "widgets.checklists",
    "exercises": "widgets.questions",
    "mastery_view": "widgets.progress",
    "progress_view": "widgets.progress",
    "cases_view": "widgets.views",
    "debrief_view": "widgets.views",
    "glossary_view": "widgets.views",
    "procedure_view": "widgets.views",
    "refs_view": "widgets.views",
    "routes_view": "widgets.views",
    "scenarios_view": "widgets.views",
    "show": "widgets.views",
    "vote": "widgets.voting",
    "workshop": "widgets.workshop",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'creditkit' has no attribute '{name}'")
    value = getattr(import_module(f"creditkit.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
