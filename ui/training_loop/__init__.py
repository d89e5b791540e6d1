"""What the Training loop page alone uses."""
