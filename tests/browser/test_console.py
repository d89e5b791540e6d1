"""What the browser's console says of the charts: nothing, also of those whose rows come later."""

import pytest

from tests.browser.driving import open_at, settled, wait_until_done


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/derivative?lang=en", "Derivative"),
        ("/gradient_tensors?lang=en&scene=entry", "Gradient tensors"),
        ("/gradient_tensors?lang=en&scene=audit", "Gradient tensors"),
        ("/gradient_tensors?lang=en&scene=cost", "Gradient tensors"),
        ("/gradient_descent?lang=en&scene=exact&poly=wells3", "Gradient descent"),
        ("/gradient_descent?lang=en&scene=network&s_steps=30&s_size=15", "Gradient descent"),
    ],
)
def test_vega_warns_of_nothing(page, address, path, title):
    said = []
    page.on("console", lambda message: said.append(message.text))
    open_at(page, address, path, title)
    settled(page.locator("[data-testid=stVegaLiteChart] canvas").last)
    wait_until_done(page)
    assert [text for text in said if text.startswith("WARN")] == []
