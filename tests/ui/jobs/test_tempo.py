"""How often pages are drawn follows from how late they come and how much of the time they take."""

import itertools

import pytest

from ui.jobs.tempo import SLOWEST, Tempo

EVERY = 0.5


class Crowd:
    """Pages that are drawn one after the other, in a time of its own: each waits and takes so many seconds."""

    def __init__(self):
        self.now, self.stretches = 0.0, []
        self.tempo = Tempo(lambda: self.now)

    def go_on(self, seconds, pages, waits, takes):
        """So many pages, drawn at the tempo's interval."""
        end, due = self.now + seconds, [self.now + EVERY * number / pages for number in range(pages)]
        while self.now < end:
            page = min(range(pages), key=due.__getitem__)
            self.now = max(self.now, due[page])
            interval = self.tempo.interval(EVERY)
            self.tempo.note(self.now, self.now + waits, self.now + waits + takes, EVERY)
            due[page] += interval
            self.stretches.append(interval / EVERY)
        return self.tempo.interval(EVERY) / EVERY


@pytest.mark.parametrize(("pages", "waits", "takes"), [(1, 0.0, 0.005), (16, 0.01, 0.006), (30, 0.03, 0.006)])
def test_pages_in_time_are_drawn_as_often_as_they_want(pages, waits, takes):
    crowd = Crowd()
    assert crowd.go_on(30, pages, waits, takes) == 1
    assert set(crowd.stretches) == {1}


def test_late_pages_are_drawn_less_often_and_soon():
    crowd = Crowd()
    assert crowd.go_on(2.5, pages=30, waits=0.3, takes=0.005) >= 2
    assert crowd.go_on(20, pages=30, waits=1.0, takes=0.005) == SLOWEST  # and never less often than that


def test_pages_in_time_that_leave_no_room_for_training_are_drawn_less_often():
    crowd = Crowd()
    assert crowd.go_on(3, pages=100, waits=0.0, takes=0.006) > 1  # 200 a second would be 1.2 seconds' work


def test_when_the_crowd_has_gone_all_is_as_before():
    crowd = Crowd()
    assert crowd.go_on(10, pages=30, waits=0.6, takes=0.005) > 1
    assert crowd.go_on(60, pages=2, waits=0.001, takes=0.005) == 1


def test_what_did_not_go_well_is_tried_again_more_and_more_seldom():
    """Twice as fast goes wrong each time: the pages are late then."""
    crowd, changes = Crowd(), []
    for _ in range(300):
        before = crowd.tempo.interval(EVERY)
        late = 0.3 if before == EVERY else 0.01
        after = crowd.go_on(1, pages=10, waits=late, takes=0.005) * EVERY
        if after > before:
            changes.append(crowd.now)
    gaps = [b - a for a, b in itertools.pairwise(changes)]
    assert len(gaps) >= 3
    assert gaps[-1] > 2 * gaps[0]
    assert len(changes) < 20
