"""An assignment from its link to the link that is handed in, and the page for teachers that makes it."""

import base64
import html
import io
import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
import zxingcpp
from PIL import Image
from streamlit.testing.v1 import AppTest

from lessons.marking import marked
from lessons.personal import seed_of
from tests.lessons.tiny import CODE, tiny
from tests.pages.driving import finished, open_page, texts
from ui.parts.qr import LONGEST, _picture
from ui.text import sections
from ui.text.plain import plain

__all__ = ["tiny"]


def start(**query):
    app = AppTest.from_file("../../dashboard.py", default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def links(app):
    """What the fields for copying hold."""
    found = [re.search(r'class="ge-copy".*? value="([^"]+)"', text, re.DOTALL) for text in texts(app)]
    return [html.unescape(match[1]) for match in found if match]


def begun(name, **query):
    app = start(lang="en", assignment=CODE, **query)
    app.text_input(key="lesson.name").input(name)
    return submitted(app, "Begin")


def submitted(app, label):
    (button,) = [button for button in app.button if button.label == label]
    return button.click().run()


def parameters(link):
    return {key: values[0] for key, values in parse_qs(urlsplit(link).query).items()}


def test_an_assignment_asks_for_a_name(tiny):
    app = start(lang="en", assignment=CODE)
    assert any("An assignment of 3 questions" in text for text in texts(app))
    app = submitted(app, "Begin")
    assert [error.value for error in app.error] == ["Type your name first."]
    assert app.session_state.place.student == ""
    app.text_input(key="lesson.name").input("  Kim   Min-jun ")
    app = submitted(app, "Begin")
    assert not app.exception
    place = app.session_state.place
    assert (place.student, place.question) == ("Kim Min-jun", 1)
    assert any("Tiny** · 1 of 3 · Kim Min-jun" in text for text in texts(app))
    assert app.session_state.settings.seed == seed_of("kim min-jun", CODE)


def test_from_the_name_to_the_link_that_is_handed_in(tiny, backend):
    app = begun("Ada", backend=backend)
    app.text_input(key=f"lesson.said.{CODE}.1").input("0.1")
    app = finished(submitted(app, "Predict"))
    assert links(app) == []
    app = open_page("derivative", **{key: str(value) for key, value in query_of(app, 2).items()})
    app = finished(submitted(app, "Skip"))
    app = open_page("derivative", **query_of(app, 3))
    app.radio(key=f"lesson.said.{CODE}.3").set_value("left")
    app = finished(submitted(app, "Predict"))
    (link,) = links(app)
    said = parameters(link)
    assert (said["student"], said["did"], said.get("backend", "numpy")) == ("Ada", "1p0.1~2s~3pleft", backend)
    found = list(marked([link]))
    assert [row.findings for row in found] == [(), (), ()]
    assert [(row.predicted, row.skipped) for row in found] == [("0.1", ""), ("", "yes"), ("left", "")]
    (edited,) = [row for row in marked([link.replace("3aleft", "3aright")]) if row.findings]
    assert edited.question == "3"


def query_of(app, question):
    """The link of a question, as its strip writes it, with all that the app knows by then."""
    from ui.experiment.settings import to_query

    place, settings = app.session_state.place.at(question), app.session_state.settings
    own = {"lang": "en", "backend": settings.backend}
    return own | dict(place.present[1].before.query) | to_query(place)


def test_handing_in_before_the_end_says_how_many_are_left(tiny):
    app = begun("Ada")
    app.text_input(key=f"lesson.said.{CODE}.1").input("0.1")
    app = finished(submitted(app, "Predict"))
    app = finished(submitted(app, "Hand in"))
    assert any("2 questions are not answered yet: 2, 3." in text for text in texts(app))
    (link,) = links(app)
    assert [row.findings for row in marked([link])] == [(), *[("neither predicted nor skipped",)] * 2]
    app = open_page("derivative", **query_of(app, 2))
    app = finished(submitted(app, "Skip"))
    app = finished(submitted(app, "Hand in"))
    assert any("Question 3 is not answered yet." in text for text in texts(app))


def test_a_name_is_no_markup(tiny):
    app = begun("*A* <b> $x$")
    app = finished(submitted(app, "Hand in"))
    assert app.session_state.place.student == "*A* <b> $x$"
    assert not any("*A* <b>" in text for text in texts(app))
    assert sum(plain("*A* <b> $x$") in text for text in texts(app)) == 2  # in the strip and over the link
    (link,) = links(app)
    assert parameters(link)["student"] == "*A* <b> $x$"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_for_teachers_makes_the_link(tiny, backend, language, untranslated):
    app = open_page("for_teachers", lang=language, backend=backend)
    for said in sections(language, "for_teachers").values():
        beginning = said.partition("{")[0][:60]
        assert any(text.startswith(beginning) for text in texts(app))
    assert len(links(app)) == 1  # of the page before
    app.multiselect(key="view.pick").set_value(["01_tiny.way", "01_tiny.weight"]).run()
    assert not app.exception
    assert app.query_params["pick"] in ("01_tiny.way-01_tiny.weight", ["01_tiny.way-01_tiny.weight"])
    assert parameters(links(app)[1]) == {"assignment": "01_tiny.way-01_tiny.weight"}
    assert language == "en" or not untranslated
    again = open_page("for_teachers", lang=language, backend=backend, pick="01_tiny.way-01_tiny.weight")
    assert again.multiselect(key="view.pick").value == ["01_tiny.way", "01_tiny.weight"]
    assert links(again) == links(app)
    assert any("01_tiny.way" in decoded(picture) for picture in pictures(app))


def test_it_tells_about_how_long_an_assignment_takes(tiny):
    """A question has its share of its lesson: three questions in three minutes."""
    said = [texts(open_page("for_teachers", lang="en", pick=pick)) for pick in ("01_tiny.way", CODE)]
    assert "**One question, about 1 min**" in said[0]
    assert "**3 questions, about 3 min**" in said[1]


def test_a_link_with_unknown_questions_says_so(tiny):
    app = open_page("for_teachers", lang="en", pick="09_gone.entry")
    assert len(app.warning) == 1
    assert not app.exception


def test_it_gives_the_page_and_the_run_that_were_open(tiny):
    app = open_page("training_loop", lang="en", hidden="16", tempo="fast")
    app.button(key="step").click().run()
    app = app.switch_page("pages/for_teachers.py").run()
    (link,) = links(app)
    said = parameters(link)
    assert urlsplit(link).path == "/training_loop"
    assert (said["hidden"], said["trained"], said["tempo"]) == ("16", "1", "fast")
    assert any(decoded(picture) == link for picture in pictures(app))
    (frame,) = [code.value for code in app.code if "<iframe" in code.value]
    framed = html.unescape(re.search('src="([^"]+)"', frame)[1])
    assert parameters(framed) == said | {"embed": "true"}


def test_what_was_predicted_is_not_shown_to_a_class(tiny):
    app = begun("Ada")
    app = finished(submitted(app, "Skip"))
    app = app.switch_page("pages/for_teachers.py").run()
    said = parameters(next(link for link in links(app) if "trained" in link or "assignment" in link))
    assert not {"student", "did", "own"} & said.keys()


def pictures(app):
    """The QR codes on the page."""
    found = [re.search(r'class="ge-qr" src="data:image/png;base64,([^"]+)" alt="([^"]+)"', text) for text in texts(app)]
    return [match[1] for match in found if match]


def decoded(picture):
    """What a reader of another make finds in it, on a dark page."""
    image = Image.open(io.BytesIO(base64.b64decode(picture))).convert("L")
    on_dark = np.full((image.height + 80, image.width + 80), 14, np.uint8)
    on_dark[40:-40, 40:-40] = np.asarray(image)
    (code,) = zxingcpp.read_barcodes(on_dark)
    return code.text


@pytest.mark.parametrize("count", [30, 200, LONGEST])
def test_a_code_says_its_link(count):
    link = ("https://a.example/training_loop?lang=ko&" + "x=%EA%B9%80&" * 100)[:count]
    assert decoded(_picture(link).partition(",")[2]) == link


def test_a_link_too_long_for_a_code_says_so(tiny):
    def script(count):
        from ui.parts.qr import qr_code
        from ui.text import Text

        qr_code("x" * count, "label", Text("en"))

    short, long = (AppTest.from_function(script, args=(count,)).run() for count in (LONGEST, LONGEST + 1))
    assert len(pictures(short)) == 1
    assert short.caption.len == 0
    assert pictures(long) == []
    assert "601 characters" in long.caption[0].value
