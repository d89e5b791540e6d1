"""Settings changed while a run goes on: noted as edits, and the run goes on as before."""

import pytest

from engines import backends, optimizers
from engines.errors import InvalidSetting
from tests.engines.oracles import advance


def test_edits_are_noted(make_run):
    run = make_run("numpy", optimizers.get("momentum")(learning_rate=0.05))
    run.change_optimizer(optimizers.get("momentum")(learning_rate=0.02))  # before the first step: still the link's run
    assert run.snapshot().edits == ()
    advance(run, 3)
    run.change_optimizer(optimizers.get("momentum")(learning_rate=0.02))
    assert run.snapshot().edits == ()
    run.change_optimizer(optimizers.get("momentum")(learning_rate=0.01))
    run.change_batch_size(64)
    advance(run, 1)
    run.change_optimizer(optimizers.get("adam")(learning_rate=0.001))
    run.switch_backend(backends.get("torch"))
    run.switch_backend(backends.get("torch"))
    edits = run.snapshot().edits
    assert edits[:2] == ((3, "learning_rate", 0.02, 0.01), (3, "batch_size", 32, 64))
    assert set(edits[2:]) == {
        (4, "optimizer", "momentum", "adam"),
        (4, "learning_rate", 0.01, 0.001),
        (4, "backend", "numpy", "torch"),
    }
    assert run.snapshot().backend == "torch"


def test_a_refused_change_is_not_noted(make_run):
    run = make_run()
    advance(run, 3)
    with pytest.raises(InvalidSetting):
        run.change_batch_size(0)
    with pytest.raises(InvalidSetting):
        run.change_batch_size(1438)
    assert run.snapshot().edits == ()
    assert run.trainer.batches.batch_size == 32


@pytest.mark.parametrize("stage", range(6))
def test_a_switch_in_the_middle_of_an_iteration_takes_effect_at_the_next_draw(make_run, make_trainer, stage):
    run, plain = make_run(dtype="float64"), make_trainer(dtype="float64")
    expected = [plain.step().loss for _ in range(20)]
    advance(run, 3)
    for _ in range(stage):
        run.next_stage()
    run.switch_backend(backends.get("torch"))
    begun = 0 < stage < 5
    assert run.trainer.backend.name == "numpy"
    assert [edit.step for edit in run.recipe.edits] == [3 + (stage > 0)]
    assert run.trainer.steps == 3 + (stage == 5)
    if begun:
        advance(run, 1)
        assert run.trainer.backend.name == "numpy"
    advance(run, 20 - run.trainer.steps)
    assert run.trainer.backend.name == "torch"
    assert [b.loss for b in run.snapshot().bins] == pytest.approx(expected, rel=1e-12)
