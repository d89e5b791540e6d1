"""The race on a surface in a real browser: it plays there, pauses at once, and a click starts another."""

import re

from playwright.sync_api import expect

from tests.browser.driving import PHONE, open_at, overflow, patiently, picture, settled, wait_for_picture

LINK = "/optimizers?lang=en&scene=surface"
CANVAS = '[data-testid="stVegaLiteChart"] canvas'
MARK = "selector => document.querySelectorAll(selector).forEach(canvas => canvas.marked = true)"
ALL_MARKED = "selector => [...document.querySelectorAll(selector)].map(canvas => canvas.marked === true)"
STEP = "Number(document.body.value)"


def open_scene(page, address, query="", surface="ravine"):
    open_at(page, address, f"{LINK}&surface={surface}{query}", "Optimizers")
    expect(page.locator(CANVAS)).to_have_count(2)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    for chart in page.locator(CANVAS).all():
        settled(chart)


def pictures(page):
    return [picture(chart) for chart in page.locator(CANVAS).all()]


def wait_for_other_pictures(page, before):
    for chart, then in zip(page.locator(CANVAS).all(), before, strict=True):
        wait_for_picture(chart, lambda now, then=then: now != then)


def wait_for_step(page, more_than):
    patiently(page, lambda: page.wait_for_function(f"least => {STEP} > least", arg=more_than, timeout=30_000))


def test_it_plays_and_pauses_in_the_browser_and_no_chart_is_rebuilt(page, address):
    open_scene(page, address, "&surface_step=0", "beale")
    expect(page.get_by_text("all stand at the start")).to_be_visible()
    page.evaluate(MARK, CANVAS)
    at_the_start = pictures(page)
    page.get_by_role("button", name="Play").click()
    wait_for_step(page, 20)
    wait_for_other_pictures(page, at_the_start)
    assert "surface_step=0" in page.url  # while it plays the link stays
    page.get_by_role("button", name="Pause").click()
    stopped = page.evaluate(STEP)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.wait_for_timeout(700)
    assert page.evaluate(STEP) == stopped < 300
    page.wait_for_url(re.compile(f"surface_step={stopped}$|surface_step={stopped}&"))
    expect(page.get_by_text(f"Step {stopped} of 300: ")).to_be_visible()
    assert page.evaluate(ALL_MARKED, CANVAS) == [True, True]


def test_one_goes_by_step_by_slider_and_back_to_the_start(page, address):
    open_scene(page, address, "&surface_step=5")
    assert page.evaluate(STEP) == 5
    page.get_by_role("button", name="Next step").click()
    expect(page.get_by_text("Step 6 of 100: ")).to_be_visible()
    before = pictures(page)
    page.get_by_label("Steps shown").fill("40")
    expect(page.get_by_text("Step 40 of 100: ")).to_be_visible()
    page.wait_for_url(re.compile("surface_step=40"))
    wait_for_other_pictures(page, before)
    page.get_by_role("button", name="To the start").click()
    expect(page.get_by_text("Step 0 of 100: ")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="RMSProp")).to_contain_text("f = 25.9")  # 2.6²/2 + 10·1.5²
    page.get_by_label("Steps shown").fill("100")  # the last step is what a link without one shows
    expect(page.get_by_text("Step 100 of 100: ")).to_be_visible()
    page.wait_for_url(lambda url: "surface_step" not in url)
    expect(page.get_by_role("button", name="Next step")).to_be_disabled()


def test_a_click_in_the_map_starts_a_race_there_at_once(page, address):
    open_scene(page, address, "&surface_steps=20")
    page.evaluate(MARK, CANVAS)
    box = page.locator(CANVAS).first.bounding_box()
    page.mouse.click(box["x"] + 0.6 * box["width"], box["y"] + 0.25 * box["height"])
    page.wait_for_url(re.compile(r"surface_start=0\.\d+(,|%2C)"))
    page.wait_for_function(f"{STEP} < 10")  # from 20, where the race before stood
    wait_for_step(page, 10)
    expect(page.get_by_text("Step 20 of 20: ")).to_be_visible()
    assert page.evaluate(ALL_MARKED, CANVAS) == [True, True]
    start = re.search(r"surface_start=([-\d.]+)(?:,|%2C)([-\d.]+)", page.url)
    shown = f"clicked: ({float(start[1]):g}, {float(start[2]):g})"
    expect(page.get_by_label("Starting point")).to_have_value(shown)


def test_while_the_start_is_dragged_its_paths_follow_and_the_race_starts_where_the_drag_ends(page, address):
    open_scene(page, address)
    map_ = page.locator(CANVAS).first
    box, still = settled(map_)
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    seen = {still}
    for across in (0.6, 0.75):
        page.mouse.move(box["x"] + across * box["width"], box["y"] + 0.3 * box["height"], steps=5)
        _, now = settled(map_)
        assert now not in seen  # other paths at each place, before the server knows of it
        seen.add(now)
    assert "surface_start" not in page.url
    page.mouse.up()
    page.wait_for_url(re.compile(r"surface_start=1\.\d+(,|%2C)"))  # of x from −3 to 3
    page.wait_for_function(f"{STEP} < 100")


def test_the_pictures_are_above_the_fold_and_nothing_overflows_on_a_phone(page, address):
    open_scene(page, address)
    for canvas in page.locator(CANVAS).all():
        box = canvas.bounding_box()
        assert box["y"] + box["height"] <= 900
    page.set_viewport_size(PHONE)
    open_scene(page, address)
    assert overflow(page) == 0
