"""An assignment from the trainer's release to the mark, worked in JupyterLab by a student."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from creditkit.content.schema_questions import Multiple, Number, Order, Single, Table
from creditkit.content.ways import model_path, right_value
from creditkit.teaching.class_marking import mark_class
from creditkit.teaching.exercise import Exercise, exercise
from creditkit.teaching.handout import say
from creditkit.teaching.marking import say as question_say
from creditkit.teaching.marks_out import write_marks
from creditkit.teaching.roster import Student
from tests.browser.conftest import Open
from tests.browser.desk import ARTEFACTS, EN, LANG, ZH, Lab, Notebook, Player
from tests.browser.test_exercises import ONE_OF_EACH, TYPES
from tests.handing_out import Class, a_class

pytestmark = pytest.mark.browser
BOTH = pytest.mark.parametrize("language", [ZH, EN])
IDS = ", ".join(ONE_OF_EACH[kind][1].id for kind in TYPES)
YAML = f"""
assignment: week1
title: {{zh: 期中测评, en: Midterm}}
questions: [{IDS}]
scenarios: [pump_maker]
points: {{questions: 70, scenarios: 30}}
seed: student
deadline: 2099-01-01T18:00:00+08:00
"""


def handed_out(desk: Class, lab: Lab, folder: str, id: str) -> str:
    """Put a student's folder where the student has it; returns the notebook's path."""
    shutil.copytree(desk.handout(id), lab.notebooks / folder)
    # JupyterLab's workspace goes by the notebook's name.
    (lab.notebooks / folder / "week1.ipynb").rename(lab.notebooks / folder / f"{folder}.ipynb")
    return f"{folder}/{folder}.ipynb"


def fill_in(x: Exercise, fields: Locator, answer: Any) -> None:
    """Fill in the fields of a question, in the order in which they stand on the page."""
    match x.question:
        case Single():
            fields.nth(0).select_option(index=1 + [p.id for p in x.phrases].index(answer))
        case Multiple():
            for n, phrase in enumerate(x.phrases):
                fields.nth(n).set_checked(phrase.id in answer)
        case Order():
            for n, phrase in enumerate(x.phrases):
                fields.nth(n).select_option(index=1 + answer.index(phrase.id))
        case Number():
            fields.nth(0).fill(f"{answer:g}")
            fields.nth(0).press("Tab")
        case Table() as table:
            cells = [(r.id, c) for r in table.rows for c in table.columns]
            for n, (row, column) in enumerate(cells):
                ids = [v.id for v in table.lists[column.of]]
                fields.nth(n).select_option(index=1 + ids.index(answer[row][column.id]))
        case _ if not x.phrases:
            fields.nth(0).fill(answer)
            fields.nth(0).press("Tab")
        case _:
            targets = [t.id for t in x.targets]
            for n, phrase in enumerate(x.phrases):
                fields.nth(n).select_option(index=1 + targets.index(answer[phrase.id]))


def work_the_case(player: Player, desk: Class) -> None:
    """Work the pump maker's case on the model way, as far as the procedure goes."""
    full = desk.pack.scenarios["pump_maker"]
    p = desk.pack.played["refusal"]
    values = dict(full.given)
    for step in model_path(p, full.given, full.truth):
        right = right_value(p, step, full.truth, values) if step.choose else None
        if right:
            values[step.id] = right
        needed = [item.id for item in step.items if item.is_needed(values)]
        told = [i.id for of in step.of for i in p.step(of).items if i.is_needed(values)]
        if step.verb == "judge":
            needed = [i for i in told if right in full.answers[i].supports]
        elif step.verb == "record":
            needed = told
        # A form with one box alone has it ticked.
        tick = needed if len(step.items) != 1 else []
        player.act(step.id, tick=tick, choose=right or "")
    # Closed for good: there is no form left to stand in.
    player.fill_in("act_close")
    player.button.click()
    expect(player.live_region).to_contain_text(player.words(say("sealed_end")))


def hand_in(notebook: Notebook, lang: str) -> str:
    """Press the button that hands in; returns what is told."""
    box = notebook.page.locator(".ck-player").last
    box.get_by_role("button", name=say("hand_in").in_(lang)).click()
    expect(box.locator(".ck-result")).to_contain_text("week1_", timeout=20_000)
    box.scroll_into_view_if_needed()
    ARTEFACTS.mkdir(exist_ok=True)
    box.screenshot(path=ARTEFACTS / f"assignment-submit.{lang}.png", animations="disabled")
    return box.locator(".ck-result").inner_text()


