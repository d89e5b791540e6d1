"""The scene "homework" of the Chain rule page: a 2-2-1 network by hand."""
