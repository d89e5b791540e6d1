"""The names of things that the engines know by a token, in the reader's language."""

from __future__ import annotations

from engines import backends, datasets, losses
from ui.server import private
from ui.text import Translate

Labelled = tuple[tuple[str, str], ...]  # (name, label) of each, hashable: a chart's legend, in its order


class Names(dict[str, str]):
    """Token → label, also of a data set with few training images, as `few` words it.

    What is not listed (a third party's hyperparameter, say) is shown as it is.
    """

    few = "{data} ({count:,})"

    def __missing__(self, token: str) -> str:
        own, count = datasets.parted(token)
        return self.few.format(data=self[own], count=count) if count and own in self else token


def names(_: Translate) -> Names:
    """What everything is called; data sets and losses by their own labels, translated if the catalogue has them.

    Data sets that this session has brought are called as it calls them.
    """
    listed = datasets.labels() | {name: losses.get(name).label for name in losses.names()}
    known = {
        "relu": "relu",
        "tanh": "tanh",
        "sigmoid": "sigmoid",
        "he": _("He"),
        "glorot": _("Glorot"),
        "small": _("small random numbers"),
        "zeros": _("all zeros"),
        "constant": _("all 0.05"),
        "learning_rate": _("learning rate"),
        "batch_size": _("batch size"),
        "backend": _("backend"),
        "optimizer": _("optimizer"),
        "momentum": _("momentum"),
        "rho": "ρ",
        "beta_1": "β₁",
        "beta_2": "β₂",
        "epsilon": "ε",
        "step": _("step"),
    }
    made = Names(backends.labels() | {token: _(label) for token, label in listed.items()} | known)
    made |= private.labels()
    made.few = _("{data} ({count:,} training images)")
    return made


def class_names(_: Translate, names: tuple[str, ...]) -> tuple[str, ...]:
    """The classes of a data set; Fashion-MNIST's are translated, digits and unknown ones stay."""
    known = {
        "T-shirt/top": _("T-shirt/top"),
        "Trouser": _("Trouser"),
        "Pullover": _("Pullover"),
        "Dress": _("Dress"),
        "Coat": _("Coat"),
        "Sandal": _("Sandal"),
        "Shirt": _("Shirt"),
        "Sneaker": _("Sneaker"),
        "Bag": _("Bag"),
        "Ankle boot": _("Ankle boot"),
    }
    return tuple(known.get(name, name) for name in names)


def backend_labels() -> dict[str, str]:
    """Name → label of every backend that works, by its own word. A second of the same label has its name beside it.

    All of them are imported for it.
    """
    made: dict[str, str] = {}
    for name in backends.names():
        label = backends.get(name).label
        made[name] = f"{label} ({name})" if label in made.values() else label
    return made
