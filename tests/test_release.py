"""Handing out: what a student gets, what he does not get, and the pack that stays behind."""

import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

import nbformat
import pytest

from creditkit.casework.case import Case, CaseError
from creditkit.casework.debrief import debrief
from creditkit.casework.sealed import cut_short, sealed_procedure, sealed_scenario
from creditkit.casework.variants import variant
from creditkit.cli import main
from creditkit.content.assignments import load_assignment, shipped
from creditkit.content.check import PACKAGE, check_folder
from creditkit.content.document import ContentError
from creditkit.content.library import procedure, question_sets, refs, scenarios
from creditkit.content.schema import Answer, Part, Scenario
from creditkit.content.schema_questions import AnyQuestion, Multiple, Number, Single, Table
from creditkit.teaching.class_marking import mark_class
from creditkit.teaching.exercise import exercise
from creditkit.teaching.handout import HandoutError, Work, canonical
from creditkit.teaching.marking import mark
from creditkit.teaching.release import release
from creditkit.teaching.roster import RosterError, Student, read_roster
from creditkit.teaching.sheets import STOOD_IN, decoded, posed, sheet, unfit
from creditkit.teaching.submission import hand_in
from creditkit.text import Text
from tests import answering
from tests.handing_out import ASSIGNMENT, CLASS, a_class, answer_all, encoded, handed_in

QUESTIONS: list[AnyQuestion] = [q for s in question_sets() for q in s.items]
ALL = [s for of in ("refusal", "complaint") for s in scenarios(of)]
DRAWN = [variant(n, level, of=of) for of in ("refusal", "complaint") for n, level in
         ((1, 1), (2, 2), (3, 3))]  # fmt: skip
EVERYTHING = f"""
assignment: week1
title: {{zh: 全部, en: Everything}}
questions: [{", ".join(s.id for s in question_sets())}]
scenarios:
{"".join(f"  - {s.id}" + chr(10) for s in ALL)}
  - {{variant: refusal, level: 1}}
  - {{variant: refusal, level: 3}}
  - {{variant: complaint, level: 2}}
points: {{questions: 50, scenarios: 50}}
seed: student
hints: false
"""


def words(value: Any) -> Iterator[str]:
    """Every text in plain data, keys of maps included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield key
            yield from words(one)
    elif isinstance(value, list):
        for one in value:
            yield from words(one)


@cache
def key_texts() -> dict[str, str]:
    """Every text of the content that tells an answer, and where it comes from."""
    found: dict[str, str] = {}

    def keep(text: Text | None, where: str) -> None:
        for one in (text.zh, text.en) if text else ():
            found[one] = where

    for q in QUESTIONS:
        keep(q.why, f"{q.id} why")
        for at, part in _parts(q):
            keep(getattr(part, "why", None), f"{q.id} {at}")
    for s in [*ALL, *DRAWN]:
        keep(s.lesson, f"{s.id} lesson")
        for route, text in s.outcomes.items():
            keep(text, f"{s.id} outcome {route}")
        p = procedure(s.procedure)
        telling = {
            i.id for step in p.steps if step.names or step.verb == "fill" for i in step.items
        }
        for name, answer in s.answers.items():
            keep(answer.misleads, f"{s.id} {name} misleads")
            # What a form asks for is copied from the customer's own words, where it can be.
            there = answer.zh in _plainly_shown() or answer.en in _plainly_shown()
            if name in telling and not there:
                keep(answer.text, f"{s.id} {name}")
    for p in (procedure("refusal"), procedure("complaint")):
        for step in p.steps:
            keep(step.why, f"{step.id} why")
            for item in step.items:
                keep(item.why, f"{item.id} why")
        for options in p.lists.values():
            for option in options:
                keep(option.why, f"{option.id} why")
                keep(option.note, f"{option.id} note")
    return found


@cache
def _plainly_shown() -> str:
    """What every player of a case is told from the start."""
    texts = [t for s in [*ALL, *DRAWN] for t in (s.opening, s.customer.name, *s.people.values())]
    for of in ("refusal", "complaint"):
        texts += [o.title for options in procedure(of).lists.values() for o in options]
    return "\n".join(word for text in texts for word in (text.zh, text.en))


def _parts(value: Any, at: str = "") -> Iterator[tuple[str, Part]]:
    if isinstance(value, Part):
        yield at, value
        for name in type(value).model_fields:
            yield from _parts(getattr(value, name), f"{at}.{name}")
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _parts(one, f"{at}.{key}")
    elif isinstance(value, tuple):
        for one in value:
            yield from _parts(one, at)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An assessment of all there is, released to three students."""
    return a_class(tmp_path_factory.mktemp("all"), EVERYTHING).folder / "out"


