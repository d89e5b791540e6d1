"""The optimizers are found file by file: their order, what each brings with it, and a new file is a new optimizer."""

import sys

import pytest

from engines import optimizers
from engines.errors import InvalidSetting
from engines.optimizers.sgd import SGD
from ui.charts import palette

SIGN = """
from dataclasses import dataclass
from typing import ClassVar

from engines.optimizers.base import Optimizer, hyperparameter


@dataclass(frozen=True)
class Sign(Optimizer):
    learning_rate: float = hyperparameter(0.01, r"\\eta")

    name: ClassVar[str] = "sign"
    label: ClassVar[str] = "Sign descent"
    rule: ClassVar[str] = r"W \\leftarrow W - \\eta\\, \\operatorname{sign}(g)"
    FACTS

    def update(self, parameters, gradients, state):
        for name, gradient in gradients.items():
            parameters[name] -= self.learning_rate * gradient / abs(gradient)
"""


@pytest.fixture
def add(tmp_path, monkeypatch):
    """Writes the file of a new optimizer where the others are found."""

    def added(facts="pass"):
        (tmp_path / "sign.py").write_text(SIGN.replace("FACTS", facts))
        monkeypatch.setattr(optimizers, "__path__", [*optimizers.__path__, str(tmp_path)])

    yield added
    sys.modules.pop("engines.optimizers.sign", None)
    optimizers._of_module.cache_clear()


def test_the_order_is_the_chapters():
    assert optimizers.names() == ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"]
    assert optimizers.rules().keys() - {*optimizers.names()} == {"momentum_rate_outside", "nesterov_rate_outside"}
    assert optimizers.get("sgd") is SGD


@pytest.mark.parametrize("name", optimizers.rules())
def test_each_brings_its_colour_and_dash(name):
    rule = optimizers.rules()[name]
    assert rule.name == name
    assert rule.colour in palette.COLORS
    assert palette.optimizer_style(name) == (rule.colour, rule.dash)
    assert sum(rule.dash) > 0
    assert len(rule.dash) % 2 == 0


def test_those_only_compared_with_cannot_be_chosen():
    with pytest.raises(InvalidSetting, match="momentum_rate_outside"):
        optimizers.get("momentum_rate_outside")


def test_a_new_file_is_a_new_optimizer_at_the_end(add):
    add()
    assert optimizers.names() == ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "sign"]
    assert optimizers.get("sign")(learning_rate=0.5).label == "Sign descent"
    own = palette.optimizer_style("sign")
    assert own.color in palette.COLORS
    assert own not in map(palette.optimizer_style, optimizers.names()[:-1])


def test_a_new_file_says_where_it_stands_and_how_it_is_drawn(add):
    add('place = 1.5; colour = "#123456"; dash = (5, 5)')
    assert optimizers.names()[:3] == ["sgd", "sign", "momentum"]
    assert palette.optimizer_style("sign") == ("#123456", (5, 5))
