"""The sample data: written by block, the same to the byte for the same seed, and read back.

`data/` holds the sample of the default size and seed. Everything in it is made up.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from creditkit.analysis.sample_complaints import COUNT as COMPLAINTS
from creditkit.analysis.sample_complaints import SEED as COMPLAINTS_SEED
from creditkit.analysis.sample_complaints import sample_complaints
from creditkit.analysis.sample_customers import BLOCK, Columns, customer_rows, make_customers
from creditkit.analysis.sample_facts import make_facts
from creditkit.analysis.sample_trade import make_invoices, make_refusals
from creditkit.content.library import tables
from creditkit.content.schema_fields import Column, Table
from creditkit.text import BilingualError, Text, did_you_mean, phrases

if TYPE_CHECKING:
    import pandas as pd

SEED, CUSTOMERS = 20_261_124, 420
AS_OF = "2025-12-31"
DAYS = ("date", "datetime")
Progress = Callable[[int, int], object]


def say(key: str, /, **slots: object) -> Text:
    return phrases("sample")(key, **slots)


class SampleError(BilingualError):
    """The sample cannot be written or read as asked."""


def write_sample(
    out: str | Path,
    *,
    customers: int = CUSTOMERS,
    seed: int = SEED,
    only: tuple[str, ...] = (),
    progress: Progress | None = None,
) -> dict[str, int]:
    """Write the sample as CSV files with a Frictionless descriptor, `datapackage.json`.

    A block of customers at a time is held in memory. A file is complete or not there: each is
    written under another name first.

    Args:
        out: the folder, made if need be; files of the same name in it are replaced.
        customers: how many; each has about 75 facts and 125 invoices.
        seed: 0 or more. The same seed and number give the same bytes.
        only: the tables wanted, such as `("customers", "facts", "truth")`; all if empty.
        progress: called with the customers done and to do after each block.

    Returns:
        The number of rows by table.

    Raises:
        SampleError: a number or table that cannot be, or the folder cannot be written to.
    """
    wanted = _wanted(customers, seed, only)
    folder = Path(out)
    rows = dict.fromkeys(wanted, 0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        scratch = {name: folder / f"{name}.csv.new" for name in wanted}
        try:
            for name, path in scratch.items():
                path.write_text(",".join(_heads(name)) + "\n", "utf-8", newline="\n")
            for done, parts in _blocks(customers, seed, set(wanted)):
                for name, columns in parts.items():
                    rows[name] += len(next(iter(columns.values())))
                    with scratch[name].open("a", encoding="utf-8", newline="\n") as file:
                        file.write(_lines(columns))
                if progress:
                    progress(done, customers)
            if "complaints" in wanted:
                scratch["complaints"].write_text(sample_complaints(), "utf-8", newline="\n")
                rows["complaints"] = COMPLAINTS
            for name, path in scratch.items():
                path.replace(folder / f"{name}.csv")
        finally:
            for path in scratch.values():
                path.unlink(missing_ok=True)
        text = json.dumps(descriptor(wanted, seed), ensure_ascii=False, indent=2) + "\n"
        (folder / "datapackage.json").write_text(text, "utf-8", newline="\n")
    except OSError as error:
        reason = error.strerror or str(error)
        raise SampleError(say("unwritable", folder=folder, reason=reason)) from error
    return rows


def descriptor(names: tuple[str, ...] | list[str], seed: int) -> dict[str, Any]:
    """The Frictionless Data Package of some tables: columns, types, limits, meaning in both
    languages, licence.

    >>> descriptor(["truth"], 1)["resources"][0]["path"]
    'truth.csv'
    """
    known = tables()
    return {
        "name": "creditkit-sample",
        "title": _both(say("title")),
        "description": _both(say("about", seed=seed)),
        "licenses": [
            {
                "name": "CC0-1.0",
                "path": "https://creativecommons.org/publicdomain/zero/1.0/",
                "title": "CC0 1.0",
            }
        ],
        "resources": [_resource(known[name], set(names), seed) for name in names],
    }


def sample_folder() -> Path:
    """Where the sample data lies: beside the notebooks of a checkout or of the installed course.

    Raises:
        SampleError: creditkit was installed without it.
    """
    package = Path(__file__).parents[1]
    for root in (package.parent, package / "course"):
        if (root / "data" / "facts.csv").is_file():
            return root / "data"
    raise SampleError(say("not_there"))


def sample(table: str) -> "pd.DataFrame":
    """A table of the sample data; see `data/README.md`. Synthetic throughout.

    Returns:
        pandas.DataFrame with the columns of the table: text as str, numbers float64, days
        datetime64 (NaT where empty).

    Raises:
        SampleError: there is no such table, or creditkit was installed without its data.

    >>> sample("customers").columns.tolist()[:3]
    ['customer', 'name_zh', 'name_en']
    """
    import pandas as pd

    known = tables()
    if table not in known:
        raise _no_table(table)
    columns = [c for c in known[table].columns if not c.own]
    texts = [c.id for c in columns if c.type == "string"]
    return pd.read_csv(
        sample_folder() / f"{table}.csv",
        dtype=dict.fromkeys(texts, "str"),
        parse_dates=[c.id for c in columns if c.type in DAYS],
        keep_default_na=False,
        na_values={c.id: [""] for c in columns},
    )


# Inside


def _wanted(customers: int, seed: int, only: tuple[str, ...]) -> list[str]:
    for option, value, least in (("customers", customers, 1), ("seed", seed, 0)):
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise SampleError(say("bad_number", option=option, value=value, least=least))
    for name in only:
        if name not in tables():
            raise _no_table(name)
    return [name for name in tables() if not only or name in only]


def _no_table(name: str) -> SampleError:
    names = ", ".join(tables())
    return SampleError(
        say("no_table", name=name, names=names, hint=did_you_mean(name, list(tables())))
    )


def _blocks(
    customers: int, seed: int, wanted: set[str]
) -> Iterator[tuple[int, dict[str, Columns]]]:
    for first in range(0, customers, BLOCK):
        count = min(BLOCK, customers - first)
        people = make_customers(seed, first, count)
        parts: dict[str, Columns] = {"customers": customer_rows(people)}
        if wanted & {"facts", "truth"}:
            parts["truth"], parts["facts"] = make_facts(seed, first, people)
        if wanted & {"invoices", "payments"}:
            parts["invoices"], parts["payments"] = make_invoices(seed, first, people)
        parts["refusals"] = make_refusals(seed, first, people)
        yield first + count, {name: part for name, part in parts.items() if name in wanted}


def _heads(name: str) -> list[str]:
    return [column.id for column in tables()[name].columns if not column.own]


def _lines(columns: Columns) -> str:
    """Rows of CSV. No value of the sample holds a comma, a quote or a new line."""
    lines = [*map(",".join, zip(*columns.values(), strict=True)), ""]
    return "\n".join(lines)


def _resource(table: Table, names: set[str], seed: int) -> dict[str, Any]:
    seed = COMPLAINTS_SEED if table.id == "complaints" else seed
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns if not column.own]
    }
    if table.key:
        schema["primaryKey"] = list(table.key)
    links = [
        {"fields": [c.id], "reference": {"resource": c.to, "fields": [c.id]}}
        for c in table.columns
        if c.to in names
    ]
    if links:
        schema["foreignKeys"] = links
    return {
        "name": table.id,
        "path": f"{table.id}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "title": _both(table.title),
        "description": _both(say("made_by", seed=seed)),
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.id, "title": _both(column.title), "type": column.type}
    if column.format:
        field["format"] = column.format
    if column.type == "boolean":
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    told = [f"{o.id}: {_both(o.title)}" for o in column.options]
    notes = ([_both(column.note)] if column.note else []) + (["; ".join(told)] if told else [])
    if notes:
        field["description"] = " ".join(notes)
    limits: dict[str, Any] = {
        "required": column.required,
        "unique": column.unique,
        "enum": [o.id for o in column.options],
        "pattern": column.pattern,
        "minimum": column.minimum,
    }
    limits = {
        name: value
        for name, value in limits.items()
        if value or (name == "minimum" and value is not None)
    }
    if limits:
        field["constraints"] = limits
    return field


def _both(text: Text) -> str:
    return f"{text.zh} · {text.en}"
