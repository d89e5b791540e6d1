"""Who is ahead: by a test loss, by the steps to a loss, and where neither is known."""

from types import SimpleNamespace

from engines.races.lane import Mark, Score
from engines.races.ranking import by_loss, by_steps


def lane(name, judged=None, reached=None, now=1.0, diverged_at=None, failed=None):
    found = {100: Score(Mark(100, 3200, 1.0), judged, 0.5)} if judged is not None else {}
    return SimpleNamespace(
        name=name,
        judged=found,
        reached={0.3: reached} if reached else {},
        smoothed_loss=now,
        stands_still=diverged_at is not None or failed is not None,
    )


def names(lanes):
    return [lane.name for lane in lanes]


def test_the_lowest_test_loss_comes_first_then_who_is_not_there_yet_then_who_diverged():
    lanes = [
        lane("broken", now=0.1, diverged_at=7),
        lane("late, high", now=2.0),
        lane("second", judged=0.4),
        lane("late, low", now=0.5),
        lane("first", judged=0.2, now=3.0),
        lane("broken later", judged=0.3, now=float("nan"), diverged_at=200),
    ]
    assert names(by_loss(lanes, 100)) == ["first", "broken later", "second", "late, low", "late, high", "broken"]


def test_the_fewest_steps_come_first():
    lanes = [lane("never", now=0.9), lane("slow", reached=90), lane("quick", reached=20), lane("no", diverged_at=3)]
    assert names(by_steps(lanes, 0.3)) == ["quick", "slow", "never", "no"]


def test_a_loss_that_is_no_number_is_last_of_those_without_a_result():
    lanes = [lane("nan", now=float("nan")), lane("high", now=1e30)]
    assert names(by_loss(lanes, 100)) == ["high", "nan"]
