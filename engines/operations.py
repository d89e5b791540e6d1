r"""The differentiable operations: everything that is known of each one, once for all backends and pages.

Chapter 2.4.4: a network is a chain of tensor operations whose derivatives are simple and known. This table
says what they are; a backend says how they are computed. In the formulas $y$ is the result, $a$ and $b$ are
the inputs in order, and a bar marks the gradient of the loss with respect to a tensor: $\bar y$ comes from
above ("upstream"), $\bar a$ goes on below ("downstream").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Reach = Literal["entry", "linear", "row"]


@dataclass(frozen=True)
class Operation:
    """One operation. `formula`, `local` and `rules` are what a reader sees, LaTeX without the dollar signs.

    `local` holds, for each differentiable input, the derivative of one entry of the result with respect to
    the entry of the input it depends on; `rules` holds upstream × local = downstream for whole tensors,
    before broadcasting is undone (then the gradient is summed over the axes along which an input was
    repeated). `constants` names inputs that are never differentiated, such as labels.

    `reach` says which entries of an input an entry of the result depends on: one of each, inputs being broadcast
    ("entry"), several in a way that is linear in each input ("linear"), or a row of them ("row"). `costs` holds,
    for each input of an operation entry by entry, how many additions, multiplications and function values of one
    number multiply an upstream entry by the local derivative (turning its sign is one too).

    `typed` is how a formula typed by a person writes it, in every spelling. The last three describe operands to
    try it on: their shapes, where (3, 4) does not fit, whether they must be positive, and what else it takes.
    """

    name: str
    formula: str
    local: tuple[str, ...]
    rules: tuple[str, ...]
    constants: tuple[str, ...] = ()
    reach: Reach = "entry"
    costs: tuple[int, ...] = ()
    typed: tuple[str, ...] = ()
    shapes: tuple[tuple[int, ...], ...] = ()
    positive: bool = False
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def operands(self) -> int:
        """How many tensors it takes: those that are differentiated, then the constants."""
        return len(self.local) + len(self.constants)


_TABLE = (
    Operation(
        "matmul",
        r"y = a\,b,\quad y_{ij} = \sum_k a_{ik}\,b_{kj}",
        (
            r"\partial y_{ij} / \partial a_{ik} = b_{kj}",
            r"\partial y_{ij} / \partial b_{kj} = a_{ik}",
        ),
        (r"\bar a = \bar y\, b^\top", r"\bar b = a^\top \bar y"),
        reach="linear",
        shapes=((3, 4), (4, 2)),
    ),
    Operation("add", "y = a + b", ("1", "1"), (r"\bar a = \bar y", r"\bar b = \bar y"), costs=(0, 0), typed=("a + b",)),
    Operation(
        "subtract", "y = a - b", ("1", "-1"), (r"\bar a = \bar y", r"\bar b = -\bar y"), costs=(0, 1), typed=("a - b",)
    ),
    Operation(
        "multiply",
        r"y = a \odot b",
        ("b", "a"),
        (r"\bar a = \bar y \odot b", r"\bar b = \bar y \odot a"),
        costs=(1, 1),
        typed=("a * b",),
    ),
    Operation(
        "divide",
        r"y = a / b",
        (r"1 / b", r"-a / b^2"),
        (r"\bar a = \bar y / b", r"\bar b = -\bar y \odot a / b^2"),
        costs=(1, 3),
        typed=("a / b",),
        positive=True,
    ),
    Operation("negative", "y = -a", ("-1",), (r"\bar a = -\bar y",), costs=(1,), typed=("-a",)),
    Operation(
        "power",
        "y = a^b",
        (r"b\,a^{b-1}", r"a^b \ln a"),
        (r"\bar a = \bar y \odot b\,a^{b-1}", r"\bar b = \bar y \odot a^b \ln a"),
        costs=(3, 3),
        typed=("a ** b",),
        positive=True,
    ),
    Operation("exp", "y = e^a", ("e^a",), (r"\bar a = \bar y \odot e^a",), costs=(1,), typed=("exp(a)",)),
    Operation(
        "log", r"y = \ln a", ("1 / a",), (r"\bar a = \bar y / a",), costs=(1,), typed=("log(a)", "ln(a)"), positive=True
    ),
    Operation(
        "sqrt",
        r"y = \sqrt a",
        (r"1 / (2\sqrt a)",),
        (r"\bar a = \bar y / (2\sqrt a)",),
        costs=(2,),
        typed=("sqrt(a)",),
        positive=True,
    ),
    Operation("sin", r"y = \sin a", (r"\cos a",), (r"\bar a = \bar y \odot \cos a",), costs=(2,), typed=("sin(a)",)),
    Operation("cos", r"y = \cos a", (r"-\sin a",), (r"\bar a = -\bar y \odot \sin a",), costs=(3,), typed=("cos(a)",)),
    Operation(
        "abs",
        r"y = |a|",
        (r"\operatorname{sign}(a), \quad 0 \text{ at } a = 0",),
        (r"\bar a = \bar y \odot \operatorname{sign}(a)",),
        costs=(2,),
        typed=("abs(a)",),
    ),
    Operation(
        "maximum",
        r"y = \max(a, b)",
        (r"[a > b] + \tfrac12 [a = b]", r"[b > a] + \tfrac12 [a = b]"),
        (
            r"\bar a = \bar y \odot ([a > b] + \tfrac12 [a = b])",
            r"\bar b = \bar y \odot ([b > a] + \tfrac12 [a = b])",
        ),
        costs=(1, 1),
        typed=("max(a, b)",),
    ),
    Operation(
        "relu",
        r"y = \max(a, 0)",
        (r"[a > 0], \quad 0 \text{ at } a = 0",),
        (r"\bar a = \bar y \odot [a > 0]",),
        costs=(1,),
        typed=("relu(a)",),
    ),
    Operation(
        "sigmoid",
        r"y = 1 / (1 + e^{-a})",
        ("y\\,(1 - y)",),
        (r"\bar a = \bar y \odot y\,(1 - y)",),
        costs=(3,),
        typed=("sigmoid(a)",),
    ),
    Operation(
        "tanh", r"y = \tanh a", ("1 - y^2",), (r"\bar a = \bar y \odot (1 - y^2)",), costs=(3,), typed=("tanh(a)",)
    ),
    Operation(
        "softplus",
        r"y = \ln(1 + e^a)",
        (r"1 / (1 + e^{-a})",),
        (r"\bar a = \bar y / (1 + e^{-a})",),
        costs=(2,),
        typed=("softplus(a)",),
    ),
    Operation("sum", r"y = \sum_i a_i", ("1",), (r"\bar a_i = \bar y",), reach="linear"),
    Operation("mean", r"y = \tfrac1n \sum_i a_i", (r"1 / n",), (r"\bar a_i = \bar y / n",), reach="linear"),
    Operation(
        "reshape",
        r"y = \operatorname{reshape}(a)",
        ("1",),
        (r"\bar a = \operatorname{reshape}(\bar y)",),
        reach="linear",
        options={"shape": (4, 3)},
    ),
    Operation("transpose", r"y = a^\top", ("1",), (r"\bar a = \bar y^\top",), reach="linear"),
    Operation(
        "log_softmax",
        r"y_i = a_i - \ln \sum_k e^{a_k}",
        (r"\partial y_i / \partial a_j = [i = j] - e^{y_j}",),
        (r"\bar a = \bar y - e^{y} \textstyle\sum_i \bar y_i",),
        reach="row",
    ),
    Operation(
        "cross_entropy",
        r"y = -\tfrac1n \sum_i \ln p_{i,t_i}, \quad p = \operatorname{softmax}(a)",
        (r"\partial y / \partial a_{ij} = (p_{ij} - [j = t_i]) / n",),
        (r"\bar a = \bar y\,(p - \operatorname{onehot}(t)) / n",),
        constants=("t",),
        reach="row",
    ),
)

OPERATIONS = {operation.name: operation for operation in _TABLE}
