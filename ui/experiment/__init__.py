"""The experiment: its settings, the URL that carries them, its run in this session."""
