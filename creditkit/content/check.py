"""Checks of content files, each with a stable code.

C001 YAML syntax            C101 leads to an unknown step    C201 unknown procedure
C002 wrong shape            C102 step never reached          C202 item without an answer
C003 missing translation    C103 dead end                    C203 evidence against the truth
C004 missing ref            C104 loop without exit           C204 unknown item, cause or slot
C005 unknown ref            C105 choice that never holds
C006 duplicate id           C106 unknown name
C007 duplicate key

C301 grade not on the scale   C302 missing cell   C303 unknown criterion or scale

C401 nothing right, or more right than the type allows    C403 formula or slot
C402 unknown target, value or cell                        C404 shows too few or too many
C501 unknown group, collector, channel or condition of a checklist
C701 unknown concept, group, stage or point of an essay    C702 term or pattern that says nothing
C601 unknown item, checklist, table or column    C602 limits or options that make no sense
C801 an assignment names what is not there    C802 named twice, or points for nothing
C803 (no fault, but worth a look) a deadline that is past
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from creditkit.content import faults
from creditkit.content.check_assignment import check_assignment
from creditkit.content.check_checklists import check_checklist
from creditkit.content.check_essays import check_lexicon
from creditkit.content.check_fields import check_fields, check_tables
from creditkit.content.check_procedure import check_graph, check_names
from creditkit.content.check_questions import check_questions
from creditkit.content.check_scenario import (
    check_retellings,
    check_scenario,
    check_variants,
)
from creditkit.content.check_sources import check_sources
from creditkit.content.document import (
    ContentError,
    Diagnostic,
    Document,
    Loc,
    read,
    say,
    yaml_files,
)
from creditkit.content.schema import (
    Glossary,
    Known,
    Part,
    Procedure,
    Refs,
    Retellings,
    Scenario,
    Variants,
)
from creditkit.content.schema_assignments import Assignment
from creditkit.content.schema_checklists import Checklist
from creditkit.content.schema_essays import Characters, Confidence, Lexicon
from creditkit.content.schema_fields import Fields, Tables
from creditkit.content.schema_questions import AnyQuestion, Question, Questions
from creditkit.content.schema_sources import SourceComparison
from creditkit.text import Text, did_you_mean

PACKAGE = Path(__file__).parent
# The package's own wording, and the beginnings of files that `creditkit new` makes.
# The types of questions, the one place where a `type` tells kinds of a part apart.
TAGS = [
    get_args(member.model_fields["type"].annotation)[0]
    for member in get_args(get_args(AnyQuestion)[0])
]
PASSED_OVER = {"interface", "templates"}
# The key that says what kind of file it is. An assignment also names questions, a scenario its
# procedure, and fields their checklist, so these come first.
KINDS: dict[str, type[Part]] = {
    "assignment": Assignment,
    "fields": Fields,
    "scenario": Scenario,
    "variants": Variants,
    "retellings": Retellings,
    "procedure": Procedure,
    "terms": Glossary,
    "refs": Refs,
    "questions": Questions,
    "sources": SourceComparison,
    "checklist": Checklist,
    "tables": Tables,
    "concepts": Lexicon,
    "traditional": Characters,
    "confidence": Confidence,
}


def check_folder(path: str | Path) -> list[Diagnostic]:
    """Everything wrong in a content file, or in all YAML files under a folder, in file order.

    Interface wording (`interface/`) and templates are the package's own and are passed over.

    >>> check_folder(PACKAGE / "procedures" / "refusal.yaml")
    []
    """
    return examine(path)[0]


def examine(path: str | Path) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """As `check_folder`, and beside it what is no fault but worth a look, such as a deadline that
    is past.

    >>> examine(PACKAGE / "assignments")
    ([], [])
    """
    folder = Path(path)
    if not folder.exists():
        return [Diagnostic("C001", "", 0, say("no_such_path", path=path))], []
    files = [f for f in yaml_files(folder) if f.parent.name not in PASSED_OVER]
    if not files:
        return [Diagnostic("C001", str(path), 1, say("no_files", path=path))], []
    known = package_known()
    loaded = [load(file) for file in files]
    for _, part in loaded:
        if isinstance(part, Procedure):
            known.procedures[part.id] = part
    seen: dict[tuple[type[Part], str], tuple[Document, int]] = {}
    for doc, part in loaded:
        if part is not None:
            check_part(doc, part, known)
            _same_id_in_another_file(doc, part, seen)
    problems = [
        p for doc, _ in loaded for p in sorted(doc.problems, key=lambda p: (p.line, p.code))
    ]
    return problems, [remark for doc, _ in loaded for remark in doc.remarks]


def kind_of(data: object) -> str | None:
    """The key that says what kind of file some plain data is from; None if none does.

    >>> kind_of({"scenario": "mine", "procedure": "refusal"})
    'scenario'
    """
    return next((k for k in KINDS if isinstance(data, dict) and k in data), None)


def load(path: Path) -> tuple[Document, Part | None]:
    """Read one file and fit it to its schema; what does not fit is in the document's problems."""
    doc = read(path)
    if doc.problems and doc.data is None:
        return doc, None
    kind = kind_of(doc.data)
    if kind is None:
        doc.report("C002", (), say("unknown_kind", kinds=", ".join(KINDS)))
        return doc, None
    try:
        part = KINDS[kind].model_validate(doc.data)
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            _report_misfit(doc, problem)
        return doc, None
    return doc, part


