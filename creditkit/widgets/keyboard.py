"""What ipywidgets lacks for keyboards and screen readers, in one small widget without a look."""

from typing import Any

import anywidget
import traitlets

# JupyterLab takes single keys pressed in an output for its own commands: in a dropdown `d d` would
# delete the cell. It leaves an element alone that carries this attribute when the key arrives, so
# the attribute is set before JupyterLab sees the key (window comes before document). Keys with
# Ctrl, Alt or Cmd go through: saving the notebook still works.
_ESM = """
export default {
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

    def say(self, message: str, lang: str) -> None:
        """Have `message` read out; the same words twice are read twice."""
        self.lang = "zh-CN" if lang == "zh" else "en"
        # A live region stays silent when its text does not change.
        self.message = message + ("\u200b" if message == self.message else "")
