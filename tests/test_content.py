"""The content that comes with the package: in order, complete, and the same in both languages."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from creditkit.casework.variants import MISLEADING, variant
from creditkit.content.check import PACKAGE, check_folder, check_part, package_known
from creditkit.content.document import Document, read, yaml_files
from creditkit.content.library import (
    glossary,
    procedure,
    refs,
    scenarios,
    terms,
    variants,
)
from creditkit.content.schema import Option, Part, Scenario
from creditkit.content.ways import evidence, model_path
from creditkit.text import Text

REFUSAL = procedure("refusal")
SCENARIOS = scenarios("refusal")
FILES = [f for f in yaml_files(PACKAGE) if f.parent.name != "interface"]
# The causes the coursework names; `other_guidable` stands for others of their kind.
CAUSES = [o.id for o in REFUSAL.lists["causes"] if not o.open]
ROUTES = dict(zip(CAUSES, "AAABBCC", strict=True))


def numbered(prefix: str, first: int, last: int) -> list[str]:
    return [f"{prefix}{n}" for n in range(first, last + 1)]


def lettered(prefix: str, last: str) -> list[str]:
    return [f"{prefix}{chr(c)}" for c in range(ord("a"), ord(last) + 1)]


# Every fact of the coursework, by its id.
REFUSAL_FACTS = [
    *("R0", "R1", *numbered("R1.", 1, 7), "R2", *numbered("R2.", 1, 6)),
    *("R3", "R3.1", "R3.2", *numbered("R4.", 1, 3), *numbered("R5.", 1, 7)),
    *("R6.A", "R6.B", "R6.C"),
]
OTHER_FACTS = [
    *(*numbered("C1.", 1, 4), "C2", *numbered("C2.", 1, 6), *numbered("C3.", 1, 3)),
    *(*numbered("C4.", 1, 5), *numbered("C5.", 1, 3)),
    *("D1", "D1.1", "D1.2", "D2.1", *lettered("D2.1", "d"), "D2.2", *numbered("D3.", 1, 3)),
    *(*numbered("D4.", 1, 8), "D5.1", "D5.2", *lettered("D5.2", "c"), *numbered("D6.", 1, 5)),
    *(*numbered("I", 0, 9), *lettered("I2", "b"), *lettered("I8", "g")),
    *(*numbered("S0.", 1, 5), *numbered("S", 1, 4)),
    *(f"S{row}.{column}" for row in range(1, 5) for column in range(1, 6)),
]


def parts(value: Any) -> Iterator[Part]:
    if isinstance(value, Part):
        yield value
        for name in type(value).model_fields:
            yield from parts(getattr(value, name))
    elif isinstance(value, dict):
        for child in value.values():
            yield from parts(child)
    elif isinstance(value, tuple):
        for child in value:
            yield from parts(child)


def bilingual(value: Any, where: str = "") -> Iterator[tuple[str, str, str]]:
    """Every place with both languages in plain data: where it is, the Chinese, the English."""
    if isinstance(value, dict):
        if {"zh", "en"} <= set(value):
            yield where, value["zh"], value["en"]
        for key, child in value.items():
            yield from bilingual(child, f"{where}.{key}")
    elif isinstance(value, list):
        for i, child in enumerate(value):
            yield from bilingual(child, f"{where}[{i}]")


def test_the_content_of_the_package_has_no_diagnostics() -> None:
    assert [str(d) for d in check_folder(PACKAGE)] == []


WORDING = sorted((PACKAGE / "interface").glob("*.yaml"))


@pytest.mark.parametrize("file", WORDING, ids=lambda f: f.stem)
def test_wording_is_text_in_both_languages_to_every_reader_of_yaml(file: Path) -> None:
    for key, words in yaml.load(file.read_text("utf-8"), yaml.SafeLoader).items():
        assert isinstance(key, str), key
        assert set(words) == {"zh", "en"}, key
        assert all(isinstance(word, str) for word in words.values()), key


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_a_file_reads_the_same_without_the_c_library_of_yaml(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast = read(file)
    monkeypatch.setattr("creditkit.content.document._Loader", yaml.SafeLoader)
    slow = read(file)
    assert slow.problems == fast.problems == []
    assert slow.data == fast.data
    assert slow.lines == fast.lines


# Language

HAN = re.compile("[\u4e00-\u9fff]")
# A half-width comma, full stop, semicolon, question or exclamation mark after a Chinese character.
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff”）][,;:?!]|[\u4e00-\u9fff”）]\.(?!\d)|\([\u4e00-\u9fff]")
# What folding a long text leaves between its lines.
GAP = re.compile("[\u4e00-\u9fff，。；：？！、”）] [\u4e00-\u9fff“（]")
FULL_WIDTH = re.compile("[，。；：？！、（）“”《》]")


# The words by which essays are marked are no sentences.
@pytest.mark.parametrize(
    "file", [f for f in FILES if f.parent.name != "essays"], ids=lambda f: f.stem
)
def test_both_languages_are_there_and_each_has_its_own_script_and_punctuation(file: Path) -> None:
    found = list(bilingual(read(file).data))
    assert found
    for where, zh, en in found:
        at = f"{file.name}{where}"
        assert HAN.search(zh) or not re.search("[a-z]{3}", en), f"{at}: no Chinese in {zh!r}"
        assert not HAN.search(en), f"{at}: Chinese in {en!r}"
        assert not HALF_WIDTH.search(zh), f"{at}: half-width punctuation in {zh!r}"
        assert not GAP.search(zh), f"{at}: a space in {zh!r}"
        assert '"' not in zh, f"{at}: straight quotes in {zh!r}"
        assert zh.count("“") == zh.count("”"), f"{at}: unpaired quotes in {zh!r}"
        english = en.replace("“", "").replace("”", "")
        assert not FULL_WIDTH.search(english), f"{at}: full-width punctuation in {en!r}"
        assert "  " not in en, f"{at}: two spaces in {en!r}"


# The coursework


def test_every_fact_of_the_coursework_is_there_in_both_languages_and_no_other() -> None:
    assert sorted(refs()) == sorted([*REFUSAL_FACTS, *OTHER_FACTS])
    assert all(text.zh.strip() and text.en.strip() for text in refs().values())


def test_the_facts_are_in_the_order_of_the_coursework() -> None:
    sections = [ref[0] for ref in refs()]
    assert list(dict.fromkeys(sections)) == ["R", "C", "D", "I", "S"]
    assert [ref for ref in refs() if ref[0] == "R"] == REFUSAL_FACTS


def test_the_four_grades_the_coursework_has_lost_are_marked_and_no_others() -> None:
    entries = read(PACKAGE / "refs.yaml").data["refs"]
    lost = [ref for ref, entry in entries.items() if entry.get("cut_off")]
    assert lost == ["S4.2", "S4.3", "S4.4", "S4.5"]


@pytest.mark.parametrize("fact", REFUSAL_FACTS)
def test_the_refusal_procedure_carries_every_fact_of_the_refusal(fact: str) -> None:
    assert fact in {ref for part in parts(REFUSAL) for ref in getattr(part, "ref", ())}


def test_the_refusal_procedure_carries_no_fact_of_another_section() -> None:
    carried = {ref for part in parts(REFUSAL) for ref in getattr(part, "ref", ())}
    assert carried == set(REFUSAL_FACTS)


def test_a_line_of_our_own_says_so() -> None:
    """Items beyond what their fact lists are examples of the product and must be marked."""
    ours = {item.id for step in REFUSAL.steps for item in step.items if item.ours}
    by_step = {
        step.id: {item.id for item in step.items}
        for step in REFUSAL.steps
        if step.id in {"collect_easy", "consult_file", "full_collection"}
    }
    assert ours == set().union(*by_step.values())


def test_the_five_questions_inside_and_the_four_to_the_customer_are_asked() -> None:
    asked = {step.id: [item.ref for item in step.items] for step in REFUSAL.steps}
    assert asked["ask_inside"] == [(f"R1.{n}",) for n in range(1, 6)]
    assert asked["ask_customer"] == [(f"R2.{n}",) for n in range(1, 5)]


@pytest.mark.parametrize("customer", ["new", "existing"])
@pytest.mark.parametrize("cause", CAUSES)
def test_the_steps_come_in_the_order_of_the_coursework(cause: str, customer: str) -> None:
    path = [s.id for s in model_path(REFUSAL, {"customer": customer}, {"cause": cause})]
    endings = {
        "A": ["guide_customer"],
        "B": ["full_collection", "report_again"],
        "C": ["drop_customer"],
    }
    assert path == [
        *("ask_inside", "record_inside", "judge_preliminary"),
        *("ask_customer", "record_customer", "judge_further"),
        "collect_easy" if customer == "new" else "consult_file",
        *("report_manager", "opinion", "inform_sales", "decide_route"),
        *endings[ROUTES[cause]],
    ]


def test_the_seven_causes_lead_to_their_routes() -> None:
    causes = {o.id: o.ref for o in REFUSAL.lists["causes"] if not o.open}
    assert list(causes.values()) == [(f"R5.{n}",) for n in range(1, 8)]
    routes: dict[str, Option] = {o.id: o for o in REFUSAL.lists["routes"]}
    for cause, route in ROUTES.items():
        assert [r for r, o in routes.items() if cause in o.when["opinion"]] == [route]


def test_the_points_of_the_debrief_add_up_to_a_hundred() -> None:
    assert sum(d.points for d in REFUSAL.dimensions) == 100


# Scenarios


def test_there_are_two_scenarios_or_more_for_each_cause_and_fourteen_in_all() -> None:
    count = Counter(s.truth["cause"] for s in SCENARIOS)
    assert {cause: count[cause] >= 2 for cause in CAUSES} == dict.fromkeys(CAUSES, True)
    assert len(SCENARIOS) >= 14


@pytest.mark.parametrize("cause", CAUSES)
def test_each_cause_is_met_with_new_and_with_existing_customers(cause: str) -> None:
    met = {s.given["customer"] for s in SCENARIOS if s.truth["cause"] == cause}
    assert met == {"new", "existing"}


def test_customers_industries_and_titles_all_differ() -> None:
    for lang in ("zh", "en"):
        for texts in (
            [s.customer.name for s in SCENARIOS],
            [s.customer.industry for s in SCENARIOS],
            [s.title for s in SCENARIOS],
        ):
            count = Counter(text.in_(lang) for text in texts)
            assert [name for name, n in count.items() if n > 1] == []


def test_no_two_scenarios_share_an_answer() -> None:
    count = Counter(a.zh for s in SCENARIOS for a in s.answers.values())
    assert [words for words, n in count.items() if n > 1] == []


def test_every_level_is_there_and_the_plain_ones_come_first() -> None:
    levels = [s.level for s in SCENARIOS]
    assert set(levels) == {1, 2, 3}
    assert levels == sorted(levels)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.id)
def test_the_evidence_of_a_scenario_points_to_its_truth_before_all(scenario: Scenario) -> None:
    totals = evidence(scenario.answers.values())
    truth = scenario.truth["cause"]
    assert max(totals, key=lambda cause: totals[cause]) == truth
    assert [c for c, n in totals.items() if n >= totals[truth]] == [truth]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.id)
def test_from_the_second_level_on_some_evidence_misleads(scenario: Scenario) -> None:
    misleading = [i for i, answer in scenario.answers.items() if answer.misleads]
    assert bool(misleading) == (scenario.level > 1)
    for item in misleading:
        supports = scenario.answers[item].supports
        assert set(supports) - {scenario.truth["cause"]}, f"{item} misleads to nowhere"


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.id)
def test_a_scenario_tells_what_comes_of_each_route_and_cites_its_cause(scenario: Scenario) -> None:
    assert set(scenario.outcomes) == {"A", "B", "C"}
    assert REFUSAL.option("causes", scenario.truth["cause"]).ref[0] in scenario.ref


# Variants


def unfilled(scenario: Scenario) -> list[str]:
    texts = [scenario.title, scenario.opening, scenario.lesson, *scenario.outcomes.values()]
    texts += [answer.text for answer in scenario.answers.values()]
    texts += [answer.misleads for answer in scenario.answers.values() if answer.misleads]
    return [t for text in texts for t in (text.zh, text.en) if "{" in t or "}" in t]


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_thousand_seeds_give_a_thousand_cases_in_order(level: int) -> None:
    known = package_known()
    met: Counter[tuple[str, str]] = Counter()
    for seed in range(1000):
        drawn = variant(seed, level)
        truth = drawn.truth["cause"]
        met[truth, drawn.given["customer"]] += 1
        doc = Document(Path(f"{seed}.yaml"))
        check_part(doc, drawn, known)
        # Its id is no file's name, and that is right for a variant.
        assert [str(d) for d in doc.problems if d.code != "C006"] == [], drawn.id
        totals = evidence(drawn.answers.values())
        assert [c for c, n in totals.items() if n >= totals[truth]] == [truth], drawn.id
        bent = [
            item
            for item, answer in drawn.answers.items()
            if answer.supports.get(truth, 0) < max(answer.supports.values(), default=0)
        ]
        assert len(bent) <= MISLEADING[level], drawn.id
        assert all(drawn.answers[item].misleads for item in bent), drawn.id
        assert unfilled(drawn) == [], drawn.id
    assert set(met) == {(cause, kind) for cause in CAUSES for kind in ("new", "existing")}


def test_each_student_of_a_class_gets_another_case() -> None:
    drawn = [variant(seed) for seed in range(1, 61)]
    told = {(s.customer.name.zh, *(a.zh for a in s.answers.values())) for s in drawn}
    assert len(told) == len(drawn)


def test_harder_levels_mislead_more() -> None:
    misleading = [
        sum(bool(a.misleads) for seed in range(100) for a in variant(seed, n).answers.values())
        for n in (1, 2, 3)
    ]
    assert misleading[0] < misleading[1] < misleading[2]


def test_the_bank_has_people_of_the_procedure_only() -> None:
    assert set(variants("refusal").people) <= set(REFUSAL.people)


# Glossary

FIELD = [
    *("信用管理人员", "信用经理", "销售人员", "销售主管", "客服人员", "客户"),
    *("信用申请表", "初步判断", "进一步判断", "信用档案", "买强卖弱"),
    *("坐席", "受理范围"),
    *(
        "现场采集",
        "营业执照",
        "税务登记证",
        "组织机构代码证",
        "现场调查表",
        "资信调查公司",
        "主导权",
    ),
    *("客观性", "真实性", "完整性", "时效性", "费用", "征信机构"),
]


@pytest.mark.parametrize("term", FIELD)
def test_the_glossary_has_the_fields_own_terms(term: str) -> None:
    assert [entry.zh for entry in terms().values() if term in entry.zh]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_term_stands_for_one_thing(lang: str) -> None:
    count = Counter(getattr(term, lang) for term in terms().values())
    assert [word for word, n in count.items() if n > 1] == []


def test_the_glossary_as_a_table_has_a_row_for_each_term() -> None:
    table = glossary()
    assert list(table.columns) == ["zh", "en", "meaning_zh", "meaning_en", "ref"]
    assert list(table.index) == list(terms())
    assert table.index.name == "term"
    assert not table.isna().any(axis=None)
    term = terms()["credit_manager"]
    assert Text(*table.loc["credit_manager", ["zh", "en"]]) == Text(term.zh, term.en)


def test_one_chinese_word_stands_for_an_assessment_everywhere() -> None:
    assert terms()["assessment"].zh == "测评"
    root = Path(__file__).parents[1]
    written = [*PACKAGE.glob("interface/*.yaml"), *PACKAGE.glob("assignments/*.yaml")]
    written += [*root.glob("docs/*.md"), *root.glob("*.md")]
    assert [file.name for file in written if "考核" in file.read_text("utf-8")] == []
