"""Each optimizer on a quadratic, or under a constant gradient, where its path is known in closed form."""

import numpy as np
import pytest
import torch

from engines import optimizers

CURVATURES = np.array([0.3, 1.0, 2.5, 7.0])  # f(w) = ½ Σ λ w²
START = np.array([1.0, -2.0, 0.5, 3.0])


class Descent:
    """W ← rule, with arrays of one backend, step by step."""

    def __init__(self, backend, name, **settings):
        self.backend, self.rule = backend, optimizers.get(name)(**settings)
        self.parameters = {"w": backend.array(START)}
        self.state = self.rule.initial_state(self.parameters)

    def go(self, steps, gradient=None):
        """That many steps on the quadratic, or under a constant gradient; returns w."""
        for _ in range(steps):
            array = self.parameters["w"] * self.backend.array(CURVATURES) if gradient is None else gradient
            self.rule.update(self.parameters, {"w": array}, self.state)
        return np.array(self.backend.numpy(self.parameters["w"]))


def momentum_matrix(rate, momentum, curvature):
    """(w, v) → (w', v') where v' = βv − ηλw and w' = w + v'."""
    return np.array([[1 - rate * curvature, momentum], [-rate * curvature, momentum]])


def nesterov_matrix(rate, momentum, curvature):
    """(w, v) → (w', v') where v' = βv − ηλw and w' = w + βv' − ηλw."""
    descent = rate * curvature
    return np.array([[1 - descent * (1 + momentum), momentum**2], [-descent, momentum]])


MATRICES = {"momentum": momentum_matrix, "nesterov": nesterov_matrix}


def closed_form(name, *legs, momentum=0.9):
    """w after legs of (steps, rate), for each curvature by powers of the 2×2 matrix."""
    ends = []
    for curvature, start in zip(CURVATURES, START, strict=True):
        position = np.array([start, 0.0])
        for steps, rate in legs:
            position = np.linalg.matrix_power(MATRICES[name](rate, momentum, curvature), steps) @ position
        ends.append(position[0])
    return np.array(ends)


@pytest.mark.parametrize("rate", [0.01, 0.1, 0.25])
@pytest.mark.parametrize("steps", [1, 2, 10, 60])
def test_sgd_shrinks_by_one_minus_rate_times_curvature(backend, rate, steps):
    expected = (1 - rate * CURVATURES) ** steps * START
    np.testing.assert_allclose(Descent(backend, "sgd", learning_rate=rate).go(steps), expected, rtol=1e-12)


