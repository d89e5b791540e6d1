"""Charts of the Gradient tensors page."""
