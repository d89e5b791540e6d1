"""The scene "code" of the Backends page: the same operation in every backend."""
