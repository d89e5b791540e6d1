"""Work in pieces: the same numbers as at once, and a step that is not finished has not happened."""

import numpy as np
import pytest
import torch

from engines import backends, optimizers, pieces, training
from engines.batches import Batches
from engines.datasets.base import Dataset
from engines.network import Network
from engines.optimizers.schedules import Schedule
from engines.pieces import PIECE, finished, rows_at_once, slices, timed
from engines.races.race import Race
from engines.runs.stages import stages
from engines.runs.training_run import TrainingRun
from engines.training import Trainer

SIZES = [12, 9, 4]


def random_data(samples=60, tested=50):
    rng = np.random.default_rng(3)

    def part(count):
        return rng.random((count, SIZES[0])).astype(np.float32), rng.integers(SIZES[-1], size=count)

    return Dataset(
        "random", *part(samples), *part(tested), image_shape=(3, 4), class_names=tuple("abcd"), source="made"
    )


@pytest.fixture
def small_pieces(monkeypatch):
    """Pieces of seven samples, as if the network were a large one."""
    weights = Network(SIZES).parameter_count
    monkeypatch.setattr(pieces, "ROWS_TIMES_WEIGHTS", 7.5 * weights)
    monkeypatch.setattr(training, "_EVALUATION_ROWS", 16)


def make(backend="numpy", data=None, optimizer="momentum", batch_size=25, dtype="float64", **settings):
    rule = optimizers.get(optimizer)(learning_rate=0.05)
    return Trainer(
        backends.get(backend),
        Network(SIZES),
        rule,
        data or random_data(),
        batch_size=batch_size,
        dtype=dtype,
        **settings,
    )


def count_pieces(work):
    made = 0
    while True:
        try:
            assert next(work) is PIECE
        except StopIteration as end:
            return made, end.value
        made += 1


def test_slices_cover_all_rows_once():
    for count in (1, 6, 7, 8, 23):
        covered = [row for part in slices(count, 7) for row in range(count)[part]]
        assert covered == list(range(count))


@pytest.mark.parametrize("loss", ["cross_entropy", "mean_squared_error"])
@pytest.mark.parametrize("backend", backends.names())
def test_a_step_in_pieces_has_the_gradient_of_the_whole_batch(backend, loss, small_pieces):
    """Against PyTorch's own loss and gradients of the whole batch, in float64."""
    data, trainer = random_data(), make(backend, loss=loss)
    start, indices = trainer.parameters(), Batches(60, 25, 0).draw()
    weights = {name: torch.tensor(values, requires_grad=True) for name, values in start.items()}
    x, y = torch.tensor(data.x_train[indices], dtype=torch.float64), torch.tensor(data.y_train[indices])
    logits = torch.relu(x @ weights["W1"] + weights["b1"]) @ weights["W2"] + weights["b2"]
    functional = torch.nn.functional
    one_hot = functional.one_hot(y, SIZES[-1]).double()
    value = functional.cross_entropy(logits, y) if loss == "cross_entropy" else functional.mse_loss(logits, one_hot)
    value.backward()

    made, record = count_pieces(trainer.step_in_pieces())
    assert made == 4
    assert record.loss == pytest.approx(value.item(), rel=1e-13)
    assert record.accuracy == float((logits.argmax(1) == y).double().mean())
    for name, weight in weights.items():
        np.testing.assert_allclose(
            trainer.parameters()[name], start[name] - 0.05 * weight.grad.numpy(), rtol=1e-12, atol=1e-15
        )


@pytest.mark.parametrize("backend", backends.names())
def test_all_at_once_or_piece_by_piece_the_bits_are_the_same(backend, small_pieces):
    one, other = make(backend, dtype="float32"), make(backend, dtype="float32")
    for _ in range(5):
        record, same = one.step(), finished(other.step_in_pieces())
        assert record == same
    for name, values in one.parameters().items():
        assert values.tobytes() == other.parameters()[name].tobytes()
    assert one.evaluate() == finished(other.evaluate_in_pieces())


def test_a_small_batch_takes_one_piece_and_the_sums_of_before():
    assert not make().takes_pieces
    made, record = count_pieces(make().step_in_pieces())
    assert made == 0
    assert record == make().step()


