"""Pictures: PNG and JPEG in a ZIP of one folder a class.

Read in this order: `folders` (which picture is of which class), `sizes` (from the header, before anything is decoded),
`decoding` (in pieces), `grey`, `reading`.
"""
