"""What is live says when nothing comes from the server any more, and goes on by itself when something does."""

import os
import re
import signal
import time

import pytest
from playwright.sync_api import expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from tests.browser.driving import open_at, steps, wait_for_steps, wait_until_shown

pytestmark = pytest.mark.long  # each waits longer than it takes to call a server silent


@pytest.fixture
def session(page):
    """The page's sessions, the newest last, as the server names them to the browser."""
    names = []

    def received(data):
        message = ForwardMsg.FromString(data)
        if message.WhichOneof("type") == "new_session":
            names.append(message.new_session.initialize.session_id)

    page.on("websocket", lambda socket: socket.on("framereceived", received))
    return names


def play(page, address, language="en"):
    open_at(page, address, f"/training_loop?lang={language}&tempo=fast", "Training loop|훈련")
    page.get_by_role("button", name=re.compile("Play|재생")).click()
    return wait_for_steps(page, more_than=50)


def test_a_page_whose_session_another_tab_took_over_says_so_and_can_be_reloaded(page, address, session):
    play(page, address, "ko")
    notice = page.get_by_role("alert").filter(has_text="10초 동안 서버에서 아무것도 오지 않았습니다")
    expect(notice).to_be_hidden()
    url = f"{address.replace('http', 'ws')}/_stcore/stream"
    with connect(url, subprotocols=["streamlit", "PLACEHOLDER_AUTH_TOKEN", session[-1]], max_size=None, proxy=None):
        expect(notice).to_be_visible(timeout=20_000)
        notice.get_by_role("button", name="새로 고침").click()
        wait_until_shown(page.get_by_role("button", name="재생"))
        expect(notice).to_be_hidden()


def test_a_server_that_stood_still_goes_on_and_so_does_the_page(page, fresh_server):
    play(page, fresh_server.address)
    os.kill(fresh_server.pid, signal.SIGSTOP)
    try:
        time.sleep(5)
        seen = steps(page)
    finally:
        os.kill(fresh_server.pid, signal.SIGCONT)
    began = time.monotonic()
    wait_for_steps(page, more_than=seen)
    assert time.monotonic() - began < 5
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    expect(page.locator(".ge-quiet")).to_have_count(0)
