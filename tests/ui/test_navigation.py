"""The ways between pages: what a link carries, the red thread, the bar of a lecture."""

import re

import pytest

from ui.navigation import LESSONS, PAGES
from ui.text import sections


@pytest.mark.parametrize("language", ["en", "ko"])
def test_each_page_of_the_chapter_has_its_question_and_says_what_was_seen(language):
    assert set(sections(language, "thread")) == {f"{kind}_{name}" for kind in ("question", "seen") for name in LESSONS}
    questions = [sections(language, "thread")[f"question_{name}"] for name in LESSONS]
    assert all(re.fullmatch(r"[^?\n]+\?", question) for question in questions)
    assert len(set(questions)) == len(LESSONS)
    assert set(PAGES) - set(LESSONS) == {"start", "your_data", "questions", "glossary", "for_teachers"}
