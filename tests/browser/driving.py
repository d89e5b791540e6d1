"""What the browser tests do to a page, and read off it."""

import re

from playwright.sync_api import expect


def steps(page):
    """The step that the live status line shows."""
    return int(page.locator("[data-steps]").get_attribute("data-steps"))


def backend(page):
    return page.locator("[data-steps]").get_attribute("data-backend")


def smoothed_loss(page):
    return float(page.locator("[data-loss]").get_attribute("data-loss"))


def wait_for_steps(page, more_than):
    page.wait_for_function(
        "least => Number(document.querySelector('[data-steps]')?.dataset.steps) > least", arg=more_than, timeout=30_000
    )
    return steps(page)


def open_at(page, address, path, title):
    page.goto(f"{address}{path}")
    expect(page.get_by_role("heading", name=re.compile(title), level=1)).to_be_visible()
