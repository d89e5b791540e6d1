"""Charts of the Backends page."""
