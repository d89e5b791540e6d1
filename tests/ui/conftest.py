"""What the tests of `ui` share."""

import pytest

from tests.ui import jobs


@pytest.fixture
def clock():
    """A clock that stands still until it is moved on."""
    return jobs.Clock()


@pytest.fixture
def scheduler():
    """A running scheduler; its jobs are closed in the end."""
    with jobs.running() as scheduler:
        yield scheduler
