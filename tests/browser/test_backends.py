"""The Backends page in a real browser: opened by its link, a rate beyond the edge, another scene, and a bad link."""

import re

from playwright.sync_api import expect

from tests.browser.driving import open_at, settled, wait_for_picture

LINK = "/backends?lang=en&run=experiment&optimizer=momentum&steps=100"


def test_a_rate_beyond_the_edge_draws_another_picture_and_stands_in_the_url(page, address):
    open_at(page, address, LINK, "Backends")
    expect(page.locator(".vega-embed")).to_have_count(2)
    expect(page.get_by_text("No exponential growth shows")).to_have_count(2)
    first = page.locator(".vega-embed canvas").first
    _, before = settled(first)
    settled(page.locator(".vega-embed canvas").last)
    box = page.locator(".vega-embed").last.bounding_box()
    assert box["y"] + box["height"] < 900  # above the fold
    rate = page.get_by_role("slider", name="Learning rate")
    for _step in range(3):  # 0.02 or 0.01 by default, a few notches up
        rate.press("ArrowRight")
    expect(page.get_by_text("grows exponentially").first).to_be_visible()
    page.wait_for_url(re.compile("rate="))
    wait_for_picture(first, lambda now: now != before)


def test_all_scenes_open_by_a_click_and_speed_is_measured(page, address):
    open_at(page, address, f"{LINK}&scene=own", "Backends")
    expect(page.get_by_text("pip install ./examples/jax_backend")).to_be_visible()
    page.get_by_role("radio", name="The same operation").click()
    expect(page.get_by_text("def relu(self").first).to_be_visible()
    assert page.locator(".katex-error").count() == 0
    page.get_by_role("radio", name="How fast?").click()
    measured = page.get_by_text("times as long as the hand-written loop, with")
    expect(measured).to_be_visible(timeout=90_000)  # so many rounds, however busy the machine
    expect(page.locator(".vega-embed")).to_have_count(1)
    page.get_by_role("radio", name="steps per second").click()
    page.wait_for_url("**per_second=on**")


def test_a_bad_link_falls_back_with_a_message(page, address):
    open_at(page, address, f"{LINK}&scene=seven&measure=width", "Backends")
    expect(page.get_by_text("scene=seven")).to_be_visible()
    expect(page.get_by_text("measure=width")).to_be_visible()
    expect(page.get_by_text("No exponential growth shows")).to_have_count(2)
