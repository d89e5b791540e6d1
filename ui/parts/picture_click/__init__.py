"""Clicks on a picture that is no chart: where in it, as shares of its width and height."""
