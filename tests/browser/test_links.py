"""Links, on a server that nobody has visited: the first visitor gets the whole page, whatever the link."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.driving import open_at, overflow, settled, steps, wait_for_title, wait_until_done
from tests.grids import some

PAGES = {
    "/": "Gradient Engine",
    "/training_loop": "Training loop",
    "/derivative": "Derivative",
    "/gradient_tensors": "Gradient tensors",
    "/gradient_descent": "Gradient descent",
    "/optimizers": "Optimizers",
    "/chain_rule": "Chain rule",
    "/backends": "Backends",
}


@pytest.mark.parametrize("path", some(PAGES, every=4))
def test_the_first_visit_by_a_deep_link_has_frame_and_settings(page, fresh_server, path):
    open_at(page, fresh_server.address, f"{path}?lang=en&hidden=16-8&seed=5&backend=torch", PAGES[path])
    expect(page.get_by_role("link", name="1 · Training loop")).to_be_visible()
    expect(page.get_by_label("Hidden layers", exact=True)).to_have_value("16-8")
    expect(page.get_by_label("Seed", exact=True)).to_have_value("5")
    expect(page.get_by_role("radio", name="PyTorch")).to_be_checked()
    assert page.get_by_text("Page not found").count() == 0


def test_settings_go_along_from_page_to_page_and_back(page, address):
    open_at(page, address, "/training_loop?lang=en&hidden=16", "Training loop")
    page.get_by_label("Seed", exact=True).fill("9")
    page.get_by_label("Seed", exact=True).press("Enter")
    page.wait_for_url(re.compile("seed=9"))
    page.get_by_role("link", name="Start").click()
    wait_for_title(page, "Gradient Engine")
    expect(page.get_by_label("Seed", exact=True)).to_have_value("9")
    page.wait_for_url(re.compile("hidden=16"))
    page.get_by_role("link", name="1 · Training loop").click()
    wait_for_title(page, "Training loop")
    expect(page.get_by_label("Hidden layers", exact=True)).to_have_value("16")
    expect(page.get_by_label("Seed", exact=True)).to_have_value("9")


def test_the_back_button_brings_back_the_page_and_its_settings(page, address):
    open_at(page, address, "/?lang=en&seed=4", "Gradient Engine")
    page.get_by_role("link", name="Watch it learn").click()
    wait_for_title(page, "Training loop")
    page.go_back()
    wait_for_title(page, "Gradient Engine")
    expect(page.get_by_label("Seed", exact=True)).to_have_value("4")


def test_bad_values_fall_back_with_a_message(page, address):
    open_at(page, address, "/training_loop?lang=en&backend=caffe&rate=-3&hidden=zz&batch=0", "Training loop")
    for fault in ("backend=caffe", "rate=-3", "hidden=zz", "batch=0"):
        expect(page.get_by_text(fault)).to_be_visible()
    assert steps(page) == 0


def test_the_language_follows_the_browser_at_first(chromium, address):
    context = chromium.new_context(locale="ko-KR")
    page = context.new_page()
    open_at(page, address, "/training_loop", "훈련 반복 루프")
    context.close()


def test_the_document_says_its_language_at_first_on_each_page_and_after_a_switch(page, address):
    open_at(page, address, "/training_loop?lang=ko", "훈련 반복 루프")
    html = page.locator("html")
    expect(html).to_have_attribute("lang", "ko")
    page.get_by_role("link", name="5 ·").click()
    wait_for_title(page, "옵티마이저")
    expect(html).to_have_attribute("lang", "ko")
    page.get_by_role("radio", name="English").click()
    wait_for_title(page, "Optimizers")
    expect(html).to_have_attribute("lang", "en")
    page.go_back()
    wait_for_title(page, "옵티마이저")
    expect(html).to_have_attribute("lang", "ko")


MARKUP = [
    "http://evil.example/x",
    "see www.evil.example or a@evil.example",
    "[click](http://evil.example)",
    "**b** _i_ ~~s~~ :smile: :red[x] :material/home: $x^2$ <b>h</b> &lt; ![i](/x.png)",
    "- a\n\n- b\n\n# c",
    "-> <- -- >= y",
    "x" * 4500,
]


@pytest.mark.parametrize(
    ("text", "path"), some([(text, path) for path in ("/derivative", "/optimizers") for text in MARKUP], every=3)
)
def test_what_a_link_says_is_never_markup(page, address, text, path):
    keys = ("formula", "f", "race", "optimizer", "backend", "hidden", "seed", "rate", "surface_rates")
    open_at(page, address, f"{path}?lang=en&" + "&".join(f"{key}={quote(text)}" for key in keys), "")
    wait_until_done(page)
    alerts = page.get_by_test_id("stAlert")
    expect(alerts.first).to_be_visible()
    marks = "a, b, strong, em, del, img, li, h1, h2, .katex, .emoji, [data-testid=stIconMaterial], [style*=color]"
    assert [mark.evaluate("mark => mark.outerHTML") for mark in alerts.locator(marks).all()] == []
    for alert in alerts.all():
        assert alert.locator("p").count() == 1
        assert len(alert.inner_text()) < 700
        assert not re.search("[😄→←—≥]", alert.inner_text())


@pytest.mark.parametrize(
    ("path", "language"), some([(path, language) for path in PAGES for language in ("en", "ko")], every=3)
)
def test_nothing_overflows_on_a_phone(phone, address, path, language):
    open_at(phone, address, f"{path}?lang={language}", "")
    wait_until_done(phone)
    for chart in phone.locator("canvas").all():
        settled(chart)
    assert overflow(phone) == 0
