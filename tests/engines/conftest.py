"""What the engines' tests share: every registered backend, and a trainer on the digits."""

import pytest

from engines import backends, optimizers
from engines.network import Network
from engines.runs.training_run import TrainingRun
from engines.training import Trainer


@pytest.fixture(scope="session", params=backends.names())
def backend(request):
    return backends.get(request.param)


@pytest.fixture(scope="session")
def numpy_backend():
    return backends.get("numpy")


@pytest.fixture
def make_trainer(digits):
    """A trainer of 64-32-10 on digits; anything can be set otherwise. Backend and optimizer go by name too."""

    def make(backend="numpy", optimizer="momentum", learning_rate=0.05, network=None, data=digits, **settings):
        if isinstance(backend, str):
            backend = backends.get(backend)
        if isinstance(optimizer, str):
            optimizer = optimizers.get(optimizer)(learning_rate=learning_rate)
        return Trainer(backend, network or Network([64, 32, 10]), optimizer, data, **settings)

    return make


@pytest.fixture
def make_run(make_trainer):
    """A watched run over such a trainer."""
    return lambda *args, **settings: TrainingRun(make_trainer(*args, **settings))
