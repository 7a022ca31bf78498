"""Students who work cases on a hub.

A student here speaks to a server as a browser's page does: logs in by the form, opens a kernel,
follows the state of the widgets, fills in fields and presses buttons by messages.
"""

import asyncio
import json
import re
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError, websocket_connect

from creditkit.casework.case import Case
from creditkit.content.schema import Step
from creditkit.content.ways import right_value
from creditkit.text import phrases
from creditkit.widgets.keyboard import ECHO_SECONDS
from tests.hub.hub import PASSWORD, Hub
from tests.playing import model_steps
from tests.playing import work as work_step

# No answer within this time means that a kernel or a connexion is gone.
PATIENCE = 20.0
say = phrases("player")


async def fetch(address: str, **options: Any) -> HTTPResponse:
    client = AsyncHTTPClient(force_instance=False, max_clients=200)
    options = {"request_timeout": 300.0, "connect_timeout": 60.0, **options}
    return await client.fetch(HTTPRequest(address, **options), raise_error=False)


@dataclass
class Student:
    """One student: logged in, with a server and a kernel in which a case is open."""

    hub: Hub
    name: str
    scenario: str = "pump_maker"
    token: str = ""
    kernel: str = ""
    pid: int = 0
    cookies: dict[str, str] = field(default_factory=dict)
    states: dict[str, dict[str, Any]] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    confirmed: list[tuple[str, str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    resumed: int = 0
    socket: WebSocketClientConnection | None = None

    # Logging in

    async def ask(self, path: str, method: str = "GET", body: Any = None, **extra: Any) -> Any:
        """A request with this student's cookies, or token where there is one."""
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if self.token:
            headers = {"Authorization": f"token {self.token}"}
        headers |= extra.pop("headers", {})
        if body is None and method in {"POST", "PUT", "PATCH"}:
            body = ""
        elif body is not None and not isinstance(body, str):
            body = json.dumps(body)
            headers["Content-Type"] = "application/json"
        answer = await fetch(
            f"{self.hub.address}{path}", method=method, body=body, headers=headers, **extra
        )
        for line in answer.headers.get_list("Set-Cookie"):
            self.cookies |= {k: m.value for k, m in SimpleCookie(line).items()}
        return answer

    async def log_in(self) -> None:
        """Log in by the form, and have a token made for the requests that follow."""
        await self.ask("/hub/login")
        form = {"username": self.name, "password": PASSWORD, "_xsrf": self.cookies["_xsrf"]}
        answer = await self.ask(
            "/hub/login?next=%2Fhub%2Fhome", "POST", urlencode(form), follow_redirects=False
        )
        assert answer.code == 302, (answer.code, answer.body[:500])
        await self.ask("/hub/home")
        made = await self.ask(
            f"/hub/api/users/{self.name}/tokens",
            "POST",
            {"note": "class"},
            headers={"X-XSRFToken": self.cookies["_xsrf"], "Referer": f"{self.hub.address}/hub/"},
        )
        assert made.code == 201, (made.code, made.body[:500])
        self.token = json.loads(made.body)["token"]

    async def start_server(self) -> None:
        """Start the student's own server; done when it is ready."""
        answer = await self.ask(f"/hub/api/users/{self.name}/server", "POST")
        assert answer.code in {201, 202}, (answer.code, answer.body[:500])
        until = time.monotonic() + 300
        while True:
            user = json.loads((await self.ask(f"/hub/api/users/{self.name}")).body)
            server = user["servers"].get("", {})
            if server.get("ready"):
                return
            assert server.get("pending") or server, self.hub.told()
            assert time.monotonic() < until, self.hub.told()
            await asyncio.sleep(0.5)

    # Working

    @property
    def base(self) -> str:
        return f"/user/{self.name}"

    async def open_case(self, case: str = "class") -> None:
        """Open the case in the kernel, a new one where the old one is gone; read the page anew."""
        if not self.kernel:
            made = await self.ask(f"{self.base}/api/kernels", "POST", {"name": "python3"})
            assert made.code == 201, (made.code, made.body[:500])
            self.kernel = json.loads(made.body)["id"]
        await self.connect()
        self.states.clear()
        code = (
            "import creditkit as ck, os\n"
            f"view = ck.play({case!r}, scenario={self.scenario!r}, guided=True)\n"
            "p = view.children[0].children[-1]\n"
            "parts = dict(action=p._action, choice=p._choice, items=p._items, text=p._text,\n"
            "    submit=p._submit, keyboard=p._keyboard, file=p._file, result=p._result)\n"
            "parts = {k: v.model_id for k, v in parts.items()}\n"
        )
        wanted = {"parts": "__import__('json').dumps([os.getpid(), parts])"}
        sent = await self.send(
            "execute_request", {"code": code, "silent": False, "user_expressions": wanted}
        )
        # The reply and what is drawn come by two ways, either of them first.
        came: dict[str, dict[str, Any]] = {}

        def whole(message: dict[str, Any]) -> bool:
            if message["parent_header"].get("msg_id") == sent:
                state = message["content"].get("execution_state", "")
                came[f"{message['msg_type']} {state}".strip()] = message
            return {"execute_reply", "status idle"} <= set(came)

        await self.until(whole, patience=120)
        reply = came["execute_reply"]
        assert reply["content"]["status"] == "ok", reply["content"]
        told = reply["content"]["user_expressions"]["parts"]["data"]["text/plain"]
        self.pid, self.parts = json.loads(told.strip("'"))

    async def connect(self) -> None:
        if self.socket is not None:
            self.socket.close()
        address = f"{self.hub.address}{self.base}/api/kernels/{self.kernel}/channels"
        request = HTTPRequest(
            f"{address.replace('http', 'ws', 1)}?session_id={uuid.uuid4().hex}",
            headers={"Authorization": f"token {self.token}"},
            request_timeout=60,
        )
        self.socket = await websocket_connect(request)

    async def send(self, kind: str, content: dict[str, Any]) -> str:
        assert self.socket is not None
        id = uuid.uuid4().hex
        header = {
            "msg_id": id, "msg_type": kind, "username": self.name, "session": self.name,
            "version": "5.3", "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        }  # fmt: skip
        message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {},
                   "content": content, "buffers": []}  # fmt: skip
        await self.socket.write_message(json.dumps(message))
        return id

    async def until(
        self, wanted: Callable[[dict[str, Any]], bool], patience: float = PATIENCE
    ) -> dict[str, Any]:
        """Read messages as a page does, keeping the state of the widgets, until one is wanted.

        Raises:
            ConnectionError: the connexion or the kernel is gone.
        """
        assert self.socket is not None
        end = time.monotonic() + patience
        while True:
            left = end - time.monotonic()
            try:
                raw = await asyncio.wait_for(self.socket.read_message(), max(left, 0.01))
            except TimeoutError:
                raise ConnectionError("no answer") from None
            if raw is None:
                raise ConnectionError("closed")
            if isinstance(raw, bytes):
                # With pictures come buffers; their message is the first part.
                count = int.from_bytes(raw[:4], "big")
                places = [int.from_bytes(raw[i : i + 4], "big") for i in range(4, 4 * count + 4, 4)]
                raw = raw[places[0] : places[1] if count > 1 else None].decode()
            message: dict[str, Any] = json.loads(raw)
            await self._follow(message)
            if wanted(message):
                return message
            if message["content"].get("execution_state") in {"restarting", "dead"}:
                raise ConnectionError("the kernel died")

    async def _follow(self, message: dict[str, Any]) -> None:
        content = message["content"]
        data = content.get("data")
        if message["msg_type"] == "comm_open":
            self.states[content["comm_id"]] = dict(data.get("state", {}))
        elif message["msg_type"] == "comm_msg" and data.get("method") == "update":
            self.states.setdefault(content["comm_id"], {}).update(data["state"])
        elif message["msg_type"] == "comm_msg" and "echo" in data.get("content", {}):
            # What the keyboard widget does on a page.
            await self._comm(content["comm_id"], "custom", content=data["content"])

    async def _comm(self, comm: str, method: str, **more: Any) -> str:
        data = {"method": method, **more}
        return await self.send("comm_msg", {"comm_id": comm, "data": data})

    def _state(self, part: str) -> dict[str, Any]:
        return self.states.get(self.parts[part], {})

    async def _choose(self, part: str, label: str) -> None:
        comm = self.parts[part]
        until = time.monotonic() + PATIENCE
        while label not in (labels := self._state(part).get("_options_labels", [])):
            if time.monotonic() > until:
                raise ConnectionError(f"{label} is not offered: {labels}")
            await self.until(lambda m: m["msg_type"] == "comm_msg")
        if self._state(part).get("index") != labels.index(label):
            await self._set(comm, index=labels.index(label))

    async def _set(self, comm: str, **state: Any) -> None:
        """Change a field; done when the kernel has dealt with it, and all it draws has come."""
        sent = await self._comm(comm, "update", state=state, buffer_paths=[])
        self.states.setdefault(comm, {}).update(state)
        await self._settled(sent)

    async def _settled(self, sent: str) -> None:
        await self.until(
            lambda m: (
                m["msg_type"] == "status"
                and m["content"]["execution_state"] == "idle"
                and m["parent_header"].get("msg_id") == sent
            )
        )

    async def _changed(self, comms: set[str], trait: str) -> None:
        await self.until(
            lambda m: (
                m["msg_type"] == "comm_msg"
                and m["content"]["comm_id"] in comms
                and trait in m["content"]["data"].get("state", {})
            )
        )

    async def _submit(self, key: str, words: str) -> None:
        """Press the button; the act is confirmed when it is read out and the page changes after."""
        shown = {self.parts["file"], self.parts["result"]}
        began = time.perf_counter()
        await self._comm(self.parts["submit"], "custom", content={"event": "click"})
        # Another view of the case may change the file here; only one's own act is read out.
        await self._changed({self.parts["keyboard"]}, "message")
        told = self._state("keyboard")["message"]
        assert not told.startswith(str(say("refused").zh)), told
        await self._changed(shown, "value")
        self.times.append(1000 * (time.perf_counter() - began))
        self.confirmed.append((key, words))
        # The next act is offered once the form was drawn anew.
        sent = await self.send("kernel_info_request", {})
        await self._settled(sent)

    async def note(self, words: str) -> None:
        """Write a note: always possible, and its words tell later whether it was kept."""
        await self._choose("action", str(say("act_note").zh))
        await self._set(self.parts["text"], value=words)
        await self._submit("note", words)

    async def step(self, step: Step, mirror: Case) -> None:
        """Work a step of the case the model way, as `mirror` says it must be worked."""
        assert mirror.scenario is not None
        values = mirror.state.values
        needed = [i for i in step.items if i.is_needed(values)]
        labels = [(i.ask or i.title).zh if step.verb != "report" else i.title.zh for i in needed]
        if step.verb == "record":
            labels = [mirror.item(i).title.zh for i in mirror.recordable(step)]
        right = right_value(mirror.procedure, step, mirror.scenario.truth, values)
        await self._choose("action", step.title.zh)
        if step.choose:
            option = next(o.title.zh for o in mirror.options(step) if o.id == right)
            await self._choose("choice", option)
        for box in self._state("items").get("children", []):
            comm = box.removeprefix("IPY_MODEL_")
            state = self.states[comm]
            wanted = any(state["description"].startswith(label) for label in labels)
            if wanted != bool(state.get("value")) and not step.choose:
                await self._set(comm, value=wanted)
        await self._submit(step.id, "")

    async def close(self) -> None:
        if self.socket is not None:
            self.socket.close()


async def work(student: Student, stop: asyncio.Event, pause: Callable[[], float]) -> None:
    """Work the case to its end the model way, then write notes, until it is time to stop; open the
    case again whenever the kernel or the connexion is lost."""
    mirror = Case.practice(student.scenario)
    todo = model_steps(mirror)
    n = 0
    while not stop.is_set():
        await asyncio.sleep(pause())
        try:
            if todo:
                await student.step(todo[0], mirror)
                work_step(mirror, todo.pop(0))
            else:
                n += 1
                await student.note(f"{student.name} note {n}")
        except (ConnectionError, WebSocketClosedError, OSError):
            if stop.is_set():
                return
            await _again(student)
            # A click just before the loss counts when its echo is given up, and a step only once.
            await asyncio.sleep(2 * ECHO_SECONDS if todo else 0)
            on_disk = {line.get("step") for line in journal(student.hub, student.name)}
            # An act may have been written before the answer was lost.
            while todo and todo[0].id in on_disk:
                work_step(mirror, todo.pop(0))


async def _again(student: Student) -> None:
    until = time.monotonic() + 120
    while True:
        try:
            await student.open_case()
        except (ConnectionError, WebSocketClosedError, OSError, AssertionError):
            if time.monotonic() > until:
                raise
            await asyncio.sleep(0.5)
        except Exception as error:
            # A proxy that is being replaced answers with an error of HTTP.
            if time.monotonic() > until or not re.search(r"HTTP|Stream", repr(error)):
                raise
            await asyncio.sleep(0.5)
        else:
            student.resumed += 1
            return


def journal(hub: Hub, student: str, case: str = "class") -> list[dict[str, Any]]:
    """The acts of a student's case that are on disk."""
    path = hub.home(student) / "creditkit" / "cases" / f"{case}.jsonl"
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text("ascii").splitlines()][1:]


def lost(student: Student) -> list[tuple[str, str]]:
    """The acts that were confirmed on the page and are not in the journal."""
    lines = journal(student.hub, student.name)
    steps = {line.get("step") for line in lines}
    notes = {line.get("text") for line in lines if line["act"] == "note"}
    return [
        (key, words)
        for key, words in student.confirmed
        if (words not in notes if key == "note" else key not in steps)
    ]


@asynccontextmanager
async def at_work(
    students: list[Student], pause: Callable[[], float]
) -> AsyncIterator[asyncio.Event]:
    """All students at work at once for as long as this lasts."""
    stop = asyncio.Event()
    tasks = [asyncio.create_task(work(student, stop, pause)) for student in students]
    try:
        yield stop
    finally:
        stop.set()
        await asyncio.gather(*tasks)
