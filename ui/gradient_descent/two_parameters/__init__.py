"""The scene "two parameters" of the Gradient descent page: paths on a map."""
