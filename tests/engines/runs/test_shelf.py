"""Kept runs: what is kept of a run, names, the most that there can be; the file, and what is no such file."""

import json
import math
import random
from dataclasses import replace
from itertools import pairwise

import pytest

from engines import backends, optimizers
from engines.errors import LONGEST, EngineError, InvalidDataFile, InvalidSetting
from engines.network import Network
from engines.runs.recipe import Edit
from engines.runs.shelf import MOST_POINTS, KeptRun, Point, Shelf, kept, spread
from engines.runs.shelf_file import MOST_BYTES, shelf_from_json, shelf_json
from engines.runs.training_run import TrainingRun
from engines.training import Trainer
from tests.engines.runs.recipes import drawn_recipe
from ui.text import Text


def drawn_run(name, chance, points=20):
    recipe = replace(drawn_recipe(chance), step=10**6)
    values = [Point(step * 7, chance.choice([None, chance.random()])) for step in range(points)]
    return KeptRun(name, recipe, tuple(values), tuple(values[::2]))


def drawn_shelf(count=3, seed=0):
    chance = random.Random(seed)
    return Shelf(tuple(drawn_run(f"Run {number}", chance) for number in range(count)))


@pytest.fixture(scope="module")
def run(digits):
    run = TrainingRun(
        Trainer(backends.get("numpy"), Network([64, 8, 10]), optimizers.get("sgd")(learning_rate=0.1), digits)
    )
    for _ in range(700):
        run.step()
    run.change_batch_size(64)
    for _ in range(300):
        run.step()
    return run


def test_a_run_is_kept_with_its_recipe_and_the_ends_of_its_curves(run):
    snapshot = run.snapshot()
    made = kept("First", snapshot)
    assert made.recipe == run.recipe
    assert made.steps == 1000
    assert [edit.step for edit in made.recipe.edits] == [700]
    assert made.loss == pytest.approx(run.curve.smoothed, rel=1e-5)
    assert made.accuracy == pytest.approx(snapshot.tests[-1].accuracy, rel=1e-5)
    for points in (made.losses, made.accuracies):
        assert 10 < len(points) <= MOST_POINTS
        assert [point.step for point in points] == sorted({point.step for point in points})
    by_step = {bin.step: bin.smoothed for bin in snapshot.bins}
    for point in made.losses[:-1]:
        assert point.value == pytest.approx(by_step[point.step], rel=1e-5)
    assert made.losses[-1].step == 1000
    assert (made.accuracies[0].step, made.accuracies[-1].step) == (0, snapshot.tests[-1].step)
    assert shelf_from_json(shelf_json(Shelf((made,)))).runs == (made,)


def test_a_change_in_mid_iteration_is_not_yet_part_of_what_is_kept(digits):
    run = TrainingRun(
        Trainer(backends.get("numpy"), Network([64, 8, 10]), optimizers.get("sgd")(learning_rate=0.1), digits)
    )
    run.step()
    run.next_stage()
    run.change_batch_size(64)
    made = kept("Begun", run.snapshot())
    assert (made.steps, made.recipe.edits) == (1, ())
    assert shelf_from_json(shelf_json(Shelf((made,)))).runs == (made,)


def test_what_is_not_finite_is_kept_as_nothing(run):
    made = kept("Away", replace(run.snapshot(), smoothed_loss=math.inf))
    assert made.loss is None
    assert made.losses[-1] == Point(1000, None)


@pytest.mark.parametrize("count", [1, 2, 59, 60, 61, 100, 400, 5000])
def test_few_points_stay_and_they_are_spread(count):
    steps = [3 * number for number in range(count)]
    chosen = spread(steps, 60)
    assert len(chosen) == min(count, len(chosen)) <= 60
    assert chosen == sorted(set(chosen))
    assert (chosen[0], chosen[-1]) == (0, count - 1)
    if count >= 400:
        assert len(chosen) > 40
        assert sum(index < count / 10 for index in chosen) > 10  # where most is learned
        assert max(b - a for a, b in pairwise(chosen)) < count / 20


def test_a_shelf_has_room_for_twelve_and_is_never_changed_itself():
    shelf, chance = Shelf(), random.Random(5)
    for number in range(12):
        assert not shelf.is_full
        shelf = shelf.add(drawn_run(f"Run {number}", chance))
    assert shelf.is_full
    with pytest.raises(InvalidSetting, match="12 runs are the most"):
        shelf.add(drawn_run("one more", chance))
    less = shelf.remove("Run 3")
    assert len(less.runs) == 11
    assert len(shelf.runs) == 12
    assert "Run 3" not in less.names


def test_names_are_each_runs_own():
    shelf = drawn_shelf()
    assert shelf.rename("Run 1", "  Adam,\n slow ").names == ("Run 0", "Adam, slow", "Run 2")
    assert shelf.rename("Run 1", "Run 1") == shelf
    with pytest.raises(InvalidSetting, match="called Run 2 already"):
        shelf.rename("Run 1", "Run 2")
    with pytest.raises(InvalidSetting, match="called Run 2 already"):
        shelf.add(replace(shelf.runs[0], name="Run 2"))
    for name in ("", "  ", "a" * 41, "a\x00b", "\u202e", None, 3, "\ud800"):
        with pytest.raises(InvalidSetting, match="1 to 40 characters"):
            shelf.rename("Run 1", name)
    assert shelf.free_name("Run 2") == "Run 2 (2)"
    assert shelf.free_name("new") == "new"
    assert Shelf((replace(shelf.runs[0], name="a" * 40),)).free_name("a" * 40) == "a" * 36 + " (2)"


