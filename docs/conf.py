"""Settings of the documentation: `make docs`. What content and code already say is written anew
at each build into `docs/generated`, and the notebooks are taken in as they are stored."""

import argparse
import shutil
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

from docutils import nodes  # noqa: E402
from docutils.utils.math.latex2mathml import tex2mathml  # noqa: E402

import creditkit  # noqa: E402
from creditkit import cli  # noqa: E402
from creditkit.analysis import class_results, mastery, quality_grades, review, sourcing  # noqa: E402
from creditkit.analysis.warnings import Limits  # noqa: E402
from creditkit.casework import crediting  # noqa: E402
from creditkit.content.library import (  # noqa: E402
    comparison,
    essay_confidence,
    glossary,
    procedure,
    refs,
    sections,
)
from creditkit.teaching import guessing, rehearsal  # noqa: E402
from creditkit.teaching.essay import confidence  # noqa: E402
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
myst_enable_extensions = ["attrs_inline", "dollarmath", "substitution"]
# Formulas are MathML, which browsers draw by themselves: no script is fetched for them.
html_math_renderer = "mathml"
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


def _table(*rows: Any) -> str:
    """A table in Markdown; the first row has the headings."""
    lines = ["| " + " | ".join(map(_cell, row)) + " |" for row in rows]
    return "\n".join([lines[0], "| " + " | ".join("---" for _ in rows[0]) + " |", *lines[1:]])


def _dimensions() -> str:
    played = [procedure(name) for name in ("refusal", "complaint")]
    titles = {d.id: d.title for p in played for d in p.dimensions}
    points = [{d.id: d.points for d in p.dimensions} for p in played]
    head = ("得分项", "dimension", *(f"{p.title.zh} · {p.title.en}" for p in played))
    rows = ([t.zh, t.en, *(of.get(id, "–") for of in points)] for id, t in titles.items())
    return _table(head, *rows)


def _thresholds() -> str:
    book = comparison()
    rows = []
    for criterion in book.criteria:
        scale = book.scales[criterion.scale]
        edges = quality_grades.THRESHOLDS[criterion.id]
        names = [f"{grade.title.zh} {grade.title.en}" for grade in scale]
        begins = (f"{name} ≥ {edge:g}" for name, edge in zip(names[1:], edges, strict=True))
        rows.append([criterion.title.zh, criterion.title.en, names[0], "；".join(begins)])
    return _table(("标准", "criterion", "最差 · worst", "从多少起 · where each begins"), *rows)


def _constants() -> dict[str, Any]:
    """Figures of the code that the explanations name."""
    penalties = {name: procedure(name).penalties for name in ("refusal", "complaint")}
    curve = {point.share: f"{point.right:.1%}" for point in essay_confidence().curves["wording"]}
    levels = {"high": "严重 high", "medium": "中等 medium", "low": "轻微 low"}
    titles = {kind: review.say(f"kind_{kind}") for kind in review.SEVERITY}
    severity = [
        [titles[kind].zh, titles[kind].en, *(levels[level] for level in of)]
        for kind, of in review.SEVERITY.items()
    ]
    return {
        "dimensions": _dimensions(),
        "judged": f"{1 - crediting.GROUNDS:g}",
        "grounds": f"{crediting.GROUNDS:g}",
        "grounds_wanted": crediting.GROUNDS_WANTED,
        "order_penalty": f"{penalties['refusal'].order:.0%}",
        "economy_refusal": f"{penalties['refusal'].economy:.0%}",
        "economy_complaint": f"{penalties['complaint'].economy:.0%}",
        "doubt_missing": f"{confidence.DOUBT_MISSING:.0%}",
        "doubt_covered": f"{confidence.DOUBT_COVERED:.0%}",
        "curve_half": curve[0.5],
        "curve_all": curve[1.0],
        "limits": {
            name: f"{value:.0%}" if name in ("old_share", "disputed") else f"{value:g}"
            for name, value in asdict(Limits()).items()
        },
        "thresholds": _thresholds(),
        "uncertain": quality_grades.UNCERTAIN,
        "severity": _table(("问题", "finding", "必要项 · essential", "其他项 · other"), *severity),
        "most_sources": sourcing.MOST_SOURCES,
        "fewest": class_results.FEWEST,
        "mastered": f"{mastery.MASTERED:.0%}",
        "too_easy": f"{rehearsal.TOO_EASY:.0%}",
        "guessed": f"{guessing.GUESSED:.0%}",
    }


def _glossary() -> None:
    rows = ((t.zh, t.en, t.meaning_zh, t.meaning_en) for t in glossary().itertuples())
    table = _table(("中文", "English", "含义", "meaning"), *rows)
    _write("glossary.md", "# Glossary · 术语", table)


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
        (ref, fact.zh, fact.en, ", ".join(sorted(carried.get(ref, ()))))
        for ref, fact in refs().items()
    ]
    _write(
        "facts.md",
        "# Facts of the coursework · 教材要点",
        f"{len(rows)} · {' · '.join(f'{t.zh} {t.en}' for t in sections().values())}",
        _table(("ref", "要点", "fact", "carried by"), *rows),
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


def _formula(block: bool) -> Any:
    def draw(self: Any, node: Any) -> None:
        self.body.append(tex2mathml(node.astext(), as_block=block))
        raise nodes.SkipNode

    return draw


def setup(app: Any) -> None:
    app.add_html_math_renderer("mathml", (_formula(False), None), (_formula(True), None))


set_language("en")
myst_substitutions = _constants()
_commands()
_names()
_glossary()
_facts()
_notebooks()
