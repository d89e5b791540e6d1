"""What is said of a walk: each node by the name that its box shows, one inside a closed layer with that layer."""

import pytest

from engines import backends, datasets
from engines.network import Network
from engines.optimizers import get
from engines.training import Trainer
from ui.chain_rule.walk.drawing import Drawing
from ui.chain_rule.walk.position import position_at
from ui.chain_rule.walk.words import told
from ui.text import Text


@pytest.fixture(scope="module")
def graph():
    data = datasets.load("digits")
    trainer = Trainer(backends.get("numpy"), Network([64, 12, 8, 10]), get("sgd")(), data)
    return trainer.record_pass(data.x_test[:1], data.y_test[:1])


def said(graph, name, way, open_layers, language="en"):
    drawing = Drawing(graph, open_layers.__contains__)
    return told(drawing, position_at(graph, graph.named(name).index, way), Text(language))


def test_a_node_of_a_closed_layer_is_told_with_the_layer_that_its_box_shows(graph):
    assert said(graph, "cross_entropy 1", "backward", ()) == (
        "Backward, operation 1 of 9: cross_entropy 1 passes the gradient on to add 3 (layer 3). "
        "Leaves whose gradient is known by now: –."
    )
    assert said(graph, "matmul 2", "forward", (2,)).endswith("matmul 2 is computed from relu 1 (layer 1), W2.")
    assert "relu 1 (1층)" in said(graph, "matmul 2", "forward", (2,), "ko")


def test_of_open_layers_the_names_are_those_of_the_boxes(graph):
    assert said(graph, "cross_entropy 1", "backward", (1, 2, 3)).startswith(
        "Backward, operation 1 of 9: cross_entropy 1 passes the gradient on to add 3. "
    )
    assert said(graph, "matmul 1", "backward", (1, 2, 3)) == (
        "Backward, operation 9 of 9: matmul 1 passes the gradient on to x, W1. "
        "Leaves whose gradient is known by now: x, W1, b1, W2, b2, W3, b3."
    )
