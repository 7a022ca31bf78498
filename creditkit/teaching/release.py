"""Handing out: an assignment becomes a folder for each student, and a pack for the trainer."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from creditkit.casework.export import write_whole
from creditkit.casework.sealed import sealed_procedure, sealed_scenario
from creditkit.casework.variants import find_scenario
from creditkit.content.assignments import (
    load_assignment,
    named_questions,
    named_scenario,
    shipped,
)
from creditkit.content.check_assignment import past_deadline
from creditkit.content.library import procedure
from creditkit.content.schema import Part, Procedure, Scenario
from creditkit.content.schema_assignments import Assignment, Drawn
from creditkit.content.schema_questions import AnyQuestion
from creditkit.teaching.exercise import exercise
from creditkit.teaching.handout import (
    FORMAT,
    NAME,
    Build,
    GivenCase,
    Handout,
    HandoutError,
    Who,
    digest,
    say,
)
from creditkit.teaching.notebook import notebook
from creditkit.teaching.pack import FORMAT as PACK_FORMAT
from creditkit.teaching.pack import NAME as PACK
from creditkit.teaching.pack import Issued, Pack, drawn, load_pack, token
from creditkit.teaching.roster import Student
from creditkit.teaching.sheets import sheet
from creditkit.teaching.submission import safe_name
from creditkit.text import Text, join, plain

# The folder of a release that is the same for all.
EVERYONE = "everyone"
README = "README.md"
# How many students are named of those whose work would not count.
NAMED = 10


@dataclass(frozen=True, slots=True)
class Release:
    """What was written: `students` for handing out, `pack` for the trainer alone."""

    students: Path
    pack: Path
    count: int
    warnings: tuple[Text, ...]


def release(
    path: str | Path,
    out: str | Path,
    roster: Sequence[Student] = (),
    build: Build = "practice",
    secret: str | None = None,
    *,
    replace: bool = False,
) -> Release:
    """Write the students' notebooks of an assignment, and the trainer's pack.

    A practice build carries its key, so that work is marked at once; an assessment carries none.
    The same assignment, roster and secret give the same files to the byte. Released again with
    another title, deadline, points or terms, work begun goes on and submissions stay good.

    Args:
        path: the assignment's YAML file.
        out: the folder to write to: `students` and `trainer` in it.
        roster: who gets it; nobody in particular when empty.
        secret: what seeds and tokens are made from; by default that of the pack already in `out`,
            else a new one.
        replace: whether handouts already in `out` may be replaced by such as do not go on from
            them: what was done on those no longer counts.

    Raises:
        ContentError: the assignment is not in order.
        HandoutError: `out` holds another assignment's pack, or handouts that would no longer
            count; variants for each student were asked for without a roster; or something cannot
            be written.
    """
    from creditkit import __version__

    a, folder, out = load_assignment(path), Path(path).parent, Path(out)
    if a.seed == "student" and not roster:
        raise HandoutError(say("needs_roster"))
    before = _before(out, a, secret)
    secret = secret or (before.secret if before else secrets.token_hex(16))
    questions = tuple(q for name in a.questions for q in named_questions(name, folder))
    scenarios: dict[str, Scenario] = {}
    procedures: dict[str, Procedure] = {}
    issued = []
    files: dict[Path, dict[str, Any]] = {}
    for student in roster or (Student(""),):
        seed = drawn(secret, f"seed/{a.id}", student.id if a.seed == "student" else "", build)
        named = _scenarios(a, folder, seed, scenarios, procedures)
        place = safe_name(student.id) if student.id else EVERYONE
        given = token(secret, f"token/{a.id}/{build}", student.id)
        handout = _handout(a, build, student, seed, given, questions, named, procedures)
        data = _plain(handout)
        files[out / "students" / place] = data
        issued.append(
            Issued(
                id=student.id,
                name=student.name,
                folder=place,
                seed=seed,
                token=given,
                handout=digest(data),
                scenarios=tuple(scenario.id for scenario in named),
            )
        )
    pack = Pack(
        creditkit_pack=PACK_FORMAT,
        creditkit=__version__,
        build=build,
        secret=secret,
        assignment=a,
        roster=bool(roster),
        issued=tuple(issued),
        questions=questions,
        scenarios=scenarios,
        procedures=procedures,
    )
    if before and not replace:
        _check_they_go_on(before, pack, out)
    page = notebook(a, build)
    try:
        for target, data in files.items():
            target.mkdir(parents=True, exist_ok=True)
            write_whole(target / NAME, _text(data))
            write_whole(target / f"{a.id}.ipynb", page)
        trainer = out / "trainer"
        trainer.mkdir(parents=True, exist_ok=True)
        trainer.chmod(0o700)
        write_whole(trainer / PACK, _text(_plain(pack)))
        note = say(f"readme_{build}")
        write_whole(trainer / README, f"{note.zh}\n{note.en}")
    except OSError as error:
        reason = error.strerror or str(error)
        raise HandoutError(say("cannot_release", path=out, problem=reason)) from error
    warnings = _open_secrets(a, questions) if build == "assessment" else ()
    if (past := past_deadline(a)) is not None:
        warnings = (past, *warnings)
    return Release(out / "students", trainer / PACK, len(issued), warnings)


def _scenarios(
    a: Assignment,
    folder: Path,
    seed: int,
    scenarios: dict[str, Scenario],
    procedures: dict[str, Procedure],
) -> list[Scenario]:
    named = []
    for i, entry in enumerate(a.scenarios):
        if isinstance(entry, Drawn):
            # Two from one bank are two cases.
            name = f"{entry.variant}/{seed + i}/{entry.level}"
            found = scenarios.get(name) or find_scenario(name)
        else:
            found = named_scenario(entry, folder)
        scenarios[found.id] = found
        procedures.setdefault(found.procedure, procedure(found.procedure))
        named.append(found)
    return named


def _handout(
    a: Assignment,
    build: Build,
    student: Student,
    seed: int,
    given: str,
    questions: Sequence[AnyQuestion],
    scenarios: Sequence[Scenario],
    procedures: dict[str, Procedure],
) -> Handout:
    common: dict[str, Any] = {
        "creditkit_handout": FORMAT,
        "build": build,
        "assignment": a.id,
        "title": a.title,
        "language": None if a.language == "both" else a.language,
        "student": Who(id=student.id, name=student.name) if student.id else None,
        "deadline": a.due,
        "hints": a.hints,
        "token": given,
    }
    cases = [(f"case{n}", s, procedures[s.procedure]) for n, s in enumerate(scenarios, start=1)]
    if build == "practice":
        return Handout(
            **common,
            attempts=a.attempts,
            seed=seed,
            questions=tuple(questions),
            cases=tuple(GivenCase(case=c, scenario=s, procedure=p) for c, s, p in cases),
        )
    return Handout(
        **common,
        confidence=a.confidence,
        sheets=tuple(
            sheet(exercise(q, seed), f"q{n}", a.hints) for n, q in enumerate(questions, start=1)
        ),
        cases=tuple(
            GivenCase(case=c, scenario=sealed_scenario(s, p, c), procedure=sealed_procedure(p))
            for c, s, p in cases
        ),
    )


def _open_secrets(a: Assignment, questions: Sequence[AnyQuestion]) -> tuple[Text, ...]:
    """What an assessment uses of which anyone can read the key in the package."""
    names = [e.variant if isinstance(e, Drawn) else e for e in a.scenarios]
    known = [name for name in [*(q.id for q in questions), *names] if shipped(name)]
    return (say("open_secrets", names=join(map(plain, known))),) if known else ()


def _before(out: Path, a: Assignment, secret: str | None) -> Pack | None:
    """The release that is in `out` already."""
    if not (out / "trainer" / PACK).exists():
        return None
    try:
        before = load_pack(out)
    except HandoutError:
        # With the secret told, a damaged pack is made good by releasing again.
        if secret:
            return None
        raise
    if before.assignment.id != a.id:
        raise HandoutError(say("other_pack", path=out, there=before.assignment.id, here=a.id))
    return before


def _check_they_go_on(before: Pack, now: Pack, out: Path) -> None:
    """Refuse a release after which work on handouts already given out would not count."""
    if before.build != now.build:
        there, here = say(f"build_{before.build}"), say(f"build_{now.build}")
        raise HandoutError(say("other_build", path=out, there=there, here=here))
    after = {id: one.handout for id, one in now.by_id.items()}
    ended = [one for id, one in before.by_id.items() if after.get(id) != one.handout]
    if not ended:
        return
    if not before.roster:
        raise HandoutError(say("handout_ended", path=out))
    named = [plain(one.id) for one in ended[:NAMED]]
    left = len(ended) - len(named)
    more = say("and_more", count=left) if left else plain("")
    count, of = len(ended), len(before.issued)
    raise HandoutError(
        say("handouts_ended", path=out, count=count, of=of, ids=join(named), more=more)
    )


def _plain(part: Part) -> dict[str, Any]:
    return part.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _text(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"
