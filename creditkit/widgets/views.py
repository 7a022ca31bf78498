"""Tables and pages of the course that follow the language switch."""

from collections.abc import Iterable

from creditkit.casework.case import Case, Reply, cases_folder
from creditkit.casework.debrief import debrief
from creditkit.casework.journal import Journal, JournalError
from creditkit.content.library import procedure, refs, scenarios, terms
from creditkit.content.schema import Item, Procedure, Step
from creditkit.content.ways import condition
from creditkit.plots.cases import path_picture, picture_text
from creditkit.plots.figure import png
from creditkit.text import Text, join, phrases
from creditkit.widgets import html
from creditkit.widgets.language import live

Rows = Iterable[dict[str, object]]


def say(key: str, /, **slots: object) -> Text:
    return phrases("views")(key, **slots)


def _columns(*keys: str) -> dict[str, Text]:
    return {key: say(key) for key in keys}


def show(*things: Text | Reply) -> live:
    """Texts and replies of a case, one below the other."""

    def one(thing: Text | Reply) -> str:
        if isinstance(thing, Reply) and thing.answers:
            refs = html.words(", ".join(thing.ref))
            said = html.words(thing.text)
            return html.page("ck-result ck-ok", f"<p>{said} <span class='ck-ref'>{refs}</span></p>")
        if isinstance(thing, Reply):
            return html.result(thing.text, thing.accepted, thing.ref)
        return html.page("ck-result", f"<p>{html.words(thing)}</p>")

    return live(lambda: "".join(one(thing) for thing in things))


def procedure_view(name: str = "refusal") -> live:
    """The steps of a procedure: who, what is asked or done, and why."""
    p = procedure(name)

    def rows() -> Rows:
        for n, step in enumerate(p.steps, start=1):
            yield {
                "number": n,
                "phase": next(x.title for x in p.phases if x.id == step.phase),
                "step": f"{step.title}{_only_for(p, step)}",
                "who": p.people[step.who] if step.who else "",
                "asks": f"{step.guide}\n" + "\n".join(_item(i) for i in step.items),
                "why": step.why,
                "ref": ", ".join(step.ref),
            }

    return live(
        lambda: html.table(rows(), _columns("number", "phase", "step", "who", "asks", "why", "ref"))
    )


def _item(item: Item) -> str:
    ours = f" {say('ours')}" if item.ours else ""
    return f"· {item.title} ({', '.join(item.ref)}){ours}"


def _only_for(p: Procedure, step: Step) -> str:
    ways = [branch for other in p.steps for branch in other.next if branch.to == step.id]
    if not ways or not all(branch.when for branch in ways):
        return ""
    titles = dict.fromkeys(str(condition(p, branch.when)) for branch in ways)
    return f"\n({say('only_for', what='; '.join(titles))})"


def routes_view(name: str = "refusal") -> live:
    """What each finding leads to: the causes and their routes, or the findings and handlings."""
    p = procedure(name)
    decided = [
        (option, value)
        for step in p.steps
        if step.verb == "decide"
        for option in p.lists[step.choose or ""]
        for judged, values in option.when.items()
        for value in p.lists[p.step(judged).choose or p.step(judged).names or ""]
        if value.id in values
    ]

    def rows() -> Rows:
        for option, value in decided:
            yield {
                "cause": f"{value.title}\n{value.note or ''}".strip(),
                "route": option.title,
                "why": option.why or "",
                "ref": ", ".join(dict.fromkeys((*value.ref, *option.ref))),
            }

    heads = {"cause": say(f"cause_{name}"), "route": say(f"route_{name}")}
    return live(lambda: html.table(rows(), {**heads, **_columns("why", "ref")}))


def scenarios_view(of: str = "refusal") -> live:
    """The training scenarios at hand; the true causes are not given away."""
    p = procedure(of)

    def rows() -> Rows:
        for s in scenarios(of):
            kinds = [
                option.title
                for name, list_name in p.given.items()
                for option in p.lists[list_name]
                if option.id == s.given[name]
            ]
            yield {
                "id": s.id,
                "title": s.title,
                "customer": join((s.customer.name, s.customer.industry), zh="，"),
                "kind": join(kinds),
                "level": say(f"level_{s.level}"),
            }

    return live(lambda: html.table(rows(), _columns("id", "title", "customer", "kind", "level")))


def refs_view(section: str) -> live:
    """Every fact of one section of the coursework, by its ref, in our own words."""
    facts = {id: text for id, text in refs().items() if id.startswith(section)}
    return live(
        lambda: html.table(
            ({"ref": id, "fact": text} for id, text in facts.items()), _columns("ref", "fact")
        )
    )


def glossary_view() -> live:
    """The terms of the course in both languages."""

    def rows() -> Rows:
        for term in terms().values():
            yield {
                "zh": term.zh,
                "en": term.en,
                "meaning": term.meaning,
                "ref": ", ".join(term.ref),
            }

    return live(lambda: html.table(rows(), _columns("zh", "en", "meaning", "ref")))


def debrief_view(case: Case) -> live:
    """The debrief of a training case, with the picture of its path.

    Raises:
        CaseError: the case is a real customer's.
    """
    d = debrief(case)

    def render() -> str:
        return html.debrief_page(d, png(path_picture(d)), picture_text(d))

    # The picture's pixels depend on the fonts of the machine, so a saved notebook does without.
    return live(render, lambda: html.debrief_page(d, None, picture_text(d)))


def cases_view() -> live:
    """The cases kept on this machine, the latest first, and how far each has come."""

    def rows() -> Rows:
        files = sorted(cases_folder().glob("*.jsonl"), key=lambda f: -f.stat().st_mtime)
        for file in files:
            try:
                case = Case(Journal.open(file, write=False))
            except (JournalError, OSError, KeyError) as error:
                yield {"name": file.stem, "status": error}
                continue
            state = case.state
            yield {
                "name": file.stem,
                "title": case.title,
                "kind": say("real" if case.real else "training"),
                "acts": len(case.journal.lines),
                "status": say("closed") if state.closed else state.steps[state.here].title,
                "points": "" if case.real else f"{debrief(case).points:g}",
            }

    return live(
        lambda: html.table(
            list(rows()), _columns("name", "title", "kind", "acts", "status", "points")
        )
    )
