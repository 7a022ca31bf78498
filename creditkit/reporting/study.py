"""What the sections of a report share: the tables, the day, and how names and values are shown."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from creditkit.analysis.masking import mask_name
from creditkit.analysis.reconcile import Reconciliation, reconcile
from creditkit.analysis.review import shown
from creditkit.analysis.values import tolerances
from creditkit.content.library import fields
from creditkit.reporting.folder import Folder
from creditkit.text import Text, language, plain

# The fields whose values are names, of people as a rule.
NAMED = ("legal_representative", "controlling_shareholder")
# A word weighs half after so many days.
HALF_LIFE = 365.0


@dataclass(frozen=True)
class Study:
    """The tables of a folder on a day; `mask` hides names."""

    folder: Folder
    as_of: date
    mask: bool = True

    def frame(self, name: str) -> pd.DataFrame | None:
        """A table; None where it is not there or has no row."""
        return self.folder.frame(name)

    @cached_property
    def facts(self) -> pd.DataFrame | None:
        """The facts known on the day."""
        found = self.frame("facts")
        if found is not None:
            spoken = found["value"].notna() & found["source"].notna()
            found = found[spoken & (found["collected_on"] <= pd.Timestamp(self.as_of))]
        return None if found is None or found.empty else found.reset_index(drop=True)

    @cached_property
    def reconciled(self) -> Reconciliation | None:
        """What to believe of the facts."""
        if self.facts is None:
            return None
        return reconcile(self.facts, tolerances=tolerances(), half_life=HALF_LIFE)

    @cached_property
    def reference(self) -> tuple[pd.DataFrame, bool] | None:
        """What facts are held against, and whether it is the truth or what is believed."""
        truth = self.frame("truth")
        if truth is not None:
            return truth, True
        return None if self.reconciled is None else (self.reconciled.values, False)

    @cached_property
    def names(self) -> dict[str, str]:
        """Customers by name, in the current language, masked unless told otherwise."""
        people = self.frame("customers")
        if people is None:
            return {}
        first, second = ("name_zh", "name_en") if language() == "zh" else ("name_en", "name_zh")
        found = people[first].where(people[first].notna(), people[second]).fillna("")
        return {
            str(key): mask_name(str(name)) if self.mask else str(name)
            for key, name in zip(people["customer"], found, strict=True)
        }

    def customer(self, key: Any) -> str:
        """A customer by its number and name."""
        name = self.names.get(str(key), "")
        return f"{key} · {name}" if name else str(key)

    def value(self, field: str, value: Any) -> Text:
        """A value as people read it; a name masked unless told otherwise."""
        if field in NAMED and self.mask:
            return plain(mask_name(str(value)))
        known = fields()
        return shown(known[field], str(value)) if field in known else plain(str(value))
