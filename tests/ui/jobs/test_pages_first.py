"""Pages are drawn one at a time, and the worker waits for them, but not for ever."""

import threading
import time
from itertools import count

from ui.jobs.pages_first import PagesFirst
from ui.jobs.scheduler import Job


def test_pages_draw_one_at_a_time():
    pages_first, drawing, most = PagesFirst(), [], []

    def page():
        with pages_first.drawing():
            drawing.append(1)
            most.append(len(drawing))
            time.sleep(0.01)
            drawing.pop()

    pages = [threading.Thread(target=page) for _ in range(8)]
    for thread in pages:
        thread.start()
    for thread in pages:
        thread.join(10)
    assert most == [1] * 8
    assert len(pages_first) == 0


def test_who_gives_way_goes_on_when_the_last_page_is_drawn():
    pages_first, inside, done = PagesFirst(), threading.Event(), threading.Event()

    def page():
        with pages_first.drawing():
            inside.set()
            done.wait(10)

    thread = threading.Thread(target=page)
    thread.start()
    assert inside.wait(10)
    assert pages_first.give_way(seconds=0.01) is False
    threading.Timer(0.05, done.set).start()
    assert pages_first.give_way(seconds=10) is True
    thread.join(10)


def test_a_page_that_fails_to_draw_blocks_nobody():
    pages_first = PagesFirst()
    try:
        with pages_first.drawing():
            raise RuntimeError
    except RuntimeError:
        pass
    assert pages_first.give_way(seconds=0) is True


def test_the_worker_goes_on_beside_pages_that_never_stop_drawing(scheduler):
    job = scheduler.submit(Job(count()))
    with scheduler.pages_first.drawing():
        job.start(units=50)
        deadline = time.monotonic() + 10
        while job.state == "running" and time.monotonic() < deadline:
            time.sleep(0.005)
        assert job.units == 50
