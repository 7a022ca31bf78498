"""Player, language switch and views, without a browser."""

import gc
import os
import weakref
from pathlib import Path

import pytest

import creditkit as ck
from creditkit.casework.case import Case
from creditkit.widgets import html
from creditkit.widgets.offers import CLOSE, NOTE
from creditkit.widgets.player import Player


def offered(player: Player) -> list[str]:
    return [value for _, value in player._action.options if value]


def tick(player: Player, *items: str) -> None:
    for box in player._items.children:
        box.value = box.item in items


def submit(player: Player) -> None:
    player._submit.click()


def test_a_guided_player_offers_only_what_is_open() -> None:
    player = Player(Case.practice("pump_maker"), guided=True)

    assert offered(player) == ["ask_inside", NOTE]
    assert player._action.value == "ask_inside"


def test_a_player_alone_offers_every_step_out_of_order() -> None:
    case = Case.practice("pump_maker")
    steps = [s.id for s in case.procedure.steps]

    found = [x for x in offered(Player(case)) if x in steps]

    assert sorted(found) == sorted(steps)
    assert found != steps


def test_what_is_ticked_and_submitted_is_done() -> None:
    player = Player(Case.practice("pump_maker"), guided=True)
    tick(player, "reason", "attitude")

    submit(player)

    assert list(player.case.state.learnt()) == ["attitude", "reason"]
    assert "too detailed" in player._result.value
    assert "too detailed" in player._file.value
    assert player._keyboard.message.startswith("Done.")
    assert [b.item for b in player._items.children] == ["position", "explanation", "assessment"]


def test_a_refusal_teaches_and_keeps_what_was_filled_in() -> None:
    player = Player(Case.practice("pump_maker"))
    player._action.value = "judge_preliminary"
    player._choice.value = "fraud"
    player._text.value = "a feeling"

    submit(player)

    assert "comes after" in player._result.value
    assert "comes after" in player._keyboard.message
    assert (player._choice.value, player._text.value) == ("fraud", "a feeling")
    assert player._action.value == "judge_preliminary"


def test_a_full_disk_is_told_and_the_text_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = Player(Case.open("full", scenario="pump_maker", folder=tmp_path))
    player._action.value = NOTE
    player._text.value = "an hour's work"

    def no_space(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", no_space)
        submit(player)
    assert "the disk is full" in player._result.value
    assert player._text.value == "an hour's work"
    assert player.case.journal.lines == []

    submit(player)
    assert [line["text"] for line in player.case.journal.lines] == ["an hour's work"]


def test_an_unforeseen_error_is_told_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    player = Player(Case.practice("pump_maker"), guided=True)
    tick(player, "reason")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("<b>boom</b>")

    monkeypatch.setattr(player.case, "do", broken)
    submit(player)

    assert "Something unexpected went wrong" in player._result.value
    assert "&lt;b&gt;boom" in player._result.value
    assert "Traceback" not in player._result.value


def test_a_change_of_language_redraws_and_keeps_the_ticks() -> None:
    player = Player(Case.practice("pump_maker"), guided=True)
    tick(player, "reason")

    ck.set_language("zh")

    assert player._submit.description == "提交"
    assert [b.item for b in player._items.children if b.value] == ["reason"]
    assert player._items.children[2].description == "对方拿什么理由来拒绝？"
    assert "lang='zh-CN'" in player._head.value


def test_two_players_of_one_case_show_the_same() -> None:
    case = Case.practice("pump_maker")
    first, second = Player(case, guided=True), Player(case, guided=True)
    tick(first, "reason")

    submit(first)

    assert "too detailed" in second._file.value


def test_an_act_in_one_view_keeps_what_is_filled_in_in_another() -> None:
    case = Case.practice("pump_maker")
    first, second, untouched = (Player(case, guided=True) for _ in range(3))
    second._action.value = NOTE
    second._text.value = "half a thought"
    tick(first, *(box.item for box in first._items.children))

    submit(first)

    assert (second._action.value, second._text.value) == (NOTE, "half a thought")
    assert untouched._action.value == first._action.value != "ask_inside"
    submit(second)
    assert case.journal.lines[-1]["text"] == "half a thought"


def test_watchers_do_not_keep_a_player_alive() -> None:
    player = Player(Case.practice("pump_maker"))
    seen = weakref.ref(player)
    player.close()
    del player
    gc.collect()

    ck.set_language("zh")  # would redraw it

    assert seen() is None or seen().comm is None  # type: ignore[union-attr]


def test_a_closed_case_shows_its_debrief_and_goes_back() -> None:
    case = Case.practice("pump_maker")
    case.ask("reason", "explanation")
    case.record()
    case.judge("fears_leak")
    case.ask("trade_secret")
    case.record()
    case.judge("fraud")
    case.collect("sales_file")
    case.report()
    case.ask("opinion_given")
    case.report()
    case.decide("A")
    case.act("appointment")
    player = Player(case, guided=True)
    player._action.value = CLOSE
    submit(player)
    assert "ck-debrief" in player._debrief.value
    assert "data:image/png" in player._debrief.value

    player._action.value = "+back"
    player._choice.value = player._choice.options[2][1]
    submit(player)

    assert player._debrief.value == ""
    assert case.state.open_steps() == ["record_customer", "judge_further"]


def test_play_tells_of_a_scenario_that_is_not_there() -> None:
    shown = ck.play("x", scenario="pump_makr")

    message = shown.children[0].children[0].value
    assert "did you mean" in message and "pump_maker" in message


def test_saved_notebooks_hold_a_hint_in_place_of_widgets() -> None:
    assert repr(ck.play("saved", scenario="pump_maker")) == (
        "运行这个单元格后显示：play('saved') · Run this cell to show: play('saved')"
    )
    assert "language_switch()" in repr(ck.language_switch())


@pytest.mark.parametrize(
    ("view", "zh", "en"),
    [
        (ck.procedure_view, "询问销售主管", "Ask the sales supervisor"),
        (ck.routes_view, "买强卖弱", "strong buyer, weak seller"),
        (ck.scenarios_view, "水泵厂的图纸", "The pump maker&#x27;s drawings"),
        (ck.glossary_view, "信用管理人员", "A person who handles"),
    ],
)
def test_views_follow_the_language(view: type, zh: str, en: str) -> None:
    shown = view()
    assert en in shown.value

    ck.set_language("zh")

    assert zh in shown.value
    assert zh in shown._repr_mimebundle_()["text/html"]


def test_the_scenarios_view_does_not_give_the_causes_away() -> None:
    causes = ck.procedure("refusal").lists["causes"]

    assert not any(c.title.en in ck.scenarios_view().value for c in causes)


def test_every_fact_of_the_refused_application_is_shown_to_the_student() -> None:
    shown = ck.refs_view("R").value

    for id, text in ck.refs().items():
        assert (f">{id}<" in shown) == id.startswith("R")
        if id.startswith("R"):
            assert html.words(text) in shown


def test_the_cases_view_lists_cases_and_names_damaged_ones(tmp_path: Path) -> None:
    Case.open("good", scenario="pump_maker").ask("reason")
    (tmp_path / "cases" / "bad.jsonl").write_text("nonsense\n")

    shown = ck.cases_view().value

    assert "good" in shown and "The pump maker" in shown
    assert "is damaged" in shown


def test_long_text_is_cut_on_the_page_with_a_word_about_the_rest() -> None:
    shown = html.words("x" * 5000 + "<b>")

    assert len(shown) < 800
    assert "5003 characters" in shown
