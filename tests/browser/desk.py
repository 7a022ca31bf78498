"""What a student has before him: JupyterLab, a notebook open in it, a player in the notebook."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, Playwright, expect

from creditkit.content.library import procedure
from creditkit.text import Text, phrases

ARTEFACTS = Path(__file__).parent.parent / "artefacts"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WANTED = (
    "The browser tests want: chromium. Install it (Debian, Ubuntu: sudo apt install chromium), "
    "or set CREDITKIT_BROWSER to a Chromium or Chrome."
)
# The last two keep a headless browser on a small or shared machine from giving up.
_CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
REFUSAL = procedure("refusal")
SWITCH = "import creditkit as ck\nck.language_switch()"
ZH, EN = "中文", "English"
_ADDRESS = re.compile(r"^ {4}(http\S+?)/lab\S*token=(\w+)$", re.MULTILINE)
LANG = {ZH: "zh-CN", EN: "en"}

expect.set_options(timeout=20_000)


def chromium() -> str | None:
    """The browser to use: `CREDITKIT_BROWSER`, else the first found of `BROWSERS`."""
    asked = os.environ.get("CREDITKIT_BROWSER")
    return shutil.which(asked) if asked else next(filter(None, map(shutil.which, BROWSERS)), None)


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=chromium(), args=_CHROMIUM)


def barriers(page: Page, *within: str) -> list[str]:
    """What axe-core finds in the way of readers: rule, place and reason, one each.

    Args:
        within: the parts of the page to look at, as CSS selectors; all of it when none are given.
    """
    context = {"include": [[part] for part in within]} if within else None
    found = Axe().run(page, context).response["violations"]
    return [
        f"{rule['id']} ({rule['impact']}) {node['target']}: "
        + "; ".join(check["message"] for check in (*node["any"], *node["all"], *node["none"]))
        for rule in found
        for node in rule["nodes"]
    ]


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab."""

    address: str
    token: str
    notebooks: Path
    home: Path

    def api(self, path: str, method: str = "GET") -> Any:
        allowed = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(
            f"{self.address}/api/{path}", method=method, headers=allowed
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or "null")

    def shut_down_kernels(self, notebook: str | None = None) -> None:
        for session in self.api("sessions"):
            if notebook in (None, session["path"]):
                self.api(f"sessions/{session['id']}", "DELETE")

    def journal(self, case: str) -> list[dict[str, Any]]:
        """The acts of a case that are on disk."""
        text = (self.home / "cases" / f"{case}.jsonl").read_text("ascii")
        return [json.loads(line) for line in text.splitlines()][1:]


@contextmanager
def running_lab(folder: Path) -> Iterator[Lab]:
    """JupyterLab as `creditkit lab` starts it, with a home and a copy of the course of its own."""
    home = folder / "home"
    home.mkdir()
    env = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "CREDITKIT"))}
    env |= {"HOME": str(home), "USERPROFILE": str(home), "CREDITKIT_HOME": str(home)}
    command = [sys.executable, "-m", "creditkit", "lab", str(folder / "course"), "--no-browser"]
    log = folder / "lab.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=env, stdout=out, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + 60
        # The address stands alone on its line, once, when the server answers there.
        while not (found := _ADDRESS.search(log.read_text("utf-8"))):
            assert process.poll() is None and time.monotonic() < until, log.read_text("utf-8")
            time.sleep(0.05)
        lab = Lab(found[1], found[2], folder / "course" / "notebooks", home)
        yield lab
        lab.shut_down_kernels()
    finally:
        process.terminate()
        process.wait(30)


@dataclass
class Notebook:
    """A notebook open in a tab of the browser."""

    lab: Lab
    page: Page
    path: str
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        def complain(message: Any) -> None:
            if message.type == "error":
                self.errors.append(message.text)

        self.page.on("console", complain)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.open()

    def open(self) -> None:
        # A workspace of its own: JupyterLab would else bring back the tabs of an earlier test.
        tab = f"lab/workspaces/{Path(self.path).stem}/tree/{self.path}"
        self.page.goto(f"{self.lab.address}/{tab}?token={self.lab.token}")
        expect(self.cells.first).to_be_visible(timeout=60_000)
        # Nothing can be run before the kernel has answered.
        self.settle(timeout=60_000)

    @property
    def cells(self) -> Locator:
        return self.page.locator(".jp-Notebook .jp-Cell")

    def settle(self, timeout: float | None = None) -> None:
        """Wait until the kernel has nothing left to do."""
        status = self.page.locator("#jp-main-statusbar")
        expect(status).to_contain_text("| Idle", timeout=timeout)

    def menu(self, *entries: str) -> None:
        """Click through the menu bar."""
        bar = self.page.get_by_role("menubar").first
        bar.get_by_role("menuitem", name=entries[0], exact=True).click()
        for entry in entries[1:]:
            self.page.locator(".lm-Menu").get_by_text(entry, exact=True).click()

    def run_all(self) -> None:
        self.menu("Run", "Run All Cells")
        expect(self.page.locator(".ck-player").last).to_be_visible(timeout=60_000)
        self.settle(timeout=60_000)

    def player(self, number: int = 0) -> "Player":
        """A player in the notebook, counted from the top."""
        return Player(self.page, self.page.locator(".ck-player").nth(number))

    def switch_to(self, language: str) -> None:
        self.page.get_by_label("语言 Language").first.select_option(language)
        for head in self.page.locator(".ck-player .ck-head").all():
            expect(head).to_have_attribute("lang", LANG[language])
        self.settle()

    def keep_pictures(self, name: str, of: Locator | None = None, only: str | None = None) -> None:
        """Keep screenshots in both languages, then go back to the present one; or in one only."""
        shown = self.page.locator(".ck-player .ck-head").first.get_attribute("lang")
        size = self.page.viewport_size or {"width": 0, "height": 0}
        both = (EN, ZH) if shown == LANG[ZH] else (ZH, EN)
        for language in both if only is None else (only,):
            self.switch_to(language)
            if of is not None and (box := of.bounding_box()):
                # JupyterLab scrolls inside the page: only what is in the window gets photographed.
                self.page.set_viewport_size({**size, "height": int(box["height"]) + 300})
            ARTEFACTS.mkdir(exist_ok=True)
            path = ARTEFACTS / f"{name}.{LANG[language][:2]}.png"
            (of or self.page).screenshot(path=path, animations="disabled")
        if of is not None:
            self.page.set_viewport_size(size)

    def kill_kernel(self) -> None:
        """Kill the process whose number a cell wrote to `kernel.pid`, without warning."""
        os.kill(int((self.lab.notebooks / "kernel.pid").read_text("ascii")), signal.SIGKILL)


