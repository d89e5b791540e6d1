"""The scalar scenes of the Chain rule page in a real browser: homework marked, a picture that moves, a bad link."""

import re

from playwright.sync_api import expect

from tests.browser.driving import open_at, settled, wait_for_picture

NET = "h_x=2,3&h_w=1,-1;0.5,1&h_b=0.5,1&h_v=2,-1&h_c=0.5&h_y=4"  # y_pred = 6.5, ∂loss/∂w21 = 2·2.5·2·1·3 = 30


def field(page, name):
    return page.locator(f".st-key-homework-{name} input")


def test_homework_is_marked_and_solved(page, address):
    open_at(page, address, f"/chain_rule?lang=en&scene=homework&{NET}", "Chain rule")
    picture = page.locator(".vega-embed svg").first
    expect(picture).to_contain_text("z₁ = ?")
    box = picture.bounding_box()
    assert box["y"] + box["height"] <= 900
    expect(picture).not_to_contain_text("6.25")
    box = field(page, "db2").bounding_box()
    assert box["y"] + box["height"] <= 900  # the last field, and the whole picture
    field(page, "z1").fill("4")
    field(page, "z1").press("Tab")
    expect(picture).to_contain_text("z₁ = 4")
    field(page, "dw21").fill("2*2.5*2")
    field(page, "dw21").press("Tab")
    expect(page.get_by_text("What would explain it: the factor x₂ = 3 is missing")).to_be_visible()
    field(page, "dw21").fill("30")
    field(page, "dw21").press("Enter")
    expect(page.get_by_text("2 of 20 numbers are right.")).to_be_visible()
    page.wait_for_url(re.compile("h_mine=z1(:|%3A)4(;|%3B)dw21(:|%3A)30"))
    page.get_by_text("Show the answers").click()
    expect(picture).to_contain_text("6.25")
    expect(picture).to_contain_text("∂ 30")
    expect(page.locator(".katex").nth(1)).to_be_visible()
    assert page.locator(".katex-error").count() == 0


def test_a_click_in_the_picture_moves_x_and_the_change_goes_through_both(page, address):
    open_at(page, address, "/chain_rule?lang=en&scene=scalars&c_g=line&c_f=square&c_x=1.5", "Chain rule")
    expect(page.get_by_text("x moves by ε = 0.3, so u = g(x) by about g′·ε = 2 · 0.3 = 0.6")).to_be_visible()
    left, right = (page.locator(".vega-embed canvas").nth(index) for index in (0, 1))
    (_, before), (box, _) = settled(right), settled(left)
    assert box["y"] + box["height"] <= 900
    page.mouse.click(box["x"] + 0.35 * box["width"], box["y"] + 0.4 * box["height"])
    page.wait_for_url(re.compile(r"c_x=-\d"))
    slope = 4 * (2 * float(re.search(r"c_x=(-[0-9.]+)", page.url)[1]) - 1)
    expect(page.get_by_text(f"{slope:.4g}".replace("-", "−")).first).to_be_attached()  # KaTeX has a real minus
    wait_for_picture(right, lambda now: now != before)


def test_a_bad_link_falls_back_with_a_message(page, address):
    open_at(page, address, "/chain_rule?lang=en&scene=homework&h_w=1,2&h_seed=0", "Chain rule")
    expect(page.get_by_text("h_w=1,2")).to_be_visible()
    expect(page.get_by_text("write 4 numbers here, not 2")).to_be_visible()
    expect(page.get_by_text("h_seed=0")).to_be_visible()
    expect(page.locator(".vega-embed svg").first).to_contain_text("loss")
