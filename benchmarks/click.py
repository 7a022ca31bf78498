"""From a click to the changed page: the player's Submit beside a bare ipywidgets button."""

import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.desk import Notebook, Player, code_notebook, launch, running_lab

CLICKS = 50
BARE = """
import ipywidgets as w
button, label = w.Button(description="bare"), w.Label("0")
button.add_class("bare-button"); label.add_class("bare-label")
def clicked(_): label.value = str(int(label.value) + 1)
button.on_click(clicked)
w.VBox([button, label])
"""
# Timed inside the page, from the click to the first change of the watched part.
CLICK = """
([button, watched]) => new Promise(done => {
  const target = document.querySelector(watched);
  const start = performance.now();
  const seen = new MutationObserver(() => { seen.disconnect(); done(performance.now() - start); });
  seen.observe(target, {subtree: true, childList: true, characterData: true});
  document.querySelector(button).click();
})
"""
PLAYER = "import creditkit as ck\nck.play('clicks', scenario='pump_maker')"


def milliseconds(page: Page, button: str, watched: str) -> float:
    return float(page.evaluate(CLICK, [button, watched]))


def medians(page: Page, player: Player) -> tuple[float, float]:
    """Medians of both, clicked in turn, so that a slow moment falls on both."""
    bare, ours = [], []
    for n in range(CLICKS):
        bare.append(milliseconds(page, ".bare-button", ".bare-label"))
        # A note is always possible and changes the case file on the page.
        player.action.select_option(player.title("act_note"))
        player.text.fill(f"note {n}")
        player.text.blur()
        ours.append(milliseconds(page, ".ck-submit", ".ck-right"))
        expect(player.action).to_be_focused()
    return statistics.median(bare), statistics.median(ours)


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as home,
        sync_playwright() as playwright,
        running_lab(Path(home)) as lab,
    ):
        browser = launch(playwright)
        page = browser.new_page(viewport={"width": 1400, "height": 1600})
        notebook = Notebook(lab, page, code_notebook(lab.notebooks, "clicks", BARE, PLAYER))
        notebook.run_all()
        bare, ours = medians(page, notebook.player())
        browser.close()
    print(f"median of {CLICKS} clicks, ms from click to changed page")
    print(f"bare ipywidgets button {bare:8.1f}")
    print(f"player, Submit         {ours:8.1f}   {ours - bare:+.1f} ms")


if __name__ == "__main__":
    main()
