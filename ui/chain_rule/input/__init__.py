"""The scene "input" of the Chain rule page: the gradient in the image, and the image moved along it."""
