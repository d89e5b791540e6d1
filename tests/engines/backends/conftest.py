"""The contract of the backends: which of its tests are long."""

import pytest

OURS = ("numpy", "torch")
IN_EVERY_SHAPE = ("test_value", "test_gradient_in_float32")  # besides test_gradient, which is never left out


def pytest_collection_modifyitems(items):
    """Libraries that compile for each shape, as JAX does, take minutes for all shapes in both precisions."""
    for item in items:
        call = getattr(item, "callspec", None)
        if call and item.originalname in IN_EVERY_SHAPE and call.params.get("backend", OURS[0]) not in OURS:
            item.add_marker(pytest.mark.long)
