"""A trainer writes content in a folder of his own: begun, completed, checked, played, rehearsed."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
import yaml

from creditkit.casework.case import Case
from creditkit.casework.script import rehearse
from creditkit.casework.walking import random_walks, walk
from creditkit.cli import main
from creditkit.content.check import PACKAGE, PASSED_OVER, check_folder, kind_of
from creditkit.content.document import ContentError, read, yaml_files
from creditkit.content.folders import use_content
from creditkit.content.library import procedure, question_sets, questions, scenario, scenarios
from creditkit.content.writing import KEYS, NEW, WritingError, json_schema, write_new
from creditkit.teaching.guessing import guessable
from creditkit.teaching.rehearsal import RehearsalError, of_scenario
from creditkit.text import set_language

SHIPPED = [f for f in yaml_files(PACKAGE) if f.parent.name not in PASSED_OVER]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    set_language("en")
    yield
    use_content()


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A trainer's folder with a procedure, its scenario and a set of questions."""
    write_new("procedure", "credit_review", tmp_path)
    write_new("question", "quiz", tmp_path)
    return tmp_path


@pytest.mark.parametrize("kind", NEW)
def test_a_new_file_has_no_faults_and_is_commented_in_both_languages(
    kind: str, tmp_path: Path
) -> None:
    (path, *_) = write_new(kind, "my_own", tmp_path)
    assert check_folder(tmp_path) == []
    comments = [line for line in path.read_text("utf-8").splitlines() if line.startswith("#")]
    assert any("\u4e00" <= char <= "\u9fff" for char in "".join(comments))
    assert comments[0] == f"# yaml-language-server: $schema=schemas/{KEYS.get(kind, kind)}.json"
    assert (tmp_path / "schemas" / f"{KEYS.get(kind, kind)}.json").is_file()


