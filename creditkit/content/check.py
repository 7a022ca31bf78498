"""Checks of content files, each with a stable code.

C001 YAML syntax            C101 leads to an unknown step    C201 unknown procedure
C002 wrong shape            C102 step never reached          C202 item without an answer
C003 missing translation    C103 dead end                    C203 evidence against the truth
C004 missing ref            C104 loop without exit           C204 unknown item, cause or slot
C005 unknown ref            C105 choice that never holds
C006 duplicate id           C106 unknown name
C007 duplicate key
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from typing import Any

from pydantic import BaseModel, ValidationError

from creditkit.content.document import ContentError, Diagnostic, Document, Loc, read, yaml_files
from creditkit.content.schema import (
    KINDS,
    Glossary,
    Part,
    Procedure,
    Refs,
    Scenario,
    Step,
    Variants,
    holds,
)
from creditkit.text import Text, did_you_mean, phrases, plain

PACKAGE = Path(__file__).parent
SLOTS = ("customer", "goods", "days", "amount")


@dataclass(slots=True)
class Known:
    """What content may point to: coursework ids and procedures."""

    refs: frozenset[str] | None = None
    procedures: dict[str, Procedure] = field(default_factory=dict)


def say(key: str, /, **slots: object) -> Text:
    return phrases("content")(key, **slots)


def check_folder(path: str | Path) -> list[Diagnostic]:
    """Everything wrong in a content file, or in all YAML files under a folder, in file order.

    Interface wording (`interface/`) is the package's own and is passed over.

    >>> check_folder(PACKAGE / "procedures" / "refusal.yaml")
    []
    """
    folder = Path(path)
    if not folder.exists():
        return [Diagnostic("C001", str(path), 1, say("no_such_path", path=path))]
    files = [f for f in yaml_files(folder) if f.parent.name != "interface"]
    if not files:
        return [Diagnostic("C001", str(path), 1, say("no_files", path=path))]
    known = package_known()
    loaded = [load(file) for file in files]
    for _, part in loaded:
        if isinstance(part, Procedure):
            known.procedures[part.id] = part
    seen: dict[tuple[type[Part], str], Document] = {}
    for doc, part in loaded:
        if part is not None:
            check_part(doc, part, known)
            _same_id_in_another_file(doc, part, seen)
    return [p for doc, _ in loaded for p in sorted(doc.problems, key=lambda p: (p.line, p.code))]


def load(path: Path) -> tuple[Document, Part | None]:
    """Read one file and fit it to its schema; what does not fit is in the document's problems."""
    doc = read(path)
    if doc.problems and doc.data is None:
        return doc, None
    kind = next((k for k in KINDS if isinstance(doc.data, dict) and k in doc.data), None)
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
            _check_names(doc, part)
            _check_graph(doc, part)
        case Scenario():
            _check_scenario(doc, part, known)
        case Variants():
            _check_variants(doc, part, known)


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
    elif problem["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
        hint = did_you_mean(key, _field_names())
        doc.report("C002", loc, say("extra_key", key=key, hint=hint))
    elif problem["type"] == "empty_list":
        doc.report("C002", loc, say("empty_list", key=key))
    elif problem["type"] == "literal_error":
        expected = problem["ctx"]["expected"].replace(" or ", ", ")
        doc.report("C002", loc, say("not_one_of", value=value, expected=expected))
    else:
        doc.report("C002", loc, say("wrong_shape", key=key, problem=problem["msg"]))


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
    doc: Document, part: Part, seen: dict[tuple[type[Part], str], Document]
) -> None:
    if isinstance(part, Procedure | Scenario):
        key = (type(part), part.id)
        if key in seen:
            line = f"{seen[key].path.name}:1"
            doc.report("C006", (), say("duplicate_id", id=part.id, line=line))
        seen.setdefault(key, doc)


# Procedures


def _unique(doc: Document, ids: Iterable[tuple[Loc, str]]) -> None:
    first: dict[str, Loc] = {}
    for loc, id in ids:
        if id in first:
            line = doc.line(first[id])
            doc.report("C006", loc, say("duplicate_id", id=id, line=line))
        first.setdefault(id, loc)


