"""The Gradient tensors page in a real browser: by its link, a click in the gradient, a planted mistake, a bad link."""

import re

from playwright.sync_api import expect

from tests.browser.driving import open_at, settled, wait_for_picture, wait_for_steps, wait_until_done

TITLE = "Gradient tensors"
CHARTS = "main canvas, [data-testid=stMain] canvas"


def open_list(page, name):
    """Open a list as a visitor does: scroll to it first. Streamlit closes a list when the page scrolls, and the event
    of the driver's own scrolling would come after its click."""
    field = page.get_by_label(name)
    wait_until_done(page)
    field.scroll_into_view_if_needed()
    page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    field.click()


def test_a_click_in_the_gradient_chooses_that_entry(page, address):
    open_at(page, address, "/gradient_tensors?lang=en&entry=W1-36-16", TITLE)
    gradient = page.locator(CHARTS).nth(1)
    expect(page.get_by_label("i (0 … 63)")).to_have_value("36")
    expect(gradient).to_be_in_viewport()
    box, marked = settled(gradient)
    gradient.click(position={"x": box["width"] * 0.6, "y": box["height"] * 0.2})
    page.wait_for_url(re.compile(r"entry=W1-(?!36-16\b)\d+-\d+"))
    row, column = re.search(r"entry=W1-(\d+)-(\d+)", page.url).groups()
    expect(page.get_by_label("i (0 … 63)")).to_have_value(row)
    expect(page.get_by_label("j (0 … 31)")).to_have_value(column)
    expect(page.get_by_text(f"gradient(f)(W0)[{row}, {column}]", exact=True)).to_be_visible()
    wait_for_picture(gradient, lambda now: now != marked)


def test_a_planted_mistake_turns_the_verdict_red(page, address):
    open_at(page, address, "/gradient_tensors?lang=en&scene=audit", TITLE)
    expect(page.get_by_text("The gradient is right")).to_be_visible()
    open_list(page, "plant a mistake in the gradient")
    page.get_by_role("option", name="the mean's 1/n forgotten").click()
    expect(page.get_by_text("The gradient is wrong").first).to_be_visible()  # for a moment it may stand there twice
    expect(page.get_by_text("The gradient is right")).to_be_hidden()
    page.wait_for_url(re.compile("wrong=forgotten_mean"))


def test_the_link_of_a_live_runs_weights_gives_them_again(page, address, chromium):
    open_at(page, address, "/training_loop?lang=en&tempo=fast", "Training loop")
    page.get_by_role("button", name="Epoch").click()
    wait_for_steps(page, more_than=44)
    page.get_by_role("link", name=f"3 · {TITLE}").click()
    expect(page.get_by_text("Weights after step 45")).to_be_visible()
    said = page.get_by_text("against the gradient, all parameters together").inner_text()
    page.wait_for_url(re.compile("step=45"))

    other = chromium.new_context(locale="en-US").new_page()
    open_at(other, page.url, "", TITLE)
    expect(other.get_by_text("Weights after step 45")).to_be_visible()
    assert other.get_by_text("against the gradient, all parameters together").inner_text() == said
    other.context.close()


def test_a_bad_link_falls_back_with_a_message(page, address):
    open_at(page, address, "/gradient_tensors?lang=en&step=-5&parameter=W9&scene=x", TITLE)
    for fault in ("step=-5", "no parameter W9", "scene=x"):
        expect(page.get_by_text(fault)).to_be_visible()
    expect(page.get_by_text("Weights after step 0")).to_be_visible()
