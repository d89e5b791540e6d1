"""The line in which sessions take turns."""

from ui.symbolic.fair_line import FairLine


def all_of(line):
    return list(iter(line.next, None))


def test_sessions_take_turns_however_much_one_of_them_wants():
    line = FairLine(most=9)
    for number in range(5):
        line.join("greedy", f"place {number}", ("greedy", number))
    line.join("modest", "place", "modest")
    assert all_of(line)[:2] == [("greedy", 0), "modest"]


def test_who_joins_again_waits_behind_those_who_came_meanwhile():
    line = FairLine()
    line.join("a", "1", "a1")
    line.join("b", "1", "b1")
    assert line.next() == "a1"
    line.join("a", "1", "a2")
    assert all_of(line) == ["b1", "a2"]


def test_the_newest_counts_at_a_place_and_of_too_many_the_oldest_goes():
    line = FairLine(most=2)
    line.join("a", "f", 1)
    line.join("a", "f", 2)
    line.join("a", "g", 3)
    line.join("a", "h", 4)
    assert all_of(line) == [3, 4]


def test_what_nobody_asks_for_any_more_is_left_out(clock):
    line = FairLine(patience=10, clock=clock)
    line.join("gone", "f", 1)
    line.join("there", "f", 2)
    clock.now = 8
    line.join("there", "f", 2)
    clock.now = 11
    assert all_of(line) == [2]
