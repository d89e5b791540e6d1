"""What the Derivative page alone uses."""
