"""Questions leave for Moodle, GIFT and QTI, and come back as what they were."""

import io
import math
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from creditkit.cli import main
from creditkit.content.check import check_folder
from creditkit.content.library import question_sets
from creditkit.content.schema_questions import AnyQuestion, Number, Questions
from creditkit.teaching.exchange.draft import draft
from creditkit.teaching.exchange.gift import from_gift, to_gift
from creditkit.teaching.exchange.items import Answer, Item, items
from creditkit.teaching.exchange.moodle import ExchangeError, from_moodle, to_moodle
from creditkit.teaching.exchange.qti import losses as qti_losses
from creditkit.teaching.exchange.qti import parts, to_qti
from creditkit.teaching.exercise import exercise
from creditkit.teaching.marking import mark
from creditkit.text import Language, Text, in_full, plain, set_language

GOLDEN = Path(__file__).parent / "exchange"
# No platform takes the key points of an essay.
ALL = [q for one in question_sets() for q in one.items if q.type != "essay"]
FORMATS: dict[str, tuple[Callable[..., str], Callable[..., tuple[list[Item], list[Text]]]]] = {
    "xml": (to_moodle, from_moodle),
    "gift": (to_gift, from_gift),
}


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")


def there_and_back(found: Iterable[Item], form: str, folder: Path) -> list[Item]:
    write, read = FORMATS[form]
    file = folder / f"questions.{form}"
    file.write_text(write(found), "utf-8")
    back, problems = read(file)
    assert not problems
    return back


def essence(question: AnyQuestion) -> object:
    """What must survive: words, what is right and what it is worth, reasons, refs and level."""
    data = question.model_dump()
    names = {}
    for key in ("options", "items", "targets", "rows", "columns"):
        for part in data.get(key, ()):
            names[part["id"]] = (part["zh"], part["en"])
            part.pop("id")
            part.pop("ref", None)
            part.pop("of", None)
            # Only options carry a reason on other platforms.
            if key != "options":
                part.pop("why", None)
            if "to" in part:
                part["to"] = names.get(part["to"][0], part["to"][0])
    for key in ("lists", "cells", "show", "draw", "unit", "answer", "near"):
        data.pop(key, None)
    if question.type in {"match", "classify"}:
        targets = {t.id: (t.zh, t.en) for t in question.targets}
        data["items"] = [(i.zh, i.en, targets[i.to[0]]) for i in question.items]
        data["targets"] = set(targets.values())
    if question.type == "order":
        data["items"] = sorted((i.place, i.zh) for i in question.items)
    if question.type == "table":
        values = {c.id: {v.id: v.zh for v in question.lists[c.of]} for c in question.columns}
        data["cells"] = [
            [values[c.id][question.cells[r.id][c.id].value] for c in question.columns]
            for r in question.rows
        ]
    if question.type == "number":
        data.pop("prompt")
        x = exercise(question)
        data |= {"answer": in_full(x.figure(question.answer)), "why": tuple(map(str, [x.why]))}
        data["hints"] = [(hint.zh, hint.en) for hint in x.hints]
        data.pop("why")
    return data


@pytest.mark.parametrize("form", FORMATS)
def test_every_question_goes_out_and_comes_back_item_by_item(form: str, tmp_path: Path) -> None:
    out = list(items(ALL))
    back = there_and_back(out, form, tmp_path)
    assert [item.id for item in back] == [item.id for item in out]
    for was, now in zip(out, back, strict=True):
        assert now.prompt == was.prompt
        assert now.why == was.why
        assert now.tags == was.tags
        assert math.isclose(now.points, was.points, rel_tol=1e-4)
        if was.kind == now.kind:
            assert now.pairs == was.pairs
            assert now.spare == was.spare
            assert [a.text for a in now.answers] == [a.text for a in was.answers]
        if was.kind in {"choice", "figure"}:
            assert [a.why for a in now.answers] == [a.why for a in was.answers]
            for old, new in zip(was.answers, now.answers, strict=True):
                assert abs(old.share - new.share) < 0.03
        if form == "xml":
            assert now.hints == was.hints


