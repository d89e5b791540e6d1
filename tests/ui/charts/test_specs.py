"""What the browser is sent once: constant while a run goes on, translated, and fitting its frame."""

import json
import re
from types import SimpleNamespace

import pytest

from tests.ui.charts.specs import framed, parts
from ui.charts.spec import spec
from ui.charts.training_loop.confusion import confusion_chart, confusion_rows
from ui.charts.training_loop.curves import accuracy_chart, accuracy_rows, loss_chart, loss_rows
from ui.charts.training_loop.norms import norms_chart, norms_rows
from ui.charts.training_loop.weights import weights_chart, weights_rows

loss_frame, accuracy_frame, norms_frame = framed(loss_rows), framed(accuracy_rows), framed(norms_rows)
confusion_frame, weights_frame = framed(confusion_rows), framed(weights_rows)
DIGITS = tuple("0123456789")
CHARTS = {
    "loss": (lambda _, s: loss_chart(_), lambda _, s: loss_frame(s, _)),
    "loss, logarithmic": (lambda _, s: loss_chart(_, log=True), lambda _, s: loss_frame(s, _)),
    "squared error": (lambda _, s: loss_chart(_, loss="mean_squared_error"), lambda _, s: loss_frame(s, _)),
    "accuracy": (lambda _, s: accuracy_chart(_), lambda _, s: accuracy_frame(s, _)),
    "gradients": (
        lambda _, s: norms_chart(_, list(s.parameters)),
        lambda _, s: norms_frame(s.norms, list(s.parameters)),
    ),
    "updates": (
        lambda _, s: norms_chart(_, list(s.parameters), "update"),
        lambda _, s: norms_frame(s.norms, list(s.parameters), "update"),
    ),
    "confusion": (
        lambda _, s: confusion_chart(_, DIGITS),
        lambda _, s: confusion_frame(s.test_logits, [0] * len(s.test_logits), DIGITS),
    ),
    "weights": (lambda _, s: weights_chart(_, ["W1", "W2"]), lambda _, s: weights_frame(s.parameters, s.parameters)),
}
LABELS = ("title", "description", "text")  # where a spec holds words
NOT_WORDS = {" ", "W1", "W2", "b1", "b2"}

charts = pytest.mark.parametrize(("chart", "frame"), CHARTS.values(), ids=CHARTS.keys())


@charts
def test_the_spec_stays_the_same_while_the_run_goes_on(chart, frame, snapshots, bracketed):
    before, after, _initial = snapshots
    assert json.dumps(spec(chart(bracketed, before))) == json.dumps(spec(chart(bracketed, after)))


@charts
def test_the_frame_has_the_same_columns_at_every_tick(chart, frame, snapshots, bracketed):
    before, after, _initial = snapshots
    assert frame(bracketed, before).dtypes.to_dict() == frame(bracketed, after).dtypes.to_dict()
    assert len(frame(bracketed, before)) <= len(frame(bracketed, after))


@charts
def test_the_chart_is_valid_vega_lite(chart, frame, snapshots, bracketed):
    chart(bracketed, snapshots[1]).to_dict(validate=True)


@charts
def test_the_chart_finds_its_fields_in_the_frame(chart, frame, snapshots, bracketed):
    known = set(frame(bracketed, snapshots[1]).columns)
    made = spec(chart(bracketed, snapshots[1]))
    for transform in (part["transform"] for part in parts(made) if "transform" in part):
        for step in transform:
            known |= {step["as"]} if "calculate" in step else set(step.get("as", ()))
    asked = {part["field"] for part in parts(made) if "field" in part}
    asked |= {name for part in parts(made) for name in part.get("fold", ())}
    asked |= set(re.findall(r"datum\.(\w+)", " ".join(str(part.get("filter", "")) for part in parts(made))))
    asked |= set(re.findall(r"datum\.(\w+)", " ".join(str(part.get("calculate", "")) for part in parts(made))))
    assert asked
    assert asked <= known


@charts
def test_size_and_renderer_depend_on_nothing(chart, frame, snapshots, bracketed):
    made = spec(chart(bracketed, snapshots[1]))
    assert made["height"] > 0
    assert made["width"] == "container"
    assert made["autosize"] == {"type": "fit-x", "contains": "padding"}
    assert made["usermeta"]["embedOptions"]["renderer"] in ("canvas", "svg")
    assert made["config"]["mark"]["aria"] is False
    assert not {"data", "datasets"} & {key for part in parts(made) for key in part}


@charts
def test_every_word_is_translated(chart, frame, snapshots, bracketed):
    made = spec(chart(bracketed, snapshots[1]))
    words = {part[key] for part in parts(made) for key in LABELS if isinstance(part.get(key), str)}
    words |= {name for part in parts(made) for name in part.get("domain", []) if isinstance(name, str)}
    words -= {*NOT_WORDS, *DIGITS}
    assert words
    assert all(word.startswith("«") for word in words), words
    assert made["description"].startswith("«")


def test_words_in_the_frame_are_translated(snapshots, bracketed):
    frame = loss_frame(snapshots[1], bracketed)
    assert frame.what[frame.series == "edit"].to_list() == ["«learning rate» 0.1 → 0.05"]


def test_one_colour_a_layer_and_dashes_for_biases(bracketed):
    names = [f"{kind}{layer}" for layer in range(1, 10) for kind in "Wb"]
    line = spec(norms_chart(bracketed, names))["layer"][0]["encoding"]
    colors = dict(zip(names, line["color"]["scale"]["range"], strict=True))
    dashes = dict(zip(names, line["strokeDash"]["scale"]["range"], strict=True))
    assert all(colors[f"W{layer}"] == colors[f"b{layer}"] for layer in range(1, 10))
    assert len({(colors[name], tuple(dashes[name])) for name in names}) == 18


@pytest.mark.parametrize("classes", [2, 10, 30])
def test_a_confusion_matrix_of_any_size_fits(classes, bracketed):
    made = spec(confusion_chart(bracketed, [f"class {index}" for index in range(classes)]))
    assert 160 <= made["height"] <= 480
    assert made["layer"][0]["encoding"]["x"]["scale"]["domain"] == [f"class {index}" for index in range(classes)]


def test_the_rings_stand_round_the_cells_that_are_shown(bracketed):
    names = ["a", "b", "c"]

    def ringed(true, predicted):
        _cells, _counts, *rings = spec(confusion_chart(bracketed, names, (true, predicted)))["layer"]
        if not rings:
            return []
        (test,) = [
            step["filter"].replace("===", "==").replace("!==", "!=").replace("&&", "and")
            for step in rings[0]["transform"]
        ]
        cell = SimpleNamespace
        return [t + p for t in names for p in names if eval(test, {"datum": cell(true=t, predicted=p)})]

    assert ringed(None, None) == []
    assert ringed("b", "c") == ["bc"]
    assert ringed("b", "b") == ["bb"]
    assert ringed("b", None) == ["ba", "bc"]
    assert ringed(None, "c") == ["ac", "bc"]
