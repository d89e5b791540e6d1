"""Scripts in general: both languages have the same code, nothing foreign gets into it, and refusals are clear."""

import ast
import importlib.metadata
import io
import re
import tokenize
from dataclasses import replace

import numpy as np
import pytest

from engines import exports
from engines.errors import EngineError, InvalidSetting, OtherData
from engines.optimizers import rules
from engines.optimizers.sgd import SGD
from engines.runs.recipe import Conditions
from tests.engines.exports.cases import edited, recipe, slower


def code(text):
    """The text without comments and strings."""
    left_out = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.STRING)
    return [token.string for token in tokens(text) if token.type not in left_out]


def comments(text):
    return [token.string for token in tokens(text) if token.type == tokenize.COMMENT]


def tokens(text):
    return tokenize.generate_tokens(io.StringIO(text).readline)


@pytest.mark.parametrize("library", exports.LIBRARIES)
@pytest.mark.parametrize("rule", rules())
def test_both_languages_have_the_same_code(digits, library, rule):
    run = edited(slower(recipe(digits, rule=rule, hidden=(8, 8))), 400, rule="sgd", batch_size=7)
    english, korean = (exports.script(run, digits, library, language, [(0, 2.3)]) for language in exports.LANGUAGES)
    assert code(english) == code(korean)
    assert not re.search("[가-힣]", english)
    headings = [line for line in comments(korean) if line.startswith("# %%")]
    assert [line for line in headings if not re.search("[가-힣]", line)] == []
    for text in (english, korean):
        assert max(map(len, text.splitlines())) <= 120
        assert not [line for line in text.splitlines() if line != line.rstrip()]
        assert "\n\n\n\n" not in text


@pytest.mark.parametrize("library", exports.LIBRARIES)
def test_names_from_elsewhere_cannot_become_code(digits, library):
    evil = '"""\nimport os; os.abort()\n#{{ plan }}'
    data = replace(digits, name=evil)
    run = replace(recipe(data), first=Conditions(evil, SGD(), 32))
    for text in (exports.script(run, data, library), exports.notebook(run, data, library)):
        assert "abort()" not in text
        assert evil not in text
    ast.parse(exports.script(run, data, library))


def test_what_cannot_be_exported_is_refused(digits):
    run = recipe(digits)
    with pytest.raises(InvalidSetting, match="library 'jax'"):
        exports.script(run, digits, "jax")
    with pytest.raises(InvalidSetting, match="language 'de'"):
        exports.script(run, digits, "numpy", "de")
    with pytest.raises(OtherData):
        exports.script(replace(run, identity="00000000"), digits, "numpy")
    with pytest.raises(InvalidSetting, match="batch size"):
        exports.script(recipe(digits, batch_size=5000), digits, "numpy")

    class Foreign(SGD):
        name = "foreign"

    class Alike(SGD):
        pass

    for optimizer in (Foreign(), Alike(), "sgd"):
        with pytest.raises(EngineError):
            exports.script(replace(run, first=Conditions("numpy", optimizer, 32)), digits, "numpy")


def test_losses_that_are_no_part_of_the_run_are_left_out(digits):
    reference = [(-1, 1.25), (0, 2.5), (99, 3.5), (100, 4.5), (50, float("nan")), (np.int64(60), np.float32(0.5))]
    text = exports.script(recipe(digits, steps=100), digits, "numpy", reference=reference)
    assert "0: 2.5, 60: 0.5, 99: 3.5," in text
    assert "4.5" not in text
    assert "app_losses" not in exports.script(recipe(digits), digits, "numpy")


@pytest.mark.parametrize("library", exports.LIBRARIES)
def test_where_conventions_part_the_script_says_so(digits, library):
    def words(rule):
        return " ".join(exports.script(slower(recipe(digits, rule=rule)), digits, library).split()).replace("# ", "")

    assert ("rate they were made with" in words("momentum")) == (library != "keras")
    assert "rate they were made with" not in words("adam")
    assert ("Keras" in words("adam") and "ε" in words("adam")) == (library != "pytorch")
    assert "ε" not in words("sgd")


@pytest.mark.parametrize("language", exports.LANGUAGES)
@pytest.mark.parametrize("library", exports.LIBRARIES)
def test_it_says_what_has_to_be_installed(digits, library, language):
    text = exports.script(recipe(digits), digits, library, language)
    [wanted] = re.findall("`pip install (.*)`", text)
    packages = {"numpy": ["numpy"], "pytorch": ["numpy", "torch"], "keras": ["numpy", "keras"]}[library]
    versions = [f"{name}=={importlib.metadata.version(name).partition('+')[0]}" for name in packages]
    assert wanted.split() == versions + ["tensorflow"] * (library == "keras")


@pytest.mark.parametrize("language", exports.LANGUAGES)
@pytest.mark.parametrize("library", exports.LIBRARIES)
def test_bits_are_promised_only_to_a_run_of_numpy_at_once(digits, library, language):
    promise = {"en": "in every bit", "ko": "모든 비트까지"}[language]
    pieces = {"en": "in pieces", "ko": "나누어 이 신경망에"}[language]

    def said(run):
        text = " ".join(exports.script(run, digits, library, language).split())
        return promise in text, pieces in text

    plain = recipe(digits)
    assert said(plain) == (library == "numpy", False)
    assert said(edited(plain, 40, backend="torch")) == (False, False)
    assert said(edited(plain, 500, backend="torch")) == (library == "numpy", False)  # no step was made with it
    assert said(edited(recipe(digits, hidden=(512, 512)), 40, batch_size=1437)) == (False, True)