@dataclass
class Player:
    """A case player on the page. Steps, items and choices go by their ids in the procedure."""

    page: Page
    box: Locator
    language: str = ZH

    @property
    def action(self) -> Locator:
        return self.box.locator(".ck-form select").first

    @property
    def choice(self) -> Locator:
        return self.box.locator(".ck-form select").nth(1)

    @property
    def ticks(self) -> Locator:
        return self.box.locator(".ck-form input[type=checkbox]:visible")

    @property
    def text(self) -> Locator:
        return self.box.locator(".ck-form textarea:visible")

    @property
    def button(self) -> Locator:
        return self.box.locator("button.ck-submit")

    @property
    def result(self) -> Locator:
        return self.box.locator(".ck-result")

    @property
    def live_region(self) -> Locator:
        return self.box.get_by_role("status")

    @property
    def file(self) -> Locator:
        return self.box.locator(".ck-file")

    @property
    def debrief(self) -> Locator:
        return self.box.locator(".ck-debrief")

    def words(self, text: Text) -> str:
        return text.in_("zh" if self.language == ZH else "en")

    def title(self, step_id: str) -> str:
        """How the dropdown calls a step or one of the acts beside the procedure."""
        if step_id.startswith("act_"):
            return self.words(phrases("player")(step_id))
        return self.words(REFUSAL.step(step_id).title)

    def option(self, option_id: str) -> str:
        options = (o for options in REFUSAL.lists.values() for o in options)
        return self.words(next(o.title for o in options if o.id == option_id))

    def tick(self, item_id: str) -> Locator:
        """The checkbox of an item, whether it stands there as a question or as a title."""
        item = next(i for s in REFUSAL.steps for i in s.items if i.id == item_id)
        names = "|".join(re.escape(self.words(t)) for t in (item.ask, item.title) if t)
        return self.box.get_by_role("checkbox", name=re.compile(f"^({names})"))

    def place(self, item_id: str) -> int:
        """Where the form has the item."""
        return [i.id for s in REFUSAL.steps for i in s.items].index(item_id)

    def fill_in(self, step_id: str, *, tick: Sequence[str] = (), choose: str = "") -> None:
        self.action.select_option(self.title(step_id))
        for item_id in tick:
            self.tick(item_id).check()
        if choose:
            self.choice.select_option(self.option(choose))

    def submit(self) -> None:
        """Press the button; done when the dropdown has the focus again for the next act."""
        self.button.click()
        expect(self.action).to_be_focused()

    def act(self, step_id: str, *, tick: Sequence[str] = (), choose: str = "") -> None:
        self.fill_in(step_id, tick=tick, choose=choose)
        self.submit()

    def submit_in_vain(self) -> None:
        """Press the button for an act that is refused; done when that is told."""
        with self.told():
            self.button.click()
        expect(self.result).to_have_class(re.compile("ck-refused"))

    @contextmanager
    def told(self) -> Iterator[None]:
        """Wait until something new was said to screen readers."""
        before = self.live_region.text_content()
        yield
        self.page.wait_for_function(
            "([region, before]) => region.textContent !== before",
            arg=[self.live_region.element_handle(), before],
        )


def code_notebook(folder: Path, name: str, *cells: str) -> str:
    """Write a notebook; sources that begin with `#` or `<` become Markdown cells."""
    notebook = nbformat.v4.new_notebook(metadata=_KERNEL)
    for source in cells:
        make = nbformat.v4.new_markdown_cell if source[0] in "#<" else nbformat.v4.new_code_cell
        notebook.cells.append(make(source))
    nbformat.write(notebook, folder / f"{name}.ipynb")
    return f"{name}.ipynb"


_KERNEL: Mapping[str, Any] = {
    "kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
}
