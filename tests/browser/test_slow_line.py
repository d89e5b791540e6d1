"""Live pages over a slow line, on a busy server, survive their own clicks.

There Streamlit's cache of messages lost pages ("Cached ForwardMsg MISS"): what a page shows comes back some runs
later, when the browser has dropped what the server believes it keeps. At learning rate 0 the pictures come back.
"""

from functools import partial

import pytest
from playwright.sync_api import expect

from tests.browser.driving import patiently, visit, wait_until_shown

TABS, CLICKS = 3, 16
LINE = """
const listenTo = WebSocket.prototype.addEventListener
WebSocket.prototype.addEventListener = function (type, listener, ...options) {
    const late = event => setTimeout(() => listener.call(this, event), 200)
    listenTo.call(this, type, type === 'message' ? late : listener, ...options)
}"""
CLICK_TO_AND_FRO = """() => {
    window.clicks = 0
    const click = () => {
        document.querySelectorAll('[class*="picture"] [role="radio"]')[window.clicks++ % 2 ? 0 : 1].click()
        setTimeout(click, 450 + 300 * Math.random())
    }
    click()
}"""


@pytest.fixture
def tabs(context):
    pages = [context.new_page() for _ in range(TABS)]
    yield pages
    for page in pages:
        page.close()


@pytest.mark.long
def test_live_pages_survive_pictures_that_come_back(tabs, address):
    for page in tabs:
        page.add_init_script(LINE)
        visit(page, f"{address}/training_loop?lang=en&tempo=fast&updates=4&rate=0", wait_until="commit")
    for page in tabs:
        play = page.get_by_role("button", name="Play", exact=True)
        wait_until_shown(play)
        play.click()
        page.evaluate(CLICK_TO_AND_FRO)
    for page in tabs:
        patiently(page, partial(page.wait_for_function, "clicks => window.clicks >= clicks", arg=CLICKS))
        expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
        expect(page.get_by_text("Connection error")).to_have_count(0)
        shown = page.locator("[data-steps]").get_attribute("data-steps")
        expect(page.locator("[data-steps]")).not_to_have_attribute("data-steps", shown)  # it goes on
