"""Take it home in a real browser: files come down under their names, on a phone too, and a chart as a picture."""

import pytest
from playwright.sync_api import expect

from tests.browser.driving import PHONE, open_at, patiently, wait_for_steps, wait_until_done

LINK = "/training_loop?lang=en&tempo=fast&hidden=16&trained=100"


@pytest.mark.parametrize("viewport", [{"width": 1400, "height": 900}, PHONE], ids=["desk", "phone"])
def test_a_script_comes_down(chromium, address, viewport):
    page = chromium.new_context(viewport=viewport, accept_downloads=True).new_page()
    page.goto(f"{address}{LINK}")
    wait_for_steps(page, 99)
    wait_until_done(page)
    page.get_by_role("button", name="Take it home").click()
    page.locator(".st-key-take_home-library").get_by_role("radio", name="PyTorch").click()

    def script_of_the_chosen_library():
        with page.expect_download() as coming:
            page.get_by_role("button", name="Script").click()
        assert coming.value.suggested_filename == "run_digits_pytorch.py"
        return coming.value.path().read_text("utf-8")

    assert "import torch" in patiently(page, script_of_the_chosen_library)  # the choice takes a moment to be known
    page.context.close()


def test_its_panel_stays_open_while_a_run_writes_its_steps_into_the_address(page, address):
    open_at(page, address, "/training_loop?lang=en&tempo=fast&hidden=16", "Training loop")
    page.get_by_role("button", name="Play").click()
    wait_for_steps(page, 100)
    page.get_by_role("button", name="Take it home").click()
    panel = page.get_by_test_id("stPopoverBody")
    expect(panel).to_be_visible()
    for _written in range(2):  # by a script that presses a button
        known = page.locator(".ge-address").get_attribute("data-told")
        expect(page.locator(".ge-address")).not_to_have_attribute("data-told", known)
    expect(panel).to_be_visible()


def test_a_chart_is_saved_as_a_picture(chromium, address):
    page = chromium.new_context(viewport={"width": 1400, "height": 900}, accept_downloads=True).new_page()
    page.goto(f"{address}{LINK}")
    wait_for_steps(page, 99)
    wait_until_done(page)
    page.locator(".vega-embed canvas").first.hover()
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download as PNG").first.click()
    assert coming.value.path().read_bytes().startswith(b"\x89PNG")
    page.get_by_role("button", name="Take it home").click()
    with page.expect_download() as coming:
        page.get_by_role("button", name="Loss (SVG)").click()
    assert coming.value.path().read_text("utf-8").startswith("<svg")
    page.context.close()
