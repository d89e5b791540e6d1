"""The scene "The input" in a real browser: a pixel clicked, the image moved, a class chosen; on a phone in Korean."""

import re

from playwright.sync_api import expect

from tests.browser.driving import PHONE, open_at, overflow, patiently, visit, wait_until_done, wait_until_shown

LINK = "/chain_rule?lang=en&scene=input&step=60&image=45"
PICTURES = ".st-key-input_pictures img"


def test_a_pixel_is_clicked_and_the_image_is_moved_until_the_answer_turns(page, address):
    open_at(page, address, LINK, "Chain rule")
    pictures = page.locator(PICTURES)
    patiently(page, lambda: expect(pictures).to_have_count(3))
    wait_until_done(page)
    boxes = [pictures.nth(k).bounding_box() for k in range(3)]
    assert (
        len({(round(box["width"]), round(box["height"]), round(box["y"])) for box in boxes}) == 1
    )  # one shape, one row
    expect(page.locator(".st-key-input_probabilities canvas, .st-key-input_losses canvas")).to_have_count(2)

    size = boxes[1]["width"] / 8
    pictures.nth(1).click(position={"x": 2.5 * size, "y": 4.5 * size})  # row 4, column 2
    page.wait_for_url(re.compile("i_pixel=34"))
    expect(page.get_by_text("W1[34, j]").first).to_be_visible()

    before = pictures.nth(2).get_attribute("src")
    slider = page.get_by_role("slider")
    wait_until_done(page)
    slider.focus()
    slider.press("ArrowRight")
    page.wait_for_url(re.compile("i_move=16"))
    expect(page.get_by_text("x, moved by +16 %")).to_be_visible()
    expect(pictures.nth(2)).not_to_have_attribute("src", before)

    wait_until_done(page)
    page.get_by_role("combobox", name=re.compile("Move the image")).click()
    page.get_by_role("option", name="towards 8").click()
    page.wait_for_url(re.compile("i_to=8"))
    expect(page.get_by_text(re.compile("turns the answer from 3 to 8"))).to_be_visible()

    wait_until_done(page)
    page.get_by_text("Check every pixel against a central difference").click()
    page.wait_for_url(re.compile("i_check=on"))
    wait_until_shown(page.get_by_text("64 of 64 entries agree").or_(page.get_by_text(" lie at a kink")).first)


def test_it_fits_a_phone_in_korean(page, address):
    page.set_viewport_size(PHONE)
    visit(page, f"{address}{LINK.replace('lang=en', 'lang=ko')}&i_check=on&i_to=8")
    pictures = page.locator(PICTURES)
    patiently(page, lambda: expect(pictures).to_have_count(3))
    wait_until_done(page)
    assert overflow(page) == 0
    assert all(pictures.nth(k).bounding_box()["width"] > 90 for k in range(3))
    assert page.locator(".katex-error").count() == 0
