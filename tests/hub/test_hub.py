"""A class on a real JupyterHub: each in a server of one's own, and no act lost by a killed hub."""

import asyncio
import os
import random
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tornado.httpclient import HTTPClientError

from tests.hub.hub import MISSING, Hub, Student, at_work, lost, proxy, running_hub

pytest.importorskip("jupyterhub", reason="the extra `hub` is not installed")
NAMES = ["ann", "bob"]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    if not sys.platform.startswith("linux"):
        pytest.skip("JupyterHub is for Linux")
    if proxy() is None:
        pytest.skip(MISSING)
    with running_hub(tmp_path_factory.mktemp("hub"), NAMES) as hub:
        yield hub


def test_students_work_apart_and_lose_nothing_when_hub_and_kernel_are_killed(hub: Hub) -> None:
    # In a thread of its own: browser tests of the same process leave a loop running.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, _a_class(hub)).result()


async def _a_class(hub: Hub) -> None:
    ann, bob = students = [Student(hub, name) for name in NAMES]
    await asyncio.gather(*(s.log_in() for s in students))
    await asyncio.gather(*(s.start_server() for s in students))
    await asyncio.gather(*(s.open_case() for s in students))
    rng = random.Random(1)
    async with at_work(students, lambda: rng.uniform(0, 0.05)):
        await _until(lambda: all(len(s.confirmed) > 4 for s in students))
        hub.kill()
        before = [len(s.confirmed) for s in students]
        await _until(
            lambda: all(len(s.confirmed) > n + 2 for s, n in zip(students, before, strict=True))
        )
        await asyncio.to_thread(hub.start)
        before = [len(s.confirmed) for s in students]
        os.kill(ann.pid, signal.SIGKILL)
        await _until(
            lambda: all(len(s.confirmed) > n + 2 for s, n in zip(students, before, strict=True))
        )

    assert ann.resumed >= 1
    for student in students:
        assert lost(student) == []
        assert len({key for key, _ in student.confirmed}) > 8
        await student.close()
    await _nobody_reads_anothers(hub, ann, bob)


async def _until(done: Callable[[], bool], patience: float = 60.0) -> None:
    async with asyncio.timeout(patience):
        while not done():
            await asyncio.sleep(0.05)


async def _nobody_reads_anothers(hub: Hub, ann: Student, bob: Student) -> None:
    file = "api/contents/cases/class.jsonl"
    own = await ann.ask(f"{ann.base}/{file}")
    assert own.code == 200 and b"attitude" in own.body
    stranger = Student(hub, "nobody", token="0" * 32)
    for path in (file, "api/contents", "api/kernels", "api/sessions", "lab", "files/cases"):
        for other in (ann, stranger):
            answer = await other.ask(f"{bob.base}/{path}", follow_redirects=False)
            # A page sends a stranger to the log-in; all else is refused.
            to = answer.headers.get("Location", "")
            sent_away = other is stranger and answer.code == 302 and to.startswith("/hub/")
            assert sent_away or answer.code == 403, (other.name, path, answer.code)
    spy = Student(hub, "bob", token=ann.token, kernel=bob.kernel)
    with pytest.raises(HTTPClientError, match="403"):
        await spy.connect()
    assert (await ann.ask("/hub/api/users/bob", follow_redirects=False)).code in {403, 404}
    assert (await ann.ask("/hub/api/users/bob/server", "DELETE")).code in {403, 404}
    for student in (ann, bob):
        for folder in (hub.home(student.name), hub.home(student.name) / "creditkit"):
            assert folder.stat().st_mode & 0o777 == 0o700
        for made in (hub.home(student.name) / "creditkit").rglob("*"):
            assert not made.stat().st_mode & 0o077, made


def test_only_this_machine_reaches_a_hub_on_trial() -> None:
    config = (Path(__file__).parents[2] / "deploy" / "jupyterhub_config.py").read_text("utf-8")
    trial = config[config.index("if trial_password:") : config.index("else:")]
    assert 'bind_url = "http://127.0.0.1:8000"' in trial
