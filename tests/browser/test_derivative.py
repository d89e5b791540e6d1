"""The Derivative page in a real browser: clicking and dragging in the picture, a bad link, a mistyped formula."""

import re

from playwright.sync_api import expect

from tests.browser.driving import open_at, picture, settled, wait_for_picture

SLOPE = "the slope at p = "


def canvas(page, number):
    """Where a picture is: (left, top, width, height)."""
    box, _ = settled(page.locator(".vega-embed canvas").nth(number))
    return box["x"], box["y"], box["width"], box["height"]


def point(page):
    return float(re.search(r"[?&]p=([-0-9.]+)", page.url)[1])


def test_a_click_and_a_drag_move_the_point(page, address):
    open_at(page, address, "/derivative?lang=en&f=square&p=1.5", "Derivative")
    expect(page.get_by_text(f"{SLOPE}1.5", exact=True)).to_be_visible()
    left, top, width, height = canvas(page, 0)
    page.mouse.click(left + 0.3 * width, top + height / 2)
    expect(page.get_by_text(f"{SLOPE}1.5", exact=True)).to_be_hidden()
    clicked = point(page)
    assert -2 <= clicked < -0.5
    expect(page.get_by_text(f"a = −{-2 * clicked:.3g} < 0: f falls to the right")).to_be_visible()

    page.mouse.move(left + 0.5 * width, top + height / 2)
    page.mouse.down()
    for step in range(10):
        page.mouse.move(left + (0.5 + 0.02 * step) * width, top + height / 2)
    page.mouse.up()
    expect(page.get_by_text(re.compile(r"f rises to the right"))).to_be_visible()
    assert point(page) > 0.3

    left, top, width, height = canvas(page, 1)  # f′
    page.mouse.click(left + 0.3 * width, top + height / 3)
    expect(page.get_by_text(re.compile(r"f falls to the right"))).to_be_visible()
    assert abs(point(page) - clicked) < 0.05


def test_while_p_is_dragged_the_picture_is_what_the_engine_says_after_release(page, address):
    """Tangent, secant and both slopes, written out, of a typed formula."""
    open_at(page, address, "/derivative?lang=en&f=own&formula=sin(x)%2Bx**2/4&p=1.5&eps=0.5", "Derivative")
    left, top, width, height = canvas(page, 0)
    first = page.locator(".vega-embed canvas").first
    before = settled(first)[1]
    page.mouse.move(left + 0.5 * width, top + height / 2)
    page.mouse.down()
    page.mouse.move(left + 0.4 * width, top + height / 2, steps=5)
    wait_for_picture(first, lambda now: now != before)
    page.wait_for_timeout(60)  # of the 40 ms between two moves
    under_the_finger = picture(first)
    page.mouse.up()
    expect(page.get_by_text(f"{SLOPE}1.5", exact=True)).to_be_hidden()
    assert settled(first)[1] == under_the_finger
    assert point(page) < 1.4


def test_shrinking_the_step_changes_the_picture_above_the_fold_and_the_link(page, address):
    open_at(page, address, "/derivative?lang=en&f=exp", "Derivative")
    _left, top, _width, height = canvas(page, 1)
    assert top + height <= 900
    first = page.locator(".vega-embed canvas").first
    _, before = settled(first)
    page.get_by_role("button", name="Shrink ε").click()
    expect(page.get_by_text("linear approximation, ε = 0.7")).to_be_visible()
    page.wait_for_url(re.compile("eps=0.7"))
    wait_for_picture(first, lambda now: now != before)


def test_a_bad_link_falls_back_with_a_message_and_a_mistyped_formula_is_explained_at_once(page, address):
    open_at(page, address, "/derivative?lang=en&f=own&formula=9**9**9&p=1e9", "Derivative")
    expect(page.get_by_text("formula=9**9**9")).to_be_visible()
    expect(page.get_by_text("p=1e9")).to_be_visible()
    canvas(page, 2)
    field = page.get_by_label("f(x) =", exact=True)
    expect(field).to_have_value("sin(x) + x**2 / 4")
    field.fill("x**3 + banana")
    field.press("Enter")
    expect(page.get_by_text("There is no banana here")).to_be_visible()
    expect(page.get_by_text("a = 1.13 > 0")).to_be_visible()  # the last good function stays
    field.fill("x**2")
    field.press("Enter")
    expect(page.get_by_text("a = 1.2 > 0")).to_be_visible()
    expect(page.get_by_text("There is no banana here")).to_be_hidden()
