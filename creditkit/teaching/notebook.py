"""The notebook that a student gets: what to do, the questions, the cases, and the button."""

import json
from typing import Any

from creditkit.content.schema_assignments import Assignment
from creditkit.teaching.handout import Build, say
from creditkit.text import LANGUAGES, Text, in_full, join


def notebook(a: Assignment, build: Build) -> str:
    """The text of the notebook of an assignment.

    >>> from creditkit.content.assignments import load_assignment
    >>> from creditkit.content.check import PACKAGE
    >>> a = load_assignment(PACKAGE / "assignments" / "first_assignment.yaml")
    >>> "ck.assignment_submit()" in notebook(a, "practice")
    True
    """
    cells = [_prose(a, "#", a.title, say(f"nb_{build}"), _terms(a, build))]
    if a.language == "both":
        cells.append(_code("import creditkit as ck\n\nck.language_switch()"))
    else:
        cells.append(_code(f'import creditkit as ck\n\nck.set_language("{a.language}")'))
    if a.questions:
        cells += [
            _prose(a, "##", say("nb_questions"), say(f"nb_questions_{build}")),
            _code("ck.assignment_questions()"),
        ]
    for n in range(1, len(a.scenarios) + 1):
        cells += [
            _prose(a, "##", say("nb_case", n=n), say(f"nb_case_{build}")),
            _code(f"ck.assignment_case({n})"),
        ]
    cells += [
        _prose(a, "##", say("nb_submit"), say("nb_submit_how", assignment=a.id)),
        _code("ck.assignment_submit()"),
    ]
    for n, cell in enumerate(cells, start=1):
        cell["id"] = f"cell{n}"
    metadata = {
        "kernelspec": {
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
    }
    page = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(page, ensure_ascii=False, indent=1) + "\n"


def _terms(a: Assignment, build: Build) -> Text:
    """On what terms it is marked, as far as they bear on this assignment."""
    told = []
    if a.deadline:
        told.append(say("nb_deadline", deadline=a.deadline.strftime("%Y-%m-%d %H:%M (UTC%z)")))
    if build == "practice" and a.attempts:
        told.append(say("nb_attempts", n=a.attempts))
    points = [(a.points.questions, "nb_points_q"), (a.points.scenarios, "nb_points_s")]
    told += [say(key, points=in_full(p)) for p, key in points if p]
    return join(told, zh="", en=" ")


def _prose(a: Assignment, level: str, title: Text, *paragraphs: Text) -> dict[str, Any]:
    langs = LANGUAGES if a.language == "both" else (a.language,)
    heading = " · ".join(dict.fromkeys(title.in_(lang) for lang in langs))
    blocks = []
    for lang in langs:
        words = "\n\n".join(p.in_(lang) for p in paragraphs if p.in_(lang))
        blocks.append(f'<div lang="{lang}">\n\n{words}\n\n</div>' if len(langs) > 1 else words)
    source = f"{level} {heading}\n\n" + "\n".join(blocks)
    return {"cell_type": "markdown", "id": "", "metadata": {}, "source": source}


def _code(source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": "",
        "metadata": {},
        "outputs": [],
        "source": source,
    }
