"""A lesson of three questions for tests, so that they depend on nobody's words."""

import pytest

import lessons

NAME, CODE = "01_tiny", "01_tiny.weight-01_tiny.slope-01_tiny.way"
TOML = """
minutes = 3

[[steps]]
name = "weight"
before = "training_loop?rate=0.2"
after = "training_loop?rate=0.2&trained=1"
question = "entry_after_step"
input = "number"
tolerance = 0.05
format = ".3f"
[steps.arguments]
parameter = "W1"
entry = [20, 3]

[[steps]]
name = "slope"
before = "derivative?f=sin&p=0.6"
after = "derivative?f=sin&p=0.6"
question = "derivative"
input = "number"
tolerance = 0.1
format = ".2f"
[steps.arguments]
function = "sin"
point = 0.6
[[steps.personal]]
key = "p"
argument = "point"
low = -1.4
high = 1.4

[[steps]]
name = "way"
before = "derivative?f=sin&p=0.6"
after = "derivative?f=sin&p=0.6"
question = "way_down"
input = "choice"
choices = ["left", "right", "neither"]
[steps.arguments]
function = "sin"
point = 0.6
"""
WORDS = """
## title
Tiny

## summary
Three questions.

## weight
A step is about to be made.

## weight_ask
What is `W1[20, 3]` then?

## weight_why
It is {answer:.3f}.

## slope
A curve.

## slope_ask
What is the slope at p?

## slope_why
It is {answer:.2f}.

## way
The same curve.

## way_ask
Where is it lower?

## way_choice_left
on the left

## way_choice_right
on the right

## way_choice_neither
on neither side

## way_why
The slope says so.
"""


def write_tiny(folder):
    """The lesson in that folder; returns the folder."""
    (folder / NAME).mkdir(parents=True)
    (folder / NAME / "lesson.toml").write_text(TOML, "utf-8")
    for language in ("en", "ko"):
        (folder / NAME / f"{language}.md").write_text(WORDS.lstrip(), "utf-8")
    return folder


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """The only lesson that there is."""
    monkeypatch.setattr(lessons, "FOLDER", write_tiny(tmp_path / "lessons"))
    return lessons.get(NAME)