@BOTH
def test_an_assessment_is_worked_handed_in_and_marked(
    open_notebook: Open, lab: Lab, tmp_path: Path, language: str
) -> None:
    lang = LANG[language][:2]
    desk = a_class(tmp_path, YAML, roster=(Student("S1", "江远"),), secret=lang)
    notebook = open_notebook(handed_out(desk, lab, f"exam_{lang}", "S1"))
    notebook.run_all()
    if language == EN:
        notebook.switch_to(EN)
    sheet = notebook.page.locator(".ck-exercises")
    save = sheet.get_by_role("button", name=say("save").in_(lang))

    save.click()
    expect(sheet.get_by_role("status")).to_contain_text(say("nothing_entered").in_(lang))
    for n, q in enumerate(desk.pack.questions, start=1):
        x = exercise(q, desk.issued("S1").seed)
        expect(sheet.locator(".ck-prompt")).to_contain_text(x.prompt.in_(lang)[:20])
        fill_in(x, sheet.locator(".ck-form").nth(1).locator("select, input, textarea"), x.key)
        save.click()
        expect(sheet.locator(".ck-head")).to_contain_text(
            say("saved_of", done=n, all=len(desk.pack.questions)).in_(lang)
        )
        chosen = sheet.locator("select").first.locator(":checked")
        expect(chosen).to_contain_text(f"{n}  ✓")
        if n == 3:
            sheet.screenshot(path=ARTEFACTS / f"assignment-sheet.{lang}.png", animations="disabled")
        sheet.get_by_role("button", name=question_say("next").in_(lang)).click()
    player = Player(notebook.page, notebook.page.locator(".ck-player").nth(1), language)
    work_the_case(player, desk)
    expect(player.debrief).to_have_count(0)
    player.box.screenshot(path=ARTEFACTS / f"assignment-case.{lang}.png", animations="disabled")

    told = hand_in(notebook, lang)

    assert notebook.errors == []
    file = lab.notebooks / f"exam_{lang}" / "week1_S1.json"
    body = json.loads(file.read_text("utf-8"))
    assert body["receipt"] in told and body["language"] == lang
    inbox = desk.inbox
    shutil.copy(file, inbox)
    found = mark_class(inbox, desk.folder / "out")
    by_item = {m["item"]: m for m in found.tables["mark"]}
    assert all(by_item[q.id]["share"] == 1 for q in desk.pack.questions)
    assert by_item["case1"]["share"] == 1, found.tables["line"]
    assert found.tables["student"][0]["points"] == 100
    assert {m["language"] for m in found.tables["mark"]} == {lang}
    write_marks(found, ARTEFACTS / f"marks-{lang}")


def test_a_practice_build_is_marked_at_once_and_again_by_the_trainer(
    open_notebook: Open, lab: Lab, tmp_path: Path
) -> None:
    yaml = YAML.replace("seed: student", "seed: one")
    desk = a_class(tmp_path, yaml, "practice", roster=())
    notebook = open_notebook(handed_out(desk, lab, "practice", ""))
    notebook.run_all()
    box = notebook.page.locator(".ck-exercises")
    q = desk.pack.questions[0]
    x = exercise(q, desk.issued().seed)
    fields = box.locator(".ck-form").nth(1).locator("select, input, textarea")
    fill_in(x, fields, x.key)
    box.get_by_role("button", name=question_say("submit").in_("zh")).click()
    expect(box.get_by_role("status")).to_contain_text("答对了")

    last = notebook.page.locator(".ck-player").last
    last.get_by_role("button", name=say("hand_in").in_("zh")).click()
    expect(last.get_by_role("status")).to_contain_text("学号")
    last.get_by_label("学号").fill("张三/1")
    last.get_by_label("姓名").fill("张三")
    last.get_by_label("姓名").press("Tab")
    hand_in(notebook, "zh")

    assert notebook.errors == []
    shutil.copy(next((lab.notebooks / "practice").glob("week1_*.json")), desk.inbox)
    found = mark_class(desk.inbox, desk.folder / "out")
    (student,) = found.tables["student"]
    assert (student["student"], student["name"]) == ("张三/1", "张三")
    assert student["points"] == round(70 * q.points / sum(q.points for q in desk.pack.questions), 2)
