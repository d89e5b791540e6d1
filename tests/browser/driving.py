"""What the browser tests do to a page, and read off it."""

import re
import time

from playwright.sync_api import TimeoutError, expect

from tests.browser.server import lives

PHONE = {"width": 390, "height": 844}
PATIENCE = 600  # seconds: no server takes so long that still works


def steps(page):
    """The step that the live status line shows."""
    return int(page.locator("[data-steps]").get_attribute("data-steps"))


def backend(page):
    return page.locator("[data-steps]").get_attribute("data-backend")


def smoothed_loss(page):
    return float(page.locator("[data-loss]").get_attribute("data-loss"))


def patiently(page, wait):
    """What `wait()` waits for, however long it takes: until the page's server has ended, or our patience.

    How long a first visit takes is the machine's affair, which others may keep busy.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return wait()
        except (AssertionError, TimeoutError):
            if time.monotonic() > deadline or not lives(page.url):
                raise


def wait_for_steps(page, more_than):
    reached = "least => Number(document.querySelector('[data-steps]')?.dataset.steps) > least"
    patiently(page, lambda: page.wait_for_function(reached, arg=more_than, timeout=30_000))
    return steps(page)


def wait_for_rest(page):
    """The step of a run that was paused, once the numbers are those of a run at rest: the buttons are so earlier."""
    expect(page.locator(".ge-status").first).to_contain_text("–")  # there are no steps a second then
    return steps(page)


def wait_until_done(page):
    """Until the server has nothing more to say to the page; what was just clicked takes a moment to be heard."""
    app, a_moment_later = page.get_by_test_id("stApp"), 250
    page.wait_for_timeout(a_moment_later)
    patiently(page, lambda: expect(app).to_have_attribute("data-test-script-state", "notRunning"))


def overflow(page):
    """By how many pixels the page is wider than the screen."""
    return page.get_by_test_id("stMain").evaluate("main => Math.max(0, main.scrollWidth - main.clientWidth)")


def settled(chart):
    """Where the chart (a canvas) is, and its picture as text, once both are twice the same, a moment apart."""
    wait_until_shown(chart)
    before, deadline = None, time.monotonic() + 30
    while (now := (chart.bounding_box(), picture(chart))) != before:
        assert time.monotonic() < deadline, "the chart does not come to rest"
        before = now
        chart.page.wait_for_timeout(200)
    return now


def picture(chart):
    """The pixels of a chart (a canvas), as text."""
    return chart.evaluate("canvas => canvas.toDataURL()")


def wait_for_picture(chart, holds):
    """Until the chart's picture is as `holds` says; returns it."""
    deadline = time.monotonic() + 30
    while not holds(now := picture(chart)):
        assert time.monotonic() < deadline, "the chart never shows that picture"
        chart.page.wait_for_timeout(50)
    return now


def open_at(page, address, path, title):
    """Go there; the page is shown when its title is."""
    visit(page, f"{address}{path}")
    wait_for_title(page, title)


def visit(page, url, **options):
    """Go there, and wait for no part of the page."""
    page.goto(url, timeout=1000 * PATIENCE, **options)  # a server that has ended refuses at once


def wait_for_title(page, title):
    wait_until_shown(page.get_by_role("heading", name=re.compile(title), level=1))


def wait_until_shown(element):
    patiently(element.page, lambda: expect(element).to_be_visible())
