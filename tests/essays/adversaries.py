# ruff: noqa: E501 - sentences are kept whole
"""Answers that only look like ones: made from the key and the words of the essays, by a seed.

Each maker yields a label and a text. Nothing in these texts is worth marks, though every word of
the key may stand in them.
"""

import random
import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

from creditkit.content.library import essay_words, essays
from creditkit.content.schema_essays import Point
from creditkit.content.schema_questions import Essay

QUESTION = {essay.letter: essay for essay in essays()}
Lang = Literal["zh", "en"]
LANGUAGES: tuple[Lang, ...] = ("zh", "en")
PARTICLES = {"zh": ["的", "在", "", "了", "和"], "en": [" ", " of the ", " in ", " with ", " and "]}
# Marks and lines make a list of words; where a question asks for a list, that is an answer.
MARKS = {"zh": ["，", "、", "\n", "；", "。"], "en": [", ", "\n", "; ", ". "]}
SPACE = {"zh": "", "en": " "}
# How a statement is denied. `{}` is an order to do something.
NOT_ZH = ("不必{}。", "无需{}。", "不用{}。", "没有必要{}。", "不应{}。", "不要{}。", "不得{}。",
          "从不{}。", "{}，这没有必要。")  # fmt: skip
NOT_EN = (
    "We need not {}.", "There is no need to {}.", "One should not {}.", "You must not {}.",
    "Never {}.", "It is unnecessary to {}.", "The matter is settled without having to {}.",
    "Do not {}.", "It would be a waste of time to {}.",
)  # fmt: skip
# What is no order and cannot be denied by one: the causes of a refusal are found, not done.
FOUND = {"causes"}
# Things of a list are denied as what is asked for or used.
THING = {
    "I": ("了解{}", "collect {}"),
    "C1": ("接受{}投诉", "accept complaints by {}"),
    "C2": ("写明{}", "note {}"),
    "D2": ("让销售人员收集{}", "have salespeople collect {}"),
    "D4": ("去问{}", "use {}"),
    "D5": ("去问{}", "ask {}"),
}


@cache
def plain_words(letter: str, lang: Lang) -> tuple[str, ...]:
    """A plain word for each concept that the key of a question is made of."""
    concepts = essay_words().concepts
    heads = {
        name
        for p in QUESTION[letter].key
        for said in (*p.says, *p.partly)
        for part in said.lstrip("~*").split()
        if part[0] not in "!@"
        for name in part.split("|")
    }
    grid = QUESTION[letter].grid
    if grid is not None:
        heads |= {*grid.rows, *grid.columns, *(g for of in grid.grades.values() for g in of)}
    found = []
    for head in sorted(heads):
        plain = [t for t in getattr(concepts[head], lang) if not set(t) & set("(…")]
        found += plain[:2]
    return tuple(dict.fromkeys(found))


@cache
def _terms() -> tuple[str, ...]:
    terms = {
        t
        for concept in essay_words().concepts.values()
        for t in concept.zh
        if 2 <= len(t) <= 4 and not set(t) & set("(…")
    }
    return tuple(sorted(terms, key=lambda t: (-len(t), t)))


def words_of(text: str, lang: Lang) -> list[str]:
    """A sentence as words; Chinese by the longest words of the essays, then by character."""
    if lang == "en":
        return re.findall(r"[A-Za-z'-]+", text)
    known = "|".join(map(re.escape, _terms()))
    return list(re.findall(rf"{known}|[\u4e00-\u9fff]", text))


def sentences(question: Essay, lang: Lang) -> list[str]:
    """The key as told, and its model sentences."""
    return [s for p in question.key for s in (p.text.in_(lang), *p.like.get(lang, ()))]


