"""Whole cases worked in the player: by mouse, by keyboard, in order and out of order."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.desk import EN, REFUSAL, SWITCH, Player

pytestmark = pytest.mark.browser

INSIDE = ["attitude", "position", "reason", "explanation", "assessment"]
CUSTOMER = ["knows_policy", "understands_form", "trade_secret", "harmed_interest"]
# What the pump maker's case asks for, act by act: step, items ticked, choice made.
OPENING = [
    ("ask_inside", INSIDE, ""),
    ("record_inside", INSIDE, ""),
]
MIDDLE = [
    ("judge_preliminary", ["explanation", "reason"], "fears_leak"),
    ("ask_customer", CUSTOMER, ""),
    ("record_customer", CUSTOMER, ""),
    ("judge_further", ["trade_secret", "understands_form"], "fears_leak"),
    ("collect_easy", ["public_register", "public_notices", "sales_file"], ""),
    ("report_manager", [item.id for item in REFUSAL.step("report_manager").items], ""),
    ("opinion", ["opinion_given"], ""),
    ("inform_sales", ["manager_opinion"], ""),
]
END = [
    ("decide_route", [], "A"),
    ("guide_customer", ["appointment", "explain", "persuade", "guide_form"], ""),
    ("act_close", [], ""),
]
# The same ways in code, for tests that begin in the middle of a case.
WORKED = """
case = ck.Case.open("{name}", scenario="pump_maker")
case.ask("attitude", "position", "reason", "explanation", "assessment"), case.record()
case.judge("{first}", because=["reason", "explanation"])
case.ask("knows_policy", "understands_form", "trade_secret", "harmed_interest"), case.record()
case.judge("fears_leak", because=["trade_secret", "understands_form"])
case.collect("public_register", "public_notices", "sales_file"), case.report()
case.ask("opinion_given"), case.report("manager_opinion"), case.decide("A")
case.act("appointment", "explain", "persuade", "guide_form"), case.close();
"""


def test_a_guided_case_by_mouse_in_chinese(open_notebook: Open) -> None:
    notebook = open_notebook(
        "mouse", SWITCH, "ck.play('mouse', scenario='pump_maker', guided=True)"
    )
    notebook.run_all()
    player = notebook.player()
    notebook.keep_pictures("guided-1-opened")

    for step, items, choice in OPENING:
        player.act(step, tick=items, choose=choice)
    expect(player.result).to_contain_text("记录")
    expect(player.file).to_contain_text("财务部长本人")
    notebook.keep_pictures("guided-2-judging", of=player.box)
    for step, items, choice in MIDDLE:
        player.act(step, tick=items, choose=choice)
    notebook.keep_pictures("guided-3-deciding")
    for step, items, choice in END:
        player.act(step, tick=items, choose=choice)

    expect(player.debrief.locator(".ck-total")).to_have_text("总分 100 / 100")
    notebook.keep_pictures("guided-4-debrief", of=player.debrief)
    assert notebook.errors == []


class Keys:
    """The keyboard, and nothing else."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.press = page.keyboard.press

    def tab_to(self, target: Locator, key: str = "Tab") -> None:
        for _ in range(40):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.press(key)
        raise AssertionError(f"{key} never comes to {target}")

    def pick(self, dropdown: Locator, option: str) -> None:
        """Choose an option of the dropdown that has the focus, with the arrow keys."""
        wanted = dropdown.evaluate("(e, v) => [...e.options].findIndex(o => o.value === v)", option)
        steps = wanted - dropdown.evaluate("e => e.selectedIndex")
        for _ in range(abs(steps)):
            self.press("ArrowDown" if steps > 0 else "ArrowUp")
        expect(dropdown).to_have_value(option)

    def act(self, player: Player, step: str, items: list[str], choice: str) -> None:
        """Work through the form in its Tab order: dropdown, fields, button."""
        expect(player.action).to_be_focused()
        self.pick(player.action, player.title(step))
        if items:
            expect(player.tick(items[0])).to_be_visible()
        if choice:
            expect(player.choice).to_be_visible()
            self.tab_to(player.choice)
            self.pick(player.choice, player.option(choice))
        for item in sorted(items, key=player.place):
            self.tab_to(player.tick(item))
            # Where there is but one thing to do, it is ticked already.
            if not player.tick(item).is_checked():
                self.press("Space")
        self.tab_to(player.button)
        self.press("Enter")
        # Ready for the next act without looking for the form again.
        expect(player.action).to_be_focused()


