"""What the tests of `ui` share."""

import pytest

from tests.ui import small_jobs


@pytest.fixture
def clock():
    """A clock that stands still until it is moved on."""
    return small_jobs.Clock()


@pytest.fixture
def scheduler():
    """A running scheduler; its jobs are closed in the end."""
    with small_jobs.running() as scheduler:
        yield scheduler
