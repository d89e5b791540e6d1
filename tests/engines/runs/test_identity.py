"""The code of the environment: the same in every process of a machine, whatever else is loaded by then."""

import subprocess
import sys

from engines import backends

TOLD = "from engines.runs.identity import environment_code; print(environment_code('numpy'))"


def test_the_code_does_not_depend_on_what_was_imported_before():
    others = "".join(f"import {name}\n" for name in backends.installed() if name != "numpy")
    assert others
    codes = [subprocess.run([sys.executable, "-c", before + TOLD], capture_output=True, text=True, check=True).stdout
             for before in ("", others)]  # fmt: skip
    assert codes[0] == codes[1]
    assert len(codes[0].strip()) == 4
