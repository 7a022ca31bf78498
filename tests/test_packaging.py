"""The lists of dependencies agree, and what is installed has everything in it."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

import creditkit

ROOT = Path(__file__).parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
META: dict[str, Any] = PROJECT["project"]
# Spelt in parts, so that this file names none of them.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("anaconda", "org"),
        ("anaconda", "com"),
        ("debian", "org"),
        ("tsinghua", "edu"),
        ("aliyun", "com"),
        ("jsdelivr", "net"),
        ("unpkg", "com"),
    )
]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def wanted(lines: list[str]) -> dict[str, str]:
    """Requirements as a map from name to what must hold of the version."""
    found = {}
    for line in lines:
        match = re.fullmatch(r"([A-Za-z0-9._-]+)(.*)", line)
        assert match, line
        found[normal(match[1])] = match[2]
    return found


RUNTIME = wanted(META["dependencies"])
TEST = wanted(META["optional-dependencies"]["test"])
BUILD = wanted(PROJECT["build-system"]["requires"])


def numbers(version: str) -> list[int]:
    return [int(n) for n in re.findall(r"\d+", version)]


def test_conda_environment_agrees_with_the_project() -> None:
    env = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    (pip,) = [d["pip"] for d in env["dependencies"] if isinstance(d, dict)]
    conda = [d for d in env["dependencies"] if isinstance(d, str)]
    assert "-e ." in pip
    found = wanted([d for d in [*conda, *pip] if d not in {"pip", "-e ."}])
    assert found == {"python": META["requires-python"], **RUNTIME}


PINNED = ["constraints.txt", "constraints-test.txt", "constraints-spark.txt"]
SPARK = wanted(META["optional-dependencies"]["spark"])


def pins(file: str) -> dict[str, list[tuple[str, str]]]:
    """Package name to its pinned versions, each with the text that follows it in the file."""
    text = (ROOT / file).read_text("utf-8")
    found: dict[str, list[tuple[str, str]]] = {}
    for block in re.split(r"\n(?=\S)", text):
        match = re.match(r"([A-Za-z0-9._-]+)==([^\s;\\]+)", block)
        assert match, block[:80]
        found.setdefault(normal(match[1]), []).append((match[2], block))
    return found


@pytest.mark.parametrize(
    ("file", "asked"),
    [
        ("constraints.txt", {**RUNTIME, **BUILD}),
        ("constraints-test.txt", {**RUNTIME, **TEST}),
        ("constraints-spark.txt", SPARK),
    ],
)
def test_every_dependency_is_pinned_with_hashes(file: str, asked: dict[str, str]) -> None:
    found = pins(file)
    # The test extra takes in the other extras by the package's own name.
    for name in asked.keys() - {"creditkit"}:
        for version, block in found[name]:
            assert "--hash=sha256:" in block
            assert numbers(version) >= numbers(asked[name]), f"{name} {version} is older"


def test_what_the_tests_need_adds_to_the_pins_of_the_course_and_changes_none() -> None:
    everything = pins("constraints-test.txt")
    for name, found in pins("constraints.txt").items():
        assert [v for v, _ in found] == [v for v, _ in everything[name]]


def test_the_pins_of_spark_are_pyspark_and_what_it_alone_needs() -> None:
    assert set(pins("constraints-spark.txt")) == {"pyspark", "py4j"}
    assert not set(pins("constraints-test.txt")) & set(pins("constraints-spark.txt"))


@pytest.mark.parametrize("file", PINNED)
def test_pins_all_have_hashes_and_name_no_address(file: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    assert all("--hash=sha256:" in block for found in pins(file).values() for _, block in found)
    assert "://" not in text
    assert not re.search(r"^\s*(-i|-f|--index|--extra-index|--find-links)", text, re.M)


def committed() -> list[Path]:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    run = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [ROOT / name for name in run.stdout.decode().split("\0") if name]


def test_no_committed_file_names_a_registry() -> None:
    for path in committed():
        if path.is_file():
            text = path.read_text("utf-8", errors="replace")
            assert not [host for host in REGISTRIES if host in text], path


def test_one_version() -> None:
    assert creditkit.__version__ == META["version"]
    assert f"## {META['version']}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_readme_commands_are_make_targets_and_ci_runs_the_second() -> None:
    first_screen = "\n".join((ROOT / "README.md").read_text("utf-8").splitlines()[:25])
    make = (ROOT / "Makefile").read_text("utf-8")
    for target in ("lab", "test"):
        assert re.search(rf"^make {target} ", first_screen, re.M)
        assert re.search(rf"^{target}:", make, re.M)
    assert (ROOT / ".ci" / "run").read_text("utf-8").rstrip().endswith("exec make test")


def notebooks_in(folder: Path) -> set[str]:
    """The notebooks under a folder, by their place in it."""
    files = (p.relative_to(folder) for p in folder.rglob("*.ipynb"))
    return {p.as_posix() for p in files if ".ipynb_checkpoints" not in p.parts}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    (built,) = folder.glob("*.whl")
    return built


def test_wheel_has_the_content_the_course_and_the_settings(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    content = {p.relative_to(ROOT).as_posix() for p in (ROOT / "creditkit").rglob("*.yaml")}
    assert content <= names
    assert "creditkit/py.typed" in names
    notebooks = notebooks_in(ROOT / "notebooks")
    assert notebooks
    assert {f"creditkit/course/notebooks/{name}" for name in notebooks} <= names
    data = {p for p in committed() if ROOT / "data" in p.parents}
    assert {f"creditkit/course/{p.relative_to(ROOT).as_posix()}" for p in data} <= names
    base = f"creditkit-{META['version']}"
    assert f"{base}.dist-info/licenses/LICENSE" in names
    settings = "share/jupyter/lab/settings/overrides.d/creditkit.json"
    assert f"{base}.data/data/{settings}" in names
    page = "share/jupyter/voila/templates/creditkit/index.html.j2"
    assert f"{base}.data/data/{page}" in names


def test_installed_wheel_copies_the_course(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    code = "from creditkit.lab import prepare; print(prepare().notebooks)"
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path / "site",
        env={"CREDITKIT_HOME": str(tmp_path / "home"), "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert Path(run.stdout.strip()) == tmp_path / "home" / "notebooks"
    copied = notebooks_in(tmp_path / "home" / "notebooks")
    assert "trainer/results.ipynb" in copied
    assert copied == notebooks_in(ROOT / "notebooks")
