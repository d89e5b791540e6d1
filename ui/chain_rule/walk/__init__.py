"""A walk over a recorded graph: its drawing, its cards, its opened tensors."""
