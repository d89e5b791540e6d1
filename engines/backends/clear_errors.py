"""What a backend's methods raise where they are given something they cannot take: one kind of error for all libraries.

`engines.backends.base.Backend` puts these around every method of a subclass. They are plain functions of fixed arity
where they can be: packing arguments would cost a small training step several per cent.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

from engines import given
from engines.errors import EngineError, InvalidData, InvalidShape, NotDifferentiable
from engines.operations import OPERATIONS

Method = Callable[..., Any]
_CLEAR = (EngineError, FloatingPointError, Warning)  # the last two are raised where the caller asked for it


def of_operation(name: str, operation: Method) -> Method:
    """The same operation, raising `InvalidShape` with the operands' shapes whatever the library raises."""

    @functools.wraps(operation)
    def of_one(self: Any, a: Any) -> Any:
        try:
            return operation(self, a)
        except Exception as error:
            raise _of_operands(error, name, a) from error

    @functools.wraps(operation)
    def of_two(self: Any, a: Any, b: Any) -> Any:
        try:
            return operation(self, a, b)
        except Exception as error:
            raise _of_operands(error, name, a, b) from error

    @functools.wraps(operation)
    def with_options(self: Any, a: Any, *arguments: Any, **options: Any) -> Any:
        try:
            return operation(self, a, *arguments, **options)
        except Exception as error:
            raise _of_operands(error, name, a) from error

    operands = OPERATIONS[name].operands
    takes_options = len(inspect.signature(operation).parameters) > operands + 1
    return with_options if takes_options else {1: of_one, 2: of_two}[operands]


def clear(operation: Method) -> Method:
    """The decorator of an operation that the interface itself has."""
    return of_operation(operation.__name__, operation)


def _of_tensor(make: Method) -> Method:
    @functools.wraps(make)
    def tensor(self: Any, values: Any, requires_grad: bool = False) -> Any:
        try:
            return make(self, values, requires_grad)
        except Exception as error:
            raise _of_values(error, values) from error

    return tensor


def _of_storage(convert: Method) -> Method:
    @functools.wraps(convert)
    def converted(self: Any, values: Any) -> Any:
        try:
            return convert(self, values)
        except Exception as error:
            raise _of_values(error, values) from error

    return converted


def _of_gradients(find: Method) -> Method:
    @functools.wraps(find)
    def gradients(self: Any, output: Any, wrt: Sequence[Any], upstream: Any = None) -> Any:
        try:
            if type(wrt) is not list and not given.is_a(wrt, Sequence):  # a tensor's entries are no tensors to ask for
                raise TypeError("`wrt` must be a list of tensors")
            return find(self, output, wrt, upstream)
        except _CLEAR:
            raise
        except Exception as error:
            raise NotDifferentiable(
                "The gradients cannot be computed: {reason}. The output, and everything that it is "
                "differentiated by, must be tensors of the backend {name}.",
                reason=error,
                name=self.name,
            ) from error

    return gradients


QUESTIONS = {"tensor": _of_tensor, "array": _of_storage, "numpy": _of_storage, "gradients": _of_gradients}


def _of_operands(error: Exception, operation: str, *operands: Any) -> Exception:
    if isinstance(error, _CLEAR):
        return error
    return InvalidShape(
        "{operation} cannot take operands of shape {shapes}: {reason}.",
        operation=operation,
        shapes=" and ".join(map(_shape, operands)),
        reason=error,
    )


def _of_values(error: Exception, values: Any) -> Exception:
    if isinstance(error, _CLEAR):
        return error
    return InvalidData("These values cannot be made into a tensor: {values!r} ({reason}).", values=values, reason=error)


def _shape(operand: Any) -> str:
    """An operand's shape; the operand itself where it has none."""
    try:
        return str(tuple(operand.shape))
    except Exception:
        return given.shown(operand)
