"""The scene "one parameter" of the Gradient descent page: a ball on a curve."""
