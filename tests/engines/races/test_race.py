"""A race: each racer's is the plain trainer's run; all stay level, late ones catch up, a broken one stands still."""

import itertools

import numpy as np
import pytest

from engines import backends, optimizers
from engines.optimizers.schedules import Schedule
from engines.pieces import finished
from engines.races.race import Race
from engines.races.racer_run import JUDGED_AT, TARGETS, next_test
from engines.runs.identity import weights_hash
from tests.engines.oracles import batch_order


@pytest.fixture
def make_race(make_trainer):
    def make(racers=None, schedule=None, backend="numpy", **settings):
        racers = [optimizers.get(name)() for name in optimizers.names()] if racers is None else racers
        return Race(lambda racer: make_trainer(backend, racer, **settings), racers, schedule)

    return make


def runs(race):
    return {run.racer.name: run for run in race.snapshot().runs}


def raced(race, rounds):
    for _ in itertools.islice(race.work(), rounds):
        pass
    return runs(race)


def test_every_racers_run_is_the_run_of_a_plain_trainer(backend, make_race, make_trainer):
    race = make_race(backend=backend.name)
    found = raced(race, 30)
    assert set(found) == set(optimizers.names())
    for name, run in found.items():
        plain = make_trainer(backend, optimizers.get(name)())
        losses = [plain.step().loss for _ in range(30)]
        assert [bin.loss for bin in run.bins] == losses
        assert (run.at.step, run.at.samples) == (30, 30 * 32)
        assert run.judged[30][1:] == plain.evaluate()
        for values, plain_values in zip(
            race.runs[name].trainer.parameters().values(), plain.parameters().values(), strict=True
        ):
            np.testing.assert_array_equal(values, plain_values)


def test_all_start_from_the_same_weights_and_see_the_same_batches(make_race):
    found = raced(make_race(), 100).values()
    assert len({run.weights_hash for run in found}) == len({run.batches_hash for run in found}) == 1
    other = raced(make_race(seed=1), 100)["sgd"]
    sgd = next(iter(found))
    assert other.weights_hash != sgd.weights_hash
    assert other.batches_hash != sgd.batches_hash
    assert raced(make_race(batch_size=16), 100)["sgd"].batches_hash != sgd.batches_hash


def test_who_enters_late_or_with_another_rate_catches_up_and_ends_the_same(make_race):
    sgd, adam, slow = optimizers.get("sgd")(), optimizers.get("adam")(), optimizers.get("sgd")(learning_rate=0.01)
    race = make_race([sgd])
    raced(race, 40)
    race.enter([slow, adam])
    assert [run.at.step for run in race.snapshot().runs] == [0, 0]
    race.enter([sgd, adam])
    raced(race, 10)
    race.enter([sgd, adam, optimizers.get("rmsprop")()])
    assert not race.is_level
    raced(race, 10)
    assert {name: run.at.step for name, run in runs(race).items()} == {"sgd": 10, "adam": 10, "rmsprop": 10}
    straight = raced(make_race([sgd, adam, optimizers.get("rmsprop")()]), 10)
    for name, run in runs(race).items():
        assert (run.bins, run.batches_hash) == (straight[name].bins, straight[name].batches_hash)


def test_those_that_stay_wait_where_they_are(make_race):
    sgd, adam = optimizers.get("sgd")(), optimizers.get("adam")()
    race = make_race([sgd])
    raced(race, 25)
    race.enter([sgd, adam])
    raced(race, 24)
    assert {name: run.at.step for name, run in runs(race).items()} == {"sgd": 25, "adam": 24}
    finished(race.catch_up_in_pieces())
    assert race.is_level
    assert race.snapshot().steps == 25
    finished(race.catch_up_in_pieces())
    assert race.snapshot().steps == 26


