"""The scene "your own" of the Backends page: how one adds a backend."""
