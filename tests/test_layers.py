"""Imports point down only, and `import creditkit` stays light."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import creditkit

PACKAGE = Path(creditkit.__file__).parent
LAYERS = [
    {"text"},
    {"content"},
    {"casework", "checklists"},
    {"analysis", "teaching"},
    {"fonts", "plots"},
    {"reporting"},
    {"widgets"},
    {"installation", "lab", "commands", "cli", "__main__"},
]
LEVEL = {part: level for level, parts in enumerate(LAYERS) for part in parts}
HEAVY = ["pandas", "matplotlib", "ipywidgets", "pydantic", "yaml", "numpy", "IPython"]

MODULES = sorted(p for p in PACKAGE.rglob("*.py") if p != PACKAGE / "__init__.py")


def part_of(module: str) -> str | None:
    """The part of creditkit that a dotted name belongs to; None outside creditkit."""
    first, _, rest = module.partition(".")
    return rest.split(".")[0] if first == "creditkit" and rest else None


def imported(source: str, package: str) -> Iterator[str]:
    """Dotted names of the modules that a source imports, anywhere in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base]).rstrip(".")
            if base == "creditkit":
                # `from creditkit import Case` reaches for wherever Case is at home.
                homes = creditkit._HOME
                yield from (f"creditkit.{homes.get(a.name, a.name)}" for a in node.names)
            else:
                yield base


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    names = path.relative_to(PACKAGE).with_suffix("").parts
    assert names[0] in LEVEL, f"give creditkit.{names[0]} a layer"
    package = ".".join(["creditkit", *names[:-1]])
    for module in imported(path.read_text("utf-8"), package):
        part = part_of(module)
        if part is None or part.startswith("__"):
            continue
        assert part in LEVEL, f"{'.'.join(names)} imports {module}, which has no layer"
        assert LEVEL[part] <= LEVEL[names[0]], f"{'.'.join(names)} imports {module}, a layer above"


def test_an_upward_import_is_seen() -> None:
    source = (
        "from creditkit.widgets.player import Player\nfrom ..widgets import player\n"
        "from creditkit import Player\nimport creditkit.cli"
    )
    parts = [part_of(m) for m in imported(source, "creditkit.content")]
    assert parts == ["widgets", "widgets", "widgets", "cli"]


@pytest.mark.parametrize(
    ("module", "light"),
    [
        ("creditkit", HEAVY),
        ("creditkit.text", HEAVY),
        ("creditkit.cli", HEAVY),
        ("creditkit.fonts", HEAVY),
        ("creditkit.casework.case", ["pandas", "matplotlib", "ipywidgets"]),
    ],
)
def test_import_stays_light(module: str, light: list[str]) -> None:
    code = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(light) & set(json.loads(run.stdout))
