"""How a case begins: its name, its header, where it comes from and where it is kept."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from creditkit.casework.journal import Journal, Line, say
from creditkit.casework.store import BadName, folder
from creditkit.casework.store import file_name as safe_name
from creditkit.casework.variants import find_scenario
from creditkit.content.library import procedure as load_procedure
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


def case_path(name: str, folder: Path | str | None) -> Path:
    """Where the journal of a case is, by default among all cases."""
    return Path(folder or cases_folder()) / f"{file_name(name)}.jsonl"


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


def training_header(name: str, scenario: str | Path | Scenario) -> Line:
    source = source_of(scenario)
    # A case is resumed by its source alone: what cannot be found again is not begun.
    found = find_scenario(source)
    return new_header(name, source, found.procedure, found.given)


def real_header(
    name: str, procedure: str, customer: str, given: Mapping[str, str], began: datetime | None
) -> Line:
    known = checked_given(load_procedure(procedure), given)
    header = new_header(name, None, procedure, known, customer)
    if began is not None:
        header["t"] = began.astimezone(UTC).isoformat(timespec="seconds")
    return header


def open_journal(path: Path, name: str, header: Line | None, *, write: bool) -> Journal:
    """The journal of a case: a new one begins with `header`, one that is there must agree with it.

    Raises:
        CaseError: there is neither a journal nor a header, or they are about different things.
    """
    if header is None:
        if not (path.exists() and path.stat().st_size):
            raise CaseError(say("needs_start", name=name))
        return Journal.open(path, None, write=write)
    journal = Journal.open(path, header, write=write)
    for key in ("scenario", "procedure"):
        there, wanted = journal.header.get(key), header[key]
        if there != wanted:
            raise CaseError(say("other_case", name=name, there=there, wanted=wanted))
    return journal


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
