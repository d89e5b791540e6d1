"""The mistakes in a real browser: by a click in the confusion matrix, by the keyboard, and on to other pages."""

import re

from playwright.sync_api import expect

from tests.browser.driving import (
    PHONE,
    open_at,
    overflow,
    patiently,
    steps,
    wait_for_rest,
    wait_for_steps,
    wait_for_title,
    wait_until_done,
    wait_until_shown,
)

FIGURES = ".ge-mistakes figure:not([hidden])"
HEADING = "Training loop"
_CELL = """([true_, predicted]) => {
    const cells = [...document.querySelectorAll('[data-testid=stVegaLiteChart] svg .mark-rect path')]
    const cell = cells.find(({ __data__: { datum } }) => datum.true === true_ && datum.predicted === predicted)
    cell?.scrollIntoView({ block: 'center' })
    const box = cell?.getBoundingClientRect()
    return box && { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}"""


def click_cell(page, true, predicted):
    """As a visitor does, once the matrix stands still where it is seen."""
    wait_until_done(page)
    page.wait_for_function(_CELL, arg=[true, predicted])
    before = None
    while (now := page.evaluate(_CELL, [true, predicted])) != before:
        before = now
        page.wait_for_timeout(200)
    page.mouse.click(now["x"], now["y"])


def image_is_painted(figure):
    return "image/png" in figure.locator("button").first.evaluate("button => getComputedStyle(button).backgroundImage")


def test_from_a_cell_to_its_images_and_on_to_the_chain_rule(page, address):
    open_at(page, address, "/training_loop?lang=en&trained=200&picture=confusion", HEADING)
    click_cell(page, "8", "1")
    page.wait_for_url(re.compile("true=8&taken=1&picture=mistakes"))
    wait_until_shown(page.get_by_text(re.compile("^8 taken for 1: 1 to 7 of 7, the largest loss first")))
    figures = page.locator(FIGURES)
    expect(figures).to_have_count(7)
    losses = [float(figure.split("loss ")[1].split()[0]) for figure in figures.all_inner_texts()]
    assert losses == sorted(losses, reverse=True)
    assert all(image_is_painted(figure) for figure in figures.all())
    assert all("✗ 1" in text and "is 8" in text for text in figures.all_inner_texts())

    click_cell(page, "8", "1")  # the chosen one again
    page.wait_for_url(lambda url: "true=" not in url)
    expect(figures).to_have_count(24)
    page.get_by_role("button", name="Further ones").click()
    page.wait_for_url(re.compile("leaf=2"))
    expect(figures).to_have_count(5)
    click_cell(page, "8", "1")  # which the browser was told before
    page.wait_for_url(re.compile("true=8&taken=1"))
    expect(figures).to_have_count(7)

    name = re.search(r"image (\d+)", figures.first.inner_text()).group(1)
    figures.first.locator("button").first.press("Enter")
    wait_for_title(page, "Chain rule")
    page.wait_for_url(re.compile(rf"\bimage={name}\b"))
    wait_until_shown(page.get_by_text("Weights after step 200. True label of what is shown: 8."))


def at_rest(page):
    """Pause, and wait until the page shows the run at rest."""
    page.locator(".st-key-pause button").click()
    wait_for_rest(page)
    wait_until_done(page)


def test_they_change_while_the_run_goes_on_and_no_matrix_is_built_again(page, address):
    page.set_viewport_size(PHONE)
    open_at(page, address, "/training_loop?lang=ko&tempo=fast&picture=mistakes", "훈련 반복 루프")
    wait_until_done(page)
    wait_until_shown(page.locator(FIGURES).first)
    before = page.locator(FIGURES).all_inner_texts()
    assert before
    page.locator(".st-key-play button").click()
    wait_for_steps(page, more_than=100)
    page.evaluate("document.querySelectorAll('.vega-embed > :first-child').forEach(chart => chart.marked = true)")
    seen = steps(page)
    first = page.locator(FIGURES).first.inner_text()
    changed = "first => document.querySelector('.ge-mistakes figure').innerText !== first"
    patiently(page, lambda: page.wait_for_function(changed, arg=first))
    wait_for_steps(page, more_than=seen)
    assert page.evaluate("[...document.querySelectorAll('.vega-embed > :first-child')].every(chart => chart.marked)")
    at_rest(page)
    figures = page.locator(FIGURES)
    assert all("✗" in text for text in figures.all_inner_texts())
    assert all(image_is_painted(figure) for figure in figures.all())
    assert overflow(page) == 0


def test_from_a_mistake_to_the_pad_and_from_a_drawing_to_the_chain_rule(page, address):
    open_at(page, address, "/training_loop?lang=en&trained=45&picture=mistakes&true=8&taken=1", HEADING)
    wait_until_done(page)

    def laid_on_the_pad():
        if "picture=pad" not in page.url:
            page.locator(FIGURES).first.locator("button").last.click(timeout=5000)
        page.wait_for_url(re.compile("picture=pad"), timeout=10_000)

    patiently(page, laid_on_the_pad)  # the first click may be sooner there than what listens
    expect(page.locator(".st-key-pad-add button")).to_be_visible()
    wait_until_done(page)
    page.locator(".st-key-pad-add button").click()
    wait_until_done(page)
    page.get_by_role("radio", name="Mistakes").click()
    drawn = page.locator(FIGURES, has_text="drawing 1")
    expect(drawn).to_be_visible()
    assert "✗ 1" in drawn.inner_text()
    assert image_is_painted(drawn)
    wait_until_done(page)
    drawn.locator("button").first.click()
    wait_for_title(page, "Chain rule")
    page.wait_for_url(re.compile("i_drawing=1"))
    page.wait_for_url(re.compile("scene=input"))
