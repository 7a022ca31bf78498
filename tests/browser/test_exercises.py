"""Exercises of every type, worked in the browser: by mouse, by keyboard, in both languages."""

import json
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from creditkit.content.library import question_sets
from creditkit.content.schema_questions import AnyQuestion
from creditkit.teaching.exercise import Exercise, exercise
from creditkit.teaching.marking import say
from tests import answering
from tests.browser.conftest import Open
from tests.browser.desk import ARTEFACTS, EN, LANG, SWITCH, ZH, Notebook

pytestmark = pytest.mark.browser

# One question of each type, with the set it is in; essays have tests of their own.
ONE_OF_EACH: dict[str, tuple[str, AnyQuestion]] = {
    q.type: (s.id, q) for s in question_sets() for q in reversed(s.items) if q.type != "essay"
}
TYPES: list[str] = sorted(ONE_OF_EACH)
BOTH = pytest.mark.parametrize("language", [ZH, EN])


def cells(student: str) -> list[str]:
    return [
        f"ck.exercises({name!r}, {q.id!r}, student={student!r})"
        for name, q in (ONE_OF_EACH[t] for t in TYPES)
    ]


def posed(kind: str) -> Exercise:
    return exercise(ONE_OF_EACH[kind][1], 1)


class Box:
    """One exercise on the page."""

    def __init__(self, notebook: Notebook, kind: str, language: str) -> None:
        self.page: Page = notebook.page
        self.box = notebook.page.locator(".ck-exercises").nth(TYPES.index(kind))
        self.form = self.box.locator(".ck-form").nth(1)
        self.kind = kind
        self.lang = LANG[language][:2]

    @property
    def fields(self) -> Locator:
        return self.form.locator("select, input")

    def button(self, key: str, **slots: object) -> Locator:
        return self.box.get_by_role("button", name=say(key, **slots).in_(self.lang))

    def values(self, answer: Any) -> list[str | bool]:
        """What each field must hold for an answer, in the order of the fields."""
        x = posed(self.kind)
        match self.kind:
            case "single" | "number":
                return [str(answer)]
            case "multiple":
                return [p.id in answer for p in x.phrases]
            case "order":
                return [str(answer.index(p.id) + 1) for p in x.phrases]
            case "table":
                return [value for row in answer.values() for value in row.values()]
            case _:
                return [answer[p.id] for p in x.phrases]

    def options(self, value: str) -> int:
        """Which entry of a field's list stands for a value; the first is blank."""
        x = posed(self.kind)
        match self.kind:
            case "single":
                ids = [p.id for p in x.phrases]
            case "order":
                ids = [str(n) for n in range(1, len(x.phrases) + 1)]
            case "table":
                lists = x.question.lists.values()  # type: ignore[union-attr]
                ids = next(
                    ids for ids in ([v.id for v in values] for values in lists) if value in ids
                )
            case _:
                ids = [t.id for t in x.targets]
        return ids.index(value) + 1

    def fill_in(self, answer: Any) -> None:
        for n, value in enumerate(self.values(answer)):
            field = self.fields.nth(n)
            if isinstance(value, bool):
                field.set_checked(value)
            elif self.kind == "number":
                field.click()
                self.page.keyboard.press("ControlOrMeta+A")
                self.page.keyboard.type(value)
            else:
                field.select_option(index=self.options(value))

    def type_in(self, answer: Any) -> None:
        """The same by keyboard alone, from the list of questions on."""
        press = self.page.keyboard.press
        self.box.locator(".ck-form select").first.focus()
        press("Tab")
        for value in self.values(answer):
            if isinstance(value, bool):
                if value:
                    press("Space")
            elif self.kind == "number":
                self.page.keyboard.type(value)
            else:
                for _ in range(self.options(value)):
                    press("ArrowDown")
            press("Tab")
        press("Enter")

    def expect_told(self, key: str) -> None:
        """What screen readers hear, and what stands in the result."""
        told = say(key, points=0, out_of=0).in_(self.lang).split("（")[0].split(" (")[0]
        expect(self.box.get_by_role("status")).to_contain_text(told)
        expect(self.box.locator(".ck-result").first).to_contain_text(told)


