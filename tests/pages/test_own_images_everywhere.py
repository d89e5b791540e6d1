"""Data that a session has brought, on every page: drawn, trained on, linked to, taken home, and nobody else's."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.own_sets import give, own_set
from tests.pages.driving import finished
from tests.pages.test_equal_weights import SCENES, written

PETS = own_set()
THREE = own_set((8, 8), ("a", "b", "c"), (3, 40, 60), (1, 9, 20), 1, "three of a.zip")


def open_with(data, name, given=True, **query):
    """The page as its link opens it, in a session that has brought the data, or has not."""
    app = AppTest.from_file("../../dashboard.py", default_timeout=60).switch_page(f"pages/{name}.py")
    if given:
        give(app, data)
    for key, value in ({"lang": "en", "hidden": "8", "data": data.name} | query).items():
        app.query_params[key] = value
    return app.run()


@pytest.mark.parametrize(
    ("page", "view", "backend"), [(*scene, ("numpy", "torch")[place % 2]) for place, scene in enumerate(SCENES)]
)
def test_every_page_is_drawn_with_own_images(page, view, backend):
    data = (PETS, THREE)[len(str(view)) % 2]
    app = finished(open_with(data, page, backend=backend, **view))
    assert not app.exception
    assert not app.error or "wrong" in view
    assert not app.warning
    assert "NaN" not in written(app)
