"""What all pages share: the red thread, the map, the glossary, lecture mode, links that remember."""

import json

import pytest
from streamlit.testing.v1 import AppTest

import lessons
from lessons.words import sections as words_of
from tests.pages.driving import open_page, texts
from ui.navigation import LESSONS, PAGES
from ui.text import Text, sections


def start(**query):
    app = AppTest.from_file("../../dashboard.py", default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def links(app):
    """Of each link to a page: its label and its query."""
    return [(link.proto.label, link.proto.query_string) for link in app.get("page_link")]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_start_page_is_a_map_of_the_chapter(language):
    app = start(lang=language, hidden="16")
    said = texts(app)
    asked = {label for label, _query in links(app)}
    assert asked >= {Text(language).section("thread", f"question_{name}") for name in LESSONS}
    told = [lessons.get(name) for name in lessons.names() if lessons.get(name).route]
    assert asked >= {f"{lesson.number} · {words_of(lesson, language)['title']}" for lesson in told}
    assert sum('class="ge-sketch"' in text for text in said) == len(LESSONS) + len(told)
    assert len([query for _label, query in links(app) if "hidden=16" in query]) >= len(PAGES) + len(LESSONS)
    assert not app.exception


@pytest.mark.parametrize("name", LESSONS[:-1])
def test_a_page_ends_with_what_was_seen_and_the_next_question(name):
    app = open_page(name, lang="en", hidden="16-8")
    assert Text("en").section("thread", f"seen_{name}") in texts(app)
    question = Text("en").section("thread", f"question_{LESSONS[LESSONS.index(name) + 1]}")
    assert [query for label, query in links(app) if label == f"Next: {question}"] == ["lang=en&hidden=16-8"]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_glossary_holds_every_term_and_every_page_links_to_it(language):
    app = open_page("glossary", lang=language)
    shown = [text for text in texts(app) if text]
    for term, said in sections(language, "glossary").items():
        assert [text for text in shown if text == said or text.startswith(f"{said}  \n")], term
    label = Text(language)(PAGES["glossary"])
    assert label in [label for label, _query in links(open_page("derivative", lang=language))]


def test_a_page_that_one_comes_back_to_is_as_it_was_left():
    app = open_page("gradient_descent", lang="en", scene="two")
    app = app.switch_page("pages/derivative.py").run()
    (query,) = {query for label, query in links(app) if label.endswith("Gradient descent")}
    assert "scene=two" in query
    (own,) = {query for label, query in links(app) if label == "2 · Derivative"}
    assert own == "lang=en"


def test_a_lecture_has_no_sidebar_larger_charts_and_every_link_keeps_it():
    plain, lecture = open_page("derivative", lang="en"), open_page("derivative", lang="en", lecture="on")
    assert len(plain.sidebar.button) > 0
    assert not lecture.sidebar.button
    assert not lecture.sidebar.selectbox
    assert all("lecture=on" in query for _label, query in links(lecture))
    small, large = (json.loads(app.get("vega_lite_chart")[0].proto.spec) for app in (plain, lecture))
    assert large["config"]["axis"]["labelFontSize"] >= 16
    assert large["height"] > small["height"]
    lecture.button(key="lecture.switch").click().run()
    assert len(lecture.sidebar.button) > 0


def test_lecture_mode_is_no_part_of_a_run():
    app = open_page("training_loop", lang="en")
    app.button(key="step").click().run()
    app.button(key="lecture.switch").click().run()
    assert app.session_state.settings.lecture
    assert any('data-steps="1"' in text for text in texts(app))
