"""What the start page alone uses."""
