"""Every question of the package is marked as its key says, and marking keeps its rules."""

import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditkit.content.library import question_sets, refs
from creditkit.content.schema_questions import AnyQuestion, Number, Order
from creditkit.teaching.exercise import exercise
from creditkit.teaching.marking import mark
from creditkit.teaching.progress import taught
from tests import answering

QUESTIONS = [q for s in question_sets() for q in s.items]
SEEDS = st.integers(min_value=-(2**63), max_value=2**63)
each_question = pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.id)


def test_there_are_at_least_eighty_questions_of_eight_types() -> None:
    assert len(QUESTIONS) >= 80
    assert len({q.type for q in QUESTIONS}) == 8


def test_together_they_teach_every_ref_of_the_coursework() -> None:
    missing = set(refs()) - {ref for q in QUESTIONS for ref in taught(q)}
    assert not missing


@each_question
def test_the_key_earns_everything(question: AnyQuestion) -> None:
    for seed in range(5):
        x = exercise(question, seed)
        marked = mark(x, x.key)
        assert (marked.verdict, marked.share) == ("right", 1.0)
        assert {part.verdict for part in marked.parts} <= {"right"}


@each_question
def test_a_wrong_answer_earns_nothing_and_hears_why(question: AnyQuestion) -> None:
    for seed in range(5):
        x = exercise(question, seed)
        marked = mark(x, answering.wrong(x))
        assert (marked.verdict, marked.share) == ("wrong", 0.0)
        assert any(part.verdict in {"wrong", "missed"} for part in marked.parts)
        assert x.why.zh and x.why.en


@each_question
def test_a_partly_right_answer_earns_a_part(question: AnyQuestion) -> None:
    for seed in range(5):
        x = exercise(question, seed)
        marked = mark(x, answering.partly(x))
        assert marked.verdict == "partly"
        assert 0 < marked.share < 1


@each_question
def test_an_invalid_answer_is_told_from_a_wrong_one(question: AnyQuestion) -> None:
    x = exercise(question)
    marked = mark(x, answering.invalid(x))
    assert (marked.verdict, marked.share) == ("invalid", 0.0)
    assert marked.message is not None and marked.message.zh and marked.message.en


@each_question
def test_a_blank_answer_is_not_an_attempt(question: AnyQuestion) -> None:
    x = exercise(question)
    blanks: list[Any] = [None, "", "  ", [], {}, {"a": ""}, {"a": {"b": None}}]
    for blank in blanks:
        assert mark(x, blank).verdict == "not_attempted"


@each_question
def test_a_seed_shows_the_same_to_the_word_and_never_the_answer(question: AnyQuestion) -> None:
    x = exercise(question, 11)
    assert x == exercise(question, 11)
    assert "{" not in x.prompt.zh + x.prompt.en + x.why.zh + x.why.en
    if isinstance(question, Order):
        shown = mark(x, [p.id for p in x.phrases])
        assert shown.verdict != "right"


@each_question
def test_hints_come_in_stages(question: AnyQuestion) -> None:
    assert len(question.hints) >= 2
    assert len({hint.en for hint in question.hints}) == len(question.hints)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(question=st.sampled_from(QUESTIONS), seed=SEEDS, answer=JUNK)
def test_whatever_is_handed_in_is_marked_never_raised(
    question: AnyQuestion, seed: int, answer: Any
) -> None:
    marked = mark(exercise(question, seed), answer)
    assert 0 <= marked.share <= 1
    assert marked.verdict != "right" or marked.share == 1


@given(question=st.sampled_from([q for q in QUESTIONS if q.type == "order"]), data=st.data())
def test_an_order_earns_less_the_farther_it_is_from_a_valid_one(
    question: Order, data: st.DataObject
) -> None:
    x = exercise(question)
    answer = data.draw(st.permutations([p.id for p in x.phrases]))
    places = {s.id: s.place for s in question.items}
    shares = [mark(x, answer).share]
    # Swapping neighbours that stand the wrong way round comes nearer, step by step, to the end.
    while True:
        n = next((n for n in range(1, len(answer)) if places[answer[n - 1]] > places[answer[n]]), 0)
        if not n:
            break
        answer[n - 1], answer[n] = answer[n], answer[n - 1]
        shares.append(mark(x, answer).share)
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_stages_with_the_same_place_may_stand_in_any_order() -> None:
    text = {"zh": "一", "en": "one"}
    question = Order.model_validate(
        {
            "id": "free", "type": "order", "ref": "R0", "prompt": text, "hints": [text, text],
            "why": text,
            "items": [
                {"id": "a", "place": 1, **text}, {"id": "b", "place": 2, **text},
                {"id": "c", "place": 2, **text}, {"id": "d", "place": 3, **text},
            ],
        }
    )  # fmt: skip
    x = exercise(question)
    assert mark(x, ["a", "c", "b", "d"]).share == mark(x, ["a", "b", "c", "d"]).share == 1
    # One of five swaps: tau is 1 - 2/5.
    assert math.isclose(mark(x, ["b", "a", "c", "d"]).share, 0.6)
    assert mark(x, ["d", "c", "b", "a"]).share == 0
    shares = [mark(x, list(order)).share for order in answering.all_orders(x)]
    assert sum(share == 1 for share in shares) == 2


