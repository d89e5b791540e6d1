"""What belongs to the Backends page alone."""
