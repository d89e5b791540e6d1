"""Optimizers, learning rates and batch sizes against each other from the same start (chapter 2.4.3)."""
