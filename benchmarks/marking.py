"""Marking a class: 1,000 submissions of one case and 20 questions, beside nbgrader on 20 notebooks.

    python benchmarks/marking.py [NBGRADER]

NBGRADER is the Python of an environment with nbgrader and ipykernel; without it one is made in
`.venv/nbgrader`. Its notebook asks the same 20 questions, with a test cell each, and has the acts
of the case as a list, with a test cell for each step. Timed is the whole command: for creditkit
`creditkit mark` with the students' feedback, for nbgrader `nbgrader autograde` without it.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import nbformat
import pytest

from creditkit.content.library import question_sets
from creditkit.teaching.exercise import exercise
from creditkit.teaching.marked import read_marked
from creditkit.teaching.roster import Student
from creditkit.teaching.submission import seal
from tests.handing_out import Class, a_class, handed_in

STUDENTS, COPIES, QUESTIONS, JOBS, RUNS = 1000, 20, 20, 2, 3
ROOT = Path(__file__).parents[1]


def class_of_many(folder: Path) -> Class:
    """A class whose submissions are of three kinds: all right, partly right, and wrong."""
    ids = [q.id for s in question_sets() for q in s.items if q.type != "essay"]
    chosen = ids[:: len(ids) // QUESTIONS][:QUESTIONS]
    yaml = (
        "assignment: week1\ntitle: {zh: 第一周, en: Week one}\n"
        f"questions: [{', '.join(chosen)}]\n"
        "scenarios: [squid_plant]\npoints: {questions: 40, scenarios: 60}\n"
    )
    roster = tuple(Student(f"{n:04}", f"学员 {n}") for n in range(STUDENTS))
    desk = a_class(folder, yaml, roster=roster)
    with pytest.MonkeyPatch.context() as patch:
        kinds = [
            json.loads(handed_in(desk, f"{n:04}", patch, how).read_text("utf-8"))
            for n, how in enumerate(("right", "partly", "wrong"))
        ]
    for n, issued in enumerate(desk.pack.issued):
        who = {"id": issued.id, "name": issued.name}
        body = kinds[n % 3] | {"student": who, "handout": issued.handout}
        body |= seal(body, issued.token)
        text = json.dumps(body, ensure_ascii=False, indent=1)
        (desk.inbox / f"week1_{issued.id}.json").write_text(text, "utf-8")
    return desk


def processor_seconds() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def seconds(command: list[str], **options: Any) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, **options)
    return time.perf_counter() - start


def mark_class(desk: Class) -> list[float]:
    out = desk.folder / "marks"
    command = [sys.executable, "-m", "creditkit", "mark", str(desk.inbox), "--jobs", str(JOBS)]
    command += ["--pack", str(desk.folder / "out"), "--out", str(out)]
    taken = [seconds(command) for _ in range(RUNS)]
    marked = read_marked(out).tables["student"]
    assert len({student["points"] for student in marked}) == 3
    assert all(student["file"] for student in marked)
    return taken


def nbgrader_python() -> str:
    if len(sys.argv) > 1:
        return sys.argv[1]
    home = ROOT / ".venv" / "nbgrader"
    python = home / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "nbgrader", "ipykernel"]
        subprocess.run(install, check=True)
    return str(python)


def course(folder: Path, desk: Class) -> None:
    """The same work as a course of nbgrader."""
    issued = desk.issued("0000")
    body = json.loads((desk.inbox / "week1_0000.json").read_text("utf-8"))
    acts = [
        {key: line[key] for key in ("act", "step", "items", "choice") if key in line}
        for line in body["cases"]["case1"]
    ]
    tasks = [(q.id, exercise(q, issued.seed).key) for q in desk.pack.questions]
    for where, answered in (("source", False), ("submitted", True)):
        notebook = nbformat.v4.new_notebook()
        for name, key in tasks:
            notebook.cells += [_solution(name, key if answered else None), _test(name, key)]
        notebook.cells.append(_solution("acts", acts if answered else None))
        notebook.cells += [_test(f"acts[{n}]", act) for n, act in enumerate(acts)]
        places = [f"{n:04}/week1" for n in range(COPIES)] if answered else ["week1"]
        for place in places:
            path = folder / where / place / "week1.ipynb"
            path.parent.mkdir(parents=True)
            nbformat.write(notebook, path)
    (folder / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'course'\n", "utf-8"
    )


def _cell(source: str, name: str, **more: Any) -> Any:
    grade_id = "".join(c if c.isalnum() else "_" for c in name)
    about = {"grade_id": grade_id, "schema_version": 3, "task": False, **more}
    return nbformat.v4.new_code_cell(source, metadata={"nbgrader": about})


def _solution(name: str, answer: Any) -> Any:
    return _cell(f"{name} = {answer!r}", name, grade=False, solution=True, locked=False)


def _test(name: str, key: Any) -> Any:
    source = f"assert {name} == {key!r}"
    return _cell(source, f"test_{name}", grade=True, solution=False, locked=True, points=1)


def autograde(python: str, folder: Path) -> float:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "PYTHON"))}
    # nbgrader calls a program of its own environment by name.
    env["PATH"] = f"{Path(python).parent}{os.pathsep}{env['PATH']}"
    nbgrader = [python, "-m", "nbgrader"]
    seconds([*nbgrader, "generate_assignment", "week1"], cwd=folder, env=env)
    taken = seconds([*nbgrader, "autograde", "week1"], cwd=folder, env=env)
    graded = list((folder / "autograded").glob("*/week1/week1.ipynb"))
    assert len(graded) == COPIES, graded
    return taken


def main() -> None:
    python = nbgrader_python()
    with tempfile.TemporaryDirectory() as home:
        desk = class_of_many(Path(home))
        before = processor_seconds()
        taken = mark_class(desk)
        busy = (processor_seconds() - before) / RUNS
        middle = sorted(taken)[len(taken) // 2]
        print(f"creditkit mark   {STUDENTS:5} submissions, {JOBS} processes, median of {RUNS}:")
        print(f"  {middle:8.2f} s  {middle / STUDENTS * 1000:10.2f} ms each, feedback included")
        print(f"  {busy:8.2f} s of processor time, which is what it takes when others use it too")
        (Path(home) / "course").mkdir()
        course(Path(home) / "course", desk)
        before = processor_seconds()
        peer = autograde(python, Path(home) / "course")
        peer_busy = processor_seconds() - before
        print(f"nbgrader autograde {COPIES:3} notebooks, without feedback:")
        print(f"  {peer:8.2f} s  {peer / COPIES * 1000:10.2f} ms each")
        print(f"  {peer_busy:8.2f} s of processor time, generate_assignment included")
        print(f"ratio per submission: {(peer / COPIES) / (middle / STUDENTS):.0f}")


if __name__ == "__main__":
    main()
