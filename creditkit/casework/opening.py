"""How a case begins: its name, its header, where it comes from and where it is kept."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from creditkit.casework.journal import Line, say
from creditkit.casework.store import BadName, folder
from creditkit.casework.store import file_name as safe_name
from creditkit.content.schema import Procedure, Scenario
from creditkit.text import BilingualError


class CaseError(BilingualError):
    """A call that names something that is not there; nothing was written."""


def cases_folder() -> Path:
    """Where cases are kept: `cases` under `CREDITKIT_HOME`, by default `~/creditkit`."""
    return folder("cases")


def file_name(name: str) -> str:
    """The name of a case, fit to be a file's.

    Raises:
        CaseError: it cannot be one.
    """
    try:
        return safe_name(name)
    except BadName as error:
        raise CaseError(error.text) from None


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def new_header(
    name: str, scenario: str | None, procedure: str, given: Mapping[str, str], customer: str = ""
) -> Line:
    return {
        "name": name,
        "procedure": procedure,
        "scenario": scenario,
        "customer": clean(customer),
        "given": dict(given),
        "t": now(),
    }


def hours_between(start: str, end: str) -> float:
    """Hours from one point in time to another, both in ISO 8601; 0 where one cannot be read."""
    try:
        first, last = (datetime.fromisoformat(t).astimezone(UTC) for t in (start, end))
    except ValueError:
        return 0.0
    return round((last - first).total_seconds() / 3600, 2)


def source_of(scenario: str | Path | Scenario) -> str:
    """How the journal names a scenario: a trainer's own by its path, else by its id."""
    if isinstance(scenario, Scenario):
        return scenario.id
    path = Path(scenario)
    return str(path.resolve()) if path.suffix in {".yaml", ".yml"} else str(scenario)


def checked_given(procedure: Procedure, given: Mapping[str, str]) -> dict[str, str]:
    for name, list_name in procedure.given.items():
        values = [o.id for o in procedure.lists[list_name]]
        if given.get(name) not in values:
            raise CaseError(say("bad_given", name=name, values=", ".join(values)))
    return dict(given)


def clean(text: str) -> str:
    # A lone half of a surrogate pair or a NUL could not be written to the exports.
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
