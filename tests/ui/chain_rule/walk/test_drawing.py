"""A recorded graph as a drawing: rows and lanes, layers that open, what a walk shows, the rows of the chart."""

import base64
import io
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from engines import backends, datasets
from engines.chain_rule.composition import recorded_composition
from engines.chain_rule.scalar_net import ScalarNet, recorded
from engines.differentiation.expressions import parse
from engines.network import Network
from engines.optimizers import get
from engines.recording import Recorder
from engines.training import Trainer
from ui.chain_rule.walk.drawing import LOSS, Drawing, layers
from ui.chain_rule.walk.position import neighbour, position_at, steps
from ui.chain_rule.walk.rows import graph_frame, label, pictures
from ui.charts.chain_rule import graph as charts
from ui.charts.chain_rule.layered import layered
from ui.charts.chain_rule.thumbnails import EDGE, SIDE, thumbnail
from ui.text import Text

NET = ScalarNet((1.5, 0.5), (0.5, 1.0, 0.5, 1.5), (-0.5, -1.5), (-3.0, -2.5), 1.0, -2.0)


@pytest.fixture(scope="module")
def network():
    """The recorded pass of a three-layer network on two images."""
    data = datasets.load("digits")
    trainer = Trainer(backends.get("numpy"), Network([64, 12, 8, 10]), get("sgd")(), data)
    return trainer.record_pass(data.x_test[:2], data.y_test[:2])


@pytest.fixture(scope="module")
def scalars():
    return recorded(NET, backends.get("numpy"))


def frame_at(graph, node, way, drawing=None, small=None):
    return graph_frame(drawing or Drawing(graph), position_at(graph, node, way), small or {}, "layer {}".format)


def series(frame, name):
    return frame[frame.series == name]


@pytest.mark.parametrize("which", ["network", "scalars"])
def test_no_two_boxes_share_a_place_and_every_arrow_leads_down_or_sideways(request, which):
    drawing = Drawing(request.getfixturevalue(which))
    for row in range(drawing.rows):
        lanes = sorted(box.x for box in drawing.boxes if box.row == row)
        assert lanes, f"row {row} is empty"
        assert all(b - a >= 1 - 1e-9 for a, b in pairwise(lanes))
        assert lanes[0] >= -1e-9
        assert lanes[-1] <= drawing.lanes - 1 + 1e-9
    for start, end in drawing.edges:
        above, below = drawing.boxes[start], drawing.boxes[end]
        assert above.row < below.row or (above.row == below.row and above.x > below.x)


def test_a_network_is_two_lanes_one_layer_under_the_other(network):
    drawing = Drawing(network)
    assert drawing.lanes == 2
    assert drawing.rows == 1 + 3 + 3 + 2 + 1
    rows = {network[box.index].name: (box.row, box.x) for box in drawing.boxes}
    assert rows["x"] == (0, 0.0)
    assert rows["W2"] == (rows["matmul 2"][0], 1.0)
    assert rows["y"] == (rows["cross_entropy 1"][0], 1.0)


def test_the_layers_are_those_of_the_parameters(network, scalars):
    named = {network[index].name: layer for index, layer in layers(network).items()}
    assert named["W1"] == named["matmul 1"] == named["add 1"] == named["relu 1"] == 1
    assert named["b3"] == named["add 3"] == 3
    assert named["y"] == named["cross_entropy 1"] == LOSS
    assert "x" not in named
    assert layers(scalars) == {}


def test_a_closed_layer_is_one_box_that_takes_the_place_of_its_nodes(network):
    drawing = Drawing(network, lambda layer: layer == 3)
    closed = [box for box in drawing.boxes if box.is_layer]
    assert [box.layer for box in closed] == [1, 2]
    assert {network[i].name for i in closed[0].members} == {"W1", "b1", "matmul 1", "add 1", "relu 1"}
    assert network[closed[0].index].name == "relu 1"
    assert drawing.rows == 1 + 1 + 1 + 2 + 1
    assert drawing.box_of(network.named("W2").index) == closed[1]
    frame = frame_at(network, network.named("W2").index, "forward", drawing)
    now = series(frame, "box")[series(frame, "box").state == "now"]
    assert list(now.label) == ["layer 2"]


def test_values_appear_on_the_way_forward_and_gradients_on_the_way_back(scalars):
    z1 = scalars.named("z1").index
    forward = series(frame_at(scalars, z1, "forward"), "box").set_index("node").state
    for node in scalars:
        expected = "now" if node.index == z1 else "done" if not node.inputs or node.index < z1 else "waiting"
        assert forward[node.index] == expected
    text = series(frame_at(scalars, z1, "forward"), "text").label
    assert not text.str.startswith("∂").any()
    at = scalars.named("a2·v2").index
    texts = series(frame_at(scalars, at, "backward"), "text")
    known = {scalars[int(node)].name for node in texts[texts.label.str.startswith("∂")].node}
    assert known == {
        *("loss", "y_pred − y", "y_pred", "c", "a1·v1 + a2·v2", "a1·v1", "a2·v2", "a2", "v2"),
    }  # what comes before a2·v2 on the way back, and the two tensors that it has just handed on to


