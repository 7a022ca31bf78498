"""What helps a trainer to write content: a first file to change, and completion in the editor."""

import json
import re
from pathlib import Path
from typing import Any

import yaml

from creditkit.content.check import KINDS, PACKAGE
from creditkit.content.document import yaml_files
from creditkit.content.library import scenarios
from creditkit.text import BilingualError, Text, did_you_mean, phrases

NEW = ("scenario", "procedure", "question", "checklist", "assignment")
# A question lives in a set; the key of its file says so.
KEYS = {"question": "questions"}
SCHEMAS = "schemas"
EXAMPLE = PACKAGE / "assignments" / "first_assignment.yaml"
ID = re.compile(r"[a-z]\w*", re.ASCII)


def say(key: str, /, **slots: object) -> Text:
    return phrases("writing")(key, **slots)


class WritingError(BilingualError):
    """A file that cannot be made; nothing that was there is changed."""


def json_schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of a kind of content file: what an editor completes and checks by.

    >>> "truth" in json_schema("scenario")["properties"]
    True
    """
    schema: dict[str, Any] = KINDS[kind].model_json_schema(by_alias=True, mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def new_files(kind: str, name: str, like: str | None = None) -> dict[str, str]:
    """The files that a new piece of content begins with: name to text.

    A scenario begins as a copy of a whole one to be written over: of `like`, a scenario or the
    procedure it is for. A procedure comes with a scenario that plays it.

    Raises:
        WritingError: the name cannot be an id, there is no such kind or example, or `like` was
            given for something other than a scenario.

    >>> sorted(new_files("procedure", "credit_review"))
    ['credit_review.yaml', 'credit_review_case.yaml', 'schemas/procedure.json',
     'schemas/scenario.json']
    """
    if kind not in NEW:
        hint = did_you_mean(kind, NEW)
        raise WritingError(say("unknown_kind", kind=kind, kinds=", ".join(NEW), hint=hint))
    if not ID.fullmatch(name):
        raise WritingError(say("bad_id", name=name))
    if yaml.safe_load(name) != name:
        raise WritingError(say("word_of_yaml", name=name))
    if like is not None and kind != "scenario":
        raise WritingError(say("like_of_scenario", kind=kind))
    made: dict[str, str] = {}
    if kind == "scenario":
        made[f"{name}.yaml"] = _scenario(name, like or "refusal")
    elif kind == "assignment":
        made[f"{name}.yaml"] = _copy(kind, name, EXAMPLE)
    else:
        made[f"{name}.yaml"] = _template(KEYS.get(kind, kind), name)
        if kind == "procedure":
            made[f"{name}_case.yaml"] = _template("scenario", name)
    for text in list(made.values()):
        used = text.partition("schemas/")[2].partition(".json")[0]
        made[f"{SCHEMAS}/{used}.json"] = json.dumps(json_schema(used), ensure_ascii=False, indent=1)
    return made


def write_new(kind: str, name: str, folder: Path, like: str | None = None) -> list[Path]:
    """Write those files into a folder; returns the paths of the content files.

    Raises:
        WritingError: as `new_files`, a content file is there already, or the folder cannot be
            written to.
    """
    made = new_files(kind, name, like)
    try:
        for file in made:
            if (folder / file).exists() and not file.startswith(SCHEMAS):
                raise WritingError(say("already_there", path=folder / file))
        for file, text in made.items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", newline="\n")
    except OSError as error:
        reason = error.strerror or str(error)
        raise WritingError(say("unwritable", folder=folder, reason=reason)) from error
    return [folder / file for file in made if not file.startswith(SCHEMAS)]


# Inside


def _head(kind: str) -> str:
    lines = [f"# yaml-language-server: $schema={SCHEMAS}/{kind}.json"]
    note = say(f"head_{kind}")
    return "\n".join(
        [*lines, *(f"# {line}" for line in [*note.zh.split("\n"), *note.en.split("\n")])]
    )


def _template(kind: str, name: str) -> str:
    text = (PACKAGE / "templates" / f"{kind}.yaml").read_text("utf-8")
    return f"{_head(kind)}\n{text.replace('NAME', name)}"


def _scenario(name: str, like: str) -> str:
    files = {file.stem: file for file in yaml_files(PACKAGE / "scenarios")}
    if like not in files:
        plain = scenarios(like) if like in _procedures() else []
        if not plain:
            hint = did_you_mean(like, [*files, *_procedures()])
            raise WritingError(say("no_example", like=like, hint=hint))
        like = plain[0].id
    return _copy("scenario", name, files[like])


def _copy(kind: str, name: str, file: Path) -> str:
    text = re.sub(rf"(?m)^{kind}: .*$", f"{kind}: {name}", file.read_text("utf-8"))
    return f"{_head(kind)}\n{text}"


def _procedures() -> list[str]:
    """Their ids, which are the names of their files."""
    return [file.stem for file in yaml_files(PACKAGE / "procedures")]
