"""The batch-size lab in a real browser: drawn while it trains, and the same race over samples and over seconds."""

import re

from playwright.sync_api import expect

from tests.browser.driving import open_at, overflow, settled, wait_for_picture

LINK = "/optimizers?lang=en&scene=batches&hidden=8&b_epochs=2"


def test_the_same_race_is_drawn_over_samples_and_over_seconds(page, address):
    open_at(page, address, LINK, "Optimizers")
    expect(page.get_by_text("After 2,874 samples each")).to_be_visible()
    expect(page.get_by_text("of the theory (dashed)")).to_be_visible()
    expect(page.locator(".vega-embed canvas")).to_have_count(3)
    race = page.locator(".vega-embed canvas").last
    _, over_samples = settled(race)
    page.get_by_role("radio", name="seconds").click()
    expect(page.get_by_text("(done)").first).to_be_visible()
    page.wait_for_url(re.compile("b_over=seconds"))
    wait_for_picture(race, lambda now: now != over_samples)


def test_on_a_phone_nothing_is_wider_than_the_screen(phone, address):
    open_at(phone, address, LINK.replace("lang=en", "lang=ko"), "옵티마이저")
    expect(phone.get_by_text("샘플을 2,874개씩 본 뒤")).to_be_visible()
    assert overflow(phone) == 0
