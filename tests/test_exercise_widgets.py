"""Exercises on screen, without a browser: what is told when, and what is never lost."""

from pathlib import Path
from typing import Any

import pytest

import creditkit as ck
from creditkit.content.library import questions
from creditkit.teaching.attempts import Attempts
from creditkit.text import set_language
from creditkit.widgets.progress import mastery_view, progress_view
from creditkit.widgets.questions import Exercises, exercises
from tests import answering


def opened(name: str = "refusal", *ids: str) -> Exercises:
    set_language("en")
    view = exercises(name, *ids)
    assert isinstance(view, Exercises)
    return view


def fill_in(view: Exercises, answer: str) -> None:
    view.form.children[-1].value = answer


def test_nothing_answered_is_told_and_not_kept() -> None:
    view = opened()
    view._submit.click()
    assert "Nothing is answered yet" in view._result.value
    assert view.attempts.works() == {}


def test_what_was_missed_is_kept_back_at_the_first_try_and_told_at_the_second() -> None:
    view = opened("refusal", "refusal_first_contact")
    fill_in(view, "customer")
    view._submit.click()
    assert "Partly right" in view._result.value and "Missed: 1" in view._result.value
    assert "the fresher the memory" not in view._result.value
    view._submit.click()
    assert "the fresher the memory" in view._result.value


def test_a_wrong_place_does_not_give_the_right_one_away() -> None:
    view = opened("sources", "sources_agency")
    x = view.attempts.exercise(view.question)
    wrong = answering.wrong(x)
    for field, value in zip(_fields(view), [v for row in wrong.values() for v in row.values()],
                            strict=True):  # fmt: skip
        field.value = value
    view._submit.click()
    assert "Right answer" not in view._result.value
    view._submit.click()
    assert "Right answer" in view._result.value


def _fields(view: Exercises) -> list[Any]:
    import ipywidgets as w

    found: list[Any] = []
    todo: list[Any] = list(view.form.children)
    while todo:
        widget = todo.pop(0)
        todo = [*getattr(widget, "children", ()), *todo]
        found += [widget] if isinstance(widget, w.Dropdown | w.Checkbox | w.Text) else []
    return found


def test_hints_come_one_by_one_and_the_answer_on_request() -> None:
    view = opened("refusal", "refusal_first_contact")
    hints = [hint.en for hint in view.question.hints]
    view._hint.click()
    assert hints[0] in view._result.value and hints[1] not in view._result.value
    view._hint.click()
    assert hints[1] in view._result.value
    assert view._hint.disabled
    view._show.click()
    assert view.question.why.en in view._result.value
    assert view.attempts.work(view.question.id).standing == "shown"


def test_another_variant_begins_blank() -> None:
    view = opened("refusal", "refusal_count")
    fill_in(view, "3")
    view._submit.click()
    before = view.attempts.exercise(view.question)
    view._another.click()
    assert view.form.answer == ""
    assert view._result.value == ""
    assert view.attempts.exercise(view.question).seed == before.seed + 1


def test_the_list_of_questions_shows_the_one_at_hand() -> None:
    view = opened()
    for n in (0, 3, 1):
        view._choice.value = list(view._questions)[n]
        view._show.click()
        assert view._choice.index == n
        assert view._choice.label.startswith(f"{n + 1}  ○")


def test_running_the_cell_again_goes_on_where_it_was() -> None:
    view = opened()
    fill_in(view, "supervisor")
    view._submit.click()
    again = opened()
    assert again.question.id == "refusal_order"
    again._choice.value = "refusal_first_contact"
    assert again.form.answer == "supervisor"
    assert "Right" in again._result.value
    assert "✓" in next(label for label, id in again._choice.options if id == again.question.id)


def test_the_language_changes_and_what_is_filled_in_stays() -> None:
    view = opened("refusal", "refusal_order")
    for n, field in enumerate(_fields(view), start=1):
        field.value = str(n)
    before = view.form.answer
    set_language("zh")
    assert view.form.answer == before
    assert view._submit.description == "提交答案"
    assert "排序" in view._prompt.value


def test_two_items_in_one_place_are_told_as_such() -> None:
    view = opened("refusal", "refusal_order")
    fields = _fields(view)
    fields[0].value = fields[1].value = "1"
    view._submit.click()
    assert "cannot be marked" in view._result.value
    assert view.attempts.works() == {}


def test_an_answer_that_cannot_be_kept_is_told_and_stays_in_its_field(tmp_path: Path) -> None:
    view = opened("refusal", "refusal_count")
    fill_in(view, "3")
    folder = view.attempts.path.parent
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("a file where the folder should be", "utf-8")
    view._submit.click()
    assert "Not accepted" in view._result.value
    assert "Traceback" not in view._result.value
    assert view.form.answer == "3"


@pytest.mark.parametrize("call", [("refusall",), ("refusal", "no_such")])
def test_what_is_not_there_is_told_in_the_place_of_the_questions(call: tuple[str, ...]) -> None:
    set_language("en")
    assert "Not accepted" in exercises(*call).value
    assert "Not accepted" in exercises("refusal", student="../x").value


def test_nothing_in_a_question_becomes_markup() -> None:
    view = opened("refusal", "refusal_count")
    fill_in(view, "<script>alert(1)</script>")
    view._submit.click()
    assert "<script>" not in view._result.value


def test_progress_and_mastery_follow_the_answers() -> None:
    set_language("en")
    assert "0 / 32" in progress_view().value
    mine = Attempts()
    x = mine.exercise(next(q for q in questions("refusal").items if q.id == "refusal_order"))
    mine.answer(x, x.key)
    assert "5 / 32" in progress_view().value
    page = mastery_view("R").value
    assert "5 mastered" in page and "refusal_order" in page
    set_language("zh")
    assert "已掌握" in mastery_view("R").value


def test_a_damaged_file_of_attempts_is_told_in_place_of_progress() -> None:
    set_language("en")
    mine = Attempts()
    mine.path.parent.mkdir(parents=True)
    mine.path.write_text("hello\n", "utf-8")
    for view in (progress_view(), mastery_view("R"), exercises("refusal")):
        assert "Not accepted" in view.value


def test_a_saved_notebook_holds_a_hint_in_place_of_exercises() -> None:
    assert "exercises('refusal')" in repr(ck.exercises("refusal"))
