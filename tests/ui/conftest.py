"""What the tests of `ui` share."""

import re

import pytest

from engines import backends, optimizers
from engines.network import Network
from engines.runs.training_run import TrainingRun
from engines.training import Trainer
from tests.ui import small_jobs


@pytest.fixture
def clock():
    """A clock that stands still until it is moved on."""
    return small_jobs.Clock()


@pytest.fixture
def scheduler():
    """A running scheduler; its jobs are closed in the end."""
    with small_jobs.running() as scheduler:
        yield scheduler


@pytest.fixture(scope="session")
def snapshots(digits):
    """A run before its first step, and after 600 steps with an edit on the way; and what it began with."""
    sgd = optimizers.get("sgd")
    run = TrainingRun(Trainer(backends.get("numpy"), Network([64, 16, 10]), sgd(learning_rate=0.1), digits))
    before = run.snapshot()
    for step in range(600):
        if step == 300:
            run.change_optimizer(sgd(learning_rate=0.05))
        run.step()
    return before, run.snapshot(), run.initial


@pytest.fixture
def bracketed():
    """A language in which every word is known by its brackets; placeholders stay."""
    return lambda label: "".join(part if part[:1] == "{" else f"«{part}»" for part in re.split(r"(\{\w+\})", label))