@pytest.mark.parametrize("like", ["refusal", "complaint", "frozen_limit"])
def test_a_new_scenario_begins_as_a_whole_one_that_earns_all_points(
    like: str, tmp_path: Path
) -> None:
    (path,) = write_new("scenario", "my_case", tmp_path, like)
    found = scenario(path)
    assert found.id == "my_case"
    assert walk(Case.practice(found)).state.closed


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (path,) = write_new("question", "quiz", tmp_path)
    path.write_text("mine", "utf-8")
    with pytest.raises(WritingError, match="was not overwritten"):
        write_new("question", "quiz", tmp_path)
    assert path.read_text("utf-8") == "mine"


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["scenaro", "a"], "did you mean 'scenario'"),
        (["scenario", "My Case"], "begin with a small letter"),
        (["scenario", "../up"], "begin with a small letter"),
        (["scenario", "a", "--like", "pump_makr"], "did you mean 'pump_maker'"),
        (["question", "a", "--like", "refusal_order"], "--like is for a scenario only"),
        *((["scenario", word], f"YAML reads '{word}' as") for word in ("true", "null", "no", "on")),
        (["scenario", "n" * 300], "Cannot write to"),
    ],
)
def test_a_wrong_wish_is_told_with_what_to_do(
    argv: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", *argv, "--out", str(tmp_path), "--lang", "en"]) == 1
    assert says in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_told_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file.yaml").write_text("mine", "utf-8")
    out = str(tmp_path / "file.yaml")
    assert main(["new", "scenario", "ok", "--out", out, "--lang", "en"]) == 1
    assert f"Cannot write to {out} (" in capsys.readouterr().out
    assert (tmp_path / "file.yaml").read_text("utf-8") == "mine"


@pytest.mark.parametrize("kind", NEW)
def test_the_next_steps_that_are_told_can_be_run_as_they_stand(
    kind: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "my folder"
    assert main(["new", kind, "mine", "--out", str(folder), "--lang", "en"]) == 0
    told = [shlex.split(line) for line in capsys.readouterr().out.splitlines() if line[:2] == "  "]
    assert told
    monkeypatch.chdir(tmp_path)
    typed(monkeypatch)
    for command, *words in told:
        assert command == "creditkit"
        assert main([*words, "--lang", "en"]) == 0, words


@pytest.mark.parametrize("file", SHIPPED, ids=lambda f: str(f.relative_to(PACKAGE)))
def test_every_shipped_file_fits_the_schema_an_editor_completes_by(file: Path) -> None:
    data = yaml.safe_load(file.read_text("utf-8"))
    kind = kind_of(data)
    assert kind is not None
    jsonschema.validate(json.loads(json.dumps(data, default=str)), json_schema(kind))


def test_the_editor_is_told_of_a_key_that_does_not_exist() -> None:
    data = yaml.safe_load((PACKAGE / "procedures" / "refusal.yaml").read_text("utf-8"))
    with pytest.raises(jsonschema.ValidationError, match="vrb"):
        jsonschema.validate({**data, "vrb": 1}, json_schema("procedure"))


# Beside the shipped content


def test_a_folder_of_ones_own_is_found_by_id_beside_the_shipped_content(mine: Path) -> None:
    use_content(mine)
    assert procedure("credit_review").start == "ask_sales"
    assert [s.id for s in scenarios("credit_review")] == ["credit_review_case"]
    assert questions("quiz").id in [s.id for s in question_sets()]
    assert scenario("pump_maker").id == "pump_maker"
    assert walk(Case.practice("credit_review_case")).state.closed


def test_the_environment_names_the_folders_too(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDITKIT_CONTENT", str(mine))
    use_content()
    assert questions("quiz").id == "quiz"


def test_without_the_folder_its_content_is_gone(mine: Path) -> None:
    use_content(mine)
    use_content()
    with pytest.raises(ContentError):
        questions("quiz")


def test_an_unfinished_file_does_not_stop_the_rest_but_says_why_when_asked_for(mine: Path) -> None:
    (mine / "half.yaml").write_text("questions: half\nref: R0\n", "utf-8")
    (mine / "torn.yaml").write_text("{", "utf-8")
    use_content(mine)
    assert "quiz" in [s.id for s in question_sets()]
    with pytest.raises(ContentError, match=r"half\.yaml:1: C002 'title' is missing"):
        questions("half")
    with pytest.raises(ContentError, match=r"torn\.yaml:1: C001 A bracket or brace"):
        questions("torn")


def test_an_id_that_is_taken_is_told_when_it_is_used(tmp_path: Path) -> None:
    (tmp_path / "refusal.yaml").write_text(
        (PACKAGE / "questions" / "refusal.yaml").read_text("utf-8"), "utf-8"
    )
    use_content(tmp_path)
    with pytest.raises(ContentError, match="C006 The id 'refusal' is used twice"):
        questions("refusal")


# Scripts

SCRIPT = """scenario: pump_maker
# The student begins too early and is told so.
judge fraud
! not_yet
open ask_inside
ask attitude, position
> 挺客气的
> three words that are not there
record
judge fears_leak because attitude
model
closed
score >= 85
"""


def test_a_script_tells_each_place_that_is_not_as_expected(tmp_path: Path) -> None:
    file = tmp_path / "early.play"
    file.write_text(SCRIPT, "utf-8")
    assert [(d.code, d.line) for d in rehearse(file)] == [("C902", 8)]


@pytest.mark.parametrize(
    ("script", "code", "line", "says"),
    [
        ("ask attitude", "C901", 1, "first line names the scenario"),
        ("scenario: pump_makr", "C901", 1, "pump_makr"),
        ("scenario: pump_maker\nsing", "C901", 2, "'sing' is no act here"),
        ("scenario: pump_maker\nask atitude", "C901", 2, "did you mean 'attitude'"),
        ("scenario: pump_maker\nback 9", "C901", 2, "9"),
        ("scenario: pump_maker\nback x", "C901", 2, "x"),
        ("scenario: pump_maker\njudge fraud", "C903", 2, "refused (not_yet)"),
        ("scenario: pump_maker\njudge fraud\nask attitude", "C903", 2, "refused (not_yet)"),
        ("scenario: pump_maker\nask attitude\n!", "C903", 3, "was accepted"),
        ("scenario: pump_maker\njudge fraud\n! passed", "C903", 3, "as not_yet"),
        ("scenario: pump_maker\nscore 100", "C904", 2, "should be 100"),
        ("scenario: pump_maker\nscore many", "C901", 2, "Write a score"),
        ("scenario: pump_maker\nclosed", "C904", 2, "not closed"),
        ("scenario: pump_maker\nopen close_it", "C904", 2, "open are: ask_inside"),
        ("", "C901", 1, "first line names the scenario"),
        ("# a note\n\n", "C901", 1, "first line names the scenario"),
        ("scenario: pump_maker\nmodel until opinon", "C901", 2, "did you mean 'opinion'"),
        ("scenario: pump_maker\nmodel until drop_customer", "C901", 2, "it goes by ask_inside, "),
        ("scenario: pump_maker\nmodel to opinion", "C901", 2, "write model, or model until"),
    ],
)
def test_what_is_wrong_in_a_script_is_told_with_its_line(
    script: str, code: str, line: int, says: str, tmp_path: Path
) -> None:
    file = tmp_path / "wrong.play"
    file.write_text(script, "utf-8")
    (found,) = rehearse(file)
    assert (found.code, found.line) == (code, line)
    assert says in found.in_("en")


def test_a_script_plays_the_whole_model_way_of_every_shipped_scenario(tmp_path: Path) -> None:
    for one in [*scenarios("refusal"), *scenarios("complaint")]:
        file = tmp_path / f"{one.id}.play"
        file.write_text(f"scenario: {one.id}\nmodel\nclosed\nscore 100\n", "utf-8")
        assert rehearse(file) == []


# At random


def test_the_same_seed_walks_the_same_ways_on_any_number_of_processes() -> None:
    one = random_walks(scenario("pump_maker"), 600, seed=3, workers=1)
    two = random_walks(scenario("pump_maker"), 600, seed=3, workers=2)
    assert one == two
    assert one != random_walks(scenario("pump_maker"), 600, seed=4, workers=1)


def test_every_ending_of_the_refusal_is_reached_and_no_walk_earns_all() -> None:
    found = random_walks(scenario("pump_maker"), 300)
    assert set(found.endings) == {"guide_customer", "report_again", "drop_customer"}
    assert sum(found.endings.values()) == 300
    assert max(found.shares) < 1


def test_an_ending_that_cannot_be_reached_is_told(mine: Path) -> None:
    file = mine / "credit_review.yaml"
    text = file.read_text("utf-8")
    # A second ending, for customers of a kind that this case is not.
    branch = "next: [{when: {customer: existing}, to: closing_old}, {to: closing}]"
    text = text.replace("next: closing", branch)
    tail = text[text.index("  - id: closing") :]
    text += tail.replace("id: closing", "id: closing_old").replace("id: told", "id: told_old")
    file.write_text(text.replace("- {id: told", "- {id: told"), "utf-8")
    assert check_folder(mine) == []
    use_content(mine)
    remarks = of_scenario(scenario("credit_review_case"), 100)
    assert next(r.text.en for r in remarks if r.problem) == "Endings never reached: Tell sales"


def test_questions_that_give_themselves_away_are_told(tmp_path: Path) -> None:
    (path,) = write_new("question", "quiz", tmp_path)
    data = read(path).data
    first = data["items"][0]
    first["options"] = [
        {**o, "zh": o["zh"] + "这是一个格外长的正确选项" * (o.get("worth") == 1)}
        for o in first["options"]
    ]
    data["items"] = [{**first, "id": f"q{n}"} for n in range(6)]
    path.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    found = guessable(questions(path).items, 60)
    assert [guess.way for guess in found] == ["longest_zh"]
    assert "give themselves away" in found[0].text.en


def test_no_shipped_question_gives_itself_away() -> None:
    assert [guess.text.en for one in question_sets() for guess in guessable(one.items)] == []


# The commands


def test_a_folder_is_rehearsed_scripts_scenarios_and_questions(
    mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (mine / "good.play").write_text("scenario: credit_review_case\nmodel\nscore 100\n", "utf-8")
    main(["rehearse", str(mine), "--walks", "100", "--lang", "en"])
    out = capsys.readouterr().out
    assert "good.play: played; not as expected: 0." in out
    assert "credit_review_case.yaml:\n  Ways tried at random: 100" in out
    assert "quiz.yaml:\n  Questions: 2; none gives itself away" in out


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("torn.yaml", "{", "torn.yaml:1: C001"),
        ("empty.yaml", "", "empty.yaml:1: C001 The file is empty"),
        ("other.yaml", "a: 1", "other.yaml:1: C002 Unclear what this file is"),
        ("empty.play", "", "empty.play: could not be played as written"),
        ("gone.play", "scenario: nosuch", "gone.play: could not be played as written"),
    ],
)
@pytest.mark.parametrize("alone", [True, False], ids=["named", "in its folder"])
def test_what_cannot_be_rehearsed_is_told_and_is_no_success(
    file: str,
    content: str,
    says: str,
    alone: bool,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / file).write_text(content, "utf-8")
    path = tmp_path / file if alone else tmp_path
    assert main(["rehearse", str(path), "--lang", "en"]) == 1
    out, err = capsys.readouterr()
    assert says in out + err
    assert "not as expected" not in out


@pytest.mark.parametrize("kind", ["checklist", "assignment"])
def test_a_file_of_a_kind_that_is_not_rehearsed_is_told(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (path,) = write_new(kind, "mine", tmp_path)
    assert main(["rehearse", str(path), "--lang", "en"]) == 1
    assert f"mine.yaml is a file of kind {kind} and cannot be rehearsed" in capsys.readouterr().out
    assert main(["rehearse", str(tmp_path), "--lang", "en"]) == 1
    assert "There is nothing to rehearse in" in capsys.readouterr().out
    # Among others it is passed over.
    (tmp_path / "short.play").write_text("scenario: pump_maker\nmodel\nclosed\n", "utf-8")
    assert main(["rehearse", str(tmp_path), "--lang", "en"]) == 0


def test_an_empty_folder_is_told_and_is_no_success(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rehearse", str(tmp_path), "--lang", "en"]) == 1
    assert "There is nothing to rehearse in" in capsys.readouterr().out


@pytest.mark.parametrize("walks", ["0", "-5"])
def test_fewer_walks_than_one_are_refused_in_words(
    walks: str, mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rehearse", str(mine), "--walks", walks, "--lang", "en"]) == 1
    assert f"at least once, not {walks} times" in capsys.readouterr().out
    with pytest.raises(RehearsalError, match="at least once"):
        of_scenario(scenario("pump_maker"), int(walks))


def test_a_scenario_is_previewed_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preview", "pump_maker", "--model", "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "Score 100.0 / 100" in out
    assert out.rstrip().endswith(scenario("pump_maker").lesson.en)


@pytest.mark.parametrize("kind", ["checklist", "assignment"])
def test_what_cannot_be_previewed_is_told_and_what_can(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (path,) = write_new(kind, "mine", tmp_path)
    assert main(["preview", str(path), "--lang", "en"]) == 1
    told = capsys.readouterr().out
    assert f"of kind {kind} and cannot be previewed; scenarios and questions can." in told


@pytest.mark.parametrize("name", ["pump_maker", "refusal"])
def test_a_preview_in_chinese_has_chinese_punctuation(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # What is offered, else the first, so that something is wrong and its reason told.
    monkeypatch.setattr("builtins.input", lambda prompt="": "" if "[" in prompt else "1")
    try:
        assert main(["preview", name, "--lang", "zh"]) == 0
        told = capsys.readouterr().out
    finally:
        set_language("en")
    assert re.findall("[\u4e00-\u9fff”][,.:;?!(]|[，。：；？！][,.:;?!]", told) == []


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    left = iter(lines)

    def ask(prompt: str = "") -> str:
        try:
            return next(left)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", ask)


def test_a_scenario_is_played_in_the_terminal_by_numbers(
    mine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Ask all, judge with grounds, decide, act, close; a wrong number is asked again.
    typed(monkeypatch, "", "", "2", "9", "1", "1,2", "", "1", "", "", "", "2")
    assert main(["preview", str(mine / "credit_review_case.yaml"), "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "Write one number from 1 to 2." in out
    assert "Score 100.0 / 100" in out


def test_leaving_a_preview_keeps_nothing_and_shows_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "")
    assert main(["preview", "pump_maker", "--lang", "en"]) == 0
    assert "Left here; nothing was kept." in capsys.readouterr().out


def test_questions_are_answered_in_the_terminal(
    mine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "1", "1,2")
    assert main(["preview", str(mine / "quiz.yaml"), "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert told.count("of 1.") == 2
    main(["preview", str(mine / "quiz.yaml"), "--model", "--lang", "en"])
    assert capsys.readouterr().out.count("Points: 1.0 of 1.") == 2
