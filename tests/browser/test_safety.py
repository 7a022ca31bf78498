"""Nothing is lost: killed kernels, two notebooks on one case, hostile input; and how it looks."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.desk import ARTEFACTS, EN, SWITCH

pytestmark = pytest.mark.browser

HOSTILE = (
    "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'> "
    "=1+1 😀 \u202eright to left مرحبا " + "长" * 100_000
)


def test_a_case_goes_on_where_a_killed_kernel_left_it(open_notebook: Open) -> None:
    notebook = open_notebook(
        "killed",
        SWITCH,
        "import os, pathlib\npathlib.Path('kernel.pid').write_text(str(os.getpid()));",
        "ck.play('killed', scenario='pump_maker', guided=True)",
    )
    notebook.run_all()
    player = notebook.player()
    player.act("ask_inside", tick=["attitude", "position"])
    player.act("record_inside", tick=["attitude"])
    before = notebook.lab.journal("killed")

    notebook.kill_kernel()
    notebook.lab.shut_down_kernels(notebook.path)
    notebook.open()
    notebook.run_all()

    player = notebook.player()
    assert notebook.lab.journal("killed") == before
    expect(player.file).to_contain_text("挺客气的，一直说抱歉")
    expect(player.file).to_contain_text("已记录")
    expect(player.action).to_have_value(player.title("record_inside"))
    player.act("record_inside", tick=["position"])
    assert len(notebook.lab.journal("killed")) == len(before) + 1


def test_what_is_filled_in_comes_by_one_way_in_its_order(open_notebook: Open) -> None:
    # In threads of a kernel beside each other, a click overtakes the fields it was to submit.
    notebook = open_notebook(
        "threads",
        SWITCH,
        "import threading, ipywidgets as w\n"
        "def told(_): out.value += f'{threading.current_thread().name} '",
        "field, out = w.Text(), w.HTML()\nfield.observe(told, 'value')\n"
        "(box := w.VBox([field, out])).add_class('ck-player')\nbox",
    )
    notebook.run_all()
    box = notebook.page.locator(".ck-player").last
    for n in range(1, 6):
        box.locator("input").fill(str(n))
        expect(box).to_contain_text("MainThread " * n)


def test_a_second_notebook_is_told_and_may_read(open_notebook: Open) -> None:
    play = "ck.play('shared', scenario='pump_maker', guided=True)"
    first = open_notebook("first", SWITCH, play)
    first.run_all()
    first.player().act("ask_inside", tick=["reason"])

    second = open_notebook("second", SWITCH, play)
    second.run_all()

    told = second.page.locator(".ck-refused").first
    expect(told).to_contain_text("正在另一个笔记本或程序里打开")
    expect(second.player().file).to_contain_text("太细了")
    expect(second.player().button).to_be_hidden()
    second.page.screenshot(path=ARTEFACTS / "second-notebook.zh.png")

    first.lab.shut_down_kernels(first.path)
    second.page.get_by_role("button", name="再试一次").click()

    expect(second.player().button).to_be_visible()
    second.player().act("ask_inside", tick=["attitude"])


def test_hostile_text_is_shown_and_kept_and_never_run(open_notebook: Open) -> None:
    notebook = open_notebook(
        "hostile",
        SWITCH,
        "ck.play('hostile', procedure='refusal', customer='<script>window.hacked=1</script>',\n"
        "        given={'customer': 'new'})",
    )
    notebook.run_all()
    player = notebook.player()
    expect(player.box.locator(".ck-head")).to_contain_text("<script>")

    player.action.select_option(player.title("ask_inside"))
    player.choice.select_option(index=1)
    player.text.fill(HOSTILE)
    player.submit()

    assert notebook.page.evaluate("window.hacked") is None
    assert notebook.lab.journal("hostile")[0]["answers"] == {"attitude": HOSTILE}
    expect(player.file).to_contain_text("<script>window.hacked")
    expect(player.file).to_contain_text("全文见导出的案例记录")
    with notebook.page.expect_download() as got:
        player.box.get_by_role("link", name="CSV").click()
    assert "长" * 100_000 in got.value.path().read_text("utf-8-sig")
    notebook.page.screenshot(path=ARTEFACTS / "hostile.zh.png")


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (700, 900)])
def test_the_player_fits_a_projector_and_a_narrow_window(
    open_notebook: Open, width: int, height: int
) -> None:
    notebook = open_notebook(
        f"fits_{width}",
        SWITCH,
        "case = ck.Case.open('fits', scenario='squid_plant')\n"
        "case.ask('attitude', 'position', 'reason', 'explanation', 'assessment');",
        "ck.play('fits', scenario='squid_plant', guided=True)",
    )
    notebook.page.set_viewport_size({"width": width, "height": height})
    notebook.run_all()
    player = notebook.player()
    for language in (EN, "中文"):
        notebook.switch_to(language)
        overflow = "e => e.scrollWidth - e.clientWidth"
        assert player.box.evaluate(overflow) <= 1
        player.box.scroll_into_view_if_needed()
        notebook.page.screenshot(path=ARTEFACTS / f"fits-{width}.{language}.png")


def test_the_player_in_the_dark_theme(open_notebook: Open) -> None:
    notebook = open_notebook("dark", SWITCH, "ck.play('dark', scenario='pump_maker', guided=True)")
    notebook.run_all()
    notebook.player().act("ask_inside", tick=["attitude", "position"])
    light = notebook.player().box.evaluate("e => getComputedStyle(e).backgroundColor")

    notebook.menu("Settings")
    notebook.page.locator(".lm-Menu").get_by_text("Theme", exact=True).hover()
    notebook.page.locator(".lm-Menu").get_by_text("JupyterLab Dark", exact=True).click()
    expect(notebook.page.locator("body")).to_have_attribute("data-jp-theme-light", "false")

    dark = notebook.player().box.evaluate("e => getComputedStyle(e).backgroundColor")
    notebook.keep_pictures("dark", of=notebook.player().box)
    notebook.menu("Settings")
    notebook.page.locator(".lm-Menu").get_by_text("Theme", exact=True).hover()
    notebook.page.locator(".lm-Menu").get_by_text("JupyterLab Light", exact=True).click()
    expect(notebook.page.locator("body")).to_have_attribute("data-jp-theme-light", "true")
    assert light != dark


def test_every_control_in_view_has_a_name(open_notebook: Open) -> None:
    notebook = open_notebook(
        "names", SWITCH, "ck.play('names', scenario='pump_maker', guided=True)"
    )
    notebook.run_all()
    player = notebook.player()
    player.act("ask_inside", tick=["attitude", "position"])
    player.act("record_inside", tick=["attitude", "position"])

    controls = player.box.locator("select:visible, input:visible, textarea:visible, button:visible")
    assert controls.count() >= 6
    for control in controls.all():
        name = control.evaluate("e => (e.labels?.[0]?.innerText || e.innerText || '').trim()")
        assert name, control.evaluate("e => e.outerHTML")