MOUSE_COUNTER = """
window.mouse = 0;
for (const kind of ["mousedown", "mousemove", "pointerdown", "wheel"])
  addEventListener(kind, () => window.mouse++, true);
"""


def test_a_case_by_keyboard_alone_in_english(open_notebook: Open) -> None:
    notebook = open_notebook(
        "keys",
        SWITCH,
        "ck.play('keys', scenario='pump_maker', guided=True)",
    )
    page, player = notebook.page, notebook.player()
    player.language = EN
    keys = Keys(page)
    page.evaluate(MOUSE_COUNTER)

    keys.press("Control+Enter")
    switch = page.get_by_label("语言 Language")
    expect(switch).to_be_visible()
    keys.tab_to(switch)
    keys.pick(switch, EN)
    keys.tab_to(notebook.cells.first, key="Shift+Tab")
    keys.press("ArrowDown")
    keys.press("Control+Enter")
    expect(player.ticks.first).to_be_visible()
    keys.tab_to(player.action)
    for step, items, choice in OPENING + MIDDLE + END:
        keys.act(player, step, items, choice)

    expect(player.debrief.locator(".ck-total")).to_have_text("Score: 100 of 100")
    assert page.evaluate("window.mouse") == 0
    assert notebook.errors == []


def test_an_act_refused_leaves_focus_and_fields_as_they_were(open_notebook: Open) -> None:
    notebook = open_notebook("refused", SWITCH, "ck.play('refused', scenario='pump_maker')")
    notebook.run_all()
    player, keys = notebook.player(), Keys(notebook.page)
    player.action.focus()
    keys.pick(player.action, player.title("judge_preliminary"))
    expect(player.choice).to_be_visible()
    keys.tab_to(player.choice)
    keys.pick(player.choice, player.option("fraud"))
    keys.tab_to(player.text)
    notebook.page.keyboard.type("太躲闪")
    keys.tab_to(player.button)

    with player.told():
        keys.press("Enter")

    teaching = "“初步判断”要在“记录内部询问”之后。"
    expect(player.result).to_contain_text(teaching)
    expect(player.live_region).to_contain_text(teaching)
    expect(player.button).to_be_focused()
    expect(player.action).to_have_value(player.title("judge_preliminary"))
    expect(player.choice).to_have_value(player.option("fraud"))
    expect(player.text).to_have_value("太躲闪")
    # The same words again are read out again.
    with player.told():
        keys.press("Enter")
    notebook.keep_pictures("alone-refused")
    expect(player.text).to_have_value("太躲闪")


def test_keys_typed_in_the_form_do_nothing_to_the_notebook(open_notebook: Open) -> None:
    notebook = open_notebook(
        "typing", SWITCH, "ck.play('typing', scenario='pump_maker', guided=True)"
    )
    notebook.run_all()
    player = notebook.player()
    keys = Keys(notebook.page)
    count = notebook.cells.count()

    for field in (player.ticks.first, player.button, player.action):
        field.focus()
        for key in ("a", "b", "d", "d", "x", "ArrowUp", "ArrowDown", "Enter"):
            keys.press(key)
            expect(field).to_be_focused()
        assert notebook.cells.count() == count
        expect(notebook.page.locator("#jp-main-statusbar")).to_contain_text("Mode: Command")


def test_from_the_debrief_back_to_a_judgement_and_on(open_notebook: Open) -> None:
    notebook = open_notebook(
        "back",
        SWITCH,
        WORKED.format(name="back", first="fraud"),
        "ck.play('back', scenario='pump_maker', guided=True)",
    )
    notebook.run_all()
    player = notebook.player()
    total = player.debrief.locator(".ck-total")
    expect(total).not_to_have_text("总分 100 / 100")

    player.action.select_option(player.title("act_back"))
    player.choice.select_option(index=1)
    notebook.keep_pictures("going-back", of=player.box)
    player.submit()
    expect(player.debrief).to_be_hidden()
    for step, items, choice in MIDDLE + END:
        player.act(step, tick=items, choose=choice)

    expect(total).to_have_text("总分 100 / 100")
    notebook.keep_pictures("gone-back", of=player.debrief)
    assert notebook.errors == []
