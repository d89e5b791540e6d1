"""Four ways to a derivative: differences, symbolic rules, forward mode, reverse mode (chapters 2.4.1 and 2.4.4)."""
