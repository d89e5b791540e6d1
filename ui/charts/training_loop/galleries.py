"""Samples side by side as small figures: a batch with its labels, class probabilities, losses, predictions.

Each function gives one HTML string for `st.markdown(html, unsafe_allow_html=True)`; figures wrap as the page is
wide. Images are dark ink on a white card in both themes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from ui.charts.images import digit_png, image_tag, in_base64
from ui.charts.markup import BLANK, element, escaped
from ui.charts.numerals import number, percent
from ui.charts.palette import GREY, RIGHT, RIGHT_SYMBOL, WRONG, WRONG_SYMBOL
from ui.text import Translate

MOST_FIGURES = 32  # of a batch
GALLERY = "ge-gallery"  # the class of what holds the figures of `predictions_gallery`
_CARD = 84  # its width in pixels: four beside each other on a phone, three pixels for each of 28
_BAR = 11  # and of each class's bar, its name under it
_MOST_NAMED = 30  # classes: as many bars as a phone has room for
_CUT = "overflow:hidden;text-overflow:ellipsis;white-space:nowrap"
_LINE = _CUT + ";font-size:0.78rem;line-height:1.35"
SHORT = 9  # letters that surely fit a card
_COLOURS = {"right": RIGHT, "wrong": WRONG, "unknown": GREY}  # of a verdict


def batch_gallery(
    images: ArrayLike, labels: ArrayLike, image_shape: tuple[int, int], class_names: Sequence[str]
) -> str:
    """The first samples (batch, features), at most `MOST_FIGURES`, with the names of their classes."""
    names = [class_names[label] for label in np.asarray(labels)[:MOST_FIGURES]]
    captions = [_line(name) for name in names]
    return _gallery(images, image_shape, names, captions)


def losses_gallery(
    images: ArrayLike,
    labels: ArrayLike,
    losses: ArrayLike,
    image_shape: tuple[int, int],
    class_names: Sequence[str],
) -> str:
    """The first samples with class and loss, and a bar as long as the loss is of the largest."""
    names = [class_names[label] for label in np.asarray(labels)[:MOST_FIGURES]]
    losses = np.asarray(losses, np.float64)[:MOST_FIGURES]
    largest = np.max(losses, where=np.isfinite(losses), initial=0.0) or 1.0
    captions = [
        _line(name) + _line(number(loss)) + _bar(loss / largest if np.isfinite(loss) else 0.0, WRONG)
        for name, loss in zip(names, losses, strict=True)
    ]
    return _gallery(images, image_shape, names, captions)


def shown_images(images: ArrayLike, image_shape: tuple[int, int]) -> str:
    """A style sheet with the images of a `predictions_gallery`: sent once, since only what is said of them changes."""
    rules = [
        f".ge-shown-{number}{{background-image:url(data:image/png;base64,{in_base64(digit_png(x, image_shape))})}}"
        for number, x in enumerate(np.asarray(images))
    ]
    return gallery_style(image_shape) + "".join(rules)


def gallery_style(image_shape: tuple[int, int]) -> str:
    """What figures in an element of the class `GALLERY` look like, without their images."""
    height, width = image_shape
    side = _side(width)
    sharp = "pixelated" if width <= _CARD else "auto"
    size = f"width:{side}px;height:{round(side * height / width)}px"
    return (
        ".ge-gallery{display:flex;flex-wrap:wrap;gap:10px 6px;align-items:flex-start}"
        f".ge-gallery figure{{margin:0;width:{_CARD / 16}rem}}.ge-gallery div{{{_LINE}}}"
        ".ge-gallery i{display:block;box-sizing:content-box;border:1px solid #DDDDDD;background-color:#FFFFFF;"
        f"background-size:100% 100%}}.ge-gallery :is(i,figure>button){{{size};image-rendering:{sharp}}}"
        + "".join(f".ge-gallery .ge-{kind}{{color:{color};font-weight:600}}" for kind, color in _COLOURS.items())
    )


def predictions_gallery(
    labels: ArrayLike, probabilities: ArrayLike, class_names: Sequence[str], _: Translate
) -> list[str]:
    """A figure each for the samples of `shown_images`: predicted class, probability, and ✓, or ✗ and what it was."""
    return [
        _figure(index, class_names[label], tuple(_verdict(label, row, class_names, _)))
        for index, (label, row) in enumerate(zip(np.asarray(labels), np.asarray(probabilities), strict=True))
    ]


@lru_cache(maxsize=8192)  # a live page says the same of most images twice a second
def _figure(index: int, name: str, verdict: tuple[tuple[str, str], ...]) -> str:
    (kind, told), *others = verdict
    title = {"title": told} if len(told) > SHORT else {}
    lines = [element("div", escaped(told), class_=f"ge-{kind}", **title)]
    lines += [element("div", escaped(text)) for _kind, text in others]
    image = element("i", "", class_=f"ge-shown-{index}", role="img", **{"aria-label": name})
    return element("figure", image + "".join(lines))


def forward_gallery(
    images: ArrayLike,
    labels: ArrayLike,
    probabilities: ArrayLike,
    image_shape: tuple[int, int],
    class_names: Sequence[str],
    _: Translate,
    n: int,
) -> str:
    """The first n samples, as `predictions_gallery` has them under a bar a class; that of the true one is coloured."""
    labels, probabilities = np.asarray(labels)[:n], np.asarray(probabilities)[:n]
    captions = [
        probability_bars(row, label, class_names)
        + "".join(_line(text, _COLOURS.get(kind, "")) for kind, text in _verdict(label, row, class_names, _))
        for label, row in zip(labels, probabilities, strict=True)
    ]
    wide = max(_CARD, _BAR * min(len(class_names), _MOST_NAMED))
    return _gallery(images, image_shape, [class_names[label] for label in labels], captions, wide)


def probability_bars(probabilities: ArrayLike, label: int, class_names: Sequence[str]) -> str:
    """A bar a class, as high as its probability of a height of 40 pixels, over its name; values on pointing."""
    bars = [
        element(
            "span",
            element("span", "", f"height:{100 * _share(p):.1f}%;background:{RIGHT if k == label else GREY};width:100%"),
            "flex:1 1 0;display:flex;align-items:flex-end;height:100%",
            title=f"{class_names[k]}: {number(p)}",
        )
        for k, p in enumerate(np.asarray(probabilities, np.float64))
    ]
    style = f"display:flex;gap:1px;height:40px;border-bottom:1px solid {GREY};margin-top:4px"
    return element("div", "".join(bars), style) + _names(label, class_names)


def _names(label: int, class_names: Sequence[str]) -> str:
    """Under the bars; names longer than a bar is wide are turned. Of too many classes the bars tell on pointing."""
    if len(class_names) > _MOST_NAMED:
        return ""
    turned = max(map(len, class_names)) > 1
    style = "flex:1 1 0;min-width:0;text-align:center;line-height:1.2"
    if turned:
        style = f"flex:1 1 0;min-width:0;writing-mode:vertical-rl;line-height:{_BAR - 1}px;max-height:4.6rem;{_CUT}"
    names = [
        element("span", escaped(name), style + (f";color:{RIGHT};font-weight:700" if k == label else ""))
        for k, name in enumerate(class_names)
    ]
    row = "display:flex;gap:1px;font-size:0.62rem;margin-top:2px"
    return element("div", "".join(names), row, **{"aria-hidden": "true"})


def _verdict(label: int, probabilities: np.ndarray, class_names: Sequence[str], _: Translate) -> list[tuple[str, str]]:
    if not np.isfinite(probabilities).all():
        return [("unknown", _("not finite")), ("", BLANK), ("", BLANK)]
    predicted = int(probabilities.argmax())
    return verdict(label, predicted, float(probabilities[predicted]), class_names, _)


def verdict(
    label: int, predicted: int | None, probability: float, class_names: Sequence[str], _: Translate
) -> list[tuple[str, str]]:
    """Always three lines, so that nothing moves when a prediction turns right or wrong: of which kind, and the text.

    `predicted` is None where the network's answer is not finite.
    """
    if predicted is None:
        return [("unknown", _("not finite")), ("", BLANK), ("", _("is {name}").format(name=class_names[label]))]
    right, name = predicted == label, class_names[predicted]
    told = ("right", f"{RIGHT_SYMBOL} {name}") if right else ("wrong", f"{WRONG_SYMBOL} {name}")
    truth = BLANK if right else _("is {name}").format(name=class_names[label])
    return [told, ("", percent(probability)), ("", truth)]


def _gallery(
    images: ArrayLike, image_shape: tuple[int, int], names: Sequence[str], captions: Sequence[str], wide: int = _CARD
) -> str:
    height, width = image_shape
    side = _side(width)
    sharp = "" if width <= _CARD else ";image-rendering:auto"
    style = f"border:1px solid #DDDDDD;background:#FFFFFF{sharp}"
    figures = [
        element(
            "figure",
            image_tag(digit_png(x, image_shape), name, side, round(side * height / width), style)
            + element("figcaption", caption),
            f"margin:0;width:{wide}px",
        )
        for x, name, caption in zip(np.asarray(images), names, captions, strict=False)
    ]
    gap = 6 if wide == _CARD else 12  # bars side by side must not look like one row of them
    return element("div", "".join(figures), f"display:flex;flex-wrap:wrap;gap:10px {gap}px;align-items:flex-start")


def _side(width: int) -> int:
    """So many CSS pixels for an image's width: whole ones for each of its own, where that can be."""
    return _CARD // width * width or _CARD


def _line(text: str, color: str = "") -> str:
    style = _LINE + (f";color:{color};font-weight:600" if color else "")
    return element("div", escaped(text), style, title=text.strip())


def _bar(share: float, color: str) -> str:
    return element("div", "", f"height:4px;width:{100 * share:.0f}%;background:{color}")


def _share(probability: float) -> float:
    return float(np.nan_to_num(probability, posinf=0.0).clip(0, 1))
