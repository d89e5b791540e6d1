"""Measurements. Each module is one command: `python -m benchmarks.engine_speed`.

Ratios between libraries only mean something on one thread, and a library reads these variables when it is
first imported: so they are set here, before any benchmark imports NumPy.
"""

import os

for _library in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM"):
    os.environ[f"{_library}_NUM_THREADS"] = "1"
