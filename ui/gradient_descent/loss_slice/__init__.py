"""The scene "a real network's loss" of the Gradient descent page: a plane through its weights."""
