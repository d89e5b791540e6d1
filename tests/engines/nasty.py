"""Objects that nobody should give to the engines: what cannot be shown, compared, counted or converted, or is huge."""

import decimal
import fractions
import math
from collections import OrderedDict, UserDict, UserList, deque
from pathlib import Path

import numpy as np
import torch
from hypothesis import strategies as st

from engines import backends


class Refuses:
    """Raises whatever it is asked."""

    def __getattribute__(self, name):
        raise RuntimeError("no attribute for you")


def _refuse(*_args, **_kwargs):
    raise RuntimeError("never")


_METHODS = """repr str format bool len iter next getitem contains eq ne lt le gt ge hash index int float complex array
    add radd mul rmul sub neg abs call fspath round trunc enter dir instancecheck"""
for _name in _METHODS.split():
    setattr(Refuses, f"__{_name}__", _refuse)


class Verbose:
    """Says a million characters about itself."""

    def __repr__(self):
        return "word " * 200_000

    __str__ = __repr__

    def __format__(self, spec):
        return repr(self)


class Endlessly:
    """Says that it is long, and has little to show for it."""

    def __len__(self):
        return 2**62

    def __iter__(self):
        return iter([64, 10])


class Nothing(float):
    __repr__ = __format__ = __float__ = __eq__ = __hash__ = _refuse


class Text(str):
    __repr__ = __str__ = __format__ = __eq__ = __hash__ = __len__ = __iter__ = __getitem__ = _refuse


class Whole(int):
    __repr__ = __str__ = __format__ = __eq__ = __hash__ = __index__ = __int__ = __lt__ = __ge__ = _refuse


class Mapped(dict):
    __repr__ = __iter__ = __len__ = keys = items = values = __getitem__ = _refuse


class Listed(list):
    __repr__ = __iter__ = __len__ = __getitem__ = __array__ = _refuse


class Nameless(type):
    """A type that hides its name."""

    @property
    def __name__(cls):
        raise RuntimeError("no name")

    __repr__ = __hash__ = __eq__ = _refuse


class Faceless(metaclass=Nameless):
    __repr__ = _refuse


class Pretends:
    """Claims another class for its own."""

    __class__ = property(_refuse)


class Converts:
    """Becomes an array of nothing useful, loudly."""

    def __array__(self, *_args, **_kwargs):
        raise KeyError("x" * 100_000)


class Wrong(Exception):
    __str__ = __repr__ = _refuse


CYCLE: list = []
CYCLE.append(CYCLE)
DEEP: list = []
for _ in range(10_000):
    DEEP = [DEEP]

OBJECTS = {
    "nothing": None,
    "true": True,
    "numpy true": np.True_,
    "ellipsis": ...,
    "nan": math.nan,
    "infinite": -math.inf,
    "minus one": -1,
    "a million digits": 10**1_000_000,
    "minus a million digits": -(10**1_000_000),
    "just too large": 2**64,
    "a million characters": "a" * 10**6,
    "format": "{0.__class__} {name!r} %s {",
    "NUL": "a\0b",
    "half a character": "\ud800",
    "lines": "a\n" * 500,
    "empty": "",
    "bytes": b"\xff" * 10**6,
    "bytearray": bytearray(10**6),
    "memory": memoryview(b"abc"),
    "ten million": [0] * 10**7,
    "many names": dict.fromkeys(range(10**5)),
    "a large set": set(range(10**5)),
    "a deque": deque(range(1000)),
    "ragged": [[1.0], [1.0, 2.0]],
    "in itself": CYCLE,
    "deep": DEEP,
    "unhashable": [[]],
    "dictionary": {"W1": None},
    "ordered": OrderedDict(a=1),
    "user dictionary": UserDict({"W1": Verbose()}),
    "user list": UserList(["a"]),
    "slice": slice(None, Verbose()),
    "range": range(10**12),
    "a generator": (x for x in range(3)),
    "a function": len,
    "a lambda": lambda *a, **k: None,
    "a type": dict,
    "a module": math,
    "a path": Path("a" * 5000),
    "an error": ValueError("y" * 10**6),
    "an error that cannot be shown": Wrong(),
    "complex": 1j,
    "decimal": decimal.Decimal("1e999999"),
    "fraction": fractions.Fraction(1, 3),
    "float64": np.float64(1.5),
    "NaN of NumPy": np.float32("nan"),
    "long": np.longdouble("1e4000"),
    "complex of NumPy": np.complex128(1 + 1j),
    "a time": np.datetime64("2020-01-01"),
    "a span": np.timedelta64(3, "s"),
    "text of NumPy": np.str_("sgd" * 1000),
    "void": np.void(b"abc"),
    "objects": np.array([None, "a", Wrong()], dtype=object),
    "an array": np.arange(6.0).reshape(2, 3),
    "a row of names": np.array(["sgd", "adam"]),
    "an empty array": np.zeros((0, 3)),
    "masked": np.ma.masked_invalid([1.0, math.nan]),
    "records": np.zeros(2, dtype=[("a", float), ("b", int)]),
    "numbers the other way round": np.arange(3, dtype=">f8"),
    "a torch tensor": torch.ones(2, 3, requires_grad=True),
    "a sparse tensor": torch.eye(3).to_sparse(),
    "a tensor of bfloat16": torch.ones(2, dtype=torch.bfloat16),
    "a tensor without storage": torch.ones(2, 3, device="meta"),
    "our tensor": backends.get("numpy").tensor(np.ones((2, 3)), requires_grad=True),
    "refuses": Refuses(),
    "verbose": Verbose(),
    "verbose ones": [Verbose()] * 10,
    "says it is long": Endlessly(),
    "float that refuses": Nothing(0.5),
    "text that refuses": Text("sgd"),
    "whole that refuses": Whole(3),
    "mapping that refuses": Mapped(W1=1),
    "list that refuses": Listed([64, 10]),
    "faceless": Faceless(),
    "nameless": Faceless,
    "long name": type("a" * 10**6, (), {"__repr__": _refuse})(),
    "refuse": [Refuses(), Text("a"), Whole(1), Nothing(0.5)],
    "refuse too": {"W1": Refuses()},
    "pretends": Pretends(),
    "converts": Converts(),
}
NAMES = list(OBJECTS)

HASHABLE = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50) | st.binary(max_size=20)
DRAWN = st.recursive(
    HASHABLE | st.complex_numbers(),  # Hypothesis itself looks too closely at objects that refuse
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(HASHABLE, inner, max_size=3) | st.tuples(inner, inner),
    max_leaves=8,
)
