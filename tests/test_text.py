"""Bilingual text and the current language."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from string import Formatter

import pytest
import yaml

from creditkit.text import (
    BilingualError,
    Text,
    did_you_mean,
    join,
    language,
    on_language_change,
    phrases,
    plain,
    set_language,
)

ROOT = Path(__file__).parents[1]
INTERFACE = sorted((ROOT / "creditkit/content/interface").glob("*.yaml"))


# The current language


def test_a_text_is_shown_in_the_language_current_when_it_is_shown() -> None:
    word = Text("客户", "customer")
    assert str(word) == "customer"
    set_language("zh")
    assert str(word) == "客户"


def test_a_text_can_be_asked_for_in_one_language_whatever_is_current() -> None:
    word = Text("客户", "customer")
    assert (word.in_("zh"), word.in_("en"), word.in_()) == ("客户", "customer", "customer")


def test_the_environment_variable_sets_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    set_language(None)
    monkeypatch.setenv("CREDITKIT_LANG", "en")
    assert language() == "en"
    monkeypatch.setenv("CREDITKIT_LANG", "zh")
    assert language() == "zh"


@pytest.mark.parametrize("value", [None, ""])
def test_the_language_is_chinese_when_nothing_is_said(
    value: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_language(None)
    monkeypatch.delenv("CREDITKIT_LANG", raising=False)
    if value is not None:
        monkeypatch.setenv("CREDITKIT_LANG", value)
    assert language() == "zh"


def test_the_locale_of_the_machine_does_not_change_the_language(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_language(None)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert language() == "zh"


def test_set_language_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDITKIT_LANG", "zh")
    set_language("en")
    assert language() == "en"


def test_an_unknown_language_in_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    set_language(None)
    monkeypatch.setenv("CREDITKIT_LANG", "fr")
    with pytest.raises(ValueError, match=r"CREDITKIT_LANG: 'fr'.*use 'zh' or 'en'"):
        language()


@pytest.mark.parametrize("wrong", ["fr", "EN", "", "zh_CN", " en"])
def test_set_language_refuses_another_language_and_keeps_the_current_one(wrong: str) -> None:
    seen: list[str] = []
    stop = on_language_change(seen.append)
    with pytest.raises(ValueError, match="use 'zh' or 'en'"):
        set_language(wrong)
    stop()
    assert language() == "en"
    assert seen == []


def test_a_watcher_is_told_of_each_change_until_it_is_stopped() -> None:
    seen: list[str] = []
    stop = on_language_change(seen.append)
    set_language("zh")
    set_language("en")
    stop()
    set_language("zh")
    assert seen == ["zh", "en"]


def test_a_watcher_can_be_stopped_twice_and_from_within_its_own_call() -> None:
    seen: list[str] = []
    stops: list[Callable[[], None]] = []

    def once(lang: str) -> None:
        seen.append(lang)
        stops[0]()

    stops.append(on_language_change(once))
    stop_other = on_language_change(seen.append)
    set_language("zh")
    set_language("en")
    stops[0]()
    stop_other()
    assert seen == ["zh", "zh", "en"]


# Texts


def test_a_text_that_fills_a_slot_appears_in_each_language() -> None:
    filled = Text("{who}的表", "the form of {who}").format(who=Text("江远", "Jiangyuan"))
    assert filled == Text("江远的表", "the form of Jiangyuan")


def test_braces_in_what_fills_a_slot_are_left_alone() -> None:
    filled = Text("{who}", "{who}").format(who=plain("{goods} {0} {{"))
    assert filled.in_("en") == "{goods} {0} {{"


def test_a_missing_slot_is_an_error_and_not_an_empty_place() -> None:
    with pytest.raises(KeyError, match="who"):
        Text("{who}", "{who}").format(customer="x")


def test_what_a_user_typed_is_the_same_in_both_languages() -> None:
    assert plain("客户 a") == Text("客户 a", "客户 a")


def test_a_list_is_joined_with_each_languages_own_separator() -> None:
    parts = [Text("甲", "A"), Text("乙", "B"), Text("丙", "C")]
    assert join(parts) == Text("甲、乙、丙", "A, B, C")
    assert join([]) == Text("", "")


def test_a_text_cannot_be_changed() -> None:
    word = Text("客户", "customer")
    with pytest.raises(AttributeError):
        word.zh = "别的"  # type: ignore[misc]
    assert hash(word) == hash(Text("客户", "customer"))


# Hints and errors


def test_a_near_name_is_suggested_in_both_languages() -> None:
    hint = did_you_mean("reprot", ["report", "ask"])
    assert hint == Text("（是不是 'report'？）", " (did you mean 'report'?)")


def test_nothing_is_suggested_when_nothing_is_near_or_only_the_same_word_is() -> None:
    assert did_you_mean("xyz", ["report", "ask"]) == Text("", "")
    assert did_you_mean("report", ["report"]) == Text("", "")


def test_an_error_speaks_the_language_current_when_it_is_shown() -> None:
    error = BilingualError(Text("磁盘已满", "the disk is full"))
    assert str(error) == "the disk is full"
    set_language("zh")
    assert str(error) == "磁盘已满"


# The interface's own wording


@pytest.mark.parametrize("file", INTERFACE, ids=lambda f: f.stem)
def test_each_phrase_has_both_languages_and_the_same_slots_in_both(file: Path) -> None:
    def slots(words: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(words) if name is not None}

    entries = yaml.safe_load(file.read_text("utf-8"))
    assert entries
    for key, entry in entries.items():
        assert set(entry) == {"zh", "en"}, key
        assert entry["zh"].strip() and entry["en"].strip(), key
        assert slots(entry["zh"]) == slots(entry["en"]), key


@pytest.mark.parametrize("file", INTERFACE, ids=lambda f: f.stem)
def test_phrases_are_in_their_own_language_except_names_the_same_in_both(file: Path) -> None:
    for key, entry in yaml.safe_load(file.read_text("utf-8")).items():
        zh, en = (re.sub(r"\{.*?\}", "", entry[lang]) for lang in ("zh", "en"))
        assert not re.search("[\u4e00-\u9fff]", en), key
        has_words = re.search("[A-Za-z]", en) and zh != en
        assert not has_words or re.search("[\u4e00-\u9fff]", zh), key


def test_a_phrase_that_does_not_exist_is_named_with_its_file() -> None:
    with pytest.raises(KeyError, match=r"interface/case\.yaml has no 'no_such_phrase'"):
        phrases("case")("no_such_phrase")


def test_text_does_not_load_pydantic_or_pandas() -> None:
    code = (
        "import sys, creditkit.text; print({'pydantic', 'pandas', 'yaml'} & set(sys.modules) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "0"
