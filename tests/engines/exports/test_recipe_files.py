"""A recipe's file: it comes back the same, and a foreign or damaged one is refused in one clear sentence."""

import json
from dataclasses import replace

import hypothesis
import hypothesis.strategies as st
import pytest

from engines import exports
from engines.errors import EngineError, InvalidDataFile
from engines.runs.recipe import Conditions
from tests.engines.exports.cases import edited, recipe


@pytest.fixture
def run(digits):
    start = edited(recipe(digits, rule="momentum", hidden=(64, 32), dtype="float32"), 100, learning_rate=0.1 / 3)
    return edited(start, 200, rule="adam", batch_size=64, backend="torch", epsilon=1e-3)


def changed(run, change):
    found = json.loads(exports.recipe_json(run))
    change(found["run"])
    return json.dumps(found)


def test_it_comes_back_the_same(run, digits):
    assert exports.recipe_from_json(exports.recipe_json(run)) == run
    plain = recipe(digits, hidden=(), rule="nesterov", steps=0, seed=2**32 - 1)
    assert exports.recipe_from_json(exports.recipe_json(plain)) == plain
    elsewhere = replace(
        run, data="fashion_mnist", identity="", edits=(), first=Conditions("jax", run.first.optimizer, 1)
    )
    assert exports.recipe_from_json(exports.recipe_json(elsewhere)) == elsewhere


def test_forty_edits_fit_and_no_more(run):
    def with_edits(count):
        one = json.loads(exports.recipe_json(run))["run"]["edits"][0]
        adam = [{"name": "adam", "settings": {"learning_rate": 0.01 + n / 1000}} for n in range(count)]
        edits = [one | {"step": 2 + n, "batch_size": 32 + n, "optimizer": rule} for n, rule in enumerate(adam)]
        return changed(run, lambda found: found.update(edits=edits))

    assert len(exports.recipe_from_json(with_edits(40)).edits) == 40
    with pytest.raises(InvalidDataFile, match="edits"):
        exports.recipe_from_json(with_edits(41))


FOREIGN = [
    "",
    "{",
    "[]",
    "null",
    "{}",
    '{"format": "gradient-engine"}',
    "[" * 50_000,
    "9" * 50_000,
    " " * 200_000,
    "\0",
]


@pytest.mark.parametrize("text", [*FOREIGN, None, b"{}", 3], ids=lambda text: repr(text)[:20])
def test_a_foreign_file_is_refused(text):
    with pytest.raises(InvalidDataFile, match=r"not a file of that kind|not JSON|too large|content of a file"):
        exports.recipe_from_json(text)


def test_a_file_of_a_later_version_is_refused(run):
    def of_version(version):
        return json.dumps(json.loads(exports.recipe_json(run)) | {"version": version})

    with pytest.raises(InvalidDataFile, match="newer version"):
        exports.recipe_from_json(of_version(2))
    for version in (0, "1", True, None, 1.5):
        with pytest.raises(InvalidDataFile, match="version"):
            exports.recipe_from_json(of_version(version))


DAMAGE = {
    "a key too many": lambda found: found.update(more=1),
    "a key too few": lambda found: found.pop("seed"),
    "no layers": lambda found: found.update(hidden=None),
    "nine layers": lambda found: found.update(hidden=[4] * 9),
    "a layer too wide": lambda found: found.update(hidden=[1025]),
    "half a unit": lambda found: found.update(hidden=[1.5]),
    "an activation": lambda found: found.update(activation="swish"),
    "a loss": lambda found: found.update(loss="hinge"),
    "a loss of another type": lambda found: found.update(loss=["cross_entropy"]),
    "a seed below 0": lambda found: found.update(seed=-1),
    "a dtype": lambda found: found.update(dtype="int8"),
    "steps": lambda found: found.update(step=10**10),
    "an edit after the end": lambda found: found.update(step=150),
    "an edit before the start": lambda found: found["edits"][0].update(step=0),
    "edits out of order": lambda found: found["edits"].reverse(),
    "an edit twice": lambda found: found["edits"].insert(0, found["edits"][0]),
    "an edit that is none": lambda found: found["edits"][0].update({**found["first"]}),
    "a batch of nothing": lambda found: found["first"].update(batch_size=0),
    "a batch of everything": lambda found: found["first"].update(batch_size=10**9),
    "an optimizer": lambda found: found["first"]["optimizer"].update(name="lion"),
    "no optimizer": lambda found: found["first"].update(optimizer="sgd"),
    "an optimizer's name": lambda found: found["first"]["optimizer"].update(name=[]),
    "a rate": lambda found: found["first"]["optimizer"]["settings"].update(learning_rate=float("nan")),
    "a momentum": lambda found: found["first"]["optimizer"]["settings"].update(momentum=1.0),
    "an epsilon below float32": lambda found: found["edits"][1]["optimizer"]["settings"].update(epsilon=1e-300),
    "a backend's name": lambda found: found["first"].update(backend="os; rm"),
    "a data set's name": lambda found: found.update(data="../../etc"),
    "an identity": lambda found: found.update(identity="a" * 1000),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_is_refused_in_one_sentence(run, damage):
    with pytest.raises(EngineError) as refused:
        exports.recipe_from_json(changed(run, damage))
    assert str(refused.value).endswith((".", "…"))  # the latter where the file itself is long
    assert "\n" not in str(refused.value)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@hypothesis.settings(max_examples=300, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
@hypothesis.given(st.data())
def test_whatever_is_put_anywhere_it_is_read_or_refused(run, data):
    found = json.loads(exports.recipe_json(run))
    place = found
    while True:
        key = data.draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
        if not (isinstance(place[key], dict | list) and place[key] and data.draw(st.booleans())):
            break
        place = place[key]
    place[key] = data.draw(VALUES)
    try:
        read = exports.recipe_from_json(json.dumps(found))
    except EngineError:
        return
    assert json.loads(exports.recipe_json(read)) == found
