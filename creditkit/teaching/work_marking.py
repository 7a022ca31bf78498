"""What one submission is worth: its answers marked, its cases worked again and debriefed.

Nothing in a submission is believed but what the student did: answers are marked anew by the pack's
key, and each case is worked again by the rules (`casework.enact`).

- Practice: of a question the answers count that were given to the variant handed out, before its
  answer was shown, and of these the first `attempts`; the best of them is the mark.
- Assessment: the last answer to a question counts.
- A case counts up to its first closing, by its debrief's share of the points there were to earn.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from creditkit.casework.debrief import Debrief, debrief
from creditkit.casework.enact import Enacted, enact
from creditkit.casework.journal import Line
from creditkit.content.schema_questions import AnyQuestion
from creditkit.teaching.essay.rulings import fingerprint
from creditkit.teaching.exercise import Exercise, exercise
from creditkit.teaching.marked import Record
from creditkit.teaching.marking import Mark, mark
from creditkit.teaching.pack import Issued, Pack
from creditkit.teaching.sheets import decoded
from creditkit.teaching.submission import Submission

# A longer gap between two acts was spent on something else.
LONGEST_GAP = 600.0
ACT_FIELDS = ("n", "t", "act", "step", "items", "choice", "because", "round", "refused")


@dataclass(frozen=True, slots=True)
class MarkedQuestion:
    exercise: Exercise
    answer: Any
    mark: Mark
    record: Record


@dataclass(frozen=True, slots=True)
class MarkedCase:
    debrief: Debrief
    enacted: Enacted
    record: Record


@dataclass(frozen=True, slots=True)
class MarkedWork:
    """A submission marked; points are those of the assignment."""

    questions: tuple[MarkedQuestion, ...]
    cases: tuple[MarkedCase, ...]
    seconds: float

    @property
    def records(self) -> list[Record]:
        return [q.record for q in self.questions] + [case.record for case in self.cases]

    @property
    def points(self) -> float:
        return round(sum((float(record["points"]) for record in self.records), 0.0), 2)

    @property
    def foreign(self) -> int:
        """Acts of cases that cannot have happened as the file tells them."""
        return sum(case.enacted.foreign for case in self.cases)


def mark_work(pack: Pack, issued: Issued, submission: Submission) -> MarkedWork:
    """Mark a submission whose seal was checked against what the student was given."""
    weights = {record["item"]: record for record in pack.items}
    answers: defaultdict[str, list[Line]] = defaultdict(list)
    timed: list[tuple[datetime, str]] = []
    names = {f"q{n}": q.id for n, q in enumerate(pack.questions, start=1)}
    for act in submission.answers:
        id = act.get("question")
        item = names.get(str(id)) if pack.build == "assessment" else id
        if isinstance(item, str):
            answers[item].append(act)
            timed.append((datetime.fromisoformat(act["t"]), item))
    for case, lines in submission.cases.items():
        timed += [(datetime.fromisoformat(line["t"]), case) for line in lines]
    seconds = _seconds(timed)
    common = {"student": issued.id or submission.student.id}
    questions = []
    for q in pack.questions:
        marked = _question(pack, issued, q, answers[q.id])
        fresh = {"language": submission.language, "seconds": seconds.get(q.id, 0.0)}
        weight = weights[q.id]
        record = {
            **common,
            "item": q.id,
            "kind": "question",
            "refs": weight["refs"],
            "share": round(marked.mark.share, 6),
            "points": round(marked.mark.share * weight["out_of"], 4),
            "out_of": round(weight["out_of"], 4),
            "verdict": marked.mark.verdict,
            "seed": issued.seed,
            **fresh,
            **marked.record,
            "answer": marked.answer,
            "shown": [p.id for p in marked.exercise.phrases],
        }
        questions.append(MarkedQuestion(marked.exercise, marked.answer, marked.mark, record))
    cases = []
    for n, name in enumerate(issued.scenarios, start=1):
        item = f"case{n}"
        scenario = pack.scenarios[name]
        enacted = enact(submission.cases.get(item, ()), scenario, pack.played[scenario.procedure])
        told = debrief(enacted.case)
        out_of = weights[item]["out_of"]
        begun = bool(enacted.case.journal.lines)
        share = max(0.0, told.points / told.out_of) if begun and told.out_of else 0.0
        drawn = name.split("/")
        record = {
            **common,
            "item": item,
            "kind": "scenario",
            "refs": list(scenario.ref),
            "share": round(share, 6),
            "points": round(share * out_of, 4),
            "out_of": round(out_of, 4),
            "verdict": _verdict(share) if begun else "not_attempted",
            "seed": int(drawn[1]) if len(drawn) > 2 else None,
            "language": submission.language,
            "seconds": seconds.get(item, 0.0),
            "attempts": enacted.back,
            "attempt": 1 if begun else None,
            "confidence": None,
            "scenario": name,
            "finished": told.finished,
        }
        cases.append(MarkedCase(told, enacted, record))
    return MarkedWork(tuple(questions), tuple(cases), round(sum(seconds.values()), 1))


def essay_points(marked: MarkedQuestion) -> Iterable[Record]:
    """An essay's key points as the table `point` of `marked.jsonl` has them."""
    text = marked.answer
    name = fingerprint(text) if marked.mark.essay else ""
    for found in marked.mark.essay.findings.values() if marked.mark.essay else ():
        yield {
            "student": marked.record["student"],
            "item": marked.record["item"],
            "ref": found.ref,
            "state": found.state,
            "confidence": found.confidence,
            "words": " … ".join(text[a:b] for a, b in found.evidence),
            "answer": name,
            "ruled": found.ruled or None,
        }


