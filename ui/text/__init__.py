"""Everything a person reads, in their language: labels from catalogues, longer text from Markdown files.

Labels are written in English in the code and looked up in `<language>/labels.po` (gettext). Longer text
stands in `<language>/<page>.md`, cut into sections by `## name`.
"""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from engines.errors import EngineError, filled
from ui.text.korean import Korean
from ui.text.plain import plain, shortened

Translate = Callable[[str], str]  # label → label in the reader's language; what a `Text` is to those that need no more

_FORMS: dict[str, type[str]] = {"ko": Korean}  # where words around a value depend on it

FOLDER = Path(__file__).parent
SOURCE_LANGUAGE = "en"
_LONGEST_VALUE, _LONGEST_LIST, _LONGEST_MESSAGE = 80, 400, 600  # characters
_LISTS = ("choices", "names", "variables", "functions", "reason")  # what is there to choose, or an error's own words


class Text:
    """The words of one language. Calling it translates a label: `_ = Text("ko"); _("Loss")`."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, label: str) -> str:
        return self._form(_catalogue(self.language).gettext(label)) if label else label

    def counted(self, one: str, many: str, count: float) -> str:
        """The label for `count` things, with the plural rules of the language; its placeholders are still to fill."""
        return self._form(_catalogue(self.language).ngettext(one, many, count))  # type: ignore[arg-type]

    def _form(self, label: str) -> str:
        return _FORMS.get(self.language, str)(label)

    def error(self, error: EngineError) -> str:
        """An engine's message in this language, as Markdown: nothing that a person typed is taken for markup."""
        return plain(self.message(error))

    def message(self, error: EngineError) -> str:
        """An engine's message in this language, as it is; what was typed at length is cut."""
        values = {name: self._told(name, value) for name, value in error.values.items()}
        return shortened(filled(self(error.template), values), _LONGEST_MESSAGE)

    def _told(self, name: str, value: object) -> object:
        if isinstance(value, EngineError):
            return self.message(value)
        if isinstance(value, str):
            return shortened(value, _LONGEST_LIST if name in _LISTS else _LONGEST_VALUE)
        return value

    def term(self, name: str) -> str:
        """What a term means, in a line or two: the glossary's own words. Raises KeyError where it has none."""
        return self.section("glossary", name)

    def terms(self, names: Iterable[str]) -> str | None:
        """The terms among these that the glossary has, a paragraph for each."""
        known = sections(self.language, "glossary")
        return "\n\n".join(known[name] for name in names if name in known) or None

    def section(self, page: str, name: str) -> str:
        """A section of a page's Markdown file, its placeholders still to fill. Raises KeyError where there is none."""
        return self._form(sections(self.language, page)[name])


def counted(_: Translate, one: str, many: str, count: float) -> str:
    """A label for `count` things: `counted(_, "{n} step", "{n} steps", n).format(n=n)`.

    >>> counted(str, "{n} step", "{n} steps", 1), counted(str, "{n} step", "{n} steps", 2)
    ('{n} step', '{n} steps')
    """
    return _.counted(one, many, count) if isinstance(_, Text) else one if count == 1 else many


@cache
def sections(language: str, page: str) -> dict[str, str]:
    """The sections of a page's Markdown file, by name."""
    parts = re.split(r"^## (\w+)\n", (FOLDER / language / f"{page}.md").read_text("utf-8"), flags=re.MULTILINE)
    return {name: body.strip() for name, body in zip(parts[1::2], parts[2::2], strict=True)}


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    path = FOLDER / language / "labels.po"
    if language == SOURCE_LANGUAGE or not path.exists():
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
