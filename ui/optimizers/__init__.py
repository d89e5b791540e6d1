"""What belongs to the Optimizers page alone."""
