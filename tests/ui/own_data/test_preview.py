"""What stands under the preview's pictures, in states that a page may come into."""

from dataclasses import replace

import numpy as np
import pytest

from engines.datasets.own import Look
from ui.own_data.field_looks import field_looks
from ui.own_data.preview import counts_reading, images_reading
from ui.text import Text

EN, KO = Text("en"), Text("ko")
LOOK = Look(
    images=np.zeros((1, 8, 12), np.float32),
    labels=np.zeros(1, np.int64),
    class_names=("cat", "dog", "owl"),
    train_counts=np.array([1200, 4, 0]),
    test_counts=np.array([300, 0, 1]),
    given_range=(-1.0, 0.5),
    value_range=(0.0, 1.0),
    done=(),
    suspicions=(),
)


def test_fewest_and_most_are_of_both_parts_together():
    told = counts_reading(LOOK, LOOK.class_names, EN)
    assert told == "3 classes, 1,204 training and 301 test images. Fewest: owl (1). Most: cat (1,500)."


def test_equal_counts_name_no_class():
    equal = replace(LOOK, train_counts=np.array([4, 3, 5]), test_counts=np.array([1, 2, 0]))
    assert counts_reading(equal, equal.class_names, EN).endswith("Each class has 5.")


@pytest.mark.parametrize("shown", [1, 20])
def test_the_images_are_told_with_height_before_width_and_both_ranges(shown):
    told = images_reading(replace(LOOK, images=np.zeros((shown, 8, 12), np.float32)), EN)
    assert told.startswith(f"{shown} image{'s' if shown > 1 else ''} of 8×12 pixels")
    assert "-1 … 0.5" in told.replace("−", "-")
    assert "0 … 1 here" in told


def test_a_style_sheet_ends_where_it_should_whatever_the_words():
    class Hostile(Text):
        def __call__(self, label):
            return 'a"</style><script>\\' + label

    sheet = field_looks(128, Hostile("en"))
    assert "</style" not in sheet
    assert sheet.count('"') == 4  # two strings
