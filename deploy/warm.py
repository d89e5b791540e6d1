"""The first visit to every page of a replica: `python -m deploy.warm PORT [PAGE …]`, before anybody else comes.

A page's first visitor waits until what it needs is imported and prepared, for a second and more. So this waits until
the server is up, opens each page as a browser does (Streamlit's protobuf over its WebSocket), and ends when the last
one has been drawn. The start page is the first: after it the process sets itself up.
"""

from __future__ import annotations

import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

PAGES = Path(__file__).parents[1] / "pages"
PATIENCE = 600.0  # seconds for a server to start, and for each page: machines may be busy


def pages() -> Iterator[str]:
    """What the addresses of the pages end with: nothing for the start page, then the files' names."""
    yield ""
    yield from sorted(path.stem for path in PAGES.glob("*.py"))


def visit(port: int, page: str) -> None:
    """Open that page and wait until the server has drawn it. Raises `TimeoutError` or what the connection raises."""
    uri, deadline = f"ws://127.0.0.1:{port}/_stcore/stream", time.monotonic() + PATIENCE
    with connect(uri, subprotocols=["streamlit"], max_size=None, proxy=None) as line:  # pyrefly: ignore
        message = BackMsg()
        message.rerun_script.page_name = page
        message.rerun_script.context_info.locale = "en-US"
        line.send(message.SerializeToString())
        while ForwardMsg.FromString(line.recv(deadline - time.monotonic())).WhichOneof("type") != "script_finished":
            pass


def is_healthy(port: int) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5) as answer:
        return answer.status == 200
    return False


def warm(port: int, visited: Sequence[str] = ()) -> None:
    """Wait for the server and visit those pages, or every one. Raises as `visit` does."""
    deadline = time.monotonic() + PATIENCE
    while not is_healthy(port):
        if time.monotonic() > deadline:
            raise TimeoutError(f"no server at port {port}")
        time.sleep(0.1)
    for page in visited or pages():
        visit(port, page)


if __name__ == "__main__":
    warm(int(sys.argv[1]), sys.argv[2:])
