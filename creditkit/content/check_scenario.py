"""Checks of training cases: scenarios, and the banks variants are drawn from."""

from collections.abc import Iterable
from string import Formatter

from creditkit.content.document import Document, Loc, say
from creditkit.content.schema import Known, Procedure, Retellings, Scenario, Variants
from creditkit.content.ways import evidence, model_path
from creditkit.text import Text, did_you_mean

SLOTS = ("customer", "goods", "days", "amount")


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


def check_scenario(doc: Document, s: Scenario, known: Known) -> None:
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
        for step in model_path(p, s.given, s.truth, s.delays, s.deadline)
        if step.verb in {"ask", "collect", "act", "fill"}
        for item in step.items
    }
    for item in askable.values():
        if item.id not in s.answers and item.default is None:
            message = say("unanswered", item=item.id, title=item.title)
            doc.report("C202", ("answers",), message)
    for step_id in s.delays:
        _known_key(doc, ("delays", step_id), step_id, [step.id for step in p.steps], "step")
    for name, truth in s.truth.items():
        # A fact that no judgement has to find needs no evidence.
        if name not in {step.right for step in p.steps if step.verb == "judge"}:
            continue
        values = [o.id for o in p.lists[p.hidden[name]]]
        totals = evidence(s.answers.values(), among=values)
        for rival, points in totals.items():
            if rival != truth and points >= totals.get(truth, 0):
                own = totals.get(truth, 0)
                message = say("inconsistent", truth=truth, own=own, rival=rival, other=points)
                doc.report("C203", ("truth",), message)


def _causes(p: Procedure) -> list[str]:
    return [o.id for list_name in p.hidden.values() for o in p.lists.get(list_name, ())]


def check_variants(doc: Document, v: Variants, known: Known) -> None:
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


def check_retellings(doc: Document, r: Retellings, known: Known) -> None:
    if p := _procedure_of(doc, r.procedure, known):
        for step_id in r.delays:
            _known_key(doc, ("delays", step_id), step_id, [s.id for s in p.steps], "step")


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
        except ValueError:
            doc.report("C204", loc, say("bad_braces"))
            continue
        for name in names:
            if name not in SLOTS:
                doc.report("C204", loc, say("bad_slot", slot=name, slots=", ".join(SLOTS)))