def test_one_that_diverges_is_marked_and_the_others_go_on(backend, make_race):
    wild = optimizers.get("sgd")(learning_rate=1e30)
    race = make_race([wild, optimizers.get("adam")()], backend=backend.name)
    found = raced(race, 60)
    assert 0 < found["sgd"].diverged_at < 60
    assert found["sgd"].at.step == found["sgd"].diverged_at
    assert found["adam"].diverged_at is None
    assert found["adam"].at.step == race.snapshot().steps == 60


def test_when_all_have_diverged_the_work_ends(make_race):
    race = make_race([optimizers.get("sgd")(learning_rate=1e30)])
    assert len(list(itertools.islice(race.work(), 100))) < 100
    assert race.snapshot().runs[0].diverged_at is not None


@pytest.mark.parametrize("shape", ["step", "cosine"])
def test_a_schedule_is_the_trainer_with_its_rate_set_anew(make_race, make_trainer, shape):
    schedule, momentum = Schedule(shape, 20), optimizers.get("momentum")
    found = raced(make_race([momentum(learning_rate=0.05)], schedule), 40)["momentum"]
    trainer = make_trainer(optimizer=momentum(learning_rate=0.05))
    losses = []
    for step in range(40):
        trainer.set_optimizer(momentum(learning_rate=0.05 * schedule.factor(step)))
        losses.append(trainer.step().loss)
    assert [bin.loss for bin in found.bins] == losses


def test_targets_are_reached_when_the_smoothed_loss_first_is_so_low(make_race):
    run = raced(make_race([optimizers.get("momentum")(learning_rate=0.05)]), 300)["momentum"]
    smoothed = [bin.smoothed for bin in run.bins]
    assert len(smoothed) == 300
    for target in TARGETS:
        first = next((step for step, loss in enumerate(smoothed, start=1) if loss <= target), None)
        assert run.reached.get(target) == first
    assert 1 < len(run.reached) < len(TARGETS)


def test_marks_go_with_the_bins_also_when_bins_have_been_merged(make_race, digits):
    run = raced(make_race([optimizers.get("sgd")()]), 900)["sgd"]
    assert len(run.bins) == len(run.marks) < 400
    drawn = np.cumsum([len(indices) for _, indices in batch_order(0, len(digits.y_train), 32, epochs=20)])
    assert [mark.step for mark in run.marks] == [bin.step + 1 for bin in run.bins]
    assert [mark.samples for mark in run.marks] == [drawn[bin.step] for bin in run.bins]
    seconds = [mark.seconds for mark in run.marks]
    assert seconds == sorted(seconds)
    assert 0 < seconds[-1] <= run.at.seconds


def test_the_test_set_is_asked_often_at_first_and_at_each_step_of_judgement():
    tested = list(itertools.islice(itertools.accumulate(itertools.count(), lambda step, _: next_test(step)), 80))
    assert tested[0] == 0
    assert all(a < b for a, b in itertools.pairwise(tested))
    assert set(JUDGED_AT) <= set(tested)
    far = [step for step in tested if step > 64 and step not in JUDGED_AT]
    assert all(b / a == pytest.approx(2 ** (1 / 4), rel=0.03) for a, b in itertools.pairwise(far) if b < 900)


def test_a_snapshot_stays_as_it_is(make_race):
    race = make_race([optimizers.get("sgd")()])
    raced(race, 5)
    snapshot = race.snapshot()
    kept = (snapshot.total_steps, snapshot.runs[0].bins, dict(snapshot.runs[0].reached))
    raced(race, 200)
    assert (snapshot.total_steps, snapshot.runs[0].bins, snapshot.runs[0].reached) == kept
    assert race.snapshot().total_steps == 205


def test_released_it_holds_nothing(make_race):
    race = make_race()
    race.release()
    assert vars(race) == {}


# Racers that raise


def breaking(trainer, name, at=0):
    """The trainer's method of that name raises from step `at` on."""
    working = getattr(trainer, name)

    def breaks(*arguments):
        if trainer.steps >= at:
            raise RuntimeError("device lost")
        return working(*arguments)

    setattr(trainer, name, breaks)


