"""How gradients flow back along the edges of a graph, entry by entry, and functions of functions (chapter 2.4.4)."""
