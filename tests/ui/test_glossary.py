"""Where the terms of the glossary are met: every term has its pages, and they are pages of the app."""

from dataclasses import fields

import pytest

from engines import losses, optimizers
from engines.checks import DTYPES
from engines.network import ACTIVATIONS, INITIALIZERS
from ui.experiment.settings import LANGUAGES
from ui.glossary import MET, SIDEBAR, met
from ui.navigation import LESSONS
from ui.text import Text, sections


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_says_where_it_is_met(language):
    terms = [name for name in sections(language, "glossary") if name != "sentence" and not name.startswith("part_")]
    assert list(MET) == terms
    assert all(met(term, Text(language)) for term in terms)


def test_a_term_is_met_on_pages_of_the_chapter_and_in_its_sections():
    for term, (pages, section) in MET.items():
        assert pages, term
        assert set(pages) <= {SIDEBAR, *LESSONS}, term
        assert section in ("", "2.4", "2.4.1", "2.4.2", "2.4.3", "2.4.4"), term


def test_where_a_term_is_met_is_said_in_the_readers_language():
    assert met("adam", Text("en")) == "Optimizers"
    assert met("secant", Text("en")) == "Derivative · 2.4.1"
    assert met("secant", Text("ko")) == "변화율 · 2.4.1"
    assert met("relu", Text("ko")) == "사이드바, 변화율 · 2.4"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_choices_of_the_experiment_are_explained(language):
    """Also each hyperparameter; of the two precisions there is one term."""
    known = sections(language, "glossary")
    assert {*ACTIVATIONS, *INITIALIZERS, *losses.names()} <= known.keys()
    assert DTYPES[0] in known or DTYPES[1] in known
    ours = [optimizers.get(name) for name in ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam")]
    assert {rule.name for rule in ours} <= known.keys()
    assert {spec.name for rule in ours for spec in fields(rule)} <= known.keys()
