"""What the server sends: no message that a browser may keep, and none that only refers to a kept one.

Streamlit would send messages of 10 kB and more by their hash once a browser has them, and under load browsers have
dropped them by then: the page dies (see `.streamlit/config.toml`).
"""

import asyncio

import pytest
from streamlit import config
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.streamlit_client import Client, Tab
from tests.browser.server import running_server
from tests.pages.loops import run
from ui.backends.view import SCENES as BACKENDS
from ui.chain_rule.view import SCENES as CHAIN_RULE
from ui.gradient_descent.view import SCENES as GRADIENT_DESCENT
from ui.gradient_tensors.view import SCENES as GRADIENT_TENSORS
from ui.navigation import PAGES
from ui.optimizers.view import SCENES as OPTIMIZERS

LARGE = 10_000  # bytes: Streamlit's own limit
SCENES = {
    "gradient_tensors": GRADIENT_TENSORS,
    "gradient_descent": GRADIENT_DESCENT,
    "optimizers": OPTIMIZERS,
    "chain_rule": CHAIN_RULE,
    "backends": BACKENDS,
}
LINKS = [f"{page}?scene={scene}" if scene else page for page in PAGES for scene in SCENES.get(page, [""])]
LIVE = {
    "training_loop?data=fashion_mnist&tempo=fast&updates=4": "",
    "optimizers?updates=4&judged=30000": "race.",
}  # and its buttons' prefix


@pytest.fixture(scope="module")
def address():
    with running_server() as server:
        yield server.address.removeprefix("http://")


class Listener(Tab):
    """A tab that keeps all messages."""

    def __init__(self, query):
        super().__init__(query)
        self.messages = []

    def received(self, data):
        self.messages.append(ForwardMsg.FromString(data))
        super().received(data)


async def visit(address, link, buttons="", seconds=0.0):
    """The messages of a visit: the page twice, as a changed widget draws it again, and that long of its live run."""
    page, _, query = link.partition("?")
    client = await Client.open(address, "" if page == "start" else page, Tab())
    client.tab = Listener(query)
    await client.run()
    await client.run()
    if seconds:
        await client.click(f"{buttons}play")
        await asyncio.sleep(seconds)
        await client.click(f"{buttons}pause")
        assert len(client.tab.updates) > seconds  # it was live
    await client.close()
    assert client.tab.errors == []
    return client.tab.messages


def assert_none_is_kept(messages):
    assert not [message.hash for message in messages if message.metadata.cacheable]
    assert not [message.ref_hash for message in messages if message.WhichOneof("type") == "ref_hash"]


def assert_is_asked_for_again(messages):
    """Each run of the page tells the browser of something to run every day: so it asks when a connection is back."""
    told = [message.auto_rerun.interval for message in messages if message.WhichOneof("type") == "auto_rerun"]
    assert told.count(86_400) >= 2


@pytest.mark.parametrize("link", LINKS)
def test_no_message_of_a_page_is_kept_by_browsers(address, link):
    messages = run(visit(address, link))
    assert_none_is_kept(messages)
    assert_is_asked_for_again(messages)


@pytest.mark.parametrize(("link", "buttons"), LIVE.items())
def test_no_message_of_a_live_page_is_kept_by_browsers(address, link, buttons):
    messages = run(visit(address, link, buttons, seconds=3.0))
    assert max(message.ByteSize() for message in messages) > LARGE  # by default it would be
    assert_none_is_kept(messages)


def test_the_limit_is_above_every_message_that_can_be_sent():
    assert config.get_option("global.minCachedMessageSize") > config.get_option("server.maxMessageSize") * 1e6
