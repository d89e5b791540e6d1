"""The Backends page where there is no backend but ours: it says so, and everything else is there."""

import json
import subprocess
import sys

from tests.pages.test_without_torch import ROOT, SCRIPT

NO_TORCH = SCRIPT.partition("from streamlit.testing")[0]

OPEN = """
import time
from engines import backends
from engines.comparison import step_times
from streamlit.testing.v1 import AppTest

backends.entry_points = lambda group: ()  # nor any other package's
step_times.ROUNDS, step_times._BLOCK_SECONDS = 1, 1e-5

seen = {}
for scene in ("agreement", "speed", "code", "own"):
    app = AppTest.from_file("dashboard.py", default_timeout=60).switch_page("pages/backends.py")
    app.query_params["lang"], app.query_params["scene"] = "en", scene
    app.run()
    while any(str(button.key).endswith(".cancel") for button in app.button):
        time.sleep(0.05)
        app.run()
    seen[scene] = {
        "exceptions": len(app.exception),
        "charts": len(app.get("vega_lite_chart")),
        "text": " ".join(block.value for block in [*app.info, *app.markdown]),
        "code": [block.value for block in app.code],
    }
print(json.dumps(seen | {"torch": "torch" in sys.modules}))
"""


def test_alone_there_is_nothing_to_compare_but_all_the_rest():
    ran = subprocess.run([sys.executable, "-c", NO_TORCH + OPEN], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    seen = json.loads(ran.stdout.splitlines()[-1])
    assert seen.pop("torch") is False
    assert [scene["exceptions"] for scene in seen.values()] == [0, 0, 0, 0]
    assert [scene["charts"] for scene in seen.values()] == [0, 1, 0, 0]
    assert "Only one backend works here" in seen["agreement"]["text"]
    assert "our engine takes" in seen["speed"]["text"].replace("&#44;", ",")
    assert "overtake" not in seen["speed"]["text"].partition("What a step costs")[0]
    assert sum("def relu(self" in code for code in seen["code"]["code"]) == 1
    assert "torch" in seen["own"]["text"]
    assert "not installed here" in seen["own"]["text"]
