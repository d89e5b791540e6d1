"""What in the logs of replicas and of HAProxy is a fault, and that both are read from where all was up."""

import os
import traceback

import pytest
from starlette.websockets import WebSocket, WebSocketState

from benchmarks.sites import Site
from tests.pages.loops import run


@pytest.fixture
def site(tmp_path):
    logs = (tmp_path / "replica-1.log", tmp_path / "haproxy.log")
    for log in logs:
        log.write_text("[ALERT] (1) : backend 'replicas' has no server available!\n")  # nobody was up yet
    return Site("127.0.0.1:1", (os.getpid(),), logs, tuple(log.stat().st_size for log in logs))


@pytest.mark.parametrize(
    "line",
    [
        "Traceback (most recent call last):",
        "2026-01-01 ERROR On a page: boom",
        "Uncaught app execution",
        "RuntimeError: Exception in thread",
        "[WARNING]  (7) : Server replicas/r1 is DOWN, reason: Layer4 connection problem",
        "[ALERT]    (7) : backend 'replicas' has no server available!",
    ],
)
def test_a_fault_is_told_with_its_log(site, line):
    assert site.complaints() == []
    with site.logs[1].open("a") as log:
        log.write(f"all is well\n{line}\n")
    assert site.complaints() == [f"haproxy.log: {line}"]


@pytest.mark.parametrize(
    "line",
    [
        "The fragment with id f1 does not exist anymore - it might have been removed during a preceding rerun.",
        "[WARNING]  (7) : Server quick/r1 is DOWN, reason: Layer7 timeout, check duration: 701ms.",
        "[ALERT]    (7) : backend 'quick' has no server available!",
        "[WARNING]  (7) : Server replicas/r1 is UP, reason: Layer7 check passed, code: 200",
    ],
)
def test_what_happens_every_day_is_none(site, line):
    with site.logs[0].open("a") as log:
        log.write(f"{line}\n")
    assert site.complaints() == []


def test_memory_and_processor_time_are_those_of_the_processes(site):
    before = site.processor_seconds()
    assert site.megabytes()[0] > 10
    while site.processor_seconds() <= before:
        sum(range(100_000))
    assert site.balancer_seconds() == 0
    assert site.name == "one process"


async def closed_twice():
    """What Streamlit does with a connection that has dropped while it wrote to it, and what that raises."""
    socket = WebSocket({"type": "websocket"}, None, None)
    socket.application_state = WebSocketState.DISCONNECTED
    try:
        try:
            await socket.receive_bytes()
        except RuntimeError:
            await socket.close()
    except Exception:
        return traceback.format_exc()


def test_a_connection_that_drops_while_streamlit_writes_is_counted_apart(site):
    said = "2026-01-01 Exception in ASGI application\n"
    other = said + "Traceback (most recent call last):\n  File ...\nKeyError: 'x'\n"
    with site.logs[0].open("a") as log:
        log.write(2 * (said + run(closed_twice()) + "all is well\n"))
    assert (site.hung_up(), site.complaints()) == (2, [])
    with site.logs[0].open("a") as log:
        log.write(other + said + run(closed_twice()))
    assert site.hung_up() == 3
    assert site.complaints() == [f"replica-1.log: {line}" for line in other.splitlines()[:2]]
