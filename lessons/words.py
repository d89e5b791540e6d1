"""A lesson's words: one Markdown file a language, cut into sections by `## name`; placeholders take the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from lessons.steps import Lesson
from ui.text.korean import Korean

_FORMS: dict[str, type[str]] = {"ko": Korean}


@cache
def _sections(file: Path) -> dict[str, str]:
    parts = re.split(r"^## (\w+)\n", file.read_text("utf-8"), flags=re.MULTILINE)
    return {name: body.strip() for name, body in zip(parts[1::2], parts[2::2], strict=True)}


def sections(lesson: Lesson, language: str) -> Mapping[str, str]:
    """All sections by name."""
    return _sections(lesson.folder / f"{language}.md")


def told(lesson: Lesson, language: str, section: str, /, **values: Any) -> str:
    """A section with its placeholders filled in; "" where there is none."""
    text = sections(lesson, language).get(section, "")
    return _FORMS.get(language, str)(text).format(**values) if values else text
