"""How the tests open a page and read it, without a browser."""

import time

from streamlit.testing.v1 import AppTest


def open_page(name, **query):
    """The page as its link opens it."""
    app = AppTest.from_file("../../dashboard.py", default_timeout=60).switch_page(f"pages/{name}.py")
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def address(app):
    """What the browser's address says when the page has told it: also what the page itself has filled in."""
    return dict(app.session_state["written"])


def texts(app):
    """All that stands on the page as text or HTML, one string an element."""
    return [block.value for block in app.markdown] + [block.proto.body for block in app.get("html")]


def finished(app, seconds=60):
    """Run the page until the long work on it is done."""
    deadline = time.monotonic() + seconds
    while has_cancel(app) and time.monotonic() < deadline:
        time.sleep(0.05)
        app.run()
    assert not has_cancel(app)
    assert not app.exception
    return app


def has_cancel(app):
    """Whether long work is under way."""
    return any(str(button.key).endswith(".cancel") for button in app.button)
