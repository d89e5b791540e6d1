"""The Chain rule page's network and walk, driven without a browser, with every backend and in every language."""

import html
import re

import numpy as np
import pytest

from engines import backends, datasets, optimizers
from engines.chain_rule.edges import forward_order
from engines.network import Network
from engines.operations import OPERATIONS
from engines.training import Trainer
from tests.pages import driving
from ui.chain_rule.tex import operands_renamed
from ui.charts.numerals import number, with_minus
from ui.experiment.settings import LANGUAGES
from ui.text import Text

SCENES = ("scalars", "homework", "network", "input", "fourways")
PAIRS = [("en", name) for name in backends.names()] + [(name, "numpy") for name in LANGUAGES if name != "en"]


def open_page(**query):
    return driving.open_page("chain_rule", **{"lang": "en", "scene": "network"} | query)


def words(app):
    """Everything the page says in Markdown, without its markup."""
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", block.value)) for block in [*app.markdown, *app.caption])


def formulas(app):
    return " ".join(block.value for block in app.get("latex"))


def graph_of(image=0, images=1, hidden=(32,), backend="numpy"):
    """The pass that the page must have recorded at fresh weights."""
    data = datasets.load("digits")
    sgd = optimizers.get("sgd")(learning_rate=0.1)
    trainer = Trainer(backends.get(backend), Network([64, *hidden, 10]), sgd, data)
    return trainer.record_pass(data.x_test[image : image + images], data.y_test[image : image + images])


def in_url(app, key, otherwise=None):
    return driving.address(app).get(key, otherwise)


@pytest.mark.parametrize(("language", "backend"), PAIRS)
@pytest.mark.parametrize("scene", SCENES)
def test_each_scene_opens_in_every_language_with_every_backend(backend, language, scene):
    app = open_page(lang=language, backend=backend, scene=scene, way="backward", w_show="numbers")
    assert not app.exception
    assert not app.error
    assert app.title[0].value == Text(language)("Chain rule")
    assert app.button_group(key="view.scene").value == scene
    assert len(app.get("vega_lite_chart")) >= 1


def test_the_walk_goes_over_every_node_and_back(backend):
    app, graph = open_page(backend=backend), graph_of(backend=backend)
    order = forward_order(graph)
    assert app.button(key="walk.-1").disabled
    seen = []
    while not app.button(key="walk.+1").disabled and len(seen) < 50:
        app.button(key="walk.+1").click().run()
        assert not app.exception
        seen.append((in_url(app, "way", "forward"), int(in_url(app, "node"))))
    assert seen == [("forward", i) for i in order[1:]] + [("backward", i) for i in reversed(order)]
    app.button(key="walk.-1").click().run()
    assert int(in_url(app, "node")) == order[1]


def test_a_pass_chosen_anew_begins_at_its_first_operation_but_a_leaf_stays_in_sight():
    app, graph = open_page(), graph_of()
    app.button(key="walk.+1").click().run()
    app.button_group(key="walk.way").set_value("backward").run()
    assert "Backward, operation 1 of 6: cross_entropy 1" in words(app)
    weights = graph.named("W1").index
    app = open_page(node=str(weights))
    app.button_group(key="walk.way").set_value("backward").run()
    assert in_url(app, "node") == str(weights)
    assert "Its gradient arrives from: matmul 1." in words(app)


def test_the_card_writes_the_largest_entry_of_a_matrix_product_out(backend):
    graph = graph_of(backend=backend)
    node = graph.named("matmul 2")
    app = open_page(backend=backend, way="backward", node=str(node.index))
    weights = graph.named("W2").value
    downstream = (node.gradient @ weights.T)[0]
    largest = int(np.abs(downstream).argmax())
    assert app.text_input(key="walk.entry.1").value == str(largest)
    said = words(app)
    assert f"sum: p\u0304[0, {largest}] {with_minus(number(downstream[largest]))}" in re.sub(r"\s+", " ", said)
    strongest = int(np.abs(node.gradient[0] * weights[largest]).argmax())
    assert f"= W2[{largest}, {strongest}]" in said
    assert "p = relu 1 (1, 32)" in said
    assert operands_renamed(OPERATIONS["matmul"].rules[0]) in formulas(app)
    app.text_input(key="walk.entry.1").set_value("5").run()
    assert in_url(app, "entry") == "0-5"
    assert f"sum: p\u0304[0, 5] {with_minus(number(downstream[5] + 0.0))}" in re.sub(r"\s+", " ", words(app))


def test_the_other_edge_of_an_operation():
    app = open_page(way="backward", node=str(graph_of().named("matmul 2").index))
    app.button_group(key="walk.edge").set_value(1).run()
    assert in_url(app, "edge") == "1"
    assert operands_renamed(OPERATIONS["matmul"].rules[1]) in formulas(app)
    assert "same shape as W2" in words(app)


def test_a_bias_sums_over_the_images():
    graph = graph_of(images=3)
    app = open_page(images="3", way="backward", node=str(graph.named("b1").index))
    gradient = graph.named("b1").gradient
    largest = int(np.abs(gradient).argmax())
    assert "Its gradient arrives from: add 1." in words(app)
    assert rf"\bar y_{{2,{largest}}}" in formulas(app)
    assert f"&= {gradient[largest]:.4g}" in formulas(app)


def test_a_tensor_used_twice_gets_both_contributions_and_their_sum():
    app = open_page(loss="mean_squared_error", way="backward", node="12")
    said = words(app)
    assert "subtract 1 is used 2 times" in said
    assert formulas(app).count(r"\underbrace") == 2


