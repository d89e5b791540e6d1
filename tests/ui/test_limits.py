"""The limits that the environment sets."""

import pytest

from ui.limits import Limits, limits


def test_the_environment_sets_them(monkeypatch):
    monkeypatch.delenv("GRADIENT_ENGINE_SYMPY_SECONDS", raising=False)
    monkeypatch.delenv("GRADIENT_ENGINE_SYMPY_MB", raising=False)
    assert limits() == Limits(3, 600)
    monkeypatch.setenv("GRADIENT_ENGINE_SYMPY_SECONDS", "1.5")
    monkeypatch.setenv("GRADIENT_ENGINE_SYMPY_MB", "800")
    assert limits() == Limits(1.5, 800)


@pytest.mark.parametrize("written", ["three", "nan", "-1", "0", "inf", "1e9", "3 s"])
def test_what_cannot_be_used_is_said_and_the_usual_holds(monkeypatch, caplog, written):
    monkeypatch.setenv("GRADIENT_ENGINE_SYMPY_SECONDS", written)
    assert limits().sympy_seconds == 3
    assert "GRADIENT_ENGINE_SYMPY_SECONDS" in caplog.text
    assert repr(written) in caplog.text
