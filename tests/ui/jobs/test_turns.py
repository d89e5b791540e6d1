"""Taking turns: one at a time, in the order of asking, and a turn ends however its work does."""

import pytest

from tests.ui.small_jobs import count
from ui.jobs.turns import Turns, Waiting, in_turn


def test_the_first_goes_on_and_the_others_wait_in_their_order():
    turns = Turns()
    first, second, third = (in_turn(turns, lambda: count(2), every=0) for _ in range(3))
    assert next(first) == 0
    assert [next(second), next(third)] == [Waiting(1), Waiting(2)]
    assert list(first) == [1]
    assert [next(third), next(second)] == [Waiting(1), 0]
    assert [next(third), list(second)] == [Waiting(1), [1]]
    assert list(third) == [0, 1]


def test_nothing_is_made_before_its_turn():
    turns, made = Turns(), []
    holder = in_turn(turns, count)
    next(holder)

    def make():
        made.append(1)
        return count(1)

    waiting = in_turn(turns, make, every=0)
    assert [next(waiting) for _ in range(3)] == [Waiting(1)] * 3
    assert made == []
    holder.close()
    assert list(waiting) == [0]


def test_who_stops_waiting_leaves_the_line():
    turns = Turns()
    holder, leaver, last = (in_turn(turns, count, every=0) for _ in range(3))
    assert [next(holder), next(leaver), next(last)] == [0, Waiting(1), Waiting(2)]
    leaver.close()
    assert next(last) == Waiting(1)
    holder.close()
    assert next(last) == 0


def test_a_turn_is_over_when_its_work_fails_or_is_closed():
    turns, ended = Turns(), []

    def failing():
        yield 1
        raise ZeroDivisionError

    def closable():
        try:
            yield from count()
        finally:
            ended.append(True)

    failed = in_turn(turns, failing)
    with pytest.raises(ZeroDivisionError):
        list(failed)
    closed = in_turn(turns, closable)
    assert next(closed) == 0
    closed.close()
    assert ended == [True]
    assert next(in_turn(turns, count)) == 0


def test_waiting_has_done_nothing_yet():
    assert Waiting(3).share == 0
