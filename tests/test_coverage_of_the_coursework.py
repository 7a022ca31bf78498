"""Every fact of the coursework is carried by content, and shown where a student sees it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import creditkit as ck
from creditkit.content.check import PACKAGE
from creditkit.content.document import read, yaml_files
from creditkit.content.library import refs, sections
from creditkit.text import set_language

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
# The project's own list: the ids of the coursework, section by section.
IDS = """
R0 R1 R1.1 R1.2 R1.3 R1.4 R1.5 R1.6 R1.7 R2 R2.1 R2.2 R2.3 R2.4 R2.5 R2.6 R3 R3.1 R3.2 R4.1 R4.2
R4.3 R5.1 R5.2 R5.3 R5.4 R5.5 R5.6 R5.7 R6.A R6.B R6.C
C1.1 C1.2 C1.3 C1.4 C2 C2.1 C2.2 C2.3 C2.4 C2.5 C2.6 C3.1 C3.2 C3.3 C4.1 C4.2 C4.3 C4.4 C4.5 C5.1
C5.2 C5.3
D1 D1.1 D1.2 D2.1 D2.1a D2.1b D2.1c D2.1d D2.2 D3.1 D3.2 D3.3 D4.1 D4.2 D4.3 D4.4 D4.5 D4.6 D4.7
D4.8 D5.1 D5.2 D5.2a D5.2b D5.2c D6.1 D6.2 D6.3 D6.4 D6.5
I0 I1 I2 I2a I2b I3 I4 I5 I6 I7 I8 I8a I8b I8c I8d I8e I8f I8g I9
S0.1 S0.2 S0.3 S0.4 S0.5 S1 S1.1 S1.2 S1.3 S1.4 S1.5 S2 S2.1 S2.2 S2.3 S2.4 S2.5 S3 S3.1 S3.2 S3.3
S3.4 S3.5 S4 S4.1 S4.2 S4.3 S4.4 S4.5
""".split()  # noqa: SIM905 - a list this long is read as words
# What teaches in each notebook: the views whose words a student reads there. Lists of facts that
# only repeat refs.yaml (refs_view, mastery_view) do not count as teaching.
SHOWN = {
    "01_refused_application": (
        'procedure_view("refusal")', 'routes_view("refusal")', 'exercises("refusal")',
    ),
    "02_complaints": (
        'procedure_view("complaint")', 'routes_view("complaint")', 'exercises("complaint")',
    ),
    "03_collecting_information": (
        'checklist_view("collection")', "channels_view()", "cautions_view()",
        'exercises("collection")',
    ),
    "04_what_to_collect": ('checklist_view("credit_file")', 'exercises("content")'),
    "05_comparing_sources": ("sources_view()", 'exercises("sources")'),
}  # fmt: skip


def refs_in(value: Any) -> Iterator[str]:
    """Every id that stands under a key `ref` in plain data."""
    if isinstance(value, dict):
        for key, child in value.items():
            if key == "ref":
                yield from [child] if isinstance(child, str) else child
            else:
                yield from refs_in(child)
    elif isinstance(value, list):
        for child in value:
            yield from refs_in(child)


def source(notebook: str) -> str:
    cells = json.loads((NOTEBOOKS / f"{notebook}.ipynb").read_text("utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells)


def shown_in(notebook: str) -> set[str]:
    """The ids in the prose of a notebook and in what its teaching views draw."""
    text = source(notebook)
    words = [text]
    for call in SHOWN[notebook]:
        view = eval(f"ck.{call}", {"ck": ck})
        words.append(getattr(view, "value", "") + "".join(c.value for c in _html(view)))
        if "exercises" in call:
            for id in list(view._questions):
                view._choice.value = id
                view._show.click()
                words += [c.value for c in _html(view)]
    return set(re.findall(r"\b[RCDIS]\d(?:\.\w+|[a-g])?\b", "\n".join(words)))


def _html(widget: Any) -> Iterator[Any]:
    import ipywidgets as w

    if isinstance(widget, w.HTML):
        yield widget
    for child in getattr(widget, "children", ()):
        yield from _html(child)


def test_our_list_of_ids_is_the_list_of_the_content() -> None:
    assert list(refs()) == IDS


def test_every_id_is_carried_by_content_other_than_the_list_of_facts() -> None:
    carried: dict[str, set[str]] = {id: set() for id in IDS}
    for file in yaml_files(PACKAGE):
        if file.name not in {"refs.yaml", "glossary.yaml"} and file.parent.name != "interface":
            for ref in refs_in(read(file).data):
                carried[ref].add(file.parent.name)
    assert [id for id, kinds in carried.items() if "questions" not in kinds] == []
    # Beside a question, each is taught: in a procedure, a checklist or the table of sources.
    taught = {"procedures", "checklists", "sources"}
    assert [id for id, kinds in carried.items() if not kinds & taught] == []


@pytest.mark.parametrize("notebook", SHOWN)
def test_the_notebook_shows_what_it_is_said_to_show(notebook: str) -> None:
    text = source(notebook).replace("procedure_view()", 'procedure_view("refusal")')
    text = text.replace("routes_view()", 'routes_view("refusal")')
    assert [call for call in SHOWN[notebook] if f"ck.{call}" not in text] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_id_is_shown_where_a_student_sees_it(lang: str) -> None:
    set_language(lang)
    by_letter = dict(zip(sections(), SHOWN, strict=True))
    missing = {
        letter: {id for id in IDS if id.startswith(letter)} - shown_in(notebook)
        for letter, notebook in by_letter.items()
    }
    assert missing == {letter: set() for letter in by_letter}