def _check_names(doc: Document, p: Procedure) -> None:
    _unique(doc, ((("phases", i, "id"), x.id) for i, x in enumerate(p.phases)))
    _unique(doc, ((("dimensions", i, "id"), x.id) for i, x in enumerate(p.dimensions)))
    for name, options in p.lists.items():
        _unique(doc, ((("lists", name, i, "id"), o.id) for i, o in enumerate(options)))
    # Steps and items share one space of names: a scenario answers items by id alone.
    steps_and_items: list[tuple[Loc, str]] = []
    for i, step in enumerate(p.steps):
        steps_and_items.append((("steps", i, "id"), step.id))
        steps_and_items += [
            (("steps", i, "items", j, "id"), item.id) for j, item in enumerate(step.items)
        ]
    _unique(doc, steps_and_items)

    def known(loc: Loc, name: str | None, names: Iterable[str], kind: str) -> None:
        names = list(names)
        if name is not None and name not in names:
            hint = did_you_mean(name, names)
            message = say("unknown_name", name=name, kind=say(f"kind_{kind}"), hint=hint)
            doc.report("C106", loc, message)

    for group in ("given", "hidden"):
        for name, list_name in getattr(p, group).items():
            known((group, name), list_name, p.lists, "list")
    variables = _variables(p)
    for list_name, options in p.lists.items():
        for i, option in enumerate(options):
            _known_conditions(known, ("lists", list_name, i, "when"), option.when, variables)
    for i, step in enumerate(p.steps):
        at: Loc = ("steps", i)
        known((*at, "phase"), step.phase, [x.id for x in p.phases], "phase")
        known((*at, "dimension"), step.dimension, [x.id for x in p.dimensions], "dimension")
        known((*at, "who"), step.who, p.people, "person")
        known((*at, "choose"), step.choose, p.lists, "list")
        known((*at, "names"), step.names, p.lists, "list")
        known((*at, "right"), step.right, p.hidden, "hidden")
        known((*at, "truth"), step.truth, p.hidden, "hidden")
        for j, of in enumerate(step.of):
            known((*at, "of", j), of, [s.id for s in p.steps], "step")
        for j, branch in enumerate(step.next):
            _known_conditions(known, (*at, "next", j, "when"), branch.when, variables)
        for j, item in enumerate(step.items):
            if not isinstance(item.needed, bool):
                _known_conditions(known, (*at, "items", j, "needed"), item.needed, variables)
        for needed in _needs(step):
            doc.report("C002", at, say("needs_key", verb=step.verb, key=needed))


def _known_conditions(
    known: Callable[[Loc, str | None, Iterable[str], str], None],
    loc: Loc,
    when: Mapping[str, tuple[str, ...]],
    variables: Mapping[str, tuple[str, ...]],
) -> None:
    for name, values in when.items():
        known((*loc, name), name, variables, "value")
        for value in values:
            if name in variables:
                known((*loc, name), value, variables[name], "option")


def _needs(step: Step) -> list[str]:
    if step.verb == "record":
        return [] if step.of else ["of"]
    if step.verb in {"judge", "decide"}:
        return [] if step.choose else ["choose"]
    return [] if step.items else ["items"]


def _variables(p: Procedure) -> dict[str, tuple[str, ...]]:
    """Names a condition may use, each with its possible values."""
    values = {name: [o.id for o in p.lists.get(of, ())] for name, of in p.given.items()}
    for step in p.steps:
        if list_name := step.choose or step.names:
            values[step.id] = [o.id for o in p.lists.get(list_name, ())]
    return {name: tuple(ids) for name, ids in values.items()}


Values = frozenset[tuple[str, str]]


