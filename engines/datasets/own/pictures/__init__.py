"""Pictures: PNG and JPEG in a ZIP of one folder a class."""