def student_files(out: Path) -> list[Path]:
    return sorted(p for p in (out / "students").rglob("*") if p.is_file())


# What an assessment holds


def test_no_text_that_tells_an_answer_is_in_an_assessment(everything: Path) -> None:
    shown = "\n".join(p.read_text("utf-8") for p in student_files(everything))
    # The files are JSON: a text stands in them as JSON writes it.
    told = {
        where
        for text, where in key_texts().items()
        if len(text) > 3 and json.dumps(text, ensure_ascii=False)[1:-1] in shown
    }
    assert len(key_texts()) > 1000
    assert told == set()


def test_the_search_for_key_texts_finds_them_in_a_practice_build(tmp_path: Path) -> None:
    a_class(tmp_path, EVERYTHING, "practice")
    shown = "\n".join(p.read_text("utf-8") for p in student_files(tmp_path / "out"))
    found = sum(json.dumps(text, ensure_ascii=False)[1:-1] in shown for text in key_texts())
    assert found > 0.9 * len(key_texts())


def test_an_assessment_names_no_ref_of_the_coursework(everything: Path) -> None:
    known = set(refs())
    for file in student_files(everything):
        for text in words(json.loads(file.read_text("utf-8"))):
            assert text not in known
            assert not set(re.findall(r"\b[A-Z]\d(?:\.\w+)*", text)) & known, text


def test_an_assessment_has_none_of_the_keys_in_which_an_answer_could_stand(
    everything: Path,
) -> None:
    telling = {
        "worth", "why", "truth", "supports", "misleads", "accepts", "outcomes", "right", "place",
        "to", "value", "cells", "answer", "near", "tolerance", "draw", "seed", "secret", "hidden",
        "ref", "see", "reaction", "needed", "cost", "dimensions", "points", "level",
    }  # fmt: skip
    for file in everything.glob("students/*/handout.json"):
        handout = json.loads(file.read_text("utf-8"))
        for asked in handout["sheets"]:
            assert not (telling - {"points"}) & set(_keys(asked)), asked["id"]
        for case in handout["cases"]:
            # `lesson` and `why` must be there; they hold a dash, and what the step's guide says.
            assert case["scenario"]["lesson"] == {"zh": "—", "en": "—"}
            assert not case["scenario"]["truth"] and not case["scenario"]["ref"]
            left = set(_keys(case["scenario"])) & telling - {"truth", "ref"}
            assert not left, left
            for step in case["procedure"]["steps"]:
                assert step["why"] == step["guide"]
                assert not {"right", "truth", "names", "reaction"} & set(step)
                assert all("needed" not in item for item in step.get("items", ()))
            for options in case["procedure"]["lists"].values():
                assert all(set(option) == {"id", "ref", "title"} for option in options)
                assert all(option["ref"] == [] for option in options)


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for one in value.values():
            yield from _keys(one)
    elif isinstance(value, list):
        for one in value:
            yield from _keys(one)