@pytest.mark.parametrize("part", ["step", "evaluate_in_pieces"])
def test_one_that_raises_stands_still_and_the_others_run_as_without_it(make_race, part):
    race = make_race()
    breaking(race.runs["momentum"].trainer, part, at=4)
    found = raced(race, 20)
    stopped = found.pop("momentum")
    assert stopped.stands_still
    assert isinstance(stopped.failed, RuntimeError)
    assert stopped.failed.__traceback__ is None  # its frames would keep the trainer alive
    assert stopped.at.step == 4
    assert race.is_level
    whole = raced(make_race(), 20)
    for name, run in found.items():
        assert not run.stands_still
        assert (run.bins, run.at.step) == (whole[name].bins, 20)


def test_where_all_have_failed_the_work_ends(make_race):
    race = make_race([optimizers.get("sgd")()])
    breaking(race.runs["sgd"].trainer, "step", at=3)
    assert len(list(itertools.islice(race.work(), 100))) < 10
    assert race.snapshot().steps == 3


def test_another_backend_passes_over_one_that_failed(make_race):
    race = make_race()
    trainer = race.runs["adam"].trainer
    for part in ("step", "parameters", "switch_backend"):
        breaking(trainer, part)
    raced(race, 2)
    race.switch_backend(backends.get("torch"), race._make_trainer)
    assert {run.at.step for run in raced(race, 5).values() if not run.stands_still} == {7}


def test_the_anatomy_of_one_that_cannot_step_is_none_and_it_stands_still(make_race):
    race = make_race()
    race.watched = "adam"
    assert race.snapshot().anatomy is not None
    breaking(race.runs["adam"].trainer, "next_gradients_in_pieces")
    snapshot = race.snapshot()
    assert snapshot.anatomy is None
    assert [run.racer.name for run in snapshot.runs if run.failed] == ["adam"]


@pytest.mark.parametrize("names", [("numpy", "torch"), ("torch", "numpy")], ids="-".join)
def test_a_racers_recipe_makes_its_weights_again_with_the_backends_it_was_made_on(make_race, names):
    race = make_race(backend=names[0])
    raced(race, 25)
    race.switch_backend(backends.get(names[1]), race._make_trainer)
    for name, run in raced(race, 15).items():
        recipe = run.recipe
        assert (recipe.first.backend, [(edit.step, edit.conditions.backend) for edit in recipe.edits], recipe.step) == (
            names[0], [(25, names[1])], 40,
        )  # fmt: skip
        again = recipe.trainer(race.runs[name].trainer.data)
        for _share in recipe.advance(again):
            pass
        assert weights_hash(again.parameters()) == weights_hash(race.runs[name].trainer.parameters())


def test_a_racer_that_enters_after_another_backend_has_but_that_one(make_race):
    sgd, adam = optimizers.get("sgd")(), optimizers.get("adam")()
    race = make_race([sgd])
    raced(race, 10)
    torch = make_race([adam], backend="torch")
    race.switch_backend(backends.get("torch"), torch._make_trainer)
    race.enter([sgd, adam])
    recipe = raced(race, 10)["adam"].recipe
    assert (recipe.first.backend, recipe.edits, recipe.step) == ("torch", (), 10)


def test_a_long_race_knows_some_batches_own_losses(make_race, make_trainer):
    run = raced(make_race([optimizers.get("adam")()]), 1000)["adam"]
    plain = make_trainer("numpy", optimizers.get("adam")())
    losses = [plain.step().loss for _ in range(1000)]
    assert run.bins[1].step - run.bins[0].step > 1
    assert 20 <= len(run.batch_losses) <= 60
    assert (run.batch_losses[0].step, run.batch_losses[-1].step) == (0, 999)
    assert all(losses[step] == loss for step, loss in run.batch_losses)