def package_known() -> Known:
    """The coursework ids and procedures that come with the package."""
    known = Known()
    refs_file = PACKAGE / "refs.yaml"
    refs = load(refs_file)[1] if refs_file.exists() else None
    if isinstance(refs, Refs):
        known.refs = frozenset(refs.refs)
    for file in yaml_files(PACKAGE / "procedures"):
        part = load(file)[1]
        if isinstance(part, Procedure):
            known.procedures[part.id] = part
    return known


def check_part(doc: Document, part: Part, known: Known) -> None:
    """Add to `doc.problems` what is wrong in a part that fits its schema."""
    _check_refs(doc, part, known)
    match part:
        case Procedure():
            check_names(doc, part)
            check_graph(doc, part)
        case Scenario():
            check_scenario(doc, part, known)
        case Variants():
            check_variants(doc, part, known)
        case Retellings():
            check_retellings(doc, part, known)
        case Questions():
            check_questions(doc, part)
        case SourceComparison():
            check_sources(doc, part)
        case Checklist():
            check_checklist(doc, part)
        case Fields():
            check_fields(doc, part)
        case Tables():
            check_tables(doc, part)
        case Lexicon():
            check_lexicon(doc, part)
        case Assignment():
            check_assignment(doc, part)


def check_kind(path: Path, *wanted: str) -> None:
    """See that a file is of the kind wanted, before it is told what is wrong in it as another.

    Raises:
        ContentError: it says that it is of another.
    """
    data = read(path).data
    kind = kind_of(data)
    if kind is not None and not any(key in data for key in wanted):
        message = say("other_kind", kind=kind, wanted=wanted[0])
        raise ContentError([Diagnostic("C002", path.name, 1, message)])


def checked(path: Path, known: Known) -> Part:
    """The part in a file, or a `ContentError` with all that is wrong in it."""
    doc, part = load(path)
    if part is not None:
        check_part(doc, part, known)
    if part is None or doc.problems:
        raise ContentError(sorted(doc.problems, key=lambda p: (p.line, p.code)))
    return part


# Shape


def _field_names() -> list[str]:
    names: set[str] = {"zh", "en"}
    todo: list[type[BaseModel]] = [Part]
    while todo:
        model = todo.pop()
        names.update(info.alias or name for name, info in model.model_fields.items())
        todo.extend(model.__subclasses__())
    return sorted(names)


