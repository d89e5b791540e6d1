"""Units that were dead and let something through again, counted in plain NumPy."""

import numpy as np
import pytest

from engines.errors import InvalidSetting


def alive(trainer):
    """Of each unit of the only hidden layer, whether some training image gets through."""
    weights, x = trainer.parameters(), trainer.data.x_train.astype(np.float64)
    return (x @ weights["W1"] + weights["b1"] > 0).any(axis=0)


def test_no_dead_unit_comes_back_under_plain_sgd(answer, recipe):
    run = recipe(1.5, step=120)
    trainer = run.trainer()
    trainer.run(60)
    then = alive(trainer)
    trainer.run(60)
    now = alive(trainer)
    found = answer("revived_units", run, since=60)
    assert found.value == "none"
    assert found.numbers["dead"] == (~then).sum() > 5
    assert found.numbers["died"] == (then & ~now).sum()
    assert (found.numbers["revived"], found.numbers["dead_now"]) == (0, (~now).sum())


@pytest.mark.parametrize(("share", "key"), [(0.5, "some"), (1.0, "all")])
def test_units_that_come_back_are_counted(answer, recipe, monkeypatch, share, key):
    """At the later step some of the dead units, or all, are taken for alive."""
    from engines.questions.training import revival

    real, run = revival.alive_units, recipe(1.5, step=60)

    def revived(trainer):
        (units,) = yield from real(trainer)
        if trainer.steps == run.step:
            dead = np.flatnonzero(~units)
            units[dead[: int(np.ceil(share * len(dead)))]] = True
        return [units]

    monkeypatch.setattr(revival, "alive_units", revived)
    found = answer("revived_units", run, since=40)
    assert found.value == key
    assert found.numbers["revived"] == found.numbers["dead"] if key == "all" else found.numbers["revived"] > 0


def test_the_network_needs_relu_and_the_step_lies_behind(answer, recipe):
    with pytest.raises(InvalidSetting):
        answer("revived_units", recipe(activation="tanh", step=5), since=2)
    with pytest.raises(InvalidSetting):
        answer("revived_units", recipe(step=5), since=6)
