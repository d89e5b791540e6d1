"""A run is a value: its address leads to its step, after a reload, in another browser, on another server."""

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

from tests.browser.driving import open_at, steps, wait_for_rest, wait_for_steps, wait_until_done
from tests.browser.server import free_port, running_server

LINK = "/training_loop?lang=en&tempo=fast&hidden=16"
CONNECTED = "data-test-connection-state", "CONNECTED"


def parameters(page):
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def state(page):
    """The name of the state, as the page says it."""
    line = page.get_by_text(re.compile(r"State [0-9a-f]{8}: the link of this page leads here"))
    expect(line).to_be_visible()
    return re.search("State ([0-9a-f]{8})", line.inner_text())[1]


def wait_for_address(page):
    """Until the address says the step where the run rests."""
    page.wait_for_function(
        "new URLSearchParams(location.search).get('trained') === document.querySelector('[data-steps]').dataset.steps"
    )


def play(page, more_than):
    page.get_by_role("button", name="Play").click()
    wait_for_steps(page, more_than)
    page.get_by_role("button", name="Pause").click()
    return wait_for_rest(page)


def test_a_run_comes_back_at_its_step(page, address, chromium):
    page.goto(f"{address}{LINK}")
    expect(page.locator("[data-steps]")).to_be_attached()
    length = page.evaluate("history.length")
    reached = play(page, 300)
    wait_for_address(page)
    name = state(page)
    assert page.evaluate("history.length") == length
    wait_until_done(page)

    page.reload()
    wait_for_steps(page, reached - 1)
    expect(page.get_by_text("with the same weights as then to the last bit")).to_be_visible()
    assert (steps(page), state(page)) == (reached, name)

    other = chromium.new_context().new_page()
    other.goto(page.url)
    wait_for_steps(other, reached - 1)
    expect(other.get_by_text("with the same weights as then to the last bit")).to_be_visible()
    assert (steps(other), state(other)) == (reached, name)
    other.context.close()


def test_an_edit_is_in_the_address_and_back_undoes_it(page, address):
    page.goto(f"{address}{LINK}")
    reached = play(page, 200)
    wait_for_address(page)
    wait_until_done(page)
    page.get_by_role("radio", name="PyTorch").click()
    page.wait_for_url(re.compile(f"edits={reached}~backend~torch"))
    page.get_by_role("button", name="Step", exact=True).click()
    expect(page.locator("[data-steps]")).to_have_attribute("data-steps", str(reached + 1))
    wait_for_address(page)
    assert parameters(page)["edits"] == f"{reached}~backend~torch"
    name = state(page)
    wait_until_done(page)
    page.reload()
    wait_for_steps(page, reached)
    assert state(page) == name

    page.go_back()
    expect(page.locator("[data-steps]")).to_have_attribute("data-steps", str(reached))
    assert "edits" not in parameters(page)


def test_pages_at_rest_are_alive_on_the_server_after_a_killed_one(chromium):
    """Nobody reloads them: each asks for itself when the connection is back, and its first click is heard."""
    port, context = free_port(), chromium.new_context()
    run, tensors, race = (context.new_page() for _page in range(3))
    with running_server(port) as server:
        open_at(run, server.address, LINK, "Training loop")
        reached = play(run, 500)
        wait_for_address(run)
        name = state(run)
        open_at(tensors, server.address, "/gradient_tensors?lang=en&tensor=W1", "Gradient tensors")
        expect(tensors.get_by_label("i (0 … 63)")).to_be_visible()
        open_at(race, server.address, "/optimizers?lang=en&race=adam&tempo=fast", "Optimizers")
        opened = wait_for_steps(race, 9)
        for page in (run, tensors, race):
            wait_until_done(page)
        server.kill()
        for page in (run, tensors, race):
            expect(page.get_by_test_id("stApp")).not_to_have_attribute(*CONNECTED)
    with running_server(port):
        expect(run.get_by_text("with the same weights as then to the last bit")).to_be_visible()
        assert (steps(run), state(run)) == (reached, name)
        for page in (run, tensors, race):
            expect(page.get_by_test_id("stApp")).to_have_attribute(*CONNECTED)
            wait_until_done(page)
        run.get_by_role("button", name="Step", exact=True).click()
        expect(run.locator("[data-steps]")).to_have_attribute("data-steps", str(reached + 1))
        tensors.get_by_role("radio", name="columns as images").click()
        tensors.wait_for_url(re.compile("drawn=images"))
        race.get_by_role("button", name=re.compile("Play$")).click()
        wait_for_steps(race, opened)
    context.close()


def test_the_past_is_scrubbed_and_branched(page, address):
    page.goto(f"{address}{LINK}")
    reached = play(page, 400)
    name = state(page)
    slider = page.get_by_role("slider", name="The run's past")
    slider.focus()
    page.keyboard.press("Home")
    expect(page.locator("[data-steps]")).to_have_attribute("data-steps", "0")
    assert state(page) != name
    slider.focus()
    page.keyboard.press("End")
    expect(page.locator("[data-steps]")).to_have_attribute("data-steps", str(reached))
    assert state(page) == name
    slider.focus()
    page.keyboard.press("Home")
    expect(page.locator("[data-steps]")).to_have_attribute("data-steps", "0")
    page.get_by_role("button", name="Step", exact=True).click()
    expect(page.locator("[data-steps]")).to_have_attribute("data-steps", "1")
    page.get_by_role("radio", name="PyTorch").click()
    page.get_by_role("button", name="Step", exact=True).click()
    expect(page.locator("[data-steps]")).to_have_attribute("data-steps", "2")
    page.get_by_role("radio", name=re.compile("^A: as it began")).click()
    expect(page.locator("[data-steps]")).to_have_attribute("data-steps", str(reached))
    assert state(page) == name
