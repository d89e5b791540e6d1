"""Charts of the Derivative page."""