@pytest.mark.parametrize("s", [*ALL, *DRAWN], ids=lambda s: s.id)
def test_a_sealed_case_is_the_same_whatever_the_truth(s: Scenario) -> None:
    p = procedure(s.procedure)
    telling = {i.id for step in p.steps if step.names or step.verb == "fill" for i in step.items}
    blank = Answer(zh="甲", en="A", accepts=(("x",),))
    other = s.model_copy(
        update={
            "ref": ("R0",),
            "truth": {name: p.lists[of][-1].id for name, of in p.hidden.items()},
            "outcomes": {},
            "lesson": Text("别的", "another"),
            "level": 3,
            "answers": {
                item: blank
                if item in telling
                else a.model_copy(update={"supports": {}, "misleads": None, "accepts": ()})
                for item, a in s.answers.items()
            },
        }
    )
    assert sealed_scenario(s, p, "case1") == sealed_scenario(other, p, "case1")


@pytest.mark.parametrize("q", QUESTIONS, ids=lambda q: q.id)
def test_a_sheet_has_none_of_the_reasons_and_points_of_its_question(q: AnyQuestion) -> None:
    shown = list(words(sheet(exercise(q, 7), "q1", hints=True).model_dump(mode="json")))
    told = [part.why for _, part in _parts(q) if getattr(part, "why", None)]  # type: ignore[attr-defined]
    told += [Text(point.zh, point.en) for point in getattr(q, "key", ())]
    assert told
    for text in told:
        assert text.zh not in shown and text.en not in shown


@pytest.mark.parametrize("q", [q for q in QUESTIONS if isinstance(q, Single)], ids=lambda q: q.id)
def test_a_sheet_is_the_same_whichever_option_is_right(q: Single) -> None:
    right = next(n for n, o in enumerate(q.options) if o.right)
    for n in range(len(q.options)):
        options = list(q.options)
        options[right] = options[right].model_copy(update={"worth": 0})
        options[n] = options[n].model_copy(update={"worth": 1})
        other = q.model_copy(update={"options": tuple(options)})
        assert sheet(exercise(q, 7), "q1") == sheet(exercise(other, 7), "q1")


def test_the_trainers_pack_is_apart_and_closed_to_others(everything: Path) -> None:
    assert not list((everything / "students").rglob("pack.json"))
    assert (everything / "trainer").stat().st_mode & 0o077 == 0


def test_the_trainer_is_told_what_is_secret_and_what_is_not(everything: Path) -> None:
    note = (everything / "trainer" / "README.md").read_text("utf-8")
    for words in ("does not\n  prove who sat", "write your own", "不能证明", "自己编写"):
        assert words in note


def test_no_student_can_tell_his_seed_or_token_from_anothers(everything: Path) -> None:
    pack = json.loads((everything / "trainer" / "pack.json").read_text("utf-8"))
    seeds = {one["seed"] for one in pack["issued"]}
    assert len(seeds) == 3 and min(seeds) > 2**32
    tokens = {one["token"] for one in pack["issued"]}
    for one in pack["issued"]:
        text = (everything / "students" / one["folder"] / "handout.json").read_text("utf-8")
        assert one["token"] in text and str(one["seed"]) not in text
        assert not any(other in text for other in tokens - {one["token"]})
        assert pack["secret"] not in text


def test_a_warning_names_shipped_content_used_for_an_assessment(tmp_path: Path) -> None:
    path = tmp_path / "week1.yaml"
    path.write_text(ASSIGNMENT, "utf-8")
    done = release(path, tmp_path / "out", CLASS, "assessment")
    (warning,) = done.warnings
    for name in ("refusal_order", "pump_maker", "complaint"):
        assert name in warning.en and name in warning.zh
    assert release(path, tmp_path / "out2", CLASS, "practice").warnings == ()