def test_labels_have_no_gradient_and_leaves_are_given():
    graph = graph_of()
    app = open_page(way="backward", node=str(graph.named("y").index))
    assert "nothing is differentiated with respect to it" in words(app)
    app = open_page(node=str(graph.named("W1").index))
    assert "given, not computed" in words(app)


def test_every_node_has_a_card_on_the_way_back(backend):
    for node in graph_of(backend=backend):
        app = open_page(backend=backend, node=str(node.index), way="backward", images="2")
        assert not app.exception
        assert node.name in words(app)


def test_any_image_of_the_test_set(backend):
    app = open_page(backend=backend, way="backward", image="7", node=str(graph_of().named("matmul 1").index))
    x = datasets.load("digits").x_test[7]
    pixel = int(np.abs(x[:, None] * graph_of(image=7).named("matmul 1").gradient).max(axis=1).argmax())
    app.button_group(key="walk.edge").set_value(1).run()
    assert app.text_input(key="walk.entry.0").value == str(pixel)
    app.text_input(key="view.image").set_value("8").run()
    assert in_url(app, "image") == "8"
    assert f"True label of what is shown: {datasets.load('digits').y_test[8]}" in words(app)


def test_the_live_runs_present_weights_are_taken_and_the_run_is_left_alone():
    app = driving.open_page("training_loop", lang="en")
    for _ in range(2):
        app.button(key="step").click().run()
    app.switch_page("pages/chain_rule.py").run()
    app.button_group(key="view.scene").set_value("network").run()
    assert not app.exception
    assert in_url(app, "step") == "2"
    assert "Weights after step 2" in words(app)
    experiment = app.session_state["training"]
    experiment.job.do(experiment.run.step)
    app.button(key="take_weights").click().run()
    assert in_url(app, "step") == "3"
    assert experiment.run.trainer.steps == 3


@pytest.mark.parametrize("optimizer", optimizers.names())
def test_only_plain_sgd_is_said_to_subtract_the_gradient_itself(optimizer):
    said = words(open_page(optimizer=optimizer))
    assert ("Plain SGD, chosen for this run, subtracts" in said) == (optimizer == "sgd")
    assert ("by a rule of its own" in said) == (optimizer != "sgd")


def test_vanishing_gradients_are_told_with_their_size():
    app = open_page(hidden="8-8-8-8-8-8", activation="sigmoid", init="small", way="backward")
    network = Network([64, *(8,) * 6, 10], "sigmoid", "small")
    data = datasets.load("digits")
    trainer = Trainer(backends.get("numpy"), network, optimizers.get("sgd")(), data)
    _, gradients = trainer.gradients(data.x_test[:1], data.y_test[:1])
    first, last = (np.linalg.norm(gradients[name]) for name in ("W1", "W7"))
    assert first < 1e-4 * last
    assert f"goes from {number(last)} to {number(first)}:" in words(app)
    app = open_page(hidden="8")
    assert "the norm of the gradient goes" not in words(app)
    app.button(key="network.vanishes").click().run()
    assert "From W7 down to W1 the norm of the gradient goes" in words(app)
    assert (in_url(app, "hidden"), in_url(app, "way")) == ("32-32-32-32-32-32", "backward")


def test_layers_open_on_demand():
    app = open_page(hidden="16-16-16-16")
    assert app.button_group(key="walk.layers").value == [1]
    app.button_group(key="walk.layers").set_value([2, 5]).run()
    assert in_url(app, "layers") == "2-5"
    assert not app.exception
    app.button_group(key="walk.layers").set_value([]).run()
    assert in_url(app, "layers") == "none"
    assert not app.exception


def test_a_function_that_computes_nothing_has_no_graph():
    app = open_page(scene="scalars", c_g="own", c_gown="x", c_f="own", c_fown="u")
    assert not app.exception
    assert "the result is the input itself" in words(app)


def test_another_scene_begins_its_walk_at_the_start():
    app = open_page(way="backward", node="9")
    app.button_group(key="view.scene").set_value("homework").run()
    assert not app.exception
    assert not app.warning
    assert "node" not in driving.address(app)
    assert "way" not in driving.address(app)


def test_weights_that_diverged_are_said():
    app = open_page(step="200", rate="300", loss="mean_squared_error")
    for _ in range(100):
        if app.error:
            break
        app.run()
    assert not app.exception
    assert "no longer finite" in app.error[0].value


def test_a_bad_link_falls_back_with_a_message_for_each_fault():
    bad = {"node": "x", "way": "up", "edge": "2", "entry": "1-", "open": "x", "layers": "0", "image": "-1"}
    app = open_page(**bad, images="9", step="-1", scene="x")
    assert not app.exception
    faults = {warning.value.split("`")[1] for warning in app.warning}
    assert faults == {f"{key}={value}" for key, value in bad.items()} | {"images=9", "step=-1", "scene=x"}


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ({"node": "500"}, "no node 500"),
        ({"entry": "0-99", "way": "backward"}, "no entry [0, 99]"),
        ({"image": "99999"}, "no image 99999"),
    ],
)
def test_a_link_beyond_the_graph_falls_back_with_a_message(query, word):
    app = open_page(**query)
    assert not app.exception
    assert word in app.warning[0].value
    assert not app.run().warning


def test_no_label_is_left_in_english_in_the_korean_page(untranslated):
    for query in (
        {"way": "backward"},
        {"way": "forward", "hidden": "8-8"},
        {"way": "backward", "node": "12", "loss": "mean_squared_error"},
        {"way": "backward", "node": "3", "images": "8"},
        {"way": "backward", "node": "1"},
        {"node": "500", "image": "99999", "entry": "9-9-9"},
        {"node": "x", "entry": "x", "layers": "x", "step": "x"},
    ):
        open_page(lang="ko", **query)
    assert untranslated == []
