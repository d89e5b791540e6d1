"""The main flow in a real browser: start, play, see the loss fall, pause, switch backend and language, reopen."""

import re
import time

from playwright.sync_api import expect

from tests.browser.driving import backend, open_at, smoothed_loss, steps, wait_for_rest, wait_for_steps, wait_for_title


def test_the_main_flow(page, address):
    open_at(page, address, "/?lang=en", "Gradient Engine")
    page.get_by_role("link", name="Watch it learn").click()
    wait_for_title(page, "Training loop")
    page.get_by_role("combobox", name="Tempo").click()
    page.get_by_role("option", name="fast").click()
    page.wait_for_url(re.compile("tempo=fast"))
    first_loss = smoothed_loss(page)

    page.get_by_role("button", name="Play").click()
    wait_for_steps(page, more_than=300)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    paused_at = wait_for_rest(page)
    assert smoothed_loss(page) < first_loss / 2
    time.sleep(1)
    assert steps(page) == paused_at

    page.get_by_role("radio", name="PyTorch").click()
    expect(page.locator('[data-backend="torch"]')).to_be_visible()
    assert steps(page) == paused_at
    page.get_by_role("button", name="Step").click()
    wait_for_steps(page, more_than=paused_at)

    page.get_by_role("radio", name="한국어").click()
    wait_for_title(page, "훈련 반복 루프")
    assert steps(page) == paused_at + 1
    page.wait_for_url(re.compile("lang=ko"))
    page.wait_for_url(re.compile(f"edits={paused_at}~backend~torch"))


def test_a_link_opens_the_same_experiment_in_another_browser(page, address, chromium):
    open_at(page, address, "/training_loop?lang=en&backend=torch&hidden=16&seed=3&rate=0.2", "Training loop")
    page.get_by_role("button", name="Epoch").click()
    page.wait_for_function("document.querySelector('[data-steps]').dataset.steps == '45'")
    expect(page.get_by_role("button", name="Play")).to_be_visible()

    other = chromium.new_context(locale="ko-KR").new_page()
    open_at(other, page.url, "", "Training loop")
    other.get_by_role("button", name="Epoch").click()
    other.wait_for_function("document.querySelector('[data-steps]').dataset.steps == '45'")
    assert backend(other) == "torch"
    assert smoothed_loss(other) == smoothed_loss(page)
    other.context.close()


def test_the_run_goes_on_while_one_reads_another_page(page, address):
    open_at(page, address, "/training_loop?lang=en&tempo=fast", "Training loop")
    page.get_by_role("button", name="Play").click()
    left_at = wait_for_steps(page, more_than=10)
    page.get_by_role("link", name="Start").click()
    wait_for_title(page, "Gradient Engine")
    time.sleep(0.5)
    page.get_by_role("link", name="1 · Training loop").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    assert steps(page) > left_at


def test_no_chart_is_built_again_while_training(page, address):
    open_at(page, address, "/training_loop?lang=en&tempo=fast", "Training loop")
    page.get_by_role("button", name="Play").click()
    wait_for_steps(page, more_than=50)
    mark = "document.querySelectorAll('.vega-embed > :first-child').forEach(e => e.marked = true)"
    time.sleep(1.5)
    page.evaluate(mark)
    seen = steps(page)
    time.sleep(2)
    assert steps(page) > seen
    chart = "[...document.querySelectorAll('.vega-embed > :first-child')].map(e => e.marked === true)"
    marked = page.evaluate(chart)
    assert len(marked) >= 2
    assert all(marked)


def test_a_dropped_connection_loses_no_step(page, address, context):
    open_at(page, address, "/training_loop?lang=en&tempo=fast", "Training loop")
    page.get_by_role("button", name="Play").click()
    before = wait_for_steps(page, more_than=100)
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    context.set_offline(True)
    time.sleep(1)
    context.set_offline(False)
    assert wait_for_steps(page, more_than=before) > before


def test_a_run_that_diverges_is_explained_and_taken_back(page, address):
    open_at(page, address, "/training_loop?lang=en&tempo=fast&loss=mean_squared_error&rate=300", "Training loop")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_text("is no longer a finite number")).to_be_visible()
    page.get_by_role("button", name="the last good state").click()
    expect(page.get_by_text("is no longer a finite number")).to_be_hidden()
    expect(page.get_by_role("button", name="Play")).to_be_enabled()


def test_one_iteration_stage_by_stage(page, address):
    open_at(page, address, "/training_loop?lang=en", "Training loop")
    for heading in ("Draw a batch.", "Forward pass.", "Loss.", "Backward pass.", "Update."):
        assert steps(page) == 0
        page.get_by_role("button", name="Next stage").click()
        expect(page.get_by_text(heading, exact=True)).to_be_visible()
    wait_for_steps(page, more_than=0)
    assert steps(page) == 1


def test_the_run_of_a_closed_tab_stops(context, fresh_server):
    page = context.new_page()
    open_at(page, fresh_server.address, "/training_loop?lang=en&tempo=fast", "Training loop")
    deadline, busy = time.monotonic() + 60, [True]
    while any(busy[-2:]) and time.monotonic() < deadline:  # it imports the backends some time after the first page
        busy.append(fresh_server.cpu_share(seconds=2) > 0.1)
    page.get_by_role("button", name="Play").click()
    wait_for_steps(page, more_than=100)
    training = fresh_server.cpu_share(seconds=2)
    page.close()
    time.sleep(1)
    assert fresh_server.cpu_share(seconds=2) < training / 5
