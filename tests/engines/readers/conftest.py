"""Answers to the readers' questions, each computed once, and the same runs in PyTorch."""

from functools import cache

import pytest
import torch

from engines import backends, questions
from engines.batches import Batches
from engines.network import Network
from engines.pieces import finished
from engines.random_streams import Stream, generator


@pytest.fixture(scope="session")
def answer():
    return cache(lambda name, backend="numpy": finished(questions.get(f"reader_{name}")(backend=backend)))


@pytest.fixture(params=backends.names())
def backend(request):
    return request.param


class TorchRun:
    """A network of relus on the digits, trained by `torch.optim` or by an update of one's own."""

    def __init__(self, data, dtype=torch.float32, initialization="he"):
        self.data, self.dtype = data, dtype
        first = Network([64, 32, 10], "relu", initialization).initialize(generator(0, Stream.WEIGHTS))
        self.weights = {name: torch.tensor(value, dtype=dtype, requires_grad=True) for name, value in first.items()}
        self.first = {name: value.detach().clone() for name, value in self.weights.items()}

    def loss(self, x, y):
        x = torch.tensor(x, dtype=self.dtype)
        w = self.weights
        logits = torch.relu(x @ w["W1"] + w["b1"]) @ w["W2"] + w["b2"]
        return torch.nn.functional.cross_entropy(logits, torch.tensor(y, dtype=torch.long)), logits

    def steps(self, optimizer, steps, batch=32, every=0):
        """The test loss at first, and after so many steps each time; without `every` at first and at the end."""
        batches, losses = Batches(len(self.data.y_train), batch, seed=0), [self.test()[0]]
        for step in range(1, steps + 1):
            rows = batches.draw()
            optimizer.zero_grad()
            self.loss(self.data.x_train[rows], self.data.y_train[rows])[0].backward()
            optimizer.step()
            if step == steps or (every and step % every == 0):
                losses.append(self.test()[0])
        return losses

    def test(self):
        """(loss, accuracy) on the test set."""
        with torch.no_grad():
            loss, logits = self.loss(self.data.x_test, self.data.y_test)
        return float(loss), float((logits.argmax(1).numpy() == self.data.y_test).mean())


@pytest.fixture
def torch_run(digits):
    return lambda **settings: TorchRun(digits, **settings)


class OwnAdam(torch.optim.Optimizer):
    """Adam whose step is written out by `step(m, s, t)`, from its averages and the number of the step."""

    def __init__(self, weights, step):
        super().__init__(weights, {})
        self.rule, self.t, self.m, self.s = step, 0, {}, {}

    @torch.no_grad()
    def step(self):
        self.t += 1
        for weight in self.param_groups[0]["params"]:
            self.m[weight] = 0.9 * self.m.get(weight, 0) + 0.1 * weight.grad
            self.s[weight] = 0.999 * self.s.get(weight, 0) + 0.001 * weight.grad**2
            weight -= self.rule(self.m[weight], self.s[weight], self.t)


@pytest.fixture
def own_adam():
    return OwnAdam
