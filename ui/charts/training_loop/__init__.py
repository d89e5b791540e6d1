"""Charts of the Training loop page."""
