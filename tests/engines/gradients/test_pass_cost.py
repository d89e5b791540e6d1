"""The cost meter: what it multiplies, and that back-propagation is the cheaper way by far."""

import numpy as np
import pytest

from engines.gradients.pass_cost import LARGE_SIZES, REPETITIONS, PassTimes, large_network, measure
from engines.network import Network
from engines.pieces import PIECE
from tests.engines.gradients.test_loss_function import make


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_two_passes_for_each_parameter():
    times = PassTimes(parameters=100, forward=0.5, both=2.0)
    assert times.one_by_one == 100
    assert times.ratio == 50


def test_every_pass_is_timed_and_back_propagation_wins(backend, rng):
    f, parameters = make(backend, (64, 16, 10))
    records = [made for made in measure(f, parameters, rng) if made is not PIECE]
    assert [record.share for record in records][-1] == 1
    assert len(records) == REPETITIONS
    cost = records[-1]
    assert cost.here.parameters == 65 * 16 + 17 * 10
    assert cost.large.parameters == 407_050
    for times in (cost.here, cost.large):
        assert 0 < times.forward < times.both
        assert times.ratio > 100  # 2N forward passes: each costs at least a twentieth of forward and backward


def test_the_large_network_is_the_chapters_on_as_many_samples(backend, rng):
    f, _ = make(backend, samples=7)
    large, parameters = large_network(f, rng)
    assert large.network == Network(LARGE_SIZES)
    assert large.x.shape == (7, 784)
    assert large.labels.shape == (7,)
    assert {name: values.shape for name, values in parameters.items()} == Network([784, 512, 10]).shapes
    assert large.value(parameters) == pytest.approx(2.5, abs=1.5)
