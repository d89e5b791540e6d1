"""The browser's back button: it returns to the page as it was left, and undoes the last change, however soon."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driving import open_at, steps, wait_for_title, wait_until_done
from tests.grids import some

RACE = "/optimizers?race=sgd,rate:5;momentum;adam&judged=300&lang=en"


# several turns: whether a page's URL came before its address was a matter of luck
@pytest.mark.parametrize("turn", some(range(3), every=3))
@pytest.mark.parametrize(
    ("left", "title", "link", "there"),
    [
        (RACE, "Optimizers", "6 · Chain rule", "Chain rule"),
        ("/derivative?f=cubic&p=1.25&lang=en", "Derivative", "3 · Gradient tensors", "Gradient tensors"),
    ],
)
def test_back_returns_to_the_page_as_it_was_left(page, address, left, title, link, there, turn):
    open_at(page, address, left, title)
    wait_until_done(page)
    page.get_by_role("link", name=link).click()
    wait_for_title(page, there)
    wait_until_done(page)
    page.go_back()
    wait_for_title(page, title)
    wait_until_done(page)
    assert page.url == address + left


def test_back_right_after_a_change_undoes_it(page, address):
    open_at(page, address, "/training_loop?lang=en", "Training loop")
    wait_until_done(page)
    rate = page.get_by_role("slider", name="Learning rate")
    expect(rate).to_have_attribute("aria-valuetext", "0.1")
    rate.press("ArrowLeft")
    page.wait_for_url(re.compile("rate=0.05"))
    page.go_back()
    expect(rate).to_have_attribute("aria-valuetext", "0.1")
    page.get_by_role("button", name="Step", exact=True).click()
    page.wait_for_function("document.querySelector('[data-steps]').dataset.steps === '1'")
    wait_until_done(page)
    expect(rate).to_have_attribute("aria-valuetext", "0.1")
    assert "rate" not in page.url


def test_a_click_right_after_a_change_is_not_taken_for_a_link(page, address):
    open_at(page, address, "/training_loop?lang=en", "Training loop")
    wait_until_done(page)
    rate = page.get_by_role("slider", name="Learning rate")
    for value in ("0.05", "0.02"):  # each by itself: a page that answers the one before puts the slider back
        rate.press("ArrowLeft")
        page.wait_for_url(re.compile(f"rate={value}"))
        wait_until_done(page)
    rate.press("ArrowLeft")
    for _ in range(3):
        page.get_by_role("button", name="Step", exact=True).click()
    wait_until_done(page)
    expect(rate).to_have_attribute("aria-valuetext", "0.01")
    page.wait_for_url(re.compile("rate=0.01"))
    assert steps(page) >= 1


def test_what_a_page_fills_into_its_address_is_no_step_back(page, address):
    """The live network's step is the run's, known when the page is drawn."""
    open_at(page, address, "/training_loop?lang=en", "Training loop")
    wait_until_done(page)
    page.get_by_role("button", name="Step", exact=True).click()
    page.wait_for_function("document.querySelector('[data-steps]').dataset.steps === '1'")
    wait_until_done(page)
    page.get_by_role("link", name="6 · Chain rule").click()
    wait_for_title(page, "Chain rule")
    wait_until_done(page)
    left, length = page.url, page.evaluate("history.length")
    page.get_by_role("radio", name="The live network").click()
    page.wait_for_url(re.compile("[?&]step=1"))
    wait_until_done(page)
    assert page.evaluate("history.length") == length + 1
    page.go_back()
    expect(page.get_by_role("radio", name="The live network")).not_to_be_checked()
    wait_until_done(page)
    assert page.url == left
