"""Questions on the chain rule by hand and the ways to differentiate (2.4.4)."""
