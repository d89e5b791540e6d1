"""A record that nobody reads costs nothing: loops let go of the last one before they step again."""

import numpy as np
import pytest

from engines.records import StepRecord
from engines.runs.run_path import follow
from engines.runs.state_at_step import train_to


@pytest.fixture
def settled(monkeypatch):
    """The steps whose accuracy and norms were computed at the next step."""
    steps, settle = [], StepRecord.settle
    monkeypatch.setattr(StepRecord, "settle", lambda record: (steps.append(record.step), settle(record)))
    return steps


def test_a_record_that_is_kept_is_settled(make_trainer, settled):
    trainer = make_trainer()
    _kept = [trainer.step() for _ in range(3)]
    assert settled == [0, 1]


def test_a_run_computes_no_record_but_its_last(make_trainer, settled):
    record = make_trainer().run(20)
    assert settled == []
    assert record.step == 19
    assert np.isfinite(record.accuracy)


@pytest.mark.parametrize("loop", [lambda trainer: follow(trainer, 20), lambda trainer: train_to(trainer, 20)])
def test_training_on_the_way_to_something_else_reads_no_record(make_trainer, settled, loop):
    trainer = make_trainer()
    assert [*loop(trainer)]
    assert trainer.steps == 20
    assert settled == []
