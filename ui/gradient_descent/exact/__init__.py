"""The scene "solved exactly" of the Gradient descent page: every point where the gradient is zero."""
