"""The checks of content: each fault has its code, its line, and a message that helps."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from creditkit.content.check import KINDS, PACKAGE, _report_misfit, check_folder
from creditkit.content.document import ContentError, Diagnostic, Document, read
from creditkit.content.library import scenario

PROCEDURE = PACKAGE / "procedures" / "refusal.yaml"
SCENARIO = PACKAGE / "scenarios" / "refusal" / "pump_maker.yaml"


def edited(folder: Path, source: Path, *edits: tuple[str, str]) -> Path:
    """A copy of a content file of the package in which each text, found once, is replaced."""
    text = source.read_text("utf-8")
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    copy = folder / source.name
    copy.write_text(text, "utf-8")
    return copy


def line_of(file: Path, mark: str, nth: int = 1) -> int:
    """The number of the nth line with `mark` in it."""
    lines = [n for n, line in enumerate(file.read_text("utf-8").splitlines(), 1) if mark in line]
    return lines[nth - 1]


def codes(found: list[Diagnostic]) -> list[str]:
    return [d.code for d in found]


Mark = str | tuple[str, int]
Fault = tuple[Path, tuple[str, str], tuple[str, Mark, str, str]]

# The file and the edit; the code, the line it must point at, and what it must say in en and zh.
ONE_FAULT: dict[str, Fault] = {
    "wrong indent": (
        PROCEDURE,
        ("    who: sales_supervisor\n    ref: R1\n", "    who: sales_supervisor\n     ref: R1\n"),
        ("C001", "     ref: R1", "the indent of this line or the one above",
         "这一行或上一行的缩进不对"),
    ),
    "open bracket": (
        SCENARIO,
        ("given: {customer: new}", "given: {customer: new"),
        ("C001", "truth: {cause", "The brace that opens in line 11 is not closed",
         "第 11 行开始的花括号没有收尾"),
    ),
    "verb that does not exist": (
        PROCEDURE,
        ("    verb: decide\n", "    verb: decides\n"),
        ("C002", "verb: decides", "'decides' is not one of 'ask', 'collect'", "不在可选之列"),
    ),
    "missing key": (
        SCENARIO,
        ("given: {customer: new}\n", "given: {}\n"),
        ("C002", "given: {}", "'customer' is missing here", "这里缺少 'customer'"),
    ),
    "no English": (
        PROCEDURE,
        ("  en: The customer refuses the credit application form\n", ""),
        ("C003", "title:", "The English text ('en') is missing", "缺少英文文字（'en'）"),
    ),
    "no Chinese in an answer": (
        SCENARIO,
        ("    zh: 挺客气的，一直说抱歉，只是表不肯填。\n", "    zh:\n"),
        ("C003", "    zh:", "The Chinese text ('zh') is missing", "缺少中文文字（'zh'）"),
    ),
    "no ref": (
        PROCEDURE,
        ("    ref: R1.6\n", ""),
        ("C004", "- id: record_inside", "'ref' is missing: name the coursework", "对应的教材编号"),
    ),
    "empty ref": (
        PROCEDURE,
        ("    ref: R1.6\n", "    ref:  # none\n"),
        ("C004", "    ref:  # none", "'ref' is missing", "缺少 'ref'"),
    ),
    "ref that is an empty list": (
        PROCEDURE,
        ("    ref: R1.6\n", "    ref: []\n"),
        ("C004", "    ref: []", "'ref' is missing", "缺少 'ref'"),
    ),
    "ref that is an empty text": (
        PROCEDURE,
        ("    ref: R1.6\n", "    ref: ''\n"),
        ("C004", "    ref: ''", "'ref' is missing", "缺少 'ref'"),
    ),
    "unknown ref": (
        PROCEDURE,
        ("    ref: R1.6\n", "    ref: R1.66\n"),
        ("C005", "    ref: R1.66", "'R1.66' is not an id of the coursework (did you mean 'R1.6'?)",
         "教材里没有编号 'R1.66'（是不是 'R1.6'？）"),
    ),
    "unknown ref beside": (
        PROCEDURE,
        ("        see: [D2.1]\n", "        see: [D2.1, D9.9]\n"),
        ("C005", "see: [D2.1, D9.9]", "'D9.9' is not an id of the coursework", "'D9.9'"),
    ),
    "two items of one id": (
        PROCEDURE,
        ("      - id: position\n", "      - id: attitude\n"),
        ("C006", ("- id: attitude", 2), "The id 'attitude' is used twice (first in line 127)",
         "编号 'attitude' 用了两次（第一次在第 127 行）"),
    ),
    "id that is not the file's name": (
        SCENARIO,
        ("scenario: pump_maker\n", "scenario: pumps\n"),
        ("C006", "scenario: pumps", "must be the same as the file's name 'pump_maker'",
         "应当与文件名 'pump_maker' 一致"),
    ),
    "one key twice": (
        PROCEDURE,
        ("    verb: decide\n", "    verb: decide\n    verb: judge\n"),
        ("C007", ("    verb: judge", 3), "'verb' appears twice in the same place", "出现了两次"),
    ),
    "start at an unknown step": (
        PROCEDURE,
        ("start: ask_inside\n", "start: ask_insid\n"),
        ("C101", "start: ask_insid",
         "'ask_insid', which is not a step (did you mean 'ask_inside'?)",
         "'start' 指向 'ask_insid'，而没有这个步骤（是不是 'ask_inside'？）"),
    ),
    "no way on and no end": (
        PROCEDURE,
        ("    end: {zh: 按路线丙建议放弃, en: Closed by route C}\n", ""),
        ("C103", "- id: drop_customer", "step 'drop_customer' is a dead end: give it 'next'",
         "走到步骤 'drop_customer' 就断了"),
    ),
    "a second branch for the same case": (
        PROCEDURE,
        ("        to: consult_file\n",
         "        to: consult_file\n      - when: {customer: [new]}\n        to: report_manager\n"),
        ("C105", "- when: {customer: [new]}",
         "(customer: new) under which step 'judge_further' leads to 'report_manager' can never",
         "永远不会成立"),
    ),
    "a cause without a route": (
        PROCEDURE,
        ("      when: {opinion: [bad_credit, fraud]}\n", "      when: {opinion: [bad_credit]}\n"),
        ("C105", "  routes:", "When opinion = fraud, 'routes' has 0 right options",
         "opinion = fraud 时，'routes' 中有 0 个正确选项"),
    ),
    "a cause with two routes": (
        PROCEDURE,
        ("      when: {opinion: [buyer_strong, no_value]}\n",
         "      when: {opinion: [buyer_strong, no_value, fraud]}\n"),
        ("C105", "  routes:", "'routes' has 2 right options; there must be exactly one",
         "应当正好一个"),
    ),
    "unknown person": (
        PROCEDURE,
        ("    who: sales_supervisor\n", "    who: sales_supervisr\n"),
        ("C106", "who: sales_supervisr",
         "'sales_supervisr' is not a known person here (did you mean 'sales_supervisor'?)",
         "'sales_supervisr' 不是这里可用的人员（是不是 'sales_supervisor'？）"),
    ),
    "unknown procedure": (
        SCENARIO,
        ("procedure: refusal\n", "procedure: refusals\n"),
        ("C201", "procedure: refusals",
         "There is no procedure 'refusals' (did you mean 'refusal'?)",
         "没有名为 'refusals' 的流程"),
    ),
    "evidence for another cause": (
        SCENARIO,
        ("truth: {cause: fears_leak}", "truth: {cause: misunderstands_form}"),
        ("C203", "truth: {cause: misunderstands_form}",
         "'misunderstands_form' gets 1, 'fears_leak' ", "证据不支持真相"),
    ),
    "evidence for an unknown cause": (
        SCENARIO,
        ("{fears_leak: 1, misunderstands_form: 1}", "{fears_leak: 1, misunderstand_form: 1}"),
        ("C204", "misunderstand_form: 1",
         "'misunderstand_form' is not a known option here (did you mean 'misunderstands_form'?)",
         "'misunderstand_form' 不是这里可用的选项"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "edit", "expected"), ONE_FAULT.values(), ids=ONE_FAULT)
def test_a_fault_is_reported_once_with_its_code_its_line_and_what_to_do(
    tmp_path: Path,
    source: Path,
    edit: tuple[str, str],
    expected: tuple[str, Mark, str, str],
) -> None:
    file = edited(tmp_path, source, edit)
    code, mark, en, zh = expected
    mark, nth = (mark, 1) if isinstance(mark, str) else mark
    found = check_folder(tmp_path)
    assert [(d.code, d.file, d.line) for d in found] == [
        (code, file.name, line_of(file, mark, nth))
    ]
    assert en in found[0].message.in_("en")
    assert zh in found[0].message.in_("zh")


# A fault that has consequences is reported with them, in the order of the file.
MORE_FAULTS: dict[str, tuple[Path, tuple[str, str], list[tuple[str, str, str, str]]]] = {
    "a misspelt key is unknown and the right one missing": (
        SCENARIO,
        ("\nopening:\n", "\nopenning:\n"),
        [
            ("C002", "scenario:", "'opening' is missing here", "这里缺少 'opening'"),
            ("C002", "openning:", "'openning' is not known here (did you mean 'opening'?)",
             "这里不认识 'openning'（是不是 'opening'？），请改名或删去"),
        ],
    ),
    "a branch to a step that does not exist": (
        PROCEDURE,
        ("        to: guide_customer\n", "        to: guide_custome\n"),
        [
            ("C101", "to: guide_custome",
             "step 'decide_route' leads to 'guide_custome', which is not a step "
             "(did you mean 'guide_customer'?)",
             "'decide_route' 指向 'guide_custome'，而没有这个步骤（是不是 'guide_customer'？）"),
            ("C102", "- id: guide_customer", "'guide_customer' can never be reached", "永远走不到"),
        ],
    ),
    "two branches to one step": (
        PROCEDURE,
        ("        to: full_collection\n", "        to: guide_customer\n"),
        [
            ("C102", "- id: full_collection", "step 'full_collection' can never be reached",
             "步骤 'full_collection' 永远走不到"),
            ("C102", "- id: report_again", "step 'report_again' can never be reached",
             "步骤 'report_again' 永远走不到"),
        ],
    ),
    "a case without a branch": (
        PROCEDURE,
        ("      - when: {customer: existing}\n        to: consult_file\n", ""),
        [
            ("C103", "- id: judge_further",
             "step 'judge_further' leads nowhere when customer = existing; add a 'when' for it",
             "步骤 'judge_further' 在 customer = existing 时没有出路"),
            ("C102", "- id: consult_file", "'consult_file' can never be reached", "永远走不到"),
        ],
    ),
    "a step that leads back to itself": (
        PROCEDURE,
        ("    next: report_again\n", "    next: full_collection\n"),
        [
            ("C104", "- id: full_collection",
             "steps 'full_collection' form a loop with no way out; give it an exit",
             "步骤 'full_collection' 绕成一圈，走进去就出不来，请给它一条出路"),
            ("C102", "- id: report_again", "'report_again' can never be reached", "永远走不到"),
        ],
    ),
    "an answer to an item that does not exist": (
        SCENARIO,
        ("\n  attitude:\n", "\n  atitude:\n"),
        [
            ("C202", "answers:", "'attitude' (the customer's attitude) has no answer",
             "'attitude'（客户的态度）没有回答：学员问到时就无话可说"),
            ("C204", "  atitude:", "'atitude' is not a known item here (did you mean 'attitude'?)",
             "'atitude' 不是这里可用的条目（是不是 'attitude'？）"),
        ],
    ),
    "a condition on a value that does not exist": (
        PROCEDURE,
        ("      - when: {customer: existing}\n", "      - when: {customer: existent}\n"),
        [
            ("C103", "- id: judge_further", "leads nowhere when customer = existing",
             "customer = existing 时没有出路"),
            ("C105", "      - when: {customer: existent}", "can never hold", "永远不会成立"),
            ("C106", "      - when: {customer: existent}",
             "'existent' is not a known option here (did you mean 'existing'?)",
             "'existent' 不是这里可用的选项"),
            ("C102", "- id: consult_file", "'consult_file' can never be reached", "永远走不到"),
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "edit", "expected"), MORE_FAULTS.values(), ids=MORE_FAULTS)
def test_a_fault_is_reported_with_what_follows_from_it(
    tmp_path: Path, source: Path, edit: tuple[str, str], expected: list[tuple[str, str, str, str]]
) -> None:
    file = edited(tmp_path, source, edit)
    found = check_folder(tmp_path)
    assert [(d.code, d.line) for d in found] == [
        (code, line_of(file, mark)) for code, mark, _, _ in expected
    ]
    for diagnostic, (_, _, en, zh) in zip(found, expected, strict=True):
        assert en in diagnostic.message.in_("en")
        assert zh in diagnostic.message.in_("zh")


def test_each_code_is_tested_here() -> None:
    documented = {f"C{n}" for n in (*range(101, 107), *range(201, 205))}
    documented |= {f"C00{n}" for n in range(1, 8)}
    tested = {expected[0] for _, _, expected in ONE_FAULT.values()}
    tested |= {code for _, _, faults in MORE_FAULTS.values() for code, _, _, _ in faults}
    assert tested == documented


def test_a_diagnostic_reads_as_file_line_code_message(tmp_path: Path) -> None:
    edited(tmp_path, PROCEDURE, ("start: ask_inside\n", "start: ask_insid\n"))
    found = check_folder(tmp_path)[0]
    line = line_of(tmp_path / "refusal.yaml", "start: ")
    assert str(found).startswith(f"refusal.yaml:{line}: C101 'start' leads to")


def test_all_faults_of_a_file_are_reported_at_once_from_top_to_bottom(tmp_path: Path) -> None:
    edited(
        tmp_path,
        PROCEDURE,
        ("    who: sales_supervisor\n", "    who: nobody\n"),
        ("      - id: position\n", "      - id: attitude\n"),
        ("    end: {zh: 按路线丙建议放弃, en: Closed by route C}\n", ""),
    )
    found = check_folder(tmp_path)
    assert codes(found) == ["C106", "C006", "C103"]
    assert [d.line for d in found] == sorted(d.line for d in found)


# Files that are no content at all


@pytest.mark.parametrize(
    ("data", "line", "en", "zh"),
    [
        (b"", 1, "The file is empty", "文件是空的"),
        (b"# only a comment\n", 1, "The file is empty", "文件是空的"),
        ("title: 客户".encode("gb18030"), 1, "Save it as YAML in UTF-8", "请存成 UTF-8"),
        ("scenario: x".encode("utf-16"), 1, "Save it as YAML in UTF-8", "请存成 UTF-8"),
        (b"scenario: a\nanswers: &a\n  deeper: *a\n", 3, "this part contains itself", "它自己"),
        (b"&a [1, *a]\n", 1, "this part contains itself", "包含了它自己"),
        (b"scenario: a\nref: 2024-13-45\n", 2, "no such day or time as '2024-13-45'; write for",
         "没有“2024-13-45”这一天"),
        (b"scenario: a\nref: !!python/name:os.system x\n", 2, "a type of YAML that is not used",
         "类型标记"),
        (b"scenario: a\n? [1, 2]\n: 3\n", 2, "Only text or a whole number", "冒号左边"),
        (b"scenario: a\n\tref: R1\n", 2, "There is a tab here", "请改成空格"),
        (b"scenario: a\nref: @R1\n", 2, "cannot begin with @", "“@”开头"),
        (b"scenario: a\nref: *nothing\n", 2, "there is no &nothing in the file", "&nothing"),
        (b"[" * 3000 + b"]" * 3000, 1, "nested too deep", "套得太深"),
    ],
    ids=["empty", "comment", "gb18030", "utf-16", "loop", "loop in a list", "no date", "python tag",
         "list as key", "tab", "at sign", "unknown alias", "deep"],
)  # fmt: skip
def test_a_file_that_is_no_yaml_is_c001_and_says_what_to_do(
    tmp_path: Path, data: bytes, line: int, en: str, zh: str
) -> None:
    (tmp_path / "mine.yaml").write_bytes(data)
    found = [d for d in check_folder(tmp_path) if d.code == "C001"]
    assert [(d.file, d.line) for d in found] == [("mine.yaml", line)]
    assert en in found[0].message.in_("en")
    assert zh in found[0].message.in_("zh")


# Text, the line to be named, and what is said of it.
SYNTAX = {
    "quote never closed": ('a: 1\nb: "x\nc: 2\n', 2, "is never closed", "没有收尾"),
    "quote closed by the next": ('a: "x\nb: "y"\nc: 1\n', 1, "closed only in line 2",
                 "第 2 行才收尾"),
    "quote within a quote": ("a: 1\nb: 'it's'\n", 2, "Write a ' within quotation marks twice",
                 "请写两遍"),
    "backslash": ('a: "\\q"\n', 1, "a backslash", "反斜杠"),
    "full-width colon": ("a: 1\ntitle：客户\nb: 2\n", 2, "colon after 'title' is full-width",
                 "全角"),
    "full-width colon at first": ("title：客户\nb: 1\n", 1, "is full-width",
                 "“title”后面的冒号是全角的"),
    "no space after a colon": ("a: 1\ntitle:客户\nb: 2\n", 2, "write title: …", "缺少空格"),
    "two colons": ("a: x: y\n", 1, "This colon cannot stand here", "冒号放错了地方"),
    "open bracket": ("a: [1, 2\nb: 3\n", 2, "bracket that opens in line 1", "第 1 行开始的方括号"),
    "a brace alone": ("{", 1, "A bracket or brace is not closed", "没有收尾"),
    "words after a bar": ("a: |x\n", 1, "begin the words on a new line", "请另起一行"),
    "sign": ("a: `x`\n", 1, "cannot begin with `", "“`”开头"),
    "entry beside a colon": ("a: - b\n", 1, "begin a new line", "另起一行"),
    "two documents": ("a: 1\n--- \nb: 1\n", 2, "remove the ---", "---"),
    "control character": ("a: 1\nb: \x01\n", 2, "U+0001", "U+0001"),
    "too far left": (
        "steps:\n a:\n    zh: 1\n  b:\n    zh: 2\n  c:\n    zh: 3\n", 2,
        "too far left, so that line 4", "太靠左，下面第 4 行",
    ),
    "first of two too far left": (
        "a:\n  zh: 1\n  en: 2\nb:\n zh: >-\n    words\n  en: 3\n", 5,
        "too far left, so that line 7", "太靠左，下面第 7 行",
    ),
    "not in line": ("steps:\n  a:\n    zh: 1\n   en: 2\n", 4, "put them in line", "请对齐"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "en", "zh"), SYNTAX.values(), ids=SYNTAX)
def test_a_mistake_in_yaml_is_told_where_it_was_made_and_in_words_of_our_own(
    tmp_path: Path, text: str, line: int, en: str, zh: str
) -> None:
    (tmp_path / "mine.yaml").write_text(text, "utf-8")
    (found,) = check_folder(tmp_path)
    assert (found.code, found.line) == ("C001", line)
    assert en in found.message.in_("en")
    assert zh in found.message.in_("zh")


@pytest.mark.parametrize("source", [PROCEDURE, SCENARIO])
def test_an_indent_gone_wrong_is_found_within_two_lines_and_never_told_in_raw_english(
    tmp_path: Path, source: Path
) -> None:
    lines = source.read_text("utf-8").splitlines()
    near, all = 0, 0
    for n, line in enumerate(lines):
        if line.startswith("  "):
            text = "\n".join([*lines[:n], line[1:], *lines[n + 1 :]])
            (tmp_path / "mine.yaml").write_text(text, "utf-8")
            for found in read(tmp_path / "mine.yaml").problems[:1]:
                all += 1
                near += abs(found.line - 1 - n) <= 2
                assert not re.search(r"expected|while|found", found.message.in_("zh"))
    assert all > 20
    assert near / all > 0.95


def test_a_file_in_another_encoding_is_told_the_line_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_bytes("a: 1\nb: 2\nc: 客户\n".encode("gb18030"))
    (found,) = check_folder(tmp_path)
    assert found.line == 3
    assert found.message.zh.endswith("编码选 UTF-8。")
    assert "decode" not in found.message.zh + found.message.en


ASSIGNMENT = PACKAGE / "assignments" / "first_assignment.yaml"


@pytest.mark.parametrize(
    ("source", "edit", "mark", "en", "zh"),
    [
        (SCENARIO, ("truth: {cause: fears_leak}", "truth：{cause: fears_leak}"), "truth：",
         "The colon after 'truth' is full-width", "“truth”后面的冒号是全角的"),
        (ASSIGNMENT, ("T18:00:00+08:00", "T18:00:00"), "deadline:",
         "The value of 'deadline' does not fit: the time needs its offset", "时刻后面要写时区"),
        (ASSIGNMENT, ("2030-06-30T", "2030-13-30T"), "deadline:",
         "no such day or time as '2030-13-30T18:00:00+08:00'; write",
         "没有“2030-13-30T18:00:00+08:00”"),
        (ASSIGNMENT, ("attempts: 3", "attempts: two"), "attempts:",
         "it must be a whole number such as 2, not 'two'", "应当是整数，例如 2，而不是“two”"),
        (ASSIGNMENT, ("attempts: 3", "attempts: 0"), "attempts:",
         "it must be at least 1, not 0", "不能小于 1，这里是 0"),
        (ASSIGNMENT, ("hints: true", "hints: perhaps"), "hints:",
         "it must be true or false, not 'perhaps'", "应当是 true 或 false"),
        (ASSIGNMENT, ("assignment: first_assignment", "assignment: my exam"), "assignment:",
         "an id has letters, digits, _ and - alone", "编号只能用"),
    ],
    ids=["full-width colon", "no time zone", "no such day", "no number", "too small",
         "no yes or no", "bad id"],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_told_what_to_write_in_both_languages(
    tmp_path: Path, source: Path, edit: tuple[str, str], mark: str, en: str, zh: str
) -> None:
    file = edited(tmp_path, source, edit)
    found = [d for d in check_folder(file) if d.line == line_of(file, mark)]
    assert any(en in d.message.in_("en") and zh in d.message.in_("zh") for d in found), found


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-5, 10**9) | st.floats() | st.text(max_size=6),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner),
        max_leaves=4,
    )
)
@settings(max_examples=60)
def test_whatever_stands_for_a_value_no_english_of_a_library_reaches_the_chinese(
    value: Any,
) -> None:
    for kind in KINDS.values():
        for name, info in kind.model_fields.items():
            doc = Document(Path("mine.yaml"))
            try:
                kind.model_validate({info.alias or name: value})
            except ValidationError as error:
                for problem in error.errors(include_url=False):
                    if problem["type"] not in {"missing", "extra_forbidden"}:
                        assert not re.search(r"[Ii]nput|should|valid", said(doc, problem))


def said(doc: Document, problem: Any) -> str:
    _report_misfit(doc, {**problem, "input": "x"} if problem["type"] != "missing" else problem)
    return doc.problems[-1].message.in_("zh")


@pytest.mark.parametrize("data", ["just words", "- a\n- b\n", "unknown: 1\n", "7\n", "no\n"])
def test_a_file_of_no_known_kind_is_told_which_kinds_there_are(tmp_path: Path, data: str) -> None:
    (tmp_path / "mine.yaml").write_text(data, "utf-8")
    found = check_folder(tmp_path)
    assert [(d.code, d.line) for d in found] == [("C002", 1)]
    assert f"one of {', '.join(KINDS)}" in found[0].message.in_("en")


def test_nothing_in_a_file_is_executed(tmp_path: Path) -> None:
    mark = tmp_path / "executed"
    (tmp_path / "mine.yaml").write_text(
        f"scenario: a\ntitle: !!python/object/apply:os.mkdir ['{mark}']\n", "utf-8"
    )
    assert check_folder(tmp_path)
    assert not mark.exists()


def test_folded_chinese_is_joined_without_a_space_and_folded_english_with_one(
    tmp_path: Path,
) -> None:
    text = SCENARIO.read_text("utf-8")
    file = tmp_path / "pump_maker.yaml"
    folded = "lesson:\n  zh: >-\n    甲，\n    乙“丙”\n    丁 A\n    B\n  en: >-\n    a\n    b\n"
    file.write_text(text[: text.index("lesson:")] + folded, "utf-8")
    lesson = scenario(file).lesson
    assert (lesson.zh, lesson.en) == ("甲，乙“丙”丁 A B", "a b")


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    copy = edited(tmp_path, PROCEDURE)
    copy.write_bytes(b"\xef\xbb\xbf" + copy.read_bytes())
    assert check_folder(tmp_path) == []


# Folders


def test_an_unchanged_copy_has_no_faults(tmp_path: Path) -> None:
    edited(tmp_path, PROCEDURE)
    edited(tmp_path, SCENARIO)
    assert check_folder(tmp_path) == []


def test_a_single_file_can_be_checked(tmp_path: Path) -> None:
    edited(tmp_path, SCENARIO, ("procedure: refusal\n", "procedure: refusals\n"))
    (tmp_path / "other.yaml").write_text("", "utf-8")
    assert codes(check_folder(tmp_path / "pump_maker.yaml")) == ["C201"]


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    found = check_folder(tmp_path / "nowhere")
    assert codes(found) == ["C001"]
    assert str(tmp_path / "nowhere") in found[0].message.in_("en")
    assert str(tmp_path / "nowhere") in found[0].message.in_("zh")


def test_a_folder_without_yaml_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("scenario: x", "utf-8")
    found = check_folder(tmp_path)
    assert codes(found) == ["C001"]
    assert "no YAML files" in found[0].message.in_("en")


def test_what_jupyter_and_editors_leave_behind_is_passed_over(tmp_path: Path) -> None:
    edited(tmp_path, SCENARIO)
    checkpoints = tmp_path / ".ipynb_checkpoints"
    checkpoints.mkdir()
    shutil.copy(SCENARIO, checkpoints / "pump_maker-checkpoint.yaml")
    (tmp_path / ".#pump_maker.yaml").symlink_to("someone@somewhere.123")
    (tmp_path / "folder.yaml").mkdir()
    assert check_folder(tmp_path) == []


def test_a_folder_whose_own_path_is_hidden_is_checked(tmp_path: Path) -> None:
    folder = tmp_path / ".hidden" / "mine"
    folder.mkdir(parents=True)
    edited(folder, SCENARIO, ("procedure: refusal\n", "procedure: refusals\n"))
    assert codes(check_folder(folder)) == ["C201"]


def test_two_files_of_one_id_are_a_fault_of_the_second(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        edited(tmp_path / name, SCENARIO)
    found = check_folder(tmp_path)
    assert codes(found) == ["C006"]
    assert "(first in line pump_maker.yaml:1)" in found[0].message.in_("en")


def test_a_scenario_may_be_for_a_procedure_of_its_own_folder(tmp_path: Path) -> None:
    edited(tmp_path, PROCEDURE, ("procedure: refusal\n", "procedure: my_own\n"))
    edited(tmp_path, SCENARIO, ("procedure: refusal\n", "procedure: my_own\n"))
    assert check_folder(tmp_path) == []


# Loading


def test_a_scenario_with_faults_is_not_loaded_and_all_its_faults_are_told(tmp_path: Path) -> None:
    file = edited(
        tmp_path,
        SCENARIO,
        ("{fears_leak: 1, misunderstands_form: 1}", "{fears_leek: 1}"),
        ("\n  sales_file:\n", "\n  sales_flie:\n"),
    )
    with pytest.raises(ContentError) as refused:
        scenario(file)
    assert codes(refused.value.diagnostics) == ["C202", "C204", "C204"]
    assert len(str(refused.value).splitlines()) == 3


def test_a_trainers_own_scenario_is_loaded_by_its_path(tmp_path: Path) -> None:
    file = edited(tmp_path, SCENARIO)
    assert scenario(file) == scenario(str(file)) == scenario("pump_maker")


def test_a_scenario_that_does_not_exist_is_named_with_the_nearest() -> None:
    with pytest.raises(ContentError, match=r"nothing named 'pump_makers' \(did you mean"):
        scenario("pump_makers")


def test_a_file_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"no file or folder .*mine\.yaml"):
        scenario(tmp_path / "mine.yaml")


def test_a_procedure_is_not_taken_for_a_scenario() -> None:
    with pytest.raises(ContentError, match="C002"):
        scenario(PROCEDURE)


# Banks of variants


def bank() -> dict[str, Any]:
    """The smallest bank without a fault: two causes, two fragments an item."""

    def fragments(item: str) -> list[dict[str, Any]]:
        return [
            {"for": [cause], "zh": f"{item} 一", "en": f"{item} one", "supports": {cause: 1}}
            for cause in ("fears_leak", "fraud")
        ]

    procedure = yaml.safe_load(PROCEDURE.read_text("utf-8"))
    asked = [
        item["id"]
        for step in procedure["steps"]
        for item in step.get("items", ())
        if "ask" in item and "default" not in item
    ]
    text = {"zh": "{customer} 买 {goods}", "en": "{customer} buys {goods}"}
    return {
        "variants": "mine",
        "procedure": "refusal",
        "ref": "R0",
        "title": text,
        "customers": [{"name": text, "industry": text, "goods": {"zh": "轴承", "en": "bearings"}}],
        "people": {},
        "days": [30],
        "amount": [100000],
        "openings": [{"given": {"customer": c}, **text} for c in ("new", "existing")],
        "answers": {item: fragments(item) for item in asked},
        "outcomes": {c: {r: [text] for r in "ABC"} for c in ("fears_leak", "fraud")},
        "lessons": dict.fromkeys(("fears_leak", "fraud"), text),
    }


def check_bank(tmp_path: Path, content: dict[str, Any]) -> list[Diagnostic]:
    plain = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    (tmp_path / "mine.yaml").write_text(plain, "utf-8")
    return check_folder(tmp_path)


def test_a_small_bank_of_variants_has_no_faults(tmp_path: Path) -> None:
    assert check_bank(tmp_path, bank()) == []


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "code", "en"),
    [
        (lambda b: b.update(procedure="refusals"), "C201", "There is no procedure 'refusals'"),
        (lambda b: b["answers"].pop("reason"), "C202", "'reason' (the reason given) has no answer"),
        (lambda b: b["answers"]["reason"].pop(), "C202",
         "'reason' has no usable fragment for the true cause 'fraud'"),
        (lambda b: b["answers"]["reason"][1].update(supports={"fears_leak": 2}), "C202",
         "'reason' has no truth-supporting fragment for the true cause 'fraud'"),
        (lambda b: b["answers"]["reason"][0]["for"].append("fears_leek"), "C204", "'fears_leek'"),
        (lambda b: b["answers"]["reason"][0]["supports"].update(greed=1), "C204", "'greed'"),
        (lambda b: b["answers"]["reason"][0].update(en="{custommer}"), "C204",
         "'custommer' in braces is not a slot; the slots are customer, goods, days, amount"),
        (lambda b: b["answers"]["reason"][0].update(zh="{customer"), "C204", "braces do not match"),
        (lambda b: b["answers"]["reason"][0].update(misleads={"zh": "{a}", "en": "a"}), "C204",
         "'a' in braces"),
        (lambda b: b["openings"][0].update(en="{when}"), "C204", "'when' in braces"),
        (lambda b: b["openings"][0].update(given={"customer": "newish"}), "C204", "'newish'"),
        (lambda b: b["openings"][0].update(given={}), "C002", "'customer' is missing here"),
        (lambda b: b["outcomes"].pop("fraud"), "C002", "'fraud' is missing here"),
        (lambda b: b["outcomes"]["fraud"].update(D=[{"zh": "丁", "en": "D"}]), "C204", "'D'"),
        (lambda b: b["outcomes"]["fraud"]["A"].append({"zh": "x", "en": "{x}"}), "C204", "'x' in"),
        (lambda b: b["outcomes"]["fraud"].update(A=[]), "C002", "'A'"),
        (lambda b: b["lessons"].update(fraud={"zh": "{y}", "en": "y"}), "C204", "'y' in braces"),
        (lambda b: b.update(title={"zh": "{z}", "en": "z"}), "C204", "'z' in braces"),
        (lambda b: b.update(customers=[]), "C002", "'customers'"),
        (lambda b: b.update(days=["thirty"]), "C002", "'days'"),
        (lambda b: b["answers"]["reason"][0].update(supports={"fraud": 9}), "C002", "'fraud'"),
    ],
)  # fmt: skip
def test_a_bank_from_which_a_case_could_not_be_drawn_is_refused(
    tmp_path: Path, change: Change, code: str, en: str
) -> None:
    content = bank()
    change(content)
    found = check_bank(tmp_path, content)
    assert codes(found) == [code]
    assert en in found[0].message.in_("en")
    assert found[0].message.in_("zh") != found[0].message.in_("en")
