"""What the scene computes once for an image and a direction: the recorded pass, the walk, what the image looks like."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from engines.costs.analysis_memory import input_bytes
from engines.datasets.base import Dataset
from engines.gradients.input_gradient import InputLoss, gradient_of
from engines.gradients.input_walk import STEPS, InputWalk, walk_in_pieces
from engines.gradients.nearest_images import Nearest, nearest_in_pieces
from engines.pieces import PIECE, InPieces, is_light
from engines.recording import Graph
from ui.chain_rule.input.subject import Subject
from ui.frame import Page
from ui.parts.answer import answer
from ui.parts.frozen_weights import Held

_MOST_PIXELS = 5_000_000  # of the training images that the page compares by itself


@dataclass(frozen=True, eq=False)
class Looked:
    """`loss` is with the class that the direction is about, `label` the image's own. `nearest` is of the image with the
    smallest change found, `nearest_before` of the image as it is; None where no change was found."""

    loss: InputLoss
    graph: Graph
    walk: InputWalk
    label: int
    nearest_before: Nearest | None = None
    nearest: Nearest | None = None

    @property
    def gradient(self) -> np.ndarray:
        """∂loss/∂x, (features,)."""
        return gradient_of(self.graph)

    @property
    def moves(self) -> bool:
        """Whether there is a direction at all."""
        return bool(self.walk.path.direction.any())


def looked_at(page: Page, held: Held, subject: Subject) -> Looked | None:
    """Made once; None while that is under way, which is shown."""
    _, to, data = page.text, page.view.i_to, page.data
    known = held.once("input", (subject.identity, to), dict)
    if known.get("looked") is None:
        weights = held.f.network.parameter_count
        known["looked"] = answer(
            page,
            "input.look",
            (held.identity, data.identity, subject.identity, to),
            partial(_look, held, subject, to, data),
            _("Walking along the gradient"),
            at_once=is_light(len(STEPS), weights) and len(data.y_train) * data.features <= _MOST_PIXELS,
            size=input_bytes(held.f.network, len(STEPS)),
        )
    return known["looked"]


def _look(held: Held, subject: Subject, to: int | None, data: Dataset) -> InPieces[Looked]:
    label = subject.label if to is None else to
    loss = InputLoss(replace(held.f, x=subject.x[None], labels=np.array([label])), held.parameters)
    graph = yield from loss.recorded_in_pieces()
    yield PIECE
    made = yield from walk_in_pieces(loss, gradient_of(graph), to)
    if made.found is None:
        return Looked(loss, graph, made, subject.label)
    before = yield from nearest_in_pieces(data, made.path.x)
    after = yield from nearest_in_pieces(data, made.path.at(made.found.step))
    return Looked(loss, graph, made, subject.label, before, after)
