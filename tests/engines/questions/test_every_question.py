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
@pytest.mark.parametrize("wrong", WRONG, ids=repr)
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
