"""How far a student has come, by section and by ref."""

import ipywidgets as w

from creditkit.content.library import sections
from creditkit.teaching.attempts import Attempts
from creditkit.teaching.marking import say
from creditkit.teaching.progress import progress
from creditkit.text import BilingualError
from creditkit.widgets import html
from creditkit.widgets.language import live


def mastery_view(section: str = "", student: str = "me") -> w.Widget:
    """What of a section is mastered, by ref: from the questions answered and the cases closed."""

    def render() -> str:
        try:
            facts = progress(Attempts(student), section)
        except BilingualError as error:
            return html.result(error, False)
        counts = {s: sum(f.status == s for f in facts) for s in ("mastered", "begun", "open")}
        unfinished = say("not_yet")
        total = html.words(say("mastery_total", all=len(facts), **counts))
        rows = [
            {
                "ref": fact.ref,
                "fact": fact.text,
                "status": say(f"status_{fact.status}"),
                "by": ", ".join([*fact.right, *(f"{id} ({unfinished})" for id in fact.wanting)]),
            }
            for fact in facts
        ]
        table = html.table(rows, {c: say(f"column_{c}") for c in ("ref", "fact", "status", "by")})
        return html.page("ck-mastery", f"<p><strong>{total}</strong></p>") + table

    return live(render)


def progress_view(student: str = "me") -> w.Widget:
    """Progress through the whole course, section by section."""

    def render() -> str:
        try:
            facts = progress(Attempts(student))
        except BilingualError as error:
            return html.result(error, False)
        rows = []
        for id, title in sections().items():
            mine = [fact for fact in facts if fact.ref.startswith(id)]
            done = sum(fact.status == "mastered" for fact in mine)
            begun = sum(fact.status == "begun" for fact in mine)
            bar = (
                f"<meter min='0' max='{len(mine)}' value='{done}' "
                f"aria-label='{html.words(title)}'></meter>"
            )
            rows.append(
                f"<tr><th scope='row'>{id}</th><td>{html.words(title)}</td><td>{bar}</td>"
                f"<td class='ck-num'>{done} / {len(mine)}</td><td class='ck-num'>{begun}</td></tr>"
            )
        keys = ("section", "title", "bar", "mastered", "begun")
        heads = "".join(f"<th scope='col'>{html.words(say(f'column_{k}'))}</th>" for k in keys)
        return html.page(
            "ck-table",
            f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>",
        )

    return live(render)
