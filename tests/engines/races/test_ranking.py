"""Who is ahead: by a test loss, by the steps to a loss, and where neither is known."""

from types import SimpleNamespace

from engines.races.racer_run import Distance, Score
from engines.races.ranking import by_loss, by_steps


def run(name, judged=None, reached=None, now=1.0, diverged_at=None, failed=None):
    found = {100: Score(Distance(100, 3200, 1.0), judged, 0.5)} if judged is not None else {}
    return SimpleNamespace(
        name=name,
        judged=found,
        reached={0.3: reached} if reached else {},
        smoothed_loss=now,
        stands_still=diverged_at is not None or failed is not None,
    )


def names(runs):
    return [run.name for run in runs]


def test_the_lowest_test_loss_comes_first_then_who_is_not_there_yet_then_who_diverged():
    runs = [
        run("broken", now=0.1, diverged_at=7),
        run("late, high", now=2.0),
        run("second", judged=0.4),
        run("late, low", now=0.5),
        run("first", judged=0.2, now=3.0),
        run("broken later", judged=0.3, now=float("nan"), diverged_at=200),
    ]
    assert names(by_loss(runs, 100)) == ["first", "broken later", "second", "late, low", "late, high", "broken"]


def test_the_fewest_steps_come_first():
    runs = [run("never", now=0.9), run("slow", reached=90), run("quick", reached=20), run("no", diverged_at=3)]
    assert names(by_steps(runs, 0.3)) == ["quick", "slow", "never", "no"]


def test_a_loss_that_is_no_number_is_last_of_those_without_a_result():
    runs = [run("nan", now=float("nan")), run("high", now=1e30)]
    assert names(by_loss(runs, 100)) == ["high", "nan"]
