"""A server that comes to be late has its pages drawn less often, and runs none of them for that."""

import asyncio
import tempfile

from benchmarks.streamlit_client import Client, Server, Tab, until
from tests.browser.server import ROOT
from tests.pages.loops import run


async def paced():
    with tempfile.TemporaryFile("w+") as log:
        server = Server(ROOT, "tests/ui/jobs/paced_page.py", log)
        try:
            await until(server.is_up, "the server", 60)
            client = await Client.open(server.address, "", Tab())
            await client.run()
            tab, intervals = client.tab, []
            while len(set(intervals)) < 3:  # at first, then twice and four times as long
                intervals += tab.timers.values()
                await asyncio.sleep(0.05)
            before = len(tab.updates)
            await asyncio.sleep(2.5)
            late = len(tab.updates) - before
            await client.close()
            return tab, sorted(set(intervals)), late
        finally:
            server.stop()


def test_the_interval_changes_without_a_run_of_the_page():
    tab, intervals, late = run(paced())
    assert tab.errors == []
    assert [round(interval, 2) for interval in intervals] == [0.2, 0.4, 0.8]
    assert tab.full_runs == 1
    assert 2 <= late <= 4  # in 2.5 seconds
