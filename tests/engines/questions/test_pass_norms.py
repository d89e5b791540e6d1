"""The gradients of a pass over test images, beside plain NumPy's."""

import numpy as np
import pytest

from engines.errors import InvalidSetting
from tests.engines.questions.by_hand import SIGMOID


@pytest.mark.parametrize(("images", "step"), [(1, 0), (8, 0), (8, 5)])
def test_first_layer_over_last(answer, recipe, by_hand, images, step):
    sizes = (64, 32, 32, 32, 10)
    run = by_hand(sizes=sizes, activation=SIGMOID).to(step)
    gradients, _biases = run.gradients(run.data.x_test[:images], run.data.y_test[:images])
    norms = [np.linalg.norm(gradient) for gradient in gradients]
    found = answer("pass_ratio", recipe(hidden=sizes[1:-1], activation="sigmoid", step=step), images=images)
    assert found.value == pytest.approx(norms[0] / norms[-1], rel=1e-9)
    assert [found.numbers[f"norm_{layer}"] for layer in (1, 2, 3, 4)] == pytest.approx(norms, rel=1e-9)
    assert found.numbers["parts"] == pytest.approx(norms[-1] / norms[0], rel=0.5)


def test_a_gradient_of_zero_has_no_ratio(answer, recipe):
    """Where the only hidden layer is dead, nothing comes back to any weight."""
    with pytest.raises(InvalidSetting):
        answer("pass_ratio", recipe(initialization="zeros"))