def test_shelves_are_joined_without_doubles():
    shelf, other = drawn_shelf(), drawn_shelf(3, seed=1)
    both = shelf.joined(other.runs)
    assert both.runs[:3] == shelf.runs
    assert both.names[3:] == ("Run 0 (2)", "Run 1 (2)", "Run 2 (2)")
    assert shelf.joined(shelf.runs) == shelf
    assert shelf.joined([replace(shelf.runs[1], name="under another name")]) == shelf
    with pytest.raises(InvalidSetting, match="12 runs are the most"):
        drawn_shelf(11).joined(other.runs)


@pytest.mark.parametrize("count", [0, 1, 12])
def test_a_shelf_comes_back_from_its_file(count):
    shelf = drawn_shelf(count)
    text = shelf_json(shelf)
    assert shelf_from_json(text) == shelf_from_json(text.encode()) == shelf
    assert shelf_from_json(b"\xef\xbb\xbf" + text.encode()) == shelf  # as some editors save it
    assert shelf_from_json(json.dumps(json.loads(text), indent=2)) == shelf


def test_the_largest_shelf_fits_into_its_file():
    chance = random.Random(2)
    adam = optimizers.get("adam")
    step = 10**9 - 1000

    def numbers():
        return adam(**{name: chance.random() / 3 for name in ("learning_rate", "beta_1", "beta_2", "epsilon")})

    def conditions(recipe):
        return replace(recipe.first, optimizer=numbers(), batch_size=60_000)

    runs = []
    for number in range(12):
        run = drawn_run("가" * 36 + str(number), chance, points=0)
        recipe = replace(run.recipe, hidden=(1024,) * 8, step=10**9, seed=2**32 - 1, identity="f" * 64)
        recipe = replace(recipe, edits=tuple(Edit(step + n, conditions(recipe)) for n in range(40)))
        points = tuple(Point(step + n, float(f"{1e-300 * chance.random():.6g}")) for n in range(60))
        runs.append(KeptRun(run.name, recipe, points, points))
    shelf = Shelf(tuple(runs))
    text = shelf_json(shelf)
    assert 100_000 < len(text.encode()) < MOST_BYTES
    assert shelf_from_json(text) == shelf


FOREIGN = {
    "empty": b"",
    "an image": b"\x89PNG\r\n\x1a\n\x00\x00",
    "text": "Dear reader,",
    "cut": shelf_json(drawn_shelf())[:-30],
    "a number": "3",
    "a list": "[]",
    "null": "null",
    "another object": '{"runs": []}',
    "another format": '{"format": "notebook", "version": 1, "runs": []}',
    "no version": '{"format": "gradient-engine kept runs", "runs": []}',
    "version 0": '{"format": "gradient-engine kept runs", "version": 0, "runs": []}',
    "a later version": '{"format": "gradient-engine kept runs", "version": 2, "shelf": {}}',
    "no runs": '{"format": "gradient-engine kept runs", "version": 1}',
    "more": '{"format": "gradient-engine kept runs", "version": 1, "runs": [], "more": 1}',
    "thirteen": shelf_json(drawn_shelf(13)),
    "deep": "[" * 100_000,
    "digits": "9" * 100_000,
    "large": " " * (MOST_BYTES + 1),
    "wide letters": '"' + "가" * (MOST_BYTES // 2) + '"',
    "NaN": shelf_json(drawn_shelf()).replace("null", "NaN", 1),
    "Infinity": shelf_json(drawn_shelf()).replace("null", "-Infinity", 1),
    "twice": shelf_json(drawn_shelf()).replace("Run 1", "Run 0"),
    "no file": None,
    "surrogate": '"\ud800"',
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_foreign_or_damaged_file_gets_a_sentence(kind):
    with pytest.raises(InvalidDataFile) as caught:
        shelf_from_json(FOREIGN[kind])
    said(caught.value)
    if kind == "a later version":
        assert "newer version" in str(caught.value)


def said(error):
    """One short sentence in each language."""
    assert isinstance(error, InvalidDataFile)
    for text in (str(error), Text("ko").message(error)):
        assert 20 < len(text) <= LONGEST
        assert text.isprintable()


def places(value, way=()):
    yield way
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in inner:
        yield from places(each, (*way, name))


STRANGE = [None, True, -1, 0, 1, 1.5, 10**30, 1e308, "", "x", "x" * 5000, [], {}, [[]], {"cls": 1}, [1, 2], [1, 2, 3]]


def test_any_value_in_any_place_is_read_rightly_or_refused():
    """No other error, and what is taken comes back as it is from the next file."""
    text, taken = shelf_json(drawn_shelf(2)), 0
    ways = [
        way for way in places(json.loads(text)) if len(way) < 4 or way[3] in (0, "first", "seed", "edits", "hidden")
    ]
    ways += [way for way in places(json.loads(text)) if "edits" in way or "optimizer" in way]
    for way in dict.fromkeys(ways):
        for strange in STRANGE:
            content = json.loads(text)
            place = content
            for name in way[:-1]:
                place = place[name]
            if way:
                place[way[-1]] = strange
            try:
                shelf = shelf_from_json(json.dumps(content if way else strange))
            except EngineError as error:
                said(error)
            else:
                taken += 1
                assert shelf_from_json(shelf_json(shelf)) == shelf
    assert taken > 10


def test_a_field_that_is_missing_or_too_much_is_refused():
    text = shelf_json(drawn_shelf(1))
    for way in places(json.loads(text)):
        content = json.loads(text)
        place = content
        for name in way:
            place = place[name]
        if not isinstance(place, dict) or "learning_rate" in place:
            continue
        for name in list(place):
            kept_value = place.pop(name)
            with pytest.raises(InvalidDataFile):
                shelf_from_json(json.dumps(content))
            place[name] = kept_value
        place["more"] = 1
        with pytest.raises(InvalidDataFile):
            shelf_from_json(json.dumps(content))
