"""The page of one's own images: what is brought, what is understood of it, what is corrected, and its use.

Read in this order: `desk` (what this session has brought and chosen), `files`, `reading`, `preparing`; then what is
drawn: `choices`, `suspicions`, `preview`, `shelf`.
"""
