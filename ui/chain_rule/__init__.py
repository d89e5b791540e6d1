"""What the Chain rule page alone uses."""
