"""Tables: CSV, one image a line.

Read in this order: `dialect` (how a file is written), `layout` (what its columns hold), `lines` (numbers from lines),
`counting` (the lines of a file), `reading`.
"""
