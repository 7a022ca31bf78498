"""Which facts of the coursework a class has mastered, by its answers and its cases."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import pandas as pd

from creditkit.analysis.estimates import wilson
from creditkit.content.library import refs
from creditkit.content.schema_questions import AnyQuestion, Choice
from creditkit.teaching.exercise import exercise
from creditkit.teaching.marking import mark
from creditkit.teaching.progress import taught

Status = Literal["mastered", "not_mastered", "open"]
# What share of a fact counts as mastered by a class.
MASTERED = 0.7


def credits(question: AnyQuestion, seed: int, answer: Any) -> dict[str, float]:
    """What an answer shows of each fact its question teaches, 0 to 1.

    A fact that hangs on parts of the answer is known as far as these parts are right, any other
    as far as the whole is.

    >>> from creditkit.content.library import questions
    >>> routes = next(q for q in questions("refusal").items if q.id == "refusal_routes")
    >>> x = exercise(routes, 1)
    >>> found = credits(routes, 1, x.key | {"fraud": "A"})
    >>> found["R5.6"], found["R5.7"]
    (1.0, 0.0)
    """
    x = exercise(question, seed)
    found = mark(x, answer)
    known = dict.fromkeys(taught(question), found.share)
    if question.type == "single":
        return known
    # What was chosen wrongly says nothing of the fact the option is about.
    wrong = {p.id for p in x.phrases if isinstance(p, Choice) and not p.right}
    parts: dict[str, list[float]] = {}
    for part in found.parts:
        for ref in part.ref if part.id not in wrong else ():
            parts.setdefault(ref, []).append(float(part.verdict == "right"))
    return known | {ref: sum(each) / len(each) for ref, each in parts.items()}


def evidence(
    marks: pd.DataFrame,
    lines: pd.DataFrame,
    questions: Mapping[str, AnyQuestion],
    points: Iterable[Mapping[str, Any]] = (),
) -> pd.DataFrame:
    """All that shows what a student knows of a fact: answers, and lines of case debriefs.

    Args:
        marks, lines: the tables of `creditkit.teaching.marked`; what does not count left out.
        questions: by id. Of a question that is not among them every fact gets the whole's share.
        points: the table `point`, of essays: the trainer's rulings are in it.

    Returns:
        DataFrame with a row a student, fact and piece of evidence: `student`, `ref`, `piece` (str)
        and `share` (float64, 0 to 1).
    """
    said: dict[tuple[str, str], dict[str, float]] = {}
    for p in points:
        shown = said.setdefault((p["student"], p["item"]), {})
        shown[p["ref"]] = float(p["state"] == "covered")
    rows: list[tuple[str, str, str, float]] = []
    asked = marks[marks["kind"] == "question"]
    columns = ["student", "item", "refs", "share", "seed", "answer", "verdict"]
    for student, item, of, share, seed, answer, verdict in asked[columns].itertuples(index=False):
        found = dict.fromkeys(of, float(share))
        if (student, item) in said:
            found |= said[student, item]
        elif item in questions and verdict != "not_attempted":
            found = credits(questions[item], int(seed), answer)
        rows += [(student, ref, item, known) for ref, known in found.items()]
    told = lines[lines["out_of"].astype("float64") > 0]
    columns = ["student", "item", "step", "line", "refs", "points", "out_of"]
    for student, item, step, line, of, points, out_of in told[columns].itertuples(index=False):
        piece, known = f"{item}/{step}/{line['en']}", max(0.0, points / out_of)
        rows += [(student, ref, piece, known) for ref in of]
    frame = pd.DataFrame(rows, columns=["student", "ref", "piece", "share"])
    return frame.astype({"share": "float64"})


def mastery(shown: pd.DataFrame, mastered: float = MASTERED) -> pd.DataFrame:
    """How well a class knows each fact, by what `evidence` found.

    A student's share of a fact is the mean over the evidence. The interval is Wilson's over the
    students, so with partial knowledge it is rather too wide than too narrow.

    Returns:
        DataFrame indexed by ref, in the coursework's order: `evidence` (int64, pieces), `students`
        (int64), `share`, `low`, `high` (float64) and `status` (str): `mastered` where the interval
        lies above the threshold, `not_mastered` where it lies below, `open` where the class is too
        small to tell.

    >>> shown = pd.DataFrame({"student": list("abcd"), "ref": ["R1"] * 4, "piece": ["q"] * 4,
    ...     "share": [0.0, 0.0, 0.0, 0.5]})
    >>> found = mastery(shown).loc["R1"]
    >>> float(found["share"]), found["status"]
    (0.125, 'not_mastered')
    """
    pieces = shown.groupby("ref")["piece"].nunique()
    each = shown.groupby(["ref", "student"])["share"].mean()
    rows = {}
    for ref in [r for r in refs() if r in pieces.index]:
        known = each.loc[ref]
        low, high = wilson(float(known.sum()), len(known))
        status: Status = (
            "mastered" if low >= mastered else "not_mastered" if high < mastered else "open"
        )
        rows[ref] = [int(pieces[ref]), len(known), float(known.mean()), low, high, status]
    columns = ["evidence", "students", "share", "low", "high", "status"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)
