"""The scene "speed" of the Backends page: the time of a step."""
