"""Symbolic differentiation of whole functions: the formulas, and how they grow (chapter 2.4.4, footnote 7).

`Formulas` stands in for a backend and computes with SymPy's formulas instead of numbers. What comes out is the
function written out, which SymPy then differentiates in each input.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import lru_cache
from time import thread_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engines.differentiation.counting import Counter
from engines.differentiation.expressions import Expression
from engines.differentiation.families import Member
from engines.differentiation.questions import Inquiry, Question, shown
from engines.differentiation.symbolic import derivative, in_sympy, load
from engines.errors import InvalidExpression
from engines.operations import OPERATIONS

DEEPEST = 12
_LARGEST = 10_000  # operations that a formula may be expected to have and still be made
_PIECE_SECONDS = 0.1
_LEGIBLE = 300  # operations of a formula that one may want to see


class Formulas:
    """The `engines.stand_ins.Operations` on SymPy's formulas, or arrays of them."""

    def matmul(self, a: Any, b: Any) -> Any:
        return a @ b

    def sum(self, a: Any) -> Any:
        return np.sum(a)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """An operation entry by entry."""
        if name not in OPERATIONS or OPERATIONS[name].reach != "entry":
            raise AttributeError(name)
        return np.frompyfunc(in_sympy()[name], OPERATIONS[name].operands, 1)


@dataclass(frozen=True, eq=False)
class System:
    """A function written out: the formulas of its outputs, and the symbols of its inputs."""

    outputs: NDArray[np.object_]
    inputs: NDArray[np.object_]

    def derivative(self, index: int) -> Any:
        """The formula of a derivative: those of the first output in every input come first."""
        import sympy

        output, of = divmod(index, len(self.inputs))
        return sympy.diff(self.outputs[output], self.inputs[of])

    def __len__(self) -> int:
        return len(self.outputs) * len(self.inputs)


def written_out(member: Member) -> System:
    """The member's function in formulas."""
    import sympy

    # a Dummy is like no other symbol: SymPy's cache cannot know the answer from an earlier time
    places = [np.array([sympy.Dummy(real=True) for _ in range(np.size(point))], object) for point in member.points]
    tensors = [symbols.reshape(point.shape)[()] for symbols, point in zip(places, member.points, strict=True)]
    return System(np.ravel(member.f(Formulas(), *tensors)), np.concatenate(places))


def derivatives(member: Member) -> Iterator[Any]:
    """The formula of the derivative of every output in every input, output by output."""
    system = written_out(member)
    yield from map(system.derivative, range(len(system)))


@dataclass(frozen=True)
class Piece:
    """Some of a member's derivatives: up to which one, the operations of their formulas, and the seconds they took."""

    end: int
    operations: int
    seconds: float
    is_last: bool


def piece(make: Callable[[int, np.random.Generator], Member], size: int, seed: int, start: int) -> Piece:
    """The derivatives of `make(size, rng)` from number `start` on, as many as are found in a tenth of a second.

    Seconds are those of this thread on the processor; the first piece has those of writing the function out, too.
    """
    load()
    if start:
        _system(make, size, seed)  # known, or made once more where the process is another one since
    began = thread_time()
    system = _system(make, size, seed)
    seconds, written, index = thread_time() - began, 0, start
    while index < len(system) and (index == start or thread_time() - began < _PIECE_SECONDS):
        before = thread_time()
        formula = system.derivative(index)
        seconds += thread_time() - before
        written, index = written + operations(formula), index + 1
    return Piece(index, written, seconds, index == len(system))


@lru_cache(maxsize=4)
def _system(make: Callable[[int, np.random.Generator], Member], size: int, seed: int) -> System:
    return written_out(make(size, np.random.default_rng(seed)))


def operations(formula: Any) -> int:
    """How many operations the formula writes out."""
    return int(formula.count_ops())


@dataclass(frozen=True)
class Size:
    """What a function applied to itself so many times is made of, in operations.

    `function` and `derivative`: the formulas written out; `shared`: both, every part that occurs twice computed
    once; `reverse`: a forward and a backward pass. `text` is the derivative's formula, "" if it is long.
    """

    depth: int
    function: int
    derivative: int
    shared: int
    reverse: int
    text: str


@dataclass(frozen=True)
class Growth:
    """The sizes up to some depth."""

    sizes: tuple[Size, ...]
    share: float


@Inquiry
def growth(step: Expression, deepest: int = DEEPEST) -> Generator[Growth | Question, Any, None]:
    """f(x), f(f(x)), … of a function of x, each with its derivative; stops before a formula gets too large."""
    places = sum(node.name == "x" for node in step.root.walk())  # each is replaced by the whole formula
    sizes: list[Size] = []
    for depth in range(1, deepest + 1):
        asked = f"d/dx {'f(' * depth}x{')' * depth}, f(x) = {shown(step.text)}"
        sizes.append((yield Question(asked, size, (step, depth))))
        last = depth == deepest or 2 * places * sizes[-1].derivative > _LARGEST
        yield Growth(tuple(sizes), 1.0 if last else depth / deepest)
        if last:
            return


def size(step: Expression, depth: int) -> Size:
    """The sizes of the function applied to itself so many times.

    Raises `InvalidExpression` for a function that SymPy finds to be a constant.
    """
    import sympy

    formula = _composed(step, depth)
    return _size(step, depth, formula, sympy.diff(formula, _x(step)))


@lru_cache(maxsize=64)
def _composed(step: Expression, depth: int) -> Any:
    if depth == 0:
        return _x(step)
    return derivative(step, "x", 0).formula.xreplace({_x(step): _composed(step, depth - 1)})


def _x(step: Expression) -> Any:
    symbols = derivative(step, "x", 0).formula.free_symbols
    if not symbols:
        raise InvalidExpression("{formula} is a constant: it does not grow.", formula=shown(step.text))
    (x,) = symbols
    return x


def _size(step: Expression, depth: int, formula: Any, slope: Any) -> Size:
    import sympy

    replaced, reduced = sympy.cse([formula, slope])
    shared = sum(map(operations, [*(part for _symbol, part in replaced), *reduced]))
    written = operations(slope)
    text = str(slope) if written <= _LEGIBLE else ""
    return Size(depth, operations(formula), written, shared, _reverse(step, depth), text)


def _reverse(step: Expression, depth: int) -> int:
    """Operations of one pass of reverse mode through `depth` applications."""
    counter = Counter()
    y = counter.leaf(np.float64(0.3))
    with np.errstate(all="ignore"):
        for _ in range(depth):
            y = step(counter, y)
    return counter.value + counter.adjoint
