"""The Chain rule page in a real browser: the walk by button, keyboard and click; every formula; a bad link."""

import re

from playwright.sync_api import expect

from engines.operations import OPERATIONS
from tests.browser.driving import open_at

TITLE = "Chain rule"
GRAPH = "[data-testid=stVegaLiteChart] svg"


def lit(page):
    """The place of the box where the walk stands: the one with the thick edge."""
    return page.locator(GRAPH).first.evaluate(
        "svg => [...svg.querySelectorAll('path')].filter(p => p.getAttribute('stroke-width') === '3.5')"
        ".map(p => p.getAttribute('transform') + p.getAttribute('d')).join()"
    )


def wait_for_another(page, before):
    page.wait_for_function(
        "([graph, before]) => { const svg = document.querySelector(graph); if (!svg) return false;"
        " const now = [...svg.querySelectorAll('path')].filter(p => p.getAttribute('stroke-width') === '3.5')"
        ".map(p => p.getAttribute('transform') + p.getAttribute('d')).join(); return now && now !== before; }",
        arg=[GRAPH, before],
    )


def test_one_walks_by_button_by_keyboard_and_by_click_and_nothing_is_drawn_anew(page, address):
    open_at(page, address, "/chain_rule?lang=en&scene=network", TITLE)
    expect(page.get_by_text("Forward, operation 1 of 6: matmul 1 is computed from x, W1.")).to_be_visible()
    expect(page.locator(GRAPH)).to_be_visible()
    expect(page.locator(GRAPH)).to_be_in_viewport(ratio=0.9)
    page.evaluate("graph => window.graph = document.querySelector(graph)", GRAPH)
    before = lit(page)
    page.get_by_role("button", name="Next node").click()
    expect(page.get_by_text("Forward, operation 2 of 6")).to_be_visible()
    wait_for_another(page, before)
    page.get_by_role("heading", level=1).click()  # the keys are the page's when no field has them
    for _step in range(5):
        said = page.get_by_text(re.compile(r"(Forward|Backward), operation \d of 6")).inner_text()
        page.keyboard.press("ArrowRight")
        expect(page.get_by_text(said)).to_be_hidden()
    expect(page.get_by_text("Backward, operation 1 of 6: cross_entropy 1")).to_be_visible()
    page.wait_for_url(re.compile("way=backward"))
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("Forward, operation 6 of 6")).to_be_visible()
    before = lit(page)
    box = page.locator(GRAPH).bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 1.5 / 7)
    expect(page.get_by_text("W1 (64, 32) · trainable parameter")).to_be_visible()
    wait_for_another(page, before)
    assert page.evaluate("graph => window.graph === document.querySelector(graph)", GRAPH)


def test_the_arrow_keys_walk_on_after_a_choice_by_the_mouse_and_no_frame_cuts_the_title(page, address):
    open_at(page, address, "/chain_rule?lang=en&scene=network", TITLE)
    page.get_by_role("button", name="Next node").click()
    expect(page.get_by_text("Forward, operation 2 of 6")).to_be_visible()
    page.get_by_text("Backward pass", exact=True).click()
    expect(page.get_by_text("Backward, operation 1 of 6: cross_entropy 1")).to_be_visible()  # at the loss
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("Backward, operation 2 of 6")).to_be_visible()
    page.mouse.click(1380, 300)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("Backward, operation 3 of 6")).to_be_visible()
    frame = "main => getComputedStyle(main, '::before').boxShadow"
    assert page.get_by_test_id("stMain").evaluate(frame) == "none"


def test_the_formulas_of_all_operations_are_set_without_an_error(page, address):
    open_at(page, address, "/chain_rule?lang=en&scene=network", TITLE)
    page.get_by_text("All operations and their derivatives").click()
    table = page.locator("table", has_text="matmul").last
    expect(table.locator("tbody tr")).to_have_count(len(OPERATIONS))
    expect(table.locator(".katex")).to_have_count(3 * len(OPERATIONS))
    page.wait_for_timeout(300)
    assert page.locator(".katex-error").count() == 0
    red = "spans => spans.filter(span => getComputedStyle(span).color === 'rgb(204, 0, 0)').length"
    assert page.locator(".katex *").evaluate_all(red) == 0
    assert "$" not in table.inner_text()


def test_a_bad_link_falls_back_with_a_message(page, address):
    open_at(page, address, "/chain_rule?lang=en&scene=network&node=99&way=up", TITLE)
    expect(page.get_by_text("there is no node 99")).to_be_visible()
    expect(page.get_by_text("way=up")).to_be_visible()
    expect(page.get_by_text("Forward, operation 1 of 6")).to_be_visible()
    expect(page.locator(GRAPH)).to_be_visible()
