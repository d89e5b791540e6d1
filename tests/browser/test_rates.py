"""The sweep over learning rates in a real browser: on worker processes, drawn, and raced with."""

import re

from playwright.sync_api import expect

from tests.browser.driving import open_at, settled, wait_for_picture

LINK = "/optimizers?lang=en&scene=rates&race=sgd;adam&rates_seeds=1&rates_steps=30&hidden=8"


def test_the_best_rates_are_found_and_raced_with(page, address):
    open_at(page, address, LINK, "Optimizers")
    expect(page.get_by_text("26 runs of 30 steps each. Done: 0.")).to_be_visible()
    page.get_by_role("button", name="Find the best rates").click()
    expect(page.get_by_text("Done: 26.")).to_be_visible()
    expect(page.get_by_text("Each at the best rate tried")).to_be_visible()
    rates = [float(page.locator("table tr td:nth-child(2)").nth(row).inner_text().split(",")[0]) for row in range(2)]
    page.get_by_role("button", name="Race with these rates").click()
    expect(page).to_have_url(re.compile("judged=30"))
    for rate in rates:
        assert f"{rate:g}" in page.url


def test_a_click_in_the_legend_brings_one_optimizer_out(page, address):
    open_at(page, address, LINK, "Optimizers")
    start = page.get_by_role("button", name="Find the best rates")
    if start.is_enabled():  # else the sweep is known to the server already
        start.click()
    expect(page.get_by_text("Each at the best rate tried")).to_be_visible()
    canvas = page.locator(".vega-embed canvas").first
    _, all_alike = settled(canvas)
    canvas.click(position={"x": 105, "y": 22})  # the first name
    page.mouse.move(0, 0)
    wait_for_picture(canvas, lambda now: now != all_alike)
    canvas.click(position={"x": 300, "y": 200})  # the picture
    page.mouse.move(0, 0)
    wait_for_picture(canvas, lambda now: now == all_alike)