@pytest.mark.parametrize("steps_before", [0, 1, 2, 3])
def test_a_step_that_is_dropped_in_the_middle_has_not_happened(steps_before, small_pieces):
    """Also across the end of an epoch, where the order of the samples is drawn anew."""
    broken, whole = make(), make()
    for trainer in (broken, whole):
        for _ in range(steps_before):
            trainer.step()
    begun = broken.step_in_pieces()
    next(begun), next(begun)
    assert broken.steps == steps_before
    assert broken.batches.drawn == whole.batches.drawn
    begun.close()
    assert [broken.step().loss for _ in range(4)] == [whole.step().loss for _ in range(4)]


def test_what_pieces_cost_is_a_matter_of_settings_alone():
    assert rows_at_once(25_450) * 25_450 <= 2e8 < (rows_at_once(25_450) + 1) * 25_450
    assert rows_at_once(10**9) == 1
    assert rows_at_once(1_000_000, passes=1) == 3 * rows_at_once(1_000_000)


def test_timed_counts_the_pieces_and_not_what_lies_between():
    def work():
        for _ in range(3):
            yield PIECE
        return "done"

    running = timed(work())
    total = 0
    while True:
        try:
            next(running)
        except StopIteration as end:
            result, seconds = end.value
            break
        total += sum(range(300_000))  # somebody else's work
    assert result == "done"
    assert seconds < 0.003


# A run


def advance(work, pieces_of_it):
    for _ in range(pieces_of_it):
        next(work)


@pytest.mark.parametrize("command", ["rate", "batch", "backend", "nothing"])
def test_a_command_in_the_middle_of_a_step_finds_the_run_between_two_steps(command, small_pieces):
    """Whether it comes between two pieces or two steps: the same run follows, to the bit."""

    def obey(run):
        if command == "rate":
            run.change_optimizer(optimizers.get("momentum")(learning_rate=0.01))
        elif command == "batch":
            run.change_batch_size(30)
        elif command == "backend":
            run.switch_backend(backends.get("torch"))

    runs = []
    for middle in (False, True):
        run = TrainingRun(make(dtype="float32"))
        finished(run.snapshot())
        work = run.work()
        while run.trainer.steps < 3:
            next(work)
        if middle:
            while next(work) is not PIECE:  # an evaluation may be due first
                pass
            advance(work, 2)
        before = run.trainer.steps
        obey(run)
        while run.trainer.steps < before + 4:
            next(work)
        runs.append((before, run))
    (_, plain), (_, interrupted) = runs
    for name, values in plain.trainer.parameters().items():
        np.testing.assert_array_equal(values, interrupted.trainer.parameters()[name])
    assert [bin.loss for bin in plain.curve.bins] == [bin.loss for bin in interrupted.curve.bins]


def test_a_large_run_shows_the_same_test_points_and_curves_as_a_small_one(monkeypatch):
    small = TrainingRun(make(dtype="float32", batch_size=5))
    for _ in range(10):
        small.step()
    monkeypatch.setattr(pieces, "MANY_NUMBERS", 0)
    large = TrainingRun(make(dtype="float32", batch_size=5))
    assert large.tests == []
    finished(large.snapshot())
    work = large.work()
    while large.trainer.steps < 10:
        next(work)
    finished(large.settle())
    small.evaluate()
    assert [point.step for point in large.tests] == [0, 1, 2, 4, 8, 10]
    assert large.tests == small.tests
    assert large.curve.bins == small.curve.bins
    assert [norms.step for norms in large.norms] == [norms.step for norms in small.norms]
    assert large._good_step == small._good_step


def test_a_large_run_that_diverges_goes_back_to_its_good_state(monkeypatch):
    monkeypatch.setattr(pieces, "MANY_NUMBERS", 0)
    run = TrainingRun(make(optimizer="sgd"))
    finished(run.snapshot())
    run.change_optimizer(optimizers.get("sgd")(learning_rate=1e300))
    records = [made for made in run.work() if made is not PIECE]
    assert run.divergence is not None
    assert len(records) < 10
    run.return_to_good()
    assert all(np.isfinite(values).all() for values in run.trainer.parameters().values())


def test_a_batch_of_pieces_is_not_taken_apart(small_pieces):
    with pytest.raises(ValueError, match="at most 7"):
        next(stages(make()))
    assert next(stages(make(batch_size=7))).stage == 1


