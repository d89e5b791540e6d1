"""How the tests open a page and read it, without a browser."""

from streamlit.testing.v1 import AppTest


def open_page(name, **query):
    """The page as its link opens it."""
    app = AppTest.from_file("../../dashboard.py", default_timeout=60).switch_page(f"pages/{name}.py")
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()