def test_a_trainers_own_content_is_used_by_path_without_a_warning(tmp_path: Path) -> None:
    own = (
        "questions: mine\nref: R0\ntitle: {zh: 我的, en: mine}\nitems:\n"
        "  - id: my_own\n    type: single\n    ref: R1\n    prompt: {zh: 选, en: choose}\n"
        "    hints: [{zh: 一, en: one}, {zh: 二, en: two}]\n    why: {zh: 因, en: because}\n"
        "    options:\n"
        "      - {id: x, worth: 1, zh: 甲, en: A, why: {zh: 对, en: 'yes'}}\n"
        "      - {id: y, worth: 0.5, zh: 乙, en: B, why: {zh: 半, en: half}}\n"
        "      - {id: z, zh: 丙, en: C, why: {zh: 错, en: 'no'}}\n"
    )
    (tmp_path / "mine.yaml").write_text(own, "utf-8")
    source = PACKAGE / "scenarios/refusal/squid_plant.yaml"
    text = source.read_text("utf-8").replace("scenario: squid_plant", "scenario: my_case")
    (tmp_path / "my_case.yaml").write_text(text, "utf-8")
    yaml = (
        "assignment: own\ntitle: {zh: 自编, en: own}\nquestions: mine.yaml\n"
        "scenarios: [my_case.yaml]\npoints: {questions: 5, scenarios: 5}\n"
    )
    desk = a_class(tmp_path, yaml)
    done = release(tmp_path / "week1.yaml", tmp_path / "out", CLASS, "assessment")
    assert done.warnings == ()
    assert [q.id for q in desk.pack.questions] == ["my_own"]
    assert list(desk.pack.scenarios) == ["my_case"]


# The same again


def test_the_same_secret_gives_the_same_files_to_the_byte(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        a_class(tmp_path / name, EVERYTHING)
    one, two = (
        {p.relative_to(tmp_path / n).as_posix(): p.read_bytes()
         for p in sorted((tmp_path / n).rglob("*")) if p.is_file()}
        for n in ("a", "b")
    )  # fmt: skip
    assert one == two


def test_a_release_repeated_into_its_folder_keeps_its_secret(tmp_path: Path) -> None:
    path = tmp_path / "week1.yaml"
    path.write_text(ASSIGNMENT, "utf-8")
    first = release(path, tmp_path / "out", CLASS).pack.read_bytes()
    assert release(path, tmp_path / "out", CLASS).pack.read_bytes() == first
    path.write_text(ASSIGNMENT.replace("week1", "week2"), "utf-8")
    with pytest.raises(HandoutError, match="another assignment"):
        release(path, tmp_path / "out", CLASS)


TERMS = "deadline: 2030-06-30T18:00:00+08:00\nattempts: 2\nhints: {hints}\n"


@pytest.mark.parametrize("build", ["practice", "assessment"])
def test_work_goes_on_and_counts_when_title_deadline_points_and_terms_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, build: Any
) -> None:
    desk = a_class(tmp_path, ASSIGNMENT + TERMS.format(hints="true"), build)
    early = handed_in(desk, "001", monkeypatch)
    with desk.at_home("002", monkeypatch) as work:
        answer_all(desk, work, "002")
    changed = ASSIGNMENT.replace("第一周", "第 1 周").replace("questions: 30", "questions: 20")
    roster = (Student("001", "江 远"), *CLASS[1:])
    moved = TERMS.format(hints="false").replace("06-30", "07-31").replace("attempts: 2\n", "")
    again = a_class(tmp_path, changed + moved, build, roster)
    assert "07-31" in (again.handout("002") / "handout.json").read_text("utf-8")
    with again.at_home("002", monkeypatch) as work:
        answered = work.attempts.works() if build == "practice" else work.answered()
        assert len(answered) == 3
        hand_in(work, again.inbox)
    marks = mark_class(again.inbox, again.folder / "out", jobs=1)
    assert marks.count("refused") == 0 and early.exists()
    assert [s["points"] for s in marks.tables["student"]] == [90.0, 20.0, None]


