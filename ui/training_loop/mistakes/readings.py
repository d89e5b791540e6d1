"""The lines about the mistakes of a moment: how many, which are shown, in what order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engines.answers import Cell
from ui.charts.numerals import percent
from ui.text import Translate, counted
from ui.training_loop.mistakes.album import Album


def counts_reading(album: Album, _: Translate) -> str:
    """How many of the test images are wrong, by which weights: with the accuracy of that step one whole."""
    wrong, total, unanswered = album.wrong, album.count, album.unanswered
    if not wrong:
        told = counted(
            _,
            "At step {step:,} the one test image is right: there is no mistake.",
            "At step {step:,} all {count:,} test images are right: there is no mistake.",
            total,
        )
        return told.format(step=album.step, count=total)
    told = counted(
        _,
        "At step {step:,}: {count:,} of {total:,} test images is wrong ({share}).",
        "At step {step:,}: {count:,} of {total:,} test images are wrong ({share}).",
        wrong,
    ).format(step=album.step, count=wrong, total=total, share=percent(wrong / total))
    without = counted(
        _,
        "{count:,} of them has no prediction, because not all its scores are finite.",
        "{count:,} of them have no prediction, because not all their scores are finite.",
        unanswered,
    )
    return _sentences(told, without.format(count=unanswered) if unanswered else "")


def shown_reading(album: Album, class_names: Sequence[str], _: Translate) -> str:
    """Which of them are shown: the cell, the leaf, the order, and what is to be known of them."""
    found = len(album.found)
    what = cell_told(album.cell, class_names, _)
    if not found:
        return _("{what}: none.").format(what=what) if what else ""  # that there is none has been said
    place = _("{first:,} to {last:,} of {found:,}").format(
        first=album.first + 1, last=album.first + len(album.shown), found=found
    )
    line = f"{what}: {place}" if what else place
    return _sentences(f"{line}, {_order(album, _)}.", _drawings(album, _), _ties(album, _))


def cell_told(cell: Cell, class_names: Sequence[str], _: Translate) -> str:
    """What a cell holds; "" for all mistakes."""
    true, predicted = (None if k is None else class_names[k] for k in cell)
    if true is not None and cell.true == cell.predicted:
        return _("{true}, recognised").format(true=true)
    if true is not None and predicted is not None:
        return _("{true} taken for {predicted}").format(true=true, predicted=predicted)
    if true is not None:
        return _("{true}, not recognised").format(true=true)
    return _("Wrongly taken for {predicted}").format(predicted=predicted) if predicted is not None else ""


def _order(album: Album, _: Translate) -> str:
    losses = album.said.losses[album.found]
    if len(losses) == 1:
        return _("a single one")
    if (losses == losses[0]).all() or np.isnan(losses).all():
        return _("all with the same loss, in their order")
    return _("the largest loss first")


def _drawings(album: Album, _: Translate) -> str:
    """What part of them is the learner's own."""
    if album.drawn_at is None:
        return _("Your own drawings come when the run rests: this network is large.")
    if not album.drawings_found:
        return ""
    told = counted(
        _,
        "{count:,} of these is your own drawing.",
        "{count:,} of these are your own drawings.",
        album.drawings_found,
    ).format(count=album.drawings_found)
    if album.drawn_at == album.step:
        return told
    later = _("Drawings are answered by the weights after step {step:,}.").format(step=album.drawn_at)
    return _sentences(told, later)


def _ties(album: Album, _: Translate) -> str:
    tied = album.said.tied(album.found)
    if not tied:
        return ""
    told = _("In {count:,} of these several classes share the highest score; the first of them counts as the answer.")
    return told.format(count=tied)


def _sentences(*parts: str) -> str:
    return " ".join(part for part in parts if part)
