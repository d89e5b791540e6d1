"""SymPy in a process of its own: what pages ask of it, and what it said."""
