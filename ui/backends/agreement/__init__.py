"""The scene "agreement" of the Backends page: the same run on every backend."""
