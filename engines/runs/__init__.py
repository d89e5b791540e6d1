"""A training run as one watches it: its history, its stages, the way back to an earlier step (chapter 2.4)."""
