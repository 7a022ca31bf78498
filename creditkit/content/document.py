"""YAML files with line numbers, and the diagnostics that point at them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from creditkit.content import faults
from creditkit.text import BilingualError, Text, phrases

Loc = tuple[str | int, ...]

# Folding joins lines with a space, which Chinese does not want between its own characters.
_CHINESE = "[\u2014-\u2026\u3000-\u9fff\uff00-\uffef]"
_GAP = re.compile(f"(?<={_CHINESE}) (?={_CHINESE})")

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def say(key: str, /, **slots: object) -> Text:
    """The checks' own wording."""
    return phrases("content")(key, **slots)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing wrong in a content file: a stable code, where it is, and what to do. What is wrong
    with no file in particular has no place: `file` is empty.

    >>> d = Diagnostic("C101", "refusal.yaml", 41, Text("有误", "wrong"))
    >>> print(d.in_("en"))
    refusal.yaml:41: C101 wrong
    """

    code: str
    file: str
    line: int
    message: Text

    def in_(self, lang: str | None = None) -> str:
        place = f"{self.file}:{self.line}: " if self.file else ""
        return f"{place}{self.code} {self.message.in_(lang)}"

    def __str__(self) -> str:
        return self.in_()


class ContentError(BilingualError):
    """Content that cannot be used. `diagnostics` lists everything found, in file order."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        self.diagnostics = diagnostics
        super().__init__(
            Text(
                "\n".join(d.in_("zh") for d in diagnostics),
                "\n".join(d.in_("en") for d in diagnostics),
            )
        )


@dataclass(slots=True)
class Document:
    """The plain data of one YAML file, the line of each part, what was wrong with it, and what is
    no fault but worth a look."""

    path: Path
    data: Any = None
    lines: dict[Loc, int] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)
    remarks: list[Diagnostic] = field(default_factory=list)

    def line(self, loc: Loc) -> int:
        """The line of the part at `loc`, or of the nearest part around it.

        Elements of `loc` that are no part of the file (the names pydantic gives to the members
        of a union) are passed over.
        """
        here: Loc = ()
        for element in loc:
            if (*here, element) in self.lines:
                here = (*here, element)
        return self.lines.get(here, 1)

    def report(self, code: str, loc: Loc, message: Text) -> None:
        self.problems.append(Diagnostic(code, self.path.name, self.line(loc), message))

    def remark(self, code: str, loc: Loc, message: Text) -> None:
        self.remarks.append(Diagnostic(code, self.path.name, self.line(loc), message))


def read(path: Path) -> Document:
    """Read a YAML file; syntax errors and duplicate keys are in the document's `problems`.

    Raises:
        OSError: the file cannot be read.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "a.yaml"
    >>> _ = file.write_text("zh: 一\\nzh: 二", "utf-8")
    >>> print(read(file).problems[0].in_("en"))
    a.yaml:2: C007 'zh' appears twice in the same place (first in line 1); remove one.
    """
    doc = Document(path)
    text = ""
    try:
        text = path.read_text("utf-8-sig")
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line, told = faults.syntax(error, text, _Loader)
        if told is None:
            told = say("syntax", problem=error.problem or error.context or "")
        doc.problems.append(Diagnostic("C001", path.name, line, told))
        return doc
    except RecursionError:
        doc.problems.append(Diagnostic("C001", path.name, 1, say("too_deep")))
        return doc
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        line, told = faults.unreadable(error, text)
        if told is None:
            told = say("unreadable", problem=error)
        doc.problems.append(Diagnostic("C001", path.name, line, told))
        return doc
    if node is None:
        doc.problems.append(Diagnostic("C001", path.name, 1, say("empty")))
        return doc
    try:
        doc.data = _build(node, (), doc, [], _Loader("").construct_object)
    except RecursionError:
        doc.problems.append(Diagnostic("C001", path.name, 1, say("too_deep")))
    return doc


def _build(
    node: yaml.Node,
    loc: Loc,
    doc: Document,
    open_nodes: list[yaml.Node],
    scalar: Callable[[yaml.Node], Any],
) -> Any:
    # A key's own line, where an author looks, is there already.
    doc.lines.setdefault(loc, node.start_mark.line + 1)
    if node in open_nodes:
        doc.report("C001", loc, say("contains_itself"))
        return None
    open_nodes.append(node)
    try:
        if isinstance(node, yaml.MappingNode):
            mapping: dict[Any, Any] = {}
            for key_node, value_node in node.value:
                key = scalar(key_node) if isinstance(key_node, yaml.ScalarNode) else None
                if isinstance(key, bool) or not isinstance(key, str | int):
                    doc.lines[(*loc, "?")] = key_node.start_mark.line + 1
                    doc.report("C001", (*loc, "?"), say("bad_key"))
                    continue
                at = (*loc, key)
                first = doc.lines.get(at)
                doc.lines[at] = key_node.start_mark.line + 1
                value = _build(value_node, at, doc, open_nodes, scalar)
                if key in mapping:
                    doc.report("C007", at, say("duplicate_key", key=key, line=first))
                    continue
                mapping[key] = value
            return mapping
        if isinstance(node, yaml.SequenceNode):
            return [
                _build(child, (*loc, i), doc, open_nodes, scalar)
                for i, child in enumerate(node.value)
            ]
        value = scalar(node)
        return (
            _GAP.sub("", value)
            if isinstance(value, str) and getattr(node, "style", "") == ">"
            else value
        )
    except (yaml.YAMLError, ValueError):
        # ValueError: a scalar that looks like a date but is none, such as 2024-13-45.
        doc.report("C001", loc, faults.unscalar(node))
        return None
    finally:
        open_nodes.pop()


def yaml_files(folder: Path) -> Iterator[Path]:
    """The YAML files of a folder and its subfolders, in a fixed order; or the one file given.

    Hidden files and folders are passed over: JupyterLab keeps checkpoints of edited files there.
    """
    if folder.is_file():
        yield folder
        return
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix in {".yaml", ".yml"} and path.is_file() and not hidden:
            yield path
