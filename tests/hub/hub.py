"""A real JupyterHub with its proxy, as `deploy/` sets it up, for a class on this machine."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.browser.desk import free_port

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PASSWORD = "a class on this machine"
MISSING = "JupyterHub's proxy needs node and npm on the PATH (Debian, Ubuntu: apt install npm)."


def proxy() -> Path | None:
    """The proxy, installed from the pinned list first where it is not there; `None` without npm."""
    place = Path(sys.prefix) / "npm"
    command = place / "node_modules" / ".bin" / "configurable-http-proxy"
    if not shutil.which("node"):
        return None
    if not command.exists():
        npm = shutil.which("npm")
        if npm is None:
            return None
        place.mkdir(exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(DEPLOY / name, place / name)
        quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run([npm, "ci", *quiet], cwd=place, check=True, timeout=300)
    return command


@dataclass
class Hub:
    """A hub on this machine; see `running_hub`."""

    folder: Path
    ports: tuple[int, int, int]
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.ports[0]}"

    @property
    def log(self) -> Path:
        return self.folder / "hub.log"

    def home(self, student: str) -> Path:
        return self.folder / "data" / "homes" / student

    def start(self) -> None:
        """Start the hub, or start it again after it was killed; done when it answers."""
        public, inside, api = self.ports
        drop = ("JUPYTER", "CREDITKIT", "CONFIGPROXY")
        env = {k: v for k, v in os.environ.items() if not k.startswith(drop)}
        env |= {
            "CREDITKIT_HUB_DATA": str(self.folder / "data"),
            "CREDITKIT_HUB_TRIAL_PASSWORD": PASSWORD,
            "PYTHONPATH": os.pathsep.join([str(ROOT), env.get("PYTHONPATH", "")]),
        }
        command = [
            sys.executable, "-m", "jupyterhub", "-f", str(DEPLOY / "jupyterhub_config.py"),
            f"--JupyterHub.bind_url=http://127.0.0.1:{public}",
            f"--JupyterHub.hub_bind_url=http://127.0.0.1:{inside}",
            f"--ConfigurableHTTPProxy.api_url=http://127.0.0.1:{api}",
        ]  # fmt: skip
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                command, env=env, cwd=self.folder, stdout=out, stderr=subprocess.STDOUT
            )
        until = time.monotonic() + 90
        while not self._answers():
            assert self.process.poll() is None, self.told()
            assert time.monotonic() < until, self.told()
            time.sleep(0.2)

    def _answers(self) -> bool:
        with suppress(OSError), urllib.request.urlopen(f"{self.address}/hub/health", timeout=5):
            return True
        return False

    def kill(self) -> None:
        """Kill the hub without warning. Its proxy and the students' servers live on."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def told(self) -> str:
        return self.log.read_text("utf-8", errors="replace")[-4000:]

    def stop(self, students: list[str]) -> None:
        """End the servers of the students, the hub and its proxy."""
        for name in students:
            for pid in _pids(self.home(name)):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)
        with suppress(OSError, ValueError, ProcessLookupError):
            os.kill(int((self.folder / "data" / "proxy.pid").read_text()), signal.SIGTERM)


def _pids(home: Path) -> list[int]:
    """The processes of a student: those that have the student's home as theirs."""
    wanted = f"HOME={home}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if wanted in entry.read_bytes().split(b"\0"):
                found.append(int(entry.parent.name))
    return found


@contextmanager
def running_hub(folder: Path, students: list[str]) -> Iterator[Hub]:
    """A hub with its proxy, for some students; all processes end with it."""
    found = proxy()
    assert found is not None, MISSING
    hub = Hub(folder, (free_port(), free_port(), free_port()))
    try:
        hub.start()
        yield hub
    finally:
        hub.stop(students)
