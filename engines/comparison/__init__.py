"""Backends side by side: the same run, the same operation, the time of a step (chapter 2.4)."""
