"""One worker thread computes for all sessions, in turns; fragments draw what it has done."""
