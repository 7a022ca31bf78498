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
    notebook.keep_pictures("guided-2-judging")
    for step, items, choice in MIDDLE:
        player.act(step, tick=items, choose=choice)
    notebook.keep_pictures("guided-3-deciding")
    for step, items, choice in END:
        player.act(step, tick=items, choose=choice)

    expect(player.debrief.locator(".ck-total")).to_have_text("总分 100 / 100")
    notebook.keep_pictures("guided-4-debrief", of=player.box)
    assert notebook.errors == []


class Keys:
    """The keyboard, and nothing else."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.press = page.keyboard.press

    def tab_to(self, target: Locator) -> None:
        for _ in range(40):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.press("Tab")
        raise AssertionError(f"Tab never comes to {target}")

    def pick(self, dropdown: Locator, option: str) -> None:
        """Choose an option of the dropdown that has the focus, with the arrow keys."""
        chosen = "select => select.selectedOptions[0].label"
        options = dropdown.locator("option").all_text_contents()
        steps = options.index(option) - options.index(dropdown.evaluate(chosen))
        for _ in range(abs(steps)):
            self.press("ArrowDown" if steps > 0 else "ArrowUp")
        assert dropdown.evaluate(chosen) == option

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
        SWITCH + "; ck.set_language('en')",
        "ck.play('keys', scenario='pump_maker', guided=True)",
    )
    notebook.page.evaluate(MOUSE_COUNTER)
    keys = Keys(notebook.page)
    player = notebook.player()
    player.language = EN

    for key in ("Escape", "Control+Enter", "ArrowDown", "Control+Enter"):
        keys.press(key)
    expect(player.ticks.first).to_be_visible()
    keys.tab_to(player.action)
    for step, items, choice in OPENING + MIDDLE:
        keys.act(player, step, items, choice)
    cut = notebook.page.locator(".jp-Notebook").screenshot()
    for step, items, choice in END:
        keys.act(player, step, items, choice)

    expect(player.debrief.locator(".ck-total")).to_have_text("Score: 100 of 100")
    assert cut and notebook.page.evaluate("window.mouse") == 0
    assert notebook.errors == []


def test_keys_typed_in_the_form_do_nothing_to_the_notebook(open_notebook: Open) -> None:
    notebook = open_notebook(
        "typing", SWITCH, "ck.play('typing', scenario='pump_maker', guided=True)"
    )
    notebook.run_all()
    player = notebook.player()
    keys = Keys(notebook.page)
    count = notebook.cells.count()

    for field in (player.action, player.ticks.first, player.button):
        field.focus()
        for key in ("a", "b", "d", "d", "x", "ArrowUp", "ArrowDown", "Enter"):
            keys.press(key)
        assert notebook.cells.count() == count
        assert field.evaluate("e => document.activeElement === e") or field == player.button
        expect(notebook.page.locator("#jp-main-statusbar")).to_contain_text("Mode: Command")


def test_an_act_out_of_order_is_refused_and_teaches(open_notebook: Open) -> None:
    notebook = open_notebook("order", SWITCH, "ck.play('order', scenario='pump_maker')")
    notebook.run_all()
    player = notebook.player()
    teaching = "“内部询问”要在" if False else "之后。现在该做的是："

    player.fill_in("judge_preliminary", choose="fraud")
    keys = Keys(notebook.page)
    keys.tab_to(player.button)
    player.submit_in_vain()

    expect(player.result).to_contain_text(teaching)
    expect(player.live_region).to_contain_text(teaching)
    expect(player.button).to_be_focused()
    expect(player.action).to_have_value(player.title("judge_preliminary"))
    expect(player.choice).to_have_value(player.option("fraud"))
    notebook.keep_pictures("alone-refused")
    expect(player.choice).to_have_value(player.option("fraud"))


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
