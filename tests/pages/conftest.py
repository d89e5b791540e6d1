"""What the tests of the pages share: the backends, and an eye on labels without a translation."""

import gettext
from functools import cache

import pytest
from streamlit.components.v2 import manifest_scanner

from engines import backends
from ui import text
from ui.symbolic import asking as symbolic

# Each `AppTest` looks through the metadata of all installed packages, a fifth of the time that these tests take.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


@pytest.fixture(autouse=True)
def _waits_for_sympy(monkeypatch):
    """The script waits until SymPy has answered: here no fragment draws the page once more."""
    monkeypatch.setattr(symbolic, "PATIENCE", 30.0)


@pytest.fixture(params=backends.names())
def backend(request):
    return request.param


@pytest.fixture
def untranslated():
    """The labels that the Korean pages ask for in vain, filled while they are drawn."""
    asked = []

    class Missing(gettext.NullTranslations):
        def gettext(self, message):
            asked.append(message)
            return message

    text._catalogue.cache_clear()
    text._catalogue("ko").add_fallback(Missing())
    yield asked
    text._catalogue.cache_clear()
