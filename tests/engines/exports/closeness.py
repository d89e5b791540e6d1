"""How far a script's numbers are from the app's."""

from dataclasses import replace

import numpy as np

from tests.engines.exports import cases


def farthest(results):
    """The largest relative difference of a printed loss from the app's, or of a weight tensor's entries from its size.

    That each printed what the app had beside its own is asserted on the way.
    """
    worst = 0.0
    for _run, app, ran in results:
        assert [(step, ours) for step, _, ours in ran.lines] == cases.reference(app)
        pairs = [(loss, ours) for _, loss, ours in ran.lines] + list(
            zip(ran.weights, app.weights.values(), strict=True)
        )
        worst = max(worst, *(difference(value, expected) for value, expected in pairs))
    return worst


def difference(value, expected):
    assert np.shape(value) == np.shape(expected)
    size = np.abs(expected).max() or 1.0  # weights that began at 0 may still be there
    return float(np.abs(np.subtract(value, expected, dtype=np.float64)).max() / size)


def rounding(run, app, data):
    """What float32 itself changes in the app: ten times the largest difference of its losses from float64's.

    Of another order of sums no more can be asked.
    """
    exact = cases.made(replace(run, dtype="float64"), data)
    losses = [difference(loss, other) for loss, other in zip(app.losses, exact.losses, strict=True)]
    weights = [difference(values, exact.weights[name]) for name, values in app.weights.items()]
    return 10 * max(*losses, *weights)
