"""What the pages share: frame, settings, live runs, charts and words."""
