"""Where parts of the content are: by id in the package or a trainer's folders, or by their file."""

from pathlib import Path

from creditkit.content.check import PACKAGE, check_kind, checked, kind_of, load, package_known
from creditkit.content.document import ContentError, Diagnostic, read, yaml_files
from creditkit.content.folders import content_folders, remembered
from creditkit.content.schema import Known, Part, Procedure
from creditkit.text import did_you_mean, phrases

# Under which folder of the package each kind of part is, a file each.
FOLDERS = {
    "procedure": "procedures",
    "scenario": "scenarios",
    "variants": "variants",
    "questions": "questions",
    "checklist": "checklists",
    "sources": "sources",
}


def find_part(kind: str, name: str | Path) -> Part:
    """The part of a kind with this id, or in the YAML file at this path.

    Raises:
        ContentError: there is no such part, or its file is not in order.
    """
    path = Path(name)
    if path.suffix not in {".yaml", ".yml"}:
        return _by_id(kind, str(name))
    if not path.is_file():
        message = phrases("content")("no_such_path", path=path)
        raise ContentError([Diagnostic("C001", "", 0, message)])
    return _from_file(kind, path)


def find_all(kind: str) -> list[Part]:
    """Every part of a kind that is in order: a trainer's unfinished file does not stop the rest."""
    found = []
    for id, files in sorted(_index(kind).items()):
        try:
            found.append(_by_id(kind, id))
        except ContentError:
            if files[0].is_relative_to(PACKAGE):
                raise
    return found


@remembered
def shipped(path: str) -> Part:
    """The part in a file of the package itself."""
    return checked(PACKAGE / path, _known())


@remembered
def _by_id(kind: str, id: str) -> Part:
    return _from_file(kind, _find(kind, id))


def _from_file(kind: str, path: Path) -> Part:
    check_kind(path, *(("variants", "retellings") if kind == "variants" else (kind,)))
    return checked(path, _known())


def _find(kind: str, name: str) -> Path:
    files = _index(kind)
    if name not in files:
        hint = did_you_mean(name, files)
        message = phrases("case")("no_such_content", name=name, hint=hint)
        raise ContentError([Diagnostic("C201", "", 0, message)])
    first, *others = files[name]
    if others:
        message = phrases("content")("duplicate_id", id=name, line=f"{first.name}:1")
        raise ContentError([Diagnostic("C006", file.name, 1, message) for file in others])
    return first


@remembered
def _index(kind: str) -> dict[str, list[Path]]:
    """Where the parts of a kind are, by id."""
    found = {file.stem: [file] for file in yaml_files(PACKAGE / FOLDERS[kind])}
    for own, id, file in _own_files():
        if own in (kind, None):
            found.setdefault(id, []).append(file)
    return found


@remembered
def _own_files() -> list[tuple[str | None, str, Path]]:
    """The trainer's files, each with its kind and id.

    A file that does not tell its kind goes by its name, so that whoever asks for it is told why.
    """
    found: list[tuple[str | None, str, Path]] = []
    for file in (file for folder in content_folders() for file in yaml_files(folder)):
        data = read(file).data
        kind = kind_of(data)
        found.append((kind, str(data[kind]) if kind else file.stem, file))
    return found


@remembered
def _known() -> Known:
    known = package_known()
    for kind, _, file in _own_files():
        if kind == "procedure" and isinstance(part := load(file)[1], Procedure):
            known.procedures.setdefault(part.id, part)
    return known
