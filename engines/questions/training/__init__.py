"""Questions on the training loop, its data and its units (2.4)."""