# A race


def racers(*names):
    return [optimizers.get(name)() for name in names]


def make_race(*names, schedule=None, backend="numpy"):
    return Race(lambda racer: racing(racer, backend), racers(*names), schedule)


def racing(racer, backend="numpy"):
    return Trainer(backends.get(backend), Network(SIZES), racer, random_data(), batch_size=25, dtype="float32")


def weights_of(race):
    return {name: {k: v.tobytes() for k, v in run.trainer.parameters().items()} for name, run in race.runs.items()}


def test_a_race_in_pieces_stops_within_a_racers_step_and_loses_nothing(small_pieces):
    race, whole = make_race("sgd", "adam", "rmsprop"), make_race("sgd", "adam", "rmsprop")
    work = race.work()
    advance(work, 17)
    while race.round() and not race.is_level:  # a person's step, in the middle of a round
        pass
    while race.runs["adam"].trainer.steps < 7:
        next(work)
    while not race.is_level:
        next(work)
    for _ in range(race.runs["sgd"].trainer.steps):
        whole.round()
    assert weights_of(race) == weights_of(whole)


def test_who_enters_in_the_middle_of_a_round_catches_up(small_pieces):
    race = make_race("sgd", "adam")
    work = race.work()
    advance(work, 30)
    race.enter(racers("sgd", "adam", "momentum"))
    while not (race.is_level and race.runs["momentum"].trainer.steps == 6):
        next(work)
    fresh = make_race("sgd", "adam", "momentum")
    for _ in range(6):
        fresh.round()
    assert weights_of(race) == weights_of(fresh)


def test_under_another_schedule_all_catch_up_with_where_they_were():
    race, cosine = make_race("sgd", "adam"), Schedule("cosine", 30)
    for _ in range(12):
        race.round()
    race.change_schedule(cosine)
    assert race.steps_behind == 12
    assert finished(race._snapshot_in_pieces()).catching_up == 12
    for _ in range(race.steps_behind):
        race.round()
    assert race.steps_behind == 0
    assert finished(race._snapshot_in_pieces()).catching_up is None
    fresh = make_race("sgd", "adam", schedule=cosine)
    for _ in range(12):
        fresh.round()
    assert weights_of(race) == weights_of(fresh)


def test_a_race_goes_on_with_another_backend(small_pieces):
    """The same race to rounding, from the step where it stood; a later entrant is made by the new backend."""
    race, other = make_race("sgd", "adam"), make_race("sgd", "adam")
    work = race.work()
    advance(work, 30)
    steps = race.runs["sgd"].trainer.steps
    race.switch_backend(backends.get("torch"), lambda racer: racing(racer, "torch"))
    race.enter(racers("sgd", "adam", "momentum"))
    while not (race.is_level and race.runs["sgd"].trainer.steps == steps + 4):
        next(work)
    assert {run.trainer.backend.name for run in race.runs.values()} == {"torch"}
    for _ in range(steps + 4):
        other.round()
    for name in ("sgd", "adam"):
        for key, values in other.runs[name].trainer.parameters().items():
            np.testing.assert_allclose(race.runs[name].trainer.parameters()[key], values, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("heavy", [False, True])
def test_a_run_that_shrank_is_the_same_run(heavy, monkeypatch):
    if heavy:
        monkeypatch.setattr(pieces, "MANY_NUMBERS", 0)
    run = TrainingRun(make(dtype="float32"))
    finished(run.snapshot()) if heavy else run.snapshot()
    initial = {name: values.copy() for name, values in run.initial.items()}
    for _ in range(5):
        run.step()
    logits = run.trainer.predict(run.trainer.data.x_test)
    run.shrink()
    assert run.test_logits is None
    seen = run.snapshot()
    seen = finished(seen) if heavy else seen
    np.testing.assert_array_equal(seen.test_logits, logits)
    for name, values in initial.items():
        np.testing.assert_array_equal(run.initial[name], values)
    whole = TrainingRun(make(dtype="float32"))
    for _ in range(8):
        whole.step()
    for _ in range(3):
        run.step()
    for name, values in whole.trainer.parameters().items():
        np.testing.assert_array_equal(run.trainer.parameters()[name], values)