def _check_graph(doc: Document, p: Procedure) -> None:
    """Walk every way through the procedure: each step with each set of values met there."""
    index = {step.id: i for i, step in enumerate(p.steps)}
    for i, step in enumerate(p.steps):
        for j, branch in enumerate(step.next):
            if branch.to not in index:
                hint = did_you_mean(branch.to, index)
                message = say("unknown_target", step=step.id, to=branch.to, hint=hint)
                doc.report("C101", ("steps", i, "next", j, "to"), message)
        if not step.next and step.end is None:
            doc.report("C103", ("steps", i), say("dead_end", step=step.id))
    if p.start not in index:
        hint = did_you_mean(p.start, index)
        doc.report("C101", ("start",), say("unknown_start", to=p.start, hint=hint))
        return

    variables = _variables(p)
    tested = {name for s in p.steps for b in s.next for name in b.when}
    taken: set[tuple[str, int]] = set()
    stuck: dict[str, Values] = {}
    starts: list[Values] = [frozenset()]
    for name in sorted(tested & set(p.given)):
        starts = [s | {(name, value)} for s in starts for value in variables[name]]
    todo = [(p.start, values) for values in starts]
    met = set(todo)
    while todo:
        here, values = todo.pop()
        step = p.steps[index[here]]
        after = [values]
        if here in tested:
            kept = frozenset(v for v in values if v[0] != here)
            after = [kept | {(here, value)} for value in variables.get(here, ())]
        for now in after:
            way = next((j for j, b in enumerate(step.next) if holds(b.when, dict(now))), None)
            if way is None:
                if step.next and step.end is None:
                    stuck.setdefault(here, now)
                continue
            taken.add((here, way))
            state = (step.next[way].to, now)
            if state[0] in index and state not in met:
                met.add(state)
                todo.append(state)

    reached = {step_id for step_id, _ in met}
    for id, now in stuck.items():
        values_text = ", ".join(f"{k} = {v}" for k, v in sorted(now))
        doc.report("C103", ("steps", index[id]), say("uncovered", step=id, values=values_text))
    for i, step in enumerate(p.steps):
        if step.id not in reached:
            doc.report("C102", ("steps", i), say("unreachable", step=step.id))
            continue
        for j, branch in enumerate(step.next):
            if (step.id, j) not in taken and branch.to in index:
                when = ", ".join(f"{k}: {'/'.join(v)}" for k, v in branch.when.items())
                message = say("never_holds", step=step.id, to=branch.to, when=f"({when})")
                doc.report("C105", ("steps", i, "next", j), message)
    _check_loops(doc, p, index, reached)
    _check_right_options(doc, p, variables)


def _check_loops(doc: Document, p: Procedure, index: dict[str, int], reached: set[str]) -> None:
    """A step from which no closing step can be reached, though each step leads on, is in a loop."""
    leads_out = {s.id for s in p.steps if s.end is not None or not s.next}
    leads_out |= {s.id for s in p.steps if any(b.to not in index for b in s.next)}
    grew = True
    while grew:
        more = {s.id for s in p.steps if any(b.to in leads_out for b in s.next)} - leads_out
        leads_out |= more
        grew = bool(more)
    caught = [s.id for s in p.steps if s.id in reached and s.id not in leads_out]
    if caught:
        steps = ", ".join(f"'{s}'" for s in caught)
        doc.report("C104", ("steps", index[caught[0]]), say("loop", steps=steps))


def _check_right_options(
    doc: Document, p: Procedure, variables: Mapping[str, tuple[str, ...]]
) -> None:
    """Options with `when` are right answers: for every value exactly one must hold."""
    for list_name, options in p.lists.items():
        used = sorted({name for o in options for name in o.when if name in variables})
        if not used:
            continue
        combos: list[dict[str, str]] = [{}]
        for name in used:
            combos = [{**c, name: value} for c in combos for value in variables[name]]
        right: set[str] = set()
        for combo in combos:
            holding = [o.id for o in options if o.when and holds(o.when, combo)]
            right.update(holding)
            if len(holding) != 1:
                values = ", ".join(f"{k} = {v}" for k, v in combo.items())
                message = say("no_right", values=values, list=list_name, count=len(holding))
                doc.report("C105", ("lists", list_name), message)
        for i, option in enumerate(options):
            if option.when and option.id not in right:
                message = say("never_right", list=list_name, option=option.id)
                doc.report("C105", ("lists", list_name, i, "when"), message)


