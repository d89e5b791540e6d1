"""Bring the label catalogues up to date with the code: new labels get an empty translation, unused ones go.

Run `python -m scripts.update_labels`, then translate what it lists.
"""

from __future__ import annotations

import inspect
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from engines import datasets, errors, losses
from ui.experiment.settings import LANGUAGES
from ui.jobs.job import JobClosed, JobTimeout
from ui.navigation import PAGES
from ui.parts.scenes import Scene
from ui.server.budget import OverBudget
from ui.server.uploads import UploadRefused
from ui.text import FOLDER, SOURCE_LANGUAGE
from ui.training_loop.pad.drawings import CannotKeep

ROOT = Path(__file__).parents[1]
SOURCES = ("dashboard.py", "pages/*.py", "ui/**/*.py", "engines/**/*.py", "lessons/*.py")


Label = str | tuple[str, str]  # one of `counted` is a pair: for one thing, for several


def labels() -> list[Label]:
    """Every label of the code: what is given to `_` or, in two forms, to `counted`, and the templates of the engines'
    errors; what pages and scenes are called in their tables, and what data sets and losses call themselves."""
    raised = [name for name, value in vars(errors).items() if inspect.isclass(value)]
    others = [kind.__name__ for kind in (Scene, JobClosed, JobTimeout, OverBudget, UploadRefused, CannotKeep)]
    plain, counted = {name: None for name in ("_", *others, *raised)}, {"counted": (2, 3)}
    files = sorted(path for pattern in SOURCES for path in ROOT.glob(pattern))
    found = [  # each kind by itself: the `_` that `counted` is given would be taken for a call
        message[1]
        for path in files
        for keywords in (plain, counted)
        for message in extract_from_file("python", path, keywords=keywords)
    ]
    own = [*PAGES.values(), *datasets.labels().values(), *(losses.get(name).label for name in losses.names())]
    return sorted({label for label in [*found, *own] if label and all(label)}, key=singular)


def singular(label: Label) -> str:
    """What a catalogue knows the label by."""
    return label if isinstance(label, str) else label[0]


def main() -> None:
    for language in LANGUAGES.keys() - {SOURCE_LANGUAGE}:
        path = FOLDER / language / "labels.po"
        known = read_po(path.open("rb"), locale=language) if path.exists() else Catalog(locale=language)
        catalogue = Catalog(locale=language, project="Gradient Engine", fuzzy=False)
        catalogue.header_comment = f"# Labels of Gradient Engine: {language}"
        for label in labels():
            catalogue.add(label, _translated(known, label))
        with path.open("wb") as file:
            write_po(file, catalogue, width=0, omit_header=False, sort_output=True)
        missing = [singular(label) for label in labels() if not any(catalogue[singular(label)].string)]
        print(*(f"{language}: {label}" for label in missing), sep="\n")


def _translated(known: Catalog, label: Label) -> str | tuple[str, ...]:
    """As it is known already; each form of `counted` that the language has."""
    message = known.get(singular(label))
    string = message.string if message else ""
    if isinstance(label, str):
        return string if isinstance(string, str) else string[0]
    return (string,) * known.num_plurals if isinstance(string, str) else tuple(string)


if __name__ == "__main__":
    main()
