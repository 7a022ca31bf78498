# ruff: noqa: E501 - sentences are kept whole
"""Answers that only look like ones earn next to nothing, and lists are answers all the same."""

import pytest

from creditkit.teaching.essay.marker import mark_essay
from tests.essays import LETTERS, adversaries
from tests.essays.adversaries import EMPHATIC, LANGUAGES, QUESTION, WRONG_PARTY, Lang

MOST = 0.2
UNDENIED = {
    "zh": (("R", "R1", "马上联系分管的销售主管"), ("C", "C2", "接到投诉后做好投诉记录")),
    "en": (
        ("R", "R1", "contact the sales supervisor in charge immediately"),
        ("C", "C2", "make a complaint record"),
    ),
}
NEGATIVE = [
    ("D1.2", "What cannot be had on the spot and needs indirect channels is the credit department's."),
    ("D3.1", "Salespeople must not let the pressure of targets loosen their review of the customer."),
    ("C2", "No complaint may be dealt with before a complaint record has been made."),
    ("C4.1", "The customer is told the result by the credit manager and by nobody else."),
    ("C4.5", "If the customer is not satisfied, do not argue but negotiate until both can agree."),
    ("R2.1", "Ask whether the customer has not fully understood our credit policy."),
    ("R2.3", "Ask which items it does not want to disclose because they are trade secrets."),
    ("R2.4", "Ask which of its interests the customer thinks are not protected."),
    ("R3.2", "For an existing customer look up the credit file, not the old gossip."),
    ("R5.4", "The customer has a strong market position and does not need to please us."),
    ("R5.6", "Its credit record is not good."),
    ("R6.B", "If it does not value the relationship, finish collecting the information and then report to the credit manager again."),
    ("R6.C", "If it intends fraud, give sales strong evidence and advise them not to deal with it."),
    ("I0", "Not to pry, but to show its credit standing and analyse its willingness and ability to pay."),
    ("R3.1", "With a first-time buyer, confine yourself to what can be had without effort."),
    ("R6.B", "If it won't value the relationship, finish collecting the information and then report to the credit manager again."),
    ("R2.2", "表看懂没有也要问。"),
    ("D2.1a", "信用管理部门：\n间接渠道的信息。\n销售人员：\n不能忘记收取营业执照。"),
    ("D1.2", "不能在现场取得、要走间接渠道的信息，一般由信用管理部门负责。"),
    ("D3.1", "有业绩压力也不得放宽对客户的审核。"),
    ("D6.1", "信用部门不能丢掉主导地位。"),
    ("C4.5", "客户不接受、不满意的，不要硬顶，要进一步沟通协商。"),
    ("R2.1", "问客户是不是还不完全了解我们的信用政策。"),
    ("R2.4", "问它认为哪些利益没有得到保障。"),
    ("R6.C", "客户想诈骗的，把有力证据给销售，劝他们不要和这个客户做生意。"),
    ("I8d", "经营方面看主营业务、有无进出口权、经营场所。"),
]  # fmt: skip
in_each_language = pytest.mark.parametrize("lang", LANGUAGES)


def earned(letter: str, text: str) -> float:
    return mark_essay(letter, text).share


@in_each_language
@pytest.mark.parametrize("letter", LETTERS)
def test_words_of_the_key_strung_together_in_any_way_earn_no_more_than_a_fifth(
    letter: str, lang: Lang
) -> None:
    for name, text in adversaries.soups(letter, lang):
        if " list " in f"{name} " and letter in "IS":
            # Naming the things apart from one another is what these questions ask for.
            continue
        if name == "key list '。' 0":
            # In the order of the key, with full stops: telegraphic, but an answer.
            continue
        # Criteria named in broken sentences are named all the same.
        assert earned(letter, text) <= MOST + (0.05 if "sentences" in name else 0), name


@pytest.mark.parametrize("letter", "RCDS")
def test_the_key_shuffled_word_by_word_earns_no_more_than_a_fifth_in_english(letter: str) -> None:
    for name, text in adversaries.shaken(letter, "en"):
        assert not text or earned(letter, text) <= MOST, name


# The contents asked for in I are a list of nouns, and stay one in any order.
@pytest.mark.parametrize("letter", "RCDS")
def test_the_whole_key_shuffled_earns_no_more_than_a_fifth_in_chinese(letter: str) -> None:
    for name, text in adversaries.shaken(letter, "zh"):
        if text and "within" not in name:
            assert earned(letter, text) <= MOST, name


def test_chinese_shuffled_within_its_sentences_is_mostly_known() -> None:
    # A short sentence of Chinese whose words change places may still be one.
    texts = [
        (letter, text)
        for letter in LETTERS
        for name, text in adversaries.shaken(letter, "zh")
        if text and "within" in name
    ]
    taken_in = sum(earned(letter, text) > MOST for letter, text in texts)
    assert taken_in <= len(texts) / 3, (taken_in, len(texts))


@in_each_language
@pytest.mark.parametrize("letter", "RCDI")
def test_the_key_denied_in_any_way_earns_no_more_than_a_fifth(letter: str, lang: Lang) -> None:
    for made in (adversaries.negated, adversaries.denied):
        for name, text in made(letter, lang):
            assert earned(letter, text) <= MOST, (name, mark_essay(letter, text).refs("covered"))


@pytest.mark.parametrize("lang, form", [(x, f) for x in LANGUAGES for f in EMPHATIC[x]])
def test_what_only_looks_like_a_denial_denies_nothing(lang: Lang, form: str) -> None:
    for letter, ref, order in UNDENIED[lang]:
        text = form.format(order)
        assert mark_essay(letter, text).findings[ref].state == "covered", text


@pytest.mark.parametrize("ref, text", NEGATIVE)
def test_a_point_may_be_told_in_negative_words(ref: str, text: str) -> None:
    assert mark_essay(ref[0], text).findings[ref].state == "covered"


@in_each_language
@pytest.mark.parametrize("letter", WRONG_PARTY)
def test_what_the_wrong_party_does_earns_no_more_than_a_fifth(letter: str, lang: Lang) -> None:
    text = WRONG_PARTY[letter][lang]
    assert earned(letter, text) <= MOST, mark_essay(letter, text).refs("covered")


@in_each_language
def test_steps_told_backwards_are_in_the_wrong_order(lang: Lang) -> None:
    found = mark_essay("R", adversaries.backwards(lang)).findings
    assert found["R0"].state == "contradicted"
    assert found["R1"].state == "contradicted"


@pytest.mark.parametrize("said", ["skip it", "avoid it", "do without it"])
def test_a_denial_goes_on_over_or(said: str) -> None:
    text = f"There is no need to record the complaint, or to thank the customer; {said}."
    assert mark_essay("C", text).findings["C4.4"].state == "contradicted"
    asked = "Record the complaint, or have it recorded, and thank the customer if it accepts."
    assert mark_essay("C", asked).findings["C4.4"].state == "covered"


@in_each_language
@pytest.mark.parametrize("letter", LETTERS)
def test_the_questions_that_help_do_not_answer(letter: str, lang: Lang) -> None:
    for p in QUESTION[letter].key:
        assert p.ask is not None, p.id
        if letter != "S":
            state = mark_essay(letter, p.ask.in_(lang)).findings[p.id].state
            assert state in {"missing", "doubtful"}, p.id
