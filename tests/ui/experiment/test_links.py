"""What a page writes into a link it reads back, to the last digit: for the settings and for every page's view."""

import inspect
import math
from dataclasses import MISSING, fields
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from engines import backends, datasets, optimizers
from engines.chain_rule.homework import ANSWERS
from engines.runs.stop_rules import StopRule
from ui.backends.view import BackendsView
from ui.chain_rule.view import ChainRuleView
from ui.derivative.settings import DerivativeView
from ui.experiment.readers import MAX_LAYERS, MAX_UNITS, read_number, write_number
from ui.experiment.settings import Settings, from_query, hyperparameters_of, to_query
from ui.gradient_descent.view import DescentView
from ui.gradient_tensors.settings import Chosen
from ui.gradient_tensors.view import TensorsView
from ui.optimizers.view import OptimizersView
from ui.training_loop.view import TrainingView

VIEWS = [TrainingView, DerivativeView, TensorsView, DescentView, OptimizersView, ChainRuleView, BackendsView]
FINITE = st.floats(allow_nan=False, allow_infinity=False)
NUMBERS = st.floats(-100, 100)


def hyperparameter(spec):
    below = spec.metadata["below"]
    highest = math.nextafter(below, 0) if math.isfinite(below) else 1e308
    return st.floats(spec.metadata["minimum"], highest)


def racer(name):
    rule = optimizers.get(name)
    return st.builds(rule, **{spec.name: hyperparameter(spec) for spec in fields(rule)})


def racers(fewest):
    chosen = st.sets(st.sampled_from(optimizers.names()), min_size=fewest)
    return chosen.flatmap(lambda names: st.tuples(*(racer(name) for name in optimizers.names() if name in names)))


def numbers_in_text(count):
    return st.lists(NUMBERS, min_size=count, max_size=count).map(lambda values: ", ".join(map(write_number, values)))


def formulas(*variables):
    made = st.recursive(
        st.sampled_from(variables) | st.floats(0.01, 99).map(write_number),
        lambda part: (
            st.builds("({}{}{})".format, part, st.sampled_from(["+", " - ", "*"]), part)
            | st.builds("{}({})".format, st.sampled_from(["sin", "tanh", "abs"]), part)
        ),
        max_leaves=4,
    )
    return made.map(f"{variables[0]} + {{}}".format)


def entries(*lasts):
    return st.tuples(*(st.integers(0, last) for last in lasts))


def of(function):
    """What it was made with."""
    return inspect.getclosurevars(function).nonlocals if inspect.isfunction(function) else {}


def domain(read):
    """What a reader can return, by its kind: a new kind has to be added here."""
    module = read.__module__.removeprefix("ui.").removeprefix("experiment.")
    kind = f"{module}.{read.__qualname__}".replace(".<locals>", "")
    inside = of(read)
    kinds = {
        "readers.one_of.read": lambda: st.sampled_from(list(inside["choices"]())),
        "readers.one_of_numbers.<lambda>": lambda: st.sampled_from(list(inside["by_text"].values())),
        "readers.whole.read": lambda: st.integers(inside["lowest"], inside["highest"]),
        "readers.between.read": lambda: st.floats(inside["lowest"], inside["highest"]),
        "readers.optional.read_optional": lambda: st.none() | domain(inside["read"]),
        "readers.read_code.read": lambda: st.just(""),
        "training_loop.stop_when._read": stop_rules,
        "readers.read_switch": st.booleans,
        "readers.read_data": lambda: st.sampled_from(datasets.names_with_few()),
        "optimizers.race.racers.read_racers": lambda: racers(1),
        "optimizers.surface.settings.read_own": lambda: racers(0),
        "optimizers.surface.settings.read_start": lambda: st.tuples(FINITE, FINITE),
        "optimizers.anatomy.settings.read_place": lambda: entries(999, 99) | entries(99),
        "optimizers.anatomy.settings.read_tensor": lambda: st.sampled_from(["W1", "b9", "W7"]),
        "gradient_descent.settings.read_points": lambda: st.lists(
            st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), max_size=8
        ).map(tuple),
        "readers.formula_of.<lambda>": lambda: formulas(*of(inside["check"])["variables"]),
        "chain_rule.four_ways.settings._read_place": lambda: st.integers(0, 8).flatmap(numbers_in_text),
        "chain_rule.scalars.settings._numbers.<lambda>": lambda: st.just("")
        | numbers_in_text(of(inside["check"])["count"]),
        "chain_rule.scalars.settings.read_answers": lambda: st.dictionaries(
            st.sampled_from(list(ANSWERS)), NUMBERS.map(write_number)
        ).map(lambda answers: tuple(answers.items())),
        "chain_rule.walk.settings.read_entry": lambda: st.none() | st.just(()) | entries(9, 99) | entries(3, 0, 7, 9),
        "chain_rule.walk.settings.read_layers": lambda: st.none() | st.sets(st.integers(1, 9)).map(sorted).map(tuple),
        "gradient_tensors.settings.read_parameter": lambda: st.sampled_from(["W1", "b9"]),
        "gradient_tensors.settings.read_entry": lambda: st.none()
        | entries(999, 99).map(lambda index: Chosen("W1", index))
        | entries(99).map(lambda index: Chosen("b2", index)),
    }  # fmt: skip
    return kinds[kind]()


