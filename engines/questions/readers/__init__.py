"""Questions on what readers of the chapter have asked."""
