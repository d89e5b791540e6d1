"""The limits that the environment sets."""

import math

import pytest

from engines.errors import InvalidSetting
from ui.server.limits import Limits, limits, replicas


def test_the_environment_sets_them():
    assert limits({}) == Limits(session_mb=256, sessions_mb=1200, results_mb=64, sympy_seconds=3, sympy_megabytes=600)
    written = {"GRADIENT_ENGINE_SYMPY_SECONDS": "1.5", "GRADIENT_ENGINE_SYMPY_MB": "800"}
    assert limits(written) == Limits(sympy_seconds=1.5, sympy_megabytes=800)
    assert limits({"GRADIENT_ENGINE_SESSION_MB": " 12.5 "}).session_mb == 12.5


def test_they_can_be_lifted_on_ones_own_machine():
    lifted = limits({"GRADIENT_ENGINE_SESSIONS_MB": "none", "GRADIENT_ENGINE_SYMPY_SECONDS": "none"})
    assert lifted.sessions_mb == math.inf
    assert lifted.sympy_seconds == 3600  # a process that never answers helps nobody


@pytest.mark.parametrize("written", ["three", "nan", "-1", "0", "3 s", "256 MB"])
@pytest.mark.parametrize("name", ["SESSION_MB", "SESSIONS_MB", "RESULTS_MB", "SYMPY_SECONDS", "SYMPY_MB"])
def test_what_cannot_be_used_is_said(name, written):
    with pytest.raises(InvalidSetting, match=f"GRADIENT_ENGINE_{name}"):
        limits({f"GRADIENT_ENGINE_{name}": written})


def test_replicas_on_one_machine_share_what_all_sessions_may_hold():
    assert limits({"GRADIENT_ENGINE_REPLICAS": "4"}) == Limits(sessions_mb=300, results_mb=16)
    written = {"GRADIENT_ENGINE_REPLICAS": "2", "GRADIENT_ENGINE_SESSIONS_MB": "none"}
    assert limits(written) == Limits(sessions_mb=math.inf, results_mb=32)
    assert replicas({"GRADIENT_ENGINE_REPLICAS": " 16 "}) == 16
    assert replicas({}) == 1


@pytest.mark.parametrize("written", ["0", "-1", "1.5", "two", "none", "1001", "²"])
def test_a_number_of_replicas_that_cannot_be_is_said(written):
    with pytest.raises(InvalidSetting, match=r"GRADIENT_ENGINE_REPLICAS .* whole number from 1 to 1000"):
        limits({"GRADIENT_ENGINE_REPLICAS": written})
