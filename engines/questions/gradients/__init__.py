"""Questions on slopes, entries of a gradient and what they cost (2.4.1 and 2.4.2)."""
