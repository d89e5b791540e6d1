"""Take it home: a run as files that work without the app (chapter 2.4.3).

- `script(recipe, data, library, language, reference)`: one Python file that trains the run anew; `library` is one of
  `LIBRARIES`, `language` one of `LANGUAGES`, `reference` are (step, loss) pairs of the app to print beside its own.
- `notebook(…)` with the same arguments: the same code as a Jupyter notebook, with curves. It asks for matplotlib.
- `data_npz(data)`: the data that script and notebook read; save it beside them as `data_file(data)`.
- `curves_csv(bins, tests)`, `weights_npz(parameters)`: what a snapshot has of the run.
- `recipe_json(recipe)`, and back again `recipe_from_json(text)`.

All are pure functions. What cannot be used raises an `EngineError`.
"""

from engines.exports.files import curves_csv, data_file, data_npz, weights_npz
from engines.exports.notebooks import notebook
from engines.exports.plan import LANGUAGES, LIBRARIES
from engines.exports.recipe_files import recipe_from_json, recipe_json
from engines.exports.scripts import script

__all__ = [
    "LANGUAGES",
    "LIBRARIES",
    "curves_csv",
    "data_file",
    "data_npz",
    "notebook",
    "recipe_from_json",
    "recipe_json",
    "script",
    "weights_npz",
]
