"""How fast the error shrinks on a quadratic of condition number 100, for each rule at its best setting.

The theory: (κ − 1)/(κ + 1) a step for gradient descent at η = 2/(λ₁ + λ₂); (√κ − 1)/(√κ + 1) for momentum (Polyak,
1964) at η = (2/(√λ₁ + √λ₂))², β = ((√κ − 1)/(√κ + 1))². What is measured is the path on the running backend, with
gradients from its automatic differentiation. Around a minimum at 0 floating-point numbers have no smallest step, so
after hundreds of steps the ratios of the errors still have all their digits.
"""

import numpy as np
import pytest

from engines.descent.paths import descend
from engines.differentiation.expressions import parse
from engines.optimizers.momentum import Momentum
from engines.optimizers.sgd import SGD

FLAT, STEEP = 0.5, 50.0
KAPPA = STEEP / FLAT
QUADRATIC = parse(f"0.5*{FLAT}*x**2 + 0.5*{STEEP}*y**2", ("x", "y"))
STARTS = ((1.0, 1.0), (-2.0, 0.3), (1.0, 0.0), (0.0, 1.0))  # along both directions, and along each alone
STEPS = 300

PLAIN = (KAPPA - 1) / (KAPPA + 1)
HEAVY = (np.sqrt(KAPPA) - 1) / (np.sqrt(KAPPA) + 1)
PLAIN_RATE = 2 / (FLAT + STEEP)
HEAVY_RATE, HEAVY_BETA = (2 / (np.sqrt(FLAT) + np.sqrt(STEEP))) ** 2, HEAVY**2


def error_ratios(backend, optimizer):
    """|W| after each step over |W| before it, (STEPS, starts)."""
    errors = np.linalg.norm(descend(backend, QUADRATIC, STARTS, optimizer, STEPS).points, axis=-1)
    assert (errors > 1e-200).all()  # far from where numbers lose digits
    return errors[1:] / errors[:-1]


def factor(ratios):
    """The limit of the ratios, from the last two.

    At momentum's best setting both roots of the recursion fall together: the error is (a + bk)·ρᵏ, and the ratio
    ρ·(1 + 1/(k + a/b)) tends to ρ only like 1/k. In k·rₖ − (k − 1)·rₖ₋₁ that part cancels, up to order 1/k².
    """
    k = len(ratios)
    return k * ratios[-1] - (k - 1) * ratios[-2]


def test_for_a_condition_number_of_100_they_are_99_of_101_and_9_of_11():
    np.testing.assert_allclose([PLAIN, HEAVY], [99 / 101, 9 / 11], rtol=1e-14)


def test_gradient_descent_at_its_best_rate_shrinks_the_error_by_k_minus_1_over_k_plus_1(backend):
    ratios = error_ratios(backend, SGD(learning_rate=PLAIN_RATE))
    np.testing.assert_allclose(ratios[200:], PLAIN, rtol=1e-11)  # both directions alike, so at every step
    np.testing.assert_allclose(factor(ratios), PLAIN, rtol=1e-8)


def test_momentum_at_its_best_setting_shrinks_it_by_the_same_of_the_root(backend):
    ratios = error_ratios(backend, Momentum(learning_rate=HEAVY_RATE, momentum=HEAVY_BETA))
    np.testing.assert_allclose(factor(ratios), HEAVY, rtol=1e-4)
    last = ratios[-1] / HEAVY - 1  # what is left of the double root: 1/k
    np.testing.assert_allclose(last * STEPS, 1, rtol=0.05)


def measured(backend, optimizer):
    """The slowest start's factor over the last 100 steps, also where the ratios go up and down."""
    return np.exp(np.log(error_ratios(backend, optimizer)[-100:]).mean(axis=0)).max()


@pytest.mark.parametrize("share", [0.8, 0.95, 1.05])
def test_at_any_other_rate_gradient_descent_is_slower(numpy_backend, share):
    assert measured(numpy_backend, SGD(learning_rate=share * PLAIN_RATE)) > PLAIN + 5e-4


@pytest.mark.parametrize(("rate", "beta"), [(0.8, 1.0), (1.2, 1.0), (1.0, 0.9), (1.0, 1.1)])
def test_at_any_other_setting_momentum_is_slower(numpy_backend, rate, beta):
    other = Momentum(learning_rate=rate * HEAVY_RATE, momentum=beta * HEAVY_BETA)
    best = Momentum(learning_rate=HEAVY_RATE, momentum=HEAVY_BETA)
    assert measured(numpy_backend, other) > measured(numpy_backend, best) + 0.01
