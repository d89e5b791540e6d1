"""Every word in both languages: no label or section missing, none left over, placeholders alike."""

import ast
import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from engines.errors import InvalidSetting
from scripts.update_labels import labels
from ui.experiment.settings import LANGUAGES
from ui.text import FOLDER, SOURCE_LANGUAGE, Text, sections

ROOT = Path(__file__).parents[3]
TRANSLATIONS = sorted(LANGUAGES.keys() - {SOURCE_LANGUAGE})
PAGES = sorted(path.stem for path in (FOLDER / SOURCE_LANGUAGE).glob("*.md"))


def catalogue(language):
    with (FOLDER / language / "labels.po").open("rb") as file:
        return {message.id: message.string for message in read_po(file, locale=language) if message.id}


def forms(label):
    """Of a label or its translation: itself, or the forms of a counted one."""
    return (label,) if isinstance(label, str) else tuple(label)


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_the_catalogue_has_each_label_of_the_code_and_no_other(language):
    assert {label for label, told in catalogue(language).items() if told and all(forms(told))} == set(labels())


def test_no_label_stands_in_an_f_string():
    """It would not be found there, and stay English."""
    for path in [ROOT / "dashboard.py", *ROOT.glob("pages/*.py"), *ROOT.glob("ui/**/*.py")]:
        for formatted in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(formatted, ast.JoinedStr):
                calls = [node for node in ast.walk(formatted) if isinstance(node, ast.Call)]
                assert "_" not in [ast.unparse(call.func) for call in calls], path


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_translations_keep_the_placeholders(language):
    def placeholders(text):
        return sorted(
            f"{name}:{spec}!{conversion}"
            for _literal, name, spec, conversion in string.Formatter().parse(text)
            if name is not None
        )

    for label, translation in catalogue(language).items():
        for told in forms(translation):  # "one step" needs no number
            assert placeholders(told) == placeholders(forms(label)[-1]), label


@pytest.mark.parametrize("language", TRANSLATIONS)
@pytest.mark.parametrize("page", PAGES)
def test_pages_have_the_same_sections_in_every_language(language, page):
    assert list(sections(language, page)) == list(sections(SOURCE_LANGUAGE, page))
    assert all(sections(language, page).values())


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_no_page_is_left_over(language):
    assert sorted(path.stem for path in (FOLDER / language).glob("*.md")) == PAGES


def test_every_section_is_shown_somewhere():
    asked = set()
    for path in [ROOT / "dashboard.py", *ROOT.glob("pages/*.py"), *ROOT.glob("ui/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "section":
                asked.add(ast.unparse(node.args[-1]))
    written = {section for page in PAGES for section in sections(SOURCE_LANGUAGE, page)}
    patterns = [re.sub(r"\{.*?\}", ".+", text.strip("f'\"")) for text in asked]
    patterns += sections(SOURCE_LANGUAGE, "glossary")  # its page shows all
    assert {section for section in written if not any(re.fullmatch(p, section) for p in patterns)} == set()


def test_every_term_that_a_control_explains_is_in_the_glossary():
    terms = set()
    for path in ROOT.glob("ui/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            is_method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if is_method and node.func.attr in ("term", "terms"):
                terms |= {part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)}
    assert terms <= set(sections(SOURCE_LANGUAGE, "glossary"))


def test_an_engine_error_is_said_in_the_readers_language():
    error = InvalidSetting("choose one of {choices}", choices="a, b")
    assert Text("en").error(error) == "choose one of a, b"
    assert "a, b" in Text("ko").error(error)
    assert Text("ko").error(error) != Text("en").error(error)


def test_what_a_person_typed_is_no_markup_in_a_message():
    inner = InvalidSetting("{name}", name="x**3 - 3*x, __y__, [u](v), $5$, `c`")
    shown = Text("en").error(InvalidSetting("not {what}", what=inner))
    assert re.sub(r"\\(.)", r"\1", shown) == "not x**3 - 3*x, __y__, [u](v), $5$, `c`"
    assert not re.search(r"(?<!\\)[*_\[$`]", shown)


def test_korean_is_korean():
    untranslated = [label for label, text in catalogue("ko").items() if not re.search("[가-힣]", forms(text)[0])]
    kept = {"Glorot", "He", "{name}: {label}", "{minimum}: f = {y}"}  # names, and labels without a word
    assert [label for label in untranslated if label not in kept and re.search("[a-z]{3}", label)] == []
