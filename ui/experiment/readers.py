"""How settings are read, from a link or as they are typed, and how they are written: back to the last digit.

A reader takes a text and returns the value, or raises `InvalidSetting` with what is needed instead. Where there
is only one thing that a text can mean it is taken for it: "Adam", "ko-KR", "0,5", "1e3".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import Any

from engines import backends, datasets
from engines.datasets.own_names import is_own
from engines.differentiation.expressions import parse
from engines.errors import InvalidExpression, InvalidSetting

MAX_LAYERS, MAX_UNITS = 8, 1024
_DECIMAL_COMMA = re.compile(r"([+-]?)(\d+),(\d+)((?:e[+-]?\d+)?)", re.IGNORECASE)


def one_of(choices: Callable[[], Collection[str]]) -> Callable[[str], str]:
    """Reads one of these words, in whatever case, with "-" or a blank for "_"."""

    def read(text: str) -> str:
        known = list(choices())
        alike = [choice for choice in known if _normal(choice) == _normal(text)]
        if text not in known and len(alike) != 1:
            raise InvalidSetting("choose one of {choices}", choices=", ".join(known))
        return text if text in known else alike[0]

    return read


def one_of_numbers(choices: Sequence[float]) -> Callable[[str], Any]:
    """Reads one of these numbers, as `write_number` writes it."""
    by_text = {write_number(choice): choice for choice in choices}
    return lambda text: by_text[one_of(lambda: by_text)(text)]


def whole(lowest: int, highest: int) -> Callable[[str], int]:
    """Reads a whole number from `lowest` to `highest`."""

    def read(text: str) -> int:
        value = _whole(text.strip())
        if value is None or not lowest <= value <= highest:
            raise InvalidSetting("a whole number from {lowest} to {highest} is needed", lowest=lowest, highest=highest)
        return value

    return read


def read_code(*digits: int) -> Callable[[str], str]:
    """Reads groups of so many hexadecimal digits, with points between them."""
    groups = re.compile(r"\.".join(f"[0-9a-f]{{{count}}}" for count in digits))

    def read(text: str) -> str:
        if text and not groups.fullmatch(text):
            raise InvalidSetting("a code of hexadecimal digits is needed")
        return text

    return read


def between(lowest: float, highest: float) -> Callable[[str], float]:
    """Reads a number from `lowest` to `highest`."""

    def read(text: str) -> float:
        value = read_number(text)
        if not lowest <= value <= highest:  # nor NaN
            raise InvalidSetting("a number from {lowest} to {highest} is needed", lowest=lowest, highest=highest)
        return value

    return read


def optional(unsaid: str, read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Reads what `read` does, and None as the word `unsaid`."""

    def read_optional(text: str) -> Any:
        return None if _normal(text) == unsaid else read(text)

    return read_optional


def write_optional(unsaid: str, write: Callable[[Any], str] = str) -> Callable[[Any], str]:
    """Writes what `optional` reads."""
    return lambda value: unsaid if value is None else write(value)


def read_number(text: str) -> float:
    """A number; a decimal comma is one where it cannot mean thousands.

    >>> read_number("0,5"), read_number("−2"), read_number("1e 3")
    (0.5, -2.0, 1000.0)
    """
    plain = text.strip().replace("−", "-")
    plain = re.sub(r"(?<=\de) (?=\d)", "+", plain, flags=re.IGNORECASE)  # as a link says + where it is not encoded
    if comma := _DECIMAL_COMMA.fullmatch(plain):
        plain = _with_point(*comma.groups())
    try:
        return float(plain)
    except ValueError:
        if "," in plain:
            raise InvalidSetting("a number with a decimal point is needed, like 0.5") from None
        raise InvalidSetting("a number is needed") from None


def write_number(value: float) -> str:
    """The shortest text that `read_number` reads as exactly this number, without a plus, which links do not keep."""
    if isinstance(value, int):
        return str(value)
    return repr(float(value)).removesuffix(".0").replace("e+", "e")


