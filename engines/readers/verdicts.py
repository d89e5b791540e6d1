"""What an experiment's outcome says to the reader's question: a word for each, by bounds that stand here."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

LEARNED, POOR = 0.9, 0.5  # accuracies
NEAR_GUESSING = 0.05  # nats from the loss of guessing
_EXACT = 1e-9
_UNNOTICED, _NOTICED = 0.01, 0.1  # of the way that the weights have gone
_ALIKE, _WORSE = 0.01, 0.05  # of accuracies


def velocity(ratio: float, listing: float, velocity: float) -> str:
    """Whether their first steps are one, and else which of the two learned, by their accuracies."""
    if abs(ratio - 1) < _EXACT:
        return "same"
    learned = listing >= LEARNED, velocity >= LEARNED
    return {(True, True): "both", (True, False): "listing", (False, True): "velocity"}.get(learned, "neither")


def nesterov(gap: float, other: float) -> str:
    """Which rule the chapter's is: the one that looks ahead, plain momentum, or neither."""
    return "ahead" if gap < _EXACT else "plain" if other < _EXACT else "neither"


def epsilon(usual: float, large: float) -> str:
    """Whether the place of ε is noticed: at its usual size already, only where it is large, or nowhere."""
    if usual >= _UNNOTICED:
        return "always"
    return "large" if large >= _NOTICED else "never"


def book_momentum(none: float, book: float, usual: float) -> str:
    """Whether 0.1 saves less than half as many steps as 0.9 does, or whether 0.9 saves none at all."""
    if usual >= none:
        return "none"
    return "little" if none - book < (none - usual) / 2 else "enough"


def exp(to_value: float, to_point: float) -> str:
    """What the slopes of exp are, by their distances to its values and to the points."""
    return "value" if to_value < _EXACT else "point" if to_point < _EXACT else "neither"


def relu(zeros: int, apart: float) -> str:
    """Whether a sum was ever 0, and if so whether the slope there changed the accuracy by more than a percent."""
    if apart > _ALIKE:
        return "matters"
    return "rarely" if zeros else "never"


def mean(total: np.ndarray) -> str:
    """What the gradient of the sum is for every entry."""
    if np.abs(total).max() < _EXACT:
        return "zero"
    return "three_quarters" if np.abs(total - 0.75).max() < _EXACT else "other"


def check(least: float, most: float) -> str:
    """Whether a right gradient passes every check, fails some through no fault of its own, or fails them all."""
    return "never" if most == 0 else "sometimes" if least == 0 else "always"


def adam_rate(accuracies: Sequence[float]) -> str:
    """Whether Adam learns well at every rate, at some while others fail, or at none."""
    if max(accuracies) < LEARNED:
        return "nowhere"
    return "needs" if min(accuracies) < POOR else "broad"


def full_batch(whole: float, batches: float, few: float) -> str:
    """Where the loss is lower with small batches: after as many samples, as many steps, both or neither."""
    return {(True, False): "samples", (True, True): "both", (False, True): "steps", (False, False): "neither"}[
        batches < whole, few < whole
    ]


def guessing(healthy_guesses: bool, stuck: int, ill: int) -> str:
    """Whether each fault, some or none leaves the loss at guessing's; or the healthy run guesses as well."""
    if healthy_guesses:
        return "everywhere"
    return "each" if stuck == ill else "some" if stuck else "none"


def accuracy(fine: int, behind: float) -> str:
    """Whether the wrong rule is behind at no rate, or else does well and no worse at so many rates, or at none."""
    if behind < _WORSE:
        return "equal"
    return "hidden" if fine else "visible"


def does_as_well(wrong: float, right: float) -> bool:
    """Whether a rule of that accuracy learns, and no worse than the right one."""
    return wrong >= LEARNED and right - wrong <= _ALIKE
