"""What is in `deploy/` refers to what is there."""

import json
import re

import yaml

from tests.test_packaging import ROOT, pins

DEPLOY = ROOT / "deploy"


def test_the_image_copies_what_exists_and_installs_what_is_pinned() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    copied = [words.split()[:-1] for words in re.findall(r"^COPY (.*)$", text, re.M)]
    for name in (name for names in copied for name in names):
        assert (ROOT / name).exists(), name
    assert "--require-hashes -r constraints.txt" in text
    assert pins("constraints-test.txt")["jupyterhub"]


def test_the_cluster_starts_the_students_server_of_the_image() -> None:
    values = yaml.safe_load((DEPLOY / "values.yaml").read_text("utf-8"))
    started = values["singleuser"]["cmd"][-1]
    dockerfile = (DEPLOY / "Dockerfile").read_text("utf-8")
    assert f'CMD ["python", "{started}"]' in dockerfile
    assert started.removeprefix("/opt/creditkit/") == "deploy/student_server.py"
    first = values["singleuser"]["defaultUrl"].removeprefix("/lab/tree/")
    assert (ROOT / first).exists()
    home = values["singleuser"]["storage"]["homeMountPath"]
    assert values["hub"]["config"]["KubeSpawner"]["notebook_dir"] == f"{home}/creditkit"
    version = re.search(r'^version = "(.*)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.M)
    assert version and values["singleuser"]["image"]["tag"] == version[1]


def test_the_proxy_is_pinned_with_hashes_and_without_an_address() -> None:
    lock = json.loads((DEPLOY / "package-lock.json").read_text("utf-8"))
    wanted = json.loads((DEPLOY / "package.json").read_text("utf-8"))["dependencies"]
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    for name, version in wanted.items():
        assert packages[f"node_modules/{name}"]["version"] == version
    assert all("integrity" in entry and "resolved" not in entry for entry in packages.values())


def test_the_notes_name_files_that_are_there() -> None:
    text = (DEPLOY / "README.md").read_text("utf-8")
    for name in set(re.findall(r"(?:deploy|notebooks|benchmarks)/[\w/.]+\w", text)):
        assert list(ROOT.glob(f"{name}*")), name
