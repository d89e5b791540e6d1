"""A server of the app and a real Chromium to look at it.

Chromium is the system's. Where there is none the tests are skipped with a word, unless the environment says
GRADIENT_ENGINE_BROWSER_TESTS=required (as CI does): then they fail.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.driving import PHONE
from tests.browser.server import CHROMIUM, FLAGS, running_server

MOMENT = 90_000  # milliseconds for what takes a moment: others may keep the machine busy
expect.set_options(timeout=MOMENT)


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def playwright():
    if CHROMIUM is None:
        message = "no Chromium on this machine: install the system's package `chromium`"
        (pytest.fail if os.environ.get("GRADIENT_ENGINE_BROWSER_TESTS") == "required" else pytest.skip)(message)
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright):
    """A browser for contexts of a test's own: somebody else's, or in another language."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def context(playwright, tmp_path_factory):
    """The visitor's browser, which keeps Streamlit's compiled scripts: without them a page takes half as long again."""
    context = playwright.chromium.launch_persistent_context(
        tmp_path_factory.mktemp("profile"),
        executable_path=CHROMIUM,
        args=FLAGS,
        viewport={"width": 1400, "height": 900},
        locale="en-US",
    )
    context.set_default_timeout(MOMENT)
    yield context
    context.close()


@pytest.fixture(scope="session")
def address():
    """The address of a server that all tests share."""
    with running_server() as server:
        yield server.address


@pytest.fixture
def fresh_server():
    """A server that nobody has visited yet."""
    with running_server() as server:
        yield server


@pytest.fixture
def page(context):
    """A browser page; any uncaught error in it fails the test.

    Whether a visitor left the sidebar open, which the browser keeps, is no matter of the next one's.
    """
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.evaluate("location.protocol.startsWith('http') && localStorage.clear()")
    page.close()
    assert errors == []


@pytest.fixture
def phone(page):
    """The page on a phone."""
    page.set_viewport_size(PHONE)
    return page
