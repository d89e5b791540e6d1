"""Everything a person reads, in their language: labels from catalogues, longer text from Markdown files.

Labels are written in English in the code and looked up in `<language>/labels.po` (gettext). Longer text
stands in `<language>/<page>.md`, cut into sections by `## name`.
"""

from __future__ import annotations

import gettext
import io
import re
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from engines.errors import EngineError

FOLDER = Path(__file__).parent
SOURCE_LANGUAGE = "en"


class Text:
    """The words of one language. Calling it translates a label: `_ = Text("ko"); _("Loss")`."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, label: str) -> str:
        return _catalogue(self.language).gettext(label) if label else label

    def error(self, error: EngineError) -> str:
        """An engine's message in this language, as Markdown: nothing that a person typed is taken for markup."""
        return re.sub(r"([\\`*_\[\]$~<>])", r"\\\1", self._message(error))

    def _message(self, error: EngineError) -> str:
        values = {
            name: self._message(value) if isinstance(value, EngineError) else value
            for name, value in error.values.items()
        }
        return self(error.template).format(**values)

    def section(self, page: str, name: str) -> str:
        """A section of a page's Markdown file. Raises KeyError where there is none."""
        return sections(self.language, page)[name]


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
