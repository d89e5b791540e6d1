r"""The differentiable operations: name, formula and local derivatives, once for all backends and pages.

Chapter 2.4.4: a network is a chain of tensor operations whose derivatives are simple and known. This table
says what they are; a backend says how they are computed. In the formulas $y$ is the result, $a$ and $b$ are
the inputs in order, and a bar marks the gradient of the loss with respect to a tensor: $\bar y$ comes from
above ("upstream"), $\bar a$ goes on below ("downstream").
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Operation:
    """One operation as a reader sees it. All texts are LaTeX without the dollar signs.

    `local` holds, for each differentiable input, the derivative of one entry of the result with respect to
    the entry of the input it depends on; `rules` holds upstream × local = downstream for whole tensors,
    before broadcasting is undone (then the gradient is summed over the axes along which an input was
    repeated). `constants` names inputs that are never differentiated, such as labels.
    """

    name: str
    formula: str
    local: tuple[str, ...]
    rules: tuple[str, ...]
    constants: tuple[str, ...] = ()

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
    ),
    Operation("add", "y = a + b", ("1", "1"), (r"\bar a = \bar y", r"\bar b = \bar y")),
    Operation("subtract", "y = a - b", ("1", "-1"), (r"\bar a = \bar y", r"\bar b = -\bar y")),
    Operation("multiply", r"y = a \odot b", ("b", "a"), (r"\bar a = \bar y \odot b", r"\bar b = \bar y \odot a")),
    Operation(
        "divide",
        r"y = a / b",
        (r"1 / b", r"-a / b^2"),
        (r"\bar a = \bar y / b", r"\bar b = -\bar y \odot a / b^2"),
    ),
    Operation("negative", "y = -a", ("-1",), (r"\bar a = -\bar y",)),
    Operation(
        "power",
        "y = a^b",
        (r"b\,a^{b-1}", r"a^b \ln a"),
        (r"\bar a = \bar y \odot b\,a^{b-1}", r"\bar b = \bar y \odot a^b \ln a"),
    ),
    Operation("exp", "y = e^a", ("e^a",), (r"\bar a = \bar y \odot e^a",)),
    Operation("log", r"y = \ln a", ("1 / a",), (r"\bar a = \bar y / a",)),
    Operation("sqrt", r"y = \sqrt a", (r"1 / (2\sqrt a)",), (r"\bar a = \bar y / (2\sqrt a)",)),
    Operation("sin", r"y = \sin a", (r"\cos a",), (r"\bar a = \bar y \odot \cos a",)),
    Operation("cos", r"y = \cos a", (r"-\sin a",), (r"\bar a = -\bar y \odot \sin a",)),
    Operation(
        "abs",
        r"y = |a|",
        (r"\operatorname{sign}(a), \quad 0 \text{ at } a = 0",),
        (r"\bar a = \bar y \odot \operatorname{sign}(a)",),
    ),
    Operation(
        "maximum",
        r"y = \max(a, b)",
        (r"[a > b] + \tfrac12 [a = b]", r"[b > a] + \tfrac12 [a = b]"),
        (
            r"\bar a = \bar y \odot ([a > b] + \tfrac12 [a = b])",
            r"\bar b = \bar y \odot ([b > a] + \tfrac12 [a = b])",
        ),
    ),
    Operation(
        "relu",
        r"y = \max(a, 0)",
        (r"[a > 0], \quad 0 \text{ at } a = 0",),
        (r"\bar a = \bar y \odot [a > 0]",),
    ),
    Operation("sigmoid", r"y = 1 / (1 + e^{-a})", ("y\\,(1 - y)",), (r"\bar a = \bar y \odot y\,(1 - y)",)),
    Operation("tanh", r"y = \tanh a", ("1 - y^2",), (r"\bar a = \bar y \odot (1 - y^2)",)),
    Operation(
        "softplus",
        r"y = \ln(1 + e^a)",
        (r"1 / (1 + e^{-a})",),
        (r"\bar a = \bar y / (1 + e^{-a})",),
    ),
    Operation("sum", r"y = \sum_i a_i", ("1",), (r"\bar a_i = \bar y",)),
    Operation("mean", r"y = \tfrac1n \sum_i a_i", (r"1 / n",), (r"\bar a_i = \bar y / n",)),
    Operation(
        "reshape",
        r"y = \operatorname{reshape}(a)",
        ("1",),
        (r"\bar a = \operatorname{reshape}(\bar y)",),
    ),
    Operation("transpose", r"y = a^\top", ("1",), (r"\bar a = \bar y^\top",)),
    Operation(
        "log_softmax",
        r"y_i = a_i - \ln \sum_k e^{a_k}",
        (r"\partial y_i / \partial a_j = [i = j] - e^{y_j}",),
        (r"\bar a = \bar y - e^{y} \textstyle\sum_i \bar y_i",),
    ),
    Operation(
        "cross_entropy",
        r"y = -\tfrac1n \sum_i \ln p_{i,t_i}, \quad p = \operatorname{softmax}(a)",
        (r"\partial y / \partial a_{ij} = (p_{ij} - [j = t_i]) / n",),
        (r"\bar a = \bar y\,(p - \operatorname{onehot}(t)) / n",),
        constants=("t",),
    ),
)

OPERATIONS = {operation.name: operation for operation in _TABLE}
