"""The code of the environment: the same in every process of a machine, whatever else is loaded by then."""

import subprocess
import sys

TOLD = "from engines.runs.identity import environment_code; print(environment_code('numpy'))"
OTHERS = "from engines import backends; [backends.get(name) for name in backends.names()]\n"


def told(program):
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


def test_the_code_does_not_depend_on_what_else_is_loaded():
    code = told(TOLD)
    assert code == told(OTHERS + TOLD)
    assert len(code) == 4
