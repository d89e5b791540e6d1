"""Work that asks questions: answered on the spot, or by whoever drives it."""

import inspect

import pytest

from engines.differentiation.questions import Inquiry, Question, shown


@Inquiry
def summed(numbers):
    """The doubles of numbers, one after another, then their sum."""
    total = 0
    for number in numbers:
        doubled = yield Question(f"2 · {number}", lambda n: 2 * n, (number,))
        total += doubled
        yield doubled
    yield total


def test_called_it_yields_records_only():
    assert list(summed([1, 2, 3])) == [2, 4, 6, 12]
    assert list(summed([])) == [0]


def test_asking_it_yields_the_questions_and_takes_their_answers():
    work = summed.asking([1])
    question = next(work)
    assert (question.asked, question.answer()) == ("2 · 1", 2)
    assert work.send(5) == 5
    assert next(work) == 5


def test_its_source_and_words_are_those_of_the_function():
    assert "yield total" in inspect.getsource(summed)
    assert summed.__doc__.startswith("The doubles")


def test_what_an_answer_raises_is_raised():
    with pytest.raises(TypeError):
        list(summed([None]))


def test_equal_questions_are_equal_whatever_they_are_called():
    assert Question("a", abs, (1,)) == Question("b", abs, (1,)) != Question("a", abs, (2,))
    assert hash(Question("a", abs, (1,))) == hash(Question("b", abs, (1,)))


def test_a_formula_in_a_sentence_is_one_short_line_without_comments():
    assert shown("(x +  # www.example.org\n 1)") == "(x + 1)"
    assert len(shown("x + " * 49 + "x")) == 60
