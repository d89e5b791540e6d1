"""The sidebar's word about the data in use: how many images, and what keeps the rest from being used."""

import pytest
from streamlit.testing.v1 import AppTest

from engines import datasets
from engines.datasets import fashion_mnist
from ui.experiment.session import shared_data


def shown():
    from ui.data_choice import data_in_use
    from ui.experiment.settings import Settings
    from ui.text import Text

    data_in_use(Settings(data="fashion_mnist"), Text("ko"))


@pytest.fixture
def damaged(monkeypatch, tmp_path):
    """A data folder whose image files are web pages."""
    monkeypatch.setenv("GRADIENT_ENGINE_DATA", str(tmp_path))
    monkeypatch.setattr(fashion_mnist, "DEBIAN_FOLDER", tmp_path / "nowhere")
    (tmp_path / "fashion_mnist").mkdir()
    for file in fashion_mnist.RELEASE.files:
        (tmp_path / "fashion_mnist" / file.name).write_bytes(b"<!doctype html>")
    shared_data.clear()
    yield
    shared_data.clear()


@pytest.mark.usefixtures("damaged")
def test_damaged_full_data_are_spoken_of_beside_the_subset():
    assert datasets.load("fashion_mnist").source == "subset"
    app = AppTest.from_function(shown).run(timeout=30)
    assert not app.exception
    counts, problem = (caption.value for caption in app.caption)
    assert "6,000" in counts
    assert "train-images-idx3-ubyte.gz" in problem
    assert "HTML" in problem
    assert app.button(key="download")