def test_a_release_after_which_handed_out_work_would_not_count_is_refused_unless_told(
    tmp_path: Path,
) -> None:
    a_class(tmp_path)
    path, out = tmp_path / "week1.yaml", tmp_path / "out"
    before = {p: p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}
    fewer, other = CLASS[:2], ASSIGNMENT.replace("pump_maker", "squid_plant")
    for yaml, roster, build, secret, told in [
        (ASSIGNMENT, CLASS, "practice", None, "already holds an assessment; this is a practice"),
        (ASSIGNMENT, CLASS, "assessment", "another", "3 of 3 students"),
        (ASSIGNMENT, fewer, "assessment", None, "1 of 3 students would no longer count: 003."),
        (ASSIGNMENT, (), "assessment", None, "3 of 3 students"),
        (other, CLASS, "assessment", None, "--replace"),
        (ASSIGNMENT.replace("week1", "x"), CLASS, "assessment", "another", "another assignment"),
    ]:
        path.write_text(yaml, "utf-8")
        with pytest.raises(HandoutError, match=told):
            release(path, out, roster, cast(Any, build), secret)
        assert before == {p: p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}
    path.write_text(other, "utf-8")
    assert release(path, out, CLASS, "assessment", replace=True).count == 3
    more = (*CLASS, Student("004"))
    assert release(path, out, more, "assessment").count == 4


def test_a_handout_and_pack_of_the_first_format_are_taken_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = a_class(tmp_path)
    handout, packed = desk.handout("001") / "handout.json", tmp_path / "out/trainer/pack.json"
    data = json.loads(handout.read_text("utf-8")) | {"creditkit_handout": 1}
    handout.write_text(json.dumps(data), "utf-8")
    whole = hashlib.sha256(canonical(data)).hexdigest()
    pack = json.loads(packed.read_text("utf-8"))
    pack["issued"][0]["handout"] = whole
    packed.write_text(json.dumps(pack), "utf-8")
    with desk.at_home("001", monkeypatch) as work:
        assert work.folder.name == f"week1-{whole[:12]}"
    handed_in(desk, "001", monkeypatch)
    assert mark_class(desk.inbox, tmp_path / "out", jobs=1).count("marked") == 1