def case_lines(item: str, marked: MarkedCase) -> Iterable[Record]:
    """A case's debrief as the table `line` of `marked.jsonl` has it."""
    for score in marked.debrief.scores:
        for line in score.lines:
            yield {
                "student": marked.record["student"],
                "item": item,
                "dimension": score.id,
                "step": line.step,
                "line": {"zh": line.title.zh, "en": line.title.en},
                "refs": list(line.ref),
                "points": round(line.points, 4),
                "out_of": round(line.out_of, 4),
                "verdict": line.verdict,
            }


def case_acts(item: str, marked: MarkedCase) -> Iterable[Record]:
    """The acts of a case that count, as the table `act` of `marked.jsonl` has them."""
    for line in marked.enacted.case.state.lines:
        fields = {key: line.get(key) for key in ACT_FIELDS}
        lists = {key: list(line.get(key, ())) for key in ("items", "because")}
        yield {
            "student": marked.record["student"],
            "item": item,
            **fields,
            **lists,
            "round": line.get("round", 1),
        }


# Inside


def _question(pack: Pack, issued: Issued, q: AnyQuestion, acts: list[Line]) -> MarkedQuestion:
    x = exercise(q, issued.seed)
    given = [act for act in acts if act["act"] == "answer"]
    if pack.build == "practice":
        given = _counting(acts, issued.seed, pack.assignment.attempts)
    else:
        given = [{**act, "answer": decoded(x, act.get("answer"))} for act in given]
    marks = [mark(x, act.get("answer"), pack.rulings) for act in given]
    best, at = mark(x, None), None
    for n, one in enumerate(marks, start=1):
        if pack.build == "assessment" or at is None or one.share > best.share:
            best, at = one, n
    counted = given[at - 1] if at else {}
    sure, lang = counted.get("confidence"), counted.get("lang")
    more: Record = {
        "attempts": len(given),
        "attempt": at,
        "confidence": sure if isinstance(sure, int | float) and 0 <= sure <= 1 else None,
    }
    if lang in ("zh", "en"):
        more["language"] = lang
    return MarkedQuestion(x, counted.get("answer"), best, more)


def _counting(acts: Iterable[Line], seed: int, most: int | None) -> list[Line]:
    """The answers to a question of a practice build that count."""
    counting = []
    for act in acts:
        if act.get("seed") != seed:
            continue
        if act["act"] == "show":
            break
        if act["act"] == "answer":
            counting.append(act)
    return counting[:most]


def _verdict(share: float) -> str:
    return "right" if share >= 1 - 1e-9 else "partly" if share > 0 else "wrong"


def _seconds(timed: list[tuple[datetime, str]]) -> dict[str, float]:
    spent: defaultdict[str, float] = defaultdict(float)
    # By time alone: acts of one second stay in the order in which the file has them.
    timed.sort(key=lambda one: one[0])
    for (before, _), (after, item) in pairwise(timed):
        spent[item] += min((after - before).total_seconds(), LONGEST_GAP)
    return {item: round(seconds, 1) for item, seconds in spent.items()}