@pytest.mark.parametrize("name", MATRICES)
@pytest.mark.parametrize("steps", [1, 2, 10, 60])
def test_momentum_is_a_power_of_its_matrix(backend, name, steps):
    descent = Descent(backend, name, learning_rate=0.05, momentum=0.9)
    np.testing.assert_allclose(descent.go(steps), closed_form(name, (steps, 0.05)), rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("name", MATRICES)
def test_the_decay_is_the_matrix_largest_eigenvalue(backend, name):
    rate, momentum, steps = 0.05, 0.9, 400
    w = Descent(backend, name, learning_rate=rate, momentum=momentum).go(steps)
    for end, curvature in zip(w, CURVATURES, strict=True):
        radius = np.abs(np.linalg.eigvals(MATRICES[name](rate, momentum, curvature))).max()
        assert abs(end) < 100 * radius**steps


@pytest.mark.parametrize("name", MATRICES)
def test_without_momentum_it_is_sgd(backend, name):
    plain = Descent(backend, "sgd", learning_rate=0.1).go(10)
    np.testing.assert_allclose(Descent(backend, name, learning_rate=0.1, momentum=0.0).go(10), plain, rtol=1e-14)


def with_torch(nesterov, *legs):
    """torch.optim.SGD with the rate changed between the legs."""
    w = torch.tensor(START, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=1.0, momentum=0.9, nesterov=nesterov)
    for steps, rate in legs:
        optimizer.param_groups[0]["lr"] = rate
        for _ in range(steps):
            optimizer.zero_grad()
            (torch.tensor(CURVATURES) * w * w / 2).sum().backward()
            optimizer.step()
    return w.detach().numpy()


@pytest.mark.parametrize("name", MATRICES)
def test_a_change_of_rate_follows_the_chapter_not_torch(backend, name):
    """The velocity holds old steps at their old rate; torch rescales them to the new one."""
    descent = Descent(backend, name, learning_rate=0.05, momentum=0.9)
    one_rate = descent.go(5)
    np.testing.assert_allclose(one_rate, with_torch(name == "nesterov", (5, 0.05)), rtol=1e-12)

    descent.rule = optimizers.get(name)(learning_rate=0.005, momentum=0.9)
    ours, theirs = descent.go(5), with_torch(name == "nesterov", (5, 0.05), (5, 0.005))
    np.testing.assert_allclose(ours, closed_form(name, (5, 0.05), (5, 0.005)), rtol=1e-12)
    assert np.abs(ours - theirs).max() > 0.1


@pytest.mark.parametrize("name", MATRICES)
def test_a_rate_of_zero_lets_the_ball_roll_on(backend, name):
    descent = Descent(backend, name, learning_rate=0.05, momentum=0.5)
    before = descent.go(1)
    descent.rule = optimizers.get(name)(learning_rate=0.0, momentum=0.5)
    velocity = -0.05 * CURVATURES * START
    rolled = 0.5 + 0.25 if name == "momentum" else 0.25 + 0.125  # Nesterov's step looks half a step ahead
    np.testing.assert_allclose(descent.go(2), before + rolled * velocity, rtol=1e-14)


GRADIENT = np.array([0.5, -2.0, 1e-3, 40.0])
RATE, EPSILON = 0.02, 1e-3


def under_constant_gradient(backend, name, steps, **settings):
    descent = Descent(backend, name, learning_rate=RATE, epsilon=EPSILON, **settings)
    return descent.go(steps, backend.array(GRADIENT)) - START


@pytest.mark.parametrize("steps", [1, 2, 3, 20])
def test_adagrad_under_a_constant_gradient(backend, steps):
    """After k steps the root of the squares is √k·|g|."""
    expected = -sum(RATE * GRADIENT / (np.sqrt(k) * np.abs(GRADIENT) + EPSILON) for k in range(1, steps + 1))
    np.testing.assert_allclose(under_constant_gradient(backend, "adagrad", steps), expected, rtol=1e-11)


@pytest.mark.parametrize("steps", [1, 2, 3, 20])
def test_rmsprop_under_a_constant_gradient(backend, steps):
    """After k steps the mean of the squares is (1 − ρᵏ)·g²."""
    sizes = [np.sqrt(1 - 0.8**k) * np.abs(GRADIENT) for k in range(1, steps + 1)]
    expected = -sum(RATE * GRADIENT / (size + EPSILON) for size in sizes)
    np.testing.assert_allclose(under_constant_gradient(backend, "rmsprop", steps, rho=0.8), expected, rtol=1e-11)


@pytest.mark.parametrize("steps", [1, 2, 3, 20])
def test_adam_under_a_constant_gradient(backend, steps):
    """Both moments, corrected for their start, are exactly g and g²: every step is the same."""
    expected = -steps * RATE * GRADIENT / (np.abs(GRADIENT) + EPSILON)
    moved = under_constant_gradient(backend, "adam", steps, beta_1=0.7, beta_2=0.95)
    np.testing.assert_allclose(moved, expected, rtol=1e-11)


def test_adam_when_the_gradient_turns(backend):
    """Two steps with gradients g and −g, by hand."""
    descent = Descent(backend, "adam", learning_rate=RATE, epsilon=EPSILON, beta_1=0.7, beta_2=0.95)
    first = descent.go(1, backend.array(GRADIENT))
    second = descent.go(1, backend.array(-GRADIENT))
    mean = (0.7 * 0.3 - 0.3) * GRADIENT / (1 - 0.7**2)
    np.testing.assert_allclose(second - first, -RATE * mean / (np.abs(GRADIENT) + EPSILON), rtol=1e-11)


@pytest.mark.parametrize(("name", "settings"), [("rmsprop", {"rho": 0.0}), ("adam", {"beta_1": 0.0, "beta_2": 0.0})])
@pytest.mark.parametrize("steps", [1, 7, 24])
def test_on_a_quadratic_without_memory_it_walks_by_the_sign(backend, name, settings, steps):
    """Each gradient divided by its own size: w moves by the learning rate towards 0, and has not crossed it yet."""
    expected = START - steps * RATE * np.sign(START)
    found = Descent(backend, name, learning_rate=RATE, epsilon=1e-14, **settings).go(steps)
    np.testing.assert_allclose(found, expected, rtol=1e-11)


HUGE = 1e9  # an epsilon beside which the squares do not count


@pytest.mark.parametrize("name", ["adagrad", "rmsprop"])
@pytest.mark.parametrize("steps", [1, 2, 10, 60])
def test_on_a_quadratic_with_a_huge_epsilon_it_is_sgd(backend, name, steps):
    expected = (1 - 0.1 * CURVATURES) ** steps * START
    found = Descent(backend, name, learning_rate=0.1 * HUGE, epsilon=HUGE).go(steps)
    np.testing.assert_allclose(found, expected, rtol=1e-5)


@pytest.mark.parametrize("steps", [1, 2, 10, 60])
def test_on_a_quadratic_with_a_huge_epsilon_adam_is_a_mean_of_gradients(backend, steps):
    """(w, m) → (w', m') by a matrix a step: m' = βm + (1 − β)λw, w' = w − η/(1 − βᵗ)·m'."""
    rate, beta, expected = 0.1, 0.9, []
    for curvature, start in zip(CURVATURES, START, strict=True):
        position = np.array([start, 0.0])
        for t in range(1, steps + 1):
            taken = rate / (1 - beta**t)
            rows = [[1 - taken * (1 - beta) * curvature, -taken * beta], [(1 - beta) * curvature, beta]]
            position = np.array(rows) @ position
        expected.append(position[0])
    found = Descent(backend, "adam", learning_rate=rate * HUGE, epsilon=HUGE, beta_1=beta).go(steps)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)