def with_decimal_points(text: str, read: Callable[[str], Any]) -> str:
    """The text as `read` understands it: as it is, else with its decimal commas as points; raises what `read` raises.

    >>> with_decimal_points("1,5", float)
    '1.5'
    """
    for tried in (text, re.sub(r"(?<=\d),(?=\d)", ".", text)):
        with suppress(ValueError):
            read(tried)
            return tried
    read(text)
    return text


def formula_of(*variables: str, constant: bool = True) -> Callable[[str], str]:
    """Reads a formula in these variables; without `constant` at least one of them has to be there.

    What is no such formula raises `InvalidExpression` with what is wrong with it.
    """

    def check(text: str) -> None:
        parsed = parse(text, variables)
        if not constant and not any(node.name in variables for node in parsed.root.walk()):
            raise InvalidExpression("Write at least one variable: {variables}.", variables=", ".join(variables))

    return lambda text: with_decimal_points(text, check)


def read_switch(text: str) -> bool:
    return one_of(lambda: ("off", "on"))(text) == "on"


def write_switch(value: bool) -> str:
    return "on" if value else "off"


def read_data(text: str) -> str:
    """A data set's name, perhaps with few of its training images: "digits.100"; also of somebody's own data."""
    if is_own(name := text.strip().lower()):
        return name  # whether this session has it shows when it is looked for
    own, sign, count = text.strip().rpartition(".")
    if not (sign and any(_normal(own) == _normal(name) for name in datasets.names())):
        return one_of(datasets.names)(text)
    name = one_of(datasets.names)(own)
    few = {str(each): datasets.few_name(name, each) for each in datasets.FEW}
    if count not in few:
        raise InvalidSetting("choose one of {choices}", choices=", ".join([name, *few.values()]))
    return few[count]


def read_backend(text: str) -> str:
    """A backend's name. Raises `UnknownBackend`, or `BackendUnavailable` with the reason."""
    lower = text.strip().casefold()
    name = text if text in backends.names() or lower not in backends.names() else lower
    backends.get(name)
    return name


def read_language(known: Collection[str]) -> Callable[[str], str]:
    """Reads one of these languages, with or without a country: "ko", "ko-KR"."""
    read = one_of(lambda: known)
    return lambda text: read(re.split("[-_]", text)[0])


def read_hidden(text: str) -> tuple[int, ...]:
    """Hidden layers as typed: "32", "64-32", or "none" for a network without any."""
    if _normal(text) == "none":
        return ()
    parts = re.split(r"\s*[-–—−,]\s*|\s+", text.strip())
    if len(parts) > MAX_LAYERS or not all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts):
        raise InvalidSetting(
            "write up to {layers} whole numbers like 64-32, or none for no hidden layer", layers=MAX_LAYERS
        )
    sizes = tuple(int(part) for part in parts)
    if not all(1 <= size <= MAX_UNITS for size in sizes):
        raise InvalidSetting("each hidden layer has 1 to {units} units", units=MAX_UNITS)
    return sizes


def write_hidden(hidden: tuple[int, ...]) -> str:
    return "-".join(map(str, hidden)) or "none"


def _normal(text: str) -> str:
    return re.sub(r"[-\s]+", "_", text.strip().casefold())


def _whole(text: str) -> int | None:
    """The whole number that the text says in digits, or as "1e3"; None if it says none."""
    if text.isascii() and text.isdigit():
        return int(text) if len(text) < 20 else None
    try:
        value = read_number(text)
    except InvalidSetting:
        return None
    return int(value) if value.is_integer() and abs(value) < 2**53 else None


def _with_point(sign: str, before: str, after: str, exponent: str) -> str:
    """ "1,5" as "1.5". Raises `InvalidSetting` for "1,500", which may mean thousands."""
    if len(after) == 3 and len(before) <= 3 and not before.startswith("0") and not exponent:
        raise InvalidSetting(
            "this could mean two things: write {fraction} or {thousands}",
            fraction=f"{sign}{before}.{after}",
            thousands=f"{sign}{before}{after}",
        )
    return f"{sign}{before}.{after}{exponent}"
