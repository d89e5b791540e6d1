"""Questions on balls on curves and surfaces (2.4.3)."""
