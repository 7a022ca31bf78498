"""What is wrong with an installation, and what to do about it: `creditkit check`.

Every check ends in a `Finding`; none of them raises, since a broken installation is just what they
are there to explain.
"""

import importlib
import json
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from subprocess import DEVNULL
from tempfile import TemporaryDirectory
from typing import Literal

from creditkit.lab import checkout, home
from creditkit.text import BilingualError, Text, phrases, plain

State = Literal["ok", "warning", "fail"]
SIGNS: dict[State, str] = {"ok": "✓", "warning": "!", "fail": "✗"}
OLDEST_PYTHON = (3, 11)
# A whole class's cases fit in a few megabytes; below this the disk is as good as full.
LEAST_FREE_MB = 100
KERNEL_SECONDS = 60
# Where a package's import name is not its own.
MODULES = {"pyyaml": "yaml"}


@dataclass(frozen=True)
class Finding:
    """The outcome of one check: how it stands, and for a fault what to do."""

    name: Text
    state: State
    detail: Text
    remedy: Text | None = None


def examine() -> Iterator[Finding]:
    """Run all checks, in the order in which a fault explains the next one.

    >>> [f.state for f in python_version()]
    ['ok']
    """
    for check in CHECKS:
        try:
            yield from check()
        except Exception as error:
            say = phrases("installation")
            name = plain(check.__name__)
            yield Finding(name, "fail", say("crashed", error=_said(error)), say("report_it"))


def lines(finding: Finding) -> list[str]:
    """A finding as lines to print, in the current language."""
    say = phrases("installation")
    head = f"{SIGNS[finding.state]} {say(finding.state)}  {finding.name}: {finding.detail}"
    return [head] if finding.remedy is None else [head, str(say("remedy", what=finding.remedy))]


def verdict(findings: Sequence[Finding]) -> Text:
    """The closing sentence.

    >>> from creditkit.text import set_language
    >>> set_language("en"); print(verdict([]))
    The installation is in order.
    """
    say = phrases("installation")
    if broken := sum(f.state == "fail" for f in findings):
        return say("broken", count=broken)
    return say("usable" if any(f.state == "warning" for f in findings) else "all_well")


def python_version(version: tuple[int, ...] | None = None) -> Iterator[Finding]:
    """Python is new enough."""
    say = phrases("installation")
    version = version or tuple(sys.version_info[:3])
    text = ".".join(map(str, version))
    if version < OLDEST_PYTHON:
        yield Finding(say("python"), "fail", say("python_old", version=text), say("python_remedy"))
    else:
        yield Finding(say("python"), "ok", say("python_ok", version=text, where=sys.prefix))


def requirements() -> dict[str, str]:
    """Each runtime package and its oldest version that will do, as creditkit's metadata has them.

    Raises:
        importlib.metadata.PackageNotFoundError: creditkit is not installed.

    >>> requirements()["ipywidgets"]
    '8.1'
    """
    found = {}
    for line in metadata.requires("creditkit") or []:
        match = re.fullmatch(r"([\w.-]+)\s*>=\s*([\d.]+)", line)
        if match:
            found[match[1]] = match[2]
    return found


def packages() -> Iterator[Finding]:
    """Every runtime package is there, new enough, and loads."""
    say = phrases("installation")
    remedy = say("package_remedy", command=_reinstall())
    try:
        wanted = requirements()
    except metadata.PackageNotFoundError:
        yield Finding(say("packages"), "fail", say("not_installed"), remedy)
        return
    wrong = 0
    for name, minimum in wanted.items():
        if detail := _package_fault(name, minimum):
            wrong += 1
            yield Finding(say("package", name=name), "fail", detail, remedy)
    if not wrong:
        yield Finding(say("packages"), "ok", say("packages_ok", count=len(wanted)))


def _package_fault(name: str, minimum: str) -> Text | None:
    say = phrases("installation")
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return say("package_missing")
    if _numbers(version) < _numbers(minimum):
        return say("package_old", version=version, minimum=minimum)
    try:
        importlib.import_module(MODULES.get(name.lower(), name.replace("-", "_")))
    except Exception as error:
        return say("package_broken", version=version, error=_said(error))
    return None


def _numbers(version: str) -> tuple[int, ...]:
    """The release numbers of a version.

    >>> _numbers("3.11.2rc1") > _numbers("3.9")
    True
    """
    release = re.match(r"\d+(\.\d+)*", version)
    return tuple(map(int, release[0].split("."))) if release else ()


def _reinstall() -> str:
    python = Path(sys.executable).name or "python"
    if checkout():
        return f"{python} -m pip install --require-hashes -r constraints.txt"
    return f"{python} -m pip install --upgrade --force-reinstall creditkit"


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0]


def chinese_font() -> Iterator[Finding]:
    """matplotlib has a font for Chinese."""
    from creditkit import fonts

    say = phrases("installation")
    try:
        yield Finding(say("fonts"), "ok", say("fonts_ok", font=fonts.chinese_font()))
    except BilingualError as error:
        yield Finding(say("fonts"), "fail", error.text, say("fonts_remedy"))


