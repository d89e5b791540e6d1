"""What is live in a real browser: rows that go on, that survive another theme, and that are asked for when lost."""

import itertools
import json

from tests.browser.driving import open_at, steps, wait_for_rest, wait_for_steps

VALUE = "document.querySelector('#ge-live').value"
CHART = "Object.keys(document.querySelector('#ge-live').value).find(name => name.startsWith('loss_chart'))"
ROWS = f"(() => {{ const rows = {VALUE}[{CHART}]; return JSON.stringify(rows) }})()"
LOSE = """() => {
    const show = window.gradientEngine.show
    window.lost = window.asked = 0
    window.gradientEngine.show = message => {
        if (message.update < 1 || window.lost >= 3) return show(message)
        window.lost += 1  // as if the browser had been busy
    }
    document.querySelector('.st-key-live-ask button').addEventListener('click', () => window.asked += 1)
}"""
LAST_BATCH = "({ step, series }) => step.findLast((_, row) => series[row] === 'batch')"
INK = """() => [...document.querySelectorAll('.vega-embed canvas')].slice(0, 2).map(canvas => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    let ink = 0
    for (let i = 0; i < data.length; i += 4) {
        const [r, g, b, alpha] = data.slice(i, i + 4)
        if (alpha > 200 && Math.max(r, g, b) - Math.min(r, g, b) > 60) ink += 1  // a coloured line
    }
    return ink
})"""


def rows(page):
    """The loss chart's columns, as the browser holds them."""
    return json.loads(page.evaluate(ROWS))


def play(page, address):
    open_at(page, address, "/training_loop?lang=en&tempo=fast", "Training loop")
    page.wait_for_function("document.querySelector('#ge-live')?.value")
    page.get_by_role("button", name="Play").click()
    wait_for_steps(page, more_than=500)


def pause(page):
    page.get_by_role("button", name="Pause").click()
    return wait_for_rest(page)


def batches(found):
    return [step for step, series in zip(found["step"], found["series"], strict=True) if series == "batch"]


def test_the_curves_go_on_to_the_last_step(page, address):
    play(page, address)
    first = page.wait_for_function(f"({LAST_BATCH})({VALUE}[{CHART}])").json_value()
    page.wait_for_function(f"({LAST_BATCH})({VALUE}[{CHART}]) > {first}")  # the curves go on while it plays
    paused_at = pause(page)
    page.wait_for_function(f"{VALUE}[{CHART}].step.at(-1) === {paused_at}")  # the last test point
    found = rows(page)
    drawn = batches(found)
    width = drawn[1] - drawn[0]
    assert drawn == [width * (number + 1) - 1 for number in range(len(drawn))]  # none lost, none twice
    assert paused_at - drawn[-1] <= width
    assert all(column is not None for column in found["loss"][: len(drawn)])


def test_another_theme_takes_no_line_away(page, address):
    play(page, address)
    pause(page)
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"({INK})().every(ink => ink > 300)")
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(1500)
    page.wait_for_function(f"({INK})().every(ink => ink > 300)")
    page.emulate_media(color_scheme="light")


def test_who_lost_updates_asks_for_all_and_has_them(page, address):
    play(page, address)
    page.evaluate(LOSE)
    page.wait_for_function("window.lost >= 3 && window.asked >= 1")
    wait_for_steps(page, more_than=steps(page) + 100)
    paused_at = pause(page)
    page.wait_for_function(f"{VALUE}[{CHART}].step.at(-1) === {paused_at}")
    drawn = batches(rows(page))
    assert [b - a for a, b in itertools.pairwise(drawn)] == [drawn[1] - drawn[0]] * (len(drawn) - 1)


def test_predictions_and_readings_follow_without_their_images_being_sent_again(page, address):
    received = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(frame)))
    open_at(page, address, "/training_loop?lang=en&tempo=fast", "Training loop")
    before = page.get_by_text("test images right").inner_text()
    page.get_by_role("button", name="Play").click()
    wait_for_steps(page, more_than=500)
    received.clear()
    wait_for_steps(page, more_than=steps(page) + 500)
    assert page.get_by_text("test images right").inner_text() != before
    assert page.locator(".ge-gallery figure").count() == 24
    frames = [frame if isinstance(frame, bytes) else frame.encode() for frame in received]
    assert frames
    assert not any(b"url(data:image" in frame for frame in frames)  # the gallery's; a picture of weights is a new one
