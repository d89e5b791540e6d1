"""SymPy's process beside a fresh server: the first visitor's numbers, a slow formula, and that nothing is left over."""

import os
import signal
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.driving import open_at
from tests.grids import some

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are read from Linux' /proc")


def children(pid):
    """The processes that it has started, itself or by another of them."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended meanwhile
            continue
    found = [child for child, parent in parents.items() if parent == pid]
    return found + [below for child in found for below in children(child)]


def left(pids, seconds=5):
    """Those that are still there after so many seconds at most, as zombies too."""
    deadline = time.monotonic() + seconds
    while (there := [pid for pid in pids if Path(f"/proc/{pid}").exists()]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return there


def row(page, name):
    return page.locator("tr", has_text=name)


def own(formula):
    return f"/derivative?lang=en&f=own&p=0.6&formula={quote(formula)}"


@pytest.fixture
def others(context):
    """The pages of two more visitors."""
    pages = context.new_page(), context.new_page()
    yield pages
    for page in pages:
        page.close()


def test_the_first_visitor_has_all_numbers_and_a_slow_formula_is_its_visitors_alone(fresh_server, page, others):
    slow, other = others
    open_at(page, fresh_server.address, "/derivative?lang=en&p=0.6", "Derivative")
    expect(row(page, "symbolic (SymPy)")).to_contain_text("0.8253356149096783")  # without a reload
    open_at(slow, fresh_server.address, own("2**(x - x + 10**9)"), "Derivative")
    expect(row(slow, "secant, ε = 1")).to_be_visible()
    open_at(other, fresh_server.address, own("x**2 + 5"), "Derivative")
    expect(row(other, "autodiff")).to_contain_text("1.2")
    expect(slow.get_by_text("so its results are missing here")).to_have_count(1)
    expect(row(other, "symbolic (SymPy)")).to_contain_text("1.2")


@pytest.mark.parametrize("how", some([signal.SIGTERM, signal.SIGINT], every=2))
def test_a_server_that_is_stopped_while_sympy_works_leaves_nothing(fresh_server, page, how):
    open_at(page, fresh_server.address, own("3**(x - x + 10**9)"), "Derivative")
    expect(row(page, "symbolic (SymPy)")).to_contain_text("…")
    started = children(fresh_server.pid)
    assert started
    os.kill(fresh_server.pid, how)
    began = time.monotonic()
    os.waitpid(fresh_server.pid, 0)
    assert time.monotonic() - began < 8
    assert left(started) == []
