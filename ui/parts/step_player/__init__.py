"""The player of steps that are known in full: it plays in the browser."""
