"""Tables: CSV, one image a line."""
