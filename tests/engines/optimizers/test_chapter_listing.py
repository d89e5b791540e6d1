"""The chapter's listing is Nesterov's momentum, as footnote 6 says: in closed form, and against our rule."""

import numpy as np
import pytest

from engines import optimizers
from engines.descent.landscapes import curve
from engines.descent.paths import descend
from engines.optimizers import chapter_listing

L, START, RATE = 1.0, -3.4, 0.3  # the parabola ½x²


def parabola(w):
    return L * w * w / 2, L * w


def closed_form(momentum, steps):
    """w by powers of the recursion's matrix: (w, v) → (w + βv' − ηLw, v' = βv − ηLw)."""
    step = np.array([[1 - RATE * L * (1 + momentum), momentum**2], [-RATE * L, momentum]])
    return [(np.linalg.matrix_power(step, k) @ [START, 0.0])[0] for k in range(steps + 1)]


@pytest.mark.parametrize("momentum", [0.1, 0.9])
def test_on_a_parabola_it_is_nesterovs_recursion(momentum):
    found = chapter_listing.path(parabola, START, RATE, momentum, steps=20)
    assert len(found) > 5
    assert found == pytest.approx(closed_form(momentum, 20)[: len(found)], rel=1e-12, abs=1e-14)


def test_it_is_our_nesterov_and_not_our_momentum(backend):
    listed = chapter_listing.path(parabola, START, RATE, steps=8)
    function = curve("parabola").function

    def ours(name):
        rule = optimizers.get(name)(learning_rate=RATE, momentum=0.1)
        return descend(backend, function, [[START]], rule, len(listed) - 1).points[:, 0, 0]

    np.testing.assert_allclose(ours("nesterov"), listed, rtol=1e-12)
    assert np.abs(ours("momentum") - listed).max() > 0.05


def test_the_loop_ends_at_a_loss_of_a_hundredth():
    found = chapter_listing.path(parabola, START, RATE)
    losses = [parabola(w)[0] for w in found]
    assert losses[-2] <= 0.01  # what it saw last; it still made that step
    assert all(loss > 0.01 for loss in losses[:-2])