def _report_misfit(doc: Document, problem: Any) -> None:
    loc: Loc = tuple(problem["loc"])
    key = str(loc[-1]) if loc else ""
    value = problem.get("input")
    empty = problem["type"] in {"missing", "string_too_short"} or value is None
    if key in {"zh", "en"} and empty:
        doc.report("C003", loc, say("missing_translation", key=key, language=say(f"in_{key}")))
    elif "ref" in loc[-2:] and empty:
        doc.report("C004", loc, say("missing_ref"))
    elif problem["type"] == "missing":
        doc.report("C002", loc, say("missing_key", key=key))
    elif problem["type"] == "union_tag_not_found":
        tag, expected = _tags(problem)
        doc.report("C002", loc, say("missing_one_of", key=tag, expected=", ".join(expected)))
    elif problem["type"] == "union_tag_invalid":
        tag, expected = _tags(problem)
        _not_one_of(doc, (*loc, tag), problem["ctx"]["tag"], expected)
    elif name := faults.wide_colon(key) if problem["type"] == "extra_forbidden" else None:
        doc.report("C002", loc, faults.say("wide_colon", key=name))
    elif problem["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
        hint = did_you_mean(key, _field_names())
        doc.report("C002", loc, say("extra_key", key=key, hint=hint))
    elif problem["type"] == "empty_list":
        doc.report("C002", loc, say("empty_list", key=_named(loc)))
    elif problem["type"] == "few_hints":
        doc.report("C002", loc, say("few_hints", count=len(value)))
    elif problem["type"] == "literal_error":
        _not_one_of(doc, loc, value, re.findall(r"'([^']*)'", problem["ctx"]["expected"]))
    else:
        told = faults.misfit(problem) or problem["msg"]
        doc.report("C002", loc, say("wrong_shape", key=_named(loc), problem=told))


def _tags(problem: Any) -> tuple[str, list[str]]:
    """The key that tells the members of a union apart, and the values it may have."""
    told = problem["ctx"]
    found = re.findall(r"'([^']*)'", told.get("expected_tags", ""))
    return told["discriminator"].strip("'"), found or [*map(str, TAGS)]


def _not_one_of(doc: Document, loc: Loc, value: object, known: list[str]) -> None:
    hint = did_you_mean(str(value), known)
    expected = ", ".join(f"'{one}'" for one in known)
    shown = faults.quoted(value)
    doc.report("C002", loc, say("not_one_of", value=shown, expected=expected, hint=hint))


def _named(loc: Loc) -> Text:
    """A place by its name, or of an entry of a list, by the list's and its number."""
    if len(loc) > 1 and isinstance(loc[-1], int):
        names = [str(name) for name in loc if isinstance(name, str)]
        return faults.say("entry", list=names[-1] if names else "", n=loc[-1] + 1)
    return faults.say("named", key=loc[-1] if loc else "")


def _check_refs(doc: Document, part: Part, known: Known) -> None:
    if isinstance(part, Refs):
        return
    for loc, node in _walk(part, ()):
        info = type(node).model_fields.get("ref")
        if info and info.is_required() and not any(node.ref):  # type: ignore[attr-defined]
            doc.report("C004", (*loc, "ref"), say("missing_ref"))
            continue
        for name in ("ref", "see"):
            for ref in getattr(node, name, ()):
                if known.refs is not None and ref not in known.refs:
                    hint = did_you_mean(ref, known.refs)
                    doc.report("C005", (*loc, name), say("unknown_ref", ref=ref, hint=hint))


def _walk(value: Any, loc: Loc) -> Iterator[tuple[Loc, Part]]:
    if isinstance(value, Part):
        yield loc, value
        for name, info in type(value).model_fields.items():
            yield from _walk(getattr(value, name), (*loc, info.alias or name))
    elif isinstance(value, Mapping):
        for key, child in value.items():
            yield from _walk(child, (*loc, key))
    elif isinstance(value, tuple):
        for i, child in enumerate(value):
            yield from _walk(child, (*loc, i))


def _same_id_in_another_file(
    doc: Document, part: Part, seen: dict[tuple[type[Part], str], tuple[Document, int]]
) -> None:
    named: list[tuple[Loc, Part, str]] = []
    if isinstance(part, Procedure | Scenario | Questions):
        named.append(((), part, part.id))
    if isinstance(part, Questions):
        # Attempts are kept by the question's id alone.
        named += [(("items", i, "id"), q, q.id) for i, q in enumerate(part.items)]
    for at, one, id in named:
        key = (Question if isinstance(one, Question) else type(one), id)
        if key in seen and seen[key][0] is not doc:
            first, line = seen[key]
            message = say("duplicate_id", id=id, line=f"{first.path.name}:{line}")
            doc.report("C006", at, message)
        seen.setdefault(key, (doc, doc.line(at)))
