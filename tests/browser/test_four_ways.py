"""The scene "four ways" in a real browser: opened by its link, changed, and by a bad link."""

import re

from playwright.sync_api import expect

from tests.browser.driving import open_at, settled, wait_for_picture

LINK = "/chain_rule?lang=en&scene=fourways"


def test_another_function_draws_another_picture_and_stands_in_the_url(page, address):
    open_at(page, address, f"{LINK}&w_show=numbers", "Chain rule")
    picture = page.locator(".vega-embed canvas").first
    expect(page.get_by_text("3 derivatives")).to_be_visible()
    _, before = settled(picture)
    page.get_by_role("combobox", name="Function").click()
    page.get_by_role("option", name="a product").click()
    expect(page.get_by_text("5 derivatives")).to_be_visible()
    wait_for_picture(picture, lambda now: now != before)
    page.wait_for_url(re.compile("w_f=product"))
    assert page.locator(".katex-error").count() == 0


def test_costs_are_measured_and_drawn(page, address):
    open_at(page, address, f"{LINK}&w_show=inputs&w_in=layers", "Chain rule")
    expect(page.get_by_text("At n = 512")).to_be_visible()
    expect(page.locator(".vega-embed")).to_have_count(2)
    settled(page.locator(".vega-embed canvas").last)
    last = page.locator(".vega-embed").last.bounding_box()
    assert last["y"] + last["height"] < 900  # above the fold


def test_a_bad_link_falls_back_with_a_message(page, address):
    open_at(page, address, f"{LINK}&w_show=five&w_own=2x", "Chain rule")
    expect(page.get_by_text("w_show=five")).to_be_visible()
    expect(page.get_by_text("w_own=2x")).to_be_visible()
    expect(page.get_by_text("At n = 512")).to_be_visible()
