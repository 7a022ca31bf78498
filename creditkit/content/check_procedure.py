"""Checks of a procedure: its names, and every way that can be walked through it."""

from collections.abc import Callable, Iterable, Mapping

from creditkit.content.document import Document, Loc, say
from creditkit.content.schema import IN_TIME, LATE, LATENESS, Procedure, Step, holds
from creditkit.text import did_you_mean


def _unique(doc: Document, ids: Iterable[tuple[Loc, str]]) -> None:
    first: dict[str, Loc] = {}
    for loc, id in ids:
        if id in first:
            line = doc.line(first[id])
            doc.report("C006", loc, say("duplicate_id", id=id, line=line))
        first.setdefault(id, loc)


def check_names(doc: Document, p: Procedure) -> None:
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
    if p.clock:
        for name in ("until", "cleared_by"):
            step_id = getattr(p.clock, name)
            known(("clock", name), step_id, [s.id for s in p.steps], "step")
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
        if r := step.reaction:
            here = (*at, "reaction")
            known((*here, "decision"), r.decision, [s.id for s in p.steps if s.choose], "step")
            known((*here, "patience"), r.patience, p.hidden, "hidden")
            known((*here, "after"), r.after, [s.id for s in p.steps], "step")
            values = [o.id for o in p.lists.get(step.names or "", ())]
            known((*here, "content"), r.content, values, "option")
            known((*here, "discontent"), r.discontent, values, "option")
        for j, of in enumerate(step.of):
            known((*at, "of", j), of, [s.id for s in p.steps], "step")
        for j, branch in enumerate(step.next):
            _known_conditions(known, (*at, "next", j, "when"), branch.when, variables)
        for j, item in enumerate(step.items):
            known((*at, "items", j, "of"), item.of, p.lists, "list")
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
    if p.clock:
        values[LATENESS] = [LATE, IN_TIME]
    return {name: tuple(ids) for name, ids in values.items()}


Values = frozenset[tuple[str, str]]


def check_graph(doc: Document, p: Procedure) -> None:
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
        if any(LATENESS in b.when for b in step.next):
            # The clock runs by itself: what was so before need not be so now.
            kept_now = [frozenset(v for v in now if v[0] != LATENESS) for now in after]
            after = [k | {(LATENESS, value)} for k in kept_now for value in (LATE, IN_TIME)]
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
