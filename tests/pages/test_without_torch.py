"""The app where PyTorch is not installed: it works, and says why the choice is greyed out."""

import json
import subprocess
import sys
from pathlib import Path

from engines import backends

ROOT = Path(__file__).parents[2]

SCRIPT = """
import json, sys

class NoTorch:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "torch":
            raise ModuleNotFoundError("No module named 'torch'", name="torch")

sys.meta_path.insert(0, NoTorch())
from importlib import util
found = util.find_spec
util.find_spec = lambda name, *rest: None if name == "torch" else found(name, *rest)

from streamlit.testing.v1 import AppTest

app = AppTest.from_file("dashboard.py", default_timeout=60).switch_page("pages/training_loop.py")
app.query_params["lang"] = "en"
app.query_params["backend"] = "torch"
app.run()
app.button(key="step").click().run()
status = next(block.value for block in app.markdown if "data-steps" in block.value)
print(json.dumps({
    "exceptions": len(app.exception),
    "greyed_out": app.button(key="frame.missing.torch").disabled,
    "captions": [caption.value for caption in app.caption],
    "choices": list(app.button_group(key="frame.backend").options),
    "status": status,
    "torch": "torch" in sys.modules,
}))
"""


def test_the_page_trains_on_numpy_and_says_why_pytorch_is_greyed_out():
    ran = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    seen = json.loads(ran.stdout.splitlines()[-1])
    assert seen["exceptions"] == 0
    assert seen["greyed_out"] is True
    assert any("PyTorch" in caption and "No module named 'torch'" in caption for caption in seen["captions"])
    others = [backends.get(name).label for name in backends.names() if name not in ("numpy", "torch")]
    assert seen["choices"] == ["NumPy", *others]
    assert 'data-steps="1" data-backend="numpy"' in seen["status"]
    assert seen["torch"] is False
