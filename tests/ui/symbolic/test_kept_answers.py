"""Answers kept up to a weight, refusals for a while."""

from engines.errors import Unanswered
from ui.symbolic.kept_answers import _REFUSAL_SECONDS, KeptAnswers


def test_the_least_recently_used_go_when_the_weight_is_reached():
    kept = KeptAnswers(most_bytes=3500)
    for name in "abc":
        kept.put(name, name * 1000)
    kept.get("a")
    kept.put("d", "d" * 1000)
    assert [name for name in "abcd" if kept.get(name)] == ["a", "c", "d"]
    assert kept.weight <= 3500
    kept.put("e", "e" * 9000)
    assert [name for name in "abcde" if kept.get(name)] == ["e"]
    kept.put("e", "short")
    assert kept.weight < 100


def test_a_refusal_is_forgotten_after_a_while_an_answer_is_not(clock):
    kept = KeptAnswers(clock=clock)
    kept.put("slow", Unanswered("no"))
    kept.put("quick", 1)
    clock.now = 0.9 * _REFUSAL_SECONDS
    assert str(kept.get("slow")) == "no"
    clock.now = 1.1 * _REFUSAL_SECONDS
    assert kept.get("slow") is None
    assert kept.get("quick") == 1
