"""The drawing pad in a browser: with a finger on a phone in Korean, with the mouse beside a run, by the keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driving import (
    PHONE,
    open_at,
    overflow,
    patiently,
    visit,
    wait_for_steps,
    wait_until_done,
    wait_until_shown,
)
from tests.engines.drawing.written import written
from ui.text import Text

CANVAS, SEEN, BARS = ".st-key-pad-paper canvas", ".ge-answer figure img", ".ge-answer em"
CROSS = "[data-pad-remove]"


def strokes_of(digit, canvas):
    """The digit's strokes as points on the screen."""
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    return [
        [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke.tolist()]
        for stroke in written(digit)
    ]


def draw(page, digit):
    """With the mouse."""
    for first, *others in strokes_of(digit, page.locator(CANVAS)):
        page.mouse.move(*first)
        page.mouse.down()
        for point in others:
            page.mouse.move(*point)
        page.mouse.up()


def touch(page, digit):
    """With a finger."""
    finger = page.context.new_cdp_session(page)
    for stroke in strokes_of(digit, page.locator(CANVAS)):
        for kind, (x, y) in (("touchStart", stroke[0]), *(("touchMove", point) for point in stroke[1:])):
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def wait_for_answer(page, name):
    """Until the network says that class."""
    first = page.locator(".ge-answer .ge-first span")
    patiently(page, lambda: expect(first).to_have_text(name))


def wait_for_count(page, selector, count):
    patiently(page, lambda: expect(page.locator(selector)).to_have_count(count))


@pytest.fixture
def korean_phone(chromium):
    context = chromium.new_context(locale="ko-KR", viewport=PHONE, has_touch=True)
    errors = []
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def test_a_digit_is_drawn_with_a_finger_on_a_phone_in_korean_kept_and_removed(korean_phone, address):
    page, _ = korean_phone, Text("ko")
    visit(page, f"{address}/training_loop?lang=ko&picture=pad&tempo=fast&trained=1000")
    wait_until_shown(page.locator(CANVAS))
    wait_for_steps(page, 999)
    wait_until_done(page)
    main = page.get_by_test_id("stMain")
    page.locator(CANVAS).scroll_into_view_if_needed()
    scrolled = main.evaluate("main => main.scrollTop")
    touch(page, 3)
    wait_for_answer(page, "3")
    assert main.evaluate("main => main.scrollTop") == scrolled  # the finger draws, the page stays
    assert overflow(page) == 0
    expect(page.get_by_role("button", name=_("Undo"))).to_be_enabled()

    wait_until_done(page)
    page.locator(".st-key-pad-label input").tap()
    page.get_by_role("option", name="3", exact=True).tap()
    wait_until_done(page)
    page.locator(".st-key-pad-add button").tap()
    wait_for_count(page, CROSS, 1)
    patiently(page, lambda: expect(page.locator(".ge-gallery .ge-right")).to_have_text(re.compile("3")))
    assert overflow(page) == 0
    wait_until_done(page)
    expect(page.locator(BARS).first).to_have_text("–")  # the sheet is empty again
    page.locator(CROSS).tap()
    wait_for_count(page, CROSS, 0)


def test_the_answer_follows_the_run_and_the_switch_turns_normalising_off(page, address):
    open_at(page, address, "/training_loop?lang=en&picture=pad&tempo=slow", "Training loop")
    wait_until_shown(page.locator(CANVAS))
    wait_until_done(page)
    draw(page, 3)
    bars = page.locator(BARS)
    patiently(page, lambda: expect(bars.first).not_to_have_text("–"))
    expect(page.get_by_text("the network has learned nothing")).to_be_visible()
    before, normalised = bars.all_inner_texts(), page.locator(SEEN).get_attribute("src")
    page.locator(".st-key-play button").click()
    wait_for_steps(page, 3)
    patiently(page, lambda: expect(bars.first).not_to_have_text(before[0]))
    assert page.locator(SEEN).get_attribute("src") == normalised  # no pen has moved
    expect(page.get_by_text("the network has learned nothing")).to_be_hidden()

    page.locator(".st-key-view-normalise label").click()
    page.wait_for_url(re.compile("normalise=off"))
    patiently(page, lambda: expect(page.locator(SEEN)).not_to_have_attribute("src", normalised))
    expect(page.get_by_text("the whole sheet in 8×8 pixels")).to_be_visible()


def test_all_but_the_drawing_is_done_by_the_keyboard(page, address):
    open_at(page, address, "/training_loop?lang=en&picture=pad", "Training loop")
    wait_until_shown(page.locator(CANVAS))
    wait_until_done(page)
    undo, clear = page.get_by_role("button", name="Undo"), page.get_by_role("button", name="Clear")
    expect(undo).to_be_disabled()
    page.locator(".st-key-pad-add button").press("Enter")
    wait_until_shown(page.get_by_text("The sheet is empty"))
    page.locator(".st-key-pad-take button").press("Enter")
    wait_until_shown(page.get_by_text("Put back in its place"))
    expect(undo).to_be_disabled()
    draw(page, 1)
    expect(undo).to_be_enabled()
    undo.press("Enter")
    expect(undo).to_be_disabled()
    wait_until_done(page)
    clear.press("Enter")
    patiently(page, lambda: expect(page.locator(BARS).first).to_have_text("–"))
    expect(clear).to_be_disabled()
    wait_until_done(page)

    page.locator(CANVAS).evaluate("canvas => canvas.closest('.paper').parentNode.innerHTML += ''")  # all is made anew
    page.locator(".st-key-pad-take button").press("Enter")
    expect(clear).to_be_enabled()
    wait_until_done(page)
    clear.press("Enter")
    patiently(page, lambda: expect(page.locator(BARS).first).to_have_text("–"))
    wait_until_done(page)
    page.locator(".st-key-pad-move button").press("Enter")
    wait_until_shown(page.get_by_text(re.compile(r"of 360 test images: 12\.5% in their place")))