# Scenarios


def model_path(p: Procedure, given: Mapping[str, str], truth: Mapping[str, str]) -> list[Step]:
    """The steps of a case in which every judgement is right, in order.

    >>> from creditkit.content.library import procedure
    >>> path = model_path(procedure("refusal"), {"customer": "new"}, {"cause": "fraud"})
    >>> [s.id for s in path][-3:]
    ['inform_sales', 'decide_route', 'drop_customer']
    """
    values = dict(given)
    path: list[Step] = []
    here: str | None = p.start
    while here is not None and len(path) <= len(p.steps):
        step = p.step(here)
        path.append(step)
        if right := right_value(p, step, truth, values):
            values[step.id] = right
        here = next((b.to for b in step.next if holds(b.when, values)), None)
    return path


def right_value(
    p: Procedure, step: Step, truth: Mapping[str, str], values: Mapping[str, str]
) -> str | None:
    """The right value of a step that chooses or names one, `None` for other steps."""
    if hidden := step.right or step.truth:
        return truth.get(hidden)
    if step.choose:
        options = p.lists[step.choose]
        return next((o.id for o in options if o.when and holds(o.when, values)), None)
    return None


def evidence(answers: Iterable[Any]) -> dict[str, int]:
    """How strongly answers, taken together, point to each cause."""
    totals: dict[str, int] = {}
    for answer in answers:
        for cause, strength in answer.supports.items():
            totals[cause] = totals.get(cause, 0) + strength
    return totals


def _procedure_of(doc: Document, name: str, known: Known) -> Procedure | None:
    if name not in known.procedures:
        hint = did_you_mean(name, known.procedures)
        message = say("unknown_procedure", name=name, hint=hint)
        doc.report("C201", ("procedure",), message)
    return known.procedures.get(name)


def _known_key(doc: Document, loc: Loc, name: str, names: Iterable[str], kind: str) -> bool:
    names = list(names)
    if name in names:
        return True
    hint = did_you_mean(name, names)
    doc.report("C204", loc, say("unknown_name", name=name, kind=say(f"kind_{kind}"), hint=hint))
    return False


def _check_facts(doc: Document, s: Scenario, p: Procedure) -> bool:
    good = True
    for group, lists in (("given", p.given), ("truth", p.hidden)):
        facts: dict[str, str] = getattr(s, group)
        for name in lists:
            if name not in facts:
                doc.report("C002", (group,), say("missing_key", key=name))
                good = False
        for name, value in facts.items():
            ids = [o.id for o in p.lists.get(lists.get(name, ""), ())]
            kind = "hidden" if group == "truth" else "value"
            good &= _known_key(doc, (group, name), name, lists, kind) and _known_key(
                doc, (group, name), value, ids, "option"
            )
    return good


def _check_scenario(doc: Document, s: Scenario, known: Known) -> None:
    if s.id != doc.path.stem:
        doc.report("C006", ("scenario",), say("name_is_file", id=s.id, file=doc.path.stem))
    p = _procedure_of(doc, s.procedure, known)
    if p is None or not _check_facts(doc, s, p):
        return
    items = {item.id: item for step in p.steps for item in step.items}
    for item_id, answer in s.answers.items():
        _known_key(doc, ("answers", item_id), item_id, items, "item")
        for cause in answer.supports:
            causes = _causes(p)
            _known_key(doc, ("answers", item_id, "supports", cause), cause, causes, "option")
    options = {o.id for step in p.steps if step.choose for o in p.lists[step.choose]}
    for route in s.outcomes:
        _known_key(doc, ("outcomes", route), route, options, "option")
    askable = {
        item.id: item
        for step in model_path(p, s.given, s.truth)
        if step.verb in {"ask", "collect", "act"}
        for item in step.items
    }
    for item in askable.values():
        if item.id not in s.answers and item.default is None:
            message = say("unanswered", item=item.id, title=item.title)
            doc.report("C202", ("answers",), message)
    totals = evidence(s.answers.values())
    for truth in s.truth.values():
        for rival, points in totals.items():
            if rival != truth and points >= totals.get(truth, 0):
                own = totals.get(truth, 0)
                message = say("inconsistent", truth=truth, own=own, rival=rival, other=points)
                doc.report("C203", ("truth",), message)


