"""Values out of a JSON file that anybody may have written: each is looked at before it is used.

A `Place` is a value and where in the file it stands. It is asked for what it should be; where it is something else,
`InvalidDataFile` says what stands there and what is needed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from engines import given
from engines.errors import EngineError, InvalidDataFile, InvalidSetting

T = TypeVar("T")


@dataclass(frozen=True)
class Place:
    """A value of the file, and its place in it, such as "runs[2].recipe.seed"."""

    value: Any
    name: str = "file"

    def fields(self, *names: str) -> tuple[Place, ...]:
        """The fields of an object that has exactly these."""
        if not isinstance(self.value, dict) or self.value.keys() != set(names):
            raise self.wrong(InvalidSetting("an object with the fields {names} is needed", names=", ".join(names)))
        return tuple(Place(self.value[name], f"{self.name}.{name}") for name in names)

    def numbers(self, most: int) -> dict[str, float]:
        """An object of at most so many fields, all of them numbers."""
        if not isinstance(self.value, dict) or len(self.value) > most:
            raise self.wrong(InvalidSetting("an object of at most {most} fields is needed", most=most))
        return {name: Place(value, f"{self.name}.{name}").number() for name, value in self.value.items()}

    def listed(self, least: int, most: int) -> list[Place]:
        """The places of a list."""
        if not isinstance(self.value, list) or not least <= len(self.value) <= most:
            raise self.wrong(InvalidSetting("a list of {least} to {most} values is needed", least=least, most=most))
        return [Place(value, f"{self.name}[{index}]") for index, value in enumerate(self.value)]

    def whole(self, lowest: int, highest: int) -> int:
        if (number := given.whole(self.value)) is None or not lowest <= number <= highest:
            raise self.wrong(
                InvalidSetting("a whole number from {lowest} to {highest} is needed", lowest=lowest, highest=highest)
            )
        return number

    def number(self) -> float:
        if (number := given.number(self.value)) is None:
            raise self.wrong(InvalidSetting("a number is needed"))
        return number

    def number_or_none(self) -> float | None:
        return None if self.value is None else self.number()

    def text(self, most: int) -> str:
        if not isinstance(self.value, str) or len(self.value) > most:
            raise self.wrong(InvalidSetting("a text of at most {most} characters is needed", most=most))
        return self.value

    def one_of(self, choices: Collection[str]) -> str:
        if not isinstance(self.value, str) or self.value not in choices:
            raise self.wrong(InvalidSetting("choose one of {choices}", choices=", ".join(choices)))
        return self.value

    def made(self, make: Callable[[], T]) -> T:
        """What `make` makes of it; what that refuses is wrong with the file."""
        try:
            return make()
        except InvalidDataFile:
            raise
        except EngineError as error:
            raise self.wrong(error) from None

    def wrong(self, reason: EngineError) -> InvalidDataFile:
        """The error that says so of what stands here."""
        return InvalidDataFile(
            "The file is damaged or of another kind: {place} is {value} ({reason}).",
            place=self.name,
            value=given.Shown(given.cut(given.shown(self.value), 60)),
            reason=reason,
        )


def parsed(file: Any, most_bytes: int) -> Place:
    """What stands in a JSON file, its bytes or its text, of at most so many bytes. Raises `InvalidDataFile`."""
    if not isinstance(file, bytes | str):
        raise InvalidDataFile("The content of a file is needed, not {value}.", value=given.Shown(given.shown(file)))
    size = len(file) if len(file) > most_bytes or isinstance(file, bytes) else len(file.encode("utf-8", "replace"))
    if size > most_bytes:
        raise InvalidDataFile(
            "The file is too large: it has {size:,} bytes, and {most:,} are the most.", size=size, most=most_bytes
        )
    try:
        text = file.decode("utf-8-sig") if isinstance(file, bytes) else file.removeprefix("\ufeff")
        return Place(json.loads(text, parse_constant=_no_number))
    except (ValueError, RecursionError):  # ValueError: of a number of thousands of digits, too
        raise InvalidDataFile("The file is not JSON: it is of another kind, or damaged.") from None


def of_format(file: Any, name: str, version: int, most_bytes: int) -> Place:
    """What stands in a JSON file that says it is of that format, in this version or an earlier one."""
    content = parsed(file, most_bytes)
    if not isinstance(content.value, dict) or content.value.get("format") != name:
        raise InvalidDataFile("This is not a file of that kind: its format is not {name!r}.", name=name)
    found = Place(content.value.get("version"), "version").whole(1, 10**6)
    if found > version:
        raise InvalidDataFile(
            "The file was saved by a newer version of this app: its format is number {found}, and {known} is the "
            "newest that can be read here.",
            found=found,
            known=version,
        )
    return content


def _no_number(word: str) -> NoReturn:
    """NaN and Infinity are no JSON."""
    raise ValueError(word)