def test_the_arrows_at_the_present_node_are_lit(scalars):
    loss = scalars.named("a1·v1").index
    frame = frame_at(scalars, loss, "backward")
    lit = series(frame, "arrow")[series(frame, "arrow").state == "active"]
    assert list(lit.kind) == ["triangle-up"] * 2
    assert (series(frame_at(scalars, loss, "forward"), "arrow").kind == "triangle-down").all()


def test_a_tensor_used_twice_has_two_arrows_side_by_side():
    recorder = Recorder(backends.get("numpy"))
    x = recorder.leaf("x", 3.0, "input")
    frame = frame_at(recorder.graph(recorder.multiply(x, x)), None, "forward")
    arrows = series(frame, "arrow")
    assert len(arrows) == 2
    assert arrows.x.nunique() == 2


def test_an_edge_past_a_row_bends_around_the_boxes_there():
    graph = recorded_composition(parse("u**2 - u", ("u",)), parse("sin(x)"), backends.get("numpy"), 0.6)
    drawing = Drawing(graph)
    for (start, end), bends in zip(drawing.edges, drawing.layout.bends, strict=True):
        assert [row for _x, row in bends] == list(range(drawing.boxes[start].row + 1, drawing.boxes[end].row))
        for x, row in bends:
            there = [drawing.layout.x[i] for i, box in enumerate(drawing.boxes) if box.row == row]
            assert min(abs(x - other) for other in there) >= 1 - 1e-9
    assert any(drawing.layout.bends)


def test_few_edges_cross():
    crossed = [(0, 3), (1, 2)]
    x = layered([0, 0, 1, 1], crossed).x
    assert (x[0] - x[1]) * (x[3] - x[2]) > 0
    assert layered([], []).x.size == 0


def test_the_walk_goes_forward_then_backward_over_every_operation(scalars):
    walk = steps(scalars)
    count = sum(bool(node.inputs) for node in scalars)
    assert [way for way, _ in walk] == ["forward"] * count + ["backward"] * count
    here = position_at(scalars, None, "forward")
    assert neighbour(scalars, here, -1) is None
    for step in walk[1:]:
        assert neighbour(scalars, here, 1) == step
        here = position_at(scalars, step[1], step[0])
        assert here.at == here.node
    assert neighbour(scalars, here, 1) is None
    leaf = position_at(scalars, scalars.named("x1").index, "backward")
    assert scalars[leaf.at].name == "x1·w11"  # its first use: the last to hand something on


def test_the_chart_does_not_change_while_one_walks(network):
    drawing, small = Drawing(network), pictures(network, (8, 8))
    frames = [frame_at(network, node, way, drawing, small) for way, node in steps(network)]
    boxes = [series(frame, "box")[["x", "y", "x2", "y2", "node"]].to_numpy() for frame in frames]
    assert all(np.array_equal(boxes[0], box) for box in boxes)
    chart = charts.graph_chart(Text("en"), 2, 10, True, True, "told").to_dict()
    assert chart["height"] == 10 * charts.PICTURED_ROW
    used = {layer["transform"][0]["filter"].split("'")[-2] for layer in chart["layer"]}
    assert set(frames[-1].series) == used


def test_there_are_pictures_of_every_tensor_but_labels_and_single_numbers(network):
    small = pictures(network)
    assert {index for index, _ in small} == {node.index for node in network if node.value.size > 1 and node.name != "y"}
    frame = frame_at(network, None, "backward", small=small)
    assert len(series(frame, "picture left")) == len({index for index, _ in small})


@pytest.mark.parametrize("shape", [(1, 64), (64, 32), (5,), (784, 512), (2, 3, 4)])
def test_a_picture_has_its_tensor_in_the_middle(shape):
    values = np.random.default_rng(0).normal(size=shape)
    pixels = read(thumbnail(values))
    assert pixels.shape == (SIDE, SIDE, 4)
    rows, columns = (np.flatnonzero(pixels[..., 3].any(axis)) for axis in (1, 0))
    assert rows[0] + rows[-1] in (SIDE - 1, SIDE - 2)
    assert columns[0] + columns[-1] in (SIDE - 1, SIDE - 2)
    assert min(len(rows), len(columns)) >= 2 * EDGE + 8


def test_an_image_is_drawn_as_one_and_its_sign_is_the_colour():
    values = np.array([[1.0, -1.0, 0.0, 1.0]])
    pixels = read(thumbnail(values, (2, 2)))
    assert [tuple(pixels[y, x]) for y, x in ((20, 20), (20, 60), (60, 20), (60, 60))] == [
        (0xCC, 0x52, 0, 255),
        (0x0A, 0x7C, 0xC0, 255),
        pytest.approx((0xCC, 0x52, 0, 0)),
        (0xCC, 0x52, 0, 255),
    ]


def test_a_constant_has_no_name(network):
    recorder = Recorder(backends.get("numpy"))
    graph = recorder.graph(recorder.power(recorder.leaf("x", 2.0, "input"), 3.0))
    assert [label(node) for node in graph] == ["x", "", "power 1"]


def read(uri):
    return np.array(Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))))
