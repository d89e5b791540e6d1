"""The race in a real browser: live, with all curves moving together, and nothing drawn anew."""

import re

from playwright.sync_api import expect

from tests.browser.driving import open_at, patiently, settled, steps, wait_for_rest, wait_for_steps, wait_until_done

COUNT_EMBEDDINGS = """() => {
    window.embeddings = 0
    new MutationObserver(records => records.forEach(record => record.addedNodes.forEach(node => {
        window.embeddings += node.matches?.('canvas') || node.querySelector?.('canvas') ? 1 : 0
    }))).observe(document.body, {childList: true, subtree: true})
}"""


def button(page, name):
    return page.get_by_role("button", name=re.compile(f"{name}$"))


def test_the_race_runs_live_pauses_and_starts_over(page, address):
    open_at(page, address, "/optimizers?lang=en&updates=4&judged=30000", "Optimizers")
    charts = page.locator('[data-testid="stVegaLiteChart"] canvas')
    expect(charts).to_have_count(2)
    wait_for_steps(page, 9)  # the race opens with its first steps made
    wait_until_done(page)
    for chart in charts.all():
        settled(chart)
    page.evaluate(COUNT_EMBEDDINGS)
    button(page, "Play").click()
    wait_for_steps(page, 100)
    wait_for_steps(page, steps(page))
    expect(page.get_by_text("is lowest")).to_be_visible()
    button(page, "Pause").click()
    expect(button(page, "Play")).to_be_enabled()
    stopped = wait_for_rest(page)
    page.wait_for_timeout(700)
    assert steps(page) == stopped > 100
    assert page.evaluate("window.embeddings") == 0
    total = int(page.locator("[data-total]").get_attribute("data-total"))
    assert total == 6 * stopped
    button(page, "Reset").click()
    page.wait_for_function("() => document.querySelector('[data-steps]').dataset.steps === '0'")


def test_one_with_an_impossible_rate_is_marked_and_the_others_go_on(page, address):
    open_at(page, address, "/optimizers?lang=en&race=sgd,rate:1e30%3Badam&judged=30000", "Optimizers")
    button(page, "Play").click()
    wait_for_steps(page, 50)
    expect(page.get_by_text(re.compile("SGD diverged at step")).first).to_be_visible()
    button(page, "Pause").click()


def test_the_race_goes_on_while_one_looks_at_the_anatomy(page, address):
    open_at(page, address, "/optimizers?lang=en&race=adam&judged=30000", "Optimizers")
    button(page, "Play").click()
    before = wait_for_steps(page, 20)
    wait_until_done(page)  # what is clicked while a page is drawn, the page may put back
    page.get_by_text("Anatomy", exact=True).click()
    expect(page.get_by_text("effective step")).to_be_visible()
    wait_for_steps(page, before)
    expect(page.locator('[data-testid="stMain"] img[src^="data:image/png"]')).to_have_count(5)
    button(page, "Pause").click()
    expect(button(page, "Play")).to_be_enabled()


def test_a_click_on_a_weight_in_a_map_puts_its_numbers_into_the_rule(page, address):
    open_at(page, address, "/optimizers?lang=en&scene=anatomy&anatomy=sgd&race=sgd&tensor=W2", "Optimizers")
    picture = page.locator('[data-testid="stMain"] img[src^="data:image/png"]').first
    expect(page.get_by_text("ΔW2[")).to_be_visible()
    wait_until_done(page)

    def chosen():
        expect(picture).to_be_visible()
        box = picture.bounding_box()  # 32 rows and 10 columns
        assert box, "it is being drawn anew"
        picture.click(position={"x": 3.5 / 10 * box["width"], "y": 20.5 / 32 * box["height"]})
        page.wait_for_url(re.compile(r"weight=20(,|%2C)3"), timeout=3000)

    patiently(page, chosen)  # the first click may be sooner there than what listens
    expect(page.get_by_text("ΔW2[20, 3]")).to_be_visible()
    expect(page.get_by_label("One weight")).to_have_value("20,3")


def test_a_bad_link_falls_back_with_a_message(page, address):
    open_at(page, address, "/optimizers?lang=en&race=turbo&target=7", "Optimizers")
    expect(page.get_by_text("turbo")).to_be_visible()
    expect(page.locator('[data-testid="stAlert"]')).to_have_count(2)
