"""What pages are built of: controls, drawing, tables, long work."""
