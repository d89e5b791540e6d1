"""The loss as a function of the weights, its gradient tensors, and whether these are right (chapter 2.4.2)."""