def soups(letter: str, lang: Lang, seeds: int = 4) -> Iterator[tuple[str, str]]:
    """Words of the key shaken: with nothing, particles, spaces, marks or lines between."""
    told = [w for s in sentences(QUESTION[letter], lang) for w in words_of(s, lang)]
    function = {*essay_words().function_words["zh"], *essay_words().function_words["en"]}
    content = [w for w in dict.fromkeys(told) if w.lower() not in function and len(w) > 1]
    for name, words in (("words", list(plain_words(letter, lang))), ("key", content)):
        for seed in range(seeds):
            rng = random.Random(f"{letter}{lang}{name}{seed}")
            if seed:
                # The first time they stand in the order of the key.
                rng.shuffle(words)
            for between in (" ", *PARTICLES[lang], *MARKS[lang]):
                listed = " list" if between in MARKS[lang] else ""
                yield f"{name}{listed} {between!r} {seed}", between.join(words)
            mixed = "".join(w + rng.choice(PARTICLES[lang]) for w in words)
            yield f"{name} mixed {seed}", mixed
            some = rng.sample(words, len(words))
            chunks = [some[n : n + 7] for n in range(0, len(some), 7)]
            stop = "。" if lang == "zh" else ". "
            yield f"{name} sentences {seed}", stop.join(SPACE[lang].join(c) for c in chunks)


def shaken(letter: str, lang: Lang, seeds: int = 4) -> Iterator[tuple[str, str]]:
    """The key's own words: shuffled within each sentence, and all together."""
    question = QUESTION[letter]
    stop = "。" if lang == "zh" else ". "
    for of in ("key", "like"):
        told = [
            s
            for p in question.key
            for s in ((p.text.in_(lang),) if of == "key" else p.like.get(lang, ()))
        ]
        for seed in range(seeds):
            rng = random.Random(f"{letter}{lang}{of}{seed}")
            cut = [words_of(s, lang) for s in told]
            everything = [w for words in cut for w in words]
            for words in cut:
                rng.shuffle(words)
            within = stop.join(SPACE[lang].join(words) for words in cut)
            if within:
                yield f"{of} within {seed}", within
            rng.shuffle(everything)
            chunks = [everything[n : n + 9] for n in range(0, len(everything), 9)]
            yield f"{of} all {seed}", stop.join(SPACE[lang].join(c) for c in chunks)
            yield f"{of} all, no marks {seed}", SPACE[lang].join(everything)


def _ordered(p: Point, letter: str, lang: Lang) -> Iterator[str]:
    """A point as what is to be done, so that it can be denied."""
    text = p.text.in_(lang).rstrip("。.")
    at = 0 if lang == "zh" else 1
    if p.kind == "list_item":
        form = next((f for start, f in THING.items() if p.id.startswith(start)), None)
        if form is not None:
            text = re.sub(r"^记录", "", text) if lang == "zh" else text
            yield form[at].format(text if lang == "zh" else text[0].lower() + text[1:])
        return
    for like in p.like.get(lang, ()):
        yield like if lang == "zh" else like[0].lower() + like[1:]


# Whether an English model sentence is an order.
NO_ORDER = re.compile(r"^(the |what |how |which |whether |pressure|surface|so that |for |if |on |in |and |after |a |inform )")  # fmt: skip


def negated(letter: str, lang: Lang) -> Iterator[tuple[str, str]]:
    """Every statement of the key denied, in one way throughout and in all ways by turns."""
    question = QUESTION[letter]
    orders = [
        o
        for p in question.key
        if p.group not in FOUND and p.kind != "order"
        for o in _ordered(p, letter, lang)
        if not re.match(r"^(不|so that|how the|what position|pressure|surface)", o)
    ]
    forms = NOT_ZH if lang == "zh" else NOT_EN
    if lang == "en":
        orders = ["look into " + o if NO_ORDER.match(o) else o for o in orders]
    for form in forms:
        yield form, " ".join(form.format(o) for o in orders)
    rng = random.Random(letter + lang)
    yield "by turns", " ".join(rng.choice(forms).format(o) for o in orders)


