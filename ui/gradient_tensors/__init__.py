"""What the Gradient tensors page alone uses."""
