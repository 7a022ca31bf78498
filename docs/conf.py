"""Settings of the documentation: `make docs`. What content and code already say is written anew
at each build into `docs/generated`, and the notebooks are taken in as they are stored."""

import argparse
import shutil
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

import creditkit  # noqa: E402
from creditkit import cli  # noqa: E402
from creditkit.content.library import glossary, refs, sections  # noqa: E402
from creditkit.text import set_language  # noqa: E402

project = "creditkit · 客户资信管理实训"
author = "the creditkit authors"
copyright = author
version = release = creditkit.__version__
language = "en"
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
]
nb_execution_mode = "off"
myst_heading_anchors = 3
exclude_patterns = ["_build"]
# Docstrings put code between single backticks.
default_role = "code"
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
# Kinds of output that say nothing without a kernel, or that a lexer does not know.
suppress_warnings = ["mystnb.unknown_mime_type", "misc.highlighting_failure"]
html_theme = "furo"
html_title = project
html_static_path = ["_static"]
html_css_files = ["creditkit.css"]
html_js_files = ["language.js"]
html_show_sphinx = False


def _write(name: str, *parts: str) -> None:
    path = HERE / "generated" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n\n".join(parts) + "\n", "utf-8")


def _commands() -> None:
    """The help of every command, in both languages, as the command itself prints it."""
    parts = ["# Commands · 命令"]
    for module in cli.COMMANDS:
        parts.append(f"## creditkit {module.NAME}")
        for lang in ("zh", "en"):
            set_language(lang)
            (commands,) = [
                a for a in cli._parser()._actions if isinstance(a, argparse._SubParsersAction)
            ]
            text = commands.choices[module.NAME].format_help()
            parts.append(f'<div lang="{lang}">\n\n```text\n{text}```\n\n</div>')
    set_language("en")
    _write("commands.md", *parts)


def _names() -> None:
    """Every public name, below the module that it lives in."""
    parts = [
        "# Public names",
        "All of these are names of `creditkit`, as in `import creditkit as ck`. "
        "Their examples are run as tests.",
    ]
    below: dict[str, list[str]] = {}
    for name in creditkit.__all__:
        below.setdefault(creditkit._HOME[name], []).append(name)
    for module, names in sorted(below.items()):
        parts.append(f"## {module}")
        about = (import_module(f"creditkit.{module}").__doc__ or "").strip().split("\n\n")[0]
        parts.append("```{eval-rst}\n" + about + "\n```")
        for name in sorted(names):
            value = getattr(creditkit, name)
            kind = "autoclass" if isinstance(value, type) else "autofunction"
            members = "\n   :members:" if kind == "autoclass" else ""
            lines = f".. py:currentmodule:: creditkit\n\n.. {kind}:: creditkit.{name}{members}"
            parts.append("```{eval-rst}\n" + lines + "\n```")
    _write("names.md", *parts)


def _cell(text: Any) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


def _glossary() -> None:
    rows = [
        f"| {_cell(t.zh)} | {_cell(t.en)} | {_cell(t.meaning_zh)} | {_cell(t.meaning_en)} |"
        for t in glossary().itertuples()
    ]
    head = "| 中文 | English | 含义 | meaning |\n| --- | --- | --- | --- |\n"
    _write("glossary.md", "# Glossary · 术语", head + "\n".join(rows))


def _facts() -> None:
    """Every fact of the coursework and the files of content that carry it."""
    from creditkit.content.check import PACKAGE
    from creditkit.content.document import read, yaml_files

    carried: dict[str, set[str]] = {}

    def look(value: Any, file: str) -> None:
        if isinstance(value, dict):
            for key, child in value.items():
                if key == "ref":
                    for ref in [child] if isinstance(child, str) else child or []:
                        carried.setdefault(ref, set()).add(file)
                else:
                    look(child, file)
        elif isinstance(value, list):
            for child in value:
                look(child, file)

    for path in yaml_files(PACKAGE):
        folder = path.relative_to(PACKAGE).parts[0]
        if folder in {
            "procedures",
            "checklists",
            "sources",
            "questions",
            "scenarios",
            "glossary.yaml",
        }:
            look(read(path).data, folder.removesuffix(".yaml"))
    rows = [
        " | ".join(
            ["", ref, _cell(fact.zh), _cell(fact.en), ", ".join(sorted(carried.get(ref, ()))), ""]
        ).strip()
        for ref, fact in refs().items()
    ]
    head = "| ref | 要点 | fact | carried by |\n| --- | --- | --- | --- |\n"
    _write(
        "facts.md",
        "# Facts of the coursework · 教材要点",
        f"{len(rows)} · {' · '.join(f'{t.zh} {t.en}' for t in sections().values())}",
        head + "\n".join(rows),
    )


def _notebooks() -> None:
    target = HERE / "notebooks"
    shutil.rmtree(target, ignore_errors=True)
    ignore = shutil.ignore_patterns(".ipynb_checkpoints", "home")
    shutil.copytree(ROOT / "notebooks", target, ignore=ignore)
    # JupyterLab opens a folder; a site has pages only.
    start = target / "00_start_here.ipynb"
    text = start.read_text("utf-8").replace("](trainer)", "](trainer/results.ipynb)")
    start.write_text(text, "utf-8")


set_language("en")
_commands()
_names()
_glossary()
_facts()
_notebooks()
