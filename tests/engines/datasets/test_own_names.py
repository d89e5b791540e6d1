"""Names of own data sets: the hash of their content, told from others; never listed, never loaded."""

import pytest

from engines import datasets
from engines.datasets.own_names import identity_in, is_own, own_name
from engines.errors import DatasetUnavailable, UnknownDataset


def test_name_and_identity_belong_together():
    assert identity_in(own_name("0a1b2c3d")) == "0a1b2c3d"
    assert identity_in(datasets.few_name(own_name("0a1b2c3d"), 100)) == "0a1b2c3d"


@pytest.mark.parametrize(
    "name",
    [
        "digits",
        "own",
        "own-",
        "own-1a2b3c4",
        "own-1a2b3c4d5",
        "own-1A2B3C4D",
        "own-1a2b3c4d.7",
        "own-1a2b3c4d\n",
        7,
        None,
    ],
)
def test_other_names_are_not_own(name):
    assert (is_own(name), identity_in(name)) == (False, None)


def test_they_are_not_listed_and_cannot_be_loaded():
    assert not any(map(is_own, datasets.names_with_few()))
    assert "own" not in datasets.names()
    for name in ("own-1a2b3c4d", "own-1a2b3c4d.100"):
        with pytest.raises(DatasetUnavailable, match=f"^{name} stands for somebody's own images"):
            datasets.load(name)
    with pytest.raises(UnknownDataset):
        datasets.load("own-1a2b")
