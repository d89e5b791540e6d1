"""The gradient in the image and the walk along it in words: true for whatever network, image and step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engines.gradients.input_walk import InputWalk
from ui.chain_rule.input.looked import Looked
from ui.chain_rule.input.pictures import place
from ui.charts.numerals import percent, typeset
from ui.charts.palette import full_colour
from ui.text import Text


def gradient_told(looked: Looked, shape: tuple[int, int], _: Text) -> str:
    """How steep it is and where, what the colours mean, and what it has in the blank pixels."""
    gradient, x = looked.gradient, looked.walk.path.x
    if not np.isfinite(gradient).all():
        return _("For this image the loss or its gradient is not finite: there is no slope to show.")
    if not gradient.any():
        return _("∂loss/∂x is 0 in every pixel: to first order no pixel changes the loss, so nothing can be moved.")
    row, column = divmod(int(np.abs(gradient).argmax()), shape[1])
    told = _(
        "∂loss/∂x has the shape of the image: {count:,} slopes, from {least} to {most}. In orange pixels the loss "
        "grows with the value, in blue ones it falls. The steepest is in row {row}, column {column}."
    ).format(
        count=gradient.size,
        least=typeset(float(gradient.min())),
        most=typeset(float(gradient.max())),
        row=row,
        column=column,
    )
    told += " " + _("The strongest colour means ±{limit}.").format(limit=typeset(full_colour(gradient)))
    blank = x == 0
    if not blank.any():
        return told
    text = _("Blank pixels: {n:,}. Those with a slope all the same: {steep:,}.")
    return f"{told} " + text.format(n=int(blank.sum()), steep=int(np.count_nonzero(gradient[blank])))


def moved_told(looked: Looked, image: np.ndarray, move: int, names: Sequence[str], _: Text) -> str:
    """How far the image has moved, and what the network answers before and after."""
    walk, change = looked.walk, image - looked.walk.path.x
    if walk.answer < 0:
        return _("The network has no answer to this image: its outputs are not finite.")
    before = _answer(walk, 0, names, _)
    if not change.any():
        if not looked.moves or move == 0:
            return _("The image is as it was. The network answers {before}.").format(before=before)
        told = _(
            "No pixel changes: each one that would move is at its bound, 0 or 1, already. The network answers {before}."
        )
        return told.format(before=before)
    told = _(
        "No pixel changes by more than {largest} of its range, and the whole change has the length {length} (L2). "
        "Before, the network answers {before}; after, {after}."
    )
    return told.format(
        largest=typeset(float(np.abs(change).max())),
        length=typeset(float(np.linalg.norm(change))),
        before=before,
        after=_answer(walk, move, names, _),
    )


def loss_told(looked: Looked, move: int, names: Sequence[str], _: Text) -> str:
    """The loss at the chosen step, predicted and real."""
    walk, at = looked.walk, place(move)
    real, predicted = float(walk.outcomes.losses[at]), float(walk.predicted[at])
    if not np.isfinite([walk.loss, real, predicted]).all():
        return _("At this step the loss is not finite.")
    if not looked.moves:
        return _("Nothing moves, so the loss stays {loss}.").format(loss=typeset(walk.loss))
    if move == 0:
        told = _("The loss with class {name} is {loss}.")
        return told.format(name=names[looked.loss.label], loss=typeset(walk.loss, 4))
    told = _(
        "The loss with class {name} is {loss}. At {move} % the gradient predicts {predicted}; in fact the loss is "
        "{real}, which is {gap} away."
    )
    return told.format(
        name=names[looked.loss.label],
        loss=typeset(walk.loss, 4),
        move=f"{move:+d}",
        predicted=typeset(predicted, 4),
        real=typeset(real, 4),
        gap=typeset(abs(real - predicted)),
    )


def found_told(looked: Looked, names: Sequence[str], _: Text) -> str:
    """The smallest change found on this way that changes the answer; or why there is none."""
    walk = looked.walk
    if walk.answer < 0:
        return _("The network has no answer to this image: its outputs are not finite.")
    answer, sought = names[walk.answer], names[looked.label if walk.wanted is None else walk.wanted]
    if walk.wanted == walk.answer:
        return _("The network answers {answer} already: no change is needed.").format(answer=answer)
    is_wrong = walk.wanted is None and walk.answer != looked.label
    told = []
    if is_wrong:
        text = _("The network answers {answer} already, though the image is of class {label}: no change is needed.")
        told.append(text.format(answer=answer, label=sought))
    if not looked.moves:
        told.append(_("There is no direction to move in, so no change was found that gives another answer."))
    elif walk.found is None:
        told.append(_not_found(walk, is_wrong, sought, _))
    else:
        told.append(_change(walk, names, _))
    return " ".join(told)


def looks_told(looked: Looked, names: Sequence[str], _: Text) -> str:
    """What the image with that change looks like, by the nearest training images; "" where there is no such image."""
    before, after, found = looked.nearest_before, looked.nearest, looked.walk.found
    if before is None or after is None or found is None:
        return ""
    here, there = float(before.distances.min()), float(after.distances.min())
    if before.label == after.label:
        told = _(
            "Pixel by pixel, the nearest training image is one of class {name} before and after, {here} and {there} "
            "away (L2)."
        )
    else:
        told = _(
            "Pixel by pixel, the nearest training image was one of class {other}, {here} away (L2); now it is one of "
            "class {name}, {there} away."
        )
    told = told.format(name=names[after.label], other=names[before.label], here=typeset(here), there=typeset(there))
    far = float(after.distances[found.answer])
    if found.answer != after.label and np.isfinite(far):
        text = _("The nearest of class {name} is {far} away.")
        told += " " + text.format(name=names[found.answer], far=typeset(far))
    if found.answer != after.label == before.label:
        told += " " + _("Judged by that, the image still looks as it did; only the network's answer is another.")
    return told


def _not_found(walk: InputWalk, is_wrong: bool, sought: str, _: Text) -> str:
    if walk.wanted is not None:
        return _("No step on this way, up to 100 %, makes the answer {name}.").format(name=sought)
    if is_wrong:
        return _("No step the other way, down to −100 %, makes the answer {name}.").format(name=sought)
    return _("No step on this way, up to 100 %, changes the answer {name}.").format(name=sought)


def _change(walk: InputWalk, names: Sequence[str], _: Text) -> str:
    assert walk.found is not None
    told = _(
        "The smallest change found on this way that turns the answer from {before} to {after}: a step of {step} %. No "
        "pixel changes by more than {largest} of its range, and the change has the length {length} (L2)."
    )
    return told.format(
        before=names[walk.answer],
        after=names[walk.found.answer],
        step=typeset(100 * walk.found.step),
        largest=typeset(walk.found.largest),
        length=typeset(walk.found.length),
    )


def _answer(walk: InputWalk, move: int, names: Sequence[str], _: Text) -> str:
    """ "3 (97.2%)"."""
    at = place(move)
    answer = int(walk.outcomes.answers[at])
    if answer < 0:
        return _("nothing finite")
    return f"{names[answer]} ({percent(float(walk.outcomes.probabilities[at, answer]))})"