@pytest.mark.parametrize("form", FORMATS)
def test_a_question_file_comes_back_as_the_questions_it_was(form: str, tmp_path: Path) -> None:
    back = there_and_back(items(ALL), form, tmp_path)
    text, problems = draft(back, "back", refs=["R0"])
    assert not problems
    data = yaml.safe_load(text)
    for made, question in zip(data["items"], ALL, strict=True):
        # GIFT has no hints, which every question needs.
        made["hints"] = made["hints"] or [vars_of(hint) for hint in exercise(question).hints]
    returned = Questions.model_validate(data)
    for was, now in zip(ALL, returned.items, strict=True):
        assert (now.id, now.type) == (was.id, was.type)
        assert essence(now) == essence(was)


def vars_of(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def test_what_comes_back_is_marked_as_before(tmp_path: Path) -> None:
    text, _ = draft(there_and_back(items(ALL), "xml", tmp_path), "back", refs=["R0"])
    for question in Questions.model_validate(yaml.safe_load(text)).items:
        x = exercise(question, 3)
        assert mark(x, x.key).share == 1


def test_an_imported_file_passes_the_checks_once_it_has_refs(tmp_path: Path) -> None:
    (tmp_path / "in.xml").write_text(to_moodle(items(ALL)), "utf-8")
    out = tmp_path / "mine.yaml"
    assert main(["import", str(tmp_path / "in.xml"), "--out", str(out), "--ref", "R0"]) == 0
    assert check_folder(out) == []


def test_a_file_of_one_language_leaves_the_other_to_be_translated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = [q for q in ALL if q.id == "refusal_route_b"]
    (tmp_path / "in.xml").write_text(to_moodle(items(questions), "zh"), "utf-8")
    out = tmp_path / "mine.yaml"
    argv = ["import", str(tmp_path / "in.xml"), "--out", str(out), "--of", "zh", "--ref", "R0"]
    assert main(argv) == 0
    found = check_folder(out)
    assert {problem.code for problem in found} == {"C003"}
    assert f"{len(found)} places are still to be filled in" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["moodle", "gift", "qti"])
def test_an_essay_that_is_left_out_is_named_and_nothing_left_is_an_error(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "out"
    export = ("export", "--to", form, "--out", str(file), "--lang", "en")
    assert main([*export, "essay_refusal"]) == 1
    told = capsys.readouterr().out
    assert "essay_refusal: this essay is left out" in told and "No question is left" in told
    assert not file.exists()
    assert main([*export, "refusal", "essay_refusal"]) == 0
    told = capsys.readouterr().out
    assert "essay_refusal: this essay is left out" in told and "19 questions" in told


def test_an_existing_file_is_never_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "mine.yaml"
    out.write_text("mine", "utf-8")
    (tmp_path / "in.xml").write_text(to_moodle(items(ALL[:1])), "utf-8")
    assert main(["import", str(tmp_path / "in.xml"), "--out", str(out)]) == 1
    assert "was not overwritten" in capsys.readouterr().out
    assert out.read_text("utf-8") == "mine"


@pytest.mark.parametrize("lang", ["zh", "en", None])
def test_an_independent_parser_reads_the_gift(lang: Language | None) -> None:
    from pygiftparser import parser

    out = list(items(ALL))
    found = parser.parseFile(io.StringIO(to_gift(out, lang)))
    assert [question.title for question in found] == [item.id for item in out]
    sets = {"choice": {True: "SelectSet", False: "MultipleChoicesSet"}}
    for item, question in zip(out, found, strict=True):
        # It takes no figure below 0, and six times 16.66667, which Moodle asks for, as too much.
        if any(answer.text.en.startswith("-") for answer in item.answers):
            continue
        right = sum(answer.share > 0 for answer in item.answers)
        assert question.valid or (not item.one and right == 6), item.id
        kind = type(question.answers).__name__
        if item.kind == "choice":
            assert kind == sets["choice"][item.one]
        else:
            assert kind == {"figure": "NumericAnswerSet"}.get(item.kind, "MatchingSet")
        assert len(question.answers.answers) == len(item.answers) or item.kind != "choice"


def test_the_qti_package_holds_every_question_once() -> None:
    out = list(items(ALL))
    with zipfile.ZipFile(io.BytesIO(to_qti(out, "课程", "zh"))) as package:
        names = package.namelist()
        (assessment,) = (n for n in names if "assessment" in n and n.count("/") == 1
                         and "meta" not in n and n.endswith(".xml"))  # fmt: skip
        root = ET.fromstring(package.read(assessment))
    found = [e.get("title") for e in root.iter() if e.tag.endswith("}item") or e.tag == "item"]
    assert found == [part.id for item in out for part in parts(item)]


def test_the_same_questions_give_the_same_bytes() -> None:
    out = list(items(ALL))
    assert to_qti(out, "a") == to_qti(out, "a")
    assert to_moodle(out) == to_moodle(items(ALL))


@pytest.mark.parametrize("form", FORMATS)
def test_the_written_form_is_pinned(form: str) -> None:
    kinds: dict[str, AnyQuestion] = {}
    for question in ALL:
        if question.id.startswith("refusal"):
            kinds.setdefault(question.type, question)
    text = FORMATS[form][0](items(kinds.values()))
    assert text == (GOLDEN / f"refusal.{form}").read_text("utf-8")


WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Co"], exclude_characters="\ufeff"), min_size=1
).map(lambda words: " ".join(words.split()))
TEXTS = st.builds(Text, WORDS.filter(bool), WORDS.filter(bool))


