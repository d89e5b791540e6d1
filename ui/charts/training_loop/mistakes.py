"""Mistakes as figures that can be opened: the image, what it was taken for, what it is, and its loss.

Images travel once, as rules of a style sheet; a figure names the one that it shows. So where the order changes, only
words are sent, and of these few: a live page says 24 figures twice a second.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from ui.charts.images import digit_png, in_base64
from ui.charts.markup import element, escaped
from ui.charts.numerals import number
from ui.charts.training_loop.galleries import SHORT, verdict
from ui.text import Translate

NO_FIGURE = "<figure hidden></figure>"  # in the place of one, where there are fewer
MISTAKES = "ge-gallery ge-mistakes"  # the classes of what holds the figures
_NO_RULE = "<style></style>"
STYLE = (
    ".ge-mistakes figure[hidden]{display:none}"
    ".ge-mistakes button{font:inherit;color:inherit;background-color:transparent;border:0;padding:0;cursor:pointer}"
    ".ge-mistakes figure>button{display:block;box-sizing:content-box;border:1px solid #DDDDDD;border-radius:0;"
    "background-color:#FFFFFF;background-size:100% 100%}"
    ".ge-mistakes button:is(:hover,:focus-visible){outline:2px solid #0070B2;outline-offset:1px}"
    ".ge-mistakes div:last-child{display:flex;justify-content:space-between;align-items:center}"
    ".ge-mistakes div>span{overflow:hidden;text-overflow:ellipsis}"
    ".ge-mistakes div>button{flex:none;min-width:28px;min-height:28px;text-align:center;font-size:1rem}"
)


class Sent:
    """The images that the page has: as many rules as there are slots, a new one in the place of that shown least
    lately."""

    def __init__(self, pixels: Callable[[str], ArrayLike], image_shape: tuple[int, int], slots: int) -> None:
        """`pixels` gives the image of a key, (features,)."""
        self._pixels, self._shape = pixels, image_shape
        self._held: dict[str, int] = {}  # key → slot, shown least lately first
        self._rules = [_NO_RULE] * slots

    def with_(self, keys: Sequence[str]) -> list[str]:
        """All slots' rules, those of these images among them; `keys` are no more than the slots."""
        for key in keys:
            if key in self._held:
                self._held[key] = self._held.pop(key)
        for key in keys:
            if key not in self._held:
                slot = len(self._held) if len(self._held) < len(self._rules) else self._held.pop(next(iter(self._held)))
                self._held[key], self._rules[slot] = slot, image_rule(key, self._pixels(key), self._shape)
        return list(self._rules)


def image_rule(key: str, x: ArrayLike, image_shape: tuple[int, int]) -> str:
    """A style element that gives the class `ge-of-<key>` the image x (features,)."""
    data = in_base64(digit_png(x, image_shape))
    return f"<style>.ge-mistakes .ge-of-{key}{{background-image:url(data:image/png;base64,{data})}}</style>"


@lru_cache(maxsize=8192)  # a live page says the same of most images twice a second
def mistake_figure(
    key: str,
    name: str,
    label: int,
    predicted: int | None,
    probability: float,
    loss: float,
    class_names: tuple[str, ...],
    _: Translate,
) -> str:
    """The image of that key, which is called `name`; where it was taken for nothing `predicted` is None."""
    lines = [
        *verdict(label, predicted, probability, class_names, _),
        ("", _("loss {loss}").format(loss=number(loss))),
    ]
    told = "".join(_line(kind, text) for kind, text in lines)
    open_chain = _("Chain rule: {image}, class {name}").format(image=name, name=class_names[label])
    image = element("button", "", class_=f"ge-of-{key}", **{"aria-label": open_chain})
    pencil = element("button", "✎", **{"aria-label": _("Drawing pad: {image}").format(image=name)})
    foot = element("div", element("span", escaped(name)) + pencil)
    return element("figure", image + told + foot, **{"data-image": key})


def with_step(figure: str, step: int) -> str:
    """The figure with the step that it is of.

    >>> with_step("<figure hidden></figure>", 12)
    '<figure data-step="12" hidden></figure>'
    """
    return figure.replace("<figure", f'<figure data-step="{step}"', 1)


def _line(kind: str, text: str) -> str:
    title = {"title": text} if len(text) > SHORT else {}
    return element("div", escaped(text), class_=f"ge-{kind}" if kind else "", **title)


def as_probability(row: np.ndarray, predicted: int) -> float:
    """The probability (classes,) of the predicted class, to what a figure shows of it."""
    return round(float(row[predicted]), 5)
