"""Exported scripts, run in a process of their own."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engines import exports
from tests.engines.exports import cases

RUNNER = Path(__file__).with_name("run_scripts.py")


class Ran:
    """What a script printed, as (step, loss, loss of the app) a line, and its weights W1, b1, …"""

    def __init__(self, path):
        self.lines = [tuple(map(float, line.split())) for line in path.with_suffix(".txt").read_text().splitlines()[1:]]
        with np.load(path.with_suffix(".weights")) as arrays:
            self.weights = [arrays[name] for name in arrays.files]


def run_all(folder, runs, data, library, language="en", **environment):
    """Export all runs and run them in one process; [(run, what the app made, what the script made)]."""
    (folder / exports.data_file(data)).write_bytes(exports.data_npz(data))
    apps = [cases.made(run, data) for run in runs]
    for number, (run, app) in enumerate(zip(runs, apps, strict=True)):
        text = exports.script(run, data, library, language, cases.reference(app))
        (folder / f"run_{number:03}.py").write_text(text, "utf-8")
    command = [sys.executable, "-I", str(RUNNER), str(folder)]
    ended = subprocess.run(command, cwd=folder, env=os.environ | environment, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr[-2000:]
    return [(run, app, Ran(folder / f"run_{n:03}.py")) for n, (run, app) in enumerate(zip(runs, apps, strict=True))]


@pytest.fixture
def exported(tmp_path, digits):
    return lambda runs, library, data=digits, **rest: run_all(tmp_path, runs, data, library, **rest)
