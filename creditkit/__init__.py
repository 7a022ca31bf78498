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
    from creditkit.casework.case import Case as Case
    from creditkit.casework.case import CaseError as CaseError
    from creditkit.casework.case import CaseInUse as CaseInUse
    from creditkit.casework.debrief import debrief as debrief
    from creditkit.casework.journal import JournalError as JournalError
    from creditkit.casework.record import case_record as case_record
    from creditkit.casework.variants import variant as variant
    from creditkit.content.library import (
        glossary as glossary,
    )
    from creditkit.content.library import (
        procedure as procedure,
    )
    from creditkit.content.library import (
        refs as refs,
    )
    from creditkit.content.library import (
        scenario as scenario,
    )
    from creditkit.content.library import (
        scenarios as scenarios,
    )
    from creditkit.text import Text as Text
    from creditkit.text import language as language
    from creditkit.text import set_language as set_language
    from creditkit.widgets.language import language_switch as language_switch
    from creditkit.widgets.language import live as live
    from creditkit.widgets.player import Player as Player
    from creditkit.widgets.player import play as play
    from creditkit.widgets.views import (
        cases_view as cases_view,
    )
    from creditkit.widgets.views import (
        debrief_view as debrief_view,
    )
    from creditkit.widgets.views import (
        glossary_view as glossary_view,
    )
    from creditkit.widgets.views import (
        procedure_view as procedure_view,
    )
    from creditkit.widgets.views import (
        refs_view as refs_view,
    )
    from creditkit.widgets.views import (
        routes_view as routes_view,
    )
    from creditkit.widgets.views import (
        scenarios_view as scenarios_view,
    )

__version__ = "0.1.0"

_HOME = {
    "Case": "casework.case",
    "CaseError": "casework.case",
    "CaseInUse": "casework.journal",
    "JournalError": "casework.journal",
    "debrief": "casework.debrief",
    "case_record": "casework.record",
    "variant": "casework.variants",
    "glossary": "content.library",
    "procedure": "content.library",
    "refs": "content.library",
    "scenario": "content.library",
    "scenarios": "content.library",
    "Text": "text",
    "language": "text",
    "set_language": "text",
    "language_switch": "widgets.language",
    "Player": "widgets.player",
    "play": "widgets.player",
    "cases_view": "widgets.views",
    "debrief_view": "widgets.views",
    "glossary_view": "widgets.views",
    "procedure_view": "widgets.views",
    "refs_view": "widgets.views",
    "routes_view": "widgets.views",
    "scenarios_view": "widgets.views",
    "live": "widgets.language",
}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'creditkit' has no attribute '{name}'")
    value = getattr(import_module(f"creditkit.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
