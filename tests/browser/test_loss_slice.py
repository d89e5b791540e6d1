"""The slice through a real network's loss, in a real browser: opened by its link, changed, and by a bad link."""

import re

from playwright.sync_api import expect

from tests.browser.driving import open_at, settled, wait_for_picture

LINK = "/gradient_descent?lang=en&scene=network&hidden=8&s_steps=30&s_size=15"


def test_another_plane_draws_another_picture_and_stands_in_the_url(page, address):
    open_at(page, address, LINK, "Gradient descent")
    expect(page.get_by_text("in the plane closest to them all")).to_be_visible()
    expect(page.locator(".vega-embed")).to_have_count(3)
    slice_ = page.locator(".vega-embed canvas").first
    _, own = settled(slice_)
    page.get_by_role("radio", name="Random, at its end").click()
    expect(page.get_by_text("lies in this plane")).to_be_visible()
    wait_for_picture(slice_, lambda now: now != own)
    page.wait_for_url(re.compile("s_plane=random_end"))
    page.get_by_role("radio", name="The run's own").click()
    expect(page.get_by_text("in the plane closest to them all")).to_be_visible()
    wait_for_picture(slice_, lambda now: now == own)


def test_a_bad_link_falls_back_with_a_message(page, address):
    open_at(page, address, f"{LINK}&s_plane=diagonal", "Gradient descent")
    expect(page.get_by_text("s_plane=diagonal")).to_be_visible()
    expect(page.get_by_text("in the plane closest to them all")).to_be_visible()
