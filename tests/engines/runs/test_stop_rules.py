"""Where a run stops, read by brute force off the whole list of its steps and test points."""

import math
import random

import pytest

from engines.errors import InvalidSetting
from engines.runs.stop_rules import KINDS, Seen, StopRule, is_met, read, write

GOOD = ("step:2000", "epoch:5", "loss:0.2", "accuracy:0.95", "patience:3", "step:1000000000", "loss:1e-07")


@pytest.mark.parametrize("text", GOOD)
def test_a_rule_is_read_as_it_was_written(text):
    assert write(read(text)) == text
    assert read(write(read(text))) == read(text)


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("", "write one of step, epoch"),
        ("step", "write one of step, epoch"),
        ("steps:3", "like step:2000"),
        ("step:", "like step:2000"),
        ("step:many", "like step:2000"),
        ("loss:nan", "like step:2000"),
        ("step:0", "whole number from 1 to 1000000000"),
        ("step:2.5", "whole number"),
        ("step:2000000000", "whole number"),
        ("epoch:-1", "whole number"),
        ("patience:1001", "whole number from 1 to 1000"),
        ("loss:0", "above 0"),
        ("loss:inf", "above 0"),
        ("accuracy:95", "above 0, up to 1, is needed"),
    ],
)
def test_anything_else_is_refused_with_what_is_needed(text, needed):
    with pytest.raises(InvalidSetting, match=needed):
        read(text)


def test_whatever_a_rule_is_made_of_is_checked():
    for value in (None, True, "3", [], math.nan, 10**400):
        for kind in KINDS:
            with pytest.raises(InvalidSetting):
                StopRule(kind, value)
    for kind in (None, 3, "loss ", []):
        with pytest.raises(InvalidSetting, match="no rule"):
            StopRule(kind, 1)


def stops(rule, points, last, steps_an_epoch):
    """The steps at which a run of so many steps stops; `points` are {step: (loss, accuracy)}."""
    seen, found = Seen(), []
    for step in range(last + 1):
        epoch = math.ceil(step / steps_an_epoch)
        if step in points:
            seen = seen.then(step, *points[step], epoch)
        if step and is_met(rule, step, epoch, step % steps_an_epoch == 0, seen):
            found.append(step)
    return found


def read_off(rule, points, last, steps_an_epoch):
    """The same, from the whole list at once."""
    ends = [step for step in range(1, last + 1) if step % steps_an_epoch == 0]
    if rule.kind == "step":
        return [step for step in range(1, last + 1) if step == rule.number]
    if rule.kind == "epoch":
        return ends[rule.number - 1 : rule.number]
    steps = sorted(points)
    if rule.kind == "loss":
        reached = [points[step][0] <= rule.number for step in steps]
        return [step for step, now, was in zip(steps[1:], reached[1:], reached, strict=False) if now and not was]
    if rule.kind == "accuracy":
        reached = [points[step][1] >= rule.number for step in steps]
        return [step for step, now, was in zip(steps[1:], reached[1:], reached, strict=False) if now and not was]
    found, told = [], set()
    for end in ends:
        _low, at = min((points[step][0], step) for step in steps if step <= end)
        if (end - at) / steps_an_epoch >= rule.number and at not in told:
            told.add(at)
            found.append(end)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_stops_where_the_list_of_its_test_points_says(kind):
    chance, stopped = random.Random(kind), 0
    for _ in range(300):
        steps_an_epoch, last = chance.randint(1, 9), chance.randint(1, 80)
        points = {
            step: (round(chance.choice([0.1, 2.0]) * chance.random(), 2), round(chance.random(), 1))
            for step in range(last + 1)
            if step & (step - 1) == 0 or step % steps_an_epoch == 0
        }
        number = chance.random() if kind in ("loss", "accuracy") else chance.randint(1, 12)
        rule = StopRule(kind, number)
        expected = read_off(rule, points, last, steps_an_epoch)
        assert stops(rule, points, last, steps_an_epoch) == expected
        stopped += len(expected)
    assert stopped > 50


def test_no_improvement_counts_from_the_beginning_once_until_the_next_lowest():
    losses = [2.0, 3.0, 3.0, 3.0, 3.0, 1.0, 1.0, 1.0, 1.0]
    points = {10 * epoch: (loss, 0.1) for epoch, loss in enumerate(losses)}
    assert stops(StopRule("patience", 2), points, 80, 10) == [20, 70]


def test_a_test_loss_that_is_no_number_reaches_nothing():
    points = {0: (2.0, 0.1), 10: (math.nan, math.nan), 20: (math.inf, 0.0)}
    assert stops(StopRule("loss", 1.0), points, 20, 10) == []
    assert stops(StopRule("accuracy", 0.5), points, 20, 10) == []
    assert stops(StopRule("patience", 2), points, 20, 10) == [20]


def test_only_a_rule_on_the_test_set_asks_for_it():
    assert [kind for kind in KINDS if StopRule(kind, 1).asks_tests] == ["loss", "accuracy", "patience"]
