"""What the Gradient descent page alone uses."""
