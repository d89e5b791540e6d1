"""The line of figures: each under its label, nothing taken for markup, and facts that a program can read."""

import html

import pytest

from ui.parts.status import status


def test_each_figure_stands_under_its_label():
    told = html.unescape(status([("loss, smoothed", "0.061"), ("a & <b>", "$5$")]))
    assert told == (
        '<div class="ge-status"><div><small>loss, smoothed</small><b>0.061</b></div>'
        "<div><small>a & <b></small><b>$5$</b></div></div>"
    )
    assert "<b></small>" not in status([("<b>", "")])


@pytest.mark.parametrize("loss", [0.1 + 0.2, 1e-7, 0.0, float("nan"), float("inf")])
def test_facts_are_written_as_they_are(loss):
    told = status([], "margin:1rem 0", steps=0, backend="numpy", loss=loss)
    assert told == (
        f'<div style="margin:1rem 0" class="ge-status" data-steps="0" data-backend="numpy" data-loss="{loss!r}"></div>'
    )
    assert 'data-backend="&#60;x"' in status([], backend="<x")