# A question's groups denied in running prose: `{}` are the orders of a group, strung together.
PROSE = {
    "zh": ("完全没有必要{}。", "我认为不用{}，这些都是多余的。", "信用管理人员不应当{}。"),
    "en": (
        "There is no need to {}.", "One need not {}.", "A sensible firm gets by without having to {}.",
        "Nobody should {}, for it is a waste of time.",
    ),
}  # fmt: skip
JOIN = {
    "zh": ("，也不必", "，更不要", "，无需"),
    "en": (", nor to ", ", and one need not ", ", or to "),
}


def denied(letter: str, lang: Lang) -> Iterator[tuple[str, str]]:
    """Every group of the key denied in one sentence of running prose."""
    question = QUESTION[letter]
    groups: dict[str, list[str]] = {}
    for p in question.key:
        if p.group in FOUND or p.kind == "order":
            continue
        for order in _ordered(p, letter, lang):
            if lang == "en" and NO_ORDER.match(order):
                order = "look into " + order
            if not order.startswith("不"):
                groups.setdefault(p.group, []).append(order)
    for form in PROSE[lang]:
        for join in JOIN[lang]:
            yield f"{form} {join}", " ".join(form.format(join.join(g)) for g in groups.values())


# What only looks like a denial; `{}` is an order.
EMPHATIC = {
    "zh": (
        "毫不犹豫地{}。", "一刻也不能耽误，{}。", "切勿拖延，{}。", "不可不{}。", "不得不{}。",
        "{}，不要等到第二天。", "{}，不要遗漏。", "无论客户说什么，都要{}。", "不急着下结论，先{}。",
        "客户不交表，信用人员{}。", "不能光等，要{}。", "为避免误会，{}。", "{}，别自己猜。",
    ),
    "en": (
        "{} without delay.", "{} without any further delay.", "{} without fail.", "Never forget to {}.",
        "One must not fail to {}.", "Do not hesitate to {}.", "You have no choice but to {}.",
        "Stop and {}.", "It would be wrong not to {}.", "One should not lose time and {}.",
        "When the customer will not fill in the form, {}.", "Rather than jump to conclusions, {}.",
        "There is no excuse not to {}.", "Not later than the next day, {}.", "{}, no exceptions.",
    ),
}  # fmt: skip

# Who does what, the wrong way round, written out.
WRONG_PARTY = {
    "R": {
        "zh": "信用管理人员应当让客户去联系销售主管，由客户记录情况。销售人员向客户汇报，客户把意见告诉信用经理，"
        "信用经理再向销售请示。销售整理材料交给客户，由客户作出判断。",
        "en": "The customer contacts the sales supervisor and puts the situation on record. The "
        "salesperson tells the credit manager the salesperson's opinion. The credit manager reports "
        "to the customer, and the customer makes the judgement.",
    },
    "C": {
        "zh": "客户自己做投诉记录。被投诉人向客户询问事情经过，客户尽快拿出处理意见，再由客户把结果告诉信用经理，"
        "并感谢信用经理。",
        "en": "The customer keeps the complaint record itself. The person complained about asks the "
        "customer what happened, the customer reaches a handling opinion and informs the credit "
        "manager of the result.",
    },
    "D": {
        "zh": "营业执照、税务登记证、组织机构代码证和资质证书由信用管理部门去收。现场采集由信用管理部门负责，"
        "间接渠道归销售人员。销售人员委托资信调查公司，销售人员去找行业协会和政府主管部门。",
        "en": "The credit department collects the business licence, the tax registration certificate "
        "and the organisation code certificate. The credit department collects on the spot, and "
        "indirect channels are for the salespeople. Sales commissions a credit investigation company, "
        "sales asks the industry association and sales consults the government authority.",
    },
}  # fmt: skip


def backwards(lang: Lang) -> str:
    """The steps of the refusal in reverse."""
    return {
        "zh": "先向信用经理汇报并整理全部材料，然后收集必要信息，接着直接联系客户核实拒绝的原因，最后才联系销售主管。",
        "en": "First put all material in order and report to the credit manager. Then collect the "
        "necessary information. Then contact the customer and verify why it refused. Last of all, "
        "contact the sales supervisor.",
    }[lang]
