"""Charts of the Chain rule page."""
