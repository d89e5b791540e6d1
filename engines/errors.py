"""Errors that say what was wrong, what was expected and what to do.

Every error of the engines is an `EngineError`, itself a `ValueError`. It keeps its message as a template and
the values filled into it, so that a page can say the same in the reader's language:

>>> try:
...     raise InvalidSetting("{name} must be positive, not {value}.", name="learning_rate", value=-1)
... except EngineError as error:
...     print(error, "|", error.template)
learning_rate must be positive, not -1. | {name} must be positive, not {value}.
"""

from __future__ import annotations


class EngineError(ValueError):
    """Base of all errors raised on bad input; `template` and `values` give the message in any language."""

    def __init__(self, template: str, /, **values: object) -> None:
        self.template = template
        self.values = values
        super().__init__(template.format(**values))


class UnknownBackend(EngineError):
    """No backend of that name is registered; the message names the choices."""


class BackendUnavailable(EngineError):
    """The backend is known but cannot be imported here; the message gives the reason."""


class UnknownDataset(EngineError):
    """No dataset of that name; the message names the choices."""


class DatasetUnavailable(EngineError):
    """The dataset is known but its files are neither here nor to be downloaded."""


class InvalidDataFile(EngineError):
    """A data file is malformed, truncated, too large or of another format."""


class InvalidData(EngineError):
    """Samples or labels of the wrong shape, type or range."""


class InvalidShape(EngineError):
    """Tensors whose shapes do not fit the operation."""


class InvalidSetting(EngineError):
    """A hyperparameter, layer size, name of an activation or the like that cannot be used."""


class NotDifferentiable(EngineError):
    """A gradient was asked for where there is none: no path, no scalar output, or integers."""


class InvalidExpression(EngineError):
    """A typed formula that cannot be read, or is too large; the message says which part."""