@BOTH
def test_each_type_is_answered_by_mouse_wrong_then_right(
    open_notebook: Open, language: str
) -> None:
    name = f"mouse_{LANG[language][:2]}"
    notebook = open_notebook(name, SWITCH, *cells(name))
    notebook.run_all()
    if language == EN:
        notebook.switch_to(EN)
    for kind in TYPES:
        box, x = Box(notebook, kind, language), posed(kind)
        expect(box.box.locator(".ck-prompt")).to_contain_text(x.prompt.in_(box.lang)[:20])
        expect(box.box.locator("select").first.locator(":checked")).to_contain_text("1  ·")

        box.button("submit").click()
        box.expect_told("verdict_not_attempted")

        box.fill_in(answering.wrong(x))
        box.button("submit").click()
        box.expect_told("verdict_wrong")
        expect(box.box.locator(".ck-marked").first).to_be_visible()

        box.button("hint", left=len(x.hints)).click()
        expect(box.box.locator(".ck-hints")).to_contain_text(x.hints[0].in_(box.lang))

        box.fill_in(x.key)
        box.button("submit").click()
        box.expect_told("verdict_right")
        expect(box.box).to_contain_text(x.why.in_(box.lang)[:20])
        expect(box.box.locator("select").first.locator(":checked")).to_contain_text("1  ✓")
        notebook.settle()
        ARTEFACTS.mkdir(exist_ok=True)
        picture = ARTEFACTS / f"exercise-{kind}.{box.lang}.png"
        box.box.screenshot(path=picture, animations="disabled")
    assert notebook.errors == []
    kept = (notebook.lab.home / "attempts" / f"{name}.jsonl").read_text("ascii").splitlines()
    acts = [json.loads(line)["act"] for line in kept[1:]]
    assert acts == ["answer", "hint", "answer"] * len(TYPES)


@BOTH
def test_each_type_is_answered_by_keyboard(open_notebook: Open, language: str) -> None:
    name = f"keys_{LANG[language][:2]}"
    notebook = open_notebook(name, SWITCH, *cells(name))
    notebook.run_all()
    if language == EN:
        notebook.switch_to(EN)
    count = notebook.cells.count()
    for kind in TYPES:
        box = Box(notebook, kind, language)
        box.type_in(posed(kind).key)
        box.expect_told("verdict_right")
    assert notebook.cells.count() == count
    assert notebook.errors == []


def test_answers_are_there_when_the_notebook_is_opened_again(open_notebook: Open) -> None:
    notebook = open_notebook("again", SWITCH, *cells("again"))
    notebook.run_all()
    box = Box(notebook, "multiple", ZH)
    box.fill_in(posed("multiple").key)
    box.button("submit").click()
    box.expect_told("verdict_right")

    notebook.lab.shut_down_kernels(notebook.path)
    notebook.open()
    notebook.run_all()

    expect(box.box.locator(".ck-result").first).to_contain_text("答对了")
    ticked = [box.fields.nth(n).is_checked() for n in range(box.fields.count())]
    assert ticked == box.values(posed("multiple").key)


def test_the_switch_keeps_what_is_filled_in(open_notebook: Open) -> None:
    notebook = open_notebook("drafts", SWITCH, *cells("drafts"))
    notebook.run_all()
    for kind in TYPES:
        Box(notebook, kind, ZH).fill_in(posed(kind).key)
    notebook.page.keyboard.press("Tab")
    notebook.settle()

    notebook.switch_to(EN)

    for kind in TYPES:
        box = Box(notebook, kind, EN)
        expect(box.button("submit")).to_be_visible()
        box.button("submit").click()
        box.expect_told("verdict_right")
    assert notebook.errors == []
