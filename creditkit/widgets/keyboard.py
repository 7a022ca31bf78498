"""What ipywidgets lacks for keyboards and screen readers, in one small widget without a look."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import anywidget
import ipywidgets as w
import traitlets

# How long a page may be silent, while the kernel has nothing to do, before it is given up; and how
# late a clock that ticks in between may be before the kernel counts as busy.
ECHO_SECONDS, TICK_SECONDS, LATE_SECONDS = 3.0, 0.1, 0.05

# JupyterLab takes single keys pressed in an output for its own commands: in a dropdown `d d` would
# delete the cell. It leaves an element alone that carries this attribute when the key arrives, so
# the attribute is set before JupyterLab sees the key (window comes before document). Keys with
# Ctrl, Alt or Cmd go through: saving the notebook still works.
#
# The echo lets a submission wait for what was filled in. While the kernel is busy, ipywidgets holds
# changes of a field back and sends them later; a click it sends at once, so that it can overtake
# them. Whatever was held back leaves before the echo does, since it was waiting for less.
_ESM = """
export default {
  initialize({ model }) {
    model.on("msg:custom", (message) => model.send(message));
  },
  render({ model, el }) {
    const region = document.createElement("div");
    region.className = "ck-hidden";
    region.setAttribute("role", "status");
    region.setAttribute("aria-live", "polite");
    el.append(region);
    model.on("change:message", () => {
      region.lang = model.get("lang");
      region.textContent = model.get("message");
    });
    const guard = (event) => {
      if (event.target.closest?.(".ck-keyboard, .ck")) {
        const command = event.ctrlKey || event.altKey || event.metaKey;
        event.target.toggleAttribute("data-lm-suppress-shortcuts", !command);
      }
    };
    window.addEventListener("keydown", guard, true);
    return () => window.removeEventListener("keydown", guard, true);
  },
};
"""


class Keyboard(anywidget.AnyWidget):  # type: ignore[misc]
    """Keeps JupyterLab's one-key commands out of every view of ours on the page and out of widgets
    with the class `ck-keyboard`; reads `message` to a screen reader whenever it changes."""

    _esm = _ESM
    message = traitlets.Unicode("").tag(sync=True)
    lang = traitlets.Unicode("zh-CN").tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self._waiting: dict[int, Callable[[], object]] = {}
        self._asked = 0
        self.on_msg(self._echoed)

    def when_filled_in(self, act: Callable[[], object]) -> None:
        """Call `act` once all that was filled in on the page has arrived."""
        self._asked += 1
        n = self._asked
        self._waiting[n] = act
        self.send({"echo": n})
        with suppress(RuntimeError):
            self._give_up_on(n, ECHO_SECONDS, asyncio.get_running_loop())

    def _give_up_on(self, n: int, left: float, loop: asyncio.AbstractEventLoop) -> None:
        """Go on without the echo once the page was silent for long: a page that does not answer
        must not keep a student from submitting. What is still being worked off is no silence."""
        due = loop.time() + TICK_SECONDS

        def tick() -> None:
            if left <= 0:
                self._go_on(n)
            elif n in self._waiting:
                idle = TICK_SECONDS if loop.time() < due + LATE_SECONDS else 0
                self._give_up_on(n, left - idle, loop)

        loop.call_later(TICK_SECONDS, tick)

    def _echoed(self, _: Any, content: Any, __: Any) -> None:
        if isinstance(content, dict) and isinstance(n := content.get("echo"), int):
            self._go_on(n)

    def _go_on(self, n: int) -> None:
        act = self._waiting.pop(n, None)
        if act is not None:
            act()

    def say(self, message: str, lang: str) -> None:
        """Have `message` read out; the same words twice are read twice."""
        self.lang = "zh-CN" if lang == "zh" else "en"
        # A live region stays silent when its text does not change.
        self.message = message + ("\u200b" if message == self.message else "")


class Submit(w.Button):
    """A button whose click counts once all that was filled in has arrived."""

    def __init__(self, keyboard: Keyboard) -> None:
        super().__init__()
        self._keyboard = keyboard
        self.add_class("ck-submit")

    def _handle_button_msg(self, _: Any, content: Any, __: Any) -> None:
        if content.get("event") == "click":
            self._keyboard.when_filled_in(self.click)
