"""The experiment in the URL: what goes in comes out, and what cannot be used is reported, not guessed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines import optimizers
from ui.experiment.readers import read_hidden, write_hidden
from ui.experiment.settings import Settings, default_rate, from_query, to_query

SETTINGS = st.builds(
    Settings,
    language=st.sampled_from(["en", "ko"]),
    backend=st.sampled_from(["numpy", "torch"]),
    data=st.sampled_from(["digits", "digits.100", "fashion_mnist", "fashion_mnist.1000", "mnist", "mnist.50"]),
    hidden=st.lists(st.integers(1, 1024), max_size=8).map(tuple),
    activation=st.sampled_from(["relu", "tanh", "sigmoid"]),
    initialization=st.sampled_from(["he", "glorot", "small", "zeros", "constant"]),
    loss=st.sampled_from(["cross_entropy", "mean_squared_error"]),
    seed=st.integers(0, 2**32 - 1),
    dtype=st.sampled_from(["float32", "float64"]),
    optimizer=st.sampled_from(optimizers.names()),
    learning_rate=st.floats(1e-6, 1e3).map(lambda value: float(f"{value:.12g}")),
    batch_size=st.integers(1, 60_000),
)


@settings(deadline=None)
@given(SETTINGS)
def test_a_link_brings_back_the_settings_it_was_made_from(chosen):
    assert from_query(Settings, to_query(chosen)) == (chosen, [])


def test_hyperparameters_travel_with_their_optimizer():
    settings = Settings(optimizer="adam", learning_rate=0.01, hyperparameters=(("beta_1", 0.5), ("epsilon", 1e-3)))
    assert from_query(Settings, to_query(settings)) == (settings, [])
    assert settings.make_optimizer() == optimizers.get("adam")(learning_rate=0.01, beta_1=0.5, epsilon=1e-3)


def test_only_what_differs_from_the_default_is_written():
    assert to_query(Settings()) == {"lang": "en"}
    assert to_query(Settings(optimizer="adam", learning_rate=default_rate("adam"))) == {
        "lang": "en",
        "optimizer": "adam",
    }


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("backend", "tensorflow"),
        ("data", "imagenet"),
        ("data", "imagenet.50"),
        ("data", "digits.7"),
        ("data", "digits."),
        ("data", ".50"),
        ("hidden", "64-x"),
        ("hidden", "0"),
        ("hidden", "99999"),
        ("hidden", "-".join(["8"] * 9)),
        ("hidden", ""),
        ("hidden", "٣٢"),
        ("activation", "gelu"),
        ("init", "ones"),
        ("loss", "hinge"),
        ("seed", "-1"),
        ("seed", "1.5"),
        ("seed", "9" * 400),
        ("dtype", "float16"),
        ("optimizer", "lion"),
        ("rate", "nan"),
        ("rate", "inf"),
        ("rate", "-0.1"),
        ("rate", "fast"),
        ("batch", "0"),
        ("batch", "many"),
        ("lang", "xx"),
    ],
)
def test_what_cannot_be_used_falls_back_to_the_default_and_is_reported(key, text):
    settings, problems = from_query(Settings, {key: text})
    assert settings == Settings()
    assert [(problem.key, problem.text) for problem in problems] == [(key, text)]
    assert str(problems[0].reason)


def test_a_hyperparameter_out_of_bounds_is_reported_with_what_is_used_instead():
    settings, problems = from_query(Settings, {"optimizer": "momentum", "momentum": "1.5", "rate": "0.2"})
    assert settings == Settings(optimizer="momentum", learning_rate=0.2)
    assert [(problem.key, problem.instead) for problem in problems] == [("momentum", "0.9")]


def test_keys_of_others_are_left_alone():
    assert from_query(Settings, {"picture": "confusion", "utm_source": "x"}) == (Settings(), [])


@pytest.mark.parametrize(("text", "hidden"), [("32", (32,)), ("64-32", (64, 32)), (" 64, 32 ", (64, 32)), ("none", ())])
def test_hidden_layers_are_read_as_they_are_typed(text, hidden):
    assert read_hidden(text) == hidden
    assert read_hidden(write_hidden(hidden)) == hidden


def test_settings_make_the_network_they_describe():
    network = Settings(hidden=(16, 8), activation="tanh", initialization="glorot").make_network(64, 10)
    assert network.layer_sizes == (64, 16, 8, 10)
    assert (network.activation, network.initialization) == ("tanh", "glorot")
