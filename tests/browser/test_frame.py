"""What all pages share, in a browser: lecture mode by its key, print, and where the keyboard's focus goes."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driving import open_at, steps, wait_until_done

BAR = ".st-key-lecture-bar"


def test_the_key_l_turns_lecture_mode_on_and_off_but_not_in_a_field(page, address):
    open_at(page, address, "/training_loop?lang=en", "Training loop")
    wait_until_done(page)
    page.get_by_role("button", name="Step", exact=True).click()
    page.wait_for_function("document.querySelector('[data-steps]').dataset.steps === '1'")
    page.get_by_role("textbox", name="Hidden layers").press_sequentially("l")
    wait_until_done(page)
    expect(page.locator(BAR)).to_have_count(0)
    page.get_by_role("textbox", name="Hidden layers").press("Backspace")
    page.get_by_role("heading", name="Training loop").click()
    page.keyboard.press("l")
    expect(page.locator(BAR)).to_be_visible()
    wait_until_done(page)
    assert "lecture=on" in page.url
    assert steps(page) == 1
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    size = page.locator(".ge-reading").first.evaluate("element => parseFloat(getComputedStyle(element).fontSize)")
    assert size >= 24
    page.keyboard.press("l")
    expect(page.locator(BAR)).to_have_count(0)
    expect(page.get_by_test_id("stSidebar")).to_be_visible()


def test_the_next_question_is_a_link_to_the_next_page(page, address):
    open_at(page, address, "/derivative?lang=en&hidden=16-8", "Derivative")
    page.get_by_role("link", name=re.compile("Next: Which way is down, for thousands")).click()
    expect(page.get_by_role("heading", name="Gradient tensors", level=1)).to_be_visible()
    assert "hidden=16-8" in page.url


def test_on_paper_there_is_no_sidebar_and_no_line_of_code_is_cut(page, address):
    open_at(page, address, "/backends?lang=en&scene=code", "Backends")
    wait_until_done(page)
    expect(page.locator("pre").first).to_be_visible()
    page.emulate_media(media="print")
    try:
        expect(page.get_by_test_id("stSidebar")).to_be_hidden()
        cut = "blocks => blocks.filter(block => block.scrollWidth > block.clientWidth + 1).length"
        assert page.locator("pre").evaluate_all(cut) == 0
        assert page.get_by_test_id("stApp").evaluate("app => getComputedStyle(app).overflow") == "visible"
    finally:
        page.emulate_media(media="screen")


@pytest.mark.parametrize("width", [390, 641, 700, 768, 769])
def test_the_title_stands_below_the_toolbar(page, address, width):
    page.set_viewport_size({"width": width, "height": 900})
    open_at(page, address, "/training_loop?lang=en", "Training loop")
    title = page.get_by_role("heading", name="Training loop", level=1)
    expect(title).to_be_visible()
    at_its_top = "h1 => { const at = h1.getBoundingClientRect(); return document.elementFromPoint(at.x + 5, at.y + 5) }"
    assert title.evaluate(f"h1 => h1.contains(({at_its_top})(h1))")


def test_play_hands_the_focus_on_to_pause(page, address):
    open_at(page, address, "/training_loop?lang=en", "Training loop")
    wait_until_done(page)
    page.get_by_role("button", name="Play").press("Enter")
    expect(page.get_by_role("button", name="Pause")).to_be_focused()
    wait_until_done(page)  # the page that Play has asked for is still being drawn
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Play")).to_be_focused()


def test_a_closed_sidebar_is_out_of_the_way_of_the_tab_key(page, address):
    open_at(page, address, "/derivative?lang=en", "Derivative")
    wait_until_done(page)
    sidebar = page.get_by_test_id("stSidebar")
    page.get_by_test_id("stSidebarHeader").hover()
    page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
    expect(sidebar).to_have_attribute("data-collapsed", "true")
    expect(sidebar).to_have_js_property("inert", True)
    for _stop in range(12):
        page.keyboard.press("Tab")
        assert not sidebar.evaluate("element => element.contains(document.activeElement)")
    page.get_by_test_id("stExpandSidebarButton").click()
    expect(sidebar).to_have_attribute("data-collapsed", "false")
    expect(sidebar).to_have_js_property("inert", False)