def _causes(p: Procedure) -> list[str]:
    return [o.id for list_name in p.hidden.values() for o in p.lists.get(list_name, ())]


def _check_variants(doc: Document, v: Variants, known: Known) -> None:
    p = _procedure_of(doc, v.procedure, known)
    if p is None:
        return
    items = {item.id: item for step in p.steps for item in step.items}
    causes = _causes(p)
    drawn = list(v.lessons)
    for cause in drawn:
        _known_key(doc, ("lessons", cause), cause, causes, "option")
    for item_id, fragments in v.answers.items():
        _known_key(doc, ("answers", item_id), item_id, items, "item")
        for i, fragment in enumerate(fragments):
            at: Loc = ("answers", item_id, i)
            for cause in (*fragment.for_, *fragment.supports):
                _known_key(doc, at, cause, causes, "option")
            _check_slots(doc, at, fragment.text)
            if fragment.misleads:
                _check_slots(doc, (*at, "misleads"), fragment.misleads)
        for cause in drawn:
            mine = [f.supports for f in fragments if cause in f.for_]
            # A case is never made of misleading answers alone.
            if not any(not s or s.get(cause, 0) >= max(s.values()) for s in mine):
                kind = say("kind_true" if mine else "kind_any")
                thin = say("variants_thin", item=item_id, cause=cause, kind=kind)
                doc.report("C202", ("answers", item_id), thin)
    for i, opening in enumerate(v.openings):
        _check_slots(doc, ("openings", i), Text(opening.zh, opening.en))
        for name, list_name in p.given.items():
            values = [o.id for o in p.lists.get(list_name, ())]
            if name not in opening.given:
                doc.report("C002", ("openings", i, "given"), say("missing_key", key=name))
            else:
                value = opening.given[name]
                _known_key(doc, ("openings", i, "given", name), value, values, "option")
    _check_endings(doc, v, p, causes)
    for item in items.values():
        if item.ask and item.default is None and item.id not in v.answers:
            message = say("unanswered", item=item.id, title=item.title)
            doc.report("C202", ("answers",), message)


def _check_endings(doc: Document, v: Variants, p: Procedure, causes: list[str]) -> None:
    routes = [o.id for step in p.steps if step.choose for o in p.lists.get(step.choose, ())]
    for cause, by_route in v.outcomes.items():
        _known_key(doc, ("outcomes", cause), cause, causes, "option")
        for route, texts in by_route.items():
            _known_key(doc, ("outcomes", cause, route), route, routes, "option")
            for i, text in enumerate(texts):
                _check_slots(doc, ("outcomes", cause, route, i), text)
    for cause, lesson in v.lessons.items():
        _check_slots(doc, ("lessons", cause), lesson)
        if cause not in v.outcomes:
            doc.report("C002", ("outcomes",), say("missing_key", key=cause))
    _check_slots(doc, ("title",), v.title)


def _check_slots(doc: Document, loc: Loc, text: Text) -> None:
    for words in (text.zh, text.en):
        try:
            names = [name for _, name, _, _ in Formatter().parse(words) if name is not None]
        except ValueError as error:
            message = say("wrong_shape", key="zh/en", problem=plain(str(error)))
            doc.report("C204", loc, message)
            continue
        for name in names:
            if name not in SLOTS:
                doc.report("C204", loc, say("bad_slot", slot=name, slots=", ".join(SLOTS)))


__all__ = ["Glossary", "Known", "check_folder", "checked", "evidence", "load", "model_path"]
