"""On a real server: what a session has brought is gone when it has ended, whatever page looked at it."""

from contextlib import asynccontextmanager
from functools import partial
from urllib.parse import urlencode

from benchmarks.streamlit_client import Client, Server, Tab, until
from tests.browser.server import ROOT
from tests.own_sets import large_set
from tests.pages.loops import run

PAGES = {
    "training_loop": {"trained": "30"},
    "gradient_tensors": {"scene": "entry", "tensor": "W1"},
    "gradient_descent": {"scene": "one", "curve": "sample"},
    "optimizers": {"scene": "batches", "b_epochs": "1"},
    "chain_rule": {"scene": "network"},
    "backends": {},
}


@asynccontextmanager
async def watched(folder):
    """The server, warmed up by a first visitor, and what its board says."""
    board = folder / "board"
    with (folder / "log").open("w+") as log:
        server = Server(ROOT, "dashboard.py", log, program=("tests/ui/server/watched_server.py", str(board)))
        try:
            await until(server.is_up, "the server", 60)
            visitor = await Client.open(server.address, "glossary", Tab("lang=en"))
            await visitor.run(seconds=60)
            await visitor.close()
            numbers = partial(_numbers, board)
            await until(lambda: numbers()[2], "the collector's freeze", 90)
            yield server, numbers
        finally:
            server.stop()


def _numbers(board):
    return tuple(map(int, board.read_text().split()))


async def visited(folder):
    async with watched(folder) as (server, board):
        name = large_set().name
        clients = []
        for page, view in PAGES.items():
            query = urlencode({"data": name, "hidden": "8", "lang": "en"} | view)
            clients.append(client := await Client.open(server.address, page, Tab(query)))
            await client.run(seconds=60)
            await until(lambda client=client: client.tab.full_runs, page)
        await clients[0].click("play")
        await until(lambda: clients[0].tab.steps, "a step")
        seen, errors = board(), [error for client in clients for error in client.tab.errors]
        for client in clients:
            await client.close()
        await until(lambda: board()[1] == 0, "the end of what the sessions held", 60)
        return seen, errors


def test_nothing_of_it_stays(tmp_path, monkeypatch):
    monkeypatch.setenv("STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL", "1")
    (made, alive, _frozen), errors = run(visited(tmp_path))
    assert errors == []
    assert made >= alive >= 1
