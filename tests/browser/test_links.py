"""Links, on a server that nobody has visited: the first visitor gets the whole page, whatever the link."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driving import open_at, overflow, settled, steps, wait_until_done

PAGES = {
    "/": "Gradient Engine",
    "/training_loop": "Training loop",
    "/derivative": "Derivative",
    "/gradient_tensors": "Gradient tensors",
    "/gradient_descent": "Gradient descent",
    "/optimizers": "Optimizers",
    "/chain_rule": "Chain rule",
    "/backends": "Backends",
}


@pytest.mark.parametrize("path", PAGES)
def test_the_first_visit_by_a_deep_link_has_frame_and_settings(page, fresh_server, path):
    open_at(page, fresh_server.address, f"{path}?lang=en&hidden=16-8&seed=5&backend=torch", PAGES[path])
    expect(page.get_by_role("link", name="1 · Training loop")).to_be_visible()
    expect(page.get_by_label("Hidden layers", exact=True)).to_have_value("16-8")
    expect(page.get_by_label("Seed", exact=True)).to_have_value("5")
    expect(page.get_by_role("radio", name="PyTorch")).to_be_checked()
    assert page.get_by_text("Page not found").count() == 0


def test_settings_go_along_from_page_to_page_and_back(page, address):
    open_at(page, address, "/training_loop?lang=en&hidden=16", "Training loop")
    page.get_by_label("Seed", exact=True).fill("9")
    page.get_by_label("Seed", exact=True).press("Enter")
    page.wait_for_url(re.compile("seed=9"))
    page.get_by_role("link", name="Start").click()
    expect(page.get_by_role("heading", name="Gradient Engine", level=1)).to_be_visible()
    expect(page.get_by_label("Seed", exact=True)).to_have_value("9")
    page.wait_for_url(re.compile("hidden=16"))
    page.get_by_role("link", name="1 · Training loop").click()
    expect(page.get_by_role("heading", name="Training loop", level=1)).to_be_visible()
    expect(page.get_by_label("Hidden layers", exact=True)).to_have_value("16")
    expect(page.get_by_label("Seed", exact=True)).to_have_value("9")


def test_the_back_button_brings_back_the_page_and_its_settings(page, address):
    open_at(page, address, "/?lang=en&seed=4", "Gradient Engine")
    page.get_by_role("link", name="Watch it learn").click()
    expect(page.get_by_role("heading", name="Training loop", level=1)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Gradient Engine", level=1)).to_be_visible()
    expect(page.get_by_label("Seed", exact=True)).to_have_value("4")


def test_bad_values_fall_back_with_a_message(page, address):
    open_at(page, address, "/training_loop?lang=en&backend=caffe&rate=-3&hidden=zz&batch=0", "Training loop")
    for fault in ("backend=caffe", "rate=-3", "hidden=zz", "batch=0"):
        expect(page.get_by_text(fault)).to_be_visible()
    assert steps(page) == 0


def test_the_language_follows_the_browser_at_first(chromium, address):
    context = chromium.new_context(locale="ko-KR")
    page = context.new_page()
    open_at(page, address, "/training_loop", "훈련 반복 루프")
    context.close()


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_overflows_on_a_phone(phone, address, path, language):
    phone.goto(f"{address}{path}?lang={language}")
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    wait_until_done(phone)
    for chart in phone.locator("canvas").all():
        settled(chart)
    assert overflow(phone) == 0