@settings(max_examples=60)
@given(prompt=TEXTS, options=st.lists(TEXTS, min_size=2, max_size=5, unique=True), why=TEXTS)
@pytest.mark.parametrize("form", FORMATS)
def test_any_words_survive(
    form: str,
    prompt: Text,
    options: list[Text],
    why: Text,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    answers = tuple(Answer(text, float(not n), why) for n, text in enumerate(options))
    was = Item("a", "choice", prompt, why, answers=answers)
    (now,) = there_and_back([was], form, tmp_path_factory.mktemp("any"))
    assert now == was


@settings(max_examples=200)
@given(words=st.text(alphabet="~=#{}:\\/%->[]T1. \nab", max_size=80))
def test_no_text_breaks_the_gift_reader(
    words: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("any") / "a.gift"
    file.write_text(words, "utf-8")
    found, _ = from_gift(file)
    text, _ = draft(found, "mine")
    assert yaml.safe_load(text)["questions"] == "mine"


def figure_question(answer: str, tolerance: float = 0) -> Number:
    text = {"zh": "一", "en": "one"}
    return Number.model_validate(
        {"id": "n", "type": "number", "ref": "R0", "prompt": text, "hints": [text, text],
         "why": text, "answer": answer, "tolerance": tolerance}
    )  # fmt: skip


# As many digits as a number here can tell apart.
DECIMALS = st.one_of(
    st.sampled_from(["1234567", "0.0000001", "123456789.01", "-98765432.1", "0.1", "1e-7"]),
    st.builds(
        lambda digits, places: f"{Decimal(digits).scaleb(-places):f}",
        st.integers(-(10**15) + 1, 10**15 - 1),
        st.integers(0, 20),
    ),
)


@settings(max_examples=200)
@given(answer=DECIMALS, tolerance=st.decimals(0, 10**9, places=4))
@pytest.mark.parametrize("form", FORMATS)
def test_any_decimal_comes_back_as_the_number_it_was(
    form: str, answer: str, tolerance: Decimal, tmp_path_factory: pytest.TempPathFactory
) -> None:
    out = list(items([figure_question(answer, float(tolerance))]))
    (back,) = there_and_back(out, form, tmp_path_factory.mktemp("any"))
    assert "e" not in back.answers[0].text.en.lower()
    assert Decimal(back.answers[0].text.en) == Decimal(answer)
    assert back.tolerance == float(tolerance)


def numbers_in_qti(answer: str, tolerance: float) -> list[str]:
    with zipfile.ZipFile(
        io.BytesIO(to_qti(items([figure_question(answer, tolerance)]), "a"))
    ) as package:
        (name,) = (n for n in package.namelist() if n.endswith(".xml") and n.count("/") == 1
                   and "meta" not in n)  # fmt: skip
        root = ET.fromstring(package.read(name))
    tags = ("varequal", "vargte", "varlte")
    return [e.text or "" for tag in tags for e in root.iter() if e.tag.endswith(tag)]


@pytest.mark.parametrize(
    ("answer", "tolerance", "written"),
    [("1234567", 1, ["1234567", "1234566", "1234568"]),
     ("123456789.01", 0.5, ["123456789.01", "123456788.51", "123456789.51"]),
     ("0.00012345", 0, ["0.00012345"] * 3),
     ("12345678901234567", 0, ["12345678901234568"] * 3)],
)  # fmt: skip
def test_figures_in_qti_have_all_their_digits(
    answer: str, tolerance: float, written: list[str]
) -> None:
    assert numbers_in_qti(answer, tolerance) == written


@pytest.mark.parametrize(("answer", "tolerance"), [("0.0000001", 0), ("0", 0), ("5", 5)])
def test_a_figure_too_small_for_qti_is_left_out_and_said(answer: str, tolerance: float) -> None:
    (item,) = items([figure_question(answer, tolerance)])
    assert "nearer to 0 than 0.0001; the question is left out" in qti_losses(item)[0].en
    with pytest.raises(ExchangeError, match="None of the questions can be written in QTI"):
        numbers_in_qti(answer, tolerance)
    rest = [*items([figure_question("2")]), item]
    assert to_qti(rest, "a") == to_qti(rest[:1], "a")


@pytest.mark.parametrize(
    ("between", "middle", "within"),
    [("1234500..1234600", "1234550", 50), ("0.1..0.2", "0.15", 0.05),
     ("1e-7..3e-7", "0.0000002", 1e-7), ("-2..-1", "-1.5", 0.5)],
)  # fmt: skip
def test_a_range_in_gift_keeps_all_digits_of_its_middle(
    between: str, middle: str, within: float, tmp_path: Path
) -> None:
    (tmp_path / "a.gift").write_text(f"How much? {{#{between}}}\n", "utf-8")
    ((item,), problems) = from_gift(tmp_path / "a.gift")
    assert not problems
    assert (item.answers[0].text.en, item.tolerance) == (middle, within)


HAND_WRITTEN = """
// a comment
$CATEGORY: course/credit

::Q1:: A customer's own word is {
  =rather poor in objectivity # right
  ~%50%fair
  ~strong # no
  #### see the table
}

An invoice due in 30 days is late after 30 days.{TRUE#wrong#right}

Days in 2 weeks? {#14:0.5}

How many of four are left? {#1..3}

Match. {
  =cat -> animal
  =oak -> plant
  = -> stone
}

The agency {~strong =rather strong} in objectivity.

Write an essay. {}

Name it. {=ageing =aging}

Which? {~%50%a ~%50%b ~%-100%c}

Open {brace
"""


def test_gift_as_others_write_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "hand.gift"
    file.write_text(HAND_WRITTEN, "utf-8")
    found, problems = from_gift(file)
    kinds = [item.kind for item in found]
    assert kinds == ["choice", "choice", "figure", "figure", "matching", "choice", "choice"]
    first, truth, days, between, match, missing, several = found
    assert first.answers[1].share == 0.5
    assert first.why == plain("see the table")
    assert [(a.share, a.why) for a in truth.answers] == [(1, plain("right")), (0, plain("wrong"))]
    assert (days.tolerance, between.tolerance, between.answers[0].text.en) == (0.5, 1, "2")
    assert match.spare == (plain("stone"),)
    assert missing.prompt == plain("The agency _____ in objectivity.")
    assert not several.one
    said = [problem.en for problem in problems]
    assert len(said) == 3
    assert "hand.gift:26: type 'essay'" in said[0]
    assert "type 'shortanswer'" in said[1]
    assert "a brace is not closed" in said[2]


BOMB = '<!DOCTYPE quiz [<!ENTITY a "aaaa">]><quiz>&a;</quiz>'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<quiz><question>", "line 1"),
        (BOMB, "declares a DTD"),
        ("<html/>", "the outermost element is <html>"),
        ("", "not well-formed"),
    ],
)
def test_a_broken_moodle_file_is_told_not_raised(text: str, says: str, tmp_path: Path) -> None:
    file = tmp_path / "in.xml"
    file.write_text(text, "utf-8")
    with pytest.raises(ExchangeError, match=says.replace("line 1", "in.xml:1")):
        from_moodle(file)


def test_what_has_no_match_here_is_named(tmp_path: Path) -> None:
    file = tmp_path / "in.xml"
    file.write_text(
        '<quiz><question type="category"/><question type="cloze"><name><text>gap</text></name>'
        "<questiontext><text>{1:SA:=a}</text></questiontext></question></quiz>",
        "utf-8",
    )
    found, problems = from_moodle(file)
    assert found == []
    assert "type 'cloze' has no match here and was left out: gap" in problems[0].en
