"""What the pad says, in every state: nothing drawn, no number, ties, right and wrong."""

import numpy as np
import pytest

from engines.drawing.moved import Moved
from ui.charts.training_loop.pad import answer_parts
from ui.training_loop.pad.readings import answer_reading, moved_reading, seen_reading

NAMES = ("zero", "one", "two")


def said(shares, label=None, steps=5):
    shares = None if shares is None else np.array(shares)
    return answer_reading(shares, label, steps, NAMES, str).replace("\N{NO-BREAK SPACE}", " ")


def test_an_answer_names_the_two_most_probable_classes():
    assert said([0.2, 0.7, 0.1]) == "The network says one (70.0%), then zero (20.0%)."
    assert said([0.2, 0.7, 0.1], 1) == "✓ The network says one (70.0%), then zero (20.0%). It is one."
    assert said([0.2, 0.7, 0.1], 2) == "✗ The network says one (70.0%), then zero (20.0%). It is two."
    assert said([0.2, 0.7, 0.1], steps=0).endswith("No step has been made yet: the network has learned nothing.")


def test_where_there_is_no_answer_none_is_made_up():
    assert said(None, steps=0) == said(None) == "Draw here, or take a test image: the network answers at each pen-up."
    assert said([np.nan] * 3, 1) == "The scores are not finite, so there is no answer."
    assert said([1 / 3] * 3, 1) == "All classes get the same probability, so there is no answer."
    assert said([0.45, 0.1, 0.45], 0) == "zero and two get the same probability: 45.0%."
    assert said([0.0, 0.0, 1.0]) == "The network says two (100%), then zero (0%)."


def test_how_the_picture_was_made():
    shape = (8, 8)
    told = {
        (rule, on, drawn): seen_reading(rule, on, drawn, shape, str)
        for rule in ("mass", "blocks", "fit")
        for on in (True, False)
        for drawn in (True, False)
    }
    assert {text for (_rule, on, _drawn), text in told.items() if not on} == {
        "Not normalised: the whole sheet in 8×8 pixels."
    }
    assert "UCI" in told["blocks", True, True]
    assert "UCI" not in told["blocks", True, False]
    assert "MNIST" in told["mass", True, True]
    assert "plain fit" in told["fit", True, True]


def test_what_moving_does():
    assert moved_reading(Moved(360), 7, str) == ""
    found = Moved(360, 200, 190, 20, 180)
    assert moved_reading(found, 1200, str) == (
        "Right at step 1,200, of 200 test images: 95.0% in their place, 10.0% moved by 2 pixels, 90.0% moved and "
        "normalised again."
    )
    assert "1 test image:" in moved_reading(Moved(1, 1, 1, 0, 1), 0, str)


@pytest.mark.parametrize("classes", [2, 12, 13, 47])
def test_there_are_as_many_bars_whatever_the_answer_is(classes):
    names = tuple(f"class <{k}>" for k in range(classes))
    shares = np.random.default_rng(0).dirichlet(np.ones(classes))
    x = np.linspace(0, 1, 6)
    made = [
        answer_parts(None, None, None, (2, 3), names, str),
        answer_parts(x, np.full(classes, np.nan), 1, (2, 3), names, str),
        answer_parts(x, np.full(classes, 1 / classes), 1, (2, 3), names, str),
        answer_parts(x, shares, int(shares.argmax()), (2, 3), names, str),
    ]
    assert len({len(parts) for parts in made}) == 1
    assert "<0>" not in "".join(made[0])
    bars = made[3][1:]
    (first,) = [bar for bar in bars if "ge-first" in bar]
    assert "ge-true" in first
    assert f"{100 * shares.max():.1f}%" in first
    assert not any("ge-first" in part for parts in made[:3] for part in parts)
    assert len(bars) == (classes if classes <= 12 else 10)
    if classes > 12:  # those first that are most probable
        assert "ge-first" in bars[0]
