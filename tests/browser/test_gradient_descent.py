"""Gradient descent in a real browser: opened by its link, a click that starts a ball, playing, a bad link."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driving import PHONE, open_at, overflow, settled, wait_for_picture
from tests.grids import some

PAGE = "/gradient_descent?lang=en"


def canvas(page, number=0):
    """The first (or a later) chart's drawing, once it is there."""
    drawn = page.locator('[data-testid="stVegaLiteChart"] canvas').nth(number)
    expect(drawn).to_be_visible()
    return drawn


def click_at(page, drawn, x, y):
    """Click at a share of the drawing's width and height."""
    drawn.scroll_into_view_if_needed()
    box, _ = settled(drawn)
    page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])


def test_a_link_opens_its_ball_and_a_click_starts_another(page, address):
    open_at(page, address, f"{PAGE}&curve=parabola&step=0.5&k=3", "Gradient descent")
    expect(page.get_by_text(re.compile("Step 3: w = [-−]0.425"))).to_be_visible()  # −3.4 · (1 − 0.5)³
    click_at(page, canvas(page), 0.8, 0.6)
    page.wait_for_url(re.compile(r"start=\d"))
    start = float(re.search(r"start=([\d.]+)", page.url)[1])
    assert 1 < start < 4
    expect(page.get_by_text(f"Step 3: w = {start / 8:.3g}")).to_be_visible()


def test_the_same_place_can_be_clicked_again_after_the_start_has_moved(page, address):
    open_at(page, address, f"{PAGE}&curve=parabola", "Gradient descent")
    click_at(page, canvas(page), 0.8, 0.6)
    page.wait_for_url(re.compile(r"start=\d"))
    there = page.url
    click_at(page, canvas(page), 0.3, 0.6)
    page.wait_for_url(re.compile(r"start=-"))
    click_at(page, canvas(page), 0.8, 0.6)
    page.wait_for_url(there)


def test_play_rolls_the_ball_and_the_picture_is_not_built_again(page, address):
    open_at(page, address, f"{PAGE}&k=0", "Gradient descent")
    canvas(page)
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_text(re.compile("Step [2-9]: w ="))).to_be_visible()
    mark = "document.querySelector('.vega-embed > :first-child').marked = true"
    page.evaluate(mark)
    expect(page.get_by_text(re.compile("Step ([6-9]|1.): w ="))).to_be_visible()
    assert page.evaluate("document.querySelector('.vega-embed > :first-child').marked") is True
    page.get_by_role("button", name="Pause").click()
    page.wait_for_url(re.compile(r"k=\d"))


def test_a_click_on_the_map_starts_one_more_ball(page, address):
    open_at(page, address, f"{PAGE}&scene=two&surface=bowl", "Gradient descent")
    expect(page.get_by_text("4 balls:")).to_be_visible()
    click_at(page, canvas(page), 0.5, 0.3)
    expect(page.get_by_text("5 balls:")).to_be_visible()
    page.wait_for_url(re.compile("at="))
    click_at(page, canvas(page), 0.5, 0.3)
    expect(page.get_by_text("6 balls:")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("4 balls:")).to_be_visible()


def test_a_click_on_the_strip_sets_the_momentum(page, address):
    open_at(page, address, f"{PAGE}&curve=double_well", "Gradient descent")
    expect(page.get_by_text("The end switches 6 times")).to_be_visible()
    click_at(page, canvas(page, 2), 0.5, 0.55)
    page.wait_for_url(re.compile(r"m=0\.[45]"))


@pytest.mark.parametrize(("strip", "to", "written"), [(1, 0.6, "step"), (2, 0.7, "m")])
def test_a_drag_on_a_strip_rolls_the_ball_before_the_server_knows_of_it(page, address, strip, to, written):
    open_at(page, address, f"{PAGE}&k=20", "Gradient descent")
    expect(page.get_by_text("The end switches")).to_be_visible()
    curve, drawn = canvas(page), canvas(page, strip)
    box, _ = settled(drawn)
    assert box["y"] + box["height"] <= 900
    _, still = settled(curve)
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + to * box["width"], box["y"] + 0.5 * box["height"], steps=12)
    wait_for_picture(curve, lambda now: now != still)
    held = page.evaluate("document.body.value")
    assert f"{written}=" not in page.url
    page.mouse.up()
    page.wait_for_url(re.compile(rf"[?&]{written}=[\d.]+"))
    assert held == f"{written[0]}{re.search(rf'[?&]{written}=([0-9.]+)', page.url)[1]}"


def test_the_exact_solution_comes_by_itself(page, address):
    open_at(page, address, f"{PAGE}&scene=exact&poly=himmelblau", "Gradient descent")
    expect(page.get_by_text("9 points with gradient 0")).to_be_visible()


def test_bad_values_fall_back_with_a_message(page, address):
    open_at(page, address, f"{PAGE}&scene=five&curve=everest&step=-2&f=__import__", "Gradient descent")
    for fault in ("scene=five", "curve=everest", "step=-2", "f=__import__"):
        expect(page.get_by_text(fault)).to_be_visible()
    expect(page.get_by_role("radio", name="One parameter")).to_be_checked()


@pytest.mark.parametrize("scene", some(["one", "two", "exact"], every=3))
def test_the_picture_is_above_the_fold_and_nothing_overflows_on_a_phone(page, address, scene):
    open_at(page, address, f"{PAGE}&scene={scene}", "Gradient descent")
    box, _ = settled(canvas(page))
    assert box["y"] + box["height"] <= 900
    page.set_viewport_size(PHONE)
    open_at(page, address, f"{PAGE}&scene={scene}", "Gradient descent")
    settled(canvas(page))
    assert overflow(page) == 0


def test_values_far_below_the_axis_do_not_stretch_their_chart(page, address):
    """Near a minimum of 0 the values go down to 1e-31, twenty decades below the axis."""
    open_at(page, address, f"{PAGE}&scene=two&surface=himmelblau", "Gradient descent")
    heights = [settled(canvas(page, number))[0]["height"] for number in (0, 1)]
    assert max(heights) < 500


def test_the_paths_on_a_surface_can_be_played_and_the_step_is_in_the_link(page, address):
    open_at(page, address, f"{PAGE}&scene=two&surface=bowl", "Gradient descent")
    expect(page.get_by_text("After 100 steps, 4 balls: 4 in a minimum")).to_be_visible()
    page.get_by_role("button", name="To the start").click()
    expect(page.get_by_text("After 0 steps, 4 balls: 4 still moving")).to_be_visible()
    page.wait_for_url(re.compile("k2=0"))
    page.get_by_role("button", name="Next step").click()
    f = 0.5 * 0.8**2 * (2.6**2 + 1.5**2)  # the first ball's, by hand: each step keeps 1 - 0.2 of the way
    expect(page.get_by_text(f"f = {f:.3g}", exact=True)).to_be_visible()


def test_a_drag_along_the_curve_starts_the_ball_where_it_ends(page, address):
    open_at(page, address, f"{PAGE}&curve=parabola&step=0.5&k=3", "Gradient descent")
    drawn = canvas(page)
    box, still = settled(drawn)
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 0.5 * box["height"], steps=12)
    _, dragged = settled(drawn)
    assert dragged != still  # the path under the finger is drawn before the server knows of it
    assert "start=" not in page.url
    page.mouse.up()
    page.wait_for_url(re.compile(r"start=\d"))
    start = float(re.search(r"start=([\d.]+)", page.url)[1])
    expect(page.get_by_text(f"Step 3: w = {start / 8:.3g}")).to_be_visible()
