"""Run the notebooks from top to bottom and store their outputs: `make notebooks`.

Widgets are stored as the text beside them: a saved widget could not run without its kernel, and
JupyterLab would show an error in its place.
"""

import os
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
WIDGET = "application/vnd.jupyter.widget-view+json"


def store_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook, kernel_name="python3", store_widget_state=False, record_timing=False
    ).execute(cwd=str(path.parent))
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
    notebook.metadata["language_info"] = {"name": "python"}
    nbformat.write(notebook, path)


def main() -> None:
    os.environ.pop("CREDITKIT_LANG", None)
    for path in sorted(NOTEBOOKS.rglob("*.ipynb")):
        if ".ipynb_checkpoints" in path.parts:
            continue
        with tempfile.TemporaryDirectory() as home:
            os.environ["CREDITKIT_HOME"] = home
            store_outputs(path)
        print(path.relative_to(NOTEBOOKS))


if __name__ == "__main__":
    main()