def test_an_item_out_of_order_hears_what_it_must_come_before_or_after() -> None:
    x = exercise(next(q for q in QUESTIONS if q.id == "refusal_order"))
    parts = mark(x, ["report", "inside", "collect", "verify"]).parts
    assert [(part.id, part.said.en, part.verdict) for part in parts] == [
        ("report", "place 1", "wrong"),
        ("inside", "place 2", "wrong"),
        ("collect", "place 3", "partly"),
        ("verify", "place 4", "wrong"),
    ]
    assert [part.right.en for part in parts[2:]] == [
        'place 3; after "Verify with the customer"; '
        'before "Put the material in order and report to the credit manager"',
        'place 2; before "Put the material in order and report to the credit manager", '
        '"Collect the necessary information"',
    ]
    assert parts[2].right.zh == (
        "第 3 位；应在“直接向客户核实”之后；应在“整理材料，报信用经理”之前"
    )


@given(question=st.sampled_from([q for q in QUESTIONS if q.type == "order"]), data=st.data())
def test_no_item_is_called_wrong_in_the_place_where_it_belongs(
    question: Order, data: st.DataObject
) -> None:
    x = exercise(question)
    given_order = data.draw(st.permutations([p.id for p in x.phrases]))
    places = {s.id: s.place for s in question.items}
    for n, part in enumerate(mark(x, given_order).parts):
        before = sum(p < places[part.id] for p in places.values())
        same = sum(p == places[part.id] for p in places.values())
        assert (part.verdict == "wrong") != (before <= n < before + same)
        assert (part.verdict == "right") != (";" in part.right.en)


@pytest.mark.parametrize(
    ("typed", "verdict"),
    [("１２", "right"), ("12.0", "right"), (" 12 days", "right"), ("12天", "right"), (12, "right"),
     ("1,2", "invalid"), ("13", "wrong"), ("twelve", "invalid"), ("nan", "invalid"),
     ("1,200", "wrong"), (True, "invalid")],
)  # fmt: skip
def test_a_figure_is_read_as_people_write_it(typed: Any, verdict: str) -> None:
    text = {"zh": "一", "en": "one"}
    question = Number.model_validate(
        {"id": "n", "type": "number", "ref": "R0", "prompt": text, "hints": [text, text],
         "why": text, "answer": "a * 2", "draw": {"a": [6]}, "unit": {"zh": "天", "en": "days"}}
    )  # fmt: skip
    assert mark(exercise(question), typed).verdict == verdict


def amount(answer: str, **more: Any) -> Number:
    text = {"zh": "{a} 元", "en": "{a} yuan"} if "draw" in more else {"zh": "一", "en": "one"}
    return Number.model_validate(
        {"id": "n", "type": "number", "ref": "R0", "prompt": text, "hints": [text, text],
         "why": text, "answer": answer, **more}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "typed", "said", "right"),
    [("1234567", "1234500", "1234500", "1234567"),
     ("1234567", 1234500.5, "1234500.5", "1234567"),
     ("123456789.01", "123456789.02", "123456789.02", "123456789.01"),
     ("0.0000001", 2e-7, "0.0000002", "0.0000001"),
     ("0.1 + 0.2", "1,234,567", "1,234,567", "0.3"),
     ("10000 / 3", "12345678901234567890", "12345678901234567890", "3333.33"),
     ("10000000 / 3", "1", "1", "3333333.33"),
     ("12345678901234567", "1", "1", "12345678901234567")],
)  # fmt: skip
def test_feedback_shows_figures_in_full_without_an_exponent(
    answer: str, typed: Any, said: str, right: str
) -> None:
    (part,) = mark(exercise(amount(answer)), typed).parts
    assert (part.said.en, part.right.en) == (said, right)


@given(st.decimals(-(10**12), 10**12, places=2))
def test_feedback_loses_no_digit_of_an_amount(right: Decimal) -> None:
    (part,) = mark(exercise(amount(f"{right:f}")), "0.001").parts
    assert Decimal(part.right.en) == right


def test_a_drawn_figure_stands_in_the_words_in_full() -> None:
    prompt = exercise(amount("a", draw={"a": [0.00001]})).prompt
    assert prompt.en == "0.00001 yuan"
    assert exercise(amount("a", draw={"a": [1234567.5]})).prompt.zh == "1234567.5 元"


def test_parts_left_blank_are_not_wrong() -> None:
    question = next(q for q in QUESTIONS if q.type == "classify")
    x = exercise(question)
    verdicts = [part.verdict for part in mark(x, answering.partly(x)).parts]
    assert verdicts.count("not_attempted") == 1
    assert "wrong" not in verdicts


def test_shown_items_differ_from_seed_to_seed_where_a_bank_is_larger() -> None:
    banks = [q for q in QUESTIONS if getattr(q, "show", None)]
    assert banks
    for question in banks:
        shown = {frozenset(p.id for p in exercise(question, seed).phrases) for seed in range(20)}
        if len(getattr(question, "items", getattr(question, "options", ()))) > question.show:  # type: ignore[union-attr,operator]
            assert len(shown) > 1
