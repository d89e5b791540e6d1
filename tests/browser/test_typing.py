"""Fields that are typed in: what is clicked next counts, a number is read as people write it, or stays as it was."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driving import open_at, steps, wait_for_title, wait_until_done
from tests.grids import some

TRAINING, RACE = "/training_loop?lang=en", "/optimizers?lang=en"


def hold_down(page, name, milliseconds):
    """Click as people do: the button is held down for a moment."""
    box = page.get_by_role("button", name=name, exact=True).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.wait_for_timeout(milliseconds)
    page.mouse.up()


def typed(page, label, text):
    page.get_by_label(label, exact=True).fill(text)


PLAYED = ((TRAINING, "Training loop"), (RACE, "Optimizers"))


@pytest.mark.parametrize(
    ("held", "path", "title"), some([(held, *at) for held in (5, 120, 800) for at in PLAYED], every=3)
)
def test_play_counts_after_a_field_that_was_not_confirmed(page, address, path, title, held):
    open_at(page, address, path, title)
    wait_until_done(page)
    typed(page, "Hidden layers", "16")
    hold_down(page, "Play", held)
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    page.wait_for_url(re.compile("hidden=16"))
    page.wait_for_function("Number(document.querySelector('[data-steps]').dataset.steps) > 0")
    page.get_by_role("button", name="Pause", exact=True).click()


@pytest.mark.parametrize("text", ["16", "sixteen"])
def test_a_button_that_moves_away_while_it_is_held_down_is_still_clicked(page, address, text):
    open_at(page, address, TRAINING, "Training loop")
    page.get_by_role("button", name="Step", exact=True).click()
    page.wait_for_function("document.querySelector('[data-steps]').dataset.steps === '1'")
    wait_until_done(page)
    typed(page, "Hidden layers", text)
    page.get_by_role("button", name="Next stage").scroll_into_view_if_needed()
    hold_down(page, "Next stage", 800)
    expect(page.get_by_role("radio", name="1 batch")).to_be_checked()


def test_a_link_to_another_page_takes_along_what_was_typed_just_before(page, address):
    open_at(page, address, TRAINING, "Training loop")
    wait_until_done(page)
    typed(page, "Seed", "9")
    page.get_by_role("link", name="Start").click()
    wait_for_title(page, "Gradient Engine")
    expect(page.get_by_label("Seed", exact=True)).to_have_value("9")
    page.wait_for_url(re.compile("seed=9"))


def test_the_field_for_a_number_reads_a_decimal_comma_and_gives_the_number_back_after_nonsense(page, address):
    open_at(page, address, "/training_loop?lang=ko&optimizer=adam", "훈련 반복 루프")
    page.get_by_role("button", name=re.compile("더")).first.click()
    field = page.get_by_label("ε", exact=True)
    field.fill("0,001")
    field.press("Enter")
    page.wait_for_url(re.compile("epsilon=0.001"))
    expect(field).to_have_value("0.001")
    for nonsense in ("", "abc", "-1", "1,234"):
        field.fill(nonsense)
        field.press("Enter")
        expect(page.get_by_test_id("stAlert").filter(has_text="값은 그대로 0.001")).to_be_visible()
        expect(field).to_have_value("0.001")
    assert "epsilon=0.001" in page.url
    assert steps(page) == 0


def test_the_arrow_keys_count_in_a_field_for_a_number(page, address):
    open_at(page, address, TRAINING, "Training loop")
    wait_until_done(page)
    seed = page.get_by_label("Seed", exact=True)
    for _ in range(3):
        seed.press("ArrowUp")
    seed.press("ArrowDown")
    expect(seed).to_have_value("2")
    seed.press("Enter")
    page.wait_for_url(re.compile("seed=2"))


def test_a_run_that_was_ended_by_other_layers_can_be_begun_again(page, address):
    open_at(page, address, TRAINING, "Training loop")
    page.get_by_role("button", name="Epoch").click()
    page.wait_for_function("document.querySelector('[data-steps]').dataset.steps === '45'")
    wait_until_done(page)
    typed(page, "Hidden layers", "16")
    page.get_by_label("Hidden layers", exact=True).press("Enter")
    expect(page.get_by_text("The run with the layers 32 ended at step 45")).to_be_visible()
    page.get_by_role("button", name="Back to the layers 32").click()
    expect(page.get_by_label("Hidden layers", exact=True)).to_have_value("32")
    expect(page.get_by_text("ended at step")).to_have_count(0)
    page.wait_for_function("document.querySelector('[data-steps]').dataset.steps === '45'")
    page.wait_for_url(re.compile("trained=45"))
