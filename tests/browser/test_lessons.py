"""Lessons in a browser: predicted by the keyboard, walked to the end, reloaded, gone back; one's own run comes back."""

import re
from functools import partial

import pytest
from playwright.sync_api import expect

import lessons
from lessons.words import sections
from tests.browser.driving import (
    PHONE,
    open_at,
    overflow,
    patiently,
    steps,
    wait_for_steps,
    wait_for_title,
    wait_until_done,
)
from ui.navigation import LESSONS
from ui.text import Text

WALKED = ("03_slope", "10_rates")  # between them every way to predict
COVERED = [(name, step.name) for name in lessons.names() for step in lessons.get(name).steps if step.curtain]


def strip(page):
    return page.locator(".st-key-lesson-strip")


def title(name, language="en"):
    return sections(lessons.get(name), language)["title"]


def begin(page, name, language="en"):
    """Open the lesson from its card on the start page."""
    _ = Text(language)
    page.get_by_role("radio", name=_("All {lessons} lessons").format(lessons=len(lessons.names()))).click()
    last = page.get_by_test_id("stMain").get_by_role("link", name=title(lessons.names()[-1], language))
    patiently(page, lambda: expect(last).to_be_visible())
    pictures = page.locator("img.ge-sketch")
    patiently(page, lambda: expect(pictures).to_have_count(len(lessons.names()) + len(LESSONS)))
    wait_until_done(page)
    page.get_by_test_id("stMain").get_by_role("link", name=title(name, language)).click()
    patiently(page, lambda: expect(strip(page)).to_contain_text(title(name, language)))
    wait_until_done(page)


def predict(page, how, language="en"):
    """Say something by the keyboard alone, and see the answer."""
    form, button = strip(page), strip(page).get_by_role("button", name=Text(language)("Predict"))
    if how.is_choice:
        choice = form.get_by_role("radio").first
        choice.focus()
        choice.press("Space")
        expect(choice).to_be_checked()
        button.press("Enter")
    elif how.kind == "point":
        slider = form.get_by_role("slider")
        slider.press("ArrowRight")
        button.press("Enter")
    else:
        field = form.get_by_role("textbox")
        field.fill("1,5" if not how.whole else "3")  # with a decimal comma
        field.press("Enter")
    said = re.compile("말씀하신|예측하신|예측은" if language == "ko" else "You said")
    patiently(page, lambda: expect(strip(page)).to_contain_text(said))
    wait_until_done(page)


def next_step(page, language="en"):
    strip(page).get_by_role("link", name=Text(language)("Next")).click()


def where(page, at, count, language="en"):
    patiently(
        page, lambda: expect(strip(page)).to_contain_text(Text(language)("{at} of {count}").format(at=at, count=count))
    )
    wait_until_done(page)


def test_the_walked_lessons_ask_in_every_way():
    kinds = {step.input.kind for name in WALKED for step in lessons.get(name).steps}
    assert kinds == {"choice", "number", "point", "curve"}


@pytest.mark.parametrize("name", WALKED)
def test_a_lesson_is_walked_from_the_start_page_to_its_end(page, address, name):
    open_at(page, address, "/training_loop?lang=en&hidden=8", "Training loop")
    for done in range(3):  # the server takes two clicks for one when the second comes before it began on the first
        page.get_by_role("button", name="Step", exact=True).click()
        wait_for_steps(page, done)
        wait_until_done(page)

    def at_the_start():
        page.get_by_role("link", name="Start", exact=True).click(timeout=5000)
        expect(page.get_by_role("heading", name="Gradient Engine", level=1)).to_be_visible(timeout=10_000)

    patiently(page, at_the_start)
    begin(page, name)
    count = len(lessons.get(name).steps)
    for at, step in enumerate(lessons.get(name).steps, start=1):
        where(page, at, count)
        predict(page, step.input)
        if at == 2:
            text = page.locator(".st-key-lesson-text")
            told = text.text_content()
            page.reload()
            patiently(page, partial(expect(text).to_have_text, told))
            where(page, at, count)
        if at < count:
            next_step(page)
    page.go_back()
    where(page, count, count)
    expect(strip(page).get_by_role("button", name="Predict")).to_have_count(0)  # a step back does not cover the answer
    strip(page).get_by_role("link", name="Leave").click()
    wait_for_title(page, "Gradient Engine")
    expect(strip(page)).to_have_count(0)
    page.get_by_role("link", name="1 · Training loop").click()
    wait_for_steps(page, 2)
    assert steps(page) == 3
    assert "hidden=8" in page.url


def test_a_lesson_on_a_phone_in_korean(chromium, address):
    page = chromium.new_context(viewport=PHONE, locale="ko-KR", has_touch=True).new_page()
    page.goto(f"{address}/?lang=ko")
    wait_for_title(page, "Gradient Engine")
    wait_until_done(page)
    name = WALKED[0]
    begin(page, name, "ko")
    for at, step in enumerate(lessons.get(name).steps, start=1):
        where(page, at, len(lessons.get(name).steps), "ko")
        assert strip(page).bounding_box()["height"] <= PHONE["height"] / 5 + 1
        assert overflow(page) == 0
        predict(page, step.input, "ko")
        assert strip(page).bounding_box()["height"] <= PHONE["height"] / 5 + 1
        if at < len(lessons.get(name).steps):
            next_step(page, "ko")
    page.context.close()


def test_a_prediction_that_is_none_is_told_and_loses_nothing(page, address):
    step = next(step for step in lessons.get("03_slope").steps if step.input.kind == "number")
    at = lessons.get("03_slope").steps.index(step) + 1
    open_at(page, address, f"/{step.before.page}?lang=en&lesson=03_slope&question={at}", "Derivative")
    field = strip(page).get_by_role("textbox")
    field.fill("two")
    field.press("Enter")
    expect(strip(page).get_by_test_id("stAlert")).to_be_visible()
    strip(page).get_by_role("button", name="Skip").click()
    patiently(page, lambda: expect(strip(page)).to_contain_text("The answer:"))


@pytest.mark.long
@pytest.mark.parametrize(("name", "step"), COVERED)
def test_what_gives_the_answer_away_is_covered_until_then(page, address, name, step):
    asked = lessons.get(name).step(step)
    at = lessons.get(name).steps.index(asked) + 1
    query = "&".join(f"{key}={value}" for key, value in asked.before.query)
    page.goto(f"{address}/{asked.before.page}?lang=en&trained=0&{query}&lesson={name}&question={at}")
    patiently(page, lambda: expect(strip(page)).to_be_visible())
    wait_until_done(page)
    for covered in asked.curtain:
        part = page.locator(f".st-key-{covered.replace('.', '-')}")
        expect(part.first).to_be_attached()
        for inner in part.locator("p, canvas, img, svg, table").all():
            expect(inner).not_to_be_visible()
    strip(page).get_by_role("button", name="Skip").click()
    patiently(page, lambda: expect(strip(page)).to_contain_text("The answer:"))
    expect(page.get_by_text("Covered until you have predicted")).to_have_count(0)