def test_one_variant_for_all_or_one_a_student(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    same = a_class(tmp_path / "one").pack.issued
    assert len({one.seed for one in same}) == 1 and len({one.scenarios for one in same}) == 1
    own = a_class(tmp_path, ASSIGNMENT + "seed: student\n").pack.issued
    assert len({one.seed for one in own}) == 3
    assert len({one.scenarios[1] for one in own}) == 3
    assert {one.scenarios[0] for one in own} == {"pump_maker"}


def test_a_variant_for_each_student_needs_a_roster(tmp_path: Path) -> None:
    with pytest.raises(HandoutError, match="roster"):
        a_class(tmp_path, ASSIGNMENT + "seed: student\n", roster=())


# Files


@pytest.mark.parametrize("build", ["practice", "assessment"])
@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_the_notebook_is_valid_and_speaks_the_languages_asked_for(
    tmp_path: Path, build: Any, lang: str
) -> None:
    desk = a_class(tmp_path, ASSIGNMENT + f"language: {lang}\n", build)
    notebook = nbformat.read(desk.handout("001") / "week1.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    text = "\n".join(cell.source for cell in notebook.cells)
    assert ("Hand in" in text) == (lang != "zh")
    assert ("提交" in text) == (lang != "en")
    assert ("language_switch" in text) == (lang == "both")
    assert text.count("ck.assignment_case(") == 2


@pytest.mark.parametrize(
    "id",
    ["..", "../../x", "a/b", "a\\b", "CON", "x" * 300, "学号一", "A1", "a1", "\u202ex", "-rf"],
)
def test_a_students_id_never_leads_out_of_the_folder(tmp_path: Path, id: str) -> None:
    desk = a_class(tmp_path, roster=(Student(id), Student("a1x")))
    folders = {p.name for p in (tmp_path / "out" / "students").iterdir()}
    assert len(folders) == 2
    assert all(re.fullmatch(r"[\w-]{1,110}", name) for name in folders)
    assert desk.handout(id).is_dir()


def test_ids_that_differ_in_little_have_folders_that_differ_in_more_than_capitals(
    tmp_path: Path,
) -> None:
    roster = tuple(map(Student, ("a/b", "a_b", "a b", "a\\b", "a:b")))
    a_class(tmp_path, roster=roster)
    folders = [p.name.casefold() for p in (tmp_path / "out" / "students").iterdir()]
    assert len(set(folders)) == 5


# Sealed cases are played as far as they go


@pytest.mark.parametrize("s", [*ALL, *DRAWN], ids=lambda s: s.id)
def test_a_sealed_case_can_be_played_to_its_end(s: Scenario) -> None:
    from creditkit.casework.journal import Journal
    from creditkit.casework.opening import new_header
    from tests.handing_out import work_case

    p = procedure(s.procedure)
    sealed = sealed_scenario(s, p, "case1")
    header = new_header("case1", None, p.id, s.given)
    case = Case(Journal(None, header), scenario=sealed, procedure=sealed_procedure(p))
    work_case(case, s, cut_short(p))
    assert case.sealed and case.state.closed
    with pytest.raises(CaseError):
        debrief(case)


# Sheets


@pytest.mark.parametrize("q", QUESTIONS, ids=lambda q: q.id)
@pytest.mark.parametrize("seed", [1, 2**52 + 12345])
def test_answers_to_a_sheet_are_marked_as_answers_to_the_question(
    q: AnyQuestion, seed: int
) -> None:
    x = exercise(q, seed)
    shown = posed(sheet(x, "q1", hints=True))
    for how in ("right", "wrong", "partly"):
        own = x.key if how == "right" else getattr(answering, how)(x)
        answer = encoded(x, own)
        if isinstance(q, Number):
            assert answer == own
        assert unfit(shown, answer) is None
        assert mark(x, decoded(x, json.loads(json.dumps(answer)))) == mark(x, own)
    assert unfit(shown, None) is not None
    assert [str(p.text) for p in shown.phrases] == [str(p.text) for p in x.phrases]


def test_what_does_not_fit_a_question_is_told_before_it_is_saved() -> None:
    for q in QUESTIONS:
        x = exercise(q, 3)
        if isinstance(q, Multiple | Table) or q.type not in STOOD_IN:
            continue  # their forms cannot hold what does not fit
        told = unfit(posed(sheet(x, "q1")), encoded(x, answering.invalid(x)))
        assert told is not None, q.id


# The assignment's file


def test_the_example_is_in_order_and_released(tmp_path: Path) -> None:
    path = PACKAGE / "assignments/first_assignment.yaml"
    assert check_folder(path) == []
    assert release(path, tmp_path / "out").count == 1


def test_a_deadline_that_is_past_is_told_and_is_no_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "week1.yaml"
    path.write_text(ASSIGNMENT + "deadline: 2020-06-30T18:00:00+08:00\n", "utf-8")
    line = path.read_text("utf-8").count("\n")
    told = "the deadline 2020-06-30 18:00 is past"
    assert main(["check-content", str(path), "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert f"week1.yaml:{line}: C803 Mind: {told}" in out and "No problems found." in out
    argv = ["release", str(path), "--out", str(tmp_path / "out"), "--lang", "en"]
    assert main(argv) == 0
    assert told in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("questions: [refusl]", "C801", "did you mean 'refusal'"),
        ("questions: [gone.yaml]", "C801", "gone.yaml"),
        ("questions: [refusal, refusal_order]", "C802", "assigned twice"),
        ("scenarios: [pump_makr]", "C801", "did you mean 'pump_maker'"),
        ("scenarios: [pump_maker, pump_maker]", "C802", "assigned twice"),
        ("scenarios: [{variant: refusl}]", "C801", "refusl"),
        ("scenarios: [{variant: refusal, level: 4}]", "C002", "level"),
        ("scenarios: []\nquestions: []\npoints: {}", "C802", "Nothing is assigned"),
        ("points: {questions: 5}", "C802", "scenarios"),
        ("points: {questions: -1, scenarios: 1}", "C002", "questions"),
        ("deadline: tomorrow", "C002", "deadline"),
        ("deadline: 2030-01-01", "C002", "deadline"),
        ("attempts: 0", "C002", "attempts"),
        ("seed: none", "C002", "student"),
        ("attemps: 2", "C002", "did you mean 'attempts'"),
    ],
)
def test_what_is_wrong_in_an_assignment_is_told_by_code_and_line(
    tmp_path: Path, line: str, code: str, told: str
) -> None:
    keys = {part.split(":")[0] for part in line.split("\n")}
    kept = [row for row in ASSIGNMENT.strip().split("\n") if row.split(":")[0] not in keys]
    path = tmp_path / "week1.yaml"
    path.write_text("\n".join([*kept, line]), "utf-8")
    problems = check_folder(path)
    assert [p.code for p in problems] == [code]
    assert told in problems[0].message.en
    assert problems[0].line > 1 or told == "Nothing is assigned"
    with pytest.raises(ContentError):
        load_assignment(path)


def test_shipped_content_is_known_by_name() -> None:
    assert all(shipped(q.id) for q in QUESTIONS)
    assert all(shipped(s.id) for s in ALL)
    assert not shipped("my_own_question")


# The roster


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("heads", [("学号", "姓名"), ("Student ID", "Name"), ("ＩＤ", "学员姓名")])
def test_rosters_are_read_as_schools_keep_them(
    tmp_path: Path, encoding: str, separator: str, heads: tuple[str, str]
) -> None:
    rows = [heads, ("001", "江远"), ("002", "Ann Lee"), ("", "")]
    text = "\r\n".join(separator.join(row) for row in rows)
    path = tmp_path / "class.csv"
    path.write_bytes(text.encode(encoding))
    assert read_roster(path) == (Student("001", "江远"), Student("002", "Ann Lee"))


def test_everything_wrong_in_a_roster_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "class.csv"
    path.write_text("student,name\nA1,x\n,y\nａ1,z\n" + "9" * 200 + ",w\n", "utf-8")
    with pytest.raises(RosterError) as told:
        read_roster(path)
    message = told.value.text.en
    assert "Row 3" in message and "Row 5" in message and "rows 2, 4" in message


@pytest.mark.parametrize("heads", ["student,student", "ID,id", "student,name,Name"])
def test_two_columns_under_one_heading_are_told_not_guessed_at(tmp_path: Path, heads: str) -> None:
    path = tmp_path / "class.csv"
    path.write_text(f"{heads}\nA1,B1,x\n", "utf-8")
    with pytest.raises(RosterError, match=r"2 columns headed|2 列的表头") as told:
        read_roster(path)
    assert ("'name'" if "name" in heads else heads.split(",")[0]) in told.value.text.en


@pytest.mark.filterwarnings("error")
def test_columns_of_a_roster_that_are_not_used_may_be_there_twice(tmp_path: Path) -> None:
    path = tmp_path / "class.csv"
    path.write_text("note,student,note,name\na,A1,b,x\n", "utf-8")
    assert read_roster(path) == (Student("A1", "x"),)


@pytest.mark.parametrize("content", ["", "name\nx\n", "student,name\n", "\x00\x01"])
def test_a_file_that_is_no_roster_is_refused_with_words(tmp_path: Path, content: str) -> None:
    path = tmp_path / "class.csv"
    path.write_text(content, "utf-8")
    with pytest.raises(RosterError):
        read_roster(path)
    with pytest.raises(RosterError):
        read_roster(tmp_path / "gone.csv")


# What a student's machine does with a handout


@pytest.mark.parametrize("content", ["", "{", "[]", '{"creditkit_handout": 2}', "\ufeff{}"])
def test_a_damaged_handout_is_told_in_words(tmp_path: Path, content: str) -> None:
    (tmp_path / "handout.json").write_text(content, "utf-8")
    with pytest.raises(HandoutError, match="handout"):
        Work.on(tmp_path)
    with pytest.raises(HandoutError, match="no handout"):
        Work.on(tmp_path / "elsewhere")
