"""The line under the predictions and under the confusion matrix: which classes are told apart, and which are not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ui.charts.numerals import percent
from ui.charts.training_loop.confusion import confusion_counts
from ui.text import Translate, counted


def predictions_reading(logits: ArrayLike, labels: ArrayLike, class_names: Sequence[str], _: Translate) -> str:
    """Of the predictions on the test set, from its logits (n, classes) and labels (n,)."""
    counts, total = confusion_counts(logits, labels), len(np.asarray(labels))
    right = _("{right} of {total} test images right ({share}).").format(
        right=f"{counts.trace():,}", total=f"{total:,}", share=percent(counts.trace() / total)
    )
    same = _all_the_same(np.asarray(logits), class_names, _)
    return _sentences(right, same, _mistakes(counts, class_names, _), _without_prediction(total - counts.sum(), _))


def confusion_reading(logits: ArrayLike, labels: ArrayLike, class_names: Sequence[str], _: Translate) -> str:
    """Of the confusion matrix: the class recognised best and the one recognised worst."""
    counts, total = confusion_counts(logits, labels), len(np.asarray(labels))
    if not counts.any():
        return _without_prediction(total, _)
    told = _best_and_worst(counts, class_names, _)
    return _sentences(told, _mistakes(counts, class_names, _), _without_prediction(total - counts.sum(), _))


def _best_and_worst(counts: NDArray, class_names: Sequence[str], _: Translate) -> str:
    present = np.flatnonzero(counts.sum(axis=1))
    recall = counts.diagonal()[present] / counts.sum(axis=1)[present]
    if recall.min() == recall.max():
        return _("Each class in the test set is recognised equally often: {share}.").format(share=percent(recall.max()))
    return _("Best recognised: {best} ({best_share}); worst: {worst} ({worst_share}).").format(
        best=_first(present[recall == recall.max()], class_names, _),
        best_share=percent(recall.max()),
        worst=_first(present[recall == recall.min()], class_names, _),
        worst_share=percent(recall.min()),
    )


def _first(classes: NDArray, class_names: Sequence[str], _: Translate) -> str:
    """The first of the classes by its name, and how many more there are."""
    name, more = class_names[classes[0]], len(classes) - 1
    return _("{name} and {count} more").format(name=name, count=more) if more else name


def _all_the_same(logits: NDArray, class_names: Sequence[str], _: Translate) -> str:
    """Where no image's scores differ from another's, as when no relu lets anything through."""
    if len(logits) < 2 or not np.isfinite(logits).all() or (logits != logits[0]).any():
        return ""
    told = _(
        "All test images get exactly the same scores, and so the same answer, {name}: whatever makes one image differ "
        "from another is lost on its way through the network."
    )
    return told.format(name=class_names[logits[0].argmax()])


def _mistakes(counts: NDArray, class_names: Sequence[str], _: Translate) -> str:
    wrong = counts - np.diag(counts.diagonal())
    if not wrong.any():
        return ""
    true, predicted = divmod(int(wrong.argmax()), len(wrong))
    times, others = int(wrong.max()), int((wrong == wrong.max()).sum()) - 1
    told = _("Most frequent mistake: {true} taken for {predicted} ({times}×).")
    if others:
        told = counted(
            _,
            "Most frequent mistakes ({times}× each): {true} taken for {predicted}, and {others} other.",
            "Most frequent mistakes ({times}× each): {true} taken for {predicted}, and {others} others.",
            others,
        )
    return told.format(true=class_names[true], predicted=class_names[predicted], times=times, others=others)


def _without_prediction(count: int, _: Translate) -> str:
    return _("Without a prediction, because not finite: {count}.").format(count=f"{count:,}") if count else ""


def _sentences(*parts: str) -> str:
    return " ".join(part for part in parts if part)
