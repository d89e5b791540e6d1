"""Charts of the Gradient descent page."""
