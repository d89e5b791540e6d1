"""A Streamlit app from outside: its server process, what a tab learns from it, and a client without a browser.

Speaks the protobuf of Streamlit 1.67 over the websocket at `/_stcore/stream`. Like the real frontend a client
sends back its URL and widgets at each rerun, names the messages it has cached, and reruns a fragment at the
fragment's interval whether or not the last one was answered.
"""

from __future__ import annotations

import asyncio
import math
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Self, TextIO

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from benchmarks.processes import family, resident_megabytes, thread_seconds

clock = time.perf_counter
_STEPS = re.compile(rb'data-steps="(\d+)"')


class Server:
    """An app in a process of its own on a free port of 127.0.0.1; `log` gets what it prints. Linux only.

    `program` stands in for `-m streamlit`.
    """

    def __init__(self, folder: Path, script: str, log: TextIO, program: Sequence[str] = ("-m", "streamlit")) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.address = f"127.0.0.1:{self._port}"
        command = [sys.executable, *program, "run", script, "--server.headless", "true"]
        command += ["--server.address", "127.0.0.1", "--server.port", str(self._port)]
        environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
        self._process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_up(self) -> bool:
        with socket.socket() as visitor:
            return visitor.connect_ex(("127.0.0.1", self._port)) == 0

    def megabytes(self) -> float:
        """Resident memory."""
        return resident_megabytes({self._process.pid})

    def family_megabytes(self) -> float:
        """Resident memory, with that of the processes it has started."""
        return resident_megabytes(family(self._process.pid))

    def processor_seconds(self) -> float:
        """Spent by all its threads, in user and system mode."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def thread_seconds(self) -> dict[str, float]:
        """Processor seconds of each of its threads."""
        return thread_seconds(self._process.pid)

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Update(NamedTuple):
    """One run of a fragment: when its last message came, and seconds since it was requested, if that is known."""

    finished: float
    seconds: float | None


class Cached(NamedTuple):
    """A message the tab keeps: the run in which it was last used, and the fragment that it belongs to."""

    run: int
    fragment: str


class Tab:
    """What the messages of one session tell; times in seconds of `clock`.

    It follows a client's messages, or those of a real browser that somebody else drives.
    """

    def __init__(self, query: str = "") -> None:
        self.query, self.page, self.session = query, "", ""
        self.timers: dict[str, float] = {}  # seconds between reruns, by fragment
        self.buttons: dict[str, bool] = {}  # whether it can be clicked, by widget id, as of the present run
        self.widgets: dict[str, WidgetState] = {}  # what the frontend last said of them
        self.steps: list[tuple[float, int]] = []  # when a number of training steps was shown
        self.updates: list[Update] = []
        self.errors: list[str] = []
        self.full_runs = self.bytes = 0
        self.begun = self.done = 0  # full runs that have begun; how many had when the last one that is done did
        self._requests: list[float] = []  # when those fragment reruns were sent that no run has taken up yet
        self._requested_at: float | None = None  # the first of those that the present run answers
        self._finished_at = -math.inf
        self._cache: dict[str, Cached] = {}
        self._runs, self._max_age = 0, 2

    @property
    def cached(self) -> list[str]:
        return list(self._cache)

    def button(self, key: str) -> str | None:
        """The widget id of the button of that key, if it is there and can be clicked."""
        return next((found for found, enabled in self.buttons.items() if found.endswith(f"-{key}") and enabled), None)

    def sent(self, data: bytes) -> None:
        rerun = BackMsg.FromString(data).rerun_script
        if rerun.fragment_id:
            self._requests.append(clock())
        self.widgets = {state.id: state for state in rerun.widget_states.widgets if not state.trigger_value}

    def received(self, data: bytes) -> None:
        message = ForwardMsg.FromString(data)
        self.bytes += len(data)
        match message.WhichOneof("type"):
            case "new_session":
                self._begin(message)
            case "navigation":
                self.page = message.navigation.page_script_hash
            case "delta":
                self._draw(message, data)
            case "ref_hash" if message.ref_hash in self._cache:
                self._cache[message.ref_hash] = self._cache[message.ref_hash]._replace(run=self._runs)
            case "page_info_changed":
                self.query = message.page_info_changed.query_string
            case "auto_rerun":
                self.timers[message.auto_rerun.fragment_id] = message.auto_rerun.interval
            case "stop_auto_rerun":
                for fragment in message.stop_auto_rerun.fragment_ids:
                    self.timers.pop(fragment, None)
            case "script_finished" if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                self._finish(list(message.metadata.run.fragment_ids))

    def _begin(self, message: ForwardMsg) -> None:
        """A run starts: of the whole page, which answers every request, or of a fragment."""
        session = message.new_session
        self._max_age = session.config.max_cached_message_age
        self.session = session.initialize.session_id or self.session
        if message.metadata.run.fragment_ids:
            # Requests that came during the last run are folded into this one; without any, it answers the first.
            waiting = [at for at in self._requests if at < self._finished_at] or self._requests[:1]
            self._requested_at = waiting[0] if waiting else None
            self._requests = self._requests[len(waiting) :]
        else:
            self._requested_at, self._requests = None, []
            self.timers, self.buttons = {}, {}
            self.begun += 1

    def _draw(self, message: ForwardMsg, data: bytes) -> None:
        element = message.delta.new_element
        match element.WhichOneof("type"):
            case "button":
                self.buttons[element.button.id] = not element.button.disabled
            case "exception":
                self.errors.append(f"{element.exception.type}: {element.exception.message}")
        if found := _STEPS.search(data):
            self.steps.append((clock(), int(found[1])))
        if message.metadata.cacheable:
            self._cache.setdefault(message.hash, Cached(self._runs, message.delta.fragment_id))

    def _finish(self, fragments: list[str]) -> None:
        now, asked = clock(), self._requested_at
        self._finished_at = now
        if fragments:
            self.updates.append(Update(now, None if asked is None else now - asked))
        if not fragments:
            self.full_runs += 1
            self.done = self.begun
        self._runs += 1
        for name, (run, fragment) in list(self._cache.items()):
            if self._runs - run > self._max_age and (not fragments or fragment in fragments):
                del self._cache[name]


class Client:
    """A tab with a connection: runs its page, clicks its buttons, reruns its fragments in time."""

    def __init__(self, tab: Tab, socket: ClientConnection, page_name: str, cookie: str) -> None:
        self.tab, self._socket, self._page_name = tab, socket, page_name
        self.cookie = cookie  # what the balancer in front of several servers knows the browser by
        self._timers: dict[tuple[str, float], asyncio.Task[None]] = {}
        self._listener = asyncio.create_task(self._listen())

    @classmethod
    async def open(cls, address: str, page_name: str, like: Tab, cookie: str = "") -> Self:
        """Connect to `address` (host:port), with the URL and widgets that another session's tab has on the page.

        `cookie`: of a browser that was there before.
        """
        tab = type(like)(like.query)
        tab.widgets = dict(like.widgets)
        return await cls._connect(address, page_name, tab, cookie)

    async def reopen(self, address: str) -> Self:
        """Come back to the session after `close`, as the frontend does when its connection dropped."""
        return await self._connect(address, self._page_name, self.tab, self.cookie)

    @classmethod
    async def _connect(cls, address: str, page_name: str, tab: Tab, cookie: str) -> Self:
        protocols = ["streamlit", "PLACEHOLDER_AUTH_TOKEN", *([tab.session] if tab.session else [])]
        uri, sent = f"ws://{address}/_stcore/stream", {"Cookie": cookie} if cookie else {}
        socket = await connect(uri, subprotocols=protocols, max_size=None, proxy=None, additional_headers=sent)
        return cls(tab, socket, page_name, _cookie_of(socket) or cookie)

    async def click(self, key: str, seconds: float = 20) -> None:
        """Press the button of that key; returns when the page has been run."""
        await until(lambda: self.tab.button(key), f"a button {key!r}", seconds)
        await self.run(WidgetState(id=self.tab.button(key), trigger_value=True), seconds=seconds)

    async def press_unseen(self, key: str, fragment: str) -> None:
        """Press a button in a fragment, as a script on the page does; nobody waits for the answer."""
        if widget := self.tab.button(key):
            await self._request(fragment, (WidgetState(id=widget, trigger_value=True),))

    async def turn_to(self, page: str, query: str, seconds: float = 20) -> None:
        """Follow a link to another page, which Streamlit names so."""
        self.tab.page, self.tab.query, self.tab.widgets = page, query, {}
        await self.run(seconds=seconds)

    async def run(self, *triggers: WidgetState, seconds: float = 20) -> None:
        """Run the whole page and wait for its end.

        Raises `TimeoutError` after so long, or at once when the connection is closed, as `click` does.
        """
        before = self.tab.begun  # one under way may be another's answer: a fragment's that has the page drawn again
        await self._request(triggers=triggers)
        await until(lambda: self.tab.done > before or self.is_closed, "the page", seconds)
        if self.tab.done <= before:
            raise TimeoutError("the page did not come: the connection was closed")

    @property
    def is_closed(self) -> bool:
        """Whether the connection is down."""
        return self._listener.done()

    async def close(self) -> None:
        for task in (self._listener, *self._timers.values()):
            task.cancel()
        await self._socket.close()

    async def _request(self, fragment: str = "", triggers: tuple[WidgetState, ...] = ()) -> None:
        tab, message = self.tab, BackMsg()
        rerun = message.rerun_script
        rerun.query_string, rerun.page_script_hash, rerun.fragment_id = tab.query, tab.page, fragment
        rerun.page_name = "" if tab.page else self._page_name
        rerun.is_auto_rerun = bool(fragment) and not triggers
        rerun.widget_states.widgets.extend([*tab.widgets.values(), *triggers])
        rerun.cached_message_hashes.extend(tab.cached)
        rerun.context_info.locale, rerun.context_info.timezone = "en-US", "UTC"
        data = message.SerializeToString()
        tab.sent(data)
        await self._socket.send(data)

    async def _listen(self) -> None:
        with suppress(ConnectionClosed):
            async for data in self._socket:
                self.tab.received(data)
                self._set_timers()

    def _set_timers(self) -> None:
        wanted = set(self.tab.timers.items())
        for timer in self._timers.keys() - wanted:
            self._timers.pop(timer).cancel()
        for timer in wanted - self._timers.keys():
            self._timers[timer] = asyncio.create_task(self._rerun(*timer))

    async def _rerun(self, fragment: str, interval: float) -> None:
        due = clock()
        with suppress(ConnectionClosed):
            while True:
                due += interval
                await asyncio.sleep(max(due - clock(), 0))
                await self._request(fragment)


def _cookie_of(socket: ClientConnection) -> str:
    """What the answer to the connection gave to keep, as it is sent back; "" if nothing."""
    given = socket.response.headers.get_all("Set-Cookie") if socket.response else []
    return "; ".join(each.split(";", 1)[0] for each in given)


async def until(condition: Callable[[], object], what: str, seconds: float = 20) -> None:
    """Wait for a condition. Raises `TimeoutError` naming what did not come."""
    end = clock() + seconds
    while not condition():
        if clock() > end:
            raise TimeoutError(f"{what} did not come within {seconds:g} seconds")
        await asyncio.sleep(0.01)
