"""One's own images in a browser: bring files, see them, correct what was misread, train on them."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.driving import (
    open_at,
    overflow,
    patiently,
    steps,
    visit,
    wait_for_rest,
    wait_for_steps,
    wait_until_done,
    wait_until_shown,
)
from tests.pages.test_your_data import csv, idx, letters

FIELD = "[data-testid='stFileUploader'] input[type='file']"
IMAGES = ".block-container figure img"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """EMNIST's letters as published, rows and columns exchanged; and a table of the same images."""
    folder = tmp_path_factory.mktemp("files")
    images, labels = letters(np.random.default_rng(3), each=20)
    turned = np.ascontiguousarray(images.swapaxes(1, 2))
    paths = {name: folder / name for name in ("emnist-images", "emnist-labels", "letters.csv", "photo.jpg", "huge.csv")}
    paths["emnist-images"].write_bytes(idx(turned))
    paths["emnist-labels"].write_bytes(idx(labels))
    paths["letters.csv"].write_bytes(csv(images, labels))
    paths["photo.jpg"].write_bytes(b"\xff\xd8\xff\xe0" + b"\x10" * 500)
    with paths["huge.csv"].open("wb") as huge:
        huge.truncate(140 * 10**6)
    return paths


def bring(page, *paths):
    field = page.locator(FIELD).first
    patiently(page, lambda: expect(field).to_be_attached())
    wait_until_done(page)
    field.set_input_files(list(paths))


def button(page, key):
    return page.locator(f".st-key-own_data-{key} button")


def press(page, key):
    wait_until_done(page)
    patiently(page, lambda: expect(button(page, key)).to_be_enabled())
    button(page, key).click()


def sources(page):
    """The images of the preview, as they are sent."""
    return page.locator(IMAGES).evaluate_all("images => images.slice(0, 20).map(image => image.src)")


def test_from_files_to_a_trained_network_in_korean_on_a_phone(phone, address, files, chromium):
    """And its link leads somebody else to the same step, once they have brought the same files."""
    visit(phone, f"{address}/your_data?lang=ko&rate=0.5")
    bring(phone, files["emnist-images"], files["emnist-labels"])
    wait_until_shown(button(phone, "use"))
    wait_until_shown(phone.locator(IMAGES).first)
    wait_until_done(phone)
    assert phone.locator(IMAGES).count() == 20 + 6  # of the preview, and of the other way round
    assert overflow(phone) == 0
    expect(phone.locator("[data-testid='stFileChip']")).to_have_count(0)

    before = sources(phone)
    press(phone, "mend-0")
    wait_until_done(phone)
    patiently(phone, lambda: expect(phone.locator(IMAGES)).to_have_count(20))  # no suspicion is left
    assert len(set(sources(phone)) & set(before)) < 20
    press(phone, "use")
    onward = phone.locator(".st-key-onward a")
    wait_until_shown(onward)
    wait_until_done(phone)
    assert "data=own-" in phone.url
    assert overflow(phone) == 0

    onward.click()
    play = phone.locator(".st-key-play button")
    wait_until_shown(play)
    wait_until_done(phone)
    play.click()
    wait_for_steps(phone, 200)
    phone.locator(".st-key-pause button").click()
    reached = wait_for_rest(phone)
    patiently(phone, lambda: phone.wait_for_url(re.compile(f"data=own-.*trained={reached}.*state=")))
    state = re.search("state=([0-9a-f]+)", phone.url)[1]

    other = chromium.new_context().new_page()
    visit(other, phone.url)
    bring_them = other.get_by_test_id("stMain").locator("a[href*='your_data']")
    wait_until_shown(bring_them)
    assert other.locator("[data-steps]").count() == 0  # nothing is trained on other images
    wait_until_done(other)
    bring_them.click()
    bring(other, files["emnist-images"], files["emnist-labels"])
    wait_until_shown(button(other, "mend-0"))
    press(other, "mend-0")
    patiently(other, lambda: expect(button(other, "mend-0")).to_have_count(0))
    press(other, "use")
    wait_for_steps(other, reached - 1)
    assert steps(other) == reached
    patiently(other, lambda: other.wait_for_url(re.compile(f"state={state}")))
    other.context.close()


def test_what_cannot_be_read_is_said_and_the_preview_stays(page, address, files):
    open_at(page, address, "/your_data?lang=en", "Your data")
    bring(page, files["letters.csv"])
    wait_until_shown(button(page, "use"))
    wait_until_shown(page.locator(IMAGES).first)
    wait_until_done(page)
    before = sources(page)
    bring(page, files["photo.jpg"])
    alert = page.get_by_test_id("stAlert").filter(has_text="photo.jpg")
    wait_until_shown(alert)
    assert sources(page) == before
    expect(button(page, "use")).to_be_enabled()

    bring(page, files["huge.csv"])  # the browser itself does not send it
    wait_until_shown(page.locator("[data-testid='stFileChip'][aria-invalid='true']"))
    field = page.get_by_test_id("stFileUploader").first
    said = field.evaluate("element => getComputedStyle(element, '::after').content")
    assert "134 MB" in said
    assert sources(page) == before
