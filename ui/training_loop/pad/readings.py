"""The pad in words: what the network answers, how the picture came to be as it sees it, how many are right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engines.drawing.moved import BY, Moved
from engines.drawing.normalising import Rule
from engines.runs.training_run import Snapshot
from ui.charts.numerals import percent
from ui.charts.palette import RIGHT_SYMBOL, WRONG_SYMBOL
from ui.text import Translate, counted


def answer_reading(
    probabilities: NDArray | None, label: int | None, steps: int, class_names: Sequence[str], _: Translate
) -> str:
    """Of the probabilities (classes,), None where the sheet is empty; `label` is what it is said to be."""
    if probabilities is None:
        return _("Draw here, or take a test image: the network answers at each pen-up.")
    if not np.isfinite(probabilities).all():
        return _("The scores are not finite, so there is no answer.")
    told = _told(probabilities, label, class_names, _)
    untrained = _("No step has been made yet: the network has learned nothing.")
    return f"{told} {untrained}" if steps == 0 else told


def _told(probabilities: NDArray, label: int | None, class_names: Sequence[str], _: Translate) -> str:
    order = np.argsort(-probabilities, kind="stable")
    first, second = int(order[0]), int(order[1])
    if probabilities.max() == probabilities.min():
        return _("All classes get the same probability, so there is no answer.")
    if probabilities[first] == probabilities[second]:
        return _("{first} and {second} get the same probability: {share}.").format(
            first=class_names[first], second=class_names[second], share=percent(float(probabilities[first]))
        )
    answer = _("The network says {first} ({share}), then {second} ({second_share}).").format(
        first=class_names[first],
        share=percent(float(probabilities[first])),
        second=class_names[second],
        second_share=percent(float(probabilities[second])),
    )
    if label is None:
        return answer
    is_right = label == first
    truth = _("It is {name}.").format(name=class_names[label])
    return f"{RIGHT_SYMBOL if is_right else WRONG_SYMBOL} {answer} {truth}"


def seen_reading(rule: Rule, is_normalised: bool, is_drawn: bool, image_shape: tuple[int, int], _: Translate) -> str:
    """How the picture as the network sees it was made."""
    height, width = image_shape
    if not is_normalised:
        return _("Not normalised: the whole sheet in {width}×{height} pixels.").format(width=width, height=height)
    if rule == "mass":
        return _(
            "As MNIST's makers did it: scaled into a box of 20×20, centre of mass in the middle of {width}×{height}."
        ).format(width=width, height=height)
    if rule == "fit":
        return _(
            "A plain fit: scaled until it touches two edges, in the middle. What the makers of these data did besides "
            "is not done here."
        )
    if not is_drawn:
        return _("Put back in its place: such an image has been stretched and counted before.")
    return _(
        "As the makers of the UCI digits did it: stretched to 20×32 points, strokes of even width, upright, the dark "
        "points of each 4×4 block counted."
    )


def kept_reading(right: int, right_raw: int, total: int, now: Snapshot, _: Translate) -> str:
    """How many of the learner's images are answered rightly, beside the data set's own test images."""
    mine = counted(
        _,
        "Of your {total} image, {right} is answered rightly normalised, {raw} not normalised.",
        "Of your {total} images, {right} are answered rightly normalised, {raw} not normalised.",
        total,
    ).format(total=total, right=_share(right, total), raw=_share(right_raw, total))
    test = now.tests[-1]
    theirs = _("Of the test set at step {step:,}: {share}.").format(step=test.step, share=percent(test.accuracy))
    return f"{mine} {theirs}"


def _share(count: int, total: int) -> str:
    return f"{count} ({percent(count / total)})"


def moved_reading(found: Moved, step: int, _: Translate) -> str:
    """What moving the test images does, of those that have been seen so far."""
    if not found.seen:
        return ""
    return counted(
        _,
        "Right at step {step:,}, of {seen:,} test image: {in_place} in its place, {moved} moved by {by} pixels, "
        "{again} moved and normalised again.",
        "Right at step {step:,}, of {seen:,} test images: {in_place} in their place, {moved} moved by {by} pixels, "
        "{again} moved and normalised again.",
        found.seen,
    ).format(
        step=step,
        seen=found.seen,
        by=BY,
        in_place=percent(found.in_place / found.seen),
        moved=percent(found.moved / found.seen),
        again=percent(found.normalised / found.seen),
    )
