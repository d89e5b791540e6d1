"""The page for teachers: links to show, and assignments."""
