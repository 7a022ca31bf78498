"""Open the course in JupyterLab: what `creditkit lab` does."""

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from creditkit.text import BilingualError, language, phrases

FIRST_NOTEBOOK = "00_start_here.ipynb"
# Which edition of each file was delivered, so that a file the user changed can be told from an old
# one.
DELIVERED = ".course.json"

_PACKAGE = Path(__file__).parent


class CourseError(BilingualError):
    """The course cannot be put where it was asked for."""


@dataclass(frozen=True)
class Course:
    """A course ready to be opened: its notebooks, and the user's files that were left alone."""

    notebooks: Path
    kept: list[str] = field(default_factory=list)


def checkout() -> Path | None:
    """The source checkout this package runs from, or None when it was installed as a wheel."""
    root = _PACKAGE.parent
    return root if (root / "pyproject.toml").is_file() and (root / "notebooks").is_dir() else None


def home() -> Path:
    """The user's own creditkit folder: `CREDITKIT_HOME`, else `~/creditkit`."""
    return Path(os.environ.get("CREDITKIT_HOME") or Path.home() / "creditkit").expanduser()


def prepare(folder: Path | None = None) -> Course:
    """Find the course to open, copied to `folder` first where that is asked for or needed.

    Without a folder a source checkout opens its own notebooks; an installed wheel copies the course
    to `home()`.

    Raises:
        CourseError: the folder cannot be written to, or the installation has no course.
    """
    root = checkout()
    if folder is None and root is not None:
        return Course(root / "notebooks")
    parts = {"notebooks": (root or _PACKAGE / "course") / "notebooks"}
    parts["data"] = parts["notebooks"].parent / "data"
    if not parts["notebooks"].is_dir():
        raise CourseError(phrases("cli")("course_missing"))
    target = (folder or home()).expanduser().absolute()
    try:
        return Course(target / "notebooks", copy_course(parts, target))
    except OSError as error:
        reason = error.strerror or str(error)
        say = phrases("cli")
        raise CourseError(say("course_unwritable", folder=target, reason=reason)) from error


def copy_course(parts: Mapping[str, Path], target: Path) -> list[str]:
    """Copy the folders `parts` (name in the target: source) into `target`.

    A file the user changed is never overwritten; a file left as delivered is brought up to date.
    Returns the changed files of which there is another edition, as paths relative to `target`.
    """
    target.mkdir(parents=True, exist_ok=True)
    record = target / DELIVERED
    delivered = _delivered(record)
    kept = []
    for part, source in parts.items():
        for file in sorted(p for p in source.rglob("*") if p.is_file() and not _is_litter(p)):
            name = f"{part}/{file.relative_to(source).as_posix()}"
            copy = target / name
            edition = _digest(file)
            if copy.exists():
                present = _digest(copy)
                if present != edition and present != delivered.get(name):
                    if delivered.get(name) != edition:
                        kept.append(name)
                    continue
                delivered[name] = edition
                if present == edition:
                    continue
            copy.parent.mkdir(parents=True, exist_ok=True)
            _replace(copy, file.read_bytes())
            delivered[name] = edition
    _replace(record, json.dumps(delivered, indent=1).encode())
    return kept


def _is_litter(path: Path) -> bool:
    return any(p in {".ipynb_checkpoints", "__pycache__"} for p in path.parts)


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _delivered(record: Path) -> dict[str, str]:
    try:
        found = json.loads(record.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _replace(path: Path, content: bytes) -> None:
    scratch = path.with_name(path.name + ".new")
    try:
        scratch.write_bytes(content)
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)


def has_display(platform: str = sys.platform, env: Mapping[str, str] = os.environ) -> bool:
    """Whether a browser can be opened here.

    >>> has_display("linux", {}), has_display("linux", {"DISPLAY": ":0"}), has_display("darwin", {})
    (False, True, True)
    """
    if not platform.startswith(("linux", "freebsd", "openbsd")):
        return True
    return any(env.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))


def arguments(course: Course, *, port: int | None = None, browser: bool = True) -> list[str]:
    """JupyterLab's command line for a course.

    >>> arguments(Course(Path("notebooks")), port=9000, browser=False)[:2]
    ['--LabApp.default_url=/lab/tree/00_start_here.ipynb', '--ServerApp.root_dir=notebooks']
    """
    args = [
        f"--LabApp.default_url=/lab/tree/{FIRST_NOTEBOOK}",
        f"--ServerApp.root_dir={course.notebooks}",
        "--ServerApp.log_level=WARN",
        "--LabApp.log_level=WARN",
    ]
    if port is not None:
        args.append(f"--ServerApp.port={port}")
    if not browser:
        args.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        args.append("--allow-root")
    return args


def serve(course: Course, *, port: int | None = None, browser: bool = True) -> None:
    """Run JupyterLab on a course until it is stopped; kernels get the current language."""
    # Without this a kernel in the user's own folder would win over the one installed with us.
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    os.environ["CREDITKIT_LANG"] = language()
    from jupyterlab.labapp import LabApp

    browser = browser and has_display()
    server = LabApp.initialize_server(argv=arguments(course, port=port, browser=browser))
    # The server takes its port in the first turn of its loop: only then does the address answer.
    server.io_loop.add_callback(lambda: _announce(course, server.display_url.split()[0]))
    server.start()


def _announce(course: Course, url: str) -> None:
    say = phrases("cli")
    print(say("course_open", folder=course.notebooks))
    if course.kept:
        print(say("course_kept", files=", ".join(course.kept)))
    print(say("course_address", url=url))
    print(say("course_stop"), flush=True)
