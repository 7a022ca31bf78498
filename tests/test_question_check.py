"""What is wrong in a file of questions is told with its code and line."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from creditkit.content.check import check_folder
from creditkit.content.formula import evaluate
from creditkit.content.library import questions
from creditkit.content.schema_questions import Number

TEXT = {"zh": "一", "en": "one"}
OPTION = {**TEXT, "why": TEXT}
GOOD: dict[str, dict[str, Any]] = {
    "single": {"options": [{"id": "a", "worth": 1, **OPTION}, {"id": "b", **OPTION}]},
    "multiple": {
        "options": [{"id": "a", "worth": 1, **OPTION}, {"id": "b", **OPTION}, {"id": "c", **OPTION}]
    },
    "order": {"items": [{"id": "a", "place": 1, **TEXT}, {"id": "b", "place": 2, **TEXT}]},
    "match": {
        "targets": [{"id": "x", **TEXT}, {"id": "y", **TEXT}],
        "items": [{"id": "a", "to": "x", **TEXT}, {"id": "b", "to": "y", **TEXT}],
    },
    "classify": {
        "targets": [{"id": "x", **TEXT}, {"id": "y", **TEXT}],
        "items": [{"id": "a", "to": "x", **TEXT}, {"id": "b", "to": "x", **TEXT}],
    },
    "table": {
        "lists": {"l": [{"id": "v", **TEXT}]},
        "columns": [{"id": "c", "of": "l", **TEXT}],
        "rows": [{"id": "r", **TEXT}],
        "cells": {"r": {"c": {"value": "v"}}},
    },
    "number": {"draw": {"n": [1, 2]}, "answer": "n * 2", "near": [{"answer": "n", "why": TEXT}]},
}


def diagnosed(folder: Path, *questions: dict[str, Any]) -> list[tuple[str, int, str]]:
    base = {"ref": "R1", "prompt": TEXT, "hints": [TEXT, TEXT], "why": TEXT}
    items = [{"id": f"q{n}", **base, **q} for n, q in enumerate(questions)]
    content = {"questions": "mine", "ref": "R1", "title": TEXT, "items": items}
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    (folder / "mine.yaml").write_text(text, "utf-8")
    return [(d.code, d.line, d.in_("en")) for d in check_folder(folder)]


def changed(kind: str, path: str, value: Any) -> dict[str, Any]:
    """A good question of a type with one thing changed, at a path such as `items.0.to`."""
    question = yaml.safe_load(yaml.safe_dump(GOOD[kind]))
    *way, last = [int(p) if p.isdigit() else p for p in path.split(".")]
    here: Any = question
    for part in way:
        here = here[part]
    here[last] = value
    return {"type": kind, **question}


@pytest.mark.parametrize("hints", [[], [TEXT]])
def test_a_question_needs_two_hints_at_least(hints: list[Any], tmp_path: Path) -> None:
    ((code, _, says),) = diagnosed(tmp_path, {"type": "order", **GOOD["order"], "hints": hints})
    assert code == "C002"
    assert f"'hints' has {len(hints)}: a question needs two at least" in says


def test_a_good_question_of_each_type_has_no_diagnostics(tmp_path: Path) -> None:
    assert diagnosed(tmp_path, *({"type": kind, **q} for kind, q in GOOD.items())) == []


@pytest.mark.parametrize(
    ("kind", "path", "value", "code", "says"),
    [
        ("single", "options.1.worth", 1, "C401", "here are 2"),
        ("single", "options.0.worth", 0.5, "C401", "here are 0"),
        ("multiple", "options.0.worth", 0, "C401", "at least one right option"),
        ("multiple", "options.1.worth", 0.5, "C401", "make worth 1 or 0"),
        ("multiple", "show", 9, "C404", "between 2 and 3"),
        ("order", "items.1.place", 1, "C401", "no order to find"),
        ("match", "items.1.to", "x", "C401", "target of its own"),
        ("match", "items.1.to", "z", "C402", "no 'z'"),
        ("classify", "items.1.to", ["x", "z"], "C402", "no 'z'"),
        ("classify", "show", 3, "C404", "between 2 and 2"),
        ("table", "cells", {"r": {}}, "C402", "no cell 'c'"),
        ("table", "cells.r.c.value", "w", "C402", "no 'w'"),
        ("table", "columns.0.of", "k", "C402", "no 'k'"),
        ("number", "answer", "m * 2", "C403", "'m' has no values"),
        ("number", "answer", "n ** 2", "C403", "is not a formula"),
        ("number", "answer", "n *", "C403", "is not a formula"),
        ("number", "answer", "1 / (n - n)", "C403", "divides by zero"),
        ("number", "near.0.answer", "k", "C403", "'k' has no values"),
        ("number", "near.0.worth", 1, "C401", "mistakes"),
        ("number", "prompt", {"zh": "一", "en": "{days}"}, "C403", "'days' has no values"),
        ("number", "prompt", {"zh": "一", "en": "{"}, "C403", "braces"),
        ("single", "prompt", {"zh": "{a}", "en": "one"}, "C403", "'a' has no values"),
        ("single", "options.1.id", "a", "C006", "'a'"),
        ("single", "options.1.why", None, "C003", ""),
        ("single", "ref", "R99", "C005", "R99"),
    ],
)
def test_a_bad_question_is_told_with_code_and_line(
    tmp_path: Path, kind: str, path: str, value: Any, code: str, says: str
) -> None:
    question = changed(kind, path, value)
    found = diagnosed(tmp_path, {"type": "single", **GOOD["single"]}, question)
    codes = [c for c, _, _ in found]
    assert code in codes or (code == "C003" and "C002" in codes), found
    assert any(says in text for _, _, text in found), found
    second = next(
        n
        for n, line in enumerate((tmp_path / "mine.yaml").read_text("utf-8").splitlines(), 1)
        if "id: q1" in line
    )
    assert all(line >= second for _, line, _ in found), found


def test_a_type_that_does_not_exist_is_told(tmp_path: Path) -> None:
    found = diagnosed(tmp_path, {"type": "riddle", **GOOD["single"]})
    assert [code for code, _, _ in found] == ["C002"]
    good = {"type": "single", **GOOD["single"]}
    ((code, line, said),) = diagnosed(tmp_path, good, {"type": "multi", **GOOD["multiple"]})
    assert code == "C002"
    assert (tmp_path / "mine.yaml").read_text("utf-8").splitlines()[line - 1] == "  type: multi"
    assert "'multi' is not one of 'single', 'multiple'" in said
    assert "(did you mean 'multiple'?)" in said


def test_a_question_without_a_type_is_told_which_there_are(tmp_path: Path) -> None:
    ((code, _, said),) = diagnosed(tmp_path, GOOD["single"])
    assert code == "C002"
    assert "'type' is missing here; write one of single, multiple, order" in said


def test_an_id_used_in_another_set_is_told(tmp_path: Path) -> None:
    diagnosed(tmp_path, {"type": "single", **GOOD["single"]})
    text = (tmp_path / "mine.yaml").read_text("utf-8")
    (tmp_path / "yours.yaml").write_text(
        text.replace("questions: mine", "questions: yours"), "utf-8"
    )
    found = check_folder(tmp_path)
    assert [(d.code, d.file) for d in found] == [("C006", "yours.yaml")]
    assert "mine.yaml" in found[0].in_("en")


@pytest.mark.parametrize(
    ("written", "means"),
    [("1234567", 1234567), ("0.0000001", 1e-7), ("123456789.01", 123456789.01), ("-12", -12),
     ("1_234_567", 1234567), ("12345678901234567890", 12345678901234567890),
     ("1,234,567.5", 1234567.5), ("'1,234,567'", 1234567), ("'1234567'", 1234567)],
)  # fmt: skip
def test_an_answer_may_be_written_as_a_plain_number(
    tmp_path: Path, written: str, means: float
) -> None:
    question = {**changed("number", "answer", 0), "near": [{"answer": 0, "why": TEXT}]}
    assert diagnosed(tmp_path, question) == []
    file = tmp_path / "mine.yaml"
    file.write_text(file.read_text("utf-8").replace("answer: 0\n", f"answer: {written}\n"), "utf-8")
    assert check_folder(file) == []
    (number,) = questions(file).items
    assert isinstance(number, Number)
    assert evaluate(number.answer, {}) == evaluate(number.near[0].answer, {}) == means


@pytest.mark.parametrize("value", [True, [1], {"a": 1}])
def test_an_answer_that_is_no_number_and_no_formula_is_told(tmp_path: Path, value: Any) -> None:
    found = diagnosed(tmp_path, changed("number", "answer", value))
    assert [code for code, _, _ in found] == ["C002"]


@pytest.mark.parametrize(
    "formula", ["__import__('os')", "n.real", "[1]", "n if n else 1", "'a' * 9", "True", "n(1)"]
)
def test_a_formula_is_arithmetic_and_nothing_else(formula: str) -> None:
    with pytest.raises(ValueError, match="formula"):
        evaluate(formula, {"n": 2})
