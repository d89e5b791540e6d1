"""The network's answer as HTML: the picture as it sees it beside a bar a class. The sheet itself is the browser's.

Each part is an element of its own, so that a live page sends only those that have changed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ui.charts.images import digit_png, image_tag
from ui.charts.markup import element, escaped
from ui.charts.numerals import percent
from ui.charts.palette import BLUE, RIGHT
from ui.text import Translate

ANSWER = "ge-answer"  # the class of what holds the parts of `answer_parts`
_MOST, _FIRST = 12, 10  # classes that have a bar each; of more, so many that are the most probable
_SIDE = 140  # of the picture as the network sees it, in CSS pixels
STYLE = (
    ".ge-answer{display:grid;grid-template-columns:auto 1fr;gap:1px 14px;align-content:start;font-size:0.85rem}"
    ".ge-answer figure{margin:0;grid-row:1/span 20;align-self:start}"
    ".ge-answer figcaption{max-width:142px;font-size:0.78rem;line-height:1.3;margin-top:4px}"
    ".ge-answer div{display:grid;grid-template-columns:1.2rem 1fr 3.8rem;gap:8px;align-items:center}"
    ".ge-answer div span{max-width:6.5rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}"
    ".ge-answer.ge-long div{grid-template-columns:6.5rem 1fr 3.8rem}"
    ".ge-answer i{display:block;height:12px;background:rgba(128,128,128,0.18)}"
    f".ge-answer b{{display:block;height:100%;background:{BLUE}}}.ge-answer .ge-true b{{background:{RIGHT}}}"
    ".ge-answer em{font-style:normal;text-align:right;font-variant-numeric:tabular-nums}"
    ".ge-answer .ge-first{font-weight:700}"
    "@media(max-width:640px){.ge-answer{gap:0 10px}.ge-answer figure img{width:112px!important}"
    ".ge-answer figcaption{max-width:114px}}"
)


def answer_kind(class_names: Sequence[str]) -> str:
    """The classes of the element that holds the parts."""
    return f"{ANSWER} ge-long" if max(map(len, class_names)) > 2 else ANSWER


def answer_parts(
    x: NDArray | None,
    probabilities: NDArray | None,
    label: int | None,
    image_shape: tuple[int, int],
    class_names: Sequence[str],
    _: Translate,
) -> list[str]:
    """The picture `x` (features,) as a figure, then bars: always as many; None stands for an empty sheet."""
    return [_figure(x, image_shape, _), *_bars(probabilities, label, class_names)]


def _figure(x: ArrayLike | None, image_shape: tuple[int, int], _: Translate) -> str:
    height, width = image_shape
    side = max(1, _SIDE // width) * width if width <= _SIDE else _SIDE
    image = digit_png(np.zeros(height * width) if x is None else x, image_shape)
    told = _("As the network sees it")
    tag = image_tag(image, told, side, round(side * height / width), "border:1px solid #DDDDDD;background:#FFFFFF")
    return element("figure", tag + element("figcaption", escaped(told)))


def _bars(probabilities: NDArray | None, label: int | None, class_names: Sequence[str]) -> list[str]:
    """Of all classes in their order; of many the most probable ones, those first."""
    classes = len(class_names)
    if probabilities is None or not np.isfinite(probabilities).all():
        return [_bar(class_names[k], None, False, False) for k in range(_shown(classes))]
    order = range(classes) if classes <= _MOST else np.argsort(-probabilities, kind="stable")[:_FIRST]
    first = int(probabilities.argmax()) if probabilities.max() > probabilities.min() else -1
    return [_bar(class_names[k], float(probabilities[k]), k == first, k == label) for k in order]


def _shown(classes: int) -> int:
    return classes if classes <= _MOST else _FIRST


def _bar(name: str, share: float | None, is_first: bool, is_true: bool) -> str:
    wide = element("b", "", f"width:{100 * (share or 0.0):.1f}%")
    told = "–" if share is None else percent(share)
    kind = " ".join(word for word, holds in (("ge-first", is_first), ("ge-true", is_true)) if holds)
    content = element("span", escaped(name), title=name) + element("i", wide) + element("em", escaped(told))
    return element("div", content, class_=kind)
