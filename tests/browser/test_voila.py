"""A case shown without code: the notebook as a page made by Voila, worked in both languages."""

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from creditkit.text import phrases
from tests.browser.desk import ARTEFACTS, EN, LANG, ZH, Player, free_port

pytest.importorskip("voila", reason="the extra `workshop` is not installed")
pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"


@contextmanager
def shown(notebook: str, home: Path) -> Iterator[str]:
    """Voila on one notebook; the address of its page."""
    port = free_port()
    env = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "CREDITKIT"))}
    # The page of this checkout, whatever is installed.
    pages = home / "share" / "voila" / "templates" / "creditkit"
    shutil.copytree(ROOT / "lab" / "voila", pages)
    env |= {"HOME": str(home), "CREDITKIT_HOME": str(home), "JUPYTER_PATH": str(home / "share")}
    command = [sys.executable, "-m", "voila", str(NOTEBOOKS / notebook), "--no-browser",
               f"--port={port}", "--Voila.ip=127.0.0.1"]  # fmt: skip
    log = home / "voila.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=env, stdout=out, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}/"
    try:
        until = time.monotonic() + 60
        while not answers(f"{address}voila/static/voila.js"):
            assert process.poll() is None and time.monotonic() < until, log.read_text("utf-8")
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def test_a_case_is_worked_in_both_languages_and_no_code_is_seen(
    browser: Browser, tmp_path: Path
) -> None:
    errors: list[str] = []
    elsewhere: list[str] = []
    with shown("trainer/show_a_case.ipynb", tmp_path) as address:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda request: elsewhere.append(request.url))
        page.goto(address)
        expect(page.locator(".ck-player .ck-head")).to_be_visible(timeout=60_000)
        player = Player(page, page.locator(".ck-player"))
        player.act("ask_inside", tick=["attitude", "reason"])
        expect(player.file).to_contain_text("挺客气的")

        page.get_by_label("语言 Language").select_option(EN)
        expect(player.box.locator(".ck-head")).to_have_attribute("lang", LANG[EN])
        expect(page.get_by_text("Work it together")).to_be_visible()
        expect(page.get_by_text("全班一起办")).to_be_hidden()
        player.language = EN
        player.act("record_inside", tick=["attitude", "reason"])
        expect(player.file).to_contain_text("on record")
        for language in (EN, ZH):
            page.get_by_label("语言 Language").select_option(language)
            expect(player.box.locator(".ck-head")).to_have_attribute("lang", LANG[language])
            label = phrases("player")("your_words").in_(LANG[language][:2])
            expect(player.box.locator(".ck-form")).to_contain_text(label)
            seen = page.locator("body").inner_text()
            assert "import creditkit" not in seen and "ck.Player" not in seen
            ARTEFACTS.mkdir(exist_ok=True)
            page.screenshot(path=ARTEFACTS / f"voila.{LANG[language][:2]}.png")
        # JupyterLab's one-key commands are not here; a screen reader still hears what came of it.
        expect(player.live_region).not_to_have_text("")
        page.close()
    assert not errors
    # Where the internet is slow or cut off, nothing waits for it.
    assert [url for url in elsewhere if url.startswith("http") and "//127.0.0.1:" not in url] == []
