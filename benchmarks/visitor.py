"""Chromium's session of the benchmark: what one visitor with a real browser sees and does, and how fast."""

from __future__ import annotations

import asyncio
import math
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright import async_api as playwright
from playwright.async_api import Browser, BrowserContext, Page, WebSocket

from benchmarks.crowd import PAGE
from benchmarks.streamlit_client import Server, Tab, clock

CLICKS = 8  # of each kind

CHROMIUM_OPTIONS = [
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
]
SIDEBAR = '[data-testid="stSidebar"]'
LINKS = [f'{SIDEBAR} [data-testid="stPageLink-NavLink"]{which}' for which in ("", f'[href*="{PAGE}"]')]
LANGUAGE = '.st-key-frame-language [role="radio"][aria-checked="false"]'  # the one not chosen
TITLE = '[data-testid="stMain"] h1'
SENTENCE = '[data-testid="stMain"] [data-testid="stMarkdownContainer"] p'
CHARTS = '[data-testid="stVegaLiteChart"] :is(canvas, svg.marks)'
IS_READY = f"""document.querySelector('.st-key-play button, .st-key-pause button')
    && [...document.querySelectorAll('{CHARTS}')].filter(chart => chart.clientHeight > 0).length >= 2"""
STOPWATCH = """([button, watched]) => new Promise(resolve => {
    const read = () => document.querySelector(watched)?.innerText, before = read(), start = performance.now()
    document.querySelector(button)?.click()
    const look = () => {
        const elapsed = performance.now() - start
        if (read() && read() !== before) resolve(elapsed / 1000)
        else if (elapsed > 5000) resolve(null)
        else requestAnimationFrame(look)
    }
    look()
})"""
COUNT_EMBEDDINGS = f"""() => {{
    window.embeddings = 0
    const isChart = node => node.matches?.('{CHARTS}') || node.querySelector?.('{CHARTS}')
    new MutationObserver(records => records.forEach(record => record.addedNodes.forEach(
        node => window.embeddings += isChart(node) ? 1 : 0
    ))).observe(document.body, {{childList: true, subtree: true}})
}}"""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    options = [*CHROMIUM_OPTIONS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    async with playwright.async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=path, args=options)
        yield browser
        await browser.close()


def url(server: Server, query: str = "") -> str:
    return f"http://{server.address}/{PAGE}?tempo=fast&{query}"


async def visit(context: BrowserContext, url: str) -> tuple[Page, Tab, float]:
    """A new tab at `url`, and how long it took to paint."""
    page = await context.new_page()
    page.set_default_timeout(20_000)
    tab = follow(page)
    return page, tab, await paint(page, url)


async def paint(page: Page, url: str) -> float:
    """Seconds until the controls and charts are there."""
    start = clock()
    await page.goto(url, wait_until="commit")
    await page.wait_for_function(IS_READY, polling="raf")
    return clock() - start


def follow(page: Page) -> Tab:
    """Read along what the page and its server tell each other."""
    tab = Tab()

    def listen(stream: WebSocket) -> None:
        stream.on("framesent", tab.sent)
        stream.on("framereceived", tab.received)

    page.on("websocket", listen)
    return tab


async def press(page: Page, key: str) -> float:
    """Click Play or Pause; the seconds until the other button stands there."""
    return await page.evaluate(STOPWATCH, [f".st-key-{key} button", ".st-key-play button, .st-key-pause button"])


async def pause_delays(page: Page, tab: Tab) -> list[float]:
    """Seconds from a click on Pause until the button has changed and the steps stand still."""
    delays = []
    for turn in range(CLICKS):
        await press(page, "play")
        await asyncio.sleep(0.8 + 0.07 * turn)  # each time at another moment between two updates
        start = clock()
        changed = await press(page, "pause")
        await asyncio.sleep(0.6)
        delays.append(max(changed, _last_change(tab) - start))
    return delays


def _last_change(tab: Tab) -> float:
    """When the number of steps that is shown now was first shown."""
    last = tab.steps[-1][1]
    return next(at for at, steps in tab.steps if steps == last)


async def click_delays(page: Page, buttons: list[str], watched: str) -> tuple[list[float], int]:
    """Seconds until the watched text is another one, clicking in turn while the run goes on; and clicks lost."""
    delays = []
    for turn in range(CLICKS):
        delays.append(await page.evaluate(STOPWATCH, [buttons[turn % len(buttons)], watched]))
        await asyncio.sleep(0.6 + 0.07 * turn)
    return [delay for delay in delays if delay is not None], delays.count(None)


async def newcomer(browser: Browser, server: Server) -> float:
    """Seconds until somebody new, with an empty browser cache, sees the page; infinite if Chromium gives up."""
    context = await browser.new_context(locale="en-US")
    try:
        *_, seconds = await visit(context, url(server))
    except playwright.TimeoutError:
        seconds = math.inf
    await context.close()
    return seconds
