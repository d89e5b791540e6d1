"""Runs every exported script of a folder in this one process, in which the project cannot be imported.

Leaves what each printed and the weights that it ended with. Called as `python -I run_scripts.py FOLDER`.
"""

import contextlib
import importlib.util
import io
import runpy
import sys
from pathlib import Path


def main(folder):
    for name in ("engines", "ui", "dashboard"):
        assert importlib.util.find_spec(name) is None, f"{name} can be imported"
    for path in sorted(folder.glob("*.py")):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            ended = runpy.run_path(str(path))
        path.with_suffix(".txt").write_text(printed.getvalue(), "utf-8")
        save(path.with_suffix(".weights"), ended)
        if "keras" in sys.modules:
            sys.modules["keras"].utils.clear_session()


def save(path, ended):
    import numpy as np

    with path.open("wb") as file:
        np.savez(file, *weights_of(ended))


def weights_of(ended):
    """W1, b1, W2, … as NumPy arrays, whatever the library."""
    model = ended.get("model")
    if model is None:
        return ended["weights"]
    if hasattr(model, "get_weights"):
        return model.get_weights()
    return [parameter.detach().numpy().T for parameter in model.parameters()]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
