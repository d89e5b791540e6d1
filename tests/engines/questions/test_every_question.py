"""What holds of every question: its arguments are by keyword and typed, wrong ones are told in a sentence."""

import inspect

import pytest

from engines import questions
from engines.errors import EngineError

WRONG = (None, "nonsense", -1, float("nan"), [], object())


@pytest.mark.parametrize("name", questions.names())
def test_arguments_are_by_keyword_and_typed(name):
    signature = inspect.signature(questions.get(name))
    for parameter in signature.parameters.values():
        assert parameter.kind is parameter.KEYWORD_ONLY
        assert parameter.annotation is not parameter.empty
    assert signature.return_annotation == "InPieces[Answer]"
    assert questions.get(name).__doc__


@pytest.mark.parametrize("name", questions.names())
@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: type(wrong).__name__)
def test_nonsense_is_told_in_a_sentence(answer, name, wrong):
    """Where every argument that has to be given is nonsense there is no answer, and no other error."""
    needed = [
        parameter.name
        for parameter in inspect.signature(questions.get(name)).parameters.values()
        if parameter.default is parameter.empty and parameter.name != "recipe"
    ]
    if needed:
        with pytest.raises(EngineError):
            answer(name, **dict.fromkeys(needed, wrong))


@pytest.mark.parametrize("name", questions.names())
def test_nonsense_where_something_is_usual_is_told_too(answer, name):
    """So is an argument that may be left out, where it is given as something that it cannot be."""
    parameters = inspect.signature(questions.get(name)).parameters.values()
    for optional in (parameter for parameter in parameters if parameter.default is not parameter.empty):
        if optional.name == "nesterov":
            continue  # true or false, whatever it is
        usual = {
            "function": "square", "point": 1.0, "epsilon": 0.1, "curve": "valleys", "rate": 0.1, "surface": "bowl",
            "start": [1.0, 1.0], "momentum": 0.5, "parameter": "W1", "entry": [20, 3], "size": 2, "dimensions": 3,
            "batch": 8, "optimizer": "sgd", "optimizers": ["sgd"], "rates": [0.1], "grid": [0.1, 0.2], "steps": 2,
            "activation": "relu", "layers": 2, "epochs": 1, "exercise": 1, "name": "z1", "family": "layers",
            "way": "reverse", "inputs": 2, "outputs": 2, "formula": "x**2", "depth": 2, "since": 0,
            "image": 0, "move": 10,
        }  # fmt: skip
        needed = {p.name: usual[p.name] for p in parameters if p.default is p.empty and p.name != "recipe"}
        with pytest.raises(EngineError):
            answer(name, **needed | {optional.name: "nonsense"})
