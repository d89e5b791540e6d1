"""Take it home in a real browser: files come down under their names, on a phone too, and a chart as a picture."""

import pytest

from tests.browser.driving import PHONE, patiently, wait_for_steps, wait_until_done

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