def stop_rules():
    whole = st.builds(StopRule, st.sampled_from(["step", "epoch", "patience"]), st.integers(1, 1000))
    return whole | st.builds(StopRule, st.sampled_from(["loss", "accuracy"]), st.floats(1e-9, 1.0))


def views(cls):
    return st.builds(
        cls, **{spec.name: domain(spec.metadata["read"]) for spec in fields(cls) if spec.default is not MISSING}
    )


@st.composite
def experiments(draw):
    """Any settings: the optimizer's hyperparameters are those that differ from its defaults."""
    rule = draw(st.sampled_from(optimizers.names()).flatmap(racer))
    standard = hyperparameters_of(rule.name)
    return Settings(
        language=draw(st.sampled_from(["en", "ko"])),
        backend=draw(st.sampled_from(backends.names())),
        hidden=draw(st.lists(st.integers(1, MAX_UNITS), max_size=MAX_LAYERS).map(tuple)),
        optimizer=rule.name,
        learning_rate=rule.learning_rate,
        hyperparameters=tuple((n, getattr(rule, n)) for n in standard if getattr(rule, n) != standard[n]),
        **{
            spec.name: draw(domain(spec.metadata["read"]))
            for spec in fields(Settings)
            if spec.name in ("data", "activation", "initialization", "loss", "seed", "dtype", "batch_size")
        },
    )


def through_a_url(query):
    return dict(parse_qsl(urlencode(query), keep_blank_values=True))


@hypothesis_settings(deadline=None)
@given(experiments())
def test_a_link_brings_back_the_settings(chosen):
    assert from_query(Settings, through_a_url(to_query(chosen))) == (chosen, [])


@pytest.mark.parametrize("cls", VIEWS)
@hypothesis_settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_a_link_brings_back_the_view_of_every_page(cls, data):
    view = data.draw(views(cls))
    assert from_query(cls, through_a_url(to_query(view))) == (view, [])


@given(FINITE)
def test_numbers_are_written_exactly_and_without_a_plus(value):
    assert read_number(write_number(value)) == value
    assert "+" not in write_number(value)
    assert len(write_number(value)) <= len(repr(value))


@given(FINITE)
def test_a_plus_that_became_a_blank_is_read(value):
    assert read_number(repr(value).replace("+", " ")) == value


@pytest.mark.parametrize(
    ("rate", "written"),
    [
        (0.1 + 0.2, "0.30000000000000004"),
        (2.0**53 + 2, "9007199254740994"),
        (1e30, "1e30"),
        (1e-7, "1e-07"),
        (0.125, "0.125"),
        (1.0, "1"),
        (0.9999999999999999, "0.9999999999999999"),
    ],
)
def test_a_rate_survives(rate, written):
    chosen = Settings(learning_rate=rate)
    assert to_query(chosen)["rate"] == written
    assert from_query(Settings, to_query(chosen)) == (chosen, [])


def test_what_a_surface_writes_the_next_page_reads():
    (view, problems) = from_query(OptimizersView, {"surface_rates": "adam,beta_1:0.9999999999999999"})
    assert problems == []
    assert from_query(OptimizersView, to_query(view)) == (view, [])
    assert view.surface_own[0].beta_1 == 0.9999999999999999
    assert from_query(DescentView, {"at": "1.23456789,0.5"})[0].clicked == ((1.23456789, 0.5),)
    assert to_query(DescentView(clicked=((1.23456789, 0.5),)))["at"] == "1.23456789,0.5"
