"""HAProxy for the tests. Without it they are skipped with a word, but where CI requires the browser tests they fail."""

import os

import pytest

from deploy.balancer import NoBalancer, haproxy


@pytest.fixture(scope="session")
def balancer_program():
    try:
        return haproxy()
    except NoBalancer as error:
        (pytest.fail if os.environ.get("GRADIENT_ENGINE_BROWSER_TESTS") == "required" else pytest.skip)(str(error))
