"""Errors that say what was wrong, what was expected and what to do.

Every error of the engines is an `EngineError`, itself a `ValueError`. It keeps its message as a template and
the values filled into it, so that a page can say the same in the reader's language:

>>> try:
...     raise InvalidSetting("{name} must be positive, not {value}.", name="learning_rate", value=-1)
... except EngineError as error:
...     print(error, "|", error.template)
learning_rate must be positive, not -1. | {name} must be positive, not {value}.

A value may be any object: what is kept of it is plain, short and safe to print, and so is the message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engines import given

if TYPE_CHECKING:  # nothing but errors stands in this module's namespace
    from collections.abc import Mapping
    from typing import Any

LONGEST = 300
_SHORTER = (given.LONGEST, 60, 30, 15)  # so many characters of each value, until the message is short enough


class EngineError(ValueError):
    """Base of all errors raised on bad input; `template` and `values` give the message in any language."""

    def __init__(self, template: str, /, **values: object) -> None:
        self.template = template
        self.values = {
            name: value if given.is_a(value, EngineError) else given.bounded(value) for name, value in values.items()
        }
        super().__init__(filled(template, self.values))

    def __str__(self) -> str:
        return str(self.args[0])  # also where it is a KeyError too, which would put it in quotation marks

    def __reduce__(self) -> tuple[Any, ...]:
        return _made, (type(self), self.template, self.values)


def filled(template: str, values: Mapping[str, Any]) -> str:
    """The template with its values, on one line of at most `LONGEST` characters: long values are cut first."""
    message = template
    for longest in _SHORTER:
        shorter = {
            name: given.cut(str(value) if given.is_a(value, EngineError) else value, longest)
            if given.is_a(value, str | EngineError)
            else value
            for name, value in values.items()
        }
        message = template.format(**shorter)
        if len(message) <= LONGEST:
            break
    return given.cut("".join(letter if letter.isprintable() else " " for letter in message), LONGEST)


def _made(kind: type[EngineError], template: str, values: Mapping[str, Any]) -> EngineError:
    return kind(template, **values)


class UnknownBackend(EngineError):
    """No backend of that name is registered; the message names the choices."""


class BackendUnavailable(EngineError):
    """The backend is known but cannot be imported here; the message gives the reason."""


class UnknownDataset(EngineError):
    """No dataset of that name; the message names the choices."""


class UnknownQuestion(EngineError):
    """No question of that name; the message names the choices."""


class UnknownLesson(EngineError):
    """No lesson of that name; the message names the choices."""


class InvalidLesson(EngineError):
    """A lesson's data cannot be used; the message says what is wrong with it."""


class DatasetUnavailable(EngineError):
    """The dataset is known but its files are neither here nor to be downloaded."""


class InvalidDataFile(EngineError):
    """A data file is malformed, truncated, too large or of another format."""


class InvalidData(EngineError):
    """Samples or labels of the wrong shape, type or range."""


class OtherData(EngineError):
    """A run was made with data that are not the ones at hand."""


class InvalidShape(EngineError):
    """Tensors whose shapes do not fit the operation."""


class InvalidSetting(EngineError):
    """A hyperparameter, layer size, name of an activation or the like that cannot be used."""


class Unanswered(EngineError):
    """A question that was given up: it took too long or too much memory, or its process died."""


class NotDifferentiable(EngineError):
    """A gradient was asked for where there is none: no path, no scalar output, or integers."""


class UnknownNode(EngineError, KeyError):
    """No node of that name in a recorded pass; the message names some that there are."""


class InvalidExpression(EngineError):
    """A typed formula that cannot be read, or is too large; the message says which part."""


class TakesTooLong(EngineError):
    """What is asked for would keep the processor busy for too long; the message says how long, and what helps."""