def case_folder(folder: Path | None = None) -> Iterator[Finding]:
    """Cases can be written, forced to disk and locked; nothing is left behind."""
    say = phrases("installation")
    folder = folder or home() / "cases"
    try:
        new = _missing(folder)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            free = _try_writing(folder)
        finally:
            for made in new:
                made.rmdir()
    except OSError as error:
        detail = say("folder_fail", folder=folder, error=error.strerror or str(error))
        yield Finding(say("folder"), "fail", detail, say("folder_remedy"))
        return
    slots = {"folder": folder, "free": f"{free:,.0f}"}
    if free < LEAST_FREE_MB:
        remedy = say("folder_low_remedy")
        yield Finding(say("folder"), "warning", say("folder_low", **slots), remedy)
    else:
        yield Finding(say("folder"), "ok", say("folder_ok", **slots))


def _missing(folder: Path) -> list[Path]:
    """The folders that would have to be made, the innermost first."""
    return [path for path in (folder, *folder.parents) if not path.exists()]


def _try_writing(folder: Path) -> float:
    """Free space in megabytes, once a file was written, forced to disk, locked and read back."""
    from filelock import FileLock

    written = "客户 customer\n".encode()
    with TemporaryDirectory(prefix=".check-", dir=folder) as scratch:
        path = Path(scratch) / "file"
        with FileLock(Path(scratch) / "lock", timeout=5), path.open("wb") as file:
            file.write(written)
            file.flush()
            os.fsync(file.fileno())
        if path.read_bytes() != written:
            raise OSError(f"{path}: not what was written")
        return shutil.disk_usage(folder).free / 1e6


def kernel() -> Iterator[Finding]:
    """A notebook kernel starts, answers, and is the Python that creditkit is installed in."""
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    say = phrases("installation")
    name = say("kernel")
    try:
        KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        yield Finding(name, "fail", say("kernel_missing"), say("kernel_remedy"))
        return
    begun = time.monotonic()
    try:
        answers = _ask_kernel({"sum": "1+1", "prefix": "__import__('sys').prefix"})
    except Exception as error:
        detail = say("kernel_silent", error=_said(error))
        yield Finding(name, "fail", detail, say("kernel_silent_remedy"))
        return
    theirs = answers["prefix"].strip("'")
    if answers["sum"] != "2":
        detail = say("kernel_silent", error=f"1+1 = {answers['sum']}")
        yield Finding(name, "fail", detail, say("kernel_silent_remedy"))
    elif Path(theirs.replace("\\\\", "\\")) != Path(sys.prefix):
        detail = say("kernel_other", theirs=theirs, ours=sys.prefix)
        yield Finding(name, "fail", detail, say("kernel_remedy"))
    else:
        seconds = f"{time.monotonic() - begun:.1f}"
        yield Finding(name, "ok", say("kernel_ok", seconds=seconds))


def _ask_kernel(expressions: dict[str, str]) -> dict[str, str]:
    """What a new kernel makes of some expressions."""
    from jupyter_client.manager import start_new_kernel

    # What a kernel logs at its start would only puzzle the reader of a check.
    manager, client = start_new_kernel(KERNEL_SECONDS, "python3", stderr=DEVNULL)
    try:
        reply = client.execute("", user_expressions=expressions, reply=True, timeout=KERNEL_SECONDS)
        found = reply["content"]["user_expressions"]
        return {key: value["data"]["text/plain"] for key, value in found.items()}
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def widgets() -> Iterator[Finding]:
    """JupyterLab has the extension that draws widgets."""
    from jupyter_core.paths import jupyter_path

    say = phrases("installation")
    places = [
        Path(p, "@jupyter-widgets", "jupyterlab-manager") for p in jupyter_path("labextensions")
    ]
    if any((place / "package.json").is_file() for place in places):
        yield Finding(say("widgets"), "ok", say("widgets_ok"))
    else:
        yield Finding(say("widgets"), "fail", say("widgets_missing"), say("widgets_remedy"))


def content(folder: Path | None = None) -> Iterator[Finding]:
    """The course content can be read and passes its own checks."""
    from creditkit.content.check import check_folder

    say = phrases("installation")
    folder = folder or Path(__file__).parent / "content"
    problems = check_folder(folder)
    if problems:
        detail = say("content_wrong", count=len(problems), first=problems[0])
        yield Finding(say("content"), "fail", detail, say("content_remedy"))
    else:
        count = sum(1 for _ in folder.rglob("*.yaml"))
        yield Finding(say("content"), "ok", say("content_ok", count=count))


def lab_settings() -> Iterator[Finding]:
    """JupyterLab finds the settings that keep its news prompt away and the messages of fields and
    buttons in one thread of the kernel, in their order."""
    from jupyterlab.commands import get_app_dir

    say = phrases("installation")
    file = Path(get_app_dir()) / "settings" / "overrides.d" / "creditkit.json"
    try:
        json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        remedy = say("settings_remedy")
        yield Finding(say("settings"), "warning", say("settings_missing"), remedy)
    else:
        yield Finding(say("settings"), "ok", say("settings_ok"))


CHECKS: list[Callable[[], Iterator[Finding]]] = [
    python_version,
    packages,
    chinese_font,
    case_folder,
    kernel,
    widgets,
    content,
    lab_settings,
]
