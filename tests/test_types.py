"""The types of engines/ and ui/ hold before a checker, as `pyproject.toml` configures it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_checker_finds_nothing():
    checker = Path(sys.executable).with_name("pyrefly")
    command = [checker, "check", "--python-interpreter-path", sys.executable]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stdout[-5000:] + ran.stderr[-500:]
