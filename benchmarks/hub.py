"""A class of 20 on a JupyterHub of this machine: how soon a click shows, and what a crash costs.

Each student has a server and a kernel. One works in a real page (Chromium), the others by the
messages a page would send. Think time is drawn anew before each act.
"""

import argparse
import asyncio
import os
import random
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.desk import Lab, Notebook, Player, code_notebook, launch
from tests.hub.hub import PASSWORD, Hub, Student, at_work, journal, lost, proxy, running_hub

PAGE = "import creditkit as ck\nck.play('class', scenario='pump_maker', guided=True)"
# Timed inside the page, from the click to the first change of the case file.
CLICK = """
() => new Promise(done => {
  const target = document.querySelector(".ck-right");
  const start = performance.now();
  const seen = new MutationObserver(() => { seen.disconnect(); done(performance.now() - start); });
  seen.observe(target, {subtree: true, childList: true, characterData: true});
  document.querySelector(".ck-submit").click();
})
"""


class Others(threading.Thread):
    """The students who work by messages, in a loop of their own beside the page."""

    def __init__(self, students: list[Student], pause: Callable[[], float]) -> None:
        super().__init__(daemon=True)
        self.students = students
        self.pause = pause
        self.ready, self.finish = threading.Event(), threading.Event()
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            asyncio.run(self._work())
        except BaseException as error:
            self.error = error
            self.ready.set()

    async def _work(self) -> None:
        await asyncio.gather(*(s.open_case() for s in self.students))
        async with at_work(self.students, self.pause):
            self.ready.set()
            while not self.finish.is_set():
                await asyncio.sleep(0.2)
        for student in self.students:
            await student.close()

    def acts(self) -> list[int]:
        return [len(s.confirmed) for s in self.students]

    def until_all_acted(self, since: list[int], patience: float = 180.0) -> float:
        """How long it takes until each student has done an act more."""
        began = time.monotonic()
        while any(now <= then for now, then in zip(self.acts(), since, strict=True)):
            if self.error is not None:
                raise self.error
            assert time.monotonic() - began < patience, self.acts()
            time.sleep(0.05)
        return time.monotonic() - began


def log_in(page: Page, hub: Hub, name: str) -> None:
    page.goto(f"{hub.address}/hub/login?next=%2Fhub%2Fhome")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/hub/home")


def click(player: Player, words: str) -> float:
    player.action.select_option(player.title("act_note"))
    player.text.fill(words)
    player.text.blur()
    took = float(player.page.evaluate(CLICK))
    # The form was drawn anew: the field of the note is gone.
    expect(player.text).to_be_hidden(timeout=60_000)
    return took


def memory() -> float:
    """Memory in use on this machine, in GB."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    found = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    return (found["MemTotal"] - found["MemAvailable"]) / 1024**2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=20)
    parser.add_argument("--clicks", type=int, default=40, help="clicks in the page")
    parser.add_argument("--think", type=float, default=4.0, help="mean seconds between acts")
    arguments = parser.parse_args()
    if proxy() is None:
        sys.exit("npm is missing: no proxy, no hub")
    names = [f"student{n:02}" for n in range(1, arguments.students + 1)]
    rng = random.Random(1)
    pause = lambda: rng.uniform(0.5, 1.5) * arguments.think  # noqa: E731
    rows: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory() as folder, running_hub(Path(folder), names) as hub:
        students = [Student(hub, name) for name in names]
        before = memory()
        began = time.monotonic()
        asyncio.run(_arrive(students))
        rows.append(("log-in and server ready, all, s", f"{time.monotonic() - began:.1f}"))
        others = Others(students[1:], pause)
        others.start()
        others.ready.wait()
        rows.append(("kernel with the case open, all, s", f"{time.monotonic() - began:.1f}"))

        with sync_playwright() as playwright:
            browser = launch(playwright)
            page = browser.new_page(viewport={"width": 1400, "height": 1600})
            log_in(page, hub, names[0])
            home = hub.home(names[0]) / "creditkit"
            lab = Lab(f"{hub.address}/user/{names[0]}", students[0].token, home / "notebooks", home)
            path = code_notebook(lab.notebooks, "page", PAGE)
            notebook = Notebook(lab, page, f"notebooks/{path}")
            notebook.run_all()
            player = notebook.player()
            rows.append(("memory taken by the class, GB", f"{memory() - before:.1f}"))
            for student in others.students:
                student.times.clear()
            clicks = []
            for n in range(arguments.clicks):
                time.sleep(pause() / 4)
                clicks.append(click(player, f"page note {n}"))
            rows += [
                ("click to changed page, real page, median ms", f"{statistics.median(clicks):.0f}"),
                ("  95th percentile, ms", f"{statistics.quantiles(clicks, n=20)[-1]:.0f}"),
            ]
            times = [t for s in others.students for t in s.times]
            rows += [
                ("act to answer, the others, median ms", f"{statistics.median(times):.0f}"),
                ("  95th percentile, ms", f"{statistics.quantiles(times, n=20)[-1]:.0f}"),
                ("  acts timed", f"{len(times)}"),
            ]

            hub.kill()
            without = others.until_all_acted(others.acts())
            told = [f"page note {n}" for n in range(len(clicks))]
            click(player, "page note while the hub is dead")
            told.append("page note while the hub is dead")
            rows.append(("hub killed: each act again while it is dead, s", f"{without:.1f}"))
            hub.start()
            again = others.until_all_acted(others.acts())
            rows.append(("hub started again: each act again, s", f"{again:.1f}"))
            victim = others.students[0]
            os.kill(victim.pid, signal.SIGKILL)
            resumed = victim.resumed
            began = time.monotonic()
            while victim.resumed == resumed and time.monotonic() - began < 120:
                time.sleep(0.05)
            others.until_all_acted(others.acts())
            rows.append(("kernel killed: case open again, s", f"{time.monotonic() - began:.1f}"))

            # The page finds its way back without being loaded again. JupyterLab may have told of
            # the lost connexion in a dialog.
            dialog = page.locator(".jp-Dialog")
            rows.append(("dialogs in the page after the crash", str(dialog.count())))
            if dialog.count():
                print(dialog.first.inner_text())
                dialog.first.get_by_role("button", name="Dismiss").click()
            told.append("page note after the hub came back")
            click(player, told[-1])
            others.finish.set()
            others.join()
            if others.error is not None:
                raise others.error
            on_disk = {line.get("text") for line in journal(hub, names[0])}
            confirmed = len(told) + sum(others.acts())
            gone = len([t for t in told if t not in on_disk]) + sum(
                len(lost(s)) for s in others.students
            )
            rows += [("acts confirmed", str(confirmed)), ("acts lost", str(gone))]
            browser.close()
    cores = len(os.sched_getaffinity(0))
    print(f"{len(names)} students, {cores} cores, think time about {arguments.think:g} s")
    for what, value in rows:
        print(f"{what:48} {value:>8}")


async def _arrive(students: list[Student]) -> None:
    await asyncio.gather(*(s.log_in() for s in students))
    await asyncio.gather(*(s.start_server() for s in students))


if __name__ == "__main__":
    main()
